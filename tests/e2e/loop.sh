#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# udevmem listen and connect over a cable to a second NIC, whose application sends back
# what it gets: out of device memory, into device memory, with loss, in both modes.
# UDM_E2E=short sends less (sanitizer builds).
set -u
prog=${UDEVMEM:-tools/udevmem}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
size=3000000
[ "${UDM_E2E:-full}" = short ] && size=300000
head -c "$size" /dev/urandom >"$work/data"

# value KEY: the first value of a JSON key of the last report
value() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$work/json" | head -n 1; }

# echoed RX TX ARG...: what comes back is what was sent, and where it should be
echoed() {
	local rx=$1 tx=$2 status=0 in_dmabuf=0 out_dmabuf=0
	shift 2
	[ "$rx" = devmem ] && in_dmabuf=$size
	[ "$tx" = devmem ] && out_dmabuf=$size
	"$prog" "$@" --loop --rx "$rx" --tx "$tx" --input "$work/data" --output "$work/back" \
		--timeout 120 --json >"$work/json" 2>"$work/err" || status=$?
	if [ "$status" -eq 0 ] && cmp -s "$work/data" "$work/back" &&
		[ "$(value leaks)" = 0 ] && [ "$(value warnings)" = 0 ] &&
		[ "$(sed -n 's/.*"dmabuf_bytes": \([0-9]*\).*/\1/p' "$work/json" | tr '\n' ' ')" = "$in_dmabuf $out_dmabuf " ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "e2e: FAILED: $* --rx $rx --tx $tx: exit $status: $(head -n 5 "$work/err")"
	fi
}

for mode in threads sim; do
	for command in "listen 5000" "listen fd77::2 5000" "connect 5000" "connect fd77::1 5000"; do
		# The command is words.
		# shellcheck disable=SC2086
		echoed devmem devmem $command --mode "$mode"
	done
	for exporter in udmabuf gpu; do
		echoed devmem host connect 5000 --mode "$mode" --exporter "$exporter" --iommu lazy
		echoed host devmem connect 5000 --mode "$mode" --exporter "$exporter" --iommu off
	done
	echoed host host connect 5000 --mode "$mode"
	echoed devmem devmem connect 5000 --mode "$mode" --queues 1 --dmabuf 1M
done
seeds=8
[ "${UDM_E2E:-full}" = short ] && seeds=2
for ((seed = 1; seed <= seeds; seed++)); do
	echoed devmem devmem connect fd77::1 5000 --mode sim --loss 1 --seed "$seed"
done
echo "e2e-loop: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
