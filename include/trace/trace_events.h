/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events, defined: seven readings of one event header.
 *
 * Kernel path: trace/trace_events.h. An event class has a record (fixed fields,
 * then the data of strings and arrays), a table of its fields, a printer and a
 * probe; an event adds a tracepoint and an entry in the list of udevmem/trace.h.
 * A dynamic field is a word in the record: length << 16 | offset. The probe is
 * what a listener registers on the tracepoint: it builds the record on the
 * stack and hands it over. Read by trace/define_trace.h only.
 */
#ifdef TRACE_INCLUDE

#include <alloca.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/trace_seq.h>

/* Pass 1: tracepoints. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args) DEFINE_TRACE(name##_tp, , );
#define DECLARE_TRACE_CONDITION(name, proto, args, cond) DEFINE_TRACE(name##_tp, , );
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template, name, proto, args) DEFINE_TRACE(name, , );
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 2: the record of each class. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_STRUCT__entry(args...) args
#define __field(type, item) type item;
#define __field_struct(type, item) type item;
#define __array(type, item, len) type item[len];
#define __dynamic_array(type, item, len) u32 __data_loc_##item;
#define __string(item, src) u32 __data_loc_##item;
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	struct trace_event_raw_##name {                                                            \
		struct trace_entry ent;                                                            \
		tstruct                                                                            \
		char __data[];                                                                     \
	};
#define DEFINE_EVENT(template, name, proto, args)
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 3: per class, a length word and a source for each dynamic field. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_STRUCT__entry(args...) args
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)
#define __dynamic_array(type, item, len) u32 item;
#define __string(item, src) u32 item; const void *item##_src;
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	struct trace_event_data_offsets_##name {                                                   \
		tstruct                                                                            \
	};
#define DEFINE_EVENT(template, name, proto, args)
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 4: how much data follows the record, and where in it each field is. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_STRUCT__entry(args...) args
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)
#define __dynamic_array(type, item, len)                                                           \
	__at = ALIGN(__at, __alignof__(type));                                                     \
	__loc->item = udm_trace_loc(&__at, (len) * sizeof(type));
#define __string(item, src)                                                                        \
	__loc->item##_src = udm_trace_string(src);                                                 \
	__loc->item = udm_trace_loc(&__at, strlen(__loc->item##_src) + 1);
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	static __maybe_unused notrace size_t trace_event_get_offsets_##name(                       \
		struct trace_event_data_offsets_##name *__loc, proto)                              \
	{                                                                                          \
		size_t __at = offsetof(struct trace_event_raw_##name, __data);                     \
		tstruct return __at;                                                               \
	}
#define DEFINE_EVENT(template, name, proto, args)
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 5: the text of a record. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_printk(fmt, args...) fmt, ##args
#define __get_dynamic_array(field)                                                                 \
	((void *)((char *)__entry + (__entry->__data_loc_##field & 0xffff)))
#define __get_dynamic_array_len(field) (__entry->__data_loc_##field >> 16)
#define __get_str(field) ((char *)__get_dynamic_array(field))
#define __get_bitmask(field)                                                                       \
	trace_print_bitmask_seq(p, __get_dynamic_array(field), __get_dynamic_array_len(field))
#define __get_cpumask(field) __get_bitmask(field)
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	static __maybe_unused size_t trace_event_print_##name(const void *__record, char *__text,  \
							      size_t __size)                       \
	{                                                                                          \
		const struct trace_event_raw_##name *__entry __maybe_unused = __record;            \
		struct trace_seq __scratch, *p __maybe_unused = &__scratch;                        \
		trace_seq_init(p);                                                                 \
		return udm_snprintf(__text, __size, print);                                        \
	}
#define DEFINE_EVENT(template, name, proto, args)
/* An event of a class with a text of its own. */
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)                                     \
	static size_t trace_event_print_##template##_##name(const void *__record, char *__text,    \
							    size_t __size)                         \
	{                                                                                          \
		const struct trace_event_raw_##template *__entry __maybe_unused = __record;        \
		struct trace_seq __scratch, *p __maybe_unused = &__scratch;                        \
		trace_seq_init(p);                                                                 \
		return udm_snprintf(__text, __size, print);                                        \
	}
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 6: the fields of a class. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_STRUCT__entry(args...) args
#define __TRACE_FIELD(type_text, item, member, sgn, what)                                          \
	{ #item, type_text, offsetof(typeof(*__rec), member), sizeof(__rec->member), sgn, what },
#define __field(type, item)                                                                        \
	__TRACE_FIELD(#type, item, item, __trace_is_signed(__rec->item), UDM_TRACE_VALUE)
#define __field_struct(type, item) __TRACE_FIELD(#type, item, item, false, UDM_TRACE_ARRAY)
#define __array(type, item, len) __TRACE_FIELD(#type "[]", item, item, false, UDM_TRACE_ARRAY)
#define __dynamic_array(type, item, len)                                                           \
	__TRACE_FIELD(#type "[]", item, __data_loc_##item, false, UDM_TRACE_DYNAMIC)
#define __string(item, src)                                                                        \
	__TRACE_FIELD("char[]", item, __data_loc_##item, false, UDM_TRACE_STRING)
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	static __maybe_unused unsigned int trace_event_fields_##name(                              \
		const struct udm_trace_field **__fields)                                           \
	{                                                                                          \
		struct trace_event_raw_##name *__rec __maybe_unused = NULL;                        \
		static const struct udm_trace_field __table[] = { tstruct{ NULL } };               \
		*__fields = __table;                                                               \
		return ARRAY_SIZE(__table) - 1;                                                    \
	}
#define DEFINE_EVENT(template, name, proto, args)
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* Pass 7: probes and the list of events. */
#include <trace/trace_undef.h>
#define DECLARE_TRACE(name, proto, args)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)
#define TP_STRUCT__entry(args...) args
#define __field(type, item)
#define __field_struct(type, item)
#define __array(type, item, len)
#define __dynamic_array(type, item, len) __entry->__data_loc_##item = __loc.item;
#define __string(item, src) __entry->__data_loc_##item = __loc.item;
#define __get_dynamic_array(field)                                                                 \
	((void *)((char *)__entry + (__entry->__data_loc_##field & 0xffff)))
#define __get_dynamic_array_len(field) (__entry->__data_loc_##field >> 16)
#define __get_str(field) ((char *)__get_dynamic_array(field))
#define __assign_str(dst, ...)                                                                     \
	memcpy(__get_str(dst), __loc.dst##_src, __get_dynamic_array_len(dst))
#define __assign_bitmask(dst, src, nr_bits)                                                        \
	memcpy(__get_dynamic_array(dst), (src), BITS_TO_LONGS(nr_bits) * sizeof(unsigned long))
#define __assign_cpumask(dst, src) __assign_bitmask(dst, src, nr_cpu_ids)
#define __assign_vstr(dst, fmt, va) udm_trace_vstr(__get_str(dst), fmt, va)
#define TP_fast_assign(args...) args
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)                             \
	static __maybe_unused void trace_event_raw_event_##name(void *__listener, proto)           \
	{                                                                                          \
		struct trace_event_data_offsets_##name __loc;                                      \
		size_t __bytes = trace_event_get_offsets_##name(&__loc, args);                     \
		struct trace_event_raw_##name *__entry = alloca(__bytes);                          \
		memset(__entry, 0, __bytes);                                                       \
		tstruct                                                                            \
		{                                                                                  \
			assign;                                                                    \
		}                                                                                  \
		udm_trace_deliver(__listener, &__entry->ent, __bytes);                             \
	}
#define __TRACE_EVENT_ENTRY(template, tpname, printer)                                             \
	static struct udm_trace_event event_##tpname = {                                           \
		.name = #tpname,                                                                   \
		.system = __stringify(TRACE_SYSTEM),                                               \
		.tp = &__tracepoint_##tpname,                                                      \
		.probe = (void *)trace_event_raw_event_##template,                                 \
		.print = printer,                                             \
	};                                                                                         \
	static void __attribute__((__constructor__)) trace_init_##tpname(void)                     \
	{                                                                                          \
		event_##tpname.nr_fields = trace_event_fields_##template(&event_##tpname.fields);  \
		udm_trace_event_add(&event_##tpname);                                              \
	}                                                                                          \
	static void __attribute__((__destructor__)) trace_exit_##tpname(void)                      \
	{                                                                                          \
		udm_trace_event_remove(&event_##tpname);                                           \
	}
#define DEFINE_EVENT(template, tpname, proto, args)                                                \
	__TRACE_EVENT_ENTRY(template, tpname, trace_event_print_##template)
#define DEFINE_EVENT_PRINT(template, tpname, proto, args, print)                                   \
	__TRACE_EVENT_ENTRY(template, tpname, trace_event_print_##template##_##tpname)
#include <trace/trace_forms.h>
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#endif
