/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A timeline of fences: each node holds one fence and the node before it, and
 * counts as signalled when both are. Walking drops what is signalled already.
 * Contract: drivers/dma-buf/dma-fence-chain.c.
 */
#ifndef __LINUX_DMA_FENCE_CHAIN_H
#define __LINUX_DMA_FENCE_CHAIN_H

#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct dma_fence_chain {
	struct dma_fence base;
	struct dma_fence __rcu *prev;
	u64 prev_seqno;
	struct dma_fence *fence;
	struct dma_fence_cb cb;
	struct work_struct work;
	spinlock_t lock;
};

static inline struct dma_fence_chain *to_dma_fence_chain(struct dma_fence *fence)
{
	if (!fence || !dma_fence_is_chain(fence))
		return NULL;
	return container_of(fence, struct dma_fence_chain, base);
}

/* The fence inside a node, or the fence itself if it is none. */
static inline struct dma_fence *dma_fence_chain_contained(struct dma_fence *fence)
{
	struct dma_fence_chain *chain = to_dma_fence_chain(fence);

	return chain ? chain->fence : fence;
}

static inline struct dma_fence_chain *dma_fence_chain_alloc(void)
{
	return kmalloc(sizeof(struct dma_fence_chain), GFP_KERNEL);
}

static inline void dma_fence_chain_free(struct dma_fence_chain *chain)
{
	kfree(chain);
}

/* Takes over the references on prev and fence; one reference for the caller. */
void dma_fence_chain_init(struct dma_fence_chain *chain, struct dma_fence *prev,
			  struct dma_fence *fence, u64 seqno);
/* The next older node that is not signalled, with a reference; drops the one on fence. */
struct dma_fence *dma_fence_chain_walk(struct dma_fence *fence);

#define dma_fence_chain_for_each(iter, head) \
	for ((iter) = dma_fence_get(head); (iter); (iter) = dma_fence_chain_walk(iter))

#endif
