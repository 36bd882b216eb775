// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking into containers: along the chain, and through the array in each node.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/export.h>

static struct dma_fence *enter_node(struct dma_fence_unwrap *cursor)
{
	cursor->array = dma_fence_chain_contained(cursor->chain);
	cursor->index = 0;
	return dma_fence_array_first(cursor->array);
}

/* The first fence of the next node that has one; the cursor's node is exhausted. */
static struct dma_fence *following_node(struct dma_fence_unwrap *cursor)
{
	struct dma_fence *fence = NULL;

	while (!fence) {
		cursor->chain = dma_fence_chain_walk(cursor->chain);
		if (!cursor->chain)
			return NULL;
		fence = enter_node(cursor);
	}
	return fence;
}

struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head, struct dma_fence_unwrap *cursor)
{
	struct dma_fence *fence;

	cursor->chain = dma_fence_get(head);
	if (!head)
		return NULL;
	fence = enter_node(cursor);
	return fence ? fence : following_node(cursor);
}
EXPORT_SYMBOL_GPL(dma_fence_unwrap_first);

struct dma_fence *dma_fence_unwrap_next(struct dma_fence_unwrap *cursor)
{
	struct dma_fence *fence;

	++cursor->index;
	fence = dma_fence_array_next(cursor->array, cursor->index);
	return fence ? fence : following_node(cursor);
}
EXPORT_SYMBOL_GPL(dma_fence_unwrap_next);
