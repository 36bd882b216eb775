// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes: checking them against a policy, and indexing them.
 *
 * Attributes are looked at in message order and the first offender decides the
 * errno and the text. For one attribute the order is: type known, fixed length,
 * nested flag, shape of the payload (nests are entered here), value. How strict
 * each step is depends on the validation bits. Pure; any context.
 */
#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/net.h>
#include <linux/string.h>
#include <net/netlink.h>

#define MAX_POLICY_RECURSION_DEPTH	10

/* One walk over attributes, and where it complains. */
struct nla_walk {
	unsigned int validate;
	unsigned int depth;
	struct netlink_ext_ack *extack;
};

/* Payload bytes of the types that have exactly one length; 0: any. */
static const u8 nla_fixed_len[NLA_TYPE_MAX + 1] = {
	[NLA_U8] = 1, [NLA_U16] = 2, [NLA_U32] = 4, [NLA_U64] = 8,
	[NLA_S8] = 1, [NLA_S16] = 2, [NLA_S32] = 4, [NLA_S64] = 8,
	[NLA_MSECS] = 8, [NLA_BE16] = 2, [NLA_BE32] = 4,
	[NLA_BITFIELD32] = sizeof(struct nla_bitfield32),
};

static int nla_walk_attrs(const struct nla_walk *walk, const struct nlattr *head, int len,
			  int maxtype, const struct nla_policy *policy, struct nlattr **tb);

#define nla_refuse(walk, nla, pt, err, text) ({				\
	NL_SET_ERR_MSG_ATTR_POL((walk)->extack, nla, pt, text);		\
	(err);								\
})

static bool nla_type_signed(u8 type)
{
	return type == NLA_S8 || type == NLA_S16 || type == NLA_S32 || type == NLA_S64 ||
	       type == NLA_SINT;
}

/* The number an attribute holds, host order; for binary the length. */
static u64 nla_number(const struct nla_policy *pt, const struct nlattr *nla)
{
	switch (pt->type) {
	case NLA_U8:
		return nla_get_u8(nla);
	case NLA_U16:
		return nla_get_u16(nla);
	case NLA_U32:
		return nla_get_u32(nla);
	case NLA_U64:
	case NLA_MSECS:
		return nla_get_u64(nla);
	case NLA_UINT:
		return nla_get_uint(nla);
	case NLA_S8:
		return nla_get_s8(nla);
	case NLA_S16:
		return nla_get_s16(nla);
	case NLA_S32:
		return nla_get_s32(nla);
	case NLA_S64:
		return nla_get_s64(nla);
	case NLA_SINT:
		return nla_get_sint(nla);
	case NLA_BE16:
		return ntohs(nla_get_be16(nla));
	case NLA_BE32:
		return ntohl(nla_get_be32(nla));
	default:
		return nla_len(nla);
	}
}

static bool nla_in_range_unsigned(const struct nla_policy *pt, u64 value)
{
	switch (pt->validation_type) {
	case NLA_VALIDATE_RANGE:
		return value >= (u64)pt->min && value <= (u64)pt->max;
	case NLA_VALIDATE_RANGE_WARN_TOO_LONG:
		return value >= (u64)pt->min;
	case NLA_VALIDATE_MIN:
		return value >= (u64)pt->min;
	case NLA_VALIDATE_MAX:
		return value <= (u64)pt->max;
	case NLA_VALIDATE_RANGE_PTR:
		return value >= pt->range->min && value <= pt->range->max;
	default:
		return true;
	}
}

static bool nla_in_range_signed(const struct nla_policy *pt, s64 value)
{
	switch (pt->validation_type) {
	case NLA_VALIDATE_RANGE:
		return value >= pt->min && value <= pt->max;
	case NLA_VALIDATE_MIN:
		return value >= pt->min;
	case NLA_VALIDATE_MAX:
		return value <= pt->max;
	case NLA_VALIDATE_RANGE_PTR:
		return value >= pt->range_signed->min && value <= pt->range_signed->max;
	default:
		return true;
	}
}

static int nla_check_range(const struct nla_walk *walk, const struct nla_policy *pt,
			   const struct nlattr *nla)
{
	u64 value = nla_number(pt, nla);
	bool fits = nla_type_signed(pt->type) ? nla_in_range_signed(pt, value)
					      : nla_in_range_unsigned(pt, value);

	if (fits)
		return 0;
	if (pt->type == NLA_BINARY)
		return nla_refuse(walk, nla, pt, -ERANGE, "binary attribute size out of range");
	return nla_refuse(walk, nla, pt, -ERANGE, "integer out of range");
}

static int nla_check_value(const struct nla_walk *walk, const struct nla_policy *pt,
			   const struct nlattr *nla)
{
	switch (pt->validation_type) {
	case NLA_VALIDATE_NONE:
		return 0;
	case NLA_VALIDATE_MASK:
		if (!(nla_number(pt, nla) & ~(u64)pt->mask))
			return 0;
		return nla_refuse(walk, nla, pt, -EINVAL, "reserved bit set");
	case NLA_VALIDATE_FUNCTION:
		return pt->validate ? pt->validate(nla, walk->extack) : 0;
	case NLA_VALIDATE_RANGE_WARN_TOO_LONG:
		if (nla_len(nla) > pt->max)
			net_warn_ratelimited("netlink: attribute type %d has an invalid length.\n",
					     nla_type(nla));
		fallthrough;
	default:
		return nla_check_range(walk, pt, nla);
	}
}

static bool nla_text_ok(const struct nla_policy *pt, const struct nlattr *nla)
{
	const char *text = nla_data(nla);
	int len = nla_len(nla);

	if (len < 1)
		return false;
	if (pt->len && !text[len - 1])
		len--;
	return !pt->len || len <= pt->len;
}

/* A NUL must come within the length the policy allows, one more counted for the NUL. */
static bool nla_text_terminated(const struct nla_policy *pt, const struct nlattr *nla)
{
	int look = nla_len(nla);

	if (pt->len)
		look = min(look, pt->len + 1);
	return look && memchr(nla_data(nla), 0, look);
}

static bool nla_bitfield_ok(const struct nla_policy *pt, const struct nlattr *nla)
{
	struct nla_bitfield32 bits;

	memcpy(&bits, nla_data(nla), sizeof(bits));
	return !(bits.selector & ~pt->bitfield32_valid) && !(bits.value & ~pt->bitfield32_valid) &&
	       !(bits.value & ~bits.selector);
}

static int nla_check_nest(const struct nla_walk *walk, const struct nla_policy *pt,
			  const struct nlattr *nla)
{
	struct nla_walk inner = *walk;

	if (!pt->nested_policy)
		return 0;
	inner.depth++;
	return nla_walk_attrs(&inner, nla_data(nla), nla_len(nla), pt->len, pt->nested_policy,
			      NULL);
}

static int nla_check_nest_array(const struct nla_walk *walk, const struct nla_policy *pt,
				const struct nlattr *nla)
{
	const struct nlattr *entry;
	int left, err;

	nla_for_each_nested(entry, nla, left) {
		if (!nla_len(entry))
			continue;
		if (nla_len(entry) < NLA_HDRLEN)
			return nla_refuse(walk, entry, pt, -ERANGE,
					  "Array element too short");
		err = nla_check_nest(walk, pt, entry);
		if (err)
			return err;
	}
	return 0;
}

#define nla_misshapen(walk, nla, pt, err)				\
	nla_refuse(walk, nla, pt, err, "Attribute failed policy validation")

static int nla_check_shape(const struct nla_walk *walk, const struct nla_policy *pt,
			   const struct nlattr *nla)
{
	int len = nla_len(nla);
	bool good = true;

	switch (pt->type) {
	case NLA_REJECT:
		NL_SET_BAD_ATTR(walk->extack, nla);
		if (walk->extack)
			walk->extack->_msg = pt->reject_message;
		return -EINVAL;
	case NLA_FLAG:
		good = len == 0;
		break;
	case NLA_SINT:
	case NLA_UINT:
		if (len != sizeof(u32) && len != sizeof(u64))
			return nla_refuse(walk, nla, pt, -EINVAL, "invalid attribute length");
		break;
	case NLA_BITFIELD32:
		if (len != sizeof(struct nla_bitfield32))
			return nla_misshapen(walk, nla, pt, -ERANGE);
		if (!nla_bitfield_ok(pt, nla))
			return nla_misshapen(walk, nla, pt, -EINVAL);
		break;
	case NLA_NUL_STRING:
		if (!nla_text_terminated(pt, nla))
			return nla_misshapen(walk, nla, pt, -EINVAL);
		fallthrough;
	case NLA_STRING:
		good = nla_text_ok(pt, nla);
		break;
	case NLA_BINARY:
		good = !pt->len || len <= pt->len;
		break;
	case NLA_NESTED:
	case NLA_NESTED_ARRAY:
		if (!len)
			return 0;
		if (len < NLA_HDRLEN)
			return nla_misshapen(walk, nla, pt, -ERANGE);
		return pt->type == NLA_NESTED ? nla_check_nest(walk, pt, nla)
					      : nla_check_nest_array(walk, pt, nla);
	case NLA_UNSPEC:
		if (walk->validate & NL_VALIDATE_UNSPEC)
			return nla_refuse(walk, nla, pt, -EINVAL, "Unsupported attribute");
		good = len >= pt->len;
		break;
	default:
		good = len >= nla_fixed_len[pt->type];
		break;
	}
	return good ? 0 : nla_misshapen(walk, nla, pt, -ERANGE);
}

static int nla_check_nested_flag(const struct nla_walk *walk, const struct nla_policy *pt,
				 const struct nlattr *nla)
{
	bool nest = pt->type == NLA_NESTED || pt->type == NLA_NESTED_ARRAY;

	/* Of a type without policy nobody can say what it should be. */
	if (pt->type == NLA_UNSPEC || nest == nla_is_nested(nla) ||
	    !(walk->validate & NL_VALIDATE_NESTED))
		return 0;
	if (nest)
		return nla_refuse(walk, nla, pt, -EINVAL, "NLA_F_NESTED is missing");
	return nla_refuse(walk, nla, pt, -EINVAL, "NLA_F_NESTED not expected");
}

static int nla_check(const struct nla_walk *walk, const struct nla_policy *pt,
		     const struct nlattr *nla)
{
	u8 fixed = nla_fixed_len[pt->type];
	int err;

	if (fixed && nla_len(nla) != fixed && (walk->validate & NL_VALIDATE_STRICT_ATTRS))
		return nla_refuse(walk, nla, pt, -EINVAL, "invalid attribute length");
	err = nla_check_nested_flag(walk, pt, nla);
	if (!err)
		err = nla_check_shape(walk, pt, nla);
	if (!err)
		err = nla_check_value(walk, pt, nla);
	return err;
}

static int nla_walk_one(const struct nla_walk *walk, const struct nlattr *nla, int maxtype,
			const struct nla_policy *policy, struct nlattr **tb)
{
	struct nla_walk here = *walk;
	int type = nla_type(nla), err;

	if (type == 0 || type > maxtype) {
		if (!(walk->validate & NL_VALIDATE_MAXTYPE))
			return 0;
		return nla_refuse(walk, nla, NULL, -EINVAL, "Unknown attribute type");
	}
	if (policy) {
		/* From some type on a family of older times may be strict. */
		if (policy[0].strict_start_type && type >= policy[0].strict_start_type)
			here.validate |= NL_VALIDATE_STRICT;
		err = nla_check(&here, &policy[type], nla);
		if (err)
			return err;
	}
	if (tb)
		tb[type] = (struct nlattr *)nla;
	return 0;
}

static int nla_walk_attrs(const struct nla_walk *walk, const struct nlattr *head, int len,
			  int maxtype, const struct nla_policy *policy, struct nlattr **tb)
{
	const struct nlattr *at;
	int left, err;

	if (walk->depth >= MAX_POLICY_RECURSION_DEPTH) {
		NL_SET_ERR_MSG(walk->extack, "allowed policy recursion depth exceeded");
		return -EINVAL;
	}
	nla_for_each_attr(at, head, len, left) {
		err = nla_walk_one(walk, at, maxtype, policy, tb);
		if (err)
			return err;
	}
	if (left > 0 && (walk->validate & NL_VALIDATE_TRAILING)) {
		NL_SET_ERR_MSG(walk->extack, "bytes leftover after parsing attributes");
		return -EINVAL;
	}
	return 0;
}

int __nla_validate(const struct nlattr *head, int len, int maxtype,
		   const struct nla_policy *policy, unsigned int validate,
		   struct netlink_ext_ack *extack)
{
	struct nla_walk walk = { .validate = validate, .extack = extack };

	return nla_walk_attrs(&walk, head, len, maxtype, policy, NULL);
}
EXPORT_SYMBOL(__nla_validate);

int __nla_parse(struct nlattr **tb, int maxtype, const struct nlattr *head, int len,
		const struct nla_policy *policy, unsigned int validate,
		struct netlink_ext_ack *extack)
{
	struct nla_walk walk = { .validate = validate, .extack = extack };

	memset(tb, 0, sizeof(*tb) * (maxtype + 1));
	return nla_walk_attrs(&walk, head, len, maxtype, policy, tb);
}
EXPORT_SYMBOL(__nla_parse);

int nla_parse_nested(struct nlattr *tb[], int maxtype, const struct nlattr *nla,
		     const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	if (!nla_is_nested(nla)) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "NLA_F_NESTED is missing");
		return -EINVAL;
	}
	return __nla_parse(tb, maxtype, nla_data(nla), nla_len(nla), policy, NL_VALIDATE_STRICT,
			   extack);
}
EXPORT_SYMBOL(nla_parse_nested);
