// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit maps as text: lists of ranges such as "0-3,7", and hexadecimal groups.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

int bitmap_scnlistprintf(char *buf, unsigned int buflen, const unsigned long *maskp, int nmaskbits)
{
	unsigned int from, end, len = 0;

	if (buflen)
		buf[0] = '\0';
	for_each_set_bitrange(from, end, maskp, nmaskbits) {
		len += scnprintf(buf + len, buflen - len, len ? ",%u" : "%u", from);
		if (end - from > 1)
			len += scnprintf(buf + len, buflen - len, "-%u", end - 1);
	}
	return len;
}
EXPORT_SYMBOL(bitmap_scnlistprintf);

/* What fits in a page, as sysfs shows it: a list, or 32-bit hexadecimal groups. */
int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *maskp, int nmaskbits)
{
	const unsigned int room = 4096;
	int len = 0;

	if (list)
		len = bitmap_scnlistprintf(buf, room - 1, maskp, nmaskbits);
	for (int bit = round_down(nmaskbits - 1, 32); !list && bit >= 0; bit -= 32) {
		int width = min(nmaskbits - bit, 32);

		len += scnprintf(buf + len, room - 1 - len, "%s%0*lx", len ? "," : "",
				 (width + 3) / 4, bitmap_read(maskp, bit, width));
	}
	return len + scnprintf(buf + len, room - len, "\n");
}
EXPORT_SYMBOL(bitmap_print_to_pagebuf);

static bool ends_text(char c)
{
	return !c || c == '\n';
}

static bool ends_region(char c)
{
	return ends_text(c) || isspace(c) || c == ',';
}

/* A bit number at *at, which moves behind it; "N" is the last one. */
static int parse_number(const char **at, unsigned int nbits, unsigned int *number)
{
	unsigned long value = 0;

	if (**at == 'N') {
		*number = nbits - 1;
		++*at;
		return 0;
	}
	if (!isdigit(**at))
		return -EINVAL;
	for (; isdigit(**at); ++*at) {
		value = value * 10 + **at - '0';
		if (value > UINT_MAX)
			return -EOVERFLOW;
	}
	*number = value;
	return 0;
}

/* A range of bits, of each `group` of which the first `used` count. */
struct region {
	unsigned int first, last, used, group;
};

static int parse_bounds(const char **at, unsigned int nbits, struct region *r)
{
	int err;

	if (!strncasecmp(*at, "all", 3)) {
		*at += 3;
		*r = (struct region){ .last = nbits - 1 };
		return 0;
	}
	err = parse_number(at, nbits, &r->first);
	r->last = r->first;
	if (err || **at != '-')
		return err;
	++*at;
	return parse_number(at, nbits, &r->last);
}

static int parse_region(const char **at, unsigned int nbits, struct region *r)
{
	int err = parse_bounds(at, nbits, r);

	r->used = r->group = r->last + 1;
	if (err)
		return err;
	if (**at == ':') {
		++*at;
		err = parse_number(at, nbits, &r->used);
		if (err)
			return err;
		if (*(*at)++ != '/')
			return -EINVAL;
		err = parse_number(at, nbits, &r->group);
		if (err)
			return err;
	}
	return ends_region(**at) ? 0 : -EINVAL;
}

static int set_region(unsigned long *map, unsigned int nbits, const struct region *r)
{
	if (r->first > r->last || !r->group || r->used > r->group)
		return -EINVAL;
	if (r->last >= nbits)
		return -ERANGE;
	for (unsigned long at = r->first; at <= r->last; at += r->group)
		bitmap_set(map, at, min_t(unsigned long, r->used, r->last - at + 1));
	return 0;
}

int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits)
{
	struct region r;
	int err = 0;

	bitmap_zero(maskp, nmaskbits);
	while (!err) {
		while (!ends_text(*buf) && ends_region(*buf))
			buf++;
		if (ends_text(*buf))
			return 0;
		err = parse_region(&buf, nmaskbits, &r);
		if (!err)
			err = set_region(maskp, nmaskbits, &r);
	}
	return err;
}
EXPORT_SYMBOL(bitmap_parselist);

/* The group of at most 8 digits that ends before `end`, which moves to its front. */
static int parse_group(const char *start, const char **end, u32 *value)
{
	const char *at = *end;

	*value = 0;
	for (unsigned int shift = 0; at > start && !isspace(at[-1]) && at[-1] != ','; shift += 4) {
		int digit = hex_to_bin(*--at);

		if (digit < 0)
			return -EINVAL;
		if (shift >= 32)
			return -EOVERFLOW;
		*value |= (u32)digit << shift;
	}
	*end = at;
	return 0;
}

int bitmap_parse(const char *buf, unsigned int buflen, unsigned long *maskp, int nmaskbits)
{
	const char *end = strnchrnul(buf, buflen, '\n');
	int err;

	bitmap_zero(maskp, nmaskbits);
	for (int bit = 0;; bit += 32) {
		u32 value;

		while (end > buf && (isspace(end[-1]) || end[-1] == ','))
			end--;
		if (end == buf)
			return 0;
		if (bit >= nmaskbits)
			return -EOVERFLOW;
		err = parse_group(buf, &end, &value);
		if (err)
			return err;
		if (nmaskbits - bit < 32 && value >> (nmaskbits - bit))
			return -EOVERFLOW;
		bitmap_write(maskp, value, bit, min(nmaskbits - bit, 32));
	}
}
EXPORT_SYMBOL(bitmap_parse);

int bitmap_parse_user(const char __user *ubuf, unsigned int ulen, unsigned long *maskp,
		      int nmaskbits)
{
	char *buf = memdup_user_nul(ubuf, ulen);
	int err;

	if (IS_ERR(buf))
		return PTR_ERR(buf);
	err = bitmap_parse(buf, UINT_MAX, maskp, nmaskbits);
	kfree(buf);
	return err;
}
EXPORT_SYMBOL(bitmap_parse_user);

int bitmap_parselist_user(const char __user *ubuf, unsigned int ulen, unsigned long *maskp,
			  int nmaskbits)
{
	char *buf = memdup_user_nul(ubuf, ulen);
	int err;

	if (IS_ERR(buf))
		return PTR_ERR(buf);
	err = bitmap_parselist(buf, maskp, nmaskbits);
	kfree(buf);
	return err;
}
EXPORT_SYMBOL(bitmap_parselist_user);

/* A piece of the text, which ends with a newline and a zero byte. */
static int print_piece(const char *fmt, char *buf, const unsigned long *maskp, int nmaskbits,
		       loff_t off, size_t count)
{
	char *text = kasprintf(GFP_KERNEL, fmt, nmaskbits, maskp);
	ssize_t len;

	if (!text)
		return -ENOMEM;
	len = memory_read_from_buffer(buf, count, &off, text, strlen(text) + 1);
	kfree(text);
	return len;
}

int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *maskp, int nmaskbits, loff_t off,
				size_t count)
{
	return print_piece("%*pb\n", buf, maskp, nmaskbits, off, count);
}
EXPORT_SYMBOL(bitmap_print_bitmask_to_buf);

int bitmap_print_list_to_buf(char *buf, const unsigned long *maskp, int nmaskbits, loff_t off,
			     size_t count)
{
	return print_piece("%*pbl\n", buf, maskp, nmaskbits, off, count);
}
EXPORT_SYMBOL(bitmap_print_list_to_buf);
