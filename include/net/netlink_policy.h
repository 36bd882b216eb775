/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attribute policies and strict parsing: part of net/netlink.h, include that.
 *
 * A policy table says per attribute type what its payload must look like;
 * parsing checks every attribute in message order, nests included, and the
 * first offender decides. Contract: include/net/netlink.h, lib/nlattr.c.
 */
#ifndef __NET_NETLINK_POLICY_H
#define __NET_NETLINK_POLICY_H

#include <linux/types.h>
#include <linux/netlink.h>
#include <linux/build_bug.h>

enum {
	NLA_UNSPEC,
	NLA_U8,
	NLA_U16,
	NLA_U32,
	NLA_U64,
	NLA_STRING,
	NLA_FLAG,
	NLA_MSECS,
	NLA_NESTED,
	NLA_NESTED_ARRAY,
	NLA_NUL_STRING,
	NLA_BINARY,
	NLA_S8,
	NLA_S16,
	NLA_S32,
	NLA_S64,
	NLA_BITFIELD32,
	NLA_REJECT,
	NLA_BE16,
	NLA_BE32,
	NLA_SINT,
	NLA_UINT,
	__NLA_TYPE_MAX,
};
#define NLA_TYPE_MAX	(__NLA_TYPE_MAX - 1)

struct netlink_range_validation {
	u64 min, max;
};

struct netlink_range_validation_signed {
	s64 min, max;
};

enum nla_policy_validation {
	NLA_VALIDATE_NONE,
	NLA_VALIDATE_RANGE,
	NLA_VALIDATE_RANGE_WARN_TOO_LONG,
	NLA_VALIDATE_MIN,
	NLA_VALIDATE_MAX,
	NLA_VALIDATE_MASK,
	NLA_VALIDATE_RANGE_PTR,
	NLA_VALIDATE_FUNCTION,
};

/*
 * @len: for strings and binary the greatest length (0: any), for nests the
 * highest inner type; the union is read as @type and @validation_type say.
 */
struct nla_policy {
	u8 type;
	u8 validation_type;
	u16 len;
	union {
		u16 strict_start_type;
		const u32 bitfield32_valid;
		const u32 mask;
		const char *reject_message;
		const struct nla_policy *nested_policy;
		const struct netlink_range_validation *range;
		const struct netlink_range_validation_signed *range_signed;
		struct {
			s16 min, max;
		};
		int (*validate)(const struct nlattr *attr, struct netlink_ext_ack *extack);
	};
};

#define _NLA_POLICY_NESTED(maxattr, policy)				\
	{ .type = NLA_NESTED, .nested_policy = policy, .len = maxattr }
#define NLA_POLICY_NESTED(policy)					\
	_NLA_POLICY_NESTED(ARRAY_SIZE(policy) - 1, policy)
#define _NLA_POLICY_NESTED_ARRAY(maxattr, policy)			\
	{ .type = NLA_NESTED_ARRAY, .nested_policy = policy, .len = maxattr }
#define NLA_POLICY_NESTED_ARRAY(policy)					\
	_NLA_POLICY_NESTED_ARRAY(ARRAY_SIZE(policy) - 1, policy)
#define NLA_POLICY_BITFIELD32(valid)					\
	{ .type = NLA_BITFIELD32, .bitfield32_valid = valid }
#define NLA_POLICY_RANGE(tp, _min, _max)				\
	{ .type = tp, .validation_type = NLA_VALIDATE_RANGE, .min = _min, .max = _max }
#define NLA_POLICY_FULL_RANGE(tp, _range)				\
	{ .type = tp, .validation_type = NLA_VALIDATE_RANGE_PTR, .range = _range }
#define NLA_POLICY_MIN(tp, _min)					\
	{ .type = tp, .validation_type = NLA_VALIDATE_MIN, .min = _min }
#define NLA_POLICY_MAX(tp, _max)					\
	{ .type = tp, .validation_type = NLA_VALIDATE_MAX, .max = _max }
#define NLA_POLICY_MASK(tp, _mask)					\
	{ .type = tp, .validation_type = NLA_VALIDATE_MASK, .mask = _mask }
#define NLA_POLICY_VALIDATE_FN(tp, fn, ...)				\
	{ .type = tp, .validation_type = NLA_VALIDATE_FUNCTION, .validate = fn,	\
	  .len = __VA_ARGS__ + 0 }
#define NLA_POLICY_EXACT_LEN(_len)					\
	{ .type = NLA_BINARY, .validation_type = NLA_VALIDATE_RANGE,	\
	  .min = _len, .max = _len }
#define NLA_POLICY_MIN_LEN(_len)	NLA_POLICY_MIN(NLA_BINARY, _len)
#define NLA_POLICY_MAX_LEN(_len)	NLA_POLICY_MAX(NLA_BINARY, _len)

enum netlink_validation {
	NL_VALIDATE_LIBERAL = 0,
	NL_VALIDATE_TRAILING = BIT(0),		/* no bytes behind the last attribute */
	NL_VALIDATE_MAXTYPE = BIT(1),		/* no type above the highest known */
	NL_VALIDATE_UNSPEC = BIT(2),		/* no type without a policy */
	NL_VALIDATE_STRICT_ATTRS = BIT(3),	/* exact lengths */
	NL_VALIDATE_NESTED = BIT(4),		/* nested flag exactly on nests */
};
#define NL_VALIDATE_DEPRECATED_STRICT	(NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE)
#define NL_VALIDATE_STRICT						\
	(NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE | NL_VALIDATE_UNSPEC | \
	 NL_VALIDATE_STRICT_ATTRS | NL_VALIDATE_NESTED)

/* Checks only. 0 or a negative errno with the offender in @extack. */
int __nla_validate(const struct nlattr *head, int len, int maxtype,
		   const struct nla_policy *policy, unsigned int validate,
		   struct netlink_ext_ack *extack);

/**
 * __nla_parse - check attributes and index them by type
 *
 * @tb has @maxtype + 1 entries and is cleared first; of a repeated type the
 * last wins. @policy NULL checks no payload. 0 or as __nla_validate().
 */
int __nla_parse(struct nlattr **tb, int maxtype, const struct nlattr *head, int len,
		const struct nla_policy *policy, unsigned int validate,
		struct netlink_ext_ack *extack);

static inline int nla_parse(struct nlattr **tb, int maxtype, const struct nlattr *head, int len,
			    const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	return __nla_parse(tb, maxtype, head, len, policy, NL_VALIDATE_STRICT, extack);
}

/* Of a nest, which must carry the nested flag. */
int nla_parse_nested(struct nlattr *tb[], int maxtype, const struct nlattr *nla,
		     const struct nla_policy *policy, struct netlink_ext_ack *extack);

/* The lenient forms, for families from before there was a strict one. */
static inline int nla_parse_deprecated(struct nlattr **tb, int maxtype, const struct nlattr *head,
				       int len, const struct nla_policy *policy,
				       struct netlink_ext_ack *extack)
{
	return __nla_parse(tb, maxtype, head, len, policy, NL_VALIDATE_LIBERAL, extack);
}

static inline int nla_parse_deprecated_strict(struct nlattr **tb, int maxtype,
					      const struct nlattr *head, int len,
					      const struct nla_policy *policy,
					      struct netlink_ext_ack *extack)
{
	return __nla_parse(tb, maxtype, head, len, policy, NL_VALIDATE_DEPRECATED_STRICT, extack);
}

static inline int nla_validate_deprecated(const struct nlattr *head, int len, int maxtype,
					  const struct nla_policy *policy,
					  struct netlink_ext_ack *extack)
{
	return __nla_validate(head, len, maxtype, policy, NL_VALIDATE_LIBERAL, extack);
}

static inline int nla_validate(const struct nlattr *head, int len, int maxtype,
			       const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	return __nla_validate(head, len, maxtype, policy, NL_VALIDATE_STRICT, extack);
}

#endif
