// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": when interrupts come.
 *
 * A driver says which parameters it has; the others can be neither set nor, unless
 * it reports a value all the same, seen. Contract: net/ethtool/coalesce.c.
 */
#include <linux/stddef.h>
#include "ethtool.h"

struct coalesce {
	struct ethtool_coalesce old;
	struct kernel_ethtool_coalesce kernel;
};

/* Where a parameter is, and how it is sent: a u32, or one that is no more than a yes. */
static const struct {
	u16 attr;
	u16 at;
	u32 bit;
	bool yes_no;
	bool narrow;		/* a u8 in the structure */
} params[] = {
#define U32(name, member)						\
	{ ETHTOOL_A_COALESCE_##name, offsetof(struct coalesce, member), \
	  ETHTOOL_COALESCE_##name, false, false }
	U32(RX_USECS, old.rx_coalesce_usecs),
	U32(RX_MAX_FRAMES, old.rx_max_coalesced_frames),
	U32(RX_USECS_IRQ, old.rx_coalesce_usecs_irq),
	U32(RX_MAX_FRAMES_IRQ, old.rx_max_coalesced_frames_irq),
	U32(TX_USECS, old.tx_coalesce_usecs),
	U32(TX_MAX_FRAMES, old.tx_max_coalesced_frames),
	U32(TX_USECS_IRQ, old.tx_coalesce_usecs_irq),
	U32(TX_MAX_FRAMES_IRQ, old.tx_max_coalesced_frames_irq),
	U32(STATS_BLOCK_USECS, old.stats_block_coalesce_usecs),
	{ ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
	  offsetof(struct coalesce, old.use_adaptive_rx_coalesce),
	  ETHTOOL_COALESCE_USE_ADAPTIVE_RX, true, false },
	{ ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX,
	  offsetof(struct coalesce, old.use_adaptive_tx_coalesce),
	  ETHTOOL_COALESCE_USE_ADAPTIVE_TX, true, false },
	U32(PKT_RATE_LOW, old.pkt_rate_low),
	U32(RX_USECS_LOW, old.rx_coalesce_usecs_low),
	U32(RX_MAX_FRAMES_LOW, old.rx_max_coalesced_frames_low),
	U32(TX_USECS_LOW, old.tx_coalesce_usecs_low),
	U32(TX_MAX_FRAMES_LOW, old.tx_max_coalesced_frames_low),
	U32(PKT_RATE_HIGH, old.pkt_rate_high),
	U32(RX_USECS_HIGH, old.rx_coalesce_usecs_high),
	U32(RX_MAX_FRAMES_HIGH, old.rx_max_coalesced_frames_high),
	U32(TX_USECS_HIGH, old.tx_coalesce_usecs_high),
	U32(TX_MAX_FRAMES_HIGH, old.tx_max_coalesced_frames_high),
	U32(RATE_SAMPLE_INTERVAL, old.rate_sample_interval),
	{ ETHTOOL_A_COALESCE_USE_CQE_MODE_TX, offsetof(struct coalesce, kernel.use_cqe_mode_tx),
	  ETHTOOL_COALESCE_USE_CQE_TX, true, true },
	{ ETHTOOL_A_COALESCE_USE_CQE_MODE_RX, offsetof(struct coalesce, kernel.use_cqe_mode_rx),
	  ETHTOOL_COALESCE_USE_CQE_RX, true, true },
	U32(TX_AGGR_MAX_BYTES, kernel.tx_aggr_max_bytes),
	U32(TX_AGGR_MAX_FRAMES, kernel.tx_aggr_max_frames),
	U32(TX_AGGR_TIME_USECS, kernel.tx_aggr_time_usecs),
#undef U32
};

static u32 param_get(const struct coalesce *c, int i)
{
	const u8 *at = (const u8 *)c + params[i].at;

	return params[i].narrow ? *at : *(const u32 *)at;
}

static void param_set(struct coalesce *c, int i, u32 value)
{
	u8 *at = (u8 *)c + params[i].at;

	if (params[i].narrow)
		*at = value;
	else
		*(u32 *)at = value;
}

static int coalesce_read(struct net_device *dev, struct coalesce *c, struct netlink_ext_ack *extack)
{
	*c = (struct coalesce){ .old.cmd = ETHTOOL_GCOALESCE };
	return dev->ethtool_ops->get_coalesce(dev, &c->old, &c->kernel, extack);
}

static int coalesce_fill(struct net_device *dev, struct sk_buff *rsp,
			 const struct genl_info *info, u32 item)
{
	struct coalesce c;
	int i, err;

	if (!dev->ethtool_ops->get_coalesce)
		return -EOPNOTSUPP;
	err = coalesce_read(dev, &c, info->extack);
	for (i = 0; !err && i < ARRAY_SIZE(params); i++) {
		u32 value = param_get(&c, i);

		if (!value && !(dev->ethtool_ops->supported_coalesce_params & params[i].bit))
			continue;
		err = params[i].yes_no ? nla_put_u8(rsp, params[i].attr, !!value) :
					 nla_put_u32(rsp, params[i].attr, value);
	}
	return err;
}

static int coalesce_check(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	int i;

	if (!ops->get_coalesce || !ops->set_coalesce)
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(params); i++)
		if (info->attrs[params[i].attr] &&
		    !(ops->supported_coalesce_params & params[i].bit))
			return ethnl_refuse(info, params[i].attr, -EINVAL,
					    "cannot modify an unsupported parameter");
	return 0;
}

/* The request over the current values; true if that changes any. */
static bool coalesce_update(struct nlattr **tb, struct coalesce *c)
{
	bool mod = false;
	u32 value, was;
	int i;

	for (i = 0; i < ARRAY_SIZE(params); i++) {
		const struct nlattr *at = tb[params[i].attr];

		if (!at)
			continue;
		was = param_get(c, i);
		value = params[i].yes_no ? !!nla_get_u8(at) : nla_get_u32(at);
		/* A yes stays the number the driver gave it. */
		if (params[i].yes_no ? value == !!was : value == was)
			continue;
		param_set(c, i, value);
		mod = true;
	}
	return mod;
}

static int coalesce_set(struct net_device *dev, struct genl_info *info)
{
	struct coalesce c;
	int err = coalesce_read(dev, &c, info->extack);

	if (err || !coalesce_update(info->attrs, &c))
		return err;
	err = dev->ethtool_ops->set_coalesce(dev, &c.old, &c.kernel, info->extack);
	return err < 0 ? err : 1;
}

const struct ethnl_subject ethnl_coalesce = {
	.header_attr = ETHTOOL_A_COALESCE_HEADER,
	.reply_cmd = ETHTOOL_MSG_COALESCE_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_COALESCE_NTF,
	.check = coalesce_check,
	.fill = coalesce_fill,
	.set = coalesce_set,
};

const struct nla_policy ethnl_coalesce_get_policy[ETHTOOL_A_COALESCE_HEADER + 1] = {
	[ETHTOOL_A_COALESCE_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
};

const struct nla_policy ethnl_coalesce_set_policy[ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS + 1] = {
	[ETHTOOL_A_COALESCE_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_COALESCE_RX_USECS ... ETHTOOL_A_COALESCE_STATS_BLOCK_USECS] =
		{ .type = NLA_U32 },
	[ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX ... ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX] =
		{ .type = NLA_U8 },
	[ETHTOOL_A_COALESCE_PKT_RATE_LOW ... ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL] =
		{ .type = NLA_U32 },
	[ETHTOOL_A_COALESCE_USE_CQE_MODE_TX ... ETHTOOL_A_COALESCE_USE_CQE_MODE_RX] =
		NLA_POLICY_MAX(NLA_U8, 1),
	[ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES ... ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS] =
		{ .type = NLA_U32 },
};
