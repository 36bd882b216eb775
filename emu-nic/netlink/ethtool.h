/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the subjects of family "ethtool" share.
 *
 * A subject reads its request into a reply or applies it; the common part finds
 * and locks the device, stages the configuration of a SET, and tells listeners
 * what changed. Contract: net/ethtool/netlink.h.
 */
#ifndef _EMUNIC_NETLINK_ETHTOOL_H
#define _EMUNIC_NETLINK_ETHTOOL_H

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>

/**
 * struct ethnl_subject - one thing that can be read and set
 *
 * @check runs before any lock. @fill and @set run under RTNL and the ops lock,
 * @set with cfg_pending a private copy. @set returns 1 if something changed, 0
 * if nothing did, or a negative errno. @dump_of_one: a dump that names a device is
 * of that one; others are of all devices.
 */
struct ethnl_subject {
	u16 header_attr;
	u8 reply_cmd;
	u8 ntf_cmd;
	bool dump_of_one;
	int (*check)(struct net_device *dev, struct genl_info *info);
	int (*fill)(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info);
	int (*set)(struct net_device *dev, struct genl_info *info);
};

__internal extern const struct nla_policy ethnl_header_policy[4];

/* ETHTOOL_FLAG_* of the request's header; none for a notification. */
__internal u32 ethnl_request_flags(const struct genl_info *info, u16 header_attr);

/* -EOPNOTSUPP with @why and the attribute, if @attr was given and the capability is missing. */
__internal int ethnl_need(struct genl_info *info, bool capable, u16 attr, const char *why);
/* @err with @why, pointing at @attr. */
__internal int ethnl_refuse(struct genl_info *info, u16 attr, int err, const char *why);

/* Put the attribute, if it is there, over *@val; true if that changes it. */
static inline bool ethnl_update_u32(u32 *val, const struct nlattr *attr)
{
	u32 was = *val;

	*val = nla_get_u32_default(attr, was);
	return *val != was;
}

static inline bool ethnl_update_u8(u8 *val, const struct nlattr *attr)
{
	u8 was = *val;

	*val = nla_get_u8_default(attr, was);
	return *val != was;
}

/* Highest receive queue with a memory provider, plus one; 0: none. Ops lock. */
__internal u32 dev_get_min_mp_channel_count(struct net_device *dev);

__internal extern const struct ethnl_subject ethnl_rings;
__internal extern const struct nla_policy ethnl_rings_get_policy[ETHTOOL_A_RINGS_HEADER + 1];
__internal extern const struct nla_policy ethnl_rings_set_policy[ETHTOOL_A_RINGS_HDS_THRESH + 1];

__internal extern const struct ethnl_subject ethnl_channels;
__internal extern const struct nla_policy
	ethnl_channels_get_policy[ETHTOOL_A_CHANNELS_HEADER + 1];
__internal extern const struct nla_policy
	ethnl_channels_set_policy[ETHTOOL_A_CHANNELS_COMBINED_COUNT + 1];

__internal extern const struct ethnl_subject ethnl_rss;
__internal extern const struct nla_policy ethnl_rss_get_policy[ETHTOOL_A_RSS_CONTEXT + 1];
__internal extern const struct nla_policy ethnl_rss_set_policy[ETHTOOL_A_RSS_HKEY + 1];

__internal extern const struct ethnl_subject ethnl_coalesce;
__internal extern const struct nla_policy
	ethnl_coalesce_get_policy[ETHTOOL_A_COALESCE_HEADER + 1];
__internal extern const struct nla_policy
	ethnl_coalesce_set_policy[ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS + 1];

/* ethtool_channels.c, ethtool_rss.c: shared with the ioctl. Ops lock, RTNL. */
__internal int ethtool_check_channels(struct net_device *dev, const struct ethtool_channels *old,
				      const struct ethtool_channels *now, struct genl_info *info);
__internal int ethtool_rss_apply(struct net_device *dev, const u32 *table, u32 entries,
				 const u8 *key, u8 hfunc, struct genl_info *info);
__internal int ethtool_rss_reset(struct net_device *dev, struct genl_info *info);

#endif
