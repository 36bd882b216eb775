// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": rings and header-data split.
 *
 * Split and threshold live in the device's configuration: that is what a SET
 * changes and what decides whether it changes anything; the driver may show what
 * it makes of "unknown". A memory provider needs the split on and everything
 * behind the headers split off, and no SET takes that away. Contract:
 * net/ethtool/rings.c.
 */
#include <net/netdev_queues.h>
#include "ethtool.h"

struct rings {
	struct ethtool_ringparam ring;
	struct kernel_ethtool_ringparam kernel;
};

static void rings_read(struct net_device *dev, struct rings *r, struct netlink_ext_ack *extack)
{
	*r = (struct rings){
		.ring.cmd = ETHTOOL_GRINGPARAM,
		.kernel.tcp_data_split = dev->cfg->hds_config,
		.kernel.hds_thresh = dev->cfg->hds_thresh,
	};
	dev->ethtool_ops->get_ringparam(dev, &r->ring, &r->kernel, extack);
}

/* --- GET ----------------------------------------------------------------- */

/* Kinds of ring the device does not have are left out. */
static int rings_put_sizes(struct sk_buff *rsp, const struct ethtool_ringparam *ring)
{
	const struct {
		u16 max_attr, attr;
		u32 max, val;
	} kinds[] = {
		{ ETHTOOL_A_RINGS_RX_MAX, ETHTOOL_A_RINGS_RX, ring->rx_max_pending,
		  ring->rx_pending },
		{ ETHTOOL_A_RINGS_RX_MINI_MAX, ETHTOOL_A_RINGS_RX_MINI,
		  ring->rx_mini_max_pending, ring->rx_mini_pending },
		{ ETHTOOL_A_RINGS_RX_JUMBO_MAX, ETHTOOL_A_RINGS_RX_JUMBO,
		  ring->rx_jumbo_max_pending, ring->rx_jumbo_pending },
		{ ETHTOOL_A_RINGS_TX_MAX, ETHTOOL_A_RINGS_TX, ring->tx_max_pending,
		  ring->tx_pending },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].max && (nla_put_u32(rsp, kinds[i].max_attr, kinds[i].max) ||
				     nla_put_u32(rsp, kinds[i].attr, kinds[i].val)))
			return -EMSGSIZE;
	return 0;
}

static int rings_put_hds(struct sk_buff *rsp, u32 can, const struct kernel_ethtool_ringparam *k)
{
	if (k->tcp_data_split &&
	    nla_put_u8(rsp, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, k->tcp_data_split))
		return -EMSGSIZE;
	if ((can & ETHTOOL_RING_USE_HDS_THRS) &&
	    (nla_put_u32(rsp, ETHTOOL_A_RINGS_HDS_THRESH, k->hds_thresh) ||
	     nla_put_u32(rsp, ETHTOOL_A_RINGS_HDS_THRESH_MAX, k->hds_thresh_max)))
		return -EMSGSIZE;
	return 0;
}

static int rings_put_extras(struct sk_buff *rsp, u32 can,
			    const struct kernel_ethtool_ringparam *k)
{
	if ((k->rx_buf_len && nla_put_u32(rsp, ETHTOOL_A_RINGS_RX_BUF_LEN, k->rx_buf_len)) ||
	    (k->cqe_size && nla_put_u32(rsp, ETHTOOL_A_RINGS_CQE_SIZE, k->cqe_size)) ||
	    nla_put_u8(rsp, ETHTOOL_A_RINGS_TX_PUSH, !!k->tx_push) ||
	    nla_put_u8(rsp, ETHTOOL_A_RINGS_RX_PUSH, !!k->rx_push))
		return -EMSGSIZE;
	if ((can & ETHTOOL_RING_USE_TX_PUSH_BUF_LEN) &&
	    (nla_put_u32(rsp, ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX, k->tx_push_buf_max_len) ||
	     nla_put_u32(rsp, ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, k->tx_push_buf_len)))
		return -EMSGSIZE;
	return 0;
}

static int rings_fill(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info,
		      u32 item)
{
	u32 can = dev->ethtool_ops->supported_ring_params;
	struct rings r;

	if (!dev->ethtool_ops->get_ringparam)
		return -EOPNOTSUPP;
	rings_read(dev, &r, info->extack);
	return rings_put_sizes(rsp, &r.ring) ?: rings_put_hds(rsp, can, &r.kernel) ?:
	       rings_put_extras(rsp, can, &r.kernel);
}

/* --- SET ----------------------------------------------------------------- */

static const struct {
	u16 attr;
	u32 bit;
	const char *refusal;
} ring_capabilities[] = {
	{ ETHTOOL_A_RINGS_RX_BUF_LEN, ETHTOOL_RING_USE_RX_BUF_LEN,
	  "setting rx buf len not supported" },
	{ ETHTOOL_A_RINGS_TCP_DATA_SPLIT, ETHTOOL_RING_USE_TCP_DATA_SPLIT,
	  "setting TCP data split is not supported" },
	{ ETHTOOL_A_RINGS_HDS_THRESH, ETHTOOL_RING_USE_HDS_THRS,
	  "setting hds-thresh is not supported" },
	{ ETHTOOL_A_RINGS_CQE_SIZE, ETHTOOL_RING_USE_CQE_SIZE, "setting cqe size not supported" },
	{ ETHTOOL_A_RINGS_TX_PUSH, ETHTOOL_RING_USE_TX_PUSH, "setting tx push not supported" },
	{ ETHTOOL_A_RINGS_RX_PUSH, ETHTOOL_RING_USE_RX_PUSH, "setting rx push not supported" },
	{ ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, ETHTOOL_RING_USE_TX_PUSH_BUF_LEN,
	  "setting tx push buf len is not supported" },
};

static int rings_check(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(ring_capabilities); i++) {
		err = ethnl_need(info, ops->supported_ring_params & ring_capabilities[i].bit,
				 ring_capabilities[i].attr, ring_capabilities[i].refusal);
		if (err)
			return err;
	}
	return ops->get_ringparam && ops->set_ringparam ? 0 : -EOPNOTSUPP;
}

/* The request over the current values; true if that changes any. */
static bool rings_update(struct net_device *dev, struct nlattr **tb, struct rings *r)
{
	struct kernel_ethtool_ringparam *k = &r->kernel;
	bool mod = false;

	/* Not what the driver shows for them. */
	k->tcp_data_split = dev->cfg->hds_config;
	k->hds_thresh = dev->cfg->hds_thresh;
	mod |= ethnl_update_u32(&r->ring.rx_pending, tb[ETHTOOL_A_RINGS_RX]);
	mod |= ethnl_update_u32(&r->ring.rx_mini_pending, tb[ETHTOOL_A_RINGS_RX_MINI]);
	mod |= ethnl_update_u32(&r->ring.rx_jumbo_pending, tb[ETHTOOL_A_RINGS_RX_JUMBO]);
	mod |= ethnl_update_u32(&r->ring.tx_pending, tb[ETHTOOL_A_RINGS_TX]);
	mod |= ethnl_update_u32(&k->rx_buf_len, tb[ETHTOOL_A_RINGS_RX_BUF_LEN]);
	mod |= ethnl_update_u8(&k->tcp_data_split, tb[ETHTOOL_A_RINGS_TCP_DATA_SPLIT]);
	mod |= ethnl_update_u32(&k->cqe_size, tb[ETHTOOL_A_RINGS_CQE_SIZE]);
	mod |= ethnl_update_u8(&k->tx_push, tb[ETHTOOL_A_RINGS_TX_PUSH]);
	mod |= ethnl_update_u8(&k->rx_push, tb[ETHTOOL_A_RINGS_RX_PUSH]);
	mod |= ethnl_update_u32(&k->tx_push_buf_len, tb[ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN]);
	mod |= ethnl_update_u32(&k->hds_thresh, tb[ETHTOOL_A_RINGS_HDS_THRESH]);
	return mod;
}

static int rings_check_provider(struct net_device *dev, struct genl_info *info,
				const struct kernel_ethtool_ringparam *k)
{
	if (!dev_get_min_mp_channel_count(dev))
		return 0;
	if (k->tcp_data_split != ETHTOOL_TCP_DATA_SPLIT_ENABLED)
		return ethnl_refuse(info, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, -EINVAL,
			"can't disable tcp-data-split while device has memory provider enabled");
	if (k->hds_thresh)
		return ethnl_refuse(info, ETHTOOL_A_RINGS_HDS_THRESH, -EINVAL,
			"can't set non-zero hds_thresh while device is memory provider enabled");
	return 0;
}

static int rings_check_maxima(struct genl_info *info, const struct rings *r)
{
	const struct kernel_ethtool_ringparam *k = &r->kernel;
	const struct {
		u16 attr;
		u32 val, max;
	} limits[] = {
		{ ETHTOOL_A_RINGS_RX, r->ring.rx_pending, r->ring.rx_max_pending },
		{ ETHTOOL_A_RINGS_RX_MINI, r->ring.rx_mini_pending,
		  r->ring.rx_mini_max_pending },
		{ ETHTOOL_A_RINGS_RX_JUMBO, r->ring.rx_jumbo_pending,
		  r->ring.rx_jumbo_max_pending },
		{ ETHTOOL_A_RINGS_TX, r->ring.tx_pending, r->ring.tx_max_pending },
		{ ETHTOOL_A_RINGS_HDS_THRESH, k->hds_thresh, k->hds_thresh_max },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++)
		if (limits[i].val > limits[i].max)
			return ethnl_refuse(info, limits[i].attr, -EINVAL,
					    "requested ring size exceeds maximum");
	if (k->tx_push_buf_len > k->tx_push_buf_max_len) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN],
					"Requested TX push buffer exceeds the maximum of %u",
					k->tx_push_buf_max_len);
		return -EINVAL;
	}
	return 0;
}

static int rings_set(struct net_device *dev, struct genl_info *info)
{
	struct rings r;
	int err;

	rings_read(dev, &r, info->extack);
	if (!rings_update(dev, info->attrs, &r))
		return 0;
	err = rings_check_provider(dev, info, &r.kernel) ?: rings_check_maxima(info, &r);
	if (err)
		return err;
	dev->cfg_pending->hds_config = r.kernel.tcp_data_split;
	dev->cfg_pending->hds_thresh = r.kernel.hds_thresh;
	err = dev->ethtool_ops->set_ringparam(dev, &r.ring, &r.kernel, info->extack);
	return err < 0 ? err : 1;
}

const struct ethnl_subject ethnl_rings = {
	.header_attr = ETHTOOL_A_RINGS_HEADER,
	.reply_cmd = ETHTOOL_MSG_RINGS_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_RINGS_NTF,
	.check = rings_check,
	.fill = rings_fill,
	.set = rings_set,
};

const struct nla_policy ethnl_rings_get_policy[ETHTOOL_A_RINGS_HEADER + 1] = {
	[ETHTOOL_A_RINGS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
};

const struct nla_policy ethnl_rings_set_policy[ETHTOOL_A_RINGS_HDS_THRESH + 1] = {
	[ETHTOOL_A_RINGS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RINGS_RX] = { .type = NLA_U32 },
	[ETHTOOL_A_RINGS_RX_MINI] = { .type = NLA_U32 },
	[ETHTOOL_A_RINGS_RX_JUMBO] = { .type = NLA_U32 },
	[ETHTOOL_A_RINGS_TX] = { .type = NLA_U32 },
	[ETHTOOL_A_RINGS_RX_BUF_LEN] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RINGS_TCP_DATA_SPLIT] = NLA_POLICY_MAX(NLA_U8, ETHTOOL_TCP_DATA_SPLIT_ENABLED),
	[ETHTOOL_A_RINGS_CQE_SIZE] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RINGS_TX_PUSH] = NLA_POLICY_MAX(NLA_U8, 1),
	[ETHTOOL_A_RINGS_RX_PUSH] = NLA_POLICY_MAX(NLA_U8, 1),
	[ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN] = { .type = NLA_U32 },
	[ETHTOOL_A_RINGS_HDS_THRESH] = { .type = NLA_U32 },
};
