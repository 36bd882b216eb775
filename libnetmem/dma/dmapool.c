// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools of small coherent buffers.
 *
 * Memory comes in chunks of a page, or of a block if that is larger, and stays until the
 * pool goes. Free blocks form one list through their own memory, which holds the bus
 * address as well; the last one freed is the first one used.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* What a free block holds. */
struct free_block {
	struct free_block *next;
	dma_addr_t dma;
};

struct chunk {
	struct list_head list;
	void *start;
	dma_addr_t dma;
};

struct dma_pool {
	struct device *dev;
	size_t block, chunk, boundary;
	int node;
	spinlock_t lock;		/* what follows */
	struct list_head chunks;
	struct free_block *free;
	size_t out;			/* blocks that are in use */
	char name[32];
};

struct dma_pool *dma_pool_create_node(const char *name, struct device *dev, size_t size,
				      size_t align, size_t boundary, int node)
{
	struct dma_pool *pool;

	if (!dev || !size || size > INT_MAX || (align && !is_power_of_2(align)))
		return NULL;
	size = ALIGN(max(size, sizeof(struct free_block)), align ? align : 1);
	if (boundary && (boundary < size || !is_power_of_2(boundary)))
		return NULL;
	pool = kzalloc_node(sizeof(*pool), GFP_KERNEL, node);
	if (!pool)
		return NULL;
	pool->dev = dev;
	pool->block = size;
	pool->chunk = max_t(size_t, size, PAGE_SIZE);
	pool->boundary = boundary && boundary < pool->chunk ? boundary : pool->chunk;
	pool->node = node;
	spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->chunks);
	strscpy(pool->name, name);
	return pool;
}
EXPORT_SYMBOL(dma_pool_create_node);

static struct chunk *get_chunk(struct dma_pool *pool, gfp_t gfp)
{
	struct chunk *chunk = kmalloc_node(sizeof(*chunk), gfp, pool->node);

	if (!chunk)
		return NULL;
	chunk->start = dma_alloc_coherent(pool->dev, pool->chunk, &chunk->dma, gfp);
	if (chunk->start)
		return chunk;
	kfree(chunk);
	return NULL;
}

/* Cuts a chunk into blocks, the lowest to be used first. Under the lock. */
static void add_chunk(struct dma_pool *pool, struct chunk *chunk)
{
	struct free_block **last = &pool->free;

	list_add(&chunk->list, &pool->chunks);
	for (size_t at = 0; at + pool->block <= pool->chunk; at += pool->block) {
		struct free_block *block;

		/* A block that would cross the boundary begins there. */
		if (at / pool->boundary != (at + pool->block - 1) / pool->boundary)
			at = roundup(at, pool->boundary);
		if (at + pool->block > pool->chunk)
			break;
		block = chunk->start + at;
		*block = (struct free_block){ .next = *last, .dma = chunk->dma + at };
		*last = block;
		last = &block->next;
	}
}

/* With a new chunk, of which the caller is sure to get a block if there is no other. */
static struct free_block *take_block(struct dma_pool *pool, struct chunk *chunk)
{
	struct free_block *block;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (chunk)
		add_chunk(pool, chunk);
	block = pool->free;
	if (block) {
		pool->free = block->next;
		pool->out++;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return block;
}

void *dma_pool_alloc(struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle)
{
	struct free_block *block;

	might_alloc(mem_flags);
	block = take_block(pool, NULL);
	if (!block) {
		struct chunk *chunk = get_chunk(pool, mem_flags & ~__GFP_ZERO);

		if (!chunk)
			return NULL;
		block = take_block(pool, chunk);
	}
	*handle = block->dma;
	if (mem_flags & __GFP_ZERO)
		memset(block, 0, pool->block);
	else
		memset(block, 0, sizeof(*block));
	return block;
}
EXPORT_SYMBOL(dma_pool_alloc);

void dma_pool_free(struct dma_pool *pool, void *vaddr, dma_addr_t addr)
{
	struct free_block *block = vaddr;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	*block = (struct free_block){ .next = pool->free, .dma = addr };
	pool->free = block;
	pool->out--;
	spin_unlock_irqrestore(&pool->lock, flags);
}
EXPORT_SYMBOL(dma_pool_free);

void dma_pool_destroy(struct dma_pool *pool)
{
	struct chunk *chunk, *next;

	if (!pool)
		return;
	if (pool->out)
		dev_err(pool->dev, "%s %s busy\n", __func__, pool->name);
	list_for_each_entry_safe(chunk, next, &pool->chunks, list) {
		if (!pool->out)
			dma_free_coherent(pool->dev, pool->chunk, chunk->start, chunk->dma);
		kfree(chunk);
	}
	kfree(pool);
}
EXPORT_SYMBOL(dma_pool_destroy);

static void managed_pool_release(struct device *dev __always_unused, void *res)
{
	dma_pool_destroy(*(struct dma_pool **)res);
}

static int is_pool(struct device *dev __always_unused, void *res, void *pool)
{
	return *(struct dma_pool **)res == pool;
}

struct dma_pool *dmam_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				  size_t allocation)
{
	struct dma_pool **res = devres_alloc(managed_pool_release, sizeof(*res), GFP_KERNEL);

	if (!res)
		return NULL;
	*res = dma_pool_create(name, dev, size, align, allocation);
	if (!*res) {
		devres_free(res);
		return NULL;
	}
	devres_add(dev, res);
	return *res;
}
EXPORT_SYMBOL(dmam_pool_create);

void dmam_pool_destroy(struct dma_pool *pool)
{
	WARN_ON(devres_release(pool->dev, managed_pool_release, is_pool, pool));
}
EXPORT_SYMBOL(dmam_pool_destroy);
