/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events for the tests of recordings: buffers that come, work and go. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lives

#if !defined(UDM_TESTS_TRACE_LIVES_H) || defined(TRACE_HEADER_MULTI_READ)
#define UDM_TESTS_TRACE_LIVES_H

#include <linux/tracepoint.h>
#include <linux/types.h>

DECLARE_EVENT_CLASS(lives_step,
	TP_PROTO(unsigned long netmem, s16 step),
	TP_ARGS(netmem, step),
	TP_STRUCT__entry(
		__field(unsigned long, netmem)
		__field(s16, step)
	),
	TP_fast_assign(
		__entry->netmem = netmem;
		__entry->step = step;
	),
	TP_printk("step %d", __entry->step)
);

DEFINE_EVENT(lives_step, lives_step_hold, TP_PROTO(unsigned long netmem, s16 step),
	     TP_ARGS(netmem, step));
DEFINE_EVENT(lives_step, lives_fill, TP_PROTO(unsigned long netmem, s16 step),
	     TP_ARGS(netmem, step));
DEFINE_EVENT(lives_step, lives_state_release, TP_PROTO(unsigned long netmem, s16 step),
	     TP_ARGS(netmem, step));

TRACE_EVENT(lives_words,
	TP_PROTO(const char *text, u64 large, const void *where),
	TP_ARGS(text, large, where),
	TP_STRUCT__entry(
		__string(text, text)
		__field(u64, large)
		__field(const void *, where)
		__array(u8, mark, 3)
		__dynamic_array(u8, tail, 2)
	),
	TP_fast_assign(
		__assign_str(text);
		__entry->large = large;
		__entry->where = where;
		memcpy(__entry->mark, "\001\002\377", 3);
		memcpy(__get_dynamic_array(tail), "\020\040", 2);
	),
	TP_printk("%s", __get_str(text))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH tests/libkern/trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE lives
#include <trace/define_trace.h>
