// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory as hexadecimal text.
 *
 * A dump has rows of 16 or 32 bytes in groups of 1, 2, 4 or 8, which are printed
 * as numbers of the host's byte order, and optionally the bytes as characters.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/unaligned.h>

const char hex_asc[] = "0123456789abcdef";
EXPORT_SYMBOL(hex_asc);
const char hex_asc_upper[] = "0123456789ABCDEF";
EXPORT_SYMBOL(hex_asc_upper);

int hex_to_bin(unsigned char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}
EXPORT_SYMBOL(hex_to_bin);

int hex2bin(u8 *dst, const char *src, size_t count)
{
	for (; count--; src += 2) {
		int hi = hex_to_bin(src[0]), lo = hi < 0 ? -1 : hex_to_bin(src[1]);

		if (lo < 0)
			return -EINVAL;
		*dst++ = hi << 4 | lo;
	}
	return 0;
}
EXPORT_SYMBOL(hex2bin);

char *bin2hex(char *dst, const void *src, size_t count)
{
	for (const u8 *s = src; count--; s++)
		dst = hex_byte_pack(dst, *s);
	return dst;
}
EXPORT_SYMBOL(bin2hex);

static u64 read_group(const void *p, int size)
{
	switch (size) {
	case 8:
		return get_unaligned((const u64 *)p);
	case 4:
		return get_unaligned((const u32 *)p);
	case 2:
		return get_unaligned((const u16 *)p);
	default:
		return *(const u8 *)p;
	}
}

/* Text that counts what did not fit, as snprintf() does. */
struct line {
	char *buf;
	size_t size, len;
};

static __printf(2, 3) void line_add(struct line *l, const char *fmt, ...)
{
	size_t room = l->len < l->size ? l->size - l->len : 0;
	va_list args;

	va_start(args, fmt);
	l->len += vsnprintf(room ? l->buf + l->len : NULL, room, fmt, args);
	va_end(args);
}

int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii)
{
	struct line line = { linebuf, linebuflen, 0 };
	const u8 *bytes = buf;
	size_t ascii_at;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	len = min_t(size_t, len, rowsize);
	if (groupsize < 1 || groupsize > 8 || !is_power_of_2(groupsize) || len % groupsize)
		groupsize = 1;
	if (linebuflen)
		linebuf[0] = '\0';
	for (size_t at = 0; at < len; at += groupsize)
		line_add(&line, "%s%0*llx", at ? " " : "", 2 * groupsize,
			 read_group(bytes + at, groupsize));
	if (!ascii || !len)
		return line.len;
	ascii_at = rowsize * 2 + rowsize / groupsize + 1;
	line_add(&line, "%*s", (int)(ascii_at - line.len), "");
	for (size_t at = 0; at < len; at++)
		line_add(&line, "%c", isascii(bytes[at]) && isprint(bytes[at]) ? bytes[at] : '.');
	return line.len;
}
EXPORT_SYMBOL(hex_dump_to_buffer);

void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	char text[32 * 3 + 2 + 32 + 1];

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (size_t at = 0; at < len; at += rowsize) {
		const u8 *row = (const u8 *)buf + at;

		hex_dump_to_buffer(row, len - at, rowsize, groupsize, text, sizeof(text), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk("%s%s%p: %s\n", level, prefix_str, row, text);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk("%s%s%.8zx: %s\n", level, prefix_str, at, text);
		else
			printk("%s%s%s\n", level, prefix_str, text);
	}
}
EXPORT_SYMBOL(print_hex_dump);
