#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# KUnit files and -lkunit, out of the tree: what is printed, and the exit status.
# usage: kunit.sh GOOD BAD: programs made of kunit_example.c and kunit_init.c, kunit_broken.c;
# with their whole paths.
set -eu
src=$(cd "${srcdir:-.}/tests/install" && pwd)
good=$1
bad=$2
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT
out=$where/out
passed=0

fail() { echo "kunit: $*" >&2; cat "$out" "$out.err" >&2; echo "kunit: $passed passed, 1 failed"; exit 1; }
pass() { passed=$((passed + 1)); }

# expect STATUS PROGRAM ARGUMENT...: its output is in $out.
expect() {
	wanted=$1
	shift
	status=0
	"$@" >"$out" 2>"$out.err" || status=$?
	[ "$status" -eq "$wanted" ] || fail "status $status, not $wanted: $*"
	pass
}

# says TEXT...: each is a whole line of the output.
says() {
	for line in "$@"; do
		grep -qxF -- "$line" "$out" || fail "no line '$line'"
	done
	pass
}

whole() {
	expect 0 "$good" "$@"
	diff -u "$src/kunit_example.ktap" "$out" || fail "not the document it should be: $*"
	pass
}

whole
whole --mode threads
whole --seed 5
UDM_MODE=threads whole --mode sim

expect 0 "$good" --list
says 'KTAP version 1' at_init example example.square_test more.last_test
expect 0 "$good" --list-attr 'e*'
says '# module: udevmem' '# waits_test.speed: slow'
expect 0 "$good" 'example.s[kq]*' last
says 1..2 '    1..2' '    ok 1 skip_test # SKIP not here' '    ok 2 square_test' 'ok 2 last'
expect 0 "$good" --filter 'speed<normal'
says 1..1 '    1..1' '    ok 1 waits_test'
expect 0 "$good" --filter 'is_init=true' --filter-action skip
says 1..4 'ok 1 at_init' 'ok 2 example # SKIP '
expect 0 "$good" --help
grep -q '^usage: ' "$out" || fail "no usage"

expect 2 "$good" nosuch
says 1..0
expect 2 "$good" --filter 'speed>snail'
expect 2 "$good" --filter-action hide
expect 2 "$good" --nosuch
expect 2 "$good" --mode
expect 2 "$good" --seed x
expect 2 env UDM_CPUS=1000 "$good"
expect 2 env UDM_CMDLINE=kunit.enable=0 "$good"
says 'kunit: disabled'

if [ -w /dev/full ]; then
	status=0
	"$good" >/dev/full 2>"$out.err" || status=$?
	[ "$status" -eq 1 ] || fail "status $status when nothing can be written"
	pass
fi
expect 0 "$bad" passes
expect 1 "$bad" passes fails
says 'ok 1 passes' '    Expected "left" == test->name, but' '        test->name == "fails"' \
	'so it is' '    not ok 1 fails' 'not ok 2 fails'
expect 1 "$bad" leaks
says 'ok 1 leaks'
expect 0 "$bad" --allow-leaks leaks
expect 1 "$bad" warns
says 'ok 1 warns'
expect 0 "$bad" --allow-warnings warns
expect 1 "$bad" bugs passes
says '    # bugs: try faulted' '    not ok 1 bugs' 'ok 1 passes'
expect 1 "$bad" --cmdline kunit.stats_enabled=2 fails
says '# fails: pass:0 fail:1 skip:0 total:1'
# Sanitizers report it in their own way.
status=0
(cd "$where" && "$bad" passes crashes) >"$out" 2>"$out.err" || status=$?
[ "$status" -ne 0 ] || fail "a crash is success"
says 'ok 1 passes'
[ -n "${SAN_CFLAGS:-}" ] || says 'Bail out! The program was killed by a signal.'
echo "kunit: $passed passed, 0 failed"
