#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Install into an empty folder, then use that as a stranger would, with nothing
# but pkg-config: programs in C and C++, shared and static, each header, udevmem.
set -eu
src=${srcdir:-.}
cc=${CC:-cc}
cxx=${CXX:-$(command -v g++ || command -v clang++ || :)}
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT
passed=0

fail() { echo "install: $*" >&2; echo "install: $passed passed, 1 failed"; exit 1; }
pass() { passed=$((passed + 1)); }
flags_of() { pkg-config --define-prefix "$@"; }

"${MAKE:-make}" install DESTDIR="$where" >"$where/install.log" 2>&1 ||
	{ tail -n 20 "$where/install.log"; fail "make install"; }
pc=$(find "$where" -name libpagepool.pc)
[ -n "$pc" ] || fail "no libpagepool.pc"
PKG_CONFIG_PATH=$(dirname "$pc")${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH
libdir=$(dirname "$(dirname "$pc")")
LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
warnings="-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers"

# program NAME FLAGS...: build the C program and run it.
program() {
	name=$1
	shift
	# shellcheck disable=SC2086 # flags are words
	$cc ${SAN_CFLAGS:-} $warnings -o "$where/$name" "$src/tests/install/outside.c" \
		"$src/tests/install/module.c" "$@" || fail "$name does not build with: $*"
	"$where/$name" || fail "$name fails"
	pass
}

# Whether every file of the archives that registers something is in the program.
holds_initcalls() {
	for lib in kern genpool netmem pagepool; do
		nm "$libdir/lib$lib.a" 2>/dev/null
	done | grep -c 'initcall.*_ctor$' >"$where/wanted" || :
	wanted=$(cat "$where/wanted")
	found=$(nm "$where/$1" | grep -c 'initcall.*_ctor$' || :)
	[ "$found" -ge "$wanted" ] || fail "$1 has $found of $wanted initcalls: see libkern/initcalls.h"
	pass
}

# shellcheck disable=SC2046 # flags are words
program shared $(flags_of --cflags --libs libpagepool)
# Our libraries static, the system's shared.
if [ -f "$libdir/libpagepool.a" ]; then
	# shellcheck disable=SC2046
	program archives $(flags_of --static --cflags --libs libpagepool |
		sed 's/-l\(kern\|genpool\|netmem\|pagepool\)\b/-l:lib\1.a/g')
	holds_initcalls archives
else
	echo "install: no static libraries in this build"
fi
# Everything static, where that can be had (not with sanitizers).
echo 'int main(void) { return 0; }' >"$where/empty.c"
# shellcheck disable=SC2086,SC2046
if [ -f "$libdir/libpagepool.a" ] && $cc ${SAN_CFLAGS:-} -static -o "$where/empty" "$where/empty.c" $(pkg-config --static --libs liburcu) 2>/dev/null; then
	program static -static $(flags_of --static --cflags --libs libpagepool)
	holds_initcalls static
else
	echo "install: no static libc or liburcu here, -static not tried"
fi

# The programs of the documentation, as they are printed there.
for page in "$src/README.md" "$src"/docs/*.md; do
	sed -n 's/^```c program=\([a-z]*\)$/\1/p' "$page" >"$where/listed"
	while read -r name; do
		sed -n "/^\`\`\`c program=$name\$/,/^\`\`\`\$/p" "$page" | sed '1d;$d' >"$where/$name.c"
		# shellcheck disable=SC2046,SC2086
		$cc ${SAN_CFLAGS:-} $warnings -o "$where/$name" "$where/$name.c" $(flags_of --cflags --libs libpagepool) ||
			fail "the program $name of $(basename "$page") does not build"
		"$where/$name" >"$where/$name.out" 2>&1 || { cat "$where/$name.out"; fail "the program $name of $(basename "$page") fails"; }
		pass
	done <"$where/listed"
done

# KUnit files: no main(), no header of the host, one more library.
# kunit FLAGS...: build two programs of them, and look at what they print.
kunit() {
	# shellcheck disable=SC2086 # flags are words
	$cc ${SAN_CFLAGS:-} $warnings -o "$where/kunit-good" "$src/tests/install/kunit_example.c" \
		"$src/tests/install/kunit_init.c" "$@" || fail "the KUnit files do not build with: $*"
	# shellcheck disable=SC2086
	$cc ${SAN_CFLAGS:-} $warnings -o "$where/kunit-bad" "$src/tests/install/kunit_broken.c" "$@" ||
		fail "the KUnit file does not build with: $*"
	"$src/tests/install/kunit.sh" "$where/kunit-good" "$where/kunit-bad" || fail "KUnit with: $*"
	pass
}
# shellcheck disable=SC2046
kunit $(flags_of --cflags --libs libkunit)
if [ -f "$libdir/libpagepool.a" ]; then
	# shellcheck disable=SC2046
	kunit $(flags_of --static --cflags --libs libkunit | sed 's/-lkern\b/-l:libkern.a/g')
fi

# Each header that was installed, by itself; tests/headers/mix.sh mixes them.
kernel=$(find "$where" -path '*/udevmem/include' -type d)
(cd "$kernel" && find . -name '*.h' ! -path './trace/*_trace.h' ! -path './trace/trace_*.h' |
	sed 's,^\./,,' | LC_ALL=C sort) >"$where/headers"
cflags=$(flags_of --cflags libpagepool)
export where cc cflags warnings
# shellcheck disable=SC2016
xargs -P 2 -n 1 sh -c 'echo "#include <$0>" |
	$cc $cflags $warnings -x c -fsyntax-only - 2>"$where/err.$$" ||
	{ echo "$0: $(head -n 3 "$where/err.$$")"; exit 1; }' <"$where/headers" >"$where/alone" ||
	{ cat "$where/alone"; fail "headers that do not stand alone"; }
passed=$((passed + $(wc -l <"$where/headers")))

# The host API from C++.
if [ -n "$cxx" ]; then
	{ sed -n 's,^udevmem/.*,#include <&>,p' "$where/headers"; cat "$src/tests/install/host.cc"; } >"$where/host.cc"
	# shellcheck disable=SC2046,SC2086
	$cxx ${SAN_CFLAGS:-} -Wall -Wextra -Werror -o "$where/host" "$where/host.cc" $(flags_of --cflags --libs libpagepool) || fail "the C++ program does not build"
	"$where/host" || fail "the C++ program fails"
	pass
else
	echo "install: no C++ compiler here, the C++ program not tried"
fi

udevmem=$(find "$where" -path '*/bin/udevmem')
[ -x "$udevmem" ] || fail "bin/udevmem is not installed"
"$udevmem" replay "$src/tests/data/tso.pcap" >"$where/report" || { cat "$where/report"; fail "the installed udevmem fails"; }
pass
echo "install: $passed passed, 0 failed"
