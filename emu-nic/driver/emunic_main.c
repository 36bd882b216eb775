// SPDX-License-Identifier: GPL-2.0-only
/*
 * emunic: probe and remove, interface up and down, interrupts.
 */
#include "emunic.h"

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/skbuff.h>

bool emunic_hds_enabled(const struct emunic_priv *priv)
{
	/* During an ethtool change the new setting is the pending one; else they agree. */
	return priv->netdev->cfg_pending->hds_config == ETHTOOL_TCP_DATA_SPLIT_ENABLED;
}

static irqreturn_t emunic_interrupt(int irq, void *data)
{
	struct emunic_queue *q = data;

	/* The device disarmed itself; the poll function arms it again. */
	napi_schedule_irqoff(&q->napi);
	return IRQ_HANDLED;
}

static void emunic_refill_timer(struct timer_list *t)
{
	struct emunic_queue *q = timer_container_of(q, t, refill);

	napi_schedule(&q->napi);
}

static void queue_down(struct emunic_priv *priv, unsigned int idx)
{
	struct emunic_queue *q = &priv->queues[idx];

	emunic_queue_delete(priv, idx);
	netif_queue_set_napi(priv->netdev, idx, NETDEV_QUEUE_TYPE_RX, NULL);
	free_irq(q->irq, q);
	netif_napi_del_locked(&q->napi);
}

static int queue_up(struct emunic_priv *priv, unsigned int idx)
{
	struct emunic_queue *q = &priv->queues[idx];
	int err;

	netif_napi_add_config_locked(priv->netdev, &q->napi, emunic_poll, idx);
	netif_napi_set_irq_locked(&q->napi, q->irq);
	err = request_irq(q->irq, emunic_interrupt, 0, priv->netdev->name, q);
	if (err)
		goto no_irq;
	netif_queue_set_napi(priv->netdev, idx, NETDEV_QUEUE_TYPE_RX, &q->napi);
	err = emunic_queue_create(priv, idx);
	if (err)
		goto no_queue;
	return 0;
no_queue:
	netif_queue_set_napi(priv->netdev, idx, NETDEV_QUEUE_TYPE_RX, NULL);
	free_irq(q->irq, q);
no_irq:
	netif_napi_del_locked(&q->napi);
	return err;
}

int emunic_up(struct emunic_priv *priv)
{
	unsigned int idx;
	int err;

	emunic_write(priv, EMUNIC_HDS_CTRL, emunic_hds_enabled(priv) ? EMUNIC_HDS_ENABLE : 0);
	emunic_write(priv, EMUNIC_HDS_THRESH, priv->netdev->cfg_pending->hds_thresh);
	for (idx = 0; idx < priv->netdev->real_num_rx_queues; idx++) {
		err = queue_up(priv, idx);
		if (err)
			goto fail;
	}
	emunic_program_rss(priv);
	emunic_program_flows(priv);
	emunic_write(priv, EMUNIC_CTRL,
		     EMUNIC_CTRL_ENABLE | (priv->pause ? EMUNIC_CTRL_PAUSE : 0));
	netif_carrier_on(priv->netdev);
	return 0;
fail:
	while (idx--)
		queue_down(priv, idx);
	return err;
}

void emunic_down(struct emunic_priv *priv)
{
	netif_carrier_off(priv->netdev);
	/* No new frames; what is inside is delivered or dropped as the queues stop. */
	emunic_write(priv, EMUNIC_CTRL, 0);
	for (unsigned int idx = 0; idx < priv->netdev->real_num_rx_queues; idx++)
		queue_down(priv, idx);
}

static int emunic_open(struct net_device *netdev)
{
	return emunic_up(netdev_priv(netdev));
}

static int emunic_stop(struct net_device *netdev)
{
	emunic_down(netdev_priv(netdev));
	return 0;
}

/* The device receives only. */
static netdev_tx_t emunic_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_core_stats_tx_dropped_inc(netdev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static void emunic_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *sum)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	for (unsigned int i = 0; i < priv->num_queues; i++) {
		const struct emunic_rx_stats *s = &priv->queues[i].stats;

		sum->rx_packets += u64_stats_read(&s->packets);
		sum->rx_bytes += u64_stats_read(&s->bytes);
		sum->rx_crc_errors += u64_stats_read(&s->csum_bad);
		sum->rx_length_errors += u64_stats_read(&s->malformed);
		sum->rx_dropped += u64_stats_read(&s->alloc_fail) +
				   u64_stats_read(&s->too_many_frags);
	}
	sum->rx_errors += sum->rx_crc_errors + sum->rx_length_errors;
}

static const struct net_device_ops emunic_netdev_ops = {
	.ndo_open = emunic_open,
	.ndo_stop = emunic_stop,
	.ndo_start_xmit = emunic_start_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_get_stats64 = emunic_get_stats64,
};

static int check_resources(const struct emunic_resources *res)
{
	if (readl(res->bar + EMUNIC_ID) != EMUNIC_ID_VALUE ||
	    readl(res->bar + EMUNIC_VERSION) != EMUNIC_VERSION_VALUE)
		return -ENODEV;
	if (!res->num_irqs || res->num_irqs > readl(res->bar + EMUNIC_NUM_QUEUES))
		return -EINVAL;
	if (res->ring_entries && (!is_power_of_2(res->ring_entries) ||
				  res->ring_entries < EMUNIC_MIN_RING ||
				  res->ring_entries > EMUNIC_MAX_RING))
		return -EINVAL;
	return 0;
}

static void init_queues(struct emunic_priv *priv, const struct emunic_resources *res)
{
	priv->num_queues = res->num_irqs;
	for (unsigned int i = 0; i < priv->num_queues; i++) {
		struct emunic_queue *q = &priv->queues[i];

		q->priv = priv;
		q->index = i;
		q->irq = res->irqs[i];
		u64_stats_init(&q->stats.syncp);
		timer_setup(&q->refill, emunic_refill_timer, 0);
	}
}

static void read_mac(struct emunic_priv *priv)
{
	u32 lo = readl(priv->bar + EMUNIC_MAC_LO), hi = readl(priv->bar + EMUNIC_MAC_HI);
	u8 mac[ETH_ALEN] = { lo, lo >> 8, lo >> 16, lo >> 24, hi, hi >> 8 };

	eth_hw_addr_set(priv->netdev, mac);
}

struct net_device *emunic_probe(struct device *dev, const struct emunic_resources *res)
{
	struct net_device *netdev;
	struct emunic_priv *priv;
	int err = check_resources(res);

	if (err)
		return ERR_PTR(err);
	netdev = alloc_netdev_mqs(struct_size(priv, queues, res->num_irqs),
				  res->name ? res->name : "eth%d", NET_NAME_UNKNOWN, ether_setup,
				  res->num_irqs, res->num_irqs);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	priv = netdev_priv(netdev);
	priv->netdev = netdev;
	priv->dev = dev;
	priv->bar = res->bar;
	priv->pause = res->pause;
	priv->ring_entries = res->ring_entries ? res->ring_entries : 256;
	init_queues(priv, res);
	netdev_rss_key_fill(priv->rss_key, sizeof(priv->rss_key));
	emunic_spread_rss(priv, priv->num_queues);
	emunic_write(priv, EMUNIC_CTRL, EMUNIC_CTRL_RESET);
	read_mac(priv);
	SET_NETDEV_DEV(netdev, dev);
	/* A descriptor names an address, so that segments may be of any length. */
	dma_set_max_seg_size(dev, UINT_MAX);
	netdev->netdev_ops = &emunic_netdev_ops;
	netdev->ethtool_ops = &emunic_ethtool_ops;
	netdev->stat_ops = &emunic_stat_ops;
	netdev->queue_mgmt_ops = &emunic_queue_mgmt_ops;
	netif_carrier_off(netdev);
	err = register_netdev(netdev);
	if (!err)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(err);
}

void emunic_remove(struct net_device *netdev)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	unregister_netdev(netdev);
	emunic_write(priv, EMUNIC_CTRL, EMUNIC_CTRL_RESET);
	free_netdev(netdev);
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Driver for the emulated NIC");
