// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": channels.
 *
 * Receive channels that a table, a flow rule or a memory provider points at cannot
 * be taken away. The checks have one order, and a memory provider on queue i
 * wants i + 2 channels, as it always did. Contract: net/ethtool/channels.c,
 * net/ethtool/common.c.
 */
#include <net/netdev_rx_queue.h>
#include "ethtool.h"

/* Kinds of channel the device does not have are left out. */
static int channels_put(struct sk_buff *rsp, const struct ethtool_channels *ch)
{
	const struct {
		u16 max_attr, attr;
		u32 max, count;
	} kinds[] = {
		{ ETHTOOL_A_CHANNELS_RX_MAX, ETHTOOL_A_CHANNELS_RX_COUNT, ch->max_rx,
		  ch->rx_count },
		{ ETHTOOL_A_CHANNELS_TX_MAX, ETHTOOL_A_CHANNELS_TX_COUNT, ch->max_tx,
		  ch->tx_count },
		{ ETHTOOL_A_CHANNELS_OTHER_MAX, ETHTOOL_A_CHANNELS_OTHER_COUNT, ch->max_other,
		  ch->other_count },
		{ ETHTOOL_A_CHANNELS_COMBINED_MAX, ETHTOOL_A_CHANNELS_COMBINED_COUNT,
		  ch->max_combined, ch->combined_count },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].max && (nla_put_u32(rsp, kinds[i].max_attr, kinds[i].max) ||
				     nla_put_u32(rsp, kinds[i].attr, kinds[i].count)))
			return -EMSGSIZE;
	return 0;
}

static int channels_fill(struct net_device *dev, struct sk_buff *rsp,
			 const struct genl_info *info, u32 item)
{
	struct ethtool_channels ch = { .cmd = ETHTOOL_GCHANNELS };

	if (!dev->ethtool_ops->get_channels)
		return -EOPNOTSUPP;
	dev->ethtool_ops->get_channels(dev, &ch);
	return channels_put(rsp, &ch);
}

/* --- What holds on to channels ------------------------------------------- */

/* Highest queue of the default table, if the user made that, or -1. */
static int channels_max_default(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct ethtool_rxfh_param rxfh;
	int err, highest = -1;
	u32 i;

	if (!dev->ethtool->rxfh_configured || !ops->get_rxfh || !ops->get_rxfh_indir_size)
		return -1;
	err = ethtool_rss_read(dev, 0, &rxfh);
	for (i = 0; !err && i < rxfh.indir_size; i++)
		highest = max(highest, (int)rxfh.indir[i]);
	ethtool_rss_free(&rxfh);
	return err == -ENOMEM ? err : highest;
}

/* Of that and of all contexts, or -1, or -ENOMEM. */
static int channels_max_indir(struct net_device *dev)
{
	int highest = channels_max_default(dev);
	struct ethtool_rxfh_context *ctx;
	unsigned long context;

	if (highest < -1)
		return highest;
	xa_for_each(&dev->ethtool->rss_ctx, context, ctx)
		highest = max(highest, ethtool_rss_max_channel(dev, context));
	return highest;
}

/* The ioctl has the same order and no texts: @info is NULL. */
static int channels_check_users(struct net_device *dev, int channels, struct genl_info *info)
{
	struct netlink_ext_ack *extack = info ? info->extack : NULL;
	int highest = channels_max_indir(dev), provider;

	if (highest < -1)
		return highest;
	if (highest >= channels) {
		NL_SET_ERR_MSG_FMT(extack,
			"requested channel counts are too low for existing indirection table (%d)",
			highest);
		return -EINVAL;
	}
	highest = ethtool_rules_max_channel(dev);
	if (highest < -1)
		return highest;
	if (highest >= channels) {
		NL_SET_ERR_MSG(extack,
			"requested channel counts are too low for existing ntuple filter settings");
		return -EINVAL;
	}
	provider = dev_get_min_mp_channel_count(dev);
	if (provider && channels <= provider) {
		NL_SET_ERR_MSG_FMT(extack,
		"requested channel counts are too low for existing memory provider setting (%d)",
				   provider);
		return -EINVAL;
	}
	return 0;
}

/* A channel an AF_XDP socket has zero-copy memory on cannot go. */
static int channels_check_xsk(struct net_device *dev, const struct ethtool_channels *old,
			      const struct ethtool_channels *now, struct genl_info *info)
{
	u32 i = now->combined_count + min(now->rx_count, now->tx_count);
	u32 end = old->combined_count + max(old->rx_count, old->tx_count);

	for (; i < end; i++) {
		if (!(i < dev->num_rx_queues && dev->_rx[i].pool) &&
		    !(i < dev->num_tx_queues && netdev_get_tx_queue(dev, i)->pool))
			continue;
		NL_SET_ERR_MSG(info ? info->extack : NULL,
		"requested channel counts are too low for existing zerocopy AF_XDP sockets");
		return -EINVAL;
	}
	return 0;
}

int ethtool_check_channels(struct net_device *dev, const struct ethtool_channels *old,
			   const struct ethtool_channels *now, struct genl_info *info)
{
	if (now->rx_count > old->max_rx || now->tx_count > old->max_tx ||
	    now->other_count > old->max_other || now->combined_count > old->max_combined) {
		u16 attr = now->rx_count > old->max_rx ? ETHTOOL_A_CHANNELS_RX_COUNT :
			   now->tx_count > old->max_tx ? ETHTOOL_A_CHANNELS_TX_COUNT :
			   now->other_count > old->max_other ? ETHTOOL_A_CHANNELS_OTHER_COUNT :
			   ETHTOOL_A_CHANNELS_COMBINED_COUNT;

		return ethnl_refuse(info, attr, -EINVAL,
				    "requested channel count exceeds maximum");
	}
	if (!now->combined_count && (!now->rx_count || !now->tx_count))
		return ethnl_refuse(info, ETHTOOL_A_CHANNELS_COMBINED_COUNT, -EINVAL,
		"requested channel counts would result in no RX or TX channel being configured");
	return channels_check_users(dev, now->combined_count + now->rx_count, info) ?:
	       channels_check_xsk(dev, old, now, info);
}

/* --- SET ----------------------------------------------------------------- */

static int channels_check(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops->get_channels && ops->set_channels ? 0 : -EOPNOTSUPP;
}

static int channels_set(struct net_device *dev, struct genl_info *info)
{
	struct ethtool_channels old = { .cmd = ETHTOOL_GCHANNELS }, now;
	struct nlattr **tb = info->attrs;
	bool mod = false;
	int err;

	dev->ethtool_ops->get_channels(dev, &old);
	now = old;
	mod |= ethnl_update_u32(&now.rx_count, tb[ETHTOOL_A_CHANNELS_RX_COUNT]);
	mod |= ethnl_update_u32(&now.tx_count, tb[ETHTOOL_A_CHANNELS_TX_COUNT]);
	mod |= ethnl_update_u32(&now.other_count, tb[ETHTOOL_A_CHANNELS_OTHER_COUNT]);
	mod |= ethnl_update_u32(&now.combined_count, tb[ETHTOOL_A_CHANNELS_COMBINED_COUNT]);
	if (!mod)
		return 0;
	err = ethtool_check_channels(dev, &old, &now, info);
	if (err)
		return err;
	err = dev->ethtool_ops->set_channels(dev, &now);
	return err < 0 ? err : 1;
}

const struct ethnl_subject ethnl_channels = {
	.header_attr = ETHTOOL_A_CHANNELS_HEADER,
	.reply_cmd = ETHTOOL_MSG_CHANNELS_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_CHANNELS_NTF,
	.check = channels_check,
	.fill = channels_fill,
	.set = channels_set,
};

const struct nla_policy ethnl_channels_get_policy[ETHTOOL_A_CHANNELS_HEADER + 1] = {
	[ETHTOOL_A_CHANNELS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
};

const struct nla_policy ethnl_channels_set_policy[ETHTOOL_A_CHANNELS_COMBINED_COUNT + 1] = {
	[ETHTOOL_A_CHANNELS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_CHANNELS_RX_COUNT] = { .type = NLA_U32 },
	[ETHTOOL_A_CHANNELS_TX_COUNT] = { .type = NLA_U32 },
	[ETHTOOL_A_CHANNELS_OTHER_COUNT] = { .type = NLA_U32 },
	[ETHTOOL_A_CHANNELS_COMBINED_COUNT] = { .type = NLA_U32 },
};
