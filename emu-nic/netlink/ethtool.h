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
 * A device may have several of it, by number: @item says which a request is about, or at
 * which a dump begins, and @next goes on from a number to the first that there is. Without
 * them there is number 0.
 *
 * @check runs before any lock. @fill and @set run under RTNL and the ops lock,
 * @set with cfg_pending a private copy. @set returns 1 if something changed, 0
 * if nothing did, or a negative errno. @dump_of_one: a dump that names a device is
 * of that one; others are of all devices. @of_all: also of devices without ethtool_ops.
 */
struct ethnl_subject {
	u16 header_attr;
	u8 reply_cmd;
	u8 ntf_cmd;
	bool dump_of_one;
	bool of_all;
	int (*check)(struct net_device *dev, struct genl_info *info);
	int (*item)(const struct genl_info *info, bool dump, u32 *item);
	bool (*next)(struct net_device *dev, u32 *item);
	int (*fill)(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info,
		    u32 item);
	int (*set)(struct net_device *dev, struct genl_info *info);
};

__internal extern const struct nla_policy ethnl_header_policy[4];

/* The device a request names; NULL if none, ERR_PTR. RTNL. */
__internal struct net_device *ethnl_dev_if_any(struct genl_info *info, u16 header_attr);
/* 0 or -EMSGSIZE. */
__internal int ethnl_put_header(struct sk_buff *rsp, const struct net_device *dev, u16 attr);
/* ETHTOOL_FLAG_* of the request's header; none for a notification. */
__internal u32 ethnl_request_flags(const struct genl_info *info, u16 header_attr);

/* -EOPNOTSUPP with @why and the attribute, if @attr was given and the capability is missing. */
__internal int ethnl_need(struct genl_info *info, bool capable, u16 attr, const char *why);
/* @err with @why, pointing at @attr. */
__internal int ethnl_refuse(struct genl_info *info, u16 attr, int err, const char *why);

/* Tell the listeners of an item; what cannot be built is not told. */
__internal void ethnl_notify(const struct ethnl_subject *subject, struct net_device *dev,
			     u32 item);
/* The subject's reply about an item of the device. */
__internal int ethnl_reply(const struct ethnl_subject *subject, struct net_device *dev,
			   struct sk_buff *rsp, const struct genl_info *info, u32 item);

/*
 * A command that is neither a GET nor a SET: finds and locks the device, calls @fn, and
 * sends what it put into the reply, if anything.
 */
typedef int (*ethnl_act_fn)(struct net_device *dev, struct genl_info *info, struct sk_buff *rsp);
__internal int ethnl_act(const struct ethnl_subject *subject, struct genl_info *info,
			 ethnl_act_fn fn);

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
__internal extern const struct nla_policy ethnl_rss_get_policy[ETHTOOL_A_RSS_START_CONTEXT + 1];
__internal extern const struct nla_policy ethnl_rss_set_policy[ETHTOOL_A_RSS_FLOW_HASH + 1];
__internal extern const struct nla_policy ethnl_rss_flows_policy[ETHTOOL_A_FLOW_AH_ESP6 + 1];
__internal extern const struct nla_policy ethnl_rss_create_policy[ETHTOOL_A_RSS_INPUT_XFRM + 1];
__internal extern const struct nla_policy ethnl_rss_delete_policy[ETHTOOL_A_RSS_CONTEXT + 1];
__internal int ethnl_rss_create(struct sk_buff *skb, struct genl_info *info);
__internal int ethnl_rss_delete(struct sk_buff *skb, struct genl_info *info);

__internal extern const struct ethnl_subject ethnl_features;
__internal extern const struct nla_policy
	ethnl_features_get_policy[ETHTOOL_A_FEATURES_HEADER + 1];
__internal extern const struct nla_policy
	ethnl_features_set_policy[ETHTOOL_A_FEATURES_WANTED + 1];
__internal int ethnl_set_features(struct sk_buff *skb, struct genl_info *info);

__internal extern const struct ethnl_subject ethnl_strset;
__internal extern const struct nla_policy ethnl_strset_get_policy[ETHTOOL_A_STRSET_COUNTS_ONLY + 1];
__internal int ethnl_get_strset(struct sk_buff *skb, struct genl_info *info);

__internal extern const struct ethnl_subject ethnl_coalesce;
__internal extern const struct nla_policy
	ethnl_coalesce_get_policy[ETHTOOL_A_COALESCE_HEADER + 1];
__internal extern const struct nla_policy
	ethnl_coalesce_set_policy[ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS + 1];

/* ethtool_features.c: what features are called; "" is none. */
__internal extern const char netdev_features_strings[NETDEV_FEATURE_COUNT][ETH_GSTRING_LEN];

/* ethtool_channels.c: shared with the ioctl. Ops lock, RTNL. */
__internal int ethtool_check_channels(struct net_device *dev, const struct ethtool_channels *old,
				      const struct ethtool_channels *now, struct genl_info *info);

/* ethtool_rules.c. Highest channel a flow rule sends to, or -1; -ENOMEM. Ops lock. */
__internal int ethtool_rules_max_channel(struct net_device *dev);
/* -EBUSY if a rule sends to the context; -ENOMEM. */
__internal int ethtool_rules_use_context(struct net_device *dev, u32 context);

/**
 * struct ethtool_rss_change - what is asked of a context
 *
 * @table and @key are NULL where they are to stay; a table of @entries, which divide the
 * device's, is repeated. Errors of the table point at @table_attr.
 */
struct ethtool_rss_change {
	u32 context;
	const u32 *table;
	u32 entries;
	const u8 *key;
	u8 hfunc, input_xfrm;
	const struct nlattr *table_attr;
};

#define ETHTOOL_RSS_NO_CHANGE							\
	((struct ethtool_rss_change){ .hfunc = ETH_RSS_HASH_NO_CHANGE,		\
				      .input_xfrm = RXH_XFRM_NO_CHANGE })

/* ethtool_contexts.c. Ops lock, RTNL; all take rss_lock where they need it. */
__internal u32 ethtool_rss_rings(struct net_device *dev);
__internal u32 ethtool_rss_table_size(struct net_device *dev);
__internal u32 ethtool_rss_key_size(struct net_device *dev);
/* A copy of a context, to be freed whatever comes back: -ENOENT, -ENOMEM, the driver's. */
__internal int ethtool_rss_read(struct net_device *dev, u32 context,
				struct ethtool_rxfh_param *rxfh);
__internal void ethtool_rss_free(struct ethtool_rxfh_param *rxfh);
__internal bool ethtool_rss_exists(struct net_device *dev, u32 context);
/* Highest queue of a context's table, or -1; not of context 0. */
__internal int ethtool_rss_max_channel(struct net_device *dev, u32 context);
/* -EINVAL (queue out of range), -ENOENT, -ENOMEM, the driver's. */
__internal int ethtool_rss_apply(struct net_device *dev, const struct ethtool_rss_change *change,
				 struct netlink_ext_ack *extack);
/* A context of that number, or of any: ETH_RXFH_CONTEXT_ALLOC. As apply, and -EBUSY. */
__internal int ethtool_rss_create(struct net_device *dev,
				  const struct ethtool_rss_change *change,
				  struct netlink_ext_ack *extack, u32 *context);
/* Context 0 gets the table it had in the beginning. */
__internal int ethtool_rss_reset(struct net_device *dev, struct netlink_ext_ack *extack);
/* -EBUSY (flow rules use it), -ENOENT, -ENOMEM, the driver's. */
__internal int ethtool_rss_delete(struct net_device *dev, u32 context,
				  struct netlink_ext_ack *extack);

/* ethtool_rss.c, ethtool_rss_act.c. */
__internal int ethnl_rss_fill_tables(struct net_device *dev, struct sk_buff *rsp,
				     const struct genl_info *info, u32 context);
__internal int ethnl_rss_check_sizes(struct net_device *dev, struct genl_info *info);
/* The change a request asks for; it points into the request. */
__internal void ethnl_rss_change(struct genl_info *info, u32 context,
				 struct ethtool_rss_change *change);
/* ETHTOOL_MSG_RSS_NTF, _CREATE_NTF, _DELETE_NTF about a context. */
__internal void ethtool_rss_notify(struct net_device *dev, u8 type, u32 context);

#endif
