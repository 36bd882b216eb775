// SPDX-License-Identifier: GPL-2.0-only
/* Text in a buffer of fixed size, which remembers that something did not fit. */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/hex.h>
#include <linux/printk.h>
#include <linux/seq_buf.h>
#include <linux/seq_file.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static int overflow(struct seq_buf *s)
{
	seq_buf_set_overflow(s);
	return -1;
}

/* Appends n bytes of which the last `hidden` do not count, but must have room. */
static int append(struct seq_buf *s, const void *from, size_t n, size_t hidden)
{
	if (s->len + n > s->size)
		return overflow(s);
	memcpy(s->buffer + s->len, from, n);
	s->len += n - hidden;
	return 0;
}

int seq_buf_print_seq(struct seq_file *m, struct seq_buf *s)
{
	return seq_write(m, s->buffer, seq_buf_used(s));
}
EXPORT_SYMBOL_GPL(seq_buf_print_seq);

int seq_buf_vprintf(struct seq_buf *s, const char *fmt, va_list args)
{
	size_t n;

	WARN_ON(s->size == 0);
	if (s->len >= s->size)
		return overflow(s);
	n = vsnprintf(s->buffer + s->len, s->size - s->len, fmt, args);
	if (s->len + n >= s->size)
		return overflow(s);
	s->len += n;
	return 0;
}
EXPORT_SYMBOL_GPL(seq_buf_vprintf);

int seq_buf_printf(struct seq_buf *s, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = seq_buf_vprintf(s, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(seq_buf_printf);

void seq_buf_do_printk(struct seq_buf *s, const char *lvl)
{
	const char *line, *end;

	if (!s->size || !s->len)
		return;
	for (line = seq_buf_str(s); *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		printk("%s%.*s\n", lvl, (int)(end - line), line);
	}
}
EXPORT_SYMBOL_GPL(seq_buf_do_printk);

int seq_buf_puts(struct seq_buf *s, const char *str)
{
	WARN_ON(s->size == 0);
	return append(s, str, strlen(str) + 1, 1);
}
EXPORT_SYMBOL_GPL(seq_buf_puts);

int seq_buf_putc(struct seq_buf *s, unsigned char c)
{
	WARN_ON(s->size == 0);
	return append(s, &c, 1, 0);
}
EXPORT_SYMBOL_GPL(seq_buf_putc);

int seq_buf_putmem(struct seq_buf *s, const void *mem, unsigned int len)
{
	WARN_ON(s->size == 0);
	return append(s, mem, len, 0);
}
EXPORT_SYMBOL_GPL(seq_buf_putmem);

int seq_buf_putmem_hex(struct seq_buf *s, const void *mem, unsigned int len)
{
	const unsigned char *at = mem;

	WARN_ON(s->size == 0);
	while (len) {
		unsigned int group = min(len, 8U);
		char text[2 * 8 + 1], *end = text;

		for (unsigned int i = 0; i < group; i++)
			end = hex_byte_pack(end, at[IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ?
							i : group - 1 - i]);
		*end++ = ' ';
		if (append(s, text, end - text, 0))
			return -1;
		at += group;
		len -= group;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(seq_buf_putmem_hex);

/* Moves text to the front of its buffer, with escapes as far as these do not overtake it. */
static char *move_escaped(char *to, const char *from, const char *esc)
{
	for (; *from; from++) {
		if (!strchr(esc, *from)) {
			*to++ = *from;
		} else if (to + 4 <= from + 1) {
			unsigned char c = *from;

			*to++ = '\\';
			*to++ = '0' + (c >> 6);
			*to++ = '0' + (c >> 3 & 7);
			*to++ = '0' + (c & 7);
		} else {
			return NULL;
		}
	}
	return to;
}

int seq_buf_path(struct seq_buf *s, const struct path *path, const char *esc)
{
	char *buf, *text, *end;
	size_t room = seq_buf_get_buf(s, &buf);
	int len = -1;

	WARN_ON(s->size == 0);
	if (room) {
		/* d_path() writes at the end of the room. */
		text = d_path(path, buf, room);
		end = IS_ERR(text) ? NULL : move_escaped(buf, text, esc);
		if (end)
			len = end - buf;
	}
	seq_buf_commit(s, len);
	return len;
}
EXPORT_SYMBOL_GPL(seq_buf_path);

int seq_buf_to_user(struct seq_buf *s, char __user *ubuf, size_t start, int cnt)
{
	size_t used = seq_buf_used(s), left;

	if (!cnt)
		return 0;
	if (used <= start)
		return -EBUSY;
	cnt = min_t(size_t, cnt, used - start);
	left = copy_to_user(ubuf, s->buffer + start, cnt);
	return left == (size_t)cnt ? -EFAULT : cnt - (int)left;
}
EXPORT_SYMBOL_GPL(seq_buf_to_user);

int seq_buf_hex_dump(struct seq_buf *s, const char *prefix_str, int prefix_type, int rowsize,
		     int groupsize, const void *buf, size_t len, bool ascii)
{
	char text[32 * 3 + 2 + 32 + 1];
	int err = 0;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (size_t at = 0; at < len && !err; at += rowsize) {
		const char *row = (const char *)buf + at;

		hex_dump_to_buffer(row, len - at, rowsize, groupsize, text, sizeof(text), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			err = seq_buf_printf(s, "%s%p: %s\n", prefix_str, row, text);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			err = seq_buf_printf(s, "%s%.8zx: %s\n", prefix_str, at, text);
		else
			err = seq_buf_printf(s, "%s%s\n", prefix_str, text);
	}
	return err;
}
EXPORT_SYMBOL_GPL(seq_buf_hex_dump);
