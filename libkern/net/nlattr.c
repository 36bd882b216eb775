// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes: building at the tail of an skb, look-up, and copying out.
 *
 * A builder first asks whether the padded attribute fits the tailroom, so a
 * failing call leaves the message as it was. Checking against policies is in
 * nlattr_policy.c. Pure functions on the caller's memory; any context.
 */
#include <linux/export.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>

struct nlattr *nla_find(const struct nlattr *head, int len, int attrtype)
{
	const struct nlattr *at;
	int left;

	nla_for_each_attr_type(at, attrtype, head, len, left)
		return (struct nlattr *)at;
	return NULL;
}
EXPORT_SYMBOL(nla_find);

int nla_memcpy(void *dest, const struct nlattr *src, int count)
{
	int have = min_t(int, count, nla_len(src));

	memcpy(dest, nla_data(src), have);
	if (have < count)
		memset((char *)dest + have, 0, count - have);
	return have;
}
EXPORT_SYMBOL(nla_memcpy);

/* Length of an attribute's text without a NUL that ends it. */
static size_t nla_text_len(const struct nlattr *nla)
{
	size_t len = nla_len(nla);
	const char *text = nla_data(nla);

	return len && !text[len - 1] ? len - 1 : len;
}

ssize_t nla_strscpy(char *dst, const struct nlattr *nla, size_t dstsize)
{
	size_t text = nla_text_len(nla), copied;

	if (!dstsize)
		return -E2BIG;
	copied = min(text, dstsize - 1);
	memcpy(dst, nla_data(nla), copied);
	memset(dst + copied, 0, dstsize - copied);
	return copied < text ? -E2BIG : (ssize_t)copied;
}
EXPORT_SYMBOL(nla_strscpy);

void *nla_memdup_noprof(const struct nlattr *src, gfp_t gfp)
{
	return kmemdup(nla_data(src), nla_len(src), gfp);
}
EXPORT_SYMBOL(nla_memdup_noprof);

char *nla_strdup(const struct nlattr *nla, gfp_t flags)
{
	return kmemdup_nul(nla_data(nla), nla_text_len(nla), flags);
}
EXPORT_SYMBOL(nla_strdup);

int nla_memcmp(const struct nlattr *nla, const void *data, size_t size)
{
	int longer = nla_len(nla) - (int)size;

	return longer ?: memcmp(nla_data(nla), data, size);
}
EXPORT_SYMBOL(nla_memcmp);

int nla_strcmp(const struct nlattr *nla, const char *str)
{
	size_t text = nla_text_len(nla), want = strlen(str);

	if (text != want)
		return text < want ? -1 : 1;
	return memcmp(nla_data(nla), str, want);
}
EXPORT_SYMBOL(nla_strcmp);

struct nlattr *nla_reserve(struct sk_buff *skb, int attrtype, int attrlen)
{
	struct nlattr *fresh;

	if (skb_tailroom(skb) < nla_total_size(attrlen))
		return NULL;
	fresh = skb_put(skb, nla_total_size(attrlen));
	fresh->nla_type = attrtype;
	fresh->nla_len = nla_attr_size(attrlen);
	memset((char *)fresh + fresh->nla_len, 0, nla_padlen(attrlen));
	return fresh;
}
EXPORT_SYMBOL(nla_reserve);

int nla_put(struct sk_buff *skb, int attrtype, int attrlen, const void *data)
{
	struct nlattr *fresh = nla_reserve(skb, attrtype, attrlen);

	if (!fresh)
		return -EMSGSIZE;
	if (attrlen)
		memcpy(nla_data(fresh), data, attrlen);
	return 0;
}
EXPORT_SYMBOL(nla_put);

/* This host reads 64-bit words at any address: no padding attribute is needed. */
int nla_put_64bit(struct sk_buff *skb, int attrtype, int attrlen, const void *data, int padattr)
{
	return nla_put(skb, attrtype, attrlen, data);
}
EXPORT_SYMBOL(nla_put_64bit);

int nla_append(struct sk_buff *skb, int attrlen, const void *data)
{
	if (skb_tailroom(skb) < NLA_ALIGN(attrlen))
		return -EMSGSIZE;
	skb_put_data(skb, data, attrlen);
	skb_put_zero(skb, NLA_ALIGN(attrlen) - attrlen);
	return 0;
}
EXPORT_SYMBOL(nla_append);

int nla_put_uint(struct sk_buff *skb, int attrtype, u64 value)
{
	u32 narrow = value;

	if (narrow == value)
		return nla_put(skb, attrtype, sizeof(narrow), &narrow);
	return nla_put(skb, attrtype, sizeof(value), &value);
}
EXPORT_SYMBOL(nla_put_uint);

int nla_put_sint(struct sk_buff *skb, int attrtype, s64 value)
{
	s32 narrow = value;

	if (narrow == value)
		return nla_put(skb, attrtype, sizeof(narrow), &narrow);
	return nla_put(skb, attrtype, sizeof(value), &value);
}
EXPORT_SYMBOL(nla_put_sint);
