// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAPI poll and the receive path: completions into skbs, refill.
 *
 * A buffer id is the slot it was posted in, and buffers come back in the order of
 * posting, so a slot is free again when its completion was consumed. Headers are
 * copied into the linear part and their buffers posted again; payload stays where
 * it is and becomes fragments, without ever being looked at.
 */
#include "emunic.h"

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <net/page_pool/helpers.h>

#define CREATE_TRACE_POINTS
#include "emunic_trace.h"

static unsigned int ring_room(const struct emunic_ring *ring)
{
	return ring->entries - (ring->tail - ring->done);
}

static void post(struct emunic_ring *ring, u32 slot, dma_addr_t addr)
{
	struct emunic_buf_desc *desc = (struct emunic_buf_desc *)ring->cpu + slot;

	desc->addr = cpu_to_le64(addr);
	desc->id = cpu_to_le32(slot);
	ring->tail++;
}

/* A header buffer that came back keeps its slot, so only the first round allocates. */
static bool refill_headers(struct emunic_priv *priv, struct emunic_rx *rx, gfp_t gfp)
{
	dma_addr_t addr;

	while (rx->hdr_pool && ring_room(&rx->hdr)) {
		u32 id = rx->hdr.tail & (rx->hdr.entries - 1);
		struct emunic_hdr_slot *slot = &rx->hdr_slots[id];

		if (!slot->page) {
			slot->page = page_pool_alloc_frag(rx->hdr_pool, &slot->offset,
							  EMUNIC_HDR_BUF_SIZE, gfp);
			if (!slot->page)
				return false;
		}
		addr = page_pool_get_dma_addr(slot->page) + slot->offset;
		dma_sync_single_for_device(priv->dev, addr, EMUNIC_HDR_BUF_SIZE, DMA_FROM_DEVICE);
		post(&rx->hdr, id, addr);
	}
	return true;
}

static bool refill_payload(struct emunic_rx *rx, gfp_t gfp)
{
	while (ring_room(&rx->pay)) {
		u32 id = rx->pay.tail & (rx->pay.entries - 1);
		netmem_ref netmem = page_pool_alloc_netmems(rx->pay_pool, gfp);

		if (!netmem)
			return false;
		rx->pay_slots[id] = netmem;
		post(&rx->pay, id, page_pool_get_dma_addr_netmem(netmem));
		trace_emunic_post(netmem, rx->pay_pool->slow.queue_idx, id);
	}
	return true;
}

bool emunic_refill(struct emunic_priv *priv, struct emunic_rx *rx, gfp_t gfp)
{
	bool headers = refill_headers(priv, rx, gfp), payload = refill_payload(rx, gfp);

	return headers && payload;
}

void emunic_ring_doorbells(struct emunic_queue *q, struct emunic_rx *rx)
{
	if (rx->hdr_pool)
		emunic_q_write(q, EMUNIC_Q_HDR_TAIL, rx->hdr.tail);
	emunic_q_write(q, EMUNIC_Q_PAY_TAIL, rx->pay.tail);
}

static void count(struct emunic_queue *q, u64_stats_t *counter)
{
	u64_stats_update_begin(&q->stats.syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&q->stats.syncp);
}

/* The payload buffer of a completion, out of its slot; 0 if it has none. */
static netmem_ref take_payload(struct emunic_queue *q, struct emunic_rx *rx,
			       const struct emunic_rx_cqe *cqe)
{
	u32 id = le32_to_cpu(cqe->pay_id);
	netmem_ref netmem;

	if (id >= rx->pay.entries)
		return 0;
	netmem = rx->pay_slots[id];
	rx->pay_slots[id] = 0;
	rx->pay.done++;
	count(q, &q->stats.filled);
	trace_emunic_fill(netmem, q->index, le32_to_cpu(cqe->pay_len));
	return netmem;
}

/* Start an skb whose linear part is a copy of len bytes at data. */
static struct sk_buff *start_skb(struct emunic_queue *q, const void *data, unsigned int len)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, len);

	if (!skb) {
		count(q, &q->stats.alloc_fail);
		return NULL;
	}
	skb_put_data(skb, data, len);
	skb_mark_for_recycle(skb);
	skb_record_rx_queue(skb, q->index);
	return skb;
}

/* The frame begins in a header buffer. */
static struct sk_buff *start_from_header(struct emunic_queue *q, struct emunic_rx *rx,
					 const struct emunic_rx_cqe *cqe)
{
	const struct emunic_hdr_slot *slot;
	u32 id = le32_to_cpu(cqe->hdr_id);
	unsigned int len = le16_to_cpu(cqe->hdr_len);

	slot = &rx->hdr_slots[id];
	page_pool_dma_sync_for_cpu(rx->hdr_pool, slot->page, slot->offset, len);
	return start_skb(q, page_address(slot->page) + slot->offset, len);
}

/* Without split the headers are in the payload buffer, which is then a page. */
static struct sk_buff *start_from_payload(struct emunic_queue *q, struct emunic_rx *rx,
					  netmem_ref netmem, unsigned int len,
					  unsigned int *copied)
{
	void *data = netmem_address(netmem);

	if (!data) {
		count(q, &q->stats.malformed);
		return NULL;
	}
	*copied = min(len, (unsigned int)EMUNIC_HDR_BUF_SIZE);
	page_pool_dma_sync_netmem_for_cpu(rx->pay_pool, netmem, 0, len);
	return start_skb(q, data, *copied);
}

/* Hang a payload buffer, from offset on, on the frame; it is the skb's afterwards. */
static bool add_payload(struct emunic_queue *q, struct emunic_rx *rx, netmem_ref netmem,
			unsigned int offset, unsigned int len)
{
	unsigned int frags = skb_shinfo(rx->skb)->nr_frags;

	if (frags == MAX_SKB_FRAGS) {
		count(q, &q->stats.too_many_frags);
		return false;
	}
	page_pool_dma_sync_netmem_for_cpu(rx->pay_pool, netmem, offset, len);
	skb_add_rx_frag_netmem(rx->skb, frags, netmem, offset, len, rx->pay_size);
	return true;
}

static void abandon_frame(struct emunic_rx *rx)
{
	if (rx->skb)
		kfree_skb(rx->skb);
	rx->skb = NULL;
	rx->discard = true;
}

/* Why the whole frame is dropped before an skb is made of it, or NULL. */
static u64_stats_t *reject(struct emunic_queue *q, u32 flags)
{
	if (flags & EMUNIC_CQE_ERROR)
		return &q->stats.dma_error;
	if (flags & EMUNIC_CQE_MALFORMED)
		return &q->stats.malformed;
	if (flags & EMUNIC_CQE_CSUM_BAD)
		return &q->stats.csum_bad;
	return NULL;
}

static void begin_frame(struct emunic_queue *q, struct emunic_rx *rx,
			const struct emunic_rx_cqe *cqe, u32 flags, netmem_ref netmem,
			unsigned int *copied)
{
	u64_stats_t *why = reject(q, flags);

	rx->discard = false;
	if (why) {
		count(q, why);
		abandon_frame(rx);
		return;
	}
	if (le32_to_cpu(cqe->hdr_id) < rx->hdr.entries)
		rx->skb = start_from_header(q, rx, cqe);
	else if (netmem)
		rx->skb = start_from_payload(q, rx, netmem, le32_to_cpu(cqe->pay_len), copied);
	if (!rx->skb)
		rx->discard = true;
}

/* Take the VLAN tags out of the linear part and put the outer one beside the packet. */
static void strip_vlans(struct sk_buff *skb)
{
	while (skb_headlen(skb) >= VLAN_ETH_HLEN) {
		struct ethhdr *eth = (struct ethhdr *)skb->data;
		struct vlan_hdr *tag = (struct vlan_hdr *)(eth + 1);

		if (!eth_type_vlan(eth->h_proto))
			return;
		if (!skb_vlan_tag_present(skb))
			__vlan_hwaccel_put_tag(skb, eth->h_proto, ntohs(tag->h_vlan_TCI));
		memmove(skb->data + VLAN_HLEN, skb->data, 2 * ETH_ALEN);
		skb_pull(skb, VLAN_HLEN);
	}
}

static void finish_frame(struct emunic_queue *q, struct emunic_rx *rx,
			 const struct emunic_rx_cqe *cqe, u32 flags)
{
	struct sk_buff *skb = rx->skb;
	bool csum_ok = flags & EMUNIC_CQE_CSUM_L4_OK;
	unsigned int packets = 1, bytes = skb->len;

	rx->skb = NULL;
	if (flags & EMUNIC_CQE_GRO)
		packets = emunic_gro_packet(q, skb, cqe, flags, &bytes);
	u64_stats_update_begin(&q->stats.syncp);
	u64_stats_add(&q->stats.packets, packets);
	u64_stats_add(&q->stats.bytes, bytes);
	u64_stats_inc(csum_ok ? &q->stats.csum_unnecessary : &q->stats.csum_none);
	u64_stats_update_end(&q->stats.syncp);
	if (flags & EMUNIC_CQE_VLAN)
		strip_vlans(skb);
	skb->protocol = eth_type_trans(skb, q->priv->netdev);
	if (csum_ok)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (flags & (EMUNIC_CQE_HASH_L3 | EMUNIC_CQE_HASH_L4) &&
	    READ_ONCE(q->priv->netdev->features) & NETIF_F_RXHASH)
		skb_set_hash(skb, le32_to_cpu(cqe->rss_hash), flags & EMUNIC_CQE_HASH_L4 ?
			     PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	napi_gro_receive(&q->napi, skb);
}

/* Buffers come back in the order of posting; why this one cannot be, or EMUNIC_TROUBLES. */
static enum emunic_trouble check_buffer(const struct emunic_ring *ring, u32 id)
{
	u32 out = ring->tail - ring->done, next = ring->done & (ring->entries - 1);

	if (id == EMUNIC_NO_BUF || (id == next && out))
		return EMUNIC_TROUBLES;
	if (id >= ring->entries)
		return EMUNIC_UNKNOWN_BUF;
	return ((id - next) & (ring->entries - 1)) < out ? EMUNIC_REORDERED : EMUNIC_DUPLICATE;
}

/* Believe nothing: what a completion says that cannot be, or EMUNIC_TROUBLES. */
static enum emunic_trouble check_completion(const struct emunic_rx *rx,
					    const struct emunic_rx_cqe *cqe, u32 flags)
{
	enum emunic_trouble why = check_buffer(&rx->pay, le32_to_cpu(cqe->pay_id));

	if (why == EMUNIC_TROUBLES)
		why = check_buffer(&rx->hdr, le32_to_cpu(cqe->hdr_id));
	if (why != EMUNIC_TROUBLES)
		return why;
	if (le32_to_cpu(cqe->pay_len) > rx->pay_size ||
	    le16_to_cpu(cqe->hdr_len) > EMUNIC_HDR_BUF_SIZE)
		return EMUNIC_OVERLONG;
	return !!(flags & EMUNIC_CQE_SOP) == rx->in_frame ? EMUNIC_BROKEN_FRAME : EMUNIC_TROUBLES;
}

/* Switched off, what the device says of checksums is not heard: a wrong one is the stack's. */
static u32 flags_heard(const struct emunic_queue *q, u32 flags)
{
	if (likely(READ_ONCE(q->priv->netdev->features) & NETIF_F_RXCSUM))
		return flags;
	return flags & ~(EMUNIC_CQE_CSUM_L4_OK | EMUNIC_CQE_CSUM_BAD);
}

/* One completion. True when it ended a frame, dropped or not. */
static bool consume(struct emunic_queue *q, struct emunic_rx *rx, const struct emunic_rx_cqe *cqe,
		    u32 flags)
{
	netmem_ref netmem = take_payload(q, rx, cqe);
	unsigned int len = le32_to_cpu(cqe->pay_len), copied = 0;

	if (flags & EMUNIC_CQE_SOP)
		begin_frame(q, rx, cqe, flags, netmem, &copied);
	if (le32_to_cpu(cqe->hdr_id) < rx->hdr.entries)
		rx->hdr.done++;
	if (netmem && !rx->discard && len > copied && add_payload(q, rx, netmem, copied,
								  len - copied))
		netmem = 0;
	else if (netmem && !rx->discard && len > copied)
		abandon_frame(rx);
	if (netmem)
		page_pool_put_full_netmem(rx->pay_pool, netmem, true);
	rx->in_frame = !(flags & EMUNIC_CQE_EOP);
	if (rx->in_frame)
		return false;
	if (!rx->discard)
		finish_frame(q, rx, cqe, flags);
	return true;
}

/* The next completion if the device has written it: its phase bit is this pass's. */
static const struct emunic_rx_cqe *next_completion(const struct emunic_ring *cq, u32 *flags)
{
	const struct emunic_rx_cqe *cqe = cq->cpu;
	u32 phase = cq->tail & cq->entries ? 0 : EMUNIC_CQE_PHASE;

	cqe += cq->tail & (cq->entries - 1);
	*flags = le32_to_cpu(READ_ONCE(cqe->flags));
	if ((*flags & EMUNIC_CQE_PHASE) != phase)
		return NULL;
	/* The device wrote flags last: what else the entry says is there now. */
	dma_rmb();
	return cqe;
}

static int receive(struct emunic_queue *q, struct emunic_rx *rx, int budget)
{
	const struct emunic_rx_cqe *cqe;
	u32 flags, before = rx->cq.tail;
	enum emunic_trouble trouble;
	int frames = 0;

	while (frames < budget && !test_bit(EMUNIC_RX_FAILED, &q->state)) {
		cqe = next_completion(&rx->cq, &flags);
		if (!cqe)
			break;
		trouble = check_completion(rx, cqe, flags);
		if (unlikely(trouble != EMUNIC_TROUBLES)) {
			emunic_condemn(q, trouble);
			break;
		}
		frames += consume(q, rx, cqe, flags_heard(q, flags));
		rx->cq.tail++;
	}
	if (rx->cq.tail != before)
		emunic_q_write(q, EMUNIC_Q_CQ_HEAD, rx->cq.tail);
	return frames;
}

/*
 * Out of memory with nothing coming in that would make us poll again: the
 * application may return buffers at any moment, so look again soon.
 */
static void refill_or_retry(struct emunic_queue *q, struct emunic_rx *rx)
{
	u32 hdr = rx->hdr.tail, pay = rx->pay.tail;
	bool full = emunic_refill(q->priv, rx, GFP_ATOMIC | __GFP_NOWARN);

	u64_stats_update_begin(&q->stats.syncp);
	u64_stats_add(&q->stats.posted, rx->pay.tail - pay);
	if (!full)
		u64_stats_inc(&q->stats.starved);
	u64_stats_update_end(&q->stats.syncp);
	if (rx->hdr.tail != hdr || rx->pay.tail != pay)
		emunic_ring_doorbells(q, rx);
	if (!full)
		mod_timer(&q->refill, jiffies + max(1UL, msecs_to_jiffies(2)));
}

int emunic_poll(struct napi_struct *napi, int budget)
{
	struct emunic_queue *q = container_of(napi, struct emunic_queue, napi);
	u32 tx_tail = q->tx.cq.tail;
	bool clean = emunic_tx_clean(q, budget);
	int frames;

	if (!budget)
		return 0;	/* transmit only */
	if (unlikely(test_and_clear_bit(EMUNIC_CHECK, &q->state)))
		emunic_check(q);
	frames = receive(q, &q->rx, budget);
	if (!frames && q->tx.cq.tail == tx_tail)
		emunic_check_heads(q);
	if (!test_bit(EMUNIC_RX_FAILED, &q->state))
		refill_or_retry(q, &q->rx);
	if (frames == budget || !clean)
		return budget;
	/*
	 * Arming last: the device fires at once if a completion came meanwhile. What a condemned
	 * ring holds would make it fire for ever; the reset arms again.
	 */
	if (napi_complete_done(napi, frames) &&
	    !(READ_ONCE(q->state) & (BIT(EMUNIC_RX_FAILED) | BIT(EMUNIC_TX_FAILED))))
		emunic_q_write(q, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	return frames;
}
