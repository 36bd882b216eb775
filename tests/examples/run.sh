#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The examples run, and print what is kept beside this file.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
passed=0
failed=0
for want in "$top"/tests/examples/*.out; do
	name=$(basename "$want" .out)
	# Without what ASan says of coroutines.
	if got=$(set -o pipefail; "examples/$name" 2>&1 | sed "/ASan doesn't fully support makecontext/d") &&
		[ "$got" = "$(cat "$want")" ]; then
		passed=$((passed + 1))
	else
		printf 'examples/%s printed:\n%s\n' "$name" "$got"
		failed=$((failed + 1))
	fi
done
echo "examples: $passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
