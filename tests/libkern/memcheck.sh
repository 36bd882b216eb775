#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# memcheck reports misuse of kernel memory, naming the object, and nothing else.
# usage: memcheck.sh RUN... PROGRAM   (RUN starts a program under valgrind)
set -u
passed=0
failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# expect MISUSE TEXT...: the run fails, and its report contains each text.
expect() {
	local misuse=$1 text ok=true
	shift
	"${run[@]}" "$misuse" >"$out" 2>&1 && ok=false
	for text in "$@"; do
		grep -q -- "$text" "$out" || ok=false
	done
	if $ok; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'memcheck: %s: expected: %s\n' "$misuse" "$*"
		cat "$out"
	fi
}

run=("$@")
expect use-after-kfree 'Invalid read of size 1' 'is 8 bytes inside a block of size 40' slab_free use_after_kfree
expect read-behind 'Invalid read of size 1' 'is 0 bytes after a block of size 40' read_behind
expect read-behind-bucket 'Invalid read of size 1' 'is 0 bytes after a block of size 64'
expect read-before 'Invalid read of size 1' 'is 1 bytes before a block of size 40'
expect read-behind-large 'Invalid read of size 1' 'is 0 bytes after a block of size 9,000'
expect use-after-large-kfree 'Invalid read of size 1' 'is 8 bytes inside a block of size 9,000' \
	large_debug_free use_after_large_kfree
expect use-after-cache-free 'Invalid read of size 1' 'is 99 bytes inside a block of size 100' slab_free
expect use-free-page 'Invalid read of size 1' use_free_page
expect read-behind-area 'Invalid read of size 1' read_behind_area
expect decide-by-garbage 'depends on uninitialised value' decide_by_garbage
if "${run[@]}" nothing-wrong >"$out" 2>&1; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	cat "$out"
fi
printf 'memcheck: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
