/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fence that stands for several: signalled when all of them are, or the first
 * one, with the first error. It owns the references in fences and the array
 * itself (freed with kfree). Contract: drivers/dma-buf/dma-fence-array.c.
 */
#ifndef __LINUX_DMA_FENCE_ARRAY_H
#define __LINUX_DMA_FENCE_ARRAY_H

#include <linux/dma-fence.h>

struct dma_fence_array_cb {
	struct dma_fence_cb cb;
	struct dma_fence_array *array;
};

struct dma_fence_array {
	struct dma_fence base;
	spinlock_t lock;
	unsigned int num_fences;
	atomic_t num_pending;
	struct dma_fence **fences;
	struct dma_fence_array_cb callbacks[];
};

static inline struct dma_fence_array *to_dma_fence_array(struct dma_fence *fence)
{
	if (!fence || !dma_fence_is_array(fence))
		return NULL;
	return container_of(fence, struct dma_fence_array, base);
}

/* Every fence of an array, or head itself if it is something else. */
#define dma_fence_array_for_each(fence, index, head)				\
	for ((index) = 0, (fence) = dma_fence_array_first(head); (fence);	\
	     ++(index), (fence) = dma_fence_array_next(head, index))

/* NULL without memory (fences stays with the caller). num_fences must not be 0. May sleep. */
struct dma_fence_array *dma_fence_array_create(int num_fences, struct dma_fence **fences,
					       u64 context, unsigned int seqno,
					       bool signal_on_any);
bool dma_fence_match_context(struct dma_fence *fence, u64 context);
struct dma_fence *dma_fence_array_first(struct dma_fence *head);
struct dma_fence *dma_fence_array_next(struct dma_fence *head, unsigned int index);

#endif
