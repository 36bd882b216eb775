/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: DMA mapping and tracking of the buffers of one pool.
 *
 * A mapping lasts from entering the pool to leaving it. pool->dma_mapped says
 * which mappings exist: index -> page, the index being kept in the page's
 * pp_magic. Whoever removes the entry unmaps: normally the side that lets the
 * buffer go, but a dying pool takes away the mappings of buffers that are still
 * out, so that no DMA call happens after page_pool_destroy().
 */
#ifndef LIBPAGEPOOL_PAGE_POOL_DMA_H
#define LIBPAGEPOOL_PAGE_POOL_DMA_H

#include <linux/compiler.h>
#include <linux/dma-mapping.h>
#include <net/page_pool/helpers.h>

/* Map and track; false: the page is as before. Allocation side. */
__internal bool page_pool_dma_map(struct page_pool *pool, netmem_ref netmem, gfp_t gfp);

/* The holder lets the buffer go: its mapping, if still there, is removed. */
__internal void page_pool_dma_unmap(struct page_pool *pool, netmem_ref netmem);

/*
 * The pool is dying: no sync for device will start any more and every mapping is
 * removed, wherever its buffer is. May sleep.
 */
__internal void page_pool_dma_scrub(struct page_pool *pool);

__internal void __page_pool_dma_sync_for_device(const struct page_pool *pool, netmem_ref netmem,
						u32 dma_sync_size);

/* Not for sure: the sync itself looks again, see there. */
static __always_inline bool page_pool_dma_needs_sync(const struct page_pool *pool)
{
	return READ_ONCE(pool->dma_sync) && dma_dev_need_sync(pool->p.dev);
}

/*
 * Hand a returned buffer's memory back to the device. The flag is looked at again
 * inside, under RCU: page_pool_dma_scrub() clears it, waits for readers, and
 * only then unmaps.
 */
static __always_inline void page_pool_dma_sync_for_device(const struct page_pool *pool,
							  netmem_ref netmem, u32 dma_sync_size)
{
	if (page_pool_dma_needs_sync(pool))
		__page_pool_dma_sync_for_device(pool, netmem, dma_sync_size);
}

#endif
