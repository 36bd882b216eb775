/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events of the driver: a payload buffer is given to the device, and comes back filled. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM emunic

#if !defined(EMUNIC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define EMUNIC_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include <net/netmem.h>

TRACE_EVENT(emunic_post,

	TP_PROTO(netmem_ref netmem, unsigned int queue, u32 slot),

	TP_ARGS(netmem, queue, slot),

	TP_STRUCT__entry(
		__field(unsigned long, netmem)
		__field(unsigned int, queue)
		__field(u32, slot)
	),

	TP_fast_assign(
		__entry->netmem = (__force unsigned long)netmem;
		__entry->queue = queue;
		__entry->slot = slot;
	),

	TP_printk("netmem=%p is_net_iov=%lu queue=%u slot=%u",
		  (void *)(__entry->netmem & ~NET_IOV), __entry->netmem & NET_IOV,
		  __entry->queue, __entry->slot)
);

TRACE_EVENT(emunic_fill,

	TP_PROTO(netmem_ref netmem, unsigned int queue, u32 len),

	TP_ARGS(netmem, queue, len),

	TP_STRUCT__entry(
		__field(unsigned long, netmem)
		__field(unsigned int, queue)
		__field(u32, len)
	),

	TP_fast_assign(
		__entry->netmem = (__force unsigned long)netmem;
		__entry->queue = queue;
		__entry->len = len;
	),

	TP_printk("netmem=%p is_net_iov=%lu queue=%u len=%u",
		  (void *)(__entry->netmem & ~NET_IOV), __entry->netmem & NET_IOV,
		  __entry->queue, __entry->len)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH emu-nic/driver
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE emunic_trace
#include <trace/define_trace.h>
