/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text of bounded length put together piece by piece.
 *
 * Kernel path: linux/trace_seq.h, kernel/trace/trace_seq.c. A piece that does
 * not fit is left out whole and sets full.
 */
#ifndef _UDM_LINUX_TRACE_SEQ_H
#define _UDM_LINUX_TRACE_SEQ_H

#include <linux/compiler.h>
#include <linux/types.h>

#define TRACE_SEQ_BUFFER_SIZE 2048

struct trace_seq {
	char buffer[TRACE_SEQ_BUFFER_SIZE];
	size_t len;
	int full;
};

static inline void trace_seq_init(struct trace_seq *s)
{
	s->len = 0;
	s->full = 0;
	s->buffer[0] = '\0';
}

static inline bool trace_seq_has_overflowed(struct trace_seq *s)
{
	return s->full;
}

static inline char *trace_seq_buffer_ptr(struct trace_seq *s)
{
	return s->buffer + s->len;
}

__printf(2, 3) void trace_seq_printf(struct trace_seq *s, const char *fmt, ...);
void trace_seq_puts(struct trace_seq *s, const char *str);
void trace_seq_putc(struct trace_seq *s, unsigned char c);

#endif
