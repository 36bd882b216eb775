// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit maps as text: lists of ranges such as "0-3,7".
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
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

/* A bit number in digits, or N for the last one; *at moves behind it. */
static int parse_bit(const char **at, unsigned int nbits, unsigned long *bit)
{
	char *rest;

	if (**at == 'N') {
		*bit = nbits - 1;
		++*at;
		return 0;
	}
	if (!isdigit(**at))
		return -EINVAL;
	*bit = simple_strtoul(*at, &rest, 10);
	*at = rest;
	return *bit > UINT_MAX ? -EOVERFLOW : 0;
}

/* One "A", "A-B" or "A-B:used/group" at *at, which moves behind it. */
static int parse_region(const char **at, unsigned long *map, unsigned int nbits)
{
	unsigned long first, last, used, group;
	int err;

	if (strstarts(*at, "all")) {
		*at += 3;
		first = 0;
		last = nbits - 1;
	} else {
		err = parse_bit(at, nbits, &first);
		last = first;
		if (!err && **at == '-') {
			++*at;
			err = parse_bit(at, nbits, &last);
		}
		if (err)
			return err;
	}
	used = group = last - first + 1;
	if (**at == ':') {
		++*at;
		err = parse_bit(at, nbits, &used);
		if (err || *(*at)++ != '/')
			return err ?: -EINVAL;
		err = parse_bit(at, nbits, &group);
		if (err)
			return err;
	}
	if (first > last || !group || used > group)
		return -EINVAL;
	if (last >= nbits)
		return -ERANGE;
	for (; first <= last; first += group)
		bitmap_set(map, first, min(used, last - first + 1));
	return 0;
}

int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits)
{
	int err;

	bitmap_zero(maskp, nmaskbits);
	for (;;) {
		while (isspace(*buf) || *buf == ',')
			buf++;
		if (!*buf)
			return 0;
		err = parse_region(&buf, maskp, nmaskbits);
		if (err)
			return err;
		if (*buf && *buf != ',' && !isspace(*buf))
			return -EINVAL;
	}
}
EXPORT_SYMBOL(bitmap_parselist);

static bool between_groups(char c)
{
	return isspace(c) || c == ',';
}

/* The group of hexadecimal digits that ends before `end`; its length or -errno. */
static int parse_group(const char *buf, const char *end, u32 *value)
{
	int len = 0, digit;

	for (*value = 0; end > buf && !between_groups(end[-1]); end--, len++) {
		digit = hex_to_bin(end[-1]);
		if (digit < 0)
			return -EINVAL;
		if (len == 8)
			return -EOVERFLOW;
		*value |= (u32)digit << 4 * len;
	}
	return len;
}

int bitmap_parse(const char *buf, unsigned int buflen, unsigned long *maskp, int nmaskbits)
{
	const char *end = strnchr(buf, buflen, '\n') ?: buf + strnlen(buf, buflen);
	unsigned int start = 0;
	u32 group;
	int len;

	bitmap_zero(maskp, nmaskbits);
	for (; end > buf; start += 32) {
		while (end > buf && between_groups(end[-1]))
			end--;
		len = parse_group(buf, end, &group);
		if (len < 0)
			return len;
		if (!len)
			break;
		end -= len;
		if (start >= nmaskbits || (nmaskbits - start < 32 && group >> (nmaskbits - start)))
			return -EOVERFLOW;
		bitmap_write(maskp, group, start, min_t(unsigned int, nmaskbits - start, 32));
	}
	return 0;
}
EXPORT_SYMBOL(bitmap_parse);
