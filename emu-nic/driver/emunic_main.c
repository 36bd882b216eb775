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
#include <linux/slab.h>

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

static void set_napi(struct emunic_queue *q, struct napi_struct *napi)
{
	netif_queue_set_napi(q->priv->netdev, q->index, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(q->priv->netdev, q->index, NETDEV_QUEUE_TYPE_TX, napi);
}

static void queue_down(struct emunic_priv *priv, unsigned int idx)
{
	struct emunic_queue *q = &priv->queues[idx];

	emunic_tx_halt(q);
	emunic_queue_delete(priv, idx);
	set_napi(q, NULL);
	free_irq(q->irq, q);
	netif_napi_del_locked(&q->napi);
	emunic_tx_discard(q);
	emunic_tx_free(q);
	q->state = 0;
	q->rx_was_busy = q->tx_was_busy = false;
}

static int queue_up(struct emunic_priv *priv, unsigned int idx)
{
	struct emunic_queue *q = &priv->queues[idx];
	int err = emunic_tx_alloc(q);

	if (err)
		return err;
	netif_napi_add_config_locked(priv->netdev, &q->napi, emunic_poll, idx);
	netif_napi_set_irq_locked(&q->napi, q->irq);
	err = request_irq(q->irq, emunic_interrupt, 0, priv->netdev->name, q);
	if (err)
		goto no_irq;
	set_napi(q, &q->napi);
	err = emunic_queue_create(priv, idx);
	if (err)
		goto no_queue;
	emunic_tx_start(q);
	return 0;
no_queue:
	set_napi(q, NULL);
	free_irq(q->irq, q);
no_irq:
	netif_napi_del_locked(&q->napi);
	emunic_tx_free(q);
	return err;
}

/* --- Link ---------------------------------------------------------------- */

static void follow_link(struct emunic_priv *priv)
{
	u32 status = readl(priv->bar + EMUNIC_STATUS);

	if (status == EMUNIC_GONE || (priv->link_irq && !(status & EMUNIC_STATUS_LINK))) {
		netif_carrier_off(priv->netdev);
		return;
	}
	netif_carrier_on(priv->netdev);
	/* While there was none, completions did not wake. */
	netif_tx_wake_all_queues(priv->netdev);
}

static irqreturn_t emunic_link_interrupt(int irq, void *data)
{
	follow_link(data);
	return IRQ_HANDLED;
}

/* The first look is not to be mixed up with that of an interrupt, which comes after it. */
static int link_up(struct emunic_priv *priv)
{
	int err = 0;

	if (priv->link_irq)
		err = request_irq(priv->link_irq, emunic_link_interrupt, 0, priv->netdev->name,
				  priv);
	if (err)
		return err;
	emunic_write(priv, EMUNIC_LINK_VECTOR, priv->link_irq);
	if (priv->link_irq)
		disable_irq(priv->link_irq);
	follow_link(priv);
	if (priv->link_irq)
		enable_irq(priv->link_irq);
	return 0;
}

static void link_down(struct emunic_priv *priv)
{
	if (!priv->link_irq)
		return;
	emunic_write(priv, EMUNIC_LINK_VECTOR, 0);
	free_irq(priv->link_irq, priv);
}

/* --- The interface ------------------------------------------------------- */

int emunic_up(struct emunic_priv *priv)
{
	unsigned int idx;
	int err;

	if (emunic_gone(priv))
		return -ENODEV;
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
	err = link_up(priv);
	if (err)
		goto no_link;
	priv->up = true;
	emunic_watchdog_start(priv);
	return 0;
no_link:
	emunic_write(priv, EMUNIC_CTRL, 0);
fail:
	while (idx--)
		queue_down(priv, idx);
	return err;
}

void emunic_down(struct emunic_priv *priv)
{
	/* Work that comes for the lock now finds nothing to do. */
	priv->up = false;
	cancel_delayed_work(&priv->watchdog);
	link_down(priv);
	netif_carrier_off(priv->netdev);
	netif_tx_disable(priv->netdev);
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

static void emunic_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *sum)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	for (unsigned int i = 0; i < priv->num_queues; i++) {
		const struct emunic_rx_stats *s = &priv->queues[i].stats;
		const struct emunic_tx_stats *t = &priv->queues[i].tx_done;

		sum->rx_packets += u64_stats_read(&s->packets);
		sum->rx_bytes += u64_stats_read(&s->bytes);
		sum->rx_crc_errors += u64_stats_read(&s->csum_bad);
		sum->rx_length_errors += u64_stats_read(&s->malformed);
		sum->rx_dropped += u64_stats_read(&s->alloc_fail) +
				   u64_stats_read(&s->too_many_frags);
		sum->tx_packets += u64_stats_read(&t->packets);
		sum->tx_bytes += u64_stats_read(&t->bytes);
		sum->tx_errors += u64_stats_read(&t->errors);
		sum->tx_dropped += u64_stats_read(&t->discarded) +
				   u64_stats_read(&priv->queues[i].tx_sent.dropped);
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
	.ndo_set_features = emunic_set_features,
};

/* 0 stands for the default. */
static bool ring_size_ok(unsigned int entries, unsigned int least)
{
	return !entries || (is_power_of_2(entries) && entries >= least &&
			    entries <= EMUNIC_MAX_RING);
}

static int check_resources(const struct emunic_resources *res)
{
	if (readl(res->bar + EMUNIC_ID) != EMUNIC_ID_VALUE ||
	    readl(res->bar + EMUNIC_VERSION) != EMUNIC_VERSION_VALUE)
		return -ENODEV;
	if (!res->num_irqs || res->num_irqs > readl(res->bar + EMUNIC_NUM_QUEUES))
		return -EINVAL;
	if (!ring_size_ok(res->ring_entries, EMUNIC_MIN_RING) ||
	    !ring_size_ok(res->tx_entries, EMUNIC_MIN_TX_RING))
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
		u64_stats_init(&q->tx_sent.syncp);
		u64_stats_init(&q->tx_done.syncp);
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
	priv->flows = kvcalloc(EMUNIC_MAX_FLOWS, sizeof(*priv->flows), GFP_KERNEL);
	if (!priv->flows) {
		free_netdev(netdev);
		return ERR_PTR(-ENOMEM);
	}
	priv->netdev = netdev;
	priv->dev = dev;
	priv->bar = res->bar;
	priv->pause = res->pause;
	priv->link_irq = res->link_irq;
	priv->ring_entries = res->ring_entries ? res->ring_entries : 256;
	priv->tx_entries = res->tx_entries ? res->tx_entries : 256;
	priv->watchdog_ms = res->watchdog_ms ? res->watchdog_ms : 5000;
	init_queues(priv, res);
	emunic_health_init(priv);
	netdev_rss_key_fill(priv->rss_key, sizeof(priv->rss_key));
	emunic_spread_rss(priv, priv->num_queues);
	emunic_default_rss_fields(&priv->rss_fields);
	emunic_write(priv, EMUNIC_CTRL, EMUNIC_CTRL_RESET);
	read_mac(priv);
	SET_NETDEV_DEV(netdev, dev);
	/* A descriptor names an address, so that segments may be of any length. */
	dma_set_max_seg_size(dev, UINT_MAX);
	netdev->netdev_ops = &emunic_netdev_ops;
	netdev->ethtool_ops = &emunic_ethtool_ops;
	netdev->stat_ops = &emunic_stat_ops;
	netdev->queue_mgmt_ops = &emunic_queue_mgmt_ops;
	netdev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO | NETIF_F_TSO6 |
			      NETIF_F_TSO_ECN | NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_RXCSUM |
			      NETIF_F_RXHASH | NETIF_F_NTUPLE;
	netdev->features |= netdev->hw_features | NETIF_F_HIGHDMA;
	priv->can_gro = readl(priv->bar + EMUNIC_FEATURES) & EMUNIC_FEATURE_GRO;
	/* Off until somebody wants it. */
	if (priv->can_gro)
		netdev->hw_features |= NETIF_F_GRO_HW;
	netdev->netmem_tx = NETMEM_TX_DMA;
	netif_carrier_off(netdev);
	err = register_netdev(netdev);
	if (!err)
		return netdev;
	kvfree(priv->flows);
	free_netdev(netdev);
	return ERR_PTR(err);
}

void emunic_remove(struct net_device *netdev)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	unregister_netdev(netdev);
	emunic_health_exit(priv);
	emunic_write(priv, EMUNIC_CTRL, EMUNIC_CTRL_RESET);
	kvfree(priv->flows);
	free_netdev(netdev);
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Driver for the emulated NIC");
