/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events for the tracepoint tests, written as a kernel header would be. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sample

#if !defined(UDM_TESTS_TRACE_SAMPLE_H) || defined(TRACE_HEADER_MULTI_READ)
#define UDM_TESTS_TRACE_SAMPLE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

TRACE_EVENT(sample_pack,
	TP_PROTO(int id, const char *who, const u16 *values, int n),
	TP_ARGS(id, who, values, n),
	TP_STRUCT__entry(
		__field(int, id)
		__field(unsigned long, doubled)
		__string(who, who)
		__array(char, mark, 4)
		__dynamic_array(u16, values, n)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->doubled = 2 * id;
		__assign_str(who);
		memcpy(__entry->mark, "abc", 4);
		if (n)
			memcpy(__get_dynamic_array(values), values, n * sizeof(*values));
	),
	TP_printk("id=%d doubled=%lu who=%s mark=%s state=%s flags=%s values=%s", __entry->id,
		__entry->doubled, __get_str(who), __entry->mark,
		__print_symbolic(__entry->id, { 1, "ONE" }, { 2, "TWO" }),
		__print_flags(__entry->id, "|", { 1, "A" }, { 4, "C" }),
		__print_array(__get_dynamic_array(values),
			      __get_dynamic_array_len(values) / sizeof(u16), sizeof(u16)))
);

DECLARE_EVENT_CLASS(sample_step,
	TP_PROTO(const void *where, u8 step),
	TP_ARGS(where, step),
	TP_STRUCT__entry(
		__field(u8, step)
		__field(const void *, where)
	),
	TP_fast_assign(
		__entry->where = where;
		__entry->step = step;
	),
	TP_printk("step %u", __entry->step)
);

DEFINE_EVENT(sample_step, sample_begin, TP_PROTO(const void *where, u8 step), TP_ARGS(where, step));
DEFINE_EVENT(sample_step, sample_end, TP_PROTO(const void *where, u8 step), TP_ARGS(where, step));

TRACE_EVENT_CONDITION(sample_odd,
	TP_PROTO(int n),
	TP_ARGS(n),
	TP_CONDITION(n % 2),
	TP_STRUCT__entry(__field(int, n)),
	TP_fast_assign(__entry->n = n;),
	TP_printk("n=%d", __entry->n)
);

DECLARE_TRACE(sample_bare, TP_PROTO(int n), TP_ARGS(n));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH tests/libkern/trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE sample
#include <trace/define_trace.h>
