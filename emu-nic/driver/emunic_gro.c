// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive coalescing by the device (NETIF_F_GRO_HW): switching it, and what packets made of
 * several segments say to the stack.
 */
#include "emunic.h"

#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

/* No more buffers than an skb has fragments, also where the headers are in the first. */
void emunic_program_gro(struct emunic_queue *q, netdev_features_t features)
{
	u32 bytes = features & NETIF_F_GRO_HW ? MAX_SKB_FRAGS * PAGE_SIZE : 0;

	if (q->priv->can_gro)
		emunic_q_write(q, EMUNIC_Q_GRO_BYTES, bytes);
}

int emunic_set_features(struct net_device *netdev, netdev_features_t features)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	if (netdev->features & ~features & NETIF_F_NTUPLE)
		emunic_forget_flows(priv);
	if (!((netdev->features ^ features) & NETIF_F_GRO_HW))
		return 0;
	for (unsigned int i = 0; priv->up && i < netdev->real_num_rx_queues; i++)
		emunic_program_gro(&priv->queues[i], features);
	return 0;
}

/* What the device took off each segment but the first; 0 if that makes no sense. */
static unsigned int header_len(const struct sk_buff *skb, const struct emunic_rx_cqe *cqe)
{
	unsigned int l4 = le16_to_cpu(cqe->l4_offset);
	const struct tcphdr *th = (const struct tcphdr *)(skb->data + l4);

	if (l4 + sizeof(*th) > skb_headlen(skb))
		return 0;
	return l4 + th->doff * 4;
}

unsigned int emunic_gro_packet(struct emunic_queue *q, struct sk_buff *skb,
			       const struct emunic_rx_cqe *cqe, u32 flags,
			       unsigned int *wire_bytes)
{
	unsigned int segments = le16_to_cpu(cqe->segments), mss = le16_to_cpu(cqe->mss);
	unsigned int header = header_len(skb, cqe);

	*wire_bytes = skb->len;
	if (!mss || segments < 2 || !header)
		return 1;
	skb_shinfo(skb)->gso_size = mss;
	skb_shinfo(skb)->gso_segs = segments;
	skb_shinfo(skb)->gso_type = flags & EMUNIC_CQE_IPV6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	*wire_bytes += (segments - 1) * header;
	u64_stats_update_begin(&q->stats.syncp);
	u64_stats_inc(&q->stats.gro_packets);
	u64_stats_add(&q->stats.gro_bytes, skb->len);
	u64_stats_add(&q->stats.gro_wire_packets, segments);
	u64_stats_add(&q->stats.gro_wire_bytes, *wire_bytes);
	u64_stats_update_end(&q->stats.syncp);
	return segments;
}
