/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: the inline half of the driver's interface.
 *
 * Fragments. A buffer carries pp_ref_count, the number of pool references out on
 * it. It is 1 while the buffer waits in the pool or was handed out whole;
 * page_pool_fragment_*() sets it when a buffer is cut in pieces. Each put drops
 * one, and whoever drops the last one returns the buffer.
 *
 * Forms with "page" in the name are for pools without a memory provider, forms
 * with "netmem" for all. "dev_" forms allocate with GFP_ATOMIC | __GFP_NOWARN.
 */
#ifndef _NET_PAGE_POOL_HELPERS_H
#define _NET_PAGE_POOL_HELPERS_H

#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <net/net_debug.h>
#include <net/netmem.h>
#include <net/page_pool/types.h>

/* The address then needs shifting to fit the word it is stored in. */
#define PAGE_POOL_32BIT_ARCH_WITH_64BIT_DMA	(sizeof(dma_addr_t) > sizeof(unsigned long))

#ifdef CONFIG_PAGE_POOL_STATS
/*
 * Add this pool's counters to *@stats, which the caller initialised. Unlocked,
 * may be slightly stale. False, and nothing done, for a NULL @stats. The recycle
 * part of a system pool is the sum over all system pools. net/core/page_pool.c.
 */
bool page_pool_get_stats(const struct page_pool *pool, struct page_pool_stats *stats);

/* ethtool -S: 11 names of ETH_GSTRING_LEN, 11 values in the same order. */
int page_pool_ethtool_stats_get_count(void);
u8 *page_pool_ethtool_stats_get_strings(u8 *data);
u64 *page_pool_ethtool_stats_get(u64 *data, const void *stats);
#else
static inline int page_pool_ethtool_stats_get_count(void)
{
	return 0;
}

static inline u8 *page_pool_ethtool_stats_get_strings(u8 *data)
{
	return data;
}

static inline u64 *page_pool_ethtool_stats_get(u64 *data, const void *stats)
{
	return data;
}
#endif

/* @netmem, just allocated for a caller that wants a page, is none: back, a WARN and NULL. */
struct page *udm_page_pool_no_page(struct page_pool *pool, netmem_ref netmem);

static inline struct page *__page_pool_page(struct page_pool *pool, netmem_ref netmem)
{
	if (unlikely(netmem_is_net_iov(netmem)))
		return udm_page_pool_no_page(pool, netmem);
	return __netmem_to_page(netmem);
}

#include <net/page_pool/cache.h>

#define __PP_DEV_GFP	(GFP_ATOMIC | __GFP_NOWARN)

/* A whole buffer. Allocation side; 0/NULL on failure. */
static inline struct page *page_pool_dev_alloc_pages(struct page_pool *pool)
{
	return page_pool_alloc_pages(pool, __PP_DEV_GFP);
}

static inline netmem_ref page_pool_dev_alloc_netmems(struct page_pool *pool)
{
	return page_pool_alloc_netmems(pool, __PP_DEV_GFP);
}

/* @size bytes at *@offset of a buffer. Allocation side; NULL on failure. */
static inline struct page *page_pool_dev_alloc_frag(struct page_pool *pool, unsigned int *offset,
						    unsigned int size)
{
	return page_pool_alloc_frag(pool, offset, size, __PP_DEV_GFP);
}

/*
 * At least *@size bytes: a fragment if two of that size fit in a buffer, else a
 * whole buffer. *@size becomes what the caller really owns: the whole buffer, or
 * the fragment plus a rest too small for another one. Allocation side; 0 on
 * failure.
 */
static inline netmem_ref page_pool_alloc_netmem(struct page_pool *pool, unsigned int *offset,
						unsigned int *size, gfp_t gfp)
{
	const unsigned int whole = PAGE_SIZE << pool->p.order;
	netmem_ref netmem;

	if (2 * *size > whole) {
		*offset = 0;
		*size = whole;
		return page_pool_alloc_netmems(pool, gfp);
	}
	netmem = page_pool_alloc_frag_netmem(pool, offset, *size, gfp);
	if (netmem && whole - pool->frag_offset < *size) {
		*size = whole - *offset;
		pool->frag_offset = whole;
	}
	return netmem;
}

static inline netmem_ref page_pool_dev_alloc_netmem(struct page_pool *pool, unsigned int *offset,
						    unsigned int *size)
{
	return page_pool_alloc_netmem(pool, offset, size, __PP_DEV_GFP);
}

static inline struct page *page_pool_alloc(struct page_pool *pool, unsigned int *offset,
					   unsigned int *size, gfp_t gfp)
{
	return __page_pool_page(pool, page_pool_alloc_netmem(pool, offset, size, gfp));
}

static inline struct page *page_pool_dev_alloc(struct page_pool *pool, unsigned int *offset,
					       unsigned int *size)
{
	return page_pool_alloc(pool, offset, size, __PP_DEV_GFP);
}

/* The same by kernel address; never highmem. NULL on failure. */
static inline void *page_pool_alloc_va(struct page_pool *pool, unsigned int *size, gfp_t gfp)
{
	unsigned int offset;
	struct page *page = page_pool_alloc(pool, &offset, size, gfp & ~__GFP_HIGHMEM);

	return page ? page_address(page) + offset : NULL;
}

static inline void *page_pool_dev_alloc_va(struct page_pool *pool, unsigned int *size)
{
	return page_pool_alloc_va(pool, size, __PP_DEV_GFP);
}

static inline enum dma_data_direction page_pool_get_dma_dir(const struct page_pool *pool)
{
	return pool->p.dma_dir;
}

/*
 * Cut @netmem in @nr pieces: from now on @nr puts bring it back. The caller is
 * the only holder.
 */
static inline void page_pool_fragment_netmem(netmem_ref netmem, long nr)
{
	atomic_long_set(netmem_get_pp_ref_count_ref(netmem), nr);
}

static inline void page_pool_fragment_page(struct page *page, long nr)
{
	page_pool_fragment_netmem(page_to_netmem(page), nr);
}

/* One more pool reference; the caller holds one already. */
static inline void page_pool_ref_netmem(netmem_ref netmem)
{
	atomic_long_inc(netmem_get_pp_ref_count_ref(netmem));
}

static inline void page_pool_ref_page(struct page *page)
{
	page_pool_ref_netmem(page_to_netmem(page));
}

/*
 * Drop @nr pool references; returns how many are left. Exactly one of several
 * droppers gets 0, sees everything the others did before, and finds the counter
 * back at 1, ready for the next life. A compile-time @nr must be 1.
 *
 * A count that equals @nr means that every reference is the caller's own, so
 * nobody can change it under us and no read-modify-write is needed. The acquire
 * pairs with the release half of the others' subtractions.
 */
static inline long page_pool_unref_netmem(netmem_ref netmem, long nr)
{
	atomic_long_t *count = netmem_get_pp_ref_count_ref(netmem);
	long left;

	BUILD_BUG_ON(__builtin_constant_p(nr) && nr != 1);
	if (atomic_long_read_acquire(count) == nr) {
		if (!__builtin_constant_p(nr))
			atomic_long_set(count, 1);
		return 0;
	}
	left = atomic_long_sub_return(nr, count);
	WARN_ON(left < 0);
	if (unlikely(!left))
		atomic_long_set(count, 1);
	return left;
}

static inline long page_pool_unref_page(struct page *page, long nr)
{
	return page_pool_unref_netmem(page_to_netmem(page), nr);
}

/* Drop one; true for the last holder. */
static inline bool page_pool_unref_and_test(netmem_ref netmem)
{
	return page_pool_unref_netmem(netmem, 1) == 0;
}

/*
 * Give back one reference of a buffer of @pool (head pages only). Any context
 * but hard interrupt. @dma_sync_size: bytes the device may have written, -1 for
 * the pool's max_len; the last holder's value counts. @allow_direct: the caller
 * is the allocation side.
 */
static inline void page_pool_put_netmem(struct page_pool *pool, netmem_ref netmem,
					unsigned int dma_sync_size, bool allow_direct)
{
#ifdef CONFIG_PAGE_POOL
	if (page_pool_unref_and_test(netmem))
		page_pool_put_unrefed_netmem(pool, netmem, dma_sync_size, allow_direct);
#endif
}

static inline void page_pool_put_page(struct page_pool *pool, struct page *page,
				      unsigned int dma_sync_size, bool allow_direct)
{
	page_pool_put_netmem(pool, page_to_netmem(page), dma_sync_size, allow_direct);
}

static inline void page_pool_put_full_netmem(struct page_pool *pool, netmem_ref netmem,
					     bool allow_direct)
{
	page_pool_put_netmem(pool, netmem, -1, allow_direct);
}

static inline void page_pool_put_full_page(struct page_pool *pool, struct page *page,
					   bool allow_direct)
{
	page_pool_put_full_netmem(pool, page_to_netmem(page), allow_direct);
}

/* Allocation side only: straight into the cache. */
static inline void page_pool_recycle_direct(struct page_pool *pool, struct page *page)
{
	page_pool_put_full_page(pool, page, true);
}

static inline void page_pool_recycle_direct_netmem(struct page_pool *pool, netmem_ref netmem)
{
	page_pool_put_full_netmem(pool, netmem, true);
}

/* Counterpart of page_pool_alloc_va(). */
static inline void page_pool_free_va(struct page_pool *pool, void *va, bool allow_direct)
{
	page_pool_put_full_page(pool, virt_to_head_page(va), allow_direct);
}

/* The DMA address of the buffer's first byte; needs PP_FLAG_DMA_MAP. */
static inline dma_addr_t page_pool_get_dma_addr_netmem(netmem_ref netmem)
{
	dma_addr_t stored = netmem_get_dma_addr(netmem);

	return PAGE_POOL_32BIT_ARCH_WITH_64BIT_DMA ? stored << PAGE_SHIFT : stored;
}

static inline dma_addr_t page_pool_get_dma_addr(const struct page *page)
{
	return page_pool_get_dma_addr_netmem(page_to_netmem(page));
}

static inline void __page_pool_dma_sync_for_cpu(const struct page_pool *pool, dma_addr_t dma_addr,
						u32 offset, u32 dma_sync_size)
{
	dma_sync_single_range_for_cpu(pool->p.dev, dma_addr, pool->p.offset + offset,
				      dma_sync_size, page_pool_get_dma_dir(pool));
}

/*
 * Make what the device wrote at @offset (counted from the pool's own offset)
 * visible to the CPU: the driver's job, before it looks. The netmem form does
 * nothing if the pool's provider has nothing to sync. Any context.
 */
static inline void page_pool_dma_sync_for_cpu(const struct page_pool *pool,
					      const struct page *page,
					      u32 offset, u32 dma_sync_size)
{
	__page_pool_dma_sync_for_cpu(pool, page_pool_get_dma_addr(page), offset, dma_sync_size);
}

static inline void page_pool_dma_sync_netmem_for_cpu(const struct page_pool *pool,
						     const netmem_ref netmem,
						     u32 offset, u32 dma_sync_size)
{
	if (pool->dma_sync_for_cpu)
		__page_pool_dma_sync_for_cpu(pool, page_pool_get_dma_addr_netmem(netmem),
					     offset, dma_sync_size);
}

/* One more, one fewer user (see page_pool_destroy()); put frees nothing itself. */
static inline void page_pool_get(struct page_pool *pool)
{
	refcount_inc(&pool->user_cnt);
}

static inline bool page_pool_put(struct page_pool *pool)
{
	return refcount_dec_and_test(&pool->user_cnt);
}

/* page_pool_update_nid() if the node is another one. Allocation side. */
static inline void page_pool_nid_changed(struct page_pool *pool, int new_nid)
{
	if (unlikely(pool->p.nid != new_nid))
		page_pool_update_nid(pool, new_nid);
}

#undef __PP_DEV_GFP

#endif
