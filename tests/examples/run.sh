#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The examples run, and print what is kept beside this file. What pages of the documentation quote
# of an example, line by line, is the example.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
passed=0
failed=0
for want in "$top"/tests/examples/*.out; do
	name=$(basename "$want" .out)
	[ -d "$top/examples/$name" ] && name=$name/use
	# Without what ASan says of coroutines.
	if got=$(set -o pipefail; "examples/$name" 2>&1 | sed "/ASan doesn't fully support makecontext/d") &&
		[ "$got" = "$(cat "$want")" ]; then
		passed=$((passed + 1))
	else
		printf 'examples/%s printed:\n%s\n' "$name" "$got"
		failed=$((failed + 1))
	fi
done
while read -r page file; do
	if diff <(sed -n "\\,^\`\`\`c file=$file\$,,/^\`\`\`\$/{/^\`\`\`/!p}" "$page") "$top/$file" >&2; then
		passed=$((passed + 1))
	else
		printf '%s does not quote %s\n' "$page" "$file"
		failed=$((failed + 1))
	fi
done < <(sed -n 's/^```c file=\(.*\)$/\1/p;' "$top"/docs/*.md | sort -u |
	while read -r file; do grep -l "^\`\`\`c file=$file\$" "$top"/docs/*.md | sed "s,\$, $file,"; done)
echo "examples: $passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
