// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration of one rx queue: what the driver does by default, then what
 * the queue's memory provider asks for.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>

static int driver_accepts(struct net_device *dev, struct netdev_queue_config *qcfg,
			  struct netlink_ext_ack *extack)
{
	const struct netdev_queue_mgmt_ops *ops = dev->queue_mgmt_ops;

	return ops->ndo_validate_qcfg ? ops->ndo_validate_qcfg(dev, qcfg, extack) : 0;
}

static void fill_defaults(struct net_device *dev, struct netdev_queue_config *qcfg)
{
	memset(qcfg, 0, sizeof(*qcfg));
	if (dev->queue_mgmt_ops->ndo_default_qcfg)
		dev->queue_mgmt_ops->ndo_default_qcfg(dev, qcfg);
}

static void apply_provider(struct net_device *dev, int rxq, struct netdev_queue_config *qcfg)
{
	const u32 rx_page_size = __netif_get_rx_queue(dev, rxq)->mp_params.rx_page_size;

	if (rx_page_size)
		qcfg->rx_page_size = rx_page_size;
}

int netdev_queue_config_validate(struct net_device *dev, int rxq_idx,
				 struct netdev_queue_config *qcfg,
				 struct netlink_ext_ack *extack)
{
	int err;

	fill_defaults(dev, qcfg);
	err = driver_accepts(dev, qcfg, extack);
	if (err)
		return err;
	apply_provider(dev, rxq_idx, qcfg);
	return driver_accepts(dev, qcfg, extack);
}

void netdev_queue_config(struct net_device *dev, int rxq, struct netdev_queue_config *qcfg)
{
	fill_defaults(dev, qcfg);
	apply_provider(dev, rxq, qcfg);
}
EXPORT_SYMBOL(netdev_queue_config);
