#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of the configuration in docs/kernel-map.md is what linux/kconfig.h defines, and
# what it calls off is not defined.
set -eu
src=${srcdir:-.}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

sed -n 's/^#define CONFIG_\([A-Z0-9_]*\) 1$/\1/p; s/^#define CONFIG_\([A-Z0-9_]*\) \([0-9]\{2,\}\|[2-9]\)$/\1=\2/p' \
	"$src/include/linux/kconfig.h" | LC_ALL=C sort >"$made/header"
# shellcheck disable=SC2016 # backquotes of the document
sed -n '/^## Configuration/,/^Off/p' "$src/docs/kernel-map.md" | grep '^|' | grep -o '`[^`]*`' |
	tr -d '`' | tr ' ' '\n' | grep '^[0-9A-Z_]*\(=[0-9]*\)\{0,1\}$' | LC_ALL=C sort >"$made/docs"
# shellcheck disable=SC2016
sed -n '/^Off, and code/,/^$/p' "$src/docs/kernel-map.md" | grep -o '`[A-Z_]*`' | tr -d '`' |
	grep -v IOMMU_DMA >"$made/off"

failed=0
diff "$made/header" "$made/docs" >&2 || failed=1
while read -r symbol; do
	if grep -q "^$symbol\(=\|\$\)" "$made/header"; then
		echo "$symbol is documented as off" >&2
		failed=1
	fi
done <"$made/off"
total=$(cat "$made/header" "$made/off" | wc -l)
echo "config: $((total - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
