#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every trace event that our headers define is a probe of some library, for perf and bpftrace.
set -u
src=${srcdir:-.}
passed=0
failed=0

if ! grep -q '^#define HAVE_SYS_SDT_H 1' config.h; then
	echo 'usdt: built without sys/sdt.h (package systemtap-sdt-dev): nothing to look for'
	echo 'usdt: 0 passed, 0 failed, 1 skipped'
	exit 0
fi
probes=$(readelf -n .libs/*.so 2>/dev/null | awk '/Provider: / { ours = $2 == "udevmem" } /Name: / && ours { print $2 }')
events=$(sed -nE 's/^(TRACE_EVENT|TRACE_EVENT_CONDITION|DEFINE_EVENT)\((([a-z0-9_]+), *)?([a-z0-9_]+),.*/\1 \3 \4/p' \
	"$src"/include/trace/events/*.h "$src"/emu-nic/driver/emunic_trace.h |
	awk '$1 == "DEFINE_EVENT" { print $3; next } { print $NF }' | grep -vx name)
for event in $events; do
	if grep -qx "$event" <<<"$probes"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "usdt: FAILED: no probe $event"
	fi
done
[ "$passed" -gt 20 ] || { failed=$((failed + 1)); echo "usdt: FAILED: only $passed probes"; }
echo "usdt: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
