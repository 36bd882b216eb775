#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The main job over its whole matrix: every capture, both modes, queue counts, bound
# subsets, exporters, header split on and off; with receive coalescing, a part of it. Every stream must have the length and
# sha256 of the .streams.tsv beside the capture, and everything must come back.
# UDM_E2E=short runs a thin slice of the matrix (sanitizer builds).
set -u
src=${srcdir:-.}
prog=${UDEVMEM:-tools/udevmem}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
grouped=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); printf 'e2e: FAILED: %s\n' "$*"; }

# number KEY FILE: the first value of a JSON key
number() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$2" | head -n 1; }

# number_sum KEY FILE: all of them
number_sum() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$2" | awk '{ sum += $1 } END { print sum + 0 }'; }

# streams_match CAPTURE DIR
streams_match() {
	local name length sha file=$1 dir=$2
	while read -r name length sha; do
		[ "$(stat -c %s "$dir/$name" 2>/dev/null)" = "$length" ] || { echo "$name: length"; return 1; }
		[ "$(sha256sum <"$dir/$name" | cut -d ' ' -f 1)" = "$sha" ] || { echo "$name: sha256"; return 1; }
	done <"${file%.pcap}.streams.tsv"
	[ "$(find "$dir" -type f | wc -l)" = "$(wc -l <"${file%.pcap}.streams.tsv")" ] || { echo "extra streams"; return 1; }
}

# one CAPTURE ARG...
one() {
	local file=$1 out=$work/out json=$work/json status=0 why
	shift
	rm -rf "$out"
	"$prog" replay "$file" "$@" --json --out "$out" >"$json" 2>"$work/err" || status=$?
	if [ "$status" -ne 0 ]; then
		bad "$(basename "$file") $*: exit $status: $(grep . "$work/err" | head -n 8)"
	elif ! why=$(streams_match "$file" "$out"); then
		bad "$(basename "$file") $*: $why"
	elif [ "$(number outstanding "$json")" != 0 ] || [ "$(number warnings "$json")" != 0 ] ||
		[ "$(number leaks "$json")" != 0 ] || [ "$(number iommu_faults "$json")" != 0 ]; then
		bad "$(basename "$file") $*: something did not come back:" \
			"$(grep -E '"(outstanding|warnings|leaks|iommu_faults)"' "$json" | tr -d '\n')" "$(head -n 8 "$work/err")"
	else
		ok
	fi
}

# Every payload byte must arrive by dma-buf when all queues are bound.
all_by_dmabuf() {
	local json=$work/json
	"$prog" replay "$1" --json >"$json" 2>"$work/err" || { bad "$1: exit $?"; return; }
	if sed -n '/"streams"/,/\]/p' "$json" | awk '/"bytes":/ { b = $2 + 0 }
		/"dmabuf_bytes":/ { d = $2 + 0; if (b != d) bad = 1; n++ } END { exit bad || !n }'; then
		ok
	else
		bad "$(basename "$1"): payload beside the dma-buf"
	fi
}

subset() { # queues -> a proper subset, or all of one
	case $1 in 1) echo 0 ;; 2) echo 1 ;; 4) echo 1,3 ;; *) echo 0,2,3,5,7,11,13 ;; esac
}

matrix() {
	local file mode queues bind exporter hds
	for file in "$src"/tests/data/*.pcap; do
		all_by_dmabuf "$file"
		for mode in $modes; do
			for queues in $1; do
				for bind in all none "$(subset "$queues")"; do
					for exporter in udmabuf gpu; do
						for hds in on off; do
							one "$file" --mode "$mode" --queues "$queues" --bind "$bind" \
								--exporter "$exporter" --hds "$hds"
						done
					done
				done
				for hds in on off; do
					one "$file" --mode "$mode" --queues "$queues" --bind "$(subset "$queues")" \
						--exporter gpu --hds "$hds" --gro-hw on
				done
			done
		done
		one "$file" --iommu lazy
		one "$file" --iommu off
		one "$file" --iommu off --exporter gpu
	done
}

same_seed_same_report() {
	local file=$1
	"$prog" replay "$file" --seed 42 --json >"$work/a" 2>/dev/null
	"$prog" replay "$file" --seed 42 --json >"$work/b" 2>/dev/null
	if [ -s "$work/a" ] && cmp -s "$work/a" "$work/b"; then
		ok
	else
		bad "$(basename "$file"): two runs of seed 42 differ: $(diff "$work/a" "$work/b" | head -n 8)"
	fi
}

# A recording ends as JSON does, and has a line per buffer the application got.
recorded() {
	local file=$1 mode=$2 got
	"$prog" replay "$file" --mode "$mode" --trace "$work/trace" --json >"$work/json" 2>"$work/err" ||
		{ bad "$(basename "$file") --mode $mode --trace: exit $?"; return; }
	got=$(grep -c '"name":"devmem_deliver"' "$work/trace")
	if [ "$got" -gt 0 ] && [ "$got" = "$(number delivered "$work/json")" ] &&
		[ "$(tail -n 1 "$work/trace")" = '"otherData":{"events lost":"0"}}' ]; then
		ok
	else
		bad "$(basename "$file") --mode $mode --trace: $got deliveries, $(tail -n 1 "$work/trace")"
	fi
}

# At the end the application has returned all it held, and the rings are full again.
state_shown() {
	local file=$1 mode=$2 held posted
	"$prog" replay "$file" --mode "$mode" --state "$work/state" >"$work/text" 2>"$work/err" ||
		{ bad "$(basename "$file") --mode $mode --state: exit $?"; return; }
	held=$(grep -c '"state": "held"' "$work/state")
	posted=$(grep -c '"state": "posted"' "$work/state")
	if [ "$held" = 0 ] && [ "$posted" -gt 0 ] && [ "$(tail -n 1 "$work/state")" = "}" ]; then
		ok
	else
		bad "$(basename "$file") --mode $mode --state: $held held, $posted posted"
	fi
}

modes="sim threads"
if [ "${UDM_E2E:-full}" = sim ]; then
	modes=sim
	matrix "1 2 4 16"
	seeds=200
elif [ "${UDM_E2E:-full}" = short ]; then
	matrix "4"
	seeds=5
else
	matrix "1 2 4 16"
	seeds=200
fi
for file in "$src"/tests/data/*.pcap; do
	same_seed_same_report "$file"
	for mode in $modes; do
		recorded "$file" "$mode"
		state_shown "$file" "$mode"
	done
done
for ((seed = 1; seed <= seeds; seed++)); do
	one "$src/tests/data/multi-loss.pcap" --seed "$seed"
	if ((seed % 4 == 0)); then
		one "$src/tests/data/multi-loss.pcap" --seed "$seed" --gro-hw on
		grouped=$((grouped + $(number_sum gro_packets "$work/json")))
	fi
done
[ "$seeds" -lt 4 ] || [ "$grouped" -gt 0 ] || bad "no packet was ever made of several segments"
echo "e2e-replay: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
