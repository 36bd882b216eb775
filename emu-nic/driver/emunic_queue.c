// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue memory: building, exchanging and freeing the receive side of one queue.
 *
 * mem_alloc makes a complete set with filled rings beside the live one, so nothing
 * can fail any more when it is started. A set belongs to exactly one party: the
 * core's blob, or the queue between start and stop.
 */
#include "emunic.h"

#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/skbuff.h>
#include <net/page_pool/helpers.h>

int emunic_ring_alloc(struct emunic_priv *priv, struct emunic_ring *ring, size_t entry,
		      unsigned int entries)
{
	ring->entries = entries;
	ring->cpu = dma_alloc_coherent(priv->dev, entry * entries, &ring->dma, GFP_KERNEL);
	return ring->cpu ? 0 : -ENOMEM;
}

void emunic_ring_free(struct emunic_priv *priv, struct emunic_ring *ring, size_t entry)
{
	if (ring->cpu)
		dma_free_coherent(priv->dev, entry * ring->entries, ring->cpu, ring->dma);
	ring->cpu = NULL;
}

static struct page_pool *pool_create(struct emunic_priv *priv, unsigned int idx, bool payload,
				     u32 size)
{
	struct page_pool_params params = {
		.order = get_order(size),
		.pool_size = priv->ring_entries,
		.nid = dev_to_node(priv->dev),
		.dev = priv->dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = size,
		.netdev = priv->netdev,
		.queue_idx = idx,
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,
	};

	/* Payload can be anywhere as soon as the headers go elsewhere. */
	if (payload && emunic_hds_enabled(priv))
		params.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	return page_pool_create(&params);
}

static int pools_create(struct emunic_priv *priv, struct emunic_rx *rx, unsigned int idx)
{
	struct page_pool *pool;

	if (emunic_hds_enabled(priv)) {
		pool = pool_create(priv, idx, false, PAGE_SIZE);
		if (IS_ERR(pool))
			return PTR_ERR(pool);
		rx->hdr_pool = pool;
	}
	pool = pool_create(priv, idx, true, rx->pay_size);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	rx->pay_pool = pool;
	return 0;
}

static int slots_alloc(struct emunic_rx *rx, unsigned int entries)
{
	rx->hdr_slots = kcalloc(entries, sizeof(*rx->hdr_slots), GFP_KERNEL);
	rx->pay_slots = kcalloc(entries, sizeof(*rx->pay_slots), GFP_KERNEL);
	return rx->hdr_slots && rx->pay_slots ? 0 : -ENOMEM;
}

static int rx_alloc(struct emunic_priv *priv, struct emunic_rx *rx, unsigned int idx)
{
	unsigned int n = priv->ring_entries;
	int err;

	err = emunic_ring_alloc(priv, &rx->hdr, sizeof(struct emunic_buf_desc), n);
	if (!err)
		err = emunic_ring_alloc(priv, &rx->pay, sizeof(struct emunic_buf_desc), n);
	/* One completion per buffer at the most, whether or not it carries payload. */
	if (!err)
		err = emunic_ring_alloc(priv, &rx->cq, sizeof(struct emunic_rx_cqe), 2 * n);
	if (err)
		return err;
	memset(rx->cq.cpu, 0, 2 * n * sizeof(struct emunic_rx_cqe));
	err = slots_alloc(rx, n);
	return err ? err : pools_create(priv, rx, idx);
}

static void buffers_return(struct emunic_rx *rx)
{
	for (unsigned int i = 0; rx->hdr_slots && i < rx->hdr.entries; i++)
		if (rx->hdr_slots[i].page)
			page_pool_put_full_page(rx->hdr_pool, rx->hdr_slots[i].page, false);
	for (unsigned int i = 0; rx->pay_slots && i < rx->pay.entries; i++)
		if (rx->pay_slots[i])
			page_pool_put_full_netmem(rx->pay_pool, rx->pay_slots[i], false);
}

static void emunic_queue_mem_free(struct net_device *netdev, void *per_queue_mem)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_rx *rx = per_queue_mem;

	if (rx->skb)
		kfree_skb(rx->skb);
	buffers_return(rx);
	page_pool_destroy(rx->pay_pool);
	page_pool_destroy(rx->hdr_pool);
	kfree(rx->pay_slots);
	kfree(rx->hdr_slots);
	emunic_ring_free(priv, &rx->cq, sizeof(struct emunic_rx_cqe));
	emunic_ring_free(priv, &rx->pay, sizeof(struct emunic_buf_desc));
	emunic_ring_free(priv, &rx->hdr, sizeof(struct emunic_buf_desc));
	memset(rx, 0, sizeof(*rx));
}

static int emunic_queue_mem_alloc(struct net_device *netdev, struct netdev_queue_config *qcfg,
				  void *per_queue_mem, int idx)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_rx *rx = per_queue_mem;
	int err;

	rx->pay_size = qcfg->rx_page_size;
	err = rx_alloc(priv, rx, idx);
	/*
	 * A ring that cannot be filled wholly still works, and provider memory may be
	 * scarce; only an empty one would never receive anything.
	 */
	if (!err && !emunic_refill(priv, rx, GFP_KERNEL | __GFP_NOWARN) &&
	    (!rx->pay.tail || (rx->hdr_pool && !rx->hdr.tail)))
		err = -ENOMEM;
	if (err)
		emunic_queue_mem_free(netdev, rx);
	return err;
}

void emunic_program_ring(struct emunic_queue *q, const struct emunic_ring *ring, u32 base,
			 u32 buf_size)
{
	emunic_q_write(q, base, lower_32_bits(ring->dma));
	emunic_q_write(q, base + 4, upper_32_bits(ring->dma));
	emunic_q_write(q, base + 8, ring->entries);
	if (buf_size)
		emunic_q_write(q, base + 12, buf_size);
}

/*
 * A device that starts afresh counts from 0: give back what is still posted and
 * fill the rings anew. Cannot fail; a ring that stays short is refilled by the poll.
 */
static void rx_rewind(struct emunic_priv *priv, struct emunic_rx *rx)
{
	buffers_return(rx);
	memset(rx->hdr_slots, 0, rx->hdr.entries * sizeof(*rx->hdr_slots));
	memset(rx->pay_slots, 0, rx->pay.entries * sizeof(*rx->pay_slots));
	memset(rx->cq.cpu, 0, rx->cq.entries * sizeof(struct emunic_rx_cqe));
	rx->hdr.tail = rx->hdr.done = 0;
	rx->pay.tail = rx->pay.done = 0;
	rx->cq.tail = 0;
	emunic_refill(priv, rx, GFP_KERNEL | __GFP_NOWARN);
}

static void count_posted(struct emunic_queue *q)
{
	local_bh_disable();
	u64_stats_update_begin(&q->stats.syncp);
	u64_stats_add(&q->stats.posted, q->rx.pay.tail);
	u64_stats_update_end(&q->stats.syncp);
	local_bh_enable();
}

static int emunic_queue_start(struct net_device *netdev, struct netdev_queue_config *qcfg,
			      void *per_queue_mem, int idx)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_queue *q = &priv->queues[idx];
	struct emunic_rx *rx = &q->rx;

	memcpy(rx, per_queue_mem, sizeof(*rx));
	memset(per_queue_mem, 0, sizeof(*rx));
	if (rx->used)
		rx_rewind(priv, rx);
	rx->used = true;
	clear_bit(EMUNIC_RX_FAILED, &q->state);
	count_posted(q);
	page_pool_enable_direct_recycling(rx->pay_pool, &q->napi);
	if (rx->hdr_pool)
		page_pool_enable_direct_recycling(rx->hdr_pool, &q->napi);
	emunic_program_ring(q, &rx->hdr, EMUNIC_Q_HDR_BASE, EMUNIC_HDR_BUF_SIZE);
	emunic_program_ring(q, &rx->pay, EMUNIC_Q_PAY_BASE, rx->pay_size);
	emunic_program_ring(q, &rx->cq, EMUNIC_Q_CQ_BASE, 0);
	emunic_q_write(q, EMUNIC_Q_VECTOR, q->irq);
	emunic_q_write(q, EMUNIC_Q_MOD_USECS, priv->irq_usecs);
	emunic_q_write(q, EMUNIC_Q_MOD_FRAMES, priv->irq_frames);
	emunic_program_gro(q, netdev->features);
	napi_enable_locked(&q->napi);
	emunic_ring_doorbells(q, rx);
	emunic_q_write(q, EMUNIC_Q_CTRL, EMUNIC_Q_ENABLE);
	emunic_q_write(q, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_ARM);
	return 0;
}

/* Have everything polled that the device delivered before it stopped. */
static void drain(struct emunic_queue *q)
{
	local_bh_disable();
	napi_schedule(&q->napi);
	local_bh_enable();
	napi_synchronize(&q->napi);
}

static int emunic_queue_stop(struct net_device *netdev, void *per_queue_mem, int idx)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_queue *q = &priv->queues[idx];
	int err = emunic_stop_direction(q, EMUNIC_Q_CTRL, EMUNIC_Q_STATUS);

	if (err)
		return err;
	drain(q);
	emunic_q_write(q, EMUNIC_Q_IRQ, EMUNIC_Q_IRQ_DISARM);
	napi_disable_locked(&q->napi);
	timer_delete_sync(&q->refill);
	emunic_q_write(q, EMUNIC_Q_CTRL, EMUNIC_Q_RESET);
	page_pool_disable_direct_recycling(q->rx.pay_pool);
	if (q->rx.hdr_pool)
		page_pool_disable_direct_recycling(q->rx.hdr_pool);
	if (q->rx.skb)
		kfree_skb(q->rx.skb);
	q->rx.skb = NULL;
	q->rx.discard = q->rx.in_frame = false;
	memcpy(per_queue_mem, &q->rx, sizeof(q->rx));
	memset(&q->rx, 0, sizeof(q->rx));
	return 0;
}

static void emunic_default_qcfg(struct net_device *netdev, struct netdev_queue_config *qcfg)
{
	qcfg->rx_page_size = PAGE_SIZE;
}

/* The device takes any size; but memory comes in powers of two, and no packet fills more. */
static int emunic_validate_qcfg(struct net_device *netdev, struct netdev_queue_config *qcfg,
				struct netlink_ext_ack *extack)
{
	u32 size = qcfg->rx_page_size;

	if (is_power_of_2(size) && size >= PAGE_SIZE && size <= EMUNIC_MAX_PAY_SIZE)
		return 0;
	NL_SET_ERR_MSG(extack, "rx_page_size is not a power of two from a page to 64 KiB");
	return -EINVAL;
}

/* All queues are one function's. */
static struct device *emunic_queue_get_dma_dev(struct net_device *netdev, int idx)
{
	return netdev->dev.parent;
}

const struct netdev_queue_mgmt_ops emunic_queue_mgmt_ops = {
	.ndo_queue_mem_size = sizeof(struct emunic_rx),
	.ndo_queue_mem_alloc = emunic_queue_mem_alloc,
	.ndo_queue_mem_free = emunic_queue_mem_free,
	.ndo_queue_start = emunic_queue_start,
	.ndo_queue_stop = emunic_queue_stop,
	.ndo_default_qcfg = emunic_default_qcfg,
	.ndo_validate_qcfg = emunic_validate_qcfg,
	.ndo_queue_get_dma_dev = emunic_queue_get_dma_dev,
	.supported_params = QCFG_RX_PAGE_SIZE,
};

int emunic_queue_create(struct emunic_priv *priv, unsigned int idx)
{
	struct netdev_queue_config qcfg;
	struct emunic_rx rx = { 0 };
	int err;

	netdev_queue_config(priv->netdev, idx, &qcfg);
	err = emunic_queue_mem_alloc(priv->netdev, &qcfg, &rx, idx);
	return err ? err : emunic_queue_start(priv->netdev, &qcfg, &rx, idx);
}

void emunic_queue_delete(struct emunic_priv *priv, unsigned int idx)
{
	struct emunic_rx rx = { 0 };

	if (!emunic_queue_stop(priv->netdev, &rx, idx))
		emunic_queue_mem_free(priv->netdev, &rx);
}
