// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": offload features.
 *
 * What a device can switch, what of that is wanted, what is in force, and what nobody can
 * ever switch. Wanting something is no promise: a SET is answered with what came out
 * otherwise than asked, and with what changed. Contract: net/ethtool/features.c,
 * common.c.
 */
#include <linux/rtnetlink.h>
#include "ethtool_bitset.h"

/* A property of the device, which no switch changes. */
#define FEATURES_NOCHANGE	NETIF_F_VLAN_CHALLENGED
#define FEATURES_ALL		(__NETIF_F_BIT(NETDEV_FEATURE_COUNT) - 1)

const char netdev_features_strings[NETDEV_FEATURE_COUNT][ETH_GSTRING_LEN] = {
	[NETIF_F_SG_BIT] = "tx-scatter-gather",
	[NETIF_F_IP_CSUM_BIT] = "tx-checksum-ipv4",
	[NETIF_F_HW_CSUM_BIT] = "tx-checksum-ip-generic",
	[NETIF_F_IPV6_CSUM_BIT] = "tx-checksum-ipv6",
	[NETIF_F_HIGHDMA_BIT] = "highdma",
	[NETIF_F_FRAGLIST_BIT] = "tx-scatter-gather-fraglist",
	[NETIF_F_HW_VLAN_CTAG_TX_BIT] = "tx-vlan-hw-insert",
	[NETIF_F_HW_VLAN_CTAG_RX_BIT] = "rx-vlan-hw-parse",
	[NETIF_F_HW_VLAN_CTAG_FILTER_BIT] = "rx-vlan-filter",
	[NETIF_F_VLAN_CHALLENGED_BIT] = "vlan-challenged",
	[NETIF_F_GSO_BIT] = "tx-generic-segmentation",
	[NETIF_F_GRO_BIT] = "rx-gro",
	[NETIF_F_LRO_BIT] = "rx-lro",
	[NETIF_F_TSO_BIT] = "tx-tcp-segmentation",
	[NETIF_F_GSO_ROBUST_BIT] = "tx-gso-robust",
	[NETIF_F_TSO_ECN_BIT] = "tx-tcp-ecn-segmentation",
	[NETIF_F_TSO_MANGLEID_BIT] = "tx-tcp-mangleid-segmentation",
	[NETIF_F_TSO6_BIT] = "tx-tcp6-segmentation",
	[NETIF_F_GSO_PARTIAL_BIT] = "tx-gso-partial",
	[NETIF_F_GSO_UDP_L4_BIT] = "tx-udp-segmentation",
	[NETIF_F_GSO_FRAGLIST_BIT] = "tx-gso-list",
	[NETIF_F_GSO_ACCECN_BIT] = "tx-tcp-accecn-segmentation",
	[NETIF_F_NTUPLE_BIT] = "rx-ntuple-filter",
	[NETIF_F_RXHASH_BIT] = "rx-hashing",
	[NETIF_F_RXCSUM_BIT] = "rx-checksum",
	[NETIF_F_LOOPBACK_BIT] = "loopback",
	[NETIF_F_RXFCS_BIT] = "rx-fcs",
	[NETIF_F_RXALL_BIT] = "rx-all",
	[NETIF_F_HW_TC_BIT] = "hw-tc-offload",
	[NETIF_F_GRO_HW_BIT] = "rx-gro-hw",
};

static int features_put(struct sk_buff *rsp, const struct genl_info *info, u16 attr,
			netdev_features_t value, const netdev_features_t *mask)
{
	const struct ethnl_bitset set = {
		.value = value,
		.mask = mask,
		.nbits = NETDEV_FEATURE_COUNT,
		.names = netdev_features_strings,
	};

	return ethnl_put_bitset(rsp, attr, &set,
				ethnl_request_flags(info, ETHTOOL_A_FEATURES_HEADER) &
				ETHTOOL_FLAG_COMPACT_BITSETS);
}

/* --- GET ----------------------------------------------------------------- */

static int features_fill(struct net_device *dev, struct sk_buff *rsp,
			 const struct genl_info *info, u32 item)
{
	static const netdev_features_t all = FEATURES_ALL;

	return features_put(rsp, info, ETHTOOL_A_FEATURES_HW, dev->hw_features, &all) ?:
	       features_put(rsp, info, ETHTOOL_A_FEATURES_WANTED, dev->wanted_features, NULL) ?:
	       features_put(rsp, info, ETHTOOL_A_FEATURES_ACTIVE, dev->features, NULL) ?:
	       features_put(rsp, info, ETHTOOL_A_FEATURES_NOCHANGE, FEATURES_NOCHANGE, NULL);
}

/* --- SET ----------------------------------------------------------------- */

/* In the request's user_ptr[0], for the reply. */
struct features_asked {
	netdev_features_t value, mask;
	netdev_features_t before;		/* in force */
};

static int features_check(struct net_device *dev, struct genl_info *info)
{
	return 0;
}

/* What came out otherwise than asked, with the value asked for; and what changed. */
static int features_fill_result(struct net_device *dev, struct sk_buff *rsp,
				const struct genl_info *info, u32 item)
{
	const struct features_asked *asked = info->user_ptr[0];
	netdev_features_t denied = (asked->value ^ dev->features) & asked->mask;
	netdev_features_t changed = asked->before ^ dev->features;

	return features_put(rsp, info, ETHTOOL_A_FEATURES_WANTED, asked->value, &denied) ?:
	       features_put(rsp, info, ETHTOOL_A_FEATURES_ACTIVE, dev->features, &changed);
}

static const struct ethnl_subject features_result = {
	.header_attr = ETHTOOL_A_FEATURES_HEADER,
	.reply_cmd = ETHTOOL_MSG_FEATURES_SET_REPLY,
	.check = features_check,
	.fill = features_fill_result,
};

static int features_parse(struct genl_info *info, struct features_asked *asked)
{
	const struct nlattr *attr = info->attrs[ETHTOOL_A_FEATURES_WANTED];
	const struct ethnl_bitset set = { .nbits = NETDEV_FEATURE_COUNT,
					  .names = netdev_features_strings };
	int err = ethnl_parse_bitset(attr, &set, &asked->value, &asked->mask, info->extack);

	if (err || !(asked->mask & FEATURES_NOCHANGE))
		return err;
	GENL_SET_ERR_MSG(info, "attempt to change non-ethtool features");
	return -EINVAL;
}

static int features_set_locked(struct net_device *dev, struct genl_info *info,
			       struct sk_buff *rsp)
{
	struct features_asked asked = { .before = dev->features };
	netdev_features_t wanted;
	int err = features_parse(info, &asked);

	if (err)
		return err;
	wanted = (dev->wanted_features & ~asked.mask) | asked.value;
	if (wanted != dev->wanted_features) {
		dev->wanted_features = wanted & dev->hw_features;
		__netdev_update_features(dev);
	}
	if (dev->features != asked.before)
		call_netdevice_notifiers(NETDEV_FEAT_CHANGE, dev);
	if (ethnl_request_flags(info, ETHTOOL_A_FEATURES_HEADER) & ETHTOOL_FLAG_OMIT_REPLY)
		return 0;
	info->user_ptr[0] = &asked;
	return ethnl_reply(&features_result, dev, rsp, info, 0);
}

int ethnl_set_features(struct sk_buff *skb, struct genl_info *info)
{
	if (!info->attrs[ETHTOOL_A_FEATURES_WANTED])
		return -EINVAL;
	return ethnl_act(&features_result, info, features_set_locked);
}

const struct ethnl_subject ethnl_features = {
	.header_attr = ETHTOOL_A_FEATURES_HEADER,
	.reply_cmd = ETHTOOL_MSG_FEATURES_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_FEATURES_NTF,
	.fill = features_fill,
};

const struct nla_policy ethnl_features_get_policy[ETHTOOL_A_FEATURES_HEADER + 1] = {
	[ETHTOOL_A_FEATURES_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
};

const struct nla_policy ethnl_features_set_policy[ETHTOOL_A_FEATURES_WANTED + 1] = {
	[ETHTOOL_A_FEATURES_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_FEATURES_WANTED] = { .type = NLA_NESTED },
};
