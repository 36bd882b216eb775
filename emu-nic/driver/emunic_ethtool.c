// SPDX-License-Identifier: GPL-2.0-only
/*
 * emunic: rings, channels, statistics.
 */
#include "emunic.h"

#include <linux/log2.h>
#include <linux/string.h>

static u32 emunic_get_rx_ring_count(struct net_device *netdev)
{
	return netdev->real_num_rx_queues;
}

static void emunic_get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
				 struct kernel_ethtool_ringparam *kernel_ring,
				 struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	ring->rx_max_pending = EMUNIC_MAX_RING;
	ring->rx_pending = priv->ring_entries;
	ring->tx_max_pending = EMUNIC_MAX_RING;
	ring->tx_pending = priv->tx_entries;
	kernel_ring->rx_buf_len = PAGE_SIZE;
	kernel_ring->tcp_data_split = emunic_hds_enabled(priv) ? ETHTOOL_TCP_DATA_SPLIT_ENABLED :
								 ETHTOOL_TCP_DATA_SPLIT_DISABLED;
	kernel_ring->hds_thresh = netdev->cfg->hds_thresh;
	kernel_ring->hds_thresh_max = EMUNIC_HDR_BUF_SIZE;
}

/* Leave the interface as it was: up on the new setting or, if that fails, down. */
static int restart_with(struct emunic_priv *priv, unsigned int entries, unsigned int tx_entries)
{
	bool running = netif_running(priv->netdev);
	unsigned int old = priv->ring_entries, old_tx = priv->tx_entries;
	int err;

	if (running)
		emunic_down(priv);
	priv->ring_entries = entries;
	priv->tx_entries = tx_entries;
	err = running ? emunic_up(priv) : 0;
	if (!err)
		return 0;
	priv->ring_entries = old;
	priv->tx_entries = old_tx;
	if (emunic_up(priv))
		netdev_err(priv->netdev, "queues did not come up again\n");
	return err;
}

static int emunic_set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
				struct kernel_ethtool_ringparam *kernel_ring,
				struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	unsigned int entries = ring->rx_pending, tx_entries = ring->tx_pending;

	if (ring->rx_mini_pending || ring->rx_jumbo_pending)
		return -EINVAL;
	if (entries < EMUNIC_MIN_RING || entries > EMUNIC_MAX_RING) {
		NL_SET_ERR_MSG(extack, "rx ring size is out of range");
		return -EINVAL;
	}
	if (tx_entries < EMUNIC_MIN_TX_RING || tx_entries > EMUNIC_MAX_RING) {
		NL_SET_ERR_MSG(extack, "tx ring size is out of range");
		return -EINVAL;
	}
	return restart_with(priv, roundup_pow_of_two(entries), roundup_pow_of_two(tx_entries));
}

/* --- When interrupts come: all queues alike, both directions together ----- */

static int emunic_get_coalesce(struct net_device *netdev, struct ethtool_coalesce *coal,
			       struct kernel_ethtool_coalesce *kernel_coal,
			       struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	coal->rx_coalesce_usecs = priv->irq_usecs;
	coal->rx_max_coalesced_frames = priv->irq_frames;
	return 0;
}

static int emunic_set_coalesce(struct net_device *netdev, struct ethtool_coalesce *coal,
			       struct kernel_ethtool_coalesce *kernel_coal,
			       struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	if (coal->rx_coalesce_usecs > EMUNIC_MAX_IRQ_USECS) {
		NL_SET_ERR_MSG(extack, "rx-usecs is out of range");
		return -EINVAL;
	}
	priv->irq_usecs = coal->rx_coalesce_usecs;
	priv->irq_frames = coal->rx_max_coalesced_frames;
	for (unsigned int i = 0; priv->up && i < netdev->real_num_rx_queues; i++) {
		emunic_q_write(&priv->queues[i], EMUNIC_Q_MOD_USECS, priv->irq_usecs);
		emunic_q_write(&priv->queues[i], EMUNIC_Q_MOD_FRAMES, priv->irq_frames);
	}
	return 0;
}

static void emunic_get_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	ch->max_combined = priv->num_queues;
	ch->combined_count = netdev->real_num_rx_queues;
}

static int emunic_set_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	unsigned int old = netdev->real_num_rx_queues;
	bool running = netif_running(netdev);
	int err;

	if (ch->rx_count || ch->tx_count || !ch->combined_count ||
	    ch->combined_count > priv->num_queues)
		return -EINVAL;
	if (running)
		emunic_down(priv);
	err = netif_set_real_num_queues(netdev, ch->combined_count, ch->combined_count);
	/* A table of the user's was checked against the new count by the core. */
	if (!err && !netdev->ethtool->rxfh_configured)
		emunic_spread_rss(priv, ch->combined_count);
	if (!err && running)
		err = emunic_up(priv);
	if (!err)
		return 0;
	netif_set_real_num_queues(netdev, old, old);
	if (!netdev->ethtool->rxfh_configured)
		emunic_spread_rss(priv, old);
	if (running && emunic_up(priv))
		netdev_err(netdev, "queues did not come up again\n");
	return err;
}

static void emunic_get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "emunic", sizeof(info->driver));
}

/* Device counters by queue, in the order of the datasheet. */
static const char emunic_counter_names[EMUNIC_Q_COUNTERS][ETH_GSTRING_LEN] = {
	[EMUNIC_Q_FRAMES] = "frames",
	[EMUNIC_Q_BYTES] = "bytes",
	[EMUNIC_Q_COMPLETIONS] = "completions",
	[EMUNIC_Q_SPLIT] = "split",
	[EMUNIC_Q_STEERED] = "steered",
	[EMUNIC_Q_CSUM_BAD] = "csum_bad",
	[EMUNIC_Q_DROP_NO_HDR_BUF] = "drop_no_hdr_buf",
	[EMUNIC_Q_DROP_NO_PAY_BUF] = "drop_no_pay_buf",
	[EMUNIC_Q_DROP_NO_CQE] = "drop_no_cqe",
	[EMUNIC_Q_DROP_STOPPED] = "drop_stopped",
	[EMUNIC_Q_DROP_FIFO] = "drop_fifo",
	[EMUNIC_Q_DROP_IOMMU] = "drop_iommu",
	[EMUNIC_Q_DROP_TOO_BIG] = "drop_too_big",
	[EMUNIC_Q_DROP_RESET] = "drop_reset",
	[EMUNIC_Q_GRO_PACKETS] = "gro_packets",
	[EMUNIC_Q_GRO_SEGMENTS] = "gro_segments",
	[EMUNIC_Q_GRO_END_PUSH] = "gro_end_push",
	[EMUNIC_Q_GRO_END_FULL] = "gro_end_full",
	[EMUNIC_Q_GRO_END_ORDER] = "gro_end_order",
	[EMUNIC_Q_GRO_END_EVICTED] = "gro_end_evicted",
	[EMUNIC_Q_GRO_END_TURN] = "gro_end_turn",
	[EMUNIC_Q_GRO_CUT] = "gro_cut",
};

static const char emunic_tx_counter_names[EMUNIC_TQ_COUNTERS][ETH_GSTRING_LEN] = {
	[EMUNIC_TQ_PACKETS] = "packets",
	[EMUNIC_TQ_FRAMES] = "frames",
	[EMUNIC_TQ_BYTES] = "bytes",
	[EMUNIC_TQ_COMPLETIONS] = "completions",
	[EMUNIC_TQ_TSO] = "tso",
	[EMUNIC_TQ_CSUM] = "csum",
	[EMUNIC_TQ_HELD] = "held",
	[EMUNIC_TQ_DROP_IOMMU] = "drop_iommu",
	[EMUNIC_TQ_DROP_CHAIN] = "drop_chain",
	[EMUNIC_TQ_DROP_OFFLOAD] = "drop_offload",
	[EMUNIC_TQ_DROP_TOO_BIG] = "drop_too_big",
	[EMUNIC_TQ_DROP_DISABLED] = "drop_disabled",
	[EMUNIC_TQ_DROP_LINK] = "drop_link",
	[EMUNIC_TQ_DROP_STOPPED] = "drop_stopped",
	[EMUNIC_TQ_CQ_FAULT] = "cq_fault",
};

static int emunic_get_sset_count(struct net_device *netdev, int sset)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	return sset == ETH_SS_STATS ?
		(int)priv->num_queues * (EMUNIC_Q_COUNTERS + EMUNIC_TQ_COUNTERS + EMUNIC_TROUBLES) :
		-EOPNOTSUPP;
}

static u8 *put_names(u8 *data, const char *direction, unsigned int q,
		     const char (*names)[ETH_GSTRING_LEN], unsigned int n)
{
	for (unsigned int c = 0; c < n; c++, data += ETH_GSTRING_LEN)
		snprintf((char *)data, ETH_GSTRING_LEN, "%s%u_%s", direction, q, names[c]);
	return data;
}

static void emunic_get_strings(struct net_device *netdev, u32 stringset, u8 *data)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	if (stringset != ETH_SS_STATS)
		return;
	for (unsigned int q = 0; q < priv->num_queues; q++) {
		data = put_names(data, "rx", q, emunic_counter_names, EMUNIC_Q_COUNTERS);
		data = put_names(data, "tx", q, emunic_tx_counter_names, EMUNIC_TQ_COUNTERS);
		data = put_names(data, "q", q, emunic_trouble_names, EMUNIC_TROUBLES);
	}
}

static void emunic_get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats,
				     u64 *data)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	for (unsigned int q = 0; q < priv->num_queues; q++) {
		for (unsigned int c = 0; c < EMUNIC_Q_COUNTERS; c++)
			*data++ = emunic_q_counter(&priv->queues[q], c);
		for (unsigned int c = 0; c < EMUNIC_TQ_COUNTERS; c++)
			*data++ = emunic_tx_counter(&priv->queues[q], c);
		for (unsigned int c = 0; c < EMUNIC_TROUBLES; c++)
			*data++ = u64_stats_read(&priv->queues[q].troubles[c]);
	}
}

const struct ethtool_ops emunic_ethtool_ops = {
	.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT | ETHTOOL_RING_USE_HDS_THRS,
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES,
	.get_drvinfo = emunic_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ringparam = emunic_get_ringparam,
	.set_ringparam = emunic_set_ringparam,
	.get_strings = emunic_get_strings,
	.get_ethtool_stats = emunic_get_ethtool_stats,
	.get_sset_count = emunic_get_sset_count,
	.get_coalesce = emunic_get_coalesce,
	.set_coalesce = emunic_set_coalesce,
	.rxfh_per_ctx_fields = true,
	.rxfh_per_ctx_key = true,
	.cap_rss_rxnfc_adds = true,
	.rxfh_priv_size = sizeof(struct emunic_rss_fields),
	.rxfh_max_num_contexts = EMUNIC_RSS_CONTEXTS,
	.get_rxnfc = emunic_get_rxnfc,
	.set_rxnfc = emunic_set_rxnfc,
	.get_rx_ring_count = emunic_get_rx_ring_count,
	.get_rxfh_key_size = emunic_get_rxfh_key_size,
	.get_rxfh_indir_size = emunic_get_rxfh_indir_size,
	.get_rxfh = emunic_get_rxfh,
	.set_rxfh = emunic_set_rxfh,
	.get_rxfh_fields = emunic_get_rxfh_fields,
	.set_rxfh_fields = emunic_set_rxfh_fields,
	.create_rxfh_context = emunic_create_rxfh_context,
	.modify_rxfh_context = emunic_modify_rxfh_context,
	.remove_rxfh_context = emunic_remove_rxfh_context,
	.get_channels = emunic_get_channels,
	.set_channels = emunic_set_channels,
};

static void emunic_get_queue_stats_rx(struct net_device *netdev, int idx,
				      struct netdev_queue_stats_rx *stats)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_queue *q = &priv->queues[idx];
	u64 overruns = 0;

	for (unsigned int c = EMUNIC_Q_DROP_NO_HDR_BUF; c <= EMUNIC_Q_DROP_NO_CQE; c++)
		overruns += emunic_q_counter(q, c);
	stats->packets = u64_stats_read(&q->stats.packets);
	stats->bytes = u64_stats_read(&q->stats.bytes);
	stats->alloc_fail = u64_stats_read(&q->stats.alloc_fail);
	stats->csum_unnecessary = u64_stats_read(&q->stats.csum_unnecessary);
	stats->csum_none = u64_stats_read(&q->stats.csum_none);
	stats->csum_bad = u64_stats_read(&q->stats.csum_bad);
	stats->hw_gro_packets = u64_stats_read(&q->stats.gro_packets);
	stats->hw_gro_bytes = u64_stats_read(&q->stats.gro_bytes);
	stats->hw_gro_wire_packets = u64_stats_read(&q->stats.gro_wire_packets);
	stats->hw_gro_wire_bytes = u64_stats_read(&q->stats.gro_wire_bytes);
	stats->hw_drop_overruns = overruns;
	stats->hw_drops = overruns;
	for (unsigned int c = EMUNIC_Q_DROP_STOPPED; c <= EMUNIC_Q_DROP_RESET; c++)
		stats->hw_drops += emunic_q_counter(q, c);
}

static void emunic_get_queue_stats_tx(struct net_device *netdev, int idx,
				      struct netdev_queue_stats_tx *stats)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	const struct emunic_tx_stats *sent = &priv->queues[idx].tx_sent;
	const struct emunic_tx_stats *done = &priv->queues[idx].tx_done;

	stats->packets = u64_stats_read(&done->packets);
	stats->bytes = u64_stats_read(&done->bytes);
	stats->needs_csum = u64_stats_read(&done->needs_csum);
	stats->csum_none = u64_stats_read(&done->csum_none);
	stats->hw_gso_packets = u64_stats_read(&done->gso_packets);
	stats->hw_gso_bytes = u64_stats_read(&done->gso_bytes);
	stats->hw_gso_wire_packets = u64_stats_read(&done->gso_wire_packets);
	stats->hw_gso_wire_bytes = u64_stats_read(&done->gso_wire_bytes);
	stats->hw_drop_errors = u64_stats_read(&done->errors);
	stats->hw_drops = stats->hw_drop_errors + u64_stats_read(&done->discarded);
	stats->stop = u64_stats_read(&sent->stop);
	stats->wake = u64_stats_read(&done->wake);
}

/* Queues keep their counters for the life of the device. */
static void emunic_get_base_stats(struct net_device *netdev, struct netdev_queue_stats_rx *rx,
				  struct netdev_queue_stats_tx *tx)
{
	rx->packets = 0;
	rx->bytes = 0;
	rx->alloc_fail = 0;
	rx->csum_unnecessary = 0;
	rx->csum_none = 0;
	rx->csum_bad = 0;
	rx->hw_drops = 0;
	rx->hw_drop_overruns = 0;
	rx->hw_gro_packets = 0;
	rx->hw_gro_bytes = 0;
	rx->hw_gro_wire_packets = 0;
	rx->hw_gro_wire_bytes = 0;
	tx->packets = 0;
	tx->bytes = 0;
	tx->needs_csum = 0;
	tx->csum_none = 0;
	tx->hw_gso_packets = 0;
	tx->hw_gso_bytes = 0;
	tx->hw_gso_wire_packets = 0;
	tx->hw_gso_wire_bytes = 0;
	tx->hw_drop_errors = 0;
	tx->hw_drops = 0;
	tx->stop = 0;
	tx->wake = 0;
}

const struct netdev_stat_ops emunic_stat_ops = {
	.get_queue_stats_rx = emunic_get_queue_stats_rx,
	.get_queue_stats_tx = emunic_get_queue_stats_tx,
	.get_base_stats = emunic_get_base_stats,
};
