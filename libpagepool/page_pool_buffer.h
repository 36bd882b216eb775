/* SPDX-License-Identifier: GPL-2.0-only */
/* Page pool: how buffers leave, for the paths that serve and for those that end a pool. */
#ifndef LIBPAGEPOOL_PAGE_POOL_BUFFER_H
#define LIBPAGEPOOL_PAGE_POOL_BUFFER_H

#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <net/page_pool/types.h>

/* The buffer leaves; afterwards @pool may be gone. Any context for returns. */
__internal void page_pool_buffer_leave(struct page_pool *pool, netmem_ref netmem);

/* All of the cache leaves. Allocation side. */
__internal void page_pool_cache_empty(struct page_pool *pool);

/* The page that is being cut leaves, or is left to who holds pieces. Allocation side. */
__internal void page_pool_frag_page_free(struct page_pool *pool);

/* The ring's producer lock, in the flavour the context needs: whether BH was off already. */
static __always_inline bool ring_lock(struct page_pool *pool)
	__acquires(&pool->ring.producer_lock)
{
	const bool bh_is_off = in_softirq();

	if (bh_is_off)
		spin_lock(&pool->ring.producer_lock);
	else
		spin_lock_bh(&pool->ring.producer_lock);
	return bh_is_off;
}

static __always_inline void ring_unlock(struct page_pool *pool, bool bh_is_off)
	__releases(&pool->ring.producer_lock)
{
	if (bh_is_off)
		spin_unlock(&pool->ring.producer_lock);
	else
		spin_unlock_bh(&pool->ring.producer_lock);
}

#endif
