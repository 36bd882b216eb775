// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive-side scaling as the core keeps it, for netlink and ioctl alike.
 *
 * Context 0 is the device's own and lives in its driver. The others are in rss_ctx: the core
 * keeps their table and key, the driver fills in what nobody chose. rss_lock covers them,
 * and is held around every call of the driver about them. A context that flow rules
 * use cannot go. Contract: net/ethtool/common.c.
 */
#include <linux/export.h>
#include <linux/overflow.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "ethtool.h"

u32 ethtool_rss_rings(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops->get_rx_ring_count ? ops->get_rx_ring_count(dev) : dev->real_num_rx_queues;
}

u32 ethtool_rss_table_size(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops->get_rxfh_indir_size ? ops->get_rxfh_indir_size(dev) : 0;
}

u32 ethtool_rss_key_size(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops->get_rxfh_key_size ? ops->get_rxfh_key_size(dev) : 0;
}

/* --- Reading ------------------------------------------------------------- */

static int rss_alloc(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	*rxfh = (struct ethtool_rxfh_param){};
	rxfh->indir_size = ethtool_rss_table_size(dev);
	rxfh->key_size = ethtool_rss_key_size(dev);
	rxfh->indir = kcalloc(rxfh->indir_size + 1, sizeof(*rxfh->indir), GFP_KERNEL);
	rxfh->key = kzalloc(rxfh->key_size + 1, GFP_KERNEL);
	return rxfh->indir && rxfh->key ? 0 : -ENOMEM;
}

void ethtool_rss_free(struct ethtool_rxfh_param *rxfh)
{
	kfree(rxfh->indir);
	kfree(rxfh->key);
}

static void context_read(struct ethtool_rxfh_context *ctx, struct ethtool_rxfh_param *rxfh)
{
	rxfh->hfunc = ctx->hfunc;
	rxfh->input_xfrm = ctx->input_xfrm;
	memcpy(rxfh->indir, ethtool_rxfh_context_indir(ctx), rxfh->indir_size * sizeof(u32));
	memcpy(rxfh->key, ethtool_rxfh_context_key(ctx), rxfh->key_size);
}

int ethtool_rss_read(struct net_device *dev, u32 context, struct ethtool_rxfh_param *rxfh)
{
	struct ethtool_rxfh_context *ctx;
	int err = rss_alloc(dev, rxfh);

	if (err)
		return err;
	rxfh->rss_context = context;
	if (!context)
		return dev->ethtool_ops->get_rxfh(dev, rxfh);
	guard(mutex)(&dev->ethtool->rss_lock);
	ctx = xa_load(&dev->ethtool->rss_ctx, context);
	if (!ctx)
		return -ENOENT;
	context_read(ctx, rxfh);
	return 0;
}

bool ethtool_rss_exists(struct net_device *dev, u32 context)
{
	return !context || xa_load(&dev->ethtool->rss_ctx, context);
}

int ethtool_rss_max_channel(struct net_device *dev, u32 context)
{
	struct ethtool_rxfh_context *ctx;
	int highest = -1;
	u32 i, *table;

	guard(mutex)(&dev->ethtool->rss_lock);
	ctx = xa_load(&dev->ethtool->rss_ctx, context);
	table = ctx ? ethtool_rxfh_context_indir(ctx) : NULL;
	for (i = 0; ctx && i < ctx->indir_size; i++)
		highest = max(highest, (int)table[i]);
	return highest;
}

/* --- Changing ------------------------------------------------------------ */

/* What the driver is to set; NULL stands for what is to stay. */
static int change_to_param(struct net_device *dev, const struct ethtool_rss_change *change,
			   struct ethtool_rxfh_param *rxfh, struct netlink_ext_ack *extack)
{
	u32 i, rings = ethtool_rss_rings(dev);

	for (i = 0; change->table && i < rxfh->indir_size; i++) {
		u32 queue = change->table[i % change->entries];

		if (queue >= rings) {
			NL_SET_ERR_MSG_ATTR_FMT(extack, change->table_attr,
						"entry %d: queue out of range (%d)",
						i % change->entries, queue);
			return -EINVAL;
		}
		rxfh->indir[i] = queue;
	}
	if (change->key)
		memcpy(rxfh->key, change->key, rxfh->key_size);
	rxfh->hfunc = change->hfunc;
	rxfh->input_xfrm = change->input_xfrm;
	rxfh->rss_context = change->context;
	return 0;
}

/* What the driver took is what the core remembers. */
static void context_update(struct ethtool_rxfh_context *ctx, const struct ethtool_rxfh_param *rxfh)
{
	if (rxfh->indir) {
		memcpy(ethtool_rxfh_context_indir(ctx), rxfh->indir,
		       rxfh->indir_size * sizeof(u32));
		ctx->indir_configured = true;
	}
	if (rxfh->key) {
		memcpy(ethtool_rxfh_context_key(ctx), rxfh->key, rxfh->key_size);
		ctx->key_configured = true;
	}
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE)
		ctx->hfunc = rxfh->hfunc;
	if (rxfh->input_xfrm != RXH_XFRM_NO_CHANGE)
		ctx->input_xfrm = rxfh->input_xfrm;
}

static int default_modify(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			  struct netlink_ext_ack *extack)
{
	int err = dev->ethtool_ops->set_rxfh(dev, rxfh, extack);

	if (!err && rxfh->indir)
		dev->ethtool->rxfh_configured = true;
	return err;
}

static int context_modify(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			  struct netlink_ext_ack *extack)
{
	struct ethtool_rxfh_context *ctx;
	int err;

	ctx = xa_load(&dev->ethtool->rss_ctx, rxfh->rss_context);
	if (!ctx)
		return -ENOENT;
	err = dev->ethtool_ops->modify_rxfh_context(dev, ctx, rxfh, extack);
	if (!err)
		context_update(ctx, rxfh);
	return err;
}

static struct ethtool_rxfh_context *context_alloc(const struct ethtool_ops *ops,
						  const struct ethtool_rxfh_param *rxfh)
{
	size_t table = ALIGN(ops->rxfh_priv_size, sizeof(u32));
	size_t key = table + max(ops->rxfh_indir_space, rxfh->indir_size) * sizeof(u32);
	size_t bytes = key + max_t(u32, ops->rxfh_key_space, rxfh->key_size);
	struct ethtool_rxfh_context *ctx = kzalloc(struct_size(ctx, data, bytes), GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->indir_size = rxfh->indir_size;
	ctx->key_size = rxfh->key_size;
	ctx->priv_size = ops->rxfh_priv_size;
	ctx->key_off = key;
	return ctx;
}

/* A number of the caller's, or the first that is free. -EBUSY: taken, or none is. */
static int context_insert(struct net_device *dev, struct ethtool_rxfh_context *ctx, u32 *id)
{
	u32 limit = dev->ethtool_ops->rxfh_max_num_contexts ?: U32_MAX;

	if (*id != ETH_RXFH_CONTEXT_ALLOC)
		return xa_insert(&dev->ethtool->rss_ctx, *id, ctx, GFP_KERNEL);
	return xa_alloc(&dev->ethtool->rss_ctx, id, ctx, XA_LIMIT(1, limit - 1), GFP_KERNEL);
}

static int context_create(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			  struct netlink_ext_ack *extack)
{
	struct ethtool_rxfh_context *ctx = context_alloc(dev->ethtool_ops, rxfh);
	int err;

	if (!ctx)
		return -ENOMEM;
	err = context_insert(dev, ctx, &rxfh->rss_context);
	if (err)
		goto free;
	err = dev->ethtool_ops->create_rxfh_context(dev, ctx, rxfh, extack);
	if (err)
		goto forget;
	context_update(ctx, rxfh);
	return 0;
forget:
	xa_erase(&dev->ethtool->rss_ctx, rxfh->rss_context);
free:
	kfree(ctx);
	return err;
}

static int change_apply(struct net_device *dev, const struct ethtool_rss_change *change,
			struct netlink_ext_ack *extack, u32 *created)
{
	struct ethtool_rxfh_param rxfh, arg;
	int err = rss_alloc(dev, &rxfh) ?: change_to_param(dev, change, &rxfh, extack);

	if (!err) {
		arg = rxfh;
		arg.indir = change->table ? rxfh.indir : NULL;
		arg.key = change->key ? rxfh.key : NULL;
		mutex_lock(&dev->ethtool->rss_lock);
		if (created)
			err = context_create(dev, &arg, extack);
		else if (change->context)
			err = context_modify(dev, &arg, extack);
		else
			err = default_modify(dev, &arg, extack);
		mutex_unlock(&dev->ethtool->rss_lock);
	}
	if (!err && created)
		*created = arg.rss_context;
	ethtool_rss_free(&rxfh);
	return err;
}

int ethtool_rss_apply(struct net_device *dev, const struct ethtool_rss_change *change,
		      struct netlink_ext_ack *extack)
{
	return change_apply(dev, change, extack, NULL);
}

int ethtool_rss_create(struct net_device *dev, const struct ethtool_rss_change *change,
		       struct netlink_ext_ack *extack, u32 *context)
{
	return change_apply(dev, change, extack, context);
}

int ethtool_rss_reset(struct net_device *dev, struct netlink_ext_ack *extack)
{
	u32 i, rings = ethtool_rss_rings(dev), size = ethtool_rss_table_size(dev);
	u32 *table = kcalloc(size, sizeof(*table), GFP_KERNEL);
	struct ethtool_rss_change change = ETHTOOL_RSS_NO_CHANGE;
	int err;

	if (!table)
		return -ENOMEM;
	for (i = 0; i < size; i++)
		table[i] = ethtool_rxfh_indir_default(i, rings);
	change.table = table;
	change.entries = size;
	err = ethtool_rss_apply(dev, &change, extack);
	if (!err)
		dev->ethtool->rxfh_configured = false;
	kfree(table);
	return err;
}

/* --- Taking away --------------------------------------------------------- */

int ethtool_rss_delete(struct net_device *dev, u32 context, struct netlink_ext_ack *extack)
{
	struct ethtool_rxfh_context *ctx;
	int err;

	err = ethtool_rules_use_context(dev, context);
	if (err)
		return err;
	guard(mutex)(&dev->ethtool->rss_lock);
	ctx = xa_load(&dev->ethtool->rss_ctx, context);
	if (!ctx)
		return -ENOENT;
	err = dev->ethtool_ops->remove_rxfh_context(dev, ctx, context, extack);
	if (err)
		return err;
	xa_erase(&dev->ethtool->rss_ctx, context);
	kfree(ctx);
	return 0;
}

void ethtool_rxfh_context_lost(struct net_device *dev, u32 context_id)
{
	struct ethtool_rxfh_context *ctx;

	WARN_ONCE(!rtnl_is_locked() && !lockdep_is_held_type(&dev->ethtool->rss_lock, -1),
		  "RSS context lock assertion failed\n");
	netdev_err(dev, "device error, RSS context %d lost\n", context_id);
	ctx = xa_erase(&dev->ethtool->rss_ctx, context_id);
	if (ctx)
		ethtool_rss_notify(dev, ETHTOOL_MSG_RSS_DELETE_NTF, context_id);
	kfree(ctx);
}
EXPORT_SYMBOL(ethtool_rxfh_context_lost);
