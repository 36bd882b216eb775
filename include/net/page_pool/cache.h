/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: what the cache serves, in the caller's code.
 *
 * page_pool_alloc_netmems(), page_pool_alloc_pages() and page_pool_put_unrefed_netmem()
 * are functions of the library. Where the compiler optimises, a caller gets the ways of
 * them that end at the cache in place, which is most of what happens in a NAPI poll, and
 * calls the function for everything else; the rules are those in types.h either way. Not
 * in debug builds, whose functions look at more.
 *
 * The kernel has no such file: include net/page_pool/helpers.h.
 */
#ifndef _NET_PAGE_POOL_CACHE_H
#define _NET_PAGE_POOL_CACHE_H

#include <linux/compiler.h>
#include <linux/dma-mapping.h>
#include <linux/error-injection.h>
#include <linux/mm.h>
#include <net/netmem.h>
#include <net/page_pool/types.h>

/*
 * Statistics of the allocation side, which others read without a lock: one instruction,
 * and an aligned word is never written in halves.
 */
#if !defined(CONFIG_PAGE_POOL_STATS)
#define __page_pool_count(counter)	do { } while (0)
#elif defined(__UDM_TSAN__)
#define __page_pool_count(counter)	WRITE_ONCE(counter, (counter) + 1)
#else
#define __page_pool_count(counter)	((counter)++)
#endif

/*
 * A driver that drops what it receives allocates and returns in turns, and each of them
 * waits for the count that the other one has just stored. Unless it knows before: these
 * two guess that the count is what it was at an earlier allocation. Nothing waits for the
 * check of the guess but its branch, which is predicted. A right guess also tells that
 * the cache is not empty, or not full, and that the pool does not mark what is idle.
 *
 * False, with nothing done, if the cache is empty or full, or buffers are marked.
 */
static __always_inline bool __page_pool_cache_take(struct page_pool *pool, netmem_ref *netmem)
{
	u32 count = pool->usual_count;

	if (likely(pool->alloc.count == count)) {
		/* Equal, but not the same: the compiler must not take the other one. */
		OPTIMIZER_HIDE_VAR(count);
	} else {
		count = pool->alloc.count;
		if (unlikely(!count || pool->mark_idle))
			return false;
		pool->usual_count = count;
	}
	pool->alloc.count = count - 1;
	*netmem = pool->alloc.cache[count - 1];
	__page_pool_count(pool->alloc_stats.fast);
	return true;
}

static __always_inline bool __page_pool_cache_give(struct page_pool *pool, netmem_ref netmem)
{
	u32 count = pool->usual_count - 1;

	if (likely(pool->alloc.count == count)) {
		OPTIMIZER_HIDE_VAR(count);
	} else {
		count = pool->alloc.count;
		if (unlikely(count >= PP_ALLOC_CACHE_SIZE))
			return false;
	}
	pool->alloc.count = count + 1;
	pool->alloc.cache[count] = netmem;
	__page_pool_count(pool->direct_stats.cached);
	return true;
}

/* Only a page that nobody else holds can serve again. */
static __always_inline bool __page_pool_recyclable(netmem_ref netmem)
{
	if (unlikely(netmem_is_net_iov(netmem)))
		return true;
	return likely(page_ref_count(__netmem_to_page(netmem)) == 1 &&
		      !page_is_pfmemalloc(__netmem_to_page(netmem)));
}

/* Has a return in this pool more to do than to keep the buffer? */
static __always_inline bool __page_pool_takes_detour(const struct page_pool *pool)
{
	if (likely(!READ_ONCE(pool->detours)))
		return false;
#ifdef CONFIG_PAGE_POOL_STATS
	if (pool->system)
		return true;
#endif
	return pool->mark_idle || dma_dev_need_sync(pool->p.dev);
}

#if defined(__OPTIMIZE__) && !defined(UDM_DEBUG) && !defined(__cplusplus)

/*
 * Definitions for the sake of inlining only: they have no linkage of their own to get
 * wrong, which is what the rule about static functions in them is for.
 */
#pragma GCC system_header
#define __page_pool_in_place	extern inline __attribute__((__gnu_inline__, __always_inline__))

/* The functions themselves, by names that are not defined here. */
netmem_ref udm_page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp);
struct page *udm_page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp);
void udm_page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
				      unsigned int dma_sync_size, bool allow_direct);

__page_pool_in_place netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	netmem_ref netmem;

	if (udm_inject_is_armed() || unlikely(!__page_pool_cache_take(pool, &netmem)))
		return udm_page_pool_alloc_netmems(pool, gfp);
	return netmem;
}

__page_pool_in_place struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
{
	netmem_ref netmem;

	if (udm_inject_is_armed() || unlikely(!__page_pool_cache_take(pool, &netmem)))
		return udm_page_pool_alloc_pages(pool, gfp);
	return __page_pool_page(pool, netmem);
}

__page_pool_in_place void page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
						       unsigned int dma_sync_size,
						       bool allow_direct)
{
	if (unlikely(!allow_direct || !__page_pool_recyclable(netmem) ||
		     __page_pool_takes_detour(pool) || !__page_pool_cache_give(pool, netmem)))
		udm_page_pool_put_unrefed_netmem(pool, netmem, dma_sync_size, allow_direct);
}

#endif

#endif
