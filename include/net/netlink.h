/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink attributes and messages: building, walking, checking.
 *
 * An attribute is a 4-byte header, a payload and zero padding to 4. Builders
 * work at the tail of an skb and either fit completely or leave it as it was.
 * Everything here works on memory the caller holds; no locks.
 * Contract: include/net/netlink.h, lib/nlattr.c.
 */
#ifndef __NET_NETLINK_H
#define __NET_NETLINK_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/netlink_policy.h>

/* --- Messages ------------------------------------------------------------ */

#define NLMSG_GOODSIZE		SKB_WITH_OVERHEAD(PAGE_SIZE)
#define NLMSG_DEFAULT_SIZE	(NLMSG_GOODSIZE - NLMSG_HDRLEN)

static inline int nlmsg_msg_size(int payload)
{
	return NLMSG_HDRLEN + payload;
}

static inline int nlmsg_total_size(int payload)
{
	return NLMSG_ALIGN(nlmsg_msg_size(payload));
}

static inline void *nlmsg_data(const struct nlmsghdr *nlh)
{
	return (char *)nlh + NLMSG_HDRLEN;
}

static inline int nlmsg_len(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_len - NLMSG_HDRLEN;
}

static inline struct nlattr *nlmsg_attrdata(const struct nlmsghdr *nlh, int hdrlen)
{
	return (struct nlattr *)((char *)nlmsg_data(nlh) + NLMSG_ALIGN(hdrlen));
}

static inline int nlmsg_attrlen(const struct nlmsghdr *nlh, int hdrlen)
{
	return nlmsg_len(nlh) - NLMSG_ALIGN(hdrlen);
}

static inline int nlmsg_ok(const struct nlmsghdr *nlh, int remaining)
{
	return remaining >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (unsigned int)remaining;
}

static inline struct nlmsghdr *nlmsg_next(const struct nlmsghdr *nlh, int *remaining)
{
	int step = NLMSG_ALIGN(nlh->nlmsg_len);

	*remaining -= step;
	return (struct nlmsghdr *)((char *)nlh + step);
}

static inline struct nlmsghdr *nlmsg_hdr(const struct sk_buff *skb)
{
	return (struct nlmsghdr *)skb->data;
}

static inline struct sk_buff *nlmsg_new(size_t payload, gfp_t flags)
{
	return alloc_skb(nlmsg_total_size(payload), flags);
}

static inline void nlmsg_free(struct sk_buff *skb)
{
	kfree_skb(skb);
}

static inline void nlmsg_consume(struct sk_buff *skb)
{
	consume_skb(skb);
}

/* NULL if @payload bytes do not fit. */
static inline struct nlmsghdr *nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type,
					 int payload, int flags)
{
	if (skb_tailroom(skb) < nlmsg_total_size(payload))
		return NULL;
	return __nlmsg_put(skb, portid, seq, type, payload, flags);
}

static inline int nlmsg_end(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	nlh->nlmsg_len = skb_tail_pointer(skb) - (unsigned char *)nlh;
	return skb->len;
}

static inline void nlmsg_trim(struct sk_buff *skb, const void *mark)
{
	if (mark)
		skb_trim(skb, (const unsigned char *)mark - skb->data);
}

static inline void nlmsg_cancel(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	nlmsg_trim(skb, nlh);
}

/* Walks the attributes behind the family's header of a message. */
#define nlmsg_for_each_attr(pos, nlh, hdrlen, rem)			\
	nla_for_each_attr(pos, nlmsg_attrdata(nlh, hdrlen), nlmsg_attrlen(nlh, hdrlen), rem)

/* Whether the requester wants to hear of its own change. */
static inline int nlmsg_report(const struct nlmsghdr *nlh)
{
	return nlh ? !!(nlh->nlmsg_flags & NLM_F_ECHO) : 0;
}

static inline void *nlmsg_get_pos(struct sk_buff *skb)
{
	return skb_tail_pointer(skb);
}

static inline int nlmsg_multicast(struct sock *sk, struct sk_buff *skb, u32 portid,
				  unsigned int group, gfp_t flags)
{
	int err = netlink_broadcast(sk, skb, portid, group, flags);

	return err > 0 ? 0 : err;
}

static inline int nlmsg_unicast(struct sock *sk, struct sk_buff *skb, u32 portid)
{
	int err = netlink_unicast(sk, skb, portid, 1);

	return err > 0 ? 0 : err;
}

/*
 * For dumps that set cb->seq to a number that changes with what they show: marks a
 * message as soon as that changed since the message before, so the reader starts again.
 */
static inline void nl_dump_check_consistent(struct netlink_callback *cb, struct nlmsghdr *nlh)
{
	if (cb->prev_seq && cb->seq != cb->prev_seq)
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	cb->prev_seq = cb->seq;
}

/* --- Walking ------------------------------------------------------------- */

static inline int nla_type(const struct nlattr *nla)
{
	return nla->nla_type & NLA_TYPE_MASK;
}

static inline void *nla_data(const struct nlattr *nla)
{
	return (char *)nla + NLA_HDRLEN;
}

static inline u16 nla_len(const struct nlattr *nla)
{
	return nla->nla_len - NLA_HDRLEN;
}

static inline int nla_attr_size(int payload)
{
	return NLA_HDRLEN + payload;
}

static inline int nla_total_size(int payload)
{
	return NLA_ALIGN(nla_attr_size(payload));
}

static inline int nla_total_size_64bit(int payload)
{
	return nla_total_size(payload);
}

static inline int nla_padlen(int payload)
{
	return nla_total_size(payload) - nla_attr_size(payload);
}

static inline bool nla_is_nested(const struct nlattr *nla)
{
	return nla->nla_type & NLA_F_NESTED;
}

static inline int nla_ok(const struct nlattr *nla, int remaining)
{
	return remaining >= (int)sizeof(*nla) && nla->nla_len >= sizeof(*nla) &&
	       nla->nla_len <= remaining;
}

static inline struct nlattr *nla_next(const struct nlattr *nla, int *remaining)
{
	unsigned int step = NLA_ALIGN(nla->nla_len);

	*remaining -= step;
	return (struct nlattr *)((char *)nla + step);
}

#define nla_for_each_attr(pos, head, len, rem)				\
	for (pos = head, rem = len; nla_ok(pos, rem); pos = nla_next(pos, &(rem)))
#define nla_for_each_attr_type(pos, type, head, len, rem)		\
	nla_for_each_attr(pos, head, len, rem)				\
		if (nla_type(pos) == type)
#define nla_for_each_nested(pos, nla, rem)				\
	nla_for_each_attr(pos, nla_data(nla), nla_len(nla), rem)
#define nla_for_each_nested_type(pos, type, nla, rem)			\
	nla_for_each_nested(pos, nla, rem)				\
		if (nla_type(pos) == type)

/* First attribute of type @attrtype, or NULL. */
struct nlattr *nla_find(const struct nlattr *head, int len, int attrtype);

static inline struct nlattr *nla_find_nested(const struct nlattr *nla, int attrtype)
{
	return nla_find(nla_data(nla), nla_len(nla), attrtype);
}

/* --- Reading ------------------------------------------------------------- */

#define NLA_GETTER(type, suffix)					\
static inline type nla_get_##suffix(const struct nlattr *nla)		\
{									\
	type value;							\
									\
	memcpy(&value, nla_data(nla), sizeof(value));			\
	return value;							\
}									\
static inline type nla_get_##suffix##_default(const struct nlattr *nla, type absent) \
{									\
	return nla ? nla_get_##suffix(nla) : absent;			\
}
NLA_GETTER(u8, u8)
NLA_GETTER(u16, u16)
NLA_GETTER(u32, u32)
NLA_GETTER(u64, u64)
NLA_GETTER(s8, s8)
NLA_GETTER(s16, s16)
NLA_GETTER(s32, s32)
NLA_GETTER(s64, s64)
NLA_GETTER(__be16, be16)
NLA_GETTER(__be32, be32)
NLA_GETTER(__be64, be64)
NLA_GETTER(__le16, le16)
NLA_GETTER(__le32, le32)
NLA_GETTER(__le64, le64)
NLA_GETTER(__be32, in_addr)
NLA_GETTER(struct in6_addr, in6_addr)
NLA_GETTER(struct nla_bitfield32, bitfield32)
#undef NLA_GETTER

/* NLA_UINT and NLA_SINT are 4 or 8 bytes long. */
static inline u64 nla_get_uint(const struct nlattr *nla)
{
	return nla_len(nla) == sizeof(u32) ? nla_get_u32(nla) : nla_get_u64(nla);
}

static inline s64 nla_get_sint(const struct nlattr *nla)
{
	return nla_len(nla) == sizeof(s32) ? nla_get_s32(nla) : nla_get_s64(nla);
}

static inline int nla_get_flag(const struct nlattr *nla)
{
	return nla != NULL;
}

/* In jiffies. */
static inline unsigned long nla_get_msecs(const struct nlattr *nla)
{
	return msecs_to_jiffies((unsigned long)nla_get_u64(nla));
}

/* Copies for kfree(), NULL without memory; the string is terminated. */
void *nla_memdup_noprof(const struct nlattr *src, gfp_t gfp);
#define nla_memdup(src, gfp) nla_memdup_noprof(src, gfp)
char *nla_strdup(const struct nlattr *nla, gfp_t flags);
int nla_memcmp(const struct nlattr *nla, const void *data, size_t size);
/* Copies at most @count bytes; returns how many. */
int nla_memcpy(void *dest, const struct nlattr *src, int count);
/* Length of the string, or -E2BIG if cut to @dstsize; always terminated. */
ssize_t nla_strscpy(char *dst, const struct nlattr *nla, size_t dstsize);
int nla_strcmp(const struct nlattr *nla, const char *str);

/* --- Building: each 0, or -EMSGSIZE with the skb unchanged --------------- */

int nla_put(struct sk_buff *skb, int attrtype, int attrlen, const void *data);
int nla_put_64bit(struct sk_buff *skb, int attrtype, int attrlen, const void *data, int padattr);
int nla_append(struct sk_buff *skb, int attrlen, const void *data);
/* Header and padding only; NULL without room. */
struct nlattr *nla_reserve(struct sk_buff *skb, int attrtype, int attrlen);

#define NLA_PUTTER(type, suffix)					\
static inline int nla_put_##suffix(struct sk_buff *skb, int attrtype, type value) \
{									\
	return nla_put(skb, attrtype, sizeof(value), &value);		\
}
NLA_PUTTER(u8, u8)
NLA_PUTTER(u16, u16)
NLA_PUTTER(u32, u32)
NLA_PUTTER(s8, s8)
NLA_PUTTER(s16, s16)
NLA_PUTTER(s32, s32)
NLA_PUTTER(__be16, be16)
NLA_PUTTER(__be32, be32)
NLA_PUTTER(__le16, le16)
NLA_PUTTER(__le32, le32)
NLA_PUTTER(__be32, in_addr)
#undef NLA_PUTTER

#define NLA_PUTTER_64BIT(type, suffix)					\
static inline int nla_put_##suffix(struct sk_buff *skb, int attrtype, type value, int padattr) \
{									\
	return nla_put_64bit(skb, attrtype, sizeof(value), &value, padattr); \
}
NLA_PUTTER_64BIT(u64, u64_64bit)
NLA_PUTTER_64BIT(s64, s64)
NLA_PUTTER_64BIT(__be64, be64)
NLA_PUTTER_64BIT(__le64, le64)
#undef NLA_PUTTER_64BIT

/* In network byte order, and marked so. */
static inline int nla_put_net16(struct sk_buff *skb, int attrtype, __be16 value)
{
	return nla_put_be16(skb, attrtype | NLA_F_NET_BYTEORDER, value);
}

static inline int nla_put_net32(struct sk_buff *skb, int attrtype, __be32 value)
{
	return nla_put_be32(skb, attrtype | NLA_F_NET_BYTEORDER, value);
}

static inline int nla_put_net64(struct sk_buff *skb, int attrtype, __be64 value, int padattr)
{
	return nla_put_be64(skb, attrtype | NLA_F_NET_BYTEORDER, value, padattr);
}

static inline int nla_put_in6_addr(struct sk_buff *skb, int attrtype, const struct in6_addr *addr)
{
	return nla_put(skb, attrtype, sizeof(*addr), addr);
}

static inline int nla_put_bitfield32(struct sk_buff *skb, int attrtype, u32 value, u32 selector)
{
	struct nla_bitfield32 bits = { .value = value, .selector = selector };

	return nla_put(skb, attrtype, sizeof(bits), &bits);
}

static inline int nla_put_msecs(struct sk_buff *skb, int attrtype, unsigned long njiffies,
				int padattr)
{
	return nla_put_u64_64bit(skb, attrtype, jiffies_to_msecs(njiffies), padattr);
}

/* Four bytes if the value fits in 32 bits, else eight. */
int nla_put_uint(struct sk_buff *skb, int attrtype, u64 value);
int nla_put_sint(struct sk_buff *skb, int attrtype, s64 value);

static inline int nla_put_string(struct sk_buff *skb, int attrtype, const char *str)
{
	return nla_put(skb, attrtype, strlen(str) + 1, str);
}

static inline int nla_put_flag(struct sk_buff *skb, int attrtype)
{
	return nla_put(skb, attrtype, 0, NULL);
}

static inline int nla_put_empty_nest(struct sk_buff *skb, int attrtype)
{
	return nla_put(skb, attrtype | NLA_F_NESTED, 0, NULL);
}

/* NULL without room. */
static inline struct nlattr *nla_nest_start_noflag(struct sk_buff *skb, int attrtype)
{
	struct nlattr *start = (struct nlattr *)skb_tail_pointer(skb);

	return nla_put(skb, attrtype, 0, NULL) ? NULL : start;
}

static inline struct nlattr *nla_nest_start(struct sk_buff *skb, int attrtype)
{
	return nla_nest_start_noflag(skb, attrtype | NLA_F_NESTED);
}

static inline int nla_nest_end(struct sk_buff *skb, struct nlattr *start)
{
	start->nla_len = skb_tail_pointer(skb) - (unsigned char *)start;
	return skb->len;
}

static inline void nla_nest_cancel(struct sk_buff *skb, struct nlattr *start)
{
	nlmsg_trim(skb, start);
}

#endif
