/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events of device memory: a binding comes and goes, a net_iov is delivered to
 * the application under a token and comes back. Not the kernel's; what a page pool
 * does with a net_iov is in trace/events/page_pool.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM devmem

#if !defined(_TRACE_DEVMEM_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_DEVMEM_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include <net/netmem.h>

TRACE_EVENT(devmem_bind,

	TP_PROTO(u32 binding, int ifindex, u64 bytes),

	TP_ARGS(binding, ifindex, bytes),

	TP_STRUCT__entry(
		__field(u32, binding)
		__field(int, ifindex)
		__field(u64, bytes)
	),

	TP_fast_assign(
		__entry->binding = binding;
		__entry->ifindex = ifindex;
		__entry->bytes = bytes;
	),

	TP_printk("binding=%u ifindex=%d bytes=%llu", __entry->binding, __entry->ifindex,
		  __entry->bytes)
);

TRACE_EVENT(devmem_unbind,

	TP_PROTO(u32 binding),

	TP_ARGS(binding),

	TP_STRUCT__entry(
		__field(u32, binding)
	),

	TP_fast_assign(
		__entry->binding = binding;
	),

	TP_printk("binding=%u", __entry->binding)
);

DECLARE_EVENT_CLASS(devmem_token,

	TP_PROTO(netmem_ref netmem, u32 token),

	TP_ARGS(netmem, token),

	TP_STRUCT__entry(
		__field(unsigned long, netmem)
		__field(u32, token)
	),

	TP_fast_assign(
		__entry->netmem = (__force unsigned long)netmem;
		__entry->token = token;
	),

	TP_printk("netmem=%p token=%u", (void *)(__entry->netmem & ~NET_IOV), __entry->token)
);

DEFINE_EVENT(devmem_token, devmem_deliver,
	TP_PROTO(netmem_ref netmem, u32 token),
	TP_ARGS(netmem, token)
);

DEFINE_EVENT(devmem_token, devmem_return,
	TP_PROTO(netmem_ref netmem, u32 token),
	TP_ARGS(netmem, token)
);

#endif

/* Outside the guard: reads the file again to define the events. */
#include <trace/define_trace.h>
