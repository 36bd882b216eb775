// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues and the device behind them.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>

struct device *netdev_queue_get_dma_dev(struct net_device *dev, unsigned int idx,
					enum netdev_queue_type type)
{
	const struct netdev_queue_mgmt_ops *ops = dev->queue_mgmt_ops;
	struct device *dma_dev = dev->dev.parent;

	netdev_assert_locked(dev);
	if (ops && ops->ndo_queue_get_dma_dev)
		dma_dev = ops->ndo_queue_get_dma_dev(dev, idx);
	return dma_dev && dma_dev->dma_mask ? dma_dev : NULL;
}
EXPORT_SYMBOL(netdev_queue_get_dma_dev);
