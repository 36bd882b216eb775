/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools of small coherent DMA buffers of one size.
 *
 * A buffer never crosses a multiple of the boundary. alloc and free may be called in any
 * context, alloc with flags that fit; create and destroy may sleep. A pool with buffers
 * that are still out is reported and keeps their memory. The implementation is part of
 * libnetmem. Kernel path: linux/dmapool.h, mm/dmapool.c.
 */
#ifndef _UDM_LINUX_DMAPOOL_H
#define _UDM_LINUX_DMAPOOL_H

#include <linux/gfp_types.h>
#include <linux/numa.h>
#include <linux/types.h>

struct device;
struct dma_pool;

/*
 * NULL for no device, a size of 0, an alignment or boundary that is no power of two (0
 * stands for none), a boundary less than the size, or without memory.
 */
struct dma_pool *dma_pool_create_node(const char *name, struct device *dev, size_t size,
				      size_t align, size_t boundary, int node);
/* NULL is ignored. */
void dma_pool_destroy(struct dma_pool *pool);
void *dma_pool_alloc(struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle);
void dma_pool_free(struct dma_pool *pool, void *vaddr, dma_addr_t addr);

/* Pools that go with their device. */
struct dma_pool *dmam_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				  size_t allocation);
void dmam_pool_destroy(struct dma_pool *pool);

static inline struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size,
					       size_t align, size_t boundary)
{
	return dma_pool_create_node(name, dev, size, align, boundary, NUMA_NO_NODE);
}

static inline void *dma_pool_zalloc(struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle)
{
	return dma_pool_alloc(pool, mem_flags | __GFP_ZERO, handle);
}

#endif
