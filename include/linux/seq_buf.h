/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that is written piece by piece into a buffer of fixed size.
 *
 * A piece that does not fit marks the buffer as overflowed, after which nothing more
 * goes in. Writers return 0 or -1 for an overflow. Any context; the caller locks.
 * Kernel path: linux/seq_buf.h, lib/seq_buf.c.
 */
#ifndef _UDM_LINUX_SEQ_BUF_H
#define _UDM_LINUX_SEQ_BUF_H

#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct path;
struct seq_file;

/* len > size: overflowed. */
struct seq_buf {
	char *buffer;
	size_t size;
	size_t len;
};

#define DECLARE_SEQ_BUF(NAME, SIZE)                                                                \
	struct seq_buf NAME = {                                                                    \
		.buffer = (char[SIZE]){ 0 },                                                       \
		.size = SIZE,                                                                      \
	}

static inline void seq_buf_clear(struct seq_buf *s)
{
	s->len = 0;
	if (s->size)
		s->buffer[0] = '\0';
}

static inline void seq_buf_init(struct seq_buf *s, char *buf, unsigned int size)
{
	s->buffer = buf;
	s->size = size;
	seq_buf_clear(s);
}

static inline bool seq_buf_has_overflowed(struct seq_buf *s)
{
	return s->len > s->size;
}

static inline void seq_buf_set_overflow(struct seq_buf *s)
{
	s->len = s->size + 1;
}

static inline unsigned int seq_buf_buffer_left(struct seq_buf *s)
{
	return seq_buf_has_overflowed(s) ? 0 : s->size - s->len;
}

static inline unsigned int seq_buf_used(struct seq_buf *s)
{
	return min(s->len, s->size);
}

/* The text, ended by a zero byte, which costs the last character of a full buffer. */
static inline const char *seq_buf_str(struct seq_buf *s)
{
	if (WARN_ON(s->size == 0))
		return "";
	s->buffer[min(s->len, s->size - 1)] = '\0';
	return s->buffer;
}

/* Room to write into directly, then say with seq_buf_commit() how much it was. */
static inline size_t seq_buf_get_buf(struct seq_buf *s, char **bufp)
{
	WARN_ON(s->len > s->size + 1);
	*bufp = s->len < s->size ? s->buffer + s->len : NULL;
	return s->len < s->size ? s->size - s->len : 0;
}

/* @num < 0: it did not fit. */
static inline void seq_buf_commit(struct seq_buf *s, int num)
{
	if (num < 0) {
		seq_buf_set_overflow(s);
		return;
	}
	/* More than there was room for. */
	BUG_ON(s->len + num > s->size);
	s->len += num;
}

/* Takes the last character away. */
static inline void seq_buf_pop(struct seq_buf *s)
{
	if (!WARN_ON(!s->len))
		s->len--;
}

__printf(2, 3) int seq_buf_printf(struct seq_buf *s, const char *fmt, ...);
__printf(2, 0) int seq_buf_vprintf(struct seq_buf *s, const char *fmt, va_list args);
int seq_buf_puts(struct seq_buf *s, const char *str);
int seq_buf_putc(struct seq_buf *s, unsigned char c);
int seq_buf_putmem(struct seq_buf *s, const void *mem, unsigned int len);
/* As numbers of up to 8 bytes each, most significant digit first. */
int seq_buf_putmem_hex(struct seq_buf *s, const void *mem, unsigned int len);
int seq_buf_hex_dump(struct seq_buf *s, const char *prefix_str, int prefix_type, int rowsize,
		     int groupsize, const void *buf, size_t len, bool ascii);
/* The path, with the characters of @esc as octal escapes: its length, or -1. */
int seq_buf_path(struct seq_buf *s, const struct path *path, const char *esc);
int seq_buf_print_seq(struct seq_file *m, struct seq_buf *s);
/* Bytes copied from @start on, 0 for none wanted, -EBUSY at the end, -EFAULT. May sleep. */
int seq_buf_to_user(struct seq_buf *s, char __user *ubuf, size_t start, int cnt);
/* Each line as a message of level @lvl. */
void seq_buf_do_printk(struct seq_buf *s, const char *lvl);

#endif
