// SPDX-License-Identifier: GPL-2.0-only
/* The network's own helpers of net/core/utils.c: addresses as text, checksums that change. */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/inet.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/checksum.h>

__be32 in_aton(const char *str)
{
	u32 address = 0;

	for (int i = 0; i < 4; i++) {
		u32 part = 0;

		while (isdigit(*str))
			part = part * 10 + *str++ - '0';
		address = address << 8 | (part & 0xff);
		while (*str && *str != '.')
			str++;
		str += *str == '.';
	}
	return htonl(address);
}
EXPORT_SYMBOL(in_aton);

/* Text with an end by length, by its zero byte or by a character. */
struct text {
	const char *at, *end;
	int delim;
};

static struct text text_of(const char *src, int srclen, int delim)
{
	return (struct text){ src, src + (srclen < 0 ? (int)strlen(src) : srclen), delim };
}

static bool at_end(const struct text *t)
{
	return t->at >= t->end || !*t->at || (t->delim >= 0 && *t->at == (char)t->delim);
}

static int digit_at(const struct text *t, int base)
{
	int digit = at_end(t) ? -1 : hex_to_bin(*t->at);

	return digit < base ? digit : -1;
}

/* "a.b.c.d" at t, which moves. */
static bool take_ipv4(struct text *t, u8 *bytes)
{
	for (int i = 0; i < 4; i++) {
		unsigned int part = 0, digits = 0;

		if (i && (at_end(t) || *t->at++ != '.'))
			return false;
		for (int d; (d = digit_at(t, 10)) >= 0; t->at++) {
			part = part * 10 + d;
			if (++digits > 3 || part > 255)
				return false;
		}
		if (!digits)
			return false;
		bytes[i] = part;
	}
	return true;
}

int in4_pton(const char *src, int srclen, u8 *dst, int delim, const char **end)
{
	struct text t = text_of(src, srclen, delim);
	u8 bytes[4];
	bool good = take_ipv4(&t, bytes) && at_end(&t);

	if (good)
		memcpy(dst, bytes, sizeof(bytes));
	if (end)
		*end = t.at;
	return good;
}
EXPORT_SYMBOL(in4_pton);

/* Groups of an IPv6 address as far as they go: the bytes, and where "::" stood, or -1. */
struct groups {
	u8 bytes[16];
	int n, gap;
};

/* One group, or an IPv4 address that makes two; *last: nothing may follow. */
static bool take_group(struct text *t, struct groups *g, bool *last)
{
	const char *start = t->at;
	unsigned int value = 0, digits = 0;

	for (int d; (d = digit_at(t, 16)) >= 0 && digits < 5; t->at++, digits++)
		value = value << 4 | d;
	if (!at_end(t) && *t->at == '.') {
		t->at = start;
		*last = true;
		g->n += 4;
		return g->n <= 16 && take_ipv4(t, g->bytes + g->n - 4);
	}
	if (!digits || digits > 4 || g->n > 14)
		return false;
	g->bytes[g->n++] = value >> 8;
	g->bytes[g->n++] = value;
	return true;
}

static bool take_ipv6(struct text *t, struct groups *g)
{
	bool last = false;

	while (!at_end(t) && !last) {
		bool doubled = t->at + 1 < t->end && t->at[0] == ':' && t->at[1] == ':';

		if (doubled) {
			if (g->gap >= 0)
				return false;
			g->gap = g->n;
			t->at += 2;
			if (at_end(t))
				return true;
		} else if (g->n) {
			if (*t->at != ':')
				return false;
			t->at++;
		}
		if (!take_group(t, g, &last))
			return false;
	}
	return at_end(t);
}

int in6_pton(const char *src, int srclen, u8 *dst, int delim, const char **end)
{
	struct text t = text_of(src, srclen, delim);
	struct groups g = { .gap = -1 };
	bool good = take_ipv6(&t, &g) && (g.gap < 0 ? g.n == 16 : g.n < 16);

	if (good) {
		int head = g.gap < 0 ? g.n : g.gap;

		memset(dst, 0, 16);
		memcpy(dst, g.bytes, head);
		memcpy(dst + 16 - (g.n - head), g.bytes + head, g.n - head);
	}
	if (end)
		*end = t.at;
	return good;
}
EXPORT_SYMBOL(in6_pton);

bool mac_pton(const char *s, u8 *mac)
{
	const size_t len = 3 * 6 - 1;

	if (strnlen(s, len) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (i % 3 == 2 ? s[i] != ':' && s[i] != '-' : !isxdigit(s[i]))
			return false;
	for (int i = 0; i < 6; i++)
		mac[i] = hex_to_bin(s[3 * i]) << 4 | hex_to_bin(s[3 * i + 1]);
	return true;
}
EXPORT_SYMBOL(mac_pton);

/*
 * The device's sum is of the whole packet. The change of the checksum takes that of the
 * address out of it again; IPv4 has a second checksum that does, so one too many (@keeps:
 * there is none).
 */
static void replace(__sum16 *sum, struct sk_buff *skb, __wsum diff, bool pseudohdr, bool keeps)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL) {
		csum_replace_by_diff(sum, diff);
		if (skb->ip_summed == CHECKSUM_COMPLETE && pseudohdr && !keeps)
			skb->csum = csum_sub(skb->csum, diff);
	} else if (pseudohdr) {
		*sum = (__force __sum16)(u16)~(__force u16)csum_fold(
			csum_add(diff, csum_unfold(*sum)));
	}
}

void inet_proto_csum_replace4(__sum16 *sum, struct sk_buff *skb, __be32 from, __be32 to,
			      bool pseudohdr)
{
	replace(sum, skb, csum_sub((__force __wsum)to, (__force __wsum)from), pseudohdr, false);
}
EXPORT_SYMBOL(inet_proto_csum_replace4);

/* An IPv6 address that changes with the checksum leaves the sum of everything as it is. */
void inet_proto_csum_replace16(__sum16 *sum, struct sk_buff *skb, const __be32 *from,
			       const __be32 *to, bool pseudohdr)
{
	replace(sum, skb, csum_sub(csum_partial(to, 16, 0), csum_partial(from, 16, 0)), pseudohdr,
		true);
}
EXPORT_SYMBOL(inet_proto_csum_replace16);

void inet_proto_csum_replace_by_diff(__sum16 *sum, struct sk_buff *skb, __wsum diff,
				     bool pseudohdr, bool ipv6)
{
	replace(sum, skb, diff, pseudohdr, ipv6);
}
EXPORT_SYMBOL(inet_proto_csum_replace_by_diff);
