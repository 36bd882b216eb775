// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text pieces TP_printk() formats refer to: trace_seq, and names for flags
 * and values. A piece ends with a NUL of its own, so several may live in one
 * trace_seq.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/trace_seq.h>
#include <linux/unaligned.h>

static __printf(2, 0) void seq_vprintf_whole(struct trace_seq *s, const char *fmt, va_list args)
{
	size_t room = sizeof(s->buffer) - s->len, len;

	if (s->full)
		return;
	len = vsnprintf(s->buffer + s->len, room, fmt, args);
	if (len < room) {
		s->len += len;
		return;
	}
	s->buffer[s->len] = '\0';
	s->full = 1;
}

void trace_seq_printf(struct trace_seq *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf_whole(s, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(trace_seq_printf);

void trace_seq_puts(struct trace_seq *s, const char *str)
{
	trace_seq_printf(s, "%s", str);
}
EXPORT_SYMBOL_GPL(trace_seq_puts);

void trace_seq_putc(struct trace_seq *s, unsigned char c)
{
	if (s->full || s->len + 1 >= sizeof(s->buffer)) {
		s->full = 1;
		return;
	}
	s->buffer[s->len++] = c;
	s->buffer[s->len] = '\0';
}
EXPORT_SYMBOL_GPL(trace_seq_putc);

/* Keeps the NUL behind the text that began at `text`. */
static const char *end_piece(struct trace_seq *p, const char *text)
{
	trace_seq_putc(p, '\0');
	return text;
}

const char *trace_print_flags_seq(struct trace_seq *p, const char *delim, unsigned long flags,
				  const struct trace_print_flags *flag_array)
{
	const char *text = trace_seq_buffer_ptr(p), *between = "";

	for (; flag_array->name; flag_array++) {
		unsigned long mask = flag_array->mask;

		/* A zero mask names the value 0 only. */
		if ((flags & mask) != mask || (!mask && flags))
			continue;
		trace_seq_printf(p, "%s%s", between, flag_array->name);
		flags &= ~mask;
		between = delim;
	}
	if (flags)
		trace_seq_printf(p, "%s0x%lx", between, flags);
	return end_piece(p, text);
}
EXPORT_SYMBOL(trace_print_flags_seq);

const char *trace_print_symbols_seq(struct trace_seq *p, unsigned long val,
				    const struct trace_print_flags *symbol_array)
{
	const char *text = trace_seq_buffer_ptr(p);

	while (symbol_array->name && symbol_array->mask != val)
		symbol_array++;
	if (symbol_array->name)
		trace_seq_puts(p, symbol_array->name);
	else
		trace_seq_printf(p, "0x%lx", val);
	return end_piece(p, text);
}
EXPORT_SYMBOL(trace_print_symbols_seq);

const char *trace_print_hex_seq(struct trace_seq *p, const unsigned char *buf, int len,
				bool concatenate)
{
	const char *text = trace_seq_buffer_ptr(p);

	for (int i = 0; i < len; i++)
		trace_seq_printf(p, "%s%02x", i && !concatenate ? " " : "", buf[i]);
	return end_piece(p, text);
}
EXPORT_SYMBOL(trace_print_hex_seq);

static u64 array_element(const void *at, size_t size)
{
	switch (size) {
	case 1:
		return *(const u8 *)at;
	case 2:
		return get_unaligned((const u16 *)at);
	case 4:
		return get_unaligned((const u32 *)at);
	default:
		return get_unaligned((const u64 *)at);
	}
}

const char *trace_print_array_seq(struct trace_seq *p, const void *buf, int count, size_t el_size)
{
	const char *text = trace_seq_buffer_ptr(p);

	trace_seq_putc(p, '{');
	for (int i = 0; i < count; i++)
		trace_seq_printf(p, "%s0x%llx", i ? "," : "",
				 array_element((const char *)buf + i * el_size, el_size));
	trace_seq_putc(p, '}');
	return end_piece(p, text);
}
EXPORT_SYMBOL(trace_print_array_seq);

const char *trace_print_bitmask_seq(struct trace_seq *p, void *bitmask_ptr,
				    unsigned int bitmask_size)
{
	const char *text = trace_seq_buffer_ptr(p);

	trace_seq_printf(p, "%*pb", (int)bitmask_size * 8, bitmask_ptr);
	trace_seq_putc(p, 0);
	return text;
}
EXPORT_SYMBOL_GPL(trace_print_bitmask_seq);

size_t udm_trace_vlen(const char *fmt, va_list *va)
{
	va_list again;
	int len;

	va_copy(again, *va);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	return len + 1;
}

void udm_trace_vstr(char *dst, const char *fmt, va_list *va)
{
	va_list again;

	va_copy(again, *va);
	vsnprintf(dst, udm_trace_vlen(fmt, va), fmt, again);
	va_end(again);
}
