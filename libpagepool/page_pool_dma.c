// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: DMA mapping and tracking (see page_pool_dma.h).
 *
 * Exactly-once unmapping. The entry in pool->dma_mapped is the right to unmap.
 * The returning side, which holds the buffer, takes it by compare-and-clear. The
 * scrubbing side holds nothing, so it may look at the page only while the entry
 * exists: it reads the address and removes the entry in one critical section of
 * the array's lock, which the returning side also needs to get past its own
 * removal, and does not touch the page afterwards.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include <linux/netdevice.h>

#include "libpagepool/page_pool_dma.h"
#include "libpagepool/page_pool_priv.h"

#define PP_DMA_ATTRS	(DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_WEAK_ORDERING)

/* gfp bits that make sense for the buffer but not for the array's nodes. */
#define PP_BUFFER_ONLY_GFP	(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM | __GFP_COMP)

static size_t buffer_size(const struct page_pool *pool)
{
	return PAGE_SIZE << pool->p.order;
}

static void dma_unmap_buffer(const struct page_pool *pool, dma_addr_t dma)
{
	dma_unmap_page_attrs(pool->p.dev, dma, buffer_size(pool), pool->p.dma_dir, PP_DMA_ATTRS);
}

void __page_pool_dma_sync_for_device(const struct page_pool *pool, netmem_ref netmem,
				     u32 dma_sync_size)
{
	rcu_read_lock();
	if (READ_ONCE(pool->dma_sync))
		__dma_sync_single_for_device(pool->p.dev,
					     page_pool_get_dma_addr_netmem(netmem) + pool->p.offset,
					     min(dma_sync_size, pool->p.max_len), pool->p.dma_dir);
	rcu_read_unlock();
}

/* Enter the page in the index and the index in the page. */
static int mapping_track(struct page_pool *pool, netmem_ref netmem, gfp_t gfp)
{
	struct page *page = netmem_to_page(netmem);
	u32 id;
	int err;

	gfp &= ~PP_BUFFER_ONLY_GFP;
	/* Whatever the caller says: BH is off here, and would come on if the array slept. */
	if (in_softirq())
		err = xa_alloc(&pool->dma_mapped, &id, page, PP_DMA_INDEX_LIMIT,
			       gfp & ~__GFP_DIRECT_RECLAIM);
	else
		err = xa_alloc_bh(&pool->dma_mapped, &id, page, PP_DMA_INDEX_LIMIT, gfp);
	if (!err)
		netmem_set_dma_index(netmem, id);
	WARN_ONCE(err && err != -ENOMEM, "couldn't track DMA mapping, please report to netdev@");
	return err;
}

bool page_pool_dma_map(struct page_pool *pool, netmem_ref netmem, gfp_t gfp)
{
	dma_addr_t dma = dma_map_page_attrs(pool->p.dev, netmem_to_page(netmem), 0,
					    buffer_size(pool), pool->p.dma_dir, PP_DMA_ATTRS);
	bool lost;

	if (dma_mapping_error(pool->p.dev, dma))
		return false;
	lost = page_pool_set_dma_addr_netmem(netmem, dma);
	WARN_ONCE(lost, "unexpected DMA address, please report to netdev@");
	if (lost || (PP_DMA_INDEX_BITS && mapping_track(pool, netmem, gfp))) {
		page_pool_set_dma_addr_netmem(netmem, 0);
		dma_unmap_buffer(pool, dma);
		return false;
	}
	page_pool_dma_sync_for_device(pool, netmem, pool->p.max_len);
	return true;
}

/* Holder's side: true if the mapping was still there and is now the caller's to remove. */
static bool mapping_claim(struct page_pool *pool, netmem_ref netmem)
{
	struct page *page = netmem_to_page(netmem);
	unsigned long id = netmem_get_dma_index(netmem);

	if (!PP_DMA_INDEX_BITS)
		return true;
	if (!id)
		return false;
	if (in_softirq())
		return xa_cmpxchg(&pool->dma_mapped, id, page, NULL, 0) == page;
	return xa_cmpxchg_bh(&pool->dma_mapped, id, page, NULL, 0) == page;
}

void page_pool_dma_unmap(struct page_pool *pool, netmem_ref netmem)
{
	if (!pool->dma_map)
		return;
	if (mapping_claim(pool, netmem))
		dma_unmap_buffer(pool, page_pool_get_dma_addr_netmem(netmem));
	/* Ours in any case: the scrub does not touch pages. */
	page_pool_set_dma_addr_netmem(netmem, 0);
	netmem_set_dma_index(netmem, 0);
}

/* Scrubbing side: remove the mapping at @id if it still is @page's. */
static void mapping_revoke(struct page_pool *pool, unsigned long id, struct page *page)
{
	dma_addr_t dma = 0;
	bool mine;

	xa_lock_bh(&pool->dma_mapped);
	mine = xa_load(&pool->dma_mapped, id) == page;
	if (mine) {
		dma = page_pool_get_dma_addr(page);
		__xa_erase(&pool->dma_mapped, id);
	}
	xa_unlock_bh(&pool->dma_mapped);
	if (mine)
		dma_unmap_buffer(pool, dma);
}

void page_pool_dma_scrub(struct page_pool *pool)
{
	struct page *page;
	unsigned long id;

	if (pool->dma_sync) {
		WRITE_ONCE(pool->dma_sync, false);
		/* A sync that saw the flag set ends before its mapping does. */
		if (dma_dev_need_sync(pool->p.dev) && !xa_empty(&pool->dma_mapped))
			synchronize_net();
	}
	xa_for_each(&pool->dma_mapped, id, page)
		mapping_revoke(pool, id, page);
}
