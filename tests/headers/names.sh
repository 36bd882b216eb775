#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every name that the kernel's own files of this field use (one list per file under
# names/) resolves behind the headers which that file includes.
set -eu
src=${srcdir:-.}
inc=$src/include
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# Where the kernel file would find the headers of its own folder.
own="-I$src -I$src/libpagepool -I$src/libnetmem -I$src/libnetmem/dma -I$src/libnetmem/dma-buf
	-I$src/libkern/net -I$src/emu-nic/netlink"
dialect="-std=gnu11 -fms-extensions -funsigned-char -fno-strict-aliasing -fwrapv -fno-common"
quiet="-Wno-unused-value -Wno-microsoft-anon-tag -Wno-unknown-warning-option"
failed=0
files=0

for list in "$src"/tests/headers/names/*.txt; do
	name=$(basename "$list" .txt)
	files=$((files + 1))
	awk -v inc="$inc" -v kind="${name##*.}" -f "$src/tests/headers/names.awk" "$list" >"$made/$name.c"
	# shellcheck disable=SC2086 # flags are words
	${CC:-cc} -I"$inc" -include linux/kconfig.h $dialect $quiet -D__KERNEL__ $own \
		-fsyntax-only -x c "$made/$name.c" 2>"$made/errors" && continue
	failed=$((failed + 1))
	echo "$name:" >&2
	grep 'error:' "$made/errors" | head -n 20 >&2
done
echo "names: $((files - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
