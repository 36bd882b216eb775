/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Iteration over the elementary fences inside containers (chains of arrays).
 * The cursor holds a reference on the chain node it is in; a loop that is left
 * early has to drop cursor.chain. Contract: drivers/dma-buf/dma-fence-unwrap.c.
 */
#ifndef __LINUX_DMA_FENCE_UNWRAP_H
#define __LINUX_DMA_FENCE_UNWRAP_H

#include <linux/dma-fence.h>

struct dma_fence_unwrap {
	struct dma_fence *chain;
	struct dma_fence *array;
	unsigned int index;
};

struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head, struct dma_fence_unwrap *cursor);
struct dma_fence *dma_fence_unwrap_next(struct dma_fence_unwrap *cursor);

#define dma_fence_unwrap_for_each(fence, cursor, head)			\
	for ((fence) = dma_fence_unwrap_first(head, cursor); (fence);	\
	     (fence) = dma_fence_unwrap_next(cursor))

#endif
