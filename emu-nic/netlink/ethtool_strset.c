// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": what things are called.
 *
 * Features are the same for all devices; the names of statistics are a device's own, so that
 * asking for those takes one, or a dump, which is about each of them. Contract:
 * net/ethtool/strset.c.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netdev_lock.h>
#include "ethtool.h"

static const struct nla_policy stringset_policy[ETHTOOL_A_STRINGSET_ID + 1] = {
	[ETHTOOL_A_STRINGSET_ID] = { .type = NLA_U32 },
};

static const struct nla_policy stringsets_policy[ETHTOOL_A_STRINGSETS_STRINGSET + 1] = {
	[ETHTOOL_A_STRINGSETS_STRINGSET] = NLA_POLICY_NESTED(stringset_policy),
};

const struct nla_policy ethnl_strset_get_policy[ETHTOOL_A_STRSET_COUNTS_ONLY + 1] = {
	[ETHTOOL_A_STRSET_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_STRSET_STRINGSETS] = NLA_POLICY_NESTED(stringsets_policy),
	[ETHTOOL_A_STRSET_COUNTS_ONLY] = { .type = NLA_FLAG },
};

/* --- The sets ------------------------------------------------------------ */

static const char rss_hash_func_strings[ETH_RSS_HASH_FUNCS_COUNT][ETH_GSTRING_LEN] = {
	[ETH_RSS_HASH_TOP_BIT] = "toeplitz",
	[ETH_RSS_HASH_XOR_BIT] = "xor",
	[ETH_RSS_HASH_CRC32_BIT] = "crc32",
};

struct string_set {
	u32 id, count;
	const char (*names)[ETH_GSTRING_LEN];
	char (*own)[ETH_GSTRING_LEN];		/* allocated */
};

static bool set_is_of_device(u32 id)
{
	return id == ETH_SS_TEST || id == ETH_SS_STATS || id == ETH_SS_PRIV_FLAGS ||
	       id == ETH_SS_PHY_STATS;
}

/* Names of a device's own; a set it does not have is empty. Ops lock. */
static int set_ask_device(struct net_device *dev, struct string_set *set)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	int count;

	if (!ops || !ops->get_sset_count || !ops->get_strings)
		return 0;
	count = ops->get_sset_count(dev, set->id);
	if (count <= 0)
		return 0;
	set->own = kvcalloc(count, ETH_GSTRING_LEN, GFP_KERNEL);
	if (!set->own)
		return -ENOMEM;
	ops->get_strings(dev, set->id, (u8 *)set->own);
	set->names = set->own;
	set->count = count;
	return 0;
}

static int set_read(struct net_device *dev, struct string_set *set)
{
	switch (set->id) {
	case ETH_SS_FEATURES:
		set->names = netdev_features_strings;
		set->count = NETDEV_FEATURE_COUNT;
		return 0;
	case ETH_SS_RSS_HASH_FUNCS:
		set->names = rss_hash_func_strings;
		set->count = ETH_RSS_HASH_FUNCS_COUNT;
		return 0;
	default:
		return dev && set_is_of_device(set->id) ? set_ask_device(dev, set) : 0;
	}
}

/* --- The reply ----------------------------------------------------------- */

static int put_string(struct sk_buff *rsp, u32 index, const char *string)
{
	struct nlattr *nest = nla_nest_start(rsp, ETHTOOL_A_STRINGS_STRING);

	if (!nest || nla_put_u32(rsp, ETHTOOL_A_STRING_INDEX, index) ||
	    nla_put_string(rsp, ETHTOOL_A_STRING_VALUE, string))
		return -EMSGSIZE;
	nla_nest_end(rsp, nest);
	return 0;
}

static int put_strings(struct sk_buff *rsp, const struct string_set *set)
{
	struct nlattr *nest = nla_nest_start(rsp, ETHTOOL_A_STRINGSET_STRINGS);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < set->count; i++) {
		char string[ETH_GSTRING_LEN];

		strscpy(string, set->names[i], sizeof(string));
		if (put_string(rsp, i, string))
			return -EMSGSIZE;
	}
	nla_nest_end(rsp, nest);
	return 0;
}

/* Empty sets are left out. */
static int put_set(struct sk_buff *rsp, const struct string_set *set, bool counts_only)
{
	struct nlattr *nest;

	if (!set->count)
		return 0;
	nest = nla_nest_start(rsp, ETHTOOL_A_STRINGSETS_STRINGSET);
	if (!nest || nla_put_u32(rsp, ETHTOOL_A_STRINGSET_ID, set->id) ||
	    nla_put_u32(rsp, ETHTOOL_A_STRINGSET_COUNT, set->count) ||
	    (!counts_only && put_strings(rsp, set)))
		return -EMSGSIZE;
	nla_nest_end(rsp, nest);
	return 0;
}

static int put_sets(struct sk_buff *rsp, struct net_device *dev, u32 wanted, bool counts_only)
{
	struct nlattr *nest = nla_nest_start(rsp, ETHTOOL_A_STRSET_STRINGSETS);
	int err = nest ? 0 : -EMSGSIZE;
	u32 id;

	for (id = 0; !err && id < ETH_SS_COUNT; id++) {
		struct string_set set = { .id = id };

		if (!(wanted & BIT(id)))
			continue;
		err = set_read(dev, &set) ?: put_set(rsp, &set, counts_only);
		kvfree(set.own);
	}
	if (!err)
		nla_nest_end(rsp, nest);
	return err;
}

/* --- GET ----------------------------------------------------------------- */

/* A bit for each set asked for; without a list, all of the device or all that are not. */
static int wanted_sets(const struct genl_info *info, bool of_device, u32 *wanted)
{
	const struct nlattr *list = info->attrs[ETHTOOL_A_STRSET_STRINGSETS];
	struct nlattr *tb[ARRAY_SIZE(stringset_policy)], *one;
	int rem, err;
	u32 id;

	*wanted = 0;
	for (id = 0; !list && id < ETH_SS_COUNT; id++)
		if (set_is_of_device(id) == of_device)
			*wanted |= BIT(id);
	if (!list)
		return 0;
	nla_for_each_nested(one, list, rem) {
		err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, one, stringset_policy,
				       info->extack);
		if (err)
			return err;
		if (!tb[ETHTOOL_A_STRINGSET_ID])
			return -EINVAL;
		id = nla_get_u32(tb[ETHTOOL_A_STRINGSET_ID]);
		if (id >= ETH_SS_COUNT)
			return -EOPNOTSUPP;
		if (set_is_of_device(id) && !of_device) {
			GENL_SET_ERR_MSG(info, "requested per device strings without dev");
			return -EINVAL;
		}
		*wanted |= BIT(id);
	}
	return 0;
}

/* @dev may be NULL, else its ops lock is held. */
static int strset_fill(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info,
		       u32 item)
{
	u32 wanted;
	int err = wanted_sets(info, dev, &wanted);

	return err ?: put_sets(rsp, dev, wanted, info->attrs[ETHTOOL_A_STRSET_COUNTS_ONLY]);
}

/* There is one for each device; that the request makes sense is to be known before the first. */
static int strset_item(const struct genl_info *info, bool dump, u32 *item)
{
	u32 wanted;

	return wanted_sets(info, true, &wanted);
}

const struct ethnl_subject ethnl_strset = {
	.header_attr = ETHTOOL_A_STRSET_HEADER,
	.reply_cmd = ETHTOOL_MSG_STRSET_GET_REPLY,
	.of_all = true,
	.item = strset_item,
	.fill = strset_fill,
};

/* About no device in particular. */
static int strset_of_none(struct genl_info *info, struct sk_buff *rsp)
{
	void *hdr = genlmsg_put(rsp, info->snd_portid, info->snd_seq, info->family, 0,
				ETHTOOL_MSG_STRSET_GET_REPLY);
	int err = hdr ? strset_fill(NULL, rsp, info, 0) : -EMSGSIZE;

	if (!err)
		genlmsg_end(rsp, hdr);
	return err;
}

static int strset_get(struct genl_info *info, struct sk_buff *rsp)
{
	struct net_device *dev;
	int err;

	guard(rtnl)();
	dev = ethnl_dev_if_any(info, ETHTOOL_A_STRSET_HEADER);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (!dev)
		return strset_of_none(info, rsp);
	netdev_lock_ops(dev);
	err = ethnl_reply(&ethnl_strset, dev, rsp, info, 0);
	netdev_unlock_ops(dev);
	return err;
}

int ethnl_get_strset(struct sk_buff *skb, struct genl_info *info)
{
	/* A nest has 16 bits of length: sets that do not fit in here do not fit at all. */
	struct sk_buff *rsp = genlmsg_new(U16_MAX, GFP_KERNEL);
	int err;

	if (!rsp)
		return -ENOMEM;
	err = strset_get(info, rsp);
	if (!err)
		return genlmsg_reply(rsp, info);
	nlmsg_free(rsp);
	return err;
}
