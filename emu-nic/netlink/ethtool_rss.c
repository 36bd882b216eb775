// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink family "ethtool": receive-side scaling.
 *
 * A table shorter than the device's is repeated over it. The core remembers
 * whether the table is the user's, because channels must not be taken from under
 * one; it does not stop a table from pointing at queues with a memory provider.
 * Devices have one context, number 0. Contract: net/ethtool/rss.c.
 */
#include <linux/slab.h>
#include "ethtool.h"

static u32 rss_rings(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops->get_rx_ring_count ? ops->get_rx_ring_count(dev) : dev->real_num_rx_queues;
}

/* Table and key of the device's size, to be freed with rss_free(). */
static int rss_alloc(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	*rxfh = (struct ethtool_rxfh_param){};
	rxfh->indir_size = ops->get_rxfh_indir_size ? ops->get_rxfh_indir_size(dev) : 0;
	rxfh->key_size = ops->get_rxfh_key_size ? ops->get_rxfh_key_size(dev) : 0;
	rxfh->indir = kcalloc(rxfh->indir_size + 1, sizeof(*rxfh->indir), GFP_KERNEL);
	rxfh->key = kzalloc(rxfh->key_size + 1, GFP_KERNEL);
	return rxfh->indir && rxfh->key ? 0 : -ENOMEM;
}

static void rss_free(struct ethtool_rxfh_param *rxfh)
{
	kfree(rxfh->indir);
	kfree(rxfh->key);
}

/* --- GET ----------------------------------------------------------------- */

static int rss_put(struct sk_buff *rsp, const struct ethtool_rxfh_param *rxfh)
{
	if ((rxfh->hfunc && nla_put_u32(rsp, ETHTOOL_A_RSS_HFUNC, rxfh->hfunc)) ||
	    (rxfh->indir_size && nla_put(rsp, ETHTOOL_A_RSS_INDIR,
					 rxfh->indir_size * sizeof(u32), rxfh->indir)) ||
	    (rxfh->key_size && nla_put(rsp, ETHTOOL_A_RSS_HKEY, rxfh->key_size, rxfh->key)) ||
	    (rxfh->input_xfrm && nla_put_u32(rsp, ETHTOOL_A_RSS_INPUT_XFRM, rxfh->input_xfrm)))
		return -EMSGSIZE;
	return 0;
}

static int rss_fill(struct net_device *dev, struct sk_buff *rsp, const struct genl_info *info)
{
	struct ethtool_rxfh_param rxfh;
	int err;

	if (!dev->ethtool_ops->get_rxfh)
		return -EOPNOTSUPP;
	/* A notification has no request. */
	if (info->attrs && nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_CONTEXT], 0))
		return -EOPNOTSUPP;
	err = rss_alloc(dev, &rxfh) ?: dev->ethtool_ops->get_rxfh(dev, &rxfh) ?:
	      rss_put(rsp, &rxfh);
	rss_free(&rxfh);
	return err;
}

/* --- SET ----------------------------------------------------------------- */

static int rss_refuse_entry(struct net_device *dev, const u32 *table, u32 entries,
			    struct genl_info *info)
{
	u32 i, rings = rss_rings(dev);

	for (i = 0; i < entries; i++) {
		if (table[i] < rings)
			continue;
		if (info)
			NL_SET_ERR_MSG_ATTR_FMT(info->extack, info->attrs[ETHTOOL_A_RSS_INDIR],
						"entry %d: queue out of range (%d)", i, table[i]);
		return -EINVAL;
	}
	return 0;
}

/* NULL leaves table or key as it is, hfunc 0 the function. */
int ethtool_rss_apply(struct net_device *dev, const u32 *table, u32 entries, const u8 *key,
		      u8 hfunc, struct genl_info *info)
{
	struct ethtool_rxfh_param rxfh;
	int err;
	u32 i;

	err = rss_alloc(dev, &rxfh);
	if (!err && table)
		err = rss_refuse_entry(dev, table, entries, info);
	if (!err) {
		u32 *own_table = rxfh.indir;
		u8 *own_key = rxfh.key;

		for (i = 0; table && i < rxfh.indir_size; i++)
			own_table[i] = table[i % entries];
		if (key)
			memcpy(own_key, key, rxfh.key_size);
		rxfh.indir = table ? own_table : NULL;
		rxfh.key = key ? own_key : NULL;
		rxfh.hfunc = hfunc;
		rxfh.input_xfrm = RXH_XFRM_NO_CHANGE;
		mutex_lock(&dev->ethtool->rss_lock);
		err = dev->ethtool_ops->set_rxfh(dev, &rxfh, info ? info->extack : NULL);
		mutex_unlock(&dev->ethtool->rss_lock);
		rxfh.indir = own_table;
		rxfh.key = own_key;
		if (!err && table)
			dev->ethtool->rxfh_configured = true;
	}
	rss_free(&rxfh);
	return err;
}

int ethtool_rss_reset(struct net_device *dev, struct genl_info *info)
{
	u32 i, rings = rss_rings(dev), size = dev->ethtool_ops->get_rxfh_indir_size(dev);
	u32 *table = kcalloc(size, sizeof(*table), GFP_KERNEL);
	int err;

	if (!table)
		return -ENOMEM;
	for (i = 0; i < size; i++)
		table[i] = ethtool_rxfh_indir_default(i, rings);
	err = ethtool_rss_apply(dev, table, size, NULL, 0, info);
	if (!err)
		dev->ethtool->rxfh_configured = false;
	kfree(table);
	return err;
}

static int rss_check(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	if (!ops->get_rxfh || !ops->set_rxfh)
		return -EOPNOTSUPP;
	if (!nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_CONTEXT], 0))
		return 0;
	if (info->attrs[ETHTOOL_A_RSS_INDIR] && !nla_len(info->attrs[ETHTOOL_A_RSS_INDIR]))
		return ethnl_refuse(info, ETHTOOL_A_RSS_INDIR, -EINVAL,
				    "can't reset table for a context");
	return ethnl_refuse(info, ETHTOOL_A_RSS_CONTEXT, -EOPNOTSUPP, NULL);
}

static int rss_check_sizes(struct net_device *dev, struct genl_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	const struct nlattr *indir = info->attrs[ETHTOOL_A_RSS_INDIR];
	const struct nlattr *key = info->attrs[ETHTOOL_A_RSS_HKEY];
	u32 size = ops->get_rxfh_indir_size ? ops->get_rxfh_indir_size(dev) : 0;
	u32 entries = indir ? nla_len(indir) / sizeof(u32) : 0;

	if (indir && (!size || nla_len(indir) % sizeof(u32) || (entries && size % entries))) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, indir,
					"size (%d) mismatch with device indir table (%d)",
					entries, size);
		return -EINVAL;
	}
	if (key && nla_len(key) != (ops->get_rxfh_key_size ? ops->get_rxfh_key_size(dev) : 0))
		return ethnl_refuse(info, ETHTOOL_A_RSS_HKEY, -EINVAL, NULL);
	return 0;
}

static int rss_set(struct net_device *dev, struct genl_info *info)
{
	const struct nlattr *indir = info->attrs[ETHTOOL_A_RSS_INDIR];
	const struct nlattr *key = info->attrs[ETHTOOL_A_RSS_HKEY];
	u32 hfunc = nla_get_u32_default(info->attrs[ETHTOOL_A_RSS_HFUNC], 0);
	bool reset = indir && !nla_len(indir);
	int err = rss_check_sizes(dev, info);

	if (err || (!indir && !key && !hfunc))
		return err;
	if (reset)
		err = ethtool_rss_reset(dev, info);
	if (!err && (!reset || key || hfunc))
		err = ethtool_rss_apply(dev, indir && !reset ? nla_data(indir) : NULL,
					indir ? nla_len(indir) / sizeof(u32) : 0,
					key ? nla_data(key) : NULL, hfunc, info);
	return err ?: 1;
}

const struct ethnl_subject ethnl_rss = {
	.header_attr = ETHTOOL_A_RSS_HEADER,
	.reply_cmd = ETHTOOL_MSG_RSS_GET_REPLY,
	.ntf_cmd = ETHTOOL_MSG_RSS_NTF,
	.dump_of_one = true,
	.check = rss_check,
	.fill = rss_fill,
	.set = rss_set,
};

const struct nla_policy ethnl_rss_get_policy[ETHTOOL_A_RSS_CONTEXT + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = { .type = NLA_U32 },
};

const struct nla_policy ethnl_rss_set_policy[ETHTOOL_A_RSS_HKEY + 1] = {
	[ETHTOOL_A_RSS_HEADER] = NLA_POLICY_NESTED(ethnl_header_policy),
	[ETHTOOL_A_RSS_CONTEXT] = { .type = NLA_U32 },
	[ETHTOOL_A_RSS_HFUNC] = NLA_POLICY_MIN(NLA_U32, 1),
	[ETHTOOL_A_RSS_INDIR] = { .type = NLA_BINARY },
	[ETHTOOL_A_RSS_HKEY] = NLA_POLICY_MIN(NLA_BINARY, 1),
};
