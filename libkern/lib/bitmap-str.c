// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit maps as text: lists of ranges such as "0-3,7".
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
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

/* One "A", "A-B" or "A-B:used/group" at *at, which moves behind it. */
static int parse_region(const char **at, unsigned long *map, unsigned int nbits)
{
	unsigned long first, last, used, group;
	char *rest;

	if (!isdigit(**at))
		return -EINVAL;
	first = last = simple_strtoul(*at, &rest, 10);
	if (*rest == '-') {
		if (!isdigit(rest[1]))
			return -EINVAL;
		last = simple_strtoul(rest + 1, &rest, 10);
	}
	used = group = last - first + 1;
	if (*rest == ':') {
		used = simple_strtoul(rest + 1, &rest, 10);
		if (*rest != '/')
			return -EINVAL;
		group = simple_strtoul(rest + 1, &rest, 10);
	}
	if (first > last || !used || used > group)
		return -EINVAL;
	if (last >= nbits)
		return -ERANGE;
	for (; first <= last; first += group)
		bitmap_set(map, first, min(used, last - first + 1));
	*at = rest;
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
