// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": sets of up to 64 bits with names.
 *
 * On the wire a set is compact, words of 32 bits of values and of a mask, or a list of bits
 * by number or name. With a mask a set says what to change; without one it is the whole, and
 * the bits it lists or has set are those that are in it. Contract: net/ethtool/bitset.c.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/math.h>
#include "ethtool_bitset.h"

#define WORD_BITS	32

static unsigned int bitset_words(u32 nbits)
{
	return DIV_ROUND_UP(nbits, WORD_BITS);
}

/* The lowest nbits of 64. */
static u64 bitset_all(u32 nbits)
{
	return nbits < 64 ? BIT_ULL(nbits) - 1 : ~0ull;
}

/* --- Out ----------------------------------------------------------------- */

static int bitset_put_words(struct sk_buff *skb, u16 attr, u64 bits, u32 nbits)
{
	u32 words[2] = { (u32)bits, (u32)(bits >> WORD_BITS) };

	return nla_put(skb, attr, bitset_words(nbits) * sizeof(u32), words);
}

static int bitset_put_bit(struct sk_buff *skb, const struct ethnl_bitset *set, u32 i)
{
	struct nlattr *nest = nla_nest_start(skb, ETHTOOL_A_BITSET_BITS_BIT);

	if (!nest || nla_put_u32(skb, ETHTOOL_A_BITSET_BIT_INDEX, i) ||
	    (set->names[i][0] &&
	     nla_put_string(skb, ETHTOOL_A_BITSET_BIT_NAME, set->names[i])) ||
	    (set->mask && set->value & BIT_ULL(i) &&
	     nla_put_flag(skb, ETHTOOL_A_BITSET_BIT_VALUE)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int bitset_put_list(struct sk_buff *skb, const struct ethnl_bitset *set)
{
	struct nlattr *nest = nla_nest_start(skb, ETHTOOL_A_BITSET_BITS);
	const u64 listed = set->mask ? *set->mask : set->value;
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < set->nbits; i++)
		if (listed & BIT_ULL(i) && bitset_put_bit(skb, set, i))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int ethnl_put_bitset(struct sk_buff *skb, u16 attr, const struct ethnl_bitset *set, bool compact)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest || (!set->mask && nla_put_flag(skb, ETHTOOL_A_BITSET_NOMASK)) ||
	    nla_put_u32(skb, ETHTOOL_A_BITSET_SIZE, set->nbits))
		return -EMSGSIZE;
	if (!compact) {
		if (bitset_put_list(skb, set))
			return -EMSGSIZE;
	} else if (bitset_put_words(skb, ETHTOOL_A_BITSET_VALUE, set->value, set->nbits) ||
		   (set->mask && bitset_put_words(skb, ETHTOOL_A_BITSET_MASK, *set->mask,
						  set->nbits))) {
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* --- In: compact --------------------------------------------------------- */

static const struct nla_policy bitset_policy[ETHTOOL_A_BITSET_MASK + 1] = {
	[ETHTOOL_A_BITSET_NOMASK] = { .type = NLA_FLAG },
	[ETHTOOL_A_BITSET_SIZE] = NLA_POLICY_MAX(NLA_U32, 32 * WORD_BITS),
	[ETHTOOL_A_BITSET_BITS] = { .type = NLA_NESTED },
	[ETHTOOL_A_BITSET_VALUE] = { .type = NLA_BINARY },
	[ETHTOOL_A_BITSET_MASK] = { .type = NLA_BINARY },
};

static int refuse(struct netlink_ext_ack *extack, const struct nlattr *attr, const char *why)
{
	if (extack) {
		NL_SET_BAD_ATTR(extack, attr);
		extack->_msg = why;
	}
	return -EINVAL;
}

/* The first nbits, at least 1, of an attribute that has as many or more. */
static u64 bitset_word_bits(const struct nlattr *attr, u32 nbits)
{
	const u32 *words = nla_data(attr);
	u64 bits = words[0];

	if (bitset_words(nbits) > 1)
		bits |= (u64)words[1] << WORD_BITS;
	return bits & bitset_all(nbits);
}

static bool bitset_has_beyond(const struct nlattr *attr, u32 nbits, u32 end)
{
	const u32 *words = nla_data(attr);
	u32 i;

	for (i = nbits; i < end; i++)
		if (words[i / WORD_BITS] & BIT(i % WORD_BITS))
			return true;
	return false;
}

static int compact_check(const struct nlattr *nest, struct nlattr **tb, u32 nbits,
			 struct netlink_ext_ack *extack)
{
	const struct nlattr *value = tb[ETHTOOL_A_BITSET_VALUE];
	const struct nlattr *mask = tb[ETHTOOL_A_BITSET_MASK];
	bool no_mask = tb[ETHTOOL_A_BITSET_NOMASK];
	int bytes;
	u32 size;

	if (no_mask && mask)
		return refuse(extack, mask, "mask not allowed in list bitset");
	if (!tb[ETHTOOL_A_BITSET_SIZE])
		return refuse(extack, nest, "missing size in compact bitset");
	if (!value)
		return refuse(extack, nest, "missing value in compact bitset");
	if (!no_mask && !mask)
		return refuse(extack, nest, "missing mask in compact nonlist bitset");
	size = nla_get_u32(tb[ETHTOOL_A_BITSET_SIZE]);
	bytes = bitset_words(size) * sizeof(u32);
	if (nla_len(value) != bytes)
		return refuse(extack, value, "bitset value length does not match size");
	if (mask && nla_len(mask) != bytes)
		return refuse(extack, mask, "bitset mask length does not match size");
	if (bitset_has_beyond(no_mask ? value : mask, nbits, size))
		return refuse(extack, no_mask ? value : mask,
			      "cannot modify bits past kernel bitset size");
	return 0;
}

static int compact_get(const struct nlattr *nest, struct nlattr **tb, u32 nbits, u64 *value,
		       u64 *mask, struct netlink_ext_ack *extack)
{
	int err = compact_check(nest, tb, nbits, extack);
	u32 size;

	if (err)
		return err;
	size = min(nla_get_u32(tb[ETHTOOL_A_BITSET_SIZE]), nbits);
	*mask = tb[ETHTOOL_A_BITSET_NOMASK] ? bitset_all(nbits) : 0;
	*value = size ? bitset_word_bits(tb[ETHTOOL_A_BITSET_VALUE], size) : 0;
	if (size && tb[ETHTOOL_A_BITSET_MASK])
		*mask = bitset_word_bits(tb[ETHTOOL_A_BITSET_MASK], size);
	*value &= *mask;
	return 0;
}

/* --- In: a list ---------------------------------------------------------- */

static const struct nla_policy bit_policy[ETHTOOL_A_BITSET_BIT_VALUE + 1] = {
	[ETHTOOL_A_BITSET_BIT_INDEX] = { .type = NLA_U32 },
	[ETHTOOL_A_BITSET_BIT_NAME] = { .type = NLA_NUL_STRING },
	[ETHTOOL_A_BITSET_BIT_VALUE] = { .type = NLA_FLAG },
};

static int bit_by_name(const struct nlattr *name, const struct ethnl_bitset *set)
{
	u32 i;

	for (i = 0; i < set->nbits; i++)
		if (set->names[i][0] && !nla_strcmp(name, set->names[i]))
			return i;
	return -1;
}

/* The number of a bit, or -EINVAL. */
static int bit_number(const struct nlattr *bit, struct nlattr **tb,
		      const struct ethnl_bitset *set, struct netlink_ext_ack *extack)
{
	const struct nlattr *index = tb[ETHTOOL_A_BITSET_BIT_INDEX];
	const struct nlattr *name = tb[ETHTOOL_A_BITSET_BIT_NAME];
	int i;

	if (index) {
		if (nla_get_u32(index) >= set->nbits)
			return refuse(extack, index, "bit index too high");
		i = nla_get_u32(index);
		if (name && nla_strcmp(name, set->names[i]))
			return refuse(extack, bit, "bit index and name mismatch");
		return i;
	}
	if (!name)
		return refuse(extack, bit, "neither bit index nor name specified");
	i = bit_by_name(name, set);
	return i < 0 ? refuse(extack, name, "bit name not found") : i;
}

static int list_check(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (tb[ETHTOOL_A_BITSET_VALUE])
		return refuse(extack, tb[ETHTOOL_A_BITSET_VALUE],
			      "value only allowed in compact bitset");
	if (tb[ETHTOOL_A_BITSET_MASK])
		return refuse(extack, tb[ETHTOOL_A_BITSET_MASK],
			      "mask only allowed in compact bitset");
	return 0;
}

static int list_get(struct nlattr **tb, const struct ethnl_bitset *set, u64 *value, u64 *mask,
		    struct netlink_ext_ack *extack)
{
	bool no_mask = tb[ETHTOOL_A_BITSET_NOMASK];
	struct nlattr *bit_tb[ARRAY_SIZE(bit_policy)], *bit;
	int rem, i, err = list_check(tb, extack);

	if (err)
		return err;
	*value = 0;
	*mask = no_mask ? bitset_all(set->nbits) : 0;
	nla_for_each_nested(bit, tb[ETHTOOL_A_BITSET_BITS], rem) {
		if (nla_type(bit) != ETHTOOL_A_BITSET_BITS_BIT)
			return refuse(extack, bit, "only ETHTOOL_A_BITSET_BITS_BIT allowed in "
						   "ETHTOOL_A_BITSET_BITS");
		err = nla_parse_nested(bit_tb, ARRAY_SIZE(bit_policy) - 1, bit, bit_policy,
				       extack);
		if (err)
			return err;
		i = bit_number(bit, bit_tb, set, extack);
		if (i < 0)
			return i;
		*mask |= BIT_ULL(i);
		if (no_mask || bit_tb[ETHTOOL_A_BITSET_BIT_VALUE])
			*value |= BIT_ULL(i);
	}
	return 0;
}

int ethnl_parse_bitset(const struct nlattr *attr, const struct ethnl_bitset *set, u64 *value,
		       u64 *mask, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(bitset_policy)];
	int err = nla_parse_nested(tb, ARRAY_SIZE(bitset_policy) - 1, attr, bitset_policy, extack);

	if (err)
		return err;
	if (tb[ETHTOOL_A_BITSET_BITS])
		return list_get(tb, set, value, mask, extack);
	return compact_get(attr, tb, set->nbits, value, mask, extack);
}
