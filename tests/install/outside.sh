#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Install into an empty folder, then build a program against that with pkg-config
# alone, shared and static, and run it and the installed udevmem.
set -eu
src=${srcdir:-.}
where=$(mktemp -d)
trap 'rm -rf "$where"' EXIT

fail() { echo "install: $*" >&2; exit 1; }

"${MAKE:-make}" install DESTDIR="$where" >"$where/install.log" 2>&1 || { tail -n 20 "$where/install.log"; fail "make install"; }
pc=$(find "$where" -name libpagepool.pc) || fail "no libpagepool.pc"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH

flags=$(pkg-config --define-prefix --cflags --libs libpagepool)
# shellcheck disable=SC2086 # flags are words
${CC:-cc} ${SAN_CFLAGS:-} -Wall -Wextra -Werror -o "$where/outside" "$src/tests/install/outside.c" $flags ||
	fail "the program does not build with: $flags"
"$where/outside" || fail "the program built against the shared libraries fails"

flags=$(pkg-config --define-prefix --static --cflags --libs libpagepool | sed 's/-l\(kern\|genpool\|netmem\|pagepool\)\b/-l:lib\1.a/g')
# shellcheck disable=SC2086
${CC:-cc} ${SAN_CFLAGS:-} -Wall -Wextra -Werror -o "$where/outside-static" "$src/tests/install/outside.c" $flags ||
	fail "the program does not build with: $flags"
"$where/outside-static" || fail "the program built against the static libraries fails"

udevmem=$(find "$where" -path '*/bin/udevmem')
[ -x "$udevmem" ] || fail "bin/udevmem is not installed"
"$udevmem" replay "$src/tests/data/tso.pcap" >"$where/report" || { cat "$where/report"; fail "the installed udevmem fails"; }
echo "install: 3 passed, 0 failed"
