// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": receive-side scaling, read and set.
 *
 * A table shorter than the device's is repeated over it. The core remembers
 * whether the default table is the user's, because channels must not be taken from under
 * one; it does not stop a table from pointing at queues with a memory provider.
 * A device has context 0 and those of ethtool_rss_act.c; dumps show them all.
 * Contract: net/ethtool/rss.c.
 */
#include <linux/string.h>
#include "ethtool.h"

/* --- Which context ------------------------------------------------------- */

static int rss_item(const struct genl_info *info, bool dump, u32 *context)
{
	const u16 known = dump ? ETHTOOL_A_RSS_START_CONTEXT : ETHTOOL_A_RSS_CONTEXT;
	const u16 other = dump ? ETHTOOL_A_RSS_CONTEXT : ETHTOOL_A_RSS_START_CONTEXT;

	*context = nla_get_u32_default(info->attrs[known], 0);
	/* A SET's attributes are another set, which has no START_CONTEXT. */
	if (info->genlhdr->cmd != ETHTOOL_MSG_RSS_GET || !info->attrs[other])
		return 0;
	NL_SET_BAD_ATTR(info->extack, info->attrs[other]);
	return -EINVAL;
}

static bool rss_next(struct net_device *dev, u32 *context)
{
	unsigned long at = *context;

	if (!at)
		return true;
	if (!xa_find(&dev->ethtool->rss_ctx, &at, U32_MAX, XA_PRESENT))
		return false;
	*context = at;
	return true;
}

/* --- GET ----------------------------------------------------------------- */

static const struct {
	u16 attr;
	u32 flow_type;
} flows[] = {
	{ ETHTOOL_A_FLOW_ETHER, ETHER_FLOW },
	{ ETHTOOL_A_FLOW_IP4, IPV4_FLOW },
	{ ETHTOOL_A_FLOW_IP6, IPV6_FLOW },
	{ ETHTOOL_A_FLOW_TCP4, TCP_V4_FLOW },
	{ ETHTOOL_A_FLOW_TCP6, TCP_V6_FLOW },
	{ ETHTOOL_A_FLOW_UDP4, UDP_V4_FLOW },
	{ ETHTOOL_A_FLOW_UDP6, UDP_V6_FLOW },
	{ ETHTOOL_A_FLOW_SCTP4, SCTP_V4_FLOW },
	{ ETHTOOL_A_FLOW_SCTP6, SCTP_V6_FLOW },
	{ ETHTOOL_A_FLOW_AH4, AH_V4_FLOW },
	{ ETHTOOL_A_FLOW_AH6, AH_V6_FLOW },
	{ ETHTOOL_A_FLOW_ESP4, ESP_V4_FLOW },
	{ ETHTOOL_A_FLOW_ESP6, ESP_V6_FLOW },
	{ ETHTOOL_A_FLOW_AH_ESP4, AH_ESP_V4_FLOW },
	{ ETHTOOL_A_FLOW_AH_ESP6, AH_ESP_V6_FLOW },
};

/* Kinds the device does not hash are left out. */
static int rss_put_flows(struct net_device *dev, struct sk_buff *rsp, u32 context)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct nlattr *nest;
	int i;

	if (!ops->get_rxfh_fields || (context && !ops->rxfh_per_ctx_fields))
		return 0;
	nest = nla_nest_start(rsp, ETHTOOL_A_RSS_FLOW_HASH);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		struct ethtool_rxfh_fields fields = { .flow_type = flows[i].flow_type,
						      .rss_context = context };

		if (!ops->get_rxfh_fields(dev, &fields) &&
		    nla_put_uint(rsp, flows[i].attr, fields.data))
			return -EMSGSIZE;
	}
	nla_nest_end(rsp, nest);
	return 0;
}

static int rss_put(struct net_device *dev, struct sk_buff *rsp,
		   const struct ethtool_rxfh_param *rxfh)
{
	bool own_key = !rxfh->rss_context || dev->ethtool_ops->rxfh_per_ctx_key;

	if ((rxfh->rss_context &&
	     nla_put_u32(rsp, ETHTOOL_A_RSS_CONTEXT, rxfh->rss_context)) ||
	    (rxfh->indir_size && nla_put(rsp, ETHTOOL_A_RSS_INDIR,
					 rxfh->indir_size * sizeof(u32), rxfh->indir)))
		return -EMSGSIZE;
	if (!own_key)
		return 0;
	if ((rxfh->hfunc && nla_put_u32(rsp, ETHTOOL_A_RSS_HFUNC, rxfh->hfunc)) ||
	    (rxfh->key_size && nla_put(rsp, ETHTOOL_A_RSS_HKEY, rxfh->key_size, rxfh->key)) ||
	    (rxfh->input_xfrm && nla_put_u32(rsp, ETHTOOL_A_RSS_INPUT_XFRM, rxfh->input_xfrm)))
		return -EMSGSIZE;
	return 0;
}

int ethnl_rss_fill_tables(struct net_device *dev, struct sk_buff *rsp,
			  const struct genl_info *info, u32 context)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct ethtool_rxfh_param rxfh;
	int err;

	if (!ops->get_rxfh || (context && !ops->create_rxfh_context))
		return -EOPNOTSUPP;
	err = ethtool_rss_read(dev, context, &rxfh) ?: rss_put(dev, rsp, &rxfh);
	ethtool_rss_free(&rxfh);
	return err;
}

static int rss_fill(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info,
		    u32 context)
{
	return ethnl_rss_fill_tables(dev, rsp, info, context) ?:
	       rss_put_flows(dev, rsp, context);
}

/* --- SET: what can be asked ---------------------------------------------- */

static u16 rss_unable(struct net_device *dev, struct genl_info *info, u32 context)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	const bool fields = ops->set_rxfh_fields && (!context || ops->rxfh_per_ctx_fields);
	const bool own_key = !context || ops->rxfh_per_ctx_key;
	u32 xfrm = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_INPUT_XFRM], 0);
	const struct {
		u16 attr;
		bool able;
	} asked[] = {
		{ ETHTOOL_A_RSS_CONTEXT, !context || ops->create_rxfh_context },
		{ ETHTOOL_A_RSS_HFUNC, own_key },
		{ ETHTOOL_A_RSS_HKEY, own_key },
		{ ETHTOOL_A_RSS_INPUT_XFRM, own_key && !(xfrm & ~ops->supported_input_xfrm) },
		{ ETHTOOL_A_RSS_FLOW_HASH, fields },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(asked); i++)
		if (info->attrs[asked[i].attr] && !asked[i].able)
			return asked[i].attr;
	return 0;
}

static int rss_check(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	u32 context = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_CONTEXT], 0);
	u16 unable;

	if (!ops->get_rxfh || !ops->set_rxfh)
		return -EOPNOTSUPP;
	unable = rss_unable(dev, info, context);
	return unable ? ethnl_refuse(info, unable, -EOPNOTSUPP, NULL) : 0;
}

int ethnl_rss_check_sizes(struct net_device *dev, struct genl_info *info)
{
	const struct nlattr *indir = info->attrs[ETHTOOL_A_RSS_INDIR];
	const struct nlattr *key = info->attrs[ETHTOOL_A_RSS_HKEY];
	u32 size = ethtool_rss_table_size(dev);
	u32 entries = indir ? nla_len(indir) / sizeof(u32) : 0;

	if (indir && (!size || nla_len(indir) % sizeof(u32) || (entries && size % entries))) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, indir,
					"size (%d) mismatch with device indir table (%d)",
					entries, size);
		return -EINVAL;
	}
	if (key && nla_len(key) != ethtool_rss_key_size(dev))
		return ethnl_refuse(info, ETHTOOL_A_RSS_HKEY, -EINVAL, NULL);
	return 0;
}

/* --- SET ----------------------------------------------------------------- */

/* 1 if a field changed, 0 if none did. */
static int rss_set_flow(struct net_device *dev, struct genl_info *info, u32 context, int flow,
			const struct nlattr *attr)
{
	struct ethtool_rxfh_fields fields = { .flow_type = flows[flow].flow_type,
					      .rss_context = context };
	int err = dev->ethtool_ops->get_rxfh_fields(dev, &fields);

	if (!err && fields.data == nla_get_uint(attr))
		return 0;
	if (!err) {
		guard(mutex)(&dev->ethtool->rss_lock);
		fields.data = nla_get_uint(attr);
		err = dev->ethtool_ops->set_rxfh_fields(dev, &fields, info->extack);
	}
	if (!err)
		return 1;
	NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

static int rss_set_flows(struct net_device *dev, struct genl_info *info, u32 context)
{
	struct nlattr *tb[ETHTOOL_A_FLOW_AH_ESP6 + 1];
	int i, ret, changed = 0;

	if (!info->attrs[ETHTOOL_A_RSS_FLOW_HASH])
		return 0;
	ret = nla_parse_nested(tb, ETHTOOL_A_FLOW_AH_ESP6, info->attrs[ETHTOOL_A_RSS_FLOW_HASH],
			       ethnl_rss_flows_policy, info->extack);
	for (i = 0; ret >= 0 && i < ARRAY_SIZE(flows); i++) {
		if (!tb[flows[i].attr])
			continue;
		ret = rss_set_flow(dev, info, context, i, tb[flows[i].attr]);
		changed |= ret > 0;
	}
	return ret < 0 ? ret : changed;
}

void ethnl_rss_change(struct genl_info *info, u32 context, struct ethtool_rss_change *change)
{
	const struct nlattr *indir = info->attrs[ETHTOOL_A_RSS_INDIR];
	const struct nlattr *key = info->attrs[ETHTOOL_A_RSS_HKEY];

	*change = ETHTOOL_RSS_NO_CHANGE;
	change->context = context;
	if (indir && nla_len(indir)) {
		change->table = nla_data(indir);
		change->entries = nla_len(indir) / sizeof(u32);
		change->table_attr = indir;
	}
	change->key = key ? nla_data(key) : NULL;
	change->hfunc = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_HFUNC],
					    ETH_RSS_HASH_NO_CHANGE);
	change->input_xfrm = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_INPUT_XFRM],
						 RXH_XFRM_NO_CHANGE);
}

/* What is as it was is not asked for again; true if something is left. */
static bool rss_drop_unchanged(struct ethtool_rss_change *change,
			       const struct ethtool_rxfh_param *now, bool keep_table)
{
	bool table = keep_table;
	u32 i;

	for (i = 0; change->table && i < now->indir_size; i++)
		table |= now->indir[i] != change->table[i % change->entries];
	if (!table)
		change->table = NULL;
	if (change->key && !memcmp(change->key, now->key, now->key_size))
		change->key = NULL;
	if (change->hfunc == now->hfunc)
		change->hfunc = ETH_RSS_HASH_NO_CHANGE;
	if (change->input_xfrm == now->input_xfrm)
		change->input_xfrm = RXH_XFRM_NO_CHANGE;
	return change->table || change->key || change->hfunc != ETH_RSS_HASH_NO_CHANGE ||
	       change->input_xfrm != RXH_XFRM_NO_CHANGE;
}

/* 1 if something changed, 0 if nothing did. */
static int rss_set_tables(struct net_device *dev, struct genl_info *info, u32 context)
{
	const struct nlattr *indir = info->attrs[ETHTOOL_A_RSS_INDIR];
	bool reset = indir && !nla_len(indir), changed = reset, given;
	struct ethtool_rss_change change;
	struct ethtool_rxfh_param now;
	int err;

	if (reset && context)
		return ethnl_refuse(info, ETHTOOL_A_RSS_INDIR, -EINVAL,
				    "can't reset table for a context");
	ethnl_rss_change(info, context, &change);
	/* A table that is given is the user's from now on, even if it is the same one. */
	given = !context && !dev->ethtool->rxfh_configured;
	err = ethtool_rss_read(dev, context, &now);
	if (!err && rss_drop_unchanged(&change, &now, given)) {
		changed = true;
		err = ethtool_rss_apply(dev, &change, info->extack);
	}
	ethtool_rss_free(&now);
	if (!err && reset)
		err = ethtool_rss_reset(dev, info->extack);
	return err ?: changed;
}

static int rss_set(struct net_device *dev, struct genl_info *info)
{
	u32 context = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_CONTEXT], 0);
	int flows_changed, ret;

	if (!ethtool_rss_exists(dev, context))
		return -ENOENT;
	ret = ethnl_rss_check_sizes(dev, info);
	if (ret)
		return ret;
	flows_changed = rss_set_flows(dev, info, context);
	if (flows_changed < 0)
		return flows_changed;
	ret = rss_set_tables(dev, info, context);
	return ret < 0 ? ret : ret | flows_changed;
}

const struct ethnl_subject ethnl_rss = {
	.header_attr = ETHTOOL_A_RSS_HEADER,
	.reply_cmd = ETHTOOL_MSG_RSS_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_RSS_NTF,
	.dump_of_one = true,
	.item = rss_item,
	.next = rss_next,
	.check = rss_check,
	.fill = rss_fill,
	.set = rss_set,
};

const struct nla_policy ethnl_rss_get_policy[ETHTOOL_A_RSS_START_CONTEXT + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = { .type = NLA_U32 },
	[ETHTOOL_A_RSS_START_CONTEXT] = { .type = NLA_U32 },
};

#define FIELDS									\
	NLA_POLICY_MASK(NLA_UINT, RXH_L2DA | RXH_VLAN | RXH_L3_PROTO | RXH_IP_SRC | RXH_IP_DST | \
			RXH_L4_B_0_1 | RXH_L4_B_2_3)

const struct nla_policy ethnl_rss_flows_policy[ETHTOOL_A_FLOW_AH_ESP6 + 1] = {
	[ETHTOOL_A_FLOW_ETHER ... ETHTOOL_A_FLOW_AH_ESP6] = FIELDS,
};

const struct nla_policy ethnl_rss_set_policy[ETHTOOL_A_RSS_FLOW_HASH + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = { .type = NLA_U32 },
	[ETHTOOL_A_RSS_HFUNC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RSS_INDIR] = { .type = NLA_BINARY },
	[ETHTOOL_A_RSS_HKEY] = NLA_POLICY_MIN(NLA_BINARY, 1),
	[ETHTOOL_A_RSS_INPUT_XFRM] = NLA_POLICY_MAX(NLA_U32, RXH_XFRM_SYM_OR_XOR),
	[ETHTOOL_A_RSS_FLOW_HASH] = NLA_POLICY_NESTED(ethnl_rss_flows_policy),
};
