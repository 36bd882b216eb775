// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restarting an rx queue and binding a memory provider to it.
 *
 * A restart never leaves the queue without memory: the new memory is built aside
 * and checked, then the queue is stopped into one blob and started from another;
 * if it does not start, it is started again from what it was stopped into.
 * Binding a provider is writing rxq->mp_params and restarting: the driver's new
 * page pool finds the provider there. Everything runs under the device's
 * instance lock and may sleep.
 */
#include <linux/bug.h>
#include <linux/ethtool_netlink.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>

#include "libpagepool/page_pool_priv.h"

static const struct netdev_rx_queue *rxq_in_range(struct net_device *dev, unsigned int idx)
{
	return idx < dev->real_num_rx_queues ? __netif_get_rx_queue(dev, idx) : NULL;
}

bool netif_rxq_has_unreadable_mp(struct net_device *dev, unsigned int idx)
{
	const struct netdev_rx_queue *rxq = rxq_in_range(dev, idx);

	return rxq && rxq->mp_params.mp_ops;
}
EXPORT_SYMBOL(netif_rxq_has_unreadable_mp);

bool netif_rxq_has_mp(struct net_device *dev, unsigned int idx)
{
	const struct netdev_rx_queue *rxq = rxq_in_range(dev, idx);

	return rxq && rxq->mp_params.mp_priv;
}

/* One restart: blobs for the memory to start with and the memory to stop into. */
struct restart {
	struct net_device *dev;
	unsigned int idx;
	struct netdev_queue_config *old_cfg;
	struct netdev_queue_config *new_cfg;
	void *old_mem;
	void *new_mem;
};

static const struct netdev_queue_mgmt_ops *restart_ops(const struct restart *r)
{
	return r->dev->queue_mgmt_ops;
}

/* The new memory does not start: back to the old. */
static void restart_roll_back(struct restart *r)
{
	if (!restart_ops(r)->ndo_queue_start(r->dev, r->old_cfg, r->old_mem, r->idx))
		return;
	WARN(1, "Failed to restart old queue in error path. RX queue %d may be unhealthy.",
	     r->idx);
	restart_ops(r)->ndo_queue_mem_free(r->dev, r->old_mem);
}

/* Swap the live memory; on failure the queue runs on the old, if it runs at all. */
static int restart_swap(struct restart *r)
{
	int err = restart_ops(r)->ndo_queue_stop(r->dev, r->old_mem, r->idx);

	if (err)
		return err;
	err = restart_ops(r)->ndo_queue_start(r->dev, r->new_cfg, r->new_mem, r->idx);
	if (err)
		restart_roll_back(r);
	return err;
}

static int restart_run(struct restart *r)
{
	struct netdev_rx_queue *rxq = __netif_get_rx_queue(r->dev, r->idx);
	const bool running = netif_running(r->dev);
	int err = restart_ops(r)->ndo_queue_mem_alloc(r->dev, r->new_cfg, r->new_mem, r->idx);

	if (err)
		return err;
	err = page_pool_check_memory_provider(r->dev, rxq);
	if (!err && running)
		err = restart_swap(r);
	/* Whichever memory the queue does not run on goes. */
	restart_ops(r)->ndo_queue_mem_free(r->dev, !err && running ? r->old_mem : r->new_mem);
	return err;
}

static bool can_restart(const struct netdev_queue_mgmt_ops *ops)
{
	return ops && ops->ndo_queue_mem_alloc && ops->ndo_queue_mem_free &&
	       ops->ndo_queue_start && ops->ndo_queue_stop;
}

static int rxq_reconfigure(struct net_device *dev, unsigned int rxq_idx,
			   struct netdev_queue_config *old_cfg,
			   struct netdev_queue_config *new_cfg)
{
	struct restart r = {
		.dev = dev, .idx = rxq_idx, .old_cfg = old_cfg, .new_cfg = new_cfg,
	};
	int err = -ENOMEM;

	netdev_assert_locked(dev);
	if (!can_restart(dev->queue_mgmt_ops))
		return -EOPNOTSUPP;
	r.new_mem = kvzalloc(restart_ops(&r)->ndo_queue_mem_size, GFP_KERNEL);
	r.old_mem = kvzalloc(restart_ops(&r)->ndo_queue_mem_size, GFP_KERNEL);
	if (r.new_mem && r.old_mem)
		err = restart_run(&r);
	kvfree(r.old_mem);
	kvfree(r.new_mem);
	return err;
}

int netdev_rx_queue_restart(struct net_device *dev, unsigned int rxq_idx)
{
	struct netdev_queue_config cfg;

	if (!can_restart(dev->queue_mgmt_ops))
		return -EOPNOTSUPP;
	netdev_queue_config(dev, rxq_idx, &cfg);
	return rxq_reconfigure(dev, rxq_idx, &cfg, &cfg);
}
EXPORT_SYMBOL_NS_GPL(netdev_rx_queue_restart, "NETDEV_INTERNAL");

/* @why is a literal: it outlives @extack. */
static int refuse(struct netlink_ext_ack *extack, int err, const char *why)
{
	if (extack)
		extack->_msg = why;
	return err;
}

/* May the device have a provider at all? */
static int device_allows_mp(struct net_device *dev, const struct pp_memory_provider_params *p,
			    struct netlink_ext_ack *extack)
{
	const struct netdev_queue_mgmt_ops *ops = dev->queue_mgmt_ops;
	const struct netdev_config *cfg = dev->cfg;

	if (!ops)
		return -EOPNOTSUPP;
	if (cfg->hds_config != ETHTOOL_TCP_DATA_SPLIT_ENABLED)
		return refuse(extack, -EINVAL, "tcp-data-split is disabled");
	if (cfg->hds_thresh != 0)
		return refuse(extack, -EINVAL, "hds-thresh is not zero");
	if (dev_xdp_prog_count(dev) > 0)
		return refuse(extack, -EEXIST,
			      "unable to custom memory provider to device with XDP program attached");
	if (p->rx_page_size && !(ops->supported_params & QCFG_RX_PAGE_SIZE))
		return refuse(extack, -EOPNOTSUPP, "device does not support: rx_page_size");
	return 0;
}

static int queue_allows_mp(const struct netdev_rx_queue *rxq, struct netlink_ext_ack *extack)
{
	if (rxq->mp_params.mp_ops)
		return refuse(extack, -EEXIST, "designated queue already memory provider bound");
#ifdef CONFIG_XDP_SOCKETS
	if (rxq->pool)
		return refuse(extack, -EBUSY, "designated queue already in use by AF_XDP");
#endif
	return 0;
}

static int mp_install(struct net_device *dev, unsigned int rxq_idx,
		      const struct pp_memory_provider_params *p, struct netlink_ext_ack *extack)
{
	struct netdev_rx_queue *rxq = __netif_get_rx_queue(dev, rxq_idx);
	struct netdev_queue_config before, after;
	int err;

	netdev_queue_config(dev, rxq_idx, &before);
	rxq->mp_params = *p;
	err = netdev_queue_config_validate(dev, rxq_idx, &after, extack);
	if (!err)
		err = rxq_reconfigure(dev, rxq_idx, &before, &after);
	if (err)
		memset(&rxq->mp_params, 0, sizeof(rxq->mp_params));
	return err;
}

int netif_mp_open_rxq(struct net_device *dev, unsigned int rxq_idx,
		      const struct pp_memory_provider_params *p, struct netlink_ext_ack *extack)
{
	const unsigned int queues = dev->real_num_rx_queues;
	unsigned int idx;
	int err;

	if (!netdev_need_ops_lock(dev))
		return -EOPNOTSUPP;
	if (rxq_idx >= queues)
		return refuse(extack, -ERANGE, "rx queue index out of range");
	idx = array_index_nospec(rxq_idx, queues);
	err = device_allows_mp(dev, p, extack);
	if (!err)
		err = queue_allows_mp(__netif_get_rx_queue(dev, idx), extack);
	return err ? : mp_install(dev, idx, p, extack);
}

static bool mp_is(const struct netdev_rx_queue *rxq, const struct pp_memory_provider_params *p)
{
	return rxq->mp_params.mp_ops == p->mp_ops && rxq->mp_params.mp_priv == p->mp_priv;
}

void netif_mp_close_rxq(struct net_device *dev, unsigned int rxq_idx,
			const struct pp_memory_provider_params *old_p)
{
	struct netdev_queue_config before, after;
	struct netdev_rx_queue *rxq;
	int err;

	if (WARN_ON_ONCE(rxq_idx >= dev->real_num_rx_queues))
		return;
	rxq = __netif_get_rx_queue(dev, rxq_idx);
	/* Unregistering the device has told the provider already. */
	if (dev->reg_state > NETREG_REGISTERED && !rxq->mp_params.mp_ops)
		return;
	if (WARN_ON_ONCE(!mp_is(rxq, old_p)))
		return;
	netdev_queue_config(dev, rxq_idx, &before);
	memset(&rxq->mp_params, 0, sizeof(rxq->mp_params));
	netdev_queue_config(dev, rxq_idx, &after);
	err = rxq_reconfigure(dev, rxq_idx, &before, &after);
	WARN_ON(err && err != -ENETDOWN);
}

void __netif_mp_uninstall_rxq(struct netdev_rx_queue *rxq,
			      const struct pp_memory_provider_params *p)
{
	if (p->mp_ops && p->mp_ops->uninstall)
		p->mp_ops->uninstall(p->mp_priv, rxq);
}

int __net_mp_open_rxq(struct net_device *dev, unsigned int rxq_idx,
		      const struct pp_memory_provider_params *p, struct netlink_ext_ack *extack)
{
	return netif_mp_open_rxq(dev, rxq_idx, p, extack);
}

int net_mp_open_rxq(struct net_device *dev, unsigned int ifq_idx,
		    struct pp_memory_provider_params *p)
{
	int err;

	netdev_lock(dev);
	err = netif_mp_open_rxq(dev, ifq_idx, p, NULL);
	netdev_unlock(dev);
	return err;
}

void __net_mp_close_rxq(struct net_device *dev, unsigned int rxq_idx,
			const struct pp_memory_provider_params *old_p)
{
	netif_mp_close_rxq(dev, rxq_idx, old_p);
}

void net_mp_close_rxq(struct net_device *dev, unsigned int ifq_idx,
		      struct pp_memory_provider_params *old_p)
{
	netdev_lock(dev);
	netif_mp_close_rxq(dev, ifq_idx, old_p);
	netdev_unlock(dev);
}
