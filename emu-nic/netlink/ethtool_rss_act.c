// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": contexts of receive-side scaling come and go, and who is told.
 *
 * What a request for a new context leaves out is the driver's choice, and is in the
 * reply. Contract: net/ethtool/rss.c.
 */
#include "ethtool.h"

static int rss_fill_number(struct net_device *dev, struct sk_buff *rsp,
			   const struct genl_info *info, u32 context)
{
	return nla_put_u32(rsp, ETHTOOL_A_RSS_CONTEXT, context);
}

static int rss_check_create(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	const struct nlattr *context = info->attrs[ETHTOOL_A_RSS_CONTEXT];
	const struct nlattr *xfrm = info->attrs[ETHTOOL_A_RSS_INPUT_XFRM];

	if (!ops->create_rxfh_context)
		return -EOPNOTSUPP;
	if (context && ops->rxfh_max_num_contexts &&
	    nla_get_u32(context) >= ops->rxfh_max_num_contexts)
		return ethnl_refuse(info, ETHTOOL_A_RSS_CONTEXT, -ERANGE, NULL);
	if (xfrm && nla_get_u32(xfrm) & ~ops->supported_input_xfrm)
		return ethnl_refuse(info, ETHTOOL_A_RSS_INPUT_XFRM, -EOPNOTSUPP, NULL);
	return 0;
}

static int rss_check_delete(struct net_device *dev, struct genl_info *info)
{
	return dev->ethtool_ops->create_rxfh_context ? 0 : -EOPNOTSUPP;
}

static const struct ethnl_subject rss_create = {
	.header_attr = ETHTOOL_A_RSS_HEADER,
	.reply_cmd = ETHTOOL_MSG_RSS_CREATE_ACT_REPLY,
	.ntf_cmd = ETHTOOL_MSG_RSS_CREATE_NTF,
	.check = rss_check_create,
	.fill = ethnl_rss_fill_tables,
};

static const struct ethnl_subject rss_delete = {
	.header_attr = ETHTOOL_A_RSS_HEADER,
	.ntf_cmd = ETHTOOL_MSG_RSS_DELETE_NTF,
	.check = rss_check_delete,
	.fill = rss_fill_number,
};

void ethtool_rss_notify(struct net_device *dev, u8 type, u32 context)
{
	const struct ethnl_subject *subject = type == ETHTOOL_MSG_RSS_CREATE_NTF ? &rss_create :
					      type == ETHTOOL_MSG_RSS_DELETE_NTF ? &rss_delete :
										   &ethnl_rss;

	ethnl_notify(subject, dev, context);
}

static int rss_create_locked(struct net_device *dev, struct genl_info *info, struct sk_buff *rsp)
{
	u32 wanted = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_CONTEXT],
					 ETH_RXFH_CONTEXT_ALLOC), context;
	struct ethtool_rss_change change;
	int err = ethnl_rss_check_sizes(dev, info);

	if (err)
		return err;
	ethnl_rss_change(info, wanted, &change);
	err = ethtool_rss_create(dev, &change, info->extack, &context);
	if (err)
		return err;
	ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_CREATE_NTF, context);
	return ethnl_reply(&rss_create, dev, rsp, info, context);
}

static int rss_delete_locked(struct net_device *dev, struct genl_info *info, struct sk_buff *rsp)
{
	u32 context = nla_get_u32(info->attrs[ETHTOOL_A_RSS_CONTEXT]);
	int err = ethtool_rss_delete(dev, context, info->extack);

	if (!err)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_DELETE_NTF, context);
	return err;
}

int ethnl_rss_create(struct sk_buff *skb, struct genl_info *info)
{
	return ethnl_act(&rss_create, info, rss_create_locked);
}

int ethnl_rss_delete(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, ETHTOOL_A_RSS_CONTEXT))
		return -EINVAL;
	return ethnl_act(&rss_delete, info, rss_delete_locked);
}

const struct nla_policy ethnl_rss_create_policy[ETHTOOL_A_RSS_INPUT_XFRM + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RSS_HFUNC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RSS_INDIR] = NLA_POLICY_MIN(NLA_BINARY, 1),
	[ETHTOOL_A_RSS_HKEY] = NLA_POLICY_MIN(NLA_BINARY, 1),
	[ETHTOOL_A_RSS_INPUT_XFRM] = NLA_POLICY_MAX(NLA_U32, RXH_XFRM_SYM_OR_XOR),
};

const struct nla_policy ethnl_rss_delete_policy[ETHTOOL_A_RSS_CONTEXT + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = NLA_POLICY_MIN(NLA_U32, 1),
};
