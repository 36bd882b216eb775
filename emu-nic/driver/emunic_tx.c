// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit path: skbs into descriptors, completions, ring life.
 *
 * ndo_start_xmit() is the only producer of a ring, under the queue's lock; the
 * poll function the only consumer. A slot belongs to the producer while it is
 * free, to the consumer from the doorbell on. Every packet asks for a completion,
 * and a completion gives back everything up to its head, so a lost one costs
 * nothing but time. Device memory has its address already: it is neither mapped
 * nor unmapped here.
 */
#include "emunic.h"

#include <linux/dma-mapping.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tcp.h>

/* The most descriptors of a packet, and how much room lets the queue run again. */
#define TX_MAX_DESCS	(MAX_SKB_FRAGS + 1)
#define TX_WAKE_ROOM	(2 * TX_MAX_DESCS)

static_assert(TX_MAX_DESCS <= EMUNIC_TX_MAX_DESCS);
static_assert(TX_WAKE_ROOM <= EMUNIC_MIN_TX_RING);

/* Acquire: what the consumer did to the slots it gave back comes before. */
static unsigned int tx_room(struct emunic_tx *tx)
{
	return tx->ring.entries - (READ_ONCE(tx->ring.tail) - smp_load_acquire(&tx->ring.done));
}

static struct emunic_tx_slot *tx_slot(struct emunic_tx *tx, u32 index)
{
	return &tx->slots[index & (tx->ring.entries - 1)];
}

static struct emunic_tx_desc *tx_desc(struct emunic_tx *tx, u32 index)
{
	return (struct emunic_tx_desc *)tx->ring.cpu + (index & (tx->ring.entries - 1));
}

/* --- Sending ------------------------------------------------------------- */

static void put_piece(struct emunic_tx *tx, u32 index, dma_addr_t addr, unsigned int len)
{
	*tx_desc(tx, index) = (struct emunic_tx_desc){
		.addr = cpu_to_le64(addr),
		.len = cpu_to_le32(len),
	};
	dma_unmap_len_set(tx_slot(tx, index), len, len);
}

/* The linear part is in the first slot of a packet, fragments are in the others. */
static void unmap_slot(struct emunic_priv *priv, struct emunic_tx_slot *slot, bool linear)
{
	if (linear)
		dma_unmap_single(priv->dev, dma_unmap_addr(slot, addr), dma_unmap_len(slot, len),
				 DMA_TO_DEVICE);
	else
		netmem_dma_unmap_page_attrs(priv->dev, dma_unmap_addr(slot, addr),
					    dma_unmap_len(slot, len), DMA_TO_DEVICE, 0);
}

static int map_linear(struct emunic_priv *priv, struct emunic_tx *tx, u32 index,
		      const struct sk_buff *skb)
{
	dma_addr_t addr = dma_map_single(priv->dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);

	if (dma_mapping_error(priv->dev, addr))
		return -ENOMEM;
	put_piece(tx, index, addr, skb_headlen(skb));
	dma_unmap_addr_set(tx_slot(tx, index), addr, addr);
	return 0;
}

static int map_frag(struct emunic_priv *priv, struct emunic_tx *tx, u32 index,
		    const skb_frag_t *frag)
{
	dma_addr_t addr = skb_frag_dma_map(priv->dev, frag);

	if (dma_mapping_error(priv->dev, addr))
		return -ENOMEM;
	put_piece(tx, index, addr, skb_frag_size(frag));
	netmem_dma_unmap_addr_set(skb_frag_netmem(frag), tx_slot(tx, index), addr, addr);
	return 0;
}

/* Descriptors from the tail on; how many, or an error and nothing is mapped. */
static int map_skb(struct emunic_priv *priv, struct emunic_tx *tx, const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 first = tx->ring.tail, at = first;
	int err = map_linear(priv, tx, at, skb);

	if (err)
		return err;
	for (int i = 0; i < shinfo->nr_frags; i++) {
		/* The device takes no empty pieces. */
		if (!skb_frag_size(&shinfo->frags[i]))
			continue;
		err = map_frag(priv, tx, ++at, &shinfo->frags[i]);
		if (err)
			goto undo;
	}
	return at + 1 - first;
undo:
	while (--at != first)
		unmap_slot(priv, tx_slot(tx, at), false);
	unmap_slot(priv, tx_slot(tx, first), true);
	return err;
}

static void describe_checksum(const struct sk_buff *skb, struct emunic_tx_desc *d, u16 *flags)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return;
	*flags |= EMUNIC_TX_CSUM;
	d->csum_start = cpu_to_le16(skb_checksum_start_offset(skb));
	d->csum_offset = cpu_to_le16(skb->csum_offset);
}

static unsigned int gso_hdr_len(const struct sk_buff *skb)
{
	const struct tcphdr *tcp = (const struct tcphdr *)skb_transport_header(skb);

	return skb_transport_offset(skb) + tcp->doff * 4;
}

static void describe_segments(const struct sk_buff *skb, struct emunic_tx_desc *d, u16 *flags)
{
	if (!skb_is_gso(skb))
		return;
	*flags |= EMUNIC_TX_TSO;
	d->l3_offset = cpu_to_le16(skb_network_offset(skb));
	d->csum_start = cpu_to_le16(skb_transport_offset(skb));
	d->hdr_len = cpu_to_le16(gso_hdr_len(skb));
	d->mss = cpu_to_le16(skb_shinfo(skb)->gso_size);
}

/* What the device is to do goes into the first descriptor of n from index on. */
static void describe(struct emunic_tx *tx, const struct sk_buff *skb, u32 index, unsigned int n)
{
	struct emunic_tx_desc *first = tx_desc(tx, index), *last = tx_desc(tx, index + n - 1);
	u16 flags = EMUNIC_TX_SOP | EMUNIC_TX_REPORT;

	describe_checksum(skb, first, &flags);
	describe_segments(skb, first, &flags);
	if (skb_vlan_tag_present(skb)) {
		flags |= EMUNIC_TX_VLAN;
		first->vlan_tci = cpu_to_le16(skb_vlan_tag_get(skb));
	}
	first->cookie = cpu_to_le32(index);
	first->flags = cpu_to_le16(flags);
	last->flags |= cpu_to_le16(EMUNIC_TX_EOP);
}

/* The device's write is ordered behind the descriptors. */
static void tx_doorbell(struct emunic_queue *q)
{
	emunic_q_write(q, EMUNIC_TQ_TAIL, q->tx.ring.tail);
}

static void tx_count(struct emunic_tx_stats *s, u64_stats_t *counter)
{
	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&s->syncp);
}

/* More room than one packet may need is kept, so that a running queue never has to refuse. */
static void maybe_stop(struct emunic_queue *q, struct netdev_queue *txq)
{
	if (netif_txq_maybe_stop(txq, tx_room(&q->tx), TX_MAX_DESCS, TX_WAKE_ROOM) == 0)
		tx_count(&q->tx_sent, &q->tx_sent.stop);
}

/* TSO headers must be where the device and gso_hdr_len() look for them. */
static bool can_send(struct sk_buff *skb)
{
	if (skb->len < ETH_HLEN || !pskb_may_pull(skb, ETH_HLEN))
		return false;
	if (!skb_is_gso(skb))
		return skb->len <= EMUNIC_TX_MAX_BYTES - VLAN_HLEN;
	return skb_headlen(skb) >= skb_transport_offset(skb) + sizeof(struct tcphdr) &&
	       skb->len <= EMUNIC_TX_MAX_BYTES - VLAN_HLEN;
}

netdev_tx_t emunic_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_queue *q = &priv->queues[skb_get_queue_mapping(skb)];
	struct netdev_queue *txq = skb_get_tx_queue(netdev, skb);
	struct emunic_tx *tx = &q->tx;
	int n;

	/* A wake that was no more than a rumour. */
	if (unlikely(tx_room(tx) < TX_MAX_DESCS)) {
		maybe_stop(q, txq);
		return NETDEV_TX_BUSY;
	}
	n = can_send(skb) ? map_skb(priv, tx, skb) : -EMSGSIZE;
	if (unlikely(n < 0)) {
		tx_count(&q->tx_sent, &q->tx_sent.dropped);
		dev_kfree_skb_any(skb);
	} else {
		describe(tx, skb, tx->ring.tail, n);
		tx_slot(tx, tx->ring.tail + n - 1)->skb = skb;
		netdev_tx_sent_queue(txq, skb->len);
		WRITE_ONCE(tx->ring.tail, tx->ring.tail + n);
		maybe_stop(q, txq);
	}
	/* Also after a packet that was dropped: others may have waited for it. */
	if (!netdev_xmit_more() || netif_xmit_stopped(txq))
		tx_doorbell(q);
	return NETDEV_TX_OK;
}

/* --- Completion ---------------------------------------------------------- */

static void count_wire_packets(struct emunic_tx_stats *s, const struct sk_buff *skb)
{
	unsigned int hdr = gso_hdr_len(skb), bytes = skb->len, segs;

	segs = max(1u, DIV_ROUND_UP(skb->len - hdr, skb_shinfo(skb)->gso_size));
	bytes += (segs - 1) * hdr;
	u64_stats_inc(&s->gso_packets);
	u64_stats_add(&s->gso_bytes, skb->len);
	u64_stats_add(&s->gso_wire_packets, segs);
	u64_stats_add(&s->gso_wire_bytes, bytes);
	u64_stats_add(&s->needs_csum, segs);
	u64_stats_add(&s->packets, segs);
	u64_stats_add(&s->bytes, bytes);
}

static void count_packet(struct emunic_tx_stats *s, const struct sk_buff *skb, u32 flags)
{
	u64_stats_update_begin(&s->syncp);
	if (flags & EMUNIC_TXC_ERROR) {
		u64_stats_inc(&s->errors);
	} else if (skb_is_gso(skb)) {
		count_wire_packets(s, skb);
	} else {
		u64_stats_inc(skb->ip_summed == CHECKSUM_PARTIAL ? &s->needs_csum : &s->csum_none);
		u64_stats_inc(&s->packets);
		u64_stats_add(&s->bytes, skb->len);
	}
	u64_stats_update_end(&s->syncp);
}

/* Unmap the packet whose first slot is at, and take its skb; the index behind it. */
static u32 reclaim(struct emunic_priv *priv, struct emunic_tx *tx, u32 at, struct sk_buff **skb)
{
	bool linear = true;

	do {
		struct emunic_tx_slot *slot = tx_slot(tx, at++);

		unmap_slot(priv, slot, linear);
		linear = false;
		*skb = slot->skb;
		slot->skb = NULL;
	} while (!*skb);
	return at;
}

struct tx_cleaned {
	unsigned int packets, bytes;
};

/* Everything up to head is ours again; flags are those of the last packet in it. */
static void clean_to(struct emunic_queue *q, u32 head, u32 flags, int budget,
		     struct tx_cleaned *sum)
{
	struct emunic_tx *tx = &q->tx;
	u32 done = tx->ring.done;
	struct sk_buff *skb;

	while (done != head) {
		done = reclaim(q->priv, tx, done, &skb);
		count_packet(&q->tx_done, skb, done == head ? flags : 0);
		sum->packets++;
		sum->bytes += skb->len;
		napi_consume_skb(skb, budget);
	}
	/* Release: the slots are clean before the producer sees them free. */
	smp_store_release(&tx->ring.done, done);
}

static const struct emunic_tx_cqe *next_tx_completion(const struct emunic_ring *cq, u32 *flags)
{
	const struct emunic_tx_cqe *cqe = cq->cpu;
	u32 phase = cq->tail & cq->entries ? 0 : EMUNIC_TXC_PHASE;

	cqe += cq->tail & (cq->entries - 1);
	*flags = le32_to_cpu(READ_ONCE(cqe->flags));
	if ((*flags & EMUNIC_TXC_PHASE) != phase)
		return NULL;
	/* The device wrote flags last: what else the entry says is there now. */
	dma_rmb();
	return cqe;
}

/* Does the device claim no more than it was given, ending where a packet ends? */
static bool head_is_sane(struct emunic_tx *tx, u32 head)
{
	u32 given = READ_ONCE(tx->ring.tail) - tx->ring.done, taken = head - tx->ring.done;

	return taken <= given && (!taken || tx_slot(tx, head - 1)->skb);
}

bool emunic_tx_clean(struct emunic_queue *q, int budget)
{
	struct net_device *netdev = q->priv->netdev;
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, q->index);
	struct emunic_ring *cq = &q->tx.cq;
	struct tx_cleaned sum = { 0 };
	const struct emunic_tx_cqe *cqe;
	u32 flags, before = cq->tail;

	while (cq->tail - before < EMUNIC_TX_CLEAN_MAX &&
	       !test_bit(EMUNIC_TX_FAILED, &q->state)) {
		cqe = next_tx_completion(cq, &flags);
		if (!cqe)
			break;
		if (!head_is_sane(&q->tx, le32_to_cpu(cqe->head))) {
			emunic_condemn(q, EMUNIC_TX_BAD_HEAD);
			break;
		}
		clean_to(q, le32_to_cpu(cqe->head), flags, budget, &sum);
		cq->tail++;
	}
	if (cq->tail == before)
		return true;
	emunic_q_write(q, EMUNIC_TQ_CQ_HEAD, cq->tail);
	/* Who brings the link or the interface up wakes the queues. */
	if (!__netif_txq_completed_wake(txq, sum.packets, sum.bytes, tx_room(&q->tx),
					TX_WAKE_ROOM, !netif_carrier_ok(netdev)))
		tx_count(&q->tx_done, &q->tx_done.wake);
	return cq->tail - before < EMUNIC_TX_CLEAN_MAX;
}

/* --- Life of a ring ------------------------------------------------------ */

int emunic_tx_alloc(struct emunic_queue *q)
{
	struct emunic_priv *priv = q->priv;
	struct emunic_tx *tx = &q->tx;
	unsigned int n = priv->tx_entries;

	tx->slots = kcalloc(n, sizeof(*tx->slots), GFP_KERNEL);
	if (!tx->slots ||
	    emunic_ring_alloc(priv, &tx->ring, sizeof(struct emunic_tx_desc), n) ||
	    /* No more packets than descriptors wait for their completion. */
	    emunic_ring_alloc(priv, &tx->cq, sizeof(struct emunic_tx_cqe), n)) {
		emunic_tx_free(q);
		return -ENOMEM;
	}
	memset(tx->cq.cpu, 0, n * sizeof(struct emunic_tx_cqe));
	return 0;
}

void emunic_tx_free(struct emunic_queue *q)
{
	struct emunic_tx *tx = &q->tx;

	emunic_ring_free(q->priv, &tx->cq, sizeof(struct emunic_tx_cqe));
	emunic_ring_free(q->priv, &tx->ring, sizeof(struct emunic_tx_desc));
	kfree(tx->slots);
	memset(tx, 0, sizeof(*tx));
}

void emunic_tx_rewind(struct emunic_queue *q)
{
	struct emunic_tx *tx = &q->tx;

	memset(tx->cq.cpu, 0, tx->cq.entries * sizeof(struct emunic_tx_cqe));
	WRITE_ONCE(tx->ring.tail, 0);
	tx->ring.done = 0;
	tx->cq.tail = 0;
}

void emunic_tx_start(struct emunic_queue *q)
{
	clear_bit(EMUNIC_TX_FAILED, &q->state);
	emunic_q_write(q, EMUNIC_TQ_CTRL, EMUNIC_TQ_RESET);
	emunic_program_ring(q, &q->tx.ring, EMUNIC_TQ_BASE, 0);
	emunic_program_ring(q, &q->tx.cq, EMUNIC_TQ_CQ_BASE, 0);
	emunic_q_write(q, EMUNIC_TQ_CTRL, EMUNIC_TQ_ENABLE);
}

void emunic_tx_halt(struct emunic_queue *q)
{
	if (emunic_stop_direction(q, EMUNIC_TQ_CTRL, EMUNIC_TQ_STATUS))
		netdev_err(q->priv->netdev, "transmit queue %u does not stop\n", q->index);
}

void emunic_tx_discard(struct emunic_queue *q)
{
	struct emunic_tx *tx = &q->tx;
	struct sk_buff *skb;

	while (tx->ring.done != tx->ring.tail) {
		tx->ring.done = reclaim(q->priv, tx, tx->ring.done, &skb);
		tx_count(&q->tx_done, &q->tx_done.discarded);
		dev_kfree_skb_any(skb);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->priv->netdev, q->index));
}
