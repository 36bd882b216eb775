#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every public header compiles alone, all of them together, and together with every
# header of the C library and libcheck's in either order: without a warning, with gcc
# and clang, as C11, GNU C11 and GNU C17.
#
# "In either order" is more than all at once, where a header may find done by another
# what it forgot. Two things can go wrong between one of ours and one of the host's:
#  - a macro of ours breaks what the host's header says later: for each host header, all
#    of ours that do not include it come first (mix.awk groups host headers with equal
#    sets, which is the same);
#  - a macro of the host's breaks ours: for each header of ours that undefines such
#    macros, all of ours that do not include it come after the host's.
# Ours alone are compiled with each compiler in one dialect (with the second one in the
# debug configuration), the pairs once; FULL=1 takes every compiler and dialect for all of
# it, some minutes.
set -eu
src=${srcdir:-.}
inc=$src/include
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

flags="-I$inc -include linux/kconfig.h -D__KERNEL__
	-fms-extensions -funsigned-char -fno-strict-aliasing -fwrapv -fno-common
	-Wall -Wextra -Werror -Wno-unknown-warning-option -Wno-microsoft-anon-tag
	-Wno-gnu-variable-sized-type-not-at-end -fsyntax-only -x c"
dialects="gnu11 c11 gnu17"
compilers=
for cc in gcc clang; do
	if command -v $cc >/dev/null; then compilers="$compilers $cc"; fi
done
: "${compilers:=${CC:-cc}}"
first=${compilers# }
first=${first%% *}
mkdir "$made/one" "$made/jobs"
: >"$made/failed"

# A list of compilations, "CC DIALECT SOURCE EXTRA-FLAG" each, and its work.
job() { echo "$1 $2 $3 ${4:--O0}" >>"$made/list"; }
# A compiler cache has nothing to keep of these.
CCACHE_DISABLE=1
export flags made CCACHE_DISABLE
work() {
	wc -l <"$made/list" >>"$made/count"
	# shellcheck disable=SC2016 # expanded by the shells that xargs starts
	xargs -P "$(nproc)" -n 64 sh -c '
		while [ $# -gt 0 ]; do
			out=$made/jobs/$1.$2.${3##*/}
			# shellcheck disable=SC2086 # flags are words
			"$1" -std="$2" $flags "$4" -MD -MF "$out.d" "$3" 2>"$out.err" ||
				echo "$out.err" >>"$made/failed"
			shift 4
		done' mix <"$made/list"
	: >"$made/list"
}
includes() { sed 's/.*/#include <&>/' "$@"; }
: >"$made/list"

# The machinery behind define_trace.h is read in passes and is no header to include.
(cd "$inc" && find . -name '*.h' | sed 's,^\./,,' | grep -v '^trace/[^/]*$' | LC_ALL=C sort) >"$made/ours"
# The host's: those there are, the folders they are in, and the macros they define.
sed 's/.*/#if __has_include(<&>)\nhost &\n#endif/' "$src/tests/headers/host" |
	$first -E -x c - | sed -n 's/^host //p' | tr -d ' ' >"$made/host"
$first -E -v -x c /dev/null 2>&1 | sed -n 's,^ \(/[^ ]*\)$,\1/,p' >"$made/host.folders"
includes "$made/host" | $first -D_GNU_SOURCE -E -dM -x c - |
	sed 's/^#define \([A-Za-z_0-9]*\).*/\1/' >"$made/host.macros"

# Alone: the first compiler sees each of ours. One that another includes before anything
# else is compiled alone whenever that other is.
# shellcheck disable=SC2016 # of awk
(cd "$inc" && xargs awk '
	FNR == 1 { n = 0 }
	/^#/ && ++n == 3 && /^#include </ { lead[FILENAME] = substr($2, 2, length($2) - 2) }
	END { for (i in lead) if (lead[lead[i]] != i || i > lead[i]) print lead[i] }
	' <"$made/ours") >"$made/leads"
while read -r header; do
	one=$made/one/$(echo "$header" | tr / @).c
	echo "#include <$header>" >"$one"
	for cc in $compilers; do
		for dialect in $dialects; do
			case $cc.$dialect${FULL:+.full} in
			"$first.gnu11") job "$cc" "$dialect" "$one" ;;
			"$first.c11" | "$first.gnu17") ;;
			*.c11) grep -qx "$header" "$made/leads" || job "$cc" "$dialect" "$one" -DUDM_DEBUG=1 ;;
			*.full) job "$cc" "$dialect" "$one" ;;
			esac
		done
	done
done <"$made/ours"
work

# Pairs.
awk -v inc="$inc/" -v made="$made" -f "$src/tests/headers/mix.awk" \
	"$made/host.macros" "$made/host.folders" "$made/host" "$made/ours" "$made/jobs/$first.gnu11".*.d
for cc in $compilers; do
	for dialect in $dialects; do
		[ -n "${FULL:-}" ] || [ "$cc.$dialect" = "$first.gnu11" ] || continue
		for pair in "$made"/after.*.c "$made"/before.*.c; do
			job "$cc" "$dialect" "$pair"
		done
	done
done

# All together.
includes "$made/ours" >"$made/all.c"
tac "$made/ours" | includes >"$made/backwards.c"
cat "$made/host" "$made/ours" | includes >"$made/host_first.c"
cat "$made/ours" "$made/host" | includes >"$made/host_last.c"
cat "$made/host" "$made/ours" | tac | includes >"$made/host_last_backwards.c"
for cc in $compilers; do
	for dialect in $dialects; do
		for all in all backwards host_first host_last host_last_backwards; do
			job "$cc" "$dialect" "$made/$all.c"
		done
	done
done
work

while read -r err; do
	basename "$err" .err
	grep 'error:' "$err" | head -n 5
done <"$made/failed" >&2
failed=$(wc -l <"$made/failed")
echo "mix: $(($(paste -sd+ "$made/count" | sed 's/^/0+/;s/$/+0/') - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
