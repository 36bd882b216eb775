/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the code that TRACE_EVENT expands to calls.
 *
 * Kernel path: linux/trace_events.h. The list of events is udevmem/trace.h's.
 */
#ifndef _UDM_LINUX_TRACE_EVENTS_H
#define _UDM_LINUX_TRACE_EVENTS_H

#include <linux/minmax.h>
#include <linux/trace_seq.h>
#include <linux/tracepoint.h>
#include <linux/types.h>
#include <udevmem/trace.h>

/* The head of every record. */
struct trace_entry {
	unsigned short type;
	unsigned char flags;
	unsigned char preempt_count;
	int pid;
};

struct trace_print_flags {
	unsigned long mask;
	const char *name;
};

void udm_trace_event_add(struct udm_trace_event *event);
void udm_trace_event_remove(struct udm_trace_event *event);
/* Completes the record's head and hands it to the listener the probe was registered for. */
void udm_trace_deliver(void *listener, struct trace_entry *ent, size_t bytes);

/* The word of a dynamic field of len bytes at *at, which moves behind it. */
static inline u32 udm_trace_loc(size_t *at, size_t len)
{
	u32 loc = (u32)len << 16 | (u32)*at;

	*at += len;
	return loc;
}

/* What a string field stores for src. */
static inline const char *udm_trace_string(const char *src)
{
	return src ?: "(null)";
}

#define __trace_is_signed(x)                                                                       \
	_Generic((x), signed char: 1, short: 1, int: 1, long: 1, long long: 1, default: 0)

/* Text made from values; it lives as long as the trace_seq. kernel/trace/trace_output.c */
const char *trace_print_flags_seq(struct trace_seq *p, const char *delim, unsigned long flags,
				  const struct trace_print_flags *flag_array);
const char *trace_print_symbols_seq(struct trace_seq *p, unsigned long val,
				    const struct trace_print_flags *symbol_array);
const char *trace_print_hex_seq(struct trace_seq *p, const unsigned char *buf, int len,
				bool concatenate);
/* @bitmask_size in bytes. */
const char *trace_print_bitmask_seq(struct trace_seq *p, void *bitmask_ptr,
				    unsigned int bitmask_size);
/* Room for the text of a format with its NUL, and the text. */
size_t udm_trace_vlen(const char *fmt, va_list *va);
void udm_trace_vstr(char *dst, const char *fmt, va_list *va);
const char *trace_print_array_seq(struct trace_seq *p, const void *buf, int count, size_t el_size);

#define __print_flags(flag, delim, flag_array...)                                                  \
	({                                                                                         \
		static const struct trace_print_flags __flags[] = { flag_array, { -1, NULL } };    \
		trace_print_flags_seq(p, delim, flag, __flags);                                    \
	})
#define __print_symbolic(value, symbol_array...)                                                   \
	({                                                                                         \
		static const struct trace_print_flags __symbols[] = { symbol_array, { -1, NULL } };\
		trace_print_symbols_seq(p, value, __symbols);                                      \
	})
#define __print_flags_u64 __print_flags
#define __print_symbolic_u64 __print_symbolic
#define __print_hex(buf, buf_len) trace_print_hex_seq(p, buf, buf_len, false)
#define __print_hex_str(buf, buf_len) trace_print_hex_seq(p, buf, buf_len, true)
#define __print_array(array, count, el_size) trace_print_array_seq(p, array, count, el_size)

#endif
