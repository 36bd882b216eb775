/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of named bits in messages of family "ethtool". Contract: net/ethtool/bitset.h. */
#ifndef _EMUNIC_NETLINK_ETHTOOL_BITSET_H
#define _EMUNIC_NETLINK_ETHTOOL_BITSET_H

#include "ethtool.h"

/**
 * struct ethnl_bitset - a set, and what its bits are called
 *
 * Without a @mask it is the whole set; with one, what is said of the bits in the mask. A bit
 * whose name is empty has none.
 */
struct ethnl_bitset {
	u64 value;
	const u64 *mask;
	u32 nbits;		/* at most 64 */
	const char (*names)[ETH_GSTRING_LEN];
};

/* As words of bits, or as a list. 0 or -EMSGSIZE. */
__internal int ethnl_put_bitset(struct sk_buff *skb, u16 attr, const struct ethnl_bitset *set,
				bool compact);
/*
 * The bits a request is about and their values, with @set's bits and names. -EINVAL with a
 * text, or what the attributes' own policies say.
 */
__internal int ethnl_parse_bitset(const struct nlattr *attr, const struct ethnl_bitset *set,
				  u64 *value, u64 *mask, struct netlink_ext_ack *extack);

#endif
