// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network devices: how many queues are in use, XDP registration and features,
 * and waiting for readers.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_rx_queue.h>
#include <net/xdp.h>

static void netdev_assert_queue_change(const struct net_device *dev)
{
	if (dev->reg_state == NETREG_REGISTERED || dev->reg_state == NETREG_UNREGISTERING)
		netdev_ops_assert_locked(dev);
}

int netif_set_real_num_rx_queues(struct net_device *dev, unsigned int rxq)
{
	if (rxq < 1 || rxq > dev->num_rx_queues)
		return -EINVAL;
	netdev_assert_queue_change(dev);
	dev->real_num_rx_queues = rxq;
	return 0;
}
EXPORT_SYMBOL(netif_set_real_num_rx_queues);

int netif_set_real_num_tx_queues(struct net_device *dev, unsigned int txq)
{
	if (txq < 1 || txq > dev->num_tx_queues)
		return -EINVAL;
	netdev_assert_queue_change(dev);
	dev->real_num_tx_queues = txq;
	return 0;
}
EXPORT_SYMBOL(netif_set_real_num_tx_queues);

/* Both or neither. */
int netif_set_real_num_queues(struct net_device *dev, unsigned int txq, unsigned int rxq)
{
	if (txq < 1 || txq > dev->num_tx_queues)
		return -EINVAL;
	return netif_set_real_num_rx_queues(dev, rxq) ?: netif_set_real_num_tx_queues(dev, txq);
}
EXPORT_SYMBOL(netif_set_real_num_queues);

/* --- XDP ----------------------------------------------------------------- */

enum {
	XDP_RXQ_NEW,
	XDP_RXQ_REGISTERED,
	XDP_RXQ_GONE,
};

int xdp_rxq_info_reg(struct xdp_rxq_info *xdp_rxq, struct net_device *dev, u32 queue_index,
		     unsigned int napi_id)
{
	if (!dev) {
		WARN(1, "Missing net_device from driver");
		return -ENODEV;
	}
	if (xdp_rxq_info_is_reg(xdp_rxq)) {
		WARN(1, "Missing unregister, handled but fix driver");
		xdp_rxq_info_unreg(xdp_rxq);
	}
	*xdp_rxq = (struct xdp_rxq_info){
		.dev = dev,
		.queue_index = queue_index,
		.reg_state = XDP_RXQ_REGISTERED,
	};
	return 0;
}
EXPORT_SYMBOL(xdp_rxq_info_reg);

void xdp_rxq_info_unreg(struct xdp_rxq_info *xdp_rxq)
{
	xdp_rxq->reg_state = XDP_RXQ_GONE;
	xdp_rxq->dev = NULL;
}
EXPORT_SYMBOL(xdp_rxq_info_unreg);

bool xdp_rxq_info_is_reg(struct xdp_rxq_info *xdp_rxq)
{
	return xdp_rxq->reg_state == XDP_RXQ_REGISTERED;
}
EXPORT_SYMBOL(xdp_rxq_info_is_reg);

void xdp_set_features_flag_locked(struct net_device *dev, xdp_features_t val)
{
	netdev_assert_locked_or_invisible(dev);
	if (dev->xdp_features == val)
		return;
	dev->xdp_features = val;
	if (dev->reg_state == NETREG_REGISTERED)
		call_netdevice_notifiers(NETDEV_XDP_FEAT_CHANGE, dev);
}
EXPORT_SYMBOL(xdp_set_features_flag_locked);

void xdp_set_features_flag(struct net_device *dev, xdp_features_t val)
{
	netdev_lock(dev);
	xdp_set_features_flag_locked(dev, val);
	netdev_unlock(dev);
}
EXPORT_SYMBOL(xdp_set_features_flag);

/* --- Readers ------------------------------------------------------------- */

void synchronize_net(void)
{
	might_sleep();
	if (lockdep_rtnl_is_held())
		synchronize_rcu_expedited();
	else
		synchronize_rcu();
}
EXPORT_SYMBOL(synchronize_net);
