#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Linux as the peer: nc and curl in a network namespace, device memory at this end of the
# TAP interface. Every stream is compared by its SHA-256, also when frames are lost, and
# everything must come back. Skipped, with the reason, where TAP interfaces are not
# permitted. UDM_E2E=short sends less (sanitizer builds).
# Linux does not repeat a segment before 200 ms have passed unless its route says so, and a
# frame with offload may be a whole window: the cases where nc sends with loss say so.
set -u
prog=${UDEVMEM:-tools/udevmem}
http=${UDM_HTTP:-examples/http}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
passed=0
failed=0
big=256M
small=16M
[ "${UDM_E2E:-full}" = short ] && big=8M small=1M

if "$prog" listen 5000 --peer true 2>&1 | grep -- '--tap:' >"$work/why"; then
	echo "e2e-tap: skipped: $(cat "$work/why")"
	exit 77
fi
for tool in nc curl ip; do
	command -v "$tool" >/dev/null || { echo "e2e-tap: skipped: there is no $tool"; exit 77; }
done

# There are several programs of that name.
if command -v nc.openbsd >/dev/null; then nc=nc.openbsd; else nc=nc; fi

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); printf 'e2e: FAILED: %s\n' "$*"; }

# data SIZE: the name of a file of random bytes; digest FILE
data() { [ -e "$work/$1" ] || head -c "$1" /dev/urandom >"$work/$1"; echo "$work/$1"; }
digest() {
	[ -e "$1.sha" ] || sha256sum <"$1" | cut -d ' ' -f 1 >"$1.sha"
	cat "$1.sha"
}
# values KEY: its values in the last report, in order
values() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$work/json" | tr '\n' ' '; }

# run ARG...: nothing is left at the end; the report is kept
run() {
	local status=0
	"$prog" "$@" --timeout 60 --sha256 --json >"$work/json" 2>"$work/err" || status=$?
	[ "$status" -eq 0 ] && [ "$(values leaks)$(values warnings)$(values iommu_faults)" = "0 0 0 " ] && return 0
	bad "$*: exit $status: $(head -n 5 "$work/err")"
	return 1
}

tell() {
	local rate
	rate=$(values mb_per_s | tr ' ' '\n' | grep -vx '0.0' | head -n 1)
	echo "e2e-tap: $1: ${rate%%.*} MB/s, $(values lost | tr -d ' ') frames lost, $(values repeated | tr -d ' ') sent again"
}

# The peer's routes let it repeat soon: as commands, in front of the peer's own.
soon="ip route change 10.77.0.0/24 dev tap0 src 10.77.0.1 rto_min 5ms &&
	ip -6 route replace fd77::/64 dev tap0 metric 1 rto_min 5ms &&"

# received WHAT SIZE ADDRESS ARG...: nc sends, every byte arrives in device memory
received() {
	local what=$1 file address=$3
	file=$(data "$2")
	shift 3
	run listen 5000 --once "$@" --peer "${first-}$nc -N $address 5000 <$file" || return
	if [ "$(values sha256 | cut -d ' ' -f 1)" = "$(digest "$file")" ] &&
		[ "$(values dmabuf_bytes | cut -d ' ' -f 1)" = "$(stat -c %s "$file")" ]; then
		ok
		tell "$what"
	else
		bad "$what: received $(values bytes), $(values dmabuf_bytes)"
	fi
}

# sent WHAT SIZE ADDRESS ARG...: nc receives what leaves device memory
sent() {
	local what=$1 file address=$3
	file=$(data "$2")
	shift 3
	run listen 5000 --once "$@" --input "$file" \
		--peer "$nc $address 5000 </dev/null | sha256sum >$work/sha" || return
	if [ "$(cut -d ' ' -f 1 "$work/sha")" = "$(digest "$file")" ] &&
		[ "$(values dmabuf_bytes | cut -d ' ' -f 2)" = "$(stat -c %s "$file")" ]; then
		ok
		tell "$what"
	else
		bad "$what: sent $(values bytes), $(values dmabuf_bytes)"
	fi
}

# The other way round: we connect. nc that listens ends when we have sent all.
connected() {
	local file back=$work/back address=$1
	file=$(data "$small")
	shift
	run connect "$address" 5000 "$@" --input "$file" \
		--peer "$nc -l $address 5000 </dev/null | sha256sum >$back" || return
	if [ "$(cut -d ' ' -f 1 "$back")" = "$(digest "$file")" ]; then
		ok
	else
		bad "connect $address $*: sent $(values bytes), $(cat "$back")"
	fi
}

# fails WORDS ARG...: exit 1, and WORDS on stderr
fails() {
	local words=$1 status=0
	shift
	"$prog" "$@" >"$work/out" 2>"$work/err" || status=$?
	if [ "$status" -eq 1 ] && grep -qF -- "$words" "$work/err"; then ok; else bad "$*: exit $status: $(cat "$work/err")"; fi
}

# 1, 2, ... 6, newline, and the same with one byte wrong
pattern() {
	yes $'\1\2\3\4\5\6' | head -c 700000 >"$work/pattern"
	if run listen 5000 --verify 7 --once --peer "$nc -N 10.77.0.2 5000 <$work/pattern"; then ok; fi
	printf x | dd of="$work/pattern" bs=1 seek=4711 conv=notrunc status=none
	fails 'the stream is not the pattern' listen 5000 --verify 7 --once --peer "$nc -N 10.77.0.2 5000 <$work/pattern"
	grep -q '1 bytes differ, the first is byte 4711$' "$work/out" || bad "the wrong byte: $(cat "$work/out")"
}

# One after the other, until the peer's command ends.
several() {
	local file
	file=$(data 100000)
	run listen 5000 --output "$work/all" --peer "for i in 1 2 3; do $nc -N 10.77.0.2 5000 <$file; $nc -N fd77::2 5000 <$file; done" || return
	if [ "$(values local | wc -w)" = 6 ] && [ "$(stat -c %s "$work/all")" = 600000 ]; then ok; else bad "six connections: $(values bytes)"; fi
}

fetched() {
	local file got status=0
	file=$(data "$small")
	got=$("$http" "$file" sh -c "for host in 10.77.0.2 '[fd77::2]'; do
		curl -m 60 -sSg \"http://\$host/\" | sha256sum
	done; curl -m 60 -sS -T $work/100000 http://10.77.0.2/ && curl -m 60 -sS http://10.77.0.2/ | sha256sum
	curl -m 60 -sS -X DELETE -w '%{http_code}' http://10.77.0.2/" 2>"$work/err") || status=$?
	if [ "$status" -eq 0 ] && [ "$(tr -d ' \n' <<<"$got")" = \
		"$(digest "$file")-$(digest "$file")-$(digest "$work/100000")-405" ]; then
		ok
	else
		bad "curl: exit $status: $got $(head -n 5 "$work/err")"
	fi
}

# Whatever the peer's command has started is gone at the end, also who does not want to:
# these write their numbers into files. The shells that wait do not pass on what ends them.
lingering="sh -c 'echo \$\$ >$work/pid.1; exec sleep 100' &
	sh -c 'trap : TERM; echo \$\$ >$work/pid.2; while sleep 100; do :; done; sleep 100' &"
settled="while [ ! -s $work/pid.1 ] || [ ! -s $work/pid.2 ]; do sleep 0.01; done"

nobody_left() {
	local pid
	while read -r pid; do
		if kill -0 "$pid" 2>/dev/null; then bad "$1: $pid is left"; return; fi
	done < <(cat "$work/pid.1" "$work/pid.2")
	rm "$work/pid.1" "$work/pid.2"
	ok
}

peers_end() {
	local file pid
	file=$(data 100000)
	run listen 5000 --once --peer "$lingering $settled; $nc -N 10.77.0.2 5000 <$file" && nobody_left "its peer ended"
	fails 'nobody connected for 1 s' listen 5000 --timeout 1 --peer "$lingering $settled; sleep 100"
	nobody_left "nobody connected"
	"$prog" listen 5000 --peer "$lingering sleep 100" >"$work/out" 2>&1 &
	pid=$!
	sh -c "$settled"
	kill -TERM "$pid"
	wait "$pid"
	nobody_left "SIGTERM"
}

# The same without rights, where user namespaces are allowed.
unprivileged() {
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	[ "$(id -u)" -eq 0 ] || as=()
	if ! "${as[@]}" unshare -Urn true 2>/dev/null || ! "${as[@]}" "$prog" --version >/dev/null 2>&1; then
		echo "e2e-tap: skipped: no user namespaces here"
		return
	fi
	if "${as[@]}" "$prog" listen 5000 --once --sha256 --timeout 60 --peer "$nc -N 10.77.0.2 5000 <$(data 100000)" >"$work/out" 2>"$work/err" &&
		grep -qF "$(digest "$work/100000")" "$work/out"; then
		ok
	elif grep -q -- '--tap: .*Invalid argument' "$work/err"; then
		# A user namespace is for a process of one thread; ThreadSanitizer has its own.
		echo "e2e-tap: skipped: $(cat "$work/err")"
	else
		bad "unprivileged: $(cat "$work/err")"
	fi
}

received "received, IPv4" "$big" 10.77.0.2
received "received, IPv6, GPU memory" "$big" fd77::2 --exporter gpu
received "received, frames of 1500 bytes" "$small" 10.77.0.2 --tap-offload off
first=$soon received "received, IPv4, 1 % loss" "$big" 10.77.0.2 --loss 1
first=$soon received "received, IPv6, 1 % loss" "$big" fd77::2 --loss 1
received "received, frames of 1500 bytes, 1 % loss" "$small" fd77::2 --loss 1 --tap-offload off
received "received, one queue" "$small" 10.77.0.2 --queues 1 --dmabuf 2M
sent "sent, IPv4" "$big" 10.77.0.2
sent "sent, IPv6, GPU memory" "$big" fd77::2 --exporter gpu
sent "sent, IPv4, 1 % loss" "$big" 10.77.0.2 --loss 1
sent "sent, IPv6, 1 % loss, small memory" "$big" fd77::2 --loss 1 --dmabuf 1M
connected 10.77.0.1
connected fd77::1 --exporter gpu --iommu lazy
connected 10.77.0.1 --rx host --tx host
pattern
several
peers_end
fetched
unprivileged
fails 'ended with status 0 without a connection' listen 5000 --peer true
fails 'it ended with status 3' listen 5000 --once --peer "$nc -N 10.77.0.2 5000 </dev/null; exit 3"
fails 'nobody connected for 1 s' listen 5000 --timeout 1 --peer 'sleep 60'
fails 'nothing happened for 1 s' listen 5000 --timeout 1 --peer "sleep 60 | $nc 10.77.0.2 5000"
fails 'cannot connect to 10.77.0.1:5000: Connection refused' connect 5000
echo "e2e-tap: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
