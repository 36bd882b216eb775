// SPDX-License-Identifier: GPL-2.0-only
/*
 * emunic: rings, channels, RSS, flow rules, statistics.
 */
#include "emunic.h"

#include <linux/in.h>
#include <linux/log2.h>
#include <linux/string.h>

void emunic_spread_rss(struct emunic_priv *priv, unsigned int n)
{
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		priv->rss_table[i] = ethtool_rxfh_indir_default(i, n);
}

void emunic_program_rss(struct emunic_priv *priv)
{
	u32 word;

	for (unsigned int i = 0; i < EMUNIC_RSS_KEY_BYTES / 4; i++) {
		memcpy(&word, priv->rss_key + 4 * i, 4);
		emunic_write(priv, EMUNIC_RSS_KEY(i), word);
	}
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		emunic_write(priv, EMUNIC_RSS_TABLE(i), priv->rss_table[i]);
	emunic_write(priv, EMUNIC_RSS_CTRL, EMUNIC_RSS_ENABLE);
}

static void write_words(struct emunic_priv *priv, u32 reg, const __be32 *words, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		emunic_write(priv, reg + 4 * i, (__force u32)words[i]);
}

static bool is_v6(const struct ethtool_rx_flow_spec *fs)
{
	return fs->flow_type == TCP_V6_FLOW || fs->flow_type == UDP_V6_FLOW;
}

static bool is_udp(const struct ethtool_rx_flow_spec *fs)
{
	return fs->flow_type == UDP_V4_FLOW || fs->flow_type == UDP_V6_FLOW;
}

/* Both address families lay out what the device can match in the same four pieces. */
struct flow_match {
	const __be32 *src, *dst, *src_mask, *dst_mask;
	__be16 sport, dport, sport_mask, dport_mask;
	unsigned int words;
	u8 tos_mask;
};

static void flow_match(const struct ethtool_rx_flow_spec *fs, struct flow_match *m)
{
	if (is_v6(fs)) {
		const struct ethtool_tcpip6_spec *v = &fs->h_u.tcp_ip6_spec;
		const struct ethtool_tcpip6_spec *k = &fs->m_u.tcp_ip6_spec;

		*m = (struct flow_match){ v->ip6src, v->ip6dst, k->ip6src, k->ip6dst, v->psrc,
					  v->pdst, k->psrc, k->pdst, 4, k->tclass };
	} else {
		const struct ethtool_tcpip4_spec *v = &fs->h_u.tcp_ip4_spec;
		const struct ethtool_tcpip4_spec *k = &fs->m_u.tcp_ip4_spec;

		*m = (struct flow_match){ &v->ip4src, &v->ip4dst, &k->ip4src, &k->ip4dst, v->psrc,
					  v->pdst, k->psrc, k->pdst, 1, k->tos };
	}
}

static void program_flow(struct emunic_priv *priv, u32 loc)
{
	const struct ethtool_rx_flow_spec *fs = &priv->flows[loc];
	struct flow_match m;
	u32 type;

	flow_match(fs, &m);
	type = (is_v6(fs) ? EMUNIC_FLOW_IPV6 : 0) | (is_udp(fs) ? EMUNIC_FLOW_UDP : 0) |
	       (m.src_mask[0] ? 0 : EMUNIC_FLOW_ANY_SRC) |
	       (m.dst_mask[0] ? 0 : EMUNIC_FLOW_ANY_DST) |
	       (m.sport_mask ? 0 : EMUNIC_FLOW_ANY_SPORT) |
	       (m.dport_mask ? 0 : EMUNIC_FLOW_ANY_DPORT);
	emunic_write(priv, EMUNIC_FLOW_LOC, loc);
	emunic_write(priv, EMUNIC_FLOW_TYPE, type);
	write_words(priv, EMUNIC_FLOW_SRC(0), m.src, m.words);
	write_words(priv, EMUNIC_FLOW_DST(0), m.dst, m.words);
	emunic_write(priv, EMUNIC_FLOW_SPORT, ntohs(m.sport));
	emunic_write(priv, EMUNIC_FLOW_DPORT, ntohs(m.dport));
	emunic_write(priv, EMUNIC_FLOW_QUEUE, (u32)fs->ring_cookie);
	emunic_write(priv, EMUNIC_FLOW_CMD, EMUNIC_FLOW_INSERT);
}

void emunic_program_flows(struct emunic_priv *priv)
{
	unsigned int loc;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS)
		program_flow(priv, loc);
}

/* A field is matched wholly or not at all. */
static bool words_all_or_none(const __be32 *mask, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (mask[i] != mask[0] || (mask[i] && mask[i] != cpu_to_be32(~0u)))
			return false;
	return true;
}

static int flow_check(struct emunic_priv *priv, const struct ethtool_rx_flow_spec *fs)
{
	struct flow_match m;

	switch (fs->flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		break;
	default:
		return -EOPNOTSUPP;
	}
	if (fs->ring_cookie >= priv->netdev->real_num_rx_queues)
		return -EINVAL;
	flow_match(fs, &m);
	if (!words_all_or_none(m.src_mask, m.words) || !words_all_or_none(m.dst_mask, m.words) ||
	    (m.sport_mask && m.sport_mask != cpu_to_be16(0xffff)) ||
	    (m.dport_mask && m.dport_mask != cpu_to_be16(0xffff)) || m.tos_mask)
		return -EOPNOTSUPP;
	return 0;
}

static int flow_location(struct emunic_priv *priv, u32 *loc)
{
	if (!(*loc & RX_CLS_LOC_SPECIAL))
		return *loc < EMUNIC_MAX_FLOWS ? 0 : -EINVAL;
	if (*loc == RX_CLS_LOC_LAST) {
		for (unsigned int i = EMUNIC_MAX_FLOWS; i--;)
			if (!test_bit(i, priv->flow_used)) {
				*loc = i;
				return 0;
			}
		return -ENOSPC;
	}
	*loc = find_first_zero_bit(priv->flow_used, EMUNIC_MAX_FLOWS);
	return *loc < EMUNIC_MAX_FLOWS ? 0 : -ENOSPC;
}

static int flow_insert(struct emunic_priv *priv, struct ethtool_rx_flow_spec *fs)
{
	int err = flow_check(priv, fs);

	if (!err)
		err = flow_location(priv, &fs->location);
	if (err)
		return err;
	priv->flows[fs->location] = *fs;
	set_bit(fs->location, priv->flow_used);
	program_flow(priv, fs->location);
	return 0;
}

static int flow_delete(struct emunic_priv *priv, u32 loc)
{
	if (loc >= EMUNIC_MAX_FLOWS || !test_and_clear_bit(loc, priv->flow_used))
		return -ENOENT;
	emunic_write(priv, EMUNIC_FLOW_LOC, loc);
	emunic_write(priv, EMUNIC_FLOW_CMD, EMUNIC_FLOW_DELETE);
	return 0;
}

static int emunic_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	switch (info->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return flow_insert(priv, &info->fs);
	case ETHTOOL_SRXCLSRLDEL:
		return flow_delete(priv, info->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

static int flow_list(struct emunic_priv *priv, struct ethtool_rxnfc *info, u32 *rule_locs)
{
	unsigned int loc, n = 0;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS) {
		if (n == info->rule_cnt)
			return -EMSGSIZE;
		rule_locs[n++] = loc;
	}
	info->rule_cnt = n;
	info->data = EMUNIC_MAX_FLOWS;
	return 0;
}

static int emunic_get_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rule_locs)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	u32 loc = info->fs.location;

	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = netdev->real_num_rx_queues;
		return 0;
	case ETHTOOL_GRXCLSRLCNT:
		info->rule_cnt = bitmap_weight(priv->flow_used, EMUNIC_MAX_FLOWS);
		info->data = EMUNIC_MAX_FLOWS | RX_CLS_LOC_SPECIAL;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		if (loc >= EMUNIC_MAX_FLOWS || !test_bit(loc, priv->flow_used))
			return -ENOENT;
		info->fs = priv->flows[loc];
		return 0;
	case ETHTOOL_GRXCLSRLALL:
		return flow_list(priv, info, rule_locs);
	default:
		return -EOPNOTSUPP;
	}
}

static u32 emunic_get_rx_ring_count(struct net_device *netdev)
{
	return netdev->real_num_rx_queues;
}

static u32 emunic_get_rxfh_key_size(struct net_device *netdev)
{
	return EMUNIC_RSS_KEY_BYTES;
}

static u32 emunic_get_rxfh_indir_size(struct net_device *netdev)
{
	return EMUNIC_RSS_TABLE_SIZE;
}

static int emunic_get_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memcpy(rxfh->indir, priv->rss_table, sizeof(priv->rss_table));
	if (rxfh->key)
		memcpy(rxfh->key, priv->rss_key, sizeof(priv->rss_key));
	return 0;
}

static int emunic_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
			   struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG(extack, "only the Toeplitz hash is supported");
		return -EOPNOTSUPP;
	}
	if (rxfh->rss_context)
		return -EOPNOTSUPP;
	if (rxfh->indir)
		memcpy(priv->rss_table, rxfh->indir, sizeof(priv->rss_table));
	if (rxfh->key)
		memcpy(priv->rss_key, rxfh->key, sizeof(priv->rss_key));
	if (netif_running(netdev))
		emunic_program_rss(priv);
	return 0;
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
	.get_drvinfo = emunic_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ringparam = emunic_get_ringparam,
	.set_ringparam = emunic_set_ringparam,
	.get_strings = emunic_get_strings,
	.get_ethtool_stats = emunic_get_ethtool_stats,
	.get_sset_count = emunic_get_sset_count,
	.get_rxnfc = emunic_get_rxnfc,
	.set_rxnfc = emunic_set_rxnfc,
	.get_rx_ring_count = emunic_get_rx_ring_count,
	.get_rxfh_key_size = emunic_get_rxfh_key_size,
	.get_rxfh_indir_size = emunic_get_rxfh_indir_size,
	.get_rxfh = emunic_get_rxfh,
	.set_rxfh = emunic_set_rxfh,
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
	stats->hw_drop_overruns = overruns;
	stats->hw_drops = overruns;
	for (unsigned int c = EMUNIC_Q_DROP_STOPPED; c < EMUNIC_Q_COUNTERS; c++)
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
