#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Run each fuzz target for FUZZ_SECONDS, from seeds made here and of the captures in tests/data.
# An input that fails is left in tests/fuzz/found; corpora stay in tests/fuzz/corpus.
set -u
src=${srcdir:-.}
seconds=${FUZZ_SECONDS:-60}
top=tests/fuzz
found=$PWD/$top/found
passed=0
failed=0
mkdir -p "$found"
for target in parser replay netlink cmsg descriptors; do mkdir -p "$top/corpus/$target"; done

# bytes FILE FROM COUNT
bytes() { tail -c +"$(($2 + 1))" "$1" | head -c "$3"; }
u32_at() { bytes "$1" "$2" 4 | od -An -tu4 | tr -d ' '; }

# The first frames of a capture, one by one and as shorter captures.
cut_capture() {
	local name at=24 len n
	name=$(basename "$1" .pcap)
	for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		len=$(u32_at "$1" $((at + 8)))
		bytes "$1" $((at + 16)) "$len" >"$top/corpus/parser/$name-$n"
		at=$((at + 16 + len))
		head -c "$at" "$1" >"$top/corpus/replay/$name-$n"
	done
}

# message FAMILY FLAGS CMD ATTRIBUTES: all but the last in hex, with a length to be filled in
message() { printf "%b" "\\x$1\\0\\0\\0\\0\\0\\0\\x$2\\x$3\\x1\\0\\0\\0\\0\\0\\0\\0\\x$4\\x1\\0\\0$5"; }

# Every command of every family: bare, and with the attributes of bind-rx and bind-tx, of ethtool,
# of page-pool-stats-get and of the controller. Each by a netlink socket and by a descriptor.
seed_netlink() {
	local family flags cmd attrs n=0
	local ifindex='\x8\0\x1\0\x2\0\0\0' queue='\x14\0\x2\x80\x8\0\x1\0\0\0\0\0\x8\0\x3\0\0\0\0\0'
	local buffer='\x8\0\x3\0DBUF' header='\xc\0\x1\x80\x8\0\x1\0\x2\0\0\0'
	local name='\xb\0\x2\0netdev\0\0'
	for family in 0 3 4 43 44; do
		for flags in 0 3; do
			for cmd in 1 2 3 4 5 6 7 8 9 a b c d e f 10 11 12 13 14 26 30; do
				for attrs in '' "$ifindex" "$ifindex$queue$buffer" "$ifindex$buffer" "$header" \
					"$header$ifindex" "$name"; do
					n=$((n + 1))
					message "$family" 5 "$flags" "$cmd" "$attrs" >"$top/corpus/netlink/seed-$n"
				done
			done
		done
	done
}

# Calls on two sockets (see cmsg.c): device memory sent and received, its tokens returned, and
# each kind of control message by itself.
seed_cmsg() {
	local n=0 call
	local send='\x0\x13\x0\x40\0' receive='\x3\x81\xff\xff' run='\x6'
	local give='\x5\x10\x1\0\0\0\x1\0\0\0\x2\0\0\0\x1\0\0\0' done='\x2\x8\x0\xff'
	local named='\x0\x12\x0\x40\x18\x14\0\0\0\0\0\0\0\x1\0\0\0\x4f\0\0\0BIND\0\0\0\0'
	for call in "$send" "$send$run$receive" "$send$run$receive$give" "$send$run$done" \
		"$send$send$run$receive$receive$give$run$done" "$named" "$named$run$done" \
		"$send$run\x3\x83\xff\xff$receive$give"; do
		n=$((n + 1))
		printf '%b' "$call" >"$top/corpus/cmsg/seed-$n"
	done
}

# Completions (see descriptors.c): all zeros and ones, received and sent, right and wrong.
seed_descriptors() {
	local n=0 how bytes
	for how in '\x8\0' '\x9\0' '\xb\0' '\xc\0' '\xd\x1' '\xf\xff'; do
		for bytes in '\0' '\xff' '\x3' '\x10'; do
			n=$((n + 1))
			{ printf '%b' "$how"; printf "%.0s$bytes" {1..36}; } >"$top/corpus/descriptors/seed-$n"
		done
	done
}

fuzz() {
	local target=$1
	shift
	"$top/$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -close_fd_mask=3 \
		-print_final_stats=1 -artifact_prefix="$found/$target-" "$@" "$top/corpus/$target" \
		>"$top/$target.out" 2>&1 || touch "$top/$target.failed"
}

# As many at a time as there are processors.
start() {
	rm -f "$top/$1.failed"
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
	fuzz "$@" &
}

tell() {
	local target=$1
	echo "== $target"
	if [ -f "$top/$target.failed" ]; then
		failed=$((failed + 1))
		grep -vE '^#[0-9]+' "$top/$target.out" | head -n 80
	else
		passed=$((passed + 1))
	fi
	grep -E '^stat::(number_of_executed_units|average_exec_per_sec|new_units_added)' "$top/$target.out"
}

for capture in "$src"/tests/data/*.pcap; do cut_capture "$capture"; done
seed_netlink
seed_cmsg
seed_descriptors
start parser -max_len=4096
start replay -max_len=32768
start netlink -max_len=1024 -dict="$src/$top/netlink.dict"
start cmsg -max_len=512
start descriptors -max_len=608
wait
for target in parser replay netlink cmsg descriptors; do tell "$target"; done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
