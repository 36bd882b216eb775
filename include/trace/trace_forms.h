/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The derived event macros in terms of DECLARE_EVENT_CLASS and DEFINE_EVENT,
 * and the rarer fields in terms of the basic ones. Part of trace/trace_events.h,
 * read once per pass.
 */
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)                                     \
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),    \
			    PARAMS(print))                                                         \
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))
#define TRACE_EVENT_FN(name, proto, args, tstruct, assign, print, reg, unreg)                      \
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),            \
		    PARAMS(print))
#define TRACE_EVENT_CONDITION(name, proto, args, cond, tstruct, assign, print)                     \
	TRACE_EVENT(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),            \
		    PARAMS(print))
#define DEFINE_EVENT_FN(template, name, proto, args, reg, unreg)                                   \
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_CONDITION(template, name, proto, args, cond)                                  \
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))
#ifndef DEFINE_EVENT_PRINT
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)                                     \
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))
#endif
#define TRACE_EVENT_FLAGS(event, flag)
#define TRACE_EVENT_PERF_PERM(event, expr...)

#define __field_ext(type, item, filter) __field(type, item)
#define __field_struct_ext(type, item, filter) __field_struct(type, item)

#ifndef __bitmask
#define __bitmask(item, nr_bits) __dynamic_array(unsigned long, item, BITS_TO_LONGS(nr_bits))
#define __string_len(item, src, len) __dynamic_array(char, item, (len) + 1)
#define __vstring(item, fmt, ap) __dynamic_array(char, item, udm_trace_vlen(fmt, ap))
#endif
#define __cpumask(item) __bitmask(item, nr_cpu_ids)
