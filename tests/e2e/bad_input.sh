#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Bad input and usage: one line on stderr that names the cause, exit status 2, no crash.
set -u
src=${srcdir:-.}
prog=${UDEVMEM:-tools/udevmem}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
good=$src/tests/data/tso.pcap
passed=0
failed=0

# run ARG...: the program, without what ASan says of coroutines
run() {
	local status=0
	"$prog" "$@" >"$work/out" 2>"$work/all" || status=$?
	grep -v "ASan doesn't fully support makecontext" "$work/all" >"$work/err" || true
	return "$status"
}

# refused WORDS ARG...: exit 2 and one line that contains WORDS
refused() {
	local words=$1 status=0
	shift
	run "$@" || status=$?
	if [ "$status" -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ] && grep -qF -- "$words" "$work/err"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'bad_input: %s: exit %d, said: %s\n' "$*" "$status" "$(cat "$work/err")"
	fi
}

le32() {
	local hex
	hex=$(printf '%02x%02x%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))
	printf '%b' "\\x${hex:0:2}\\x${hex:2:2}\\x${hex:4:2}\\x${hex:6:2}"
}
header() { printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00'; le32 0; le32 0; le32 65535; le32 "$1"; }

# said WORDS ARG...: exit 0 and WORDS on stdout
said() {
	local words=$1
	shift
	if run "$@" && grep -qF -- "$words" "$work/out" && [ ! -s "$work/err" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'bad_input: %s: said: %s\n' "$*" "$(cat "$work/out" "$work/err")"
	fi
}

said 'usage: udevmem' --help
said 'usage: udevmem replay' replay --help
said 'udevmem ' --version
refused 'No such file' replay "$work/missing.pcap"
refused 'no/such/dir/s.json: No such file' replay "$good" --state "$work/no/such/dir/s.json"
refused 'no/such/dir/t.json: No such file' replay "$good" --trace "$work/no/such/dir/t.json"
refused 'not a capture' replay "$src/tests/e2e/bad_input.sh"
: >"$work/empty.pcap"
refused 'not a capture' replay "$work/empty.pcap"
head -c 5000 "$good" >"$work/truncated.pcap"
refused 'truncated' replay "$work/truncated.pcap"
header 101 >"$work/raw.pcap"
refused 'link type' replay "$work/raw.pcap"
{ header 1; le32 0; le32 0; le32 60; le32 90; head -c 60 /dev/zero; } >"$work/snapped.pcap"
refused 'snapped' replay "$work/snapped.pcap"
refused 'Is a directory' replay "$work"
refused 'smaller than' replay "$good" --dmabuf 64K
refused 'not a multiple' replay "$good" --dmabuf 1000001
refused 'queue' replay "$good" --bind 4
refused 'queue' replay "$good" --queues 2 --bind 0,2
refused 'queue' replay "$good" --bind 1,x
refused 'queue' replay "$good" --bind 1,1
refused 'queue' replay "$good" --bind ''
refused 'queues' replay "$good" --queues 0
refused 'queues' replay "$good" --queues 65
refused 'queues' replay "$good" --queues many
refused 'exporter' replay "$good" --exporter disk
refused 'iommu' replay "$good" --iommu maybe
refused 'hds' replay "$good" --hds perhaps
refused 'mode' replay "$good" --mode fast
refused 'seed' replay "$good" --seed -1
refused '--cmdline: more than' replay "$good" --cmdline "$(printf 'x%.0s' {1..1100})"
refused 'gro-hw' replay "$good" --gro-hw perhaps
refused 'overrun' replay "$good" --overrun explode
refused 'size' replay "$good" --dmabuf lots
refused 'nosuch' replay "$good" --nosuch
refused 'capture' replay
refused 'one capture' replay "$good" "$good"
refused 'nosuchcommand' nosuchcommand
refused 'out' replay "$good" --out /proc/nowhere

said 'usage: udevmem listen' listen --help
said 'udevmem connect [ADDRESS] PORT' connect --help
refused 'name a port' listen
refused 'an address and a port, not 3 words' connect 10.77.0.1 5000 6000
refused 'a port is a number' listen http
refused 'a port is a number' listen 0
refused 'a port is a number' connect 65536
refused 'not an IPv4 or IPv6 address' connect example.org 80
refused 'not an IPv4 or IPv6 address' listen fd77::g 80
refused 'give --input' listen 5000 --loop
refused 'the peer is in this process' connect 5000 --loop --input "$good" --peer true
refused 'Linux has a real clock' listen 5000 --mode sim
refused 'No such file' listen 5000 --input "$work/missing"
refused 'Is a directory' listen 5000 --output "$work"
refused '--verify 1: give a number from 2 to 256' listen 5000 --verify 1
refused '--timeout' listen 5000 --timeout 0
refused 'not a percentage' listen 5000 --loss 101
refused 'not a percentage' listen 5000 --loss 1x
refused 'give one of devmem, host' listen 5000 --rx gpu
refused 'give one of devmem, host' listen 5000 --tx cpu
refused 'give one of on, off' listen 5000 --tap-offload maybe
refused 'less than 1024 KiB' listen 5000 --dmabuf 4K
refused 'not a multiple' listen 5000 --dmabuf 2000001
refused 'queues' listen 5000 --queues 65
refused 'needs a value' connect 5000 --peer
refused 'unknown option' connect 5000 --nosuch

# A frame whose headers lie is named, dropped and counted; the rest of the capture
# is delivered, and the exit status says that the input was bad.
{ cat "$good"; le32 0; le32 0; le32 60; le32 60; printf '\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0\x4f\0\0\x14'; head -c 42 /dev/zero; } >"$work/lie.pcap"
refused 'IPv4 length' replay "$work/lie.pcap" --out "$work/streams" --json
if grep -q '"leaks": 0' "$work/out" && [ "$(stat -c %s "$work/streams/$(cut -f 1 "$src/tests/data/tso.streams.tsv")")" = "$(cut -f 2 "$src/tests/data/tso.streams.tsv")" ]; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo 'bad_input: the frames around a lie were not delivered'
fi

# A parameter of the command line reaches its module.
status=0
run replay "$good" --cmdline quiet --cmdline udmabuf.size_limit_mb=1 || status=$?
if [ "$status" -eq 1 ] && grep -q '^udevmem: cannot make a udmabuf' "$work/err"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	printf 'bad_input: size_limit_mb=1: exit %d, said: %s\n' "$status" "$(cat "$work/err")"
fi

echo "e2e-bad-input: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
