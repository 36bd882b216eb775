// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: buffers of one rx queue, kept mapped and recycled.
 *
 * A buffer is free in the cache (a stack, allocation side only) or in the ring
 * (returned from anywhere), or it is out. Allocation looks in the cache, then
 * moves up to PP_ALLOC_CACHE_REFILL entries from the ring, then asks the memory
 * provider or the page allocator. A return goes to the cache if the returning
 * context is the allocation side, else to the ring, else the buffer leaves the
 * pool, as does any page that somebody else still holds.
 *
 * Accounting: hold counts entries (allocation side), release counts departures
 * (any CPU); both wrap, and their signed difference is what is inside or out. The
 * release count is the last thing a departure does to the pool: a destroyed pool
 * is freed as soon as the difference is 0.
 */
#include <linux/bug.h>
#include <linux/error-injection.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/nodemask.h>
#include <linux/topology.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <net/xdp.h>
#include <trace/events/page_pool.h>

#include "libpagepool/idle_mark.h"
#include "libpagepool/page_pool_buffer.h"
#include "libpagepool/page_pool_dma.h"
#include "libpagepool/page_pool_priv.h"
#include "libpagepool/page_pool_provider.h"
#include "libpagepool/page_pool_stats.h"

/*
 * References put on a page that is being cut into fragments. Every fragment out
 * is one of them; far more than fragments fit in a buffer, so it never runs out.
 */
#define BIAS_MAX		(LONG_MAX >> 1)

static bool has_provider(const struct page_pool *pool)
{
	return static_branch_unlikely(&page_pool_mem_providers) && pool->mp_ops;
}

/* Entering and leaving. */

void page_pool_set_pp_info(struct page_pool *pool, netmem_ref netmem)
{
	netmem_or_pp_magic(netmem, PP_SIGNATURE);
	netmem_set_pp(netmem, pool);
	/* Nobody else knows the buffer yet: no read-modify-write. */
	page_pool_fragment_netmem(netmem, 1);
	if (pool->has_init_callback)
		pool->slow.init_callback(netmem, pool->slow.init_arg);
}

void page_pool_clear_pp_info(netmem_ref netmem)
{
	netmem_set_pp(netmem, NULL);
	netmem_clear_pp_magic(netmem);
}

static void count_hold(struct page_pool *pool, netmem_ref netmem)
{
	const u32 hold = pool->pages_state_hold_cnt + 1;

	WRITE_ONCE(pool->pages_state_hold_cnt, hold);
	trace_page_pool_state_hold(pool, netmem, hold);
}

/*
 * The release order makes all earlier accesses to the pool happen before a
 * destroyer that reads the count (with acquire) and frees the pool. The trace
 * event gets the pointer for its value only.
 */
static void count_release(struct page_pool *pool, netmem_ref netmem)
{
	const u32 release = atomic_inc_return_release(&pool->pages_state_release_cnt);

	trace_page_pool_state_release(pool, netmem, release);
}

noinline void page_pool_buffer_leave(struct page_pool *pool, netmem_ref netmem)
{
	bool ours = true;

	if (has_provider(pool))
		ours = pool->mp_ops->release_netmem(pool, netmem);
	else
		page_pool_dma_unmap(pool, netmem);
	count_release(pool, netmem);
	if (ours) {
		page_pool_clear_pp_info(netmem);
		put_page(netmem_to_page(netmem));
	}
}

/* Allocation. */

static __always_inline netmem_ref cache_pop(struct page_pool *pool)
{
	const netmem_ref netmem = pool->alloc.cache[--pool->alloc.count];

	idle_mark_clear(pool, netmem);
	return netmem;
}

static __always_inline void cache_push(struct page_pool *pool, netmem_ref netmem)
{
	pool->alloc.cache[pool->alloc.count++] = netmem;
}

void page_pool_cache_empty(struct page_pool *pool)
{
	while (pool->alloc.count)
		page_pool_buffer_leave(pool, cache_pop(pool));
}

static int preferred_node(const struct page_pool *pool)
{
	if (IS_ENABLED(CONFIG_NUMA) && pool->p.nid != NUMA_NO_NODE)
		return pool->p.nid;
	return numa_mem_id();
}

/* Move ring entries to the empty cache; the first one from a wrong node ends it. */
static void ring_to_cache(struct page_pool *pool)
{
	const int nid = preferred_node(pool);
	netmem_ref netmem;

	/* No node but this one: nothing can be wrong. */
	if (likely(nr_online_nodes == 1 && node_online(nid))) {
		pool->alloc.count = __ptr_ring_consume_batched(&pool->ring,
							       (void **)pool->alloc.cache,
							       PP_ALLOC_CACHE_REFILL);
		return;
	}
	while (pool->alloc.count < PP_ALLOC_CACHE_REFILL) {
		netmem = (__force netmem_ref)__ptr_ring_consume(&pool->ring);
		if (!netmem)
			break;
		if (unlikely(!netmem_is_pref_nid(netmem, nid))) {
			idle_mark_clear(pool, netmem);
			page_pool_buffer_leave(pool, netmem);
			alloc_stat_inc(pool, waive);
			break;
		}
		cache_push(pool, netmem);
	}
}

/* A page came from the allocator: make it a buffer of the pool, or put it back. */
static bool page_enter(struct page_pool *pool, struct page *page, gfp_t gfp)
{
	const netmem_ref netmem = page_to_netmem(page);

	if (pool->dma_map && unlikely(!page_pool_dma_map(pool, netmem, gfp))) {
		put_page(page);
		return false;
	}
	page_pool_set_pp_info(pool, netmem);
	count_hold(pool, netmem);
	return true;
}

static netmem_ref alloc_high_order(struct page_pool *pool, gfp_t gfp)
{
	struct page *page = alloc_pages_node(pool->p.nid, gfp | __GFP_COMP, pool->p.order);

	if (!page || !page_enter(pool, page, gfp | __GFP_COMP))
		return 0;
	alloc_stat_inc(pool, slow_high_order);
	return page_to_netmem(page);
}

static netmem_ref alloc_bulk(struct page_pool *pool, gfp_t gfp)
{
	struct page *fresh[PP_ALLOC_CACHE_REFILL] = { NULL };
	unsigned long n = alloc_pages_bulk_node(gfp, pool->p.nid, ARRAY_SIZE(fresh), fresh);

	for (unsigned long i = 0; i < n; i++) {
		if (page_enter(pool, fresh[i], gfp))
			cache_push(pool, page_to_netmem(fresh[i]));
	}
	if (!pool->alloc.count)
		return 0;
	alloc_stat_inc(pool, slow);
	return cache_pop(pool);
}

static netmem_ref alloc_from_allocator(struct page_pool *pool, gfp_t gfp)
{
	/* An atomic request falls back to dropping packets: no need to log. */
	if ((gfp & GFP_ATOMIC) == GFP_ATOMIC)
		gfp |= __GFP_NOWARN;
	return pool->p.order ? alloc_high_order(pool, gfp) : alloc_bulk(pool, gfp);
}

static noinline netmem_ref alloc_cache_empty(struct page_pool *pool, gfp_t gfp)
{
	if (__ptr_ring_empty(&pool->ring))
		alloc_stat_inc(pool, empty);
	else
		ring_to_cache(pool);
	if (pool->alloc.count) {
		alloc_stat_inc(pool, refill);
		return cache_pop(pool);
	}
	if (has_provider(pool))
		return pool->mp_ops->alloc_netmems(pool, gfp);
	return alloc_from_allocator(pool, gfp);
}

/* Fails on purpose, marks what is idle, or has to fill the cache first. */
static noinline netmem_ref alloc_slowly(struct page_pool *pool, gfp_t gfp)
{
	udm_inject_return(page_pool_alloc_netmems);
	if (!pool->alloc.count)
		return alloc_cache_empty(pool, gfp);
	alloc_stat_inc(pool, fast);
	return cache_pop(pool);
}

static noinline struct page *alloc_page_slowly(struct page_pool *pool, gfp_t gfp)
{
	return __page_pool_page(pool, alloc_slowly(pool, gfp));
}

/* Calls at the end only: a buffer from the cache is straight-line code without a frame. */
netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	netmem_ref netmem;

	if (udm_inject_is_armed() || unlikely(!__page_pool_cache_take(pool, &netmem)))
		return alloc_slowly(pool, gfp);
	return netmem;
}
EXPORT_SYMBOL(page_pool_alloc_netmems);
netmem_ref udm_page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp)
	__alias(page_pool_alloc_netmems);
ALLOW_ERROR_INJECTION(page_pool_alloc_netmems, NULL);

struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
{
	netmem_ref netmem;

	if (udm_inject_is_armed() || unlikely(!__page_pool_cache_take(pool, &netmem)))
		return alloc_page_slowly(pool, gfp);
	return __page_pool_page(pool, netmem);
}
EXPORT_SYMBOL(page_pool_alloc_pages);
struct page *udm_page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
	__alias(page_pool_alloc_pages);

/* Return. */

/* May the cache be touched here: is this the softirq that consumes? */
static __always_inline bool napi_local(const struct page_pool *pool)
{
	const struct napi_struct *consumer;
	int cpu;

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || !in_softirq())
		return false;
	cpu = smp_processor_id();
	consumer = READ_ONCE(pool->p.napi);
	return cpu == READ_ONCE(pool->cpuid) ||
	       (consumer && READ_ONCE(consumer->list_owner) == cpu);
}

/* Produce up to @n buffers; how many. The counters move inside the lock. */
static __always_inline u32 ring_put(struct page_pool *pool, const netmem_ref *netmem, u32 n)
{
	const bool bh_is_off = ring_lock(pool);
	u32 put = 0;

	while (put < n && !__ptr_ring_produce(&pool->ring, (__force void *)netmem[put]))
		put++;
	ring_stat_add(pool, ring, put);
	if (unlikely(put < n))
		ring_stat_add(pool, ring_full, 1);
	ring_unlock(pool, bh_is_off);
	return put;
}

/* No room in the ring. */
static noinline void leave_for_lack_of_room(struct page_pool *pool, netmem_ref netmem)
{
	idle_mark_clear(pool, netmem);
	page_pool_buffer_leave(pool, netmem);
}

static __always_inline bool cache_put(struct page_pool *pool, netmem_ref netmem)
{
	if (unlikely(pool->alloc.count >= PP_ALLOC_CACHE_SIZE)) {
		direct_stat_inc(pool, cache_full);
		return false;
	}
	cache_push(pool, netmem);
	direct_stat_inc(pool, cached);
	return true;
}

static noinline void complain_returned_twice(netmem_ref netmem)
{
	const struct netmem_desc *desc = netmem_to_nmdesc(netmem);

	WARN(1, "page_pool: %s %p of pool %p returned twice",
	     netmem_is_net_iov(netmem) ? "net_iov" : "page", desc, desc->pp);
}

static noinline void leave_unrecyclable(struct page_pool *pool, netmem_ref netmem)
{
	recycle_stat_inc(pool, released_refcnt);
	page_pool_buffer_leave(pool, netmem);
}

/* The last reference came back. False: the buffer has left, or was idle already. */
static __always_inline bool buffer_stays(struct page_pool *pool, netmem_ref netmem)
{
	if (idle_mark_test(pool, netmem)) {
		complain_returned_twice(netmem);
		return false;
	}
	if (unlikely(!__page_pool_recyclable(netmem))) {
		leave_unrecyclable(pool, netmem);
		return false;
	}
	idle_mark_set(pool, netmem);
	return true;
}

/* Anything but the plain way to the cache. */
static noinline void put_the_long_way(struct page_pool *pool, netmem_ref netmem,
				      u32 dma_sync_size, bool allow_direct)
{
	if (!buffer_stays(pool, netmem))
		return;
	page_pool_dma_sync_for_device(pool, netmem, dma_sync_size);
	if ((allow_direct || napi_local(pool)) && cache_put(pool, netmem))
		return;
	if (unlikely(!ring_put(pool, &(const netmem_ref){ netmem }, 1)))
		leave_for_lack_of_room(pool, netmem);
}

/* Again without a frame on the plain way. */
void page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
				  unsigned int dma_sync_size, bool allow_direct)
{
	lockdep_assert_no_hardirq();
	if (unlikely(!allow_direct || !__page_pool_recyclable(netmem) ||
		     __page_pool_takes_detour(pool) || !__page_pool_cache_give(pool, netmem)))
		put_the_long_way(pool, netmem, dma_sync_size, allow_direct);
}
EXPORT_SYMBOL(page_pool_put_unrefed_netmem);
void udm_page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
				      unsigned int dma_sync_size, bool allow_direct)
	__alias(page_pool_put_unrefed_netmem);

void page_pool_put_unrefed_page(struct page_pool *pool, struct page *page,
				unsigned int dma_sync_size, bool allow_direct)
{
	page_pool_put_unrefed_netmem(pool, page_to_netmem(page), dma_sync_size, allow_direct);
}
EXPORT_SYMBOL(page_pool_put_unrefed_page);

/* What a round of a bulk return has done so far. */
struct bulk {
	struct page_pool *pool;
	bool direct;			/* into the cache, while there is room */
	u32 room;			/* how many may go there by the short way */
	u32 n_ring;
	netmem_ref to_ring[XDP_BULK_QUEUE_SIZE];
};

static __always_inline void bulk_begin(struct bulk *bulk, struct page_pool *pool)
{
	lockdep_assert_no_hardirq();
	bulk->pool = pool;
	bulk->direct = napi_local(pool);
	bulk->room = 0;
	bulk->n_ring = 0;
	if (bulk->direct && !__page_pool_takes_detour(pool))
		bulk->room = PP_ALLOC_CACHE_SIZE - pool->alloc.count;
}

/* @cached were put on top of the cache, but not counted yet. */
static __always_inline void bulk_settle(struct bulk *bulk, u32 cached)
{
	if (!cached)
		return;
	bulk->pool->alloc.count += cached;
	own_stat_add(bulk->pool, cached, cached);
	bulk->room -= cached;
}

/* Anything but the short way, which @cached took since the last time. */
static noinline void bulk_place(struct bulk *bulk, netmem_ref netmem, u32 cached)
{
	struct page_pool *pool = bulk->pool;

	bulk_settle(bulk, cached);
	if (!buffer_stays(pool, netmem))
		return;
	page_pool_dma_sync_for_device(pool, netmem, -1);
	if (!bulk->direct || !cache_put(pool, netmem))
		bulk->to_ring[bulk->n_ring++] = netmem;
	else if (bulk->room)
		bulk->room--;
}

/* The buffers that wait for the ring keep the pool alive until then. */
static void bulk_end(struct bulk *bulk, u32 cached)
{
	u32 put = 0;

	bulk_settle(bulk, cached);
	if (bulk->n_ring)
		put = ring_put(bulk->pool, bulk->to_ring, bulk->n_ring);
	for (; unlikely(put < bulk->n_ring); put++)
		leave_for_lack_of_room(bulk->pool, bulk->to_ring[put]);
}

/*
 * One round: settle everything of the pool of the first buffer and keep the others, in
 * order, at the start of @data; how many. The first round drops the caller's reference
 * of each and passes by those that have others.
 */
static __always_inline u32 bulk_round(netmem_ref *data, u32 count, bool first)
{
	u32 others = 0, cached = 0, room = 0;
	struct bulk bulk;

	bulk.pool = NULL;
	for (u32 i = 0; i < count; i++) {
		const netmem_ref netmem = first ? netmem_compound_head(data[i]) : data[i];
		struct page_pool *pool;

		if (first && !page_pool_unref_and_test(netmem))
			continue;
		pool = netmem_get_pp(netmem);
		if (unlikely(!bulk.pool)) {
			bulk_begin(&bulk, pool);
			room = bulk.room;
		}
		if (unlikely(pool != bulk.pool)) {
			data[others++] = netmem;
		} else if (likely(cached < room && __page_pool_recyclable(netmem))) {
			pool->alloc.cache[pool->alloc.count + cached++] = netmem;
		} else {
			bulk_place(&bulk, netmem, cached);
			cached = 0;
			room = bulk.room;
		}
	}
	if (bulk.pool)
		bulk_end(&bulk, cached);
	return others;
}

/* At most XDP_BULK_QUEUE_SIZE of them: what a round has room for. */
static void bulk_put(netmem_ref *data, u32 count)
{
	u32 others = bulk_round(data, count, true);

	while (unlikely(others))
		others = bulk_round(data, others, false);
}

void page_pool_put_netmem_bulk(netmem_ref *data, u32 count)
{
	for (; unlikely(count > XDP_BULK_QUEUE_SIZE); count -= XDP_BULK_QUEUE_SIZE) {
		bulk_put(data, XDP_BULK_QUEUE_SIZE);
		data += XDP_BULK_QUEUE_SIZE;
	}
	bulk_put(data, count);
}
EXPORT_SYMBOL(page_pool_put_netmem_bulk);

/* Fragments. */

/*
 * Give up the pool's share of the fragment page: true if no fragment is out any
 * more, i.e. the page is the caller's.
 */
static bool frag_page_drop(struct page_pool *pool, netmem_ref netmem)
{
	return page_pool_unref_netmem(netmem, BIAS_MAX - pool->frag_users) == 0;
}

/* The fragment page is used up: serve it again if every fragment came back. */
static netmem_ref frag_page_reuse(struct page_pool *pool)
{
	const netmem_ref netmem = pool->frag_page;

	if (!netmem || !frag_page_drop(pool, netmem))
		return 0;
	if (!__page_pool_recyclable(netmem)) {
		page_pool_buffer_leave(pool, netmem);
		return 0;
	}
	page_pool_dma_sync_for_device(pool, netmem, -1);
	direct_stat_inc(pool, cached);
	alloc_stat_inc(pool, fast);
	return netmem;
}

static noinline bool frag_page_renew(struct page_pool *pool, gfp_t gfp)
{
	netmem_ref netmem = frag_page_reuse(pool);

	if (!netmem)
		netmem = page_pool_alloc_netmems(pool, gfp);
	pool->frag_page = netmem;
	if (!netmem)
		return false;
	page_pool_fragment_netmem(netmem, BIAS_MAX);
	pool->frag_users = 0;
	pool->frag_offset = 0;
	return true;
}

netmem_ref page_pool_alloc_frag_netmem(struct page_pool *pool, unsigned int *offset,
				       unsigned int size, gfp_t gfp)
{
	const unsigned int whole = PAGE_SIZE << pool->p.order;

	if (WARN_ON(size > whole))
		return 0;
	size = ALIGN(size, dma_get_cache_alignment());
	*offset = 0;
	if (!pool->frag_page || pool->frag_offset + size > whole) {
		if (!frag_page_renew(pool, gfp))
			return 0;
	}
	*offset = pool->frag_offset;
	pool->frag_offset += size;
	pool->frag_users++;
	return pool->frag_page;
}
EXPORT_SYMBOL(page_pool_alloc_frag_netmem);

struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset,
				  unsigned int size, gfp_t gfp)
{
	return __page_pool_page(pool, page_pool_alloc_frag_netmem(pool, offset, size, gfp));
}
EXPORT_SYMBOL(page_pool_alloc_frag);

void page_pool_frag_page_free(struct page_pool *pool)
{
	const netmem_ref netmem = pool->frag_page;

	pool->frag_page = 0;
	if (netmem && frag_page_drop(pool, netmem))
		page_pool_buffer_leave(pool, netmem);
}

/* Node. */

void page_pool_update_nid(struct page_pool *pool, int new_nid)
{
	trace_page_pool_update_nid(pool, new_nid);
	pool->p.nid = new_nid;
	/* The ring is left alone: its entries are looked at one by one on refill. */
	page_pool_cache_empty(pool);
}
EXPORT_SYMBOL(page_pool_update_nid);

/* Providers. */

bool net_mp_niov_set_dma_addr(struct net_iov *niov, dma_addr_t addr)
{
	return page_pool_set_dma_addr_netmem(net_iov_to_netmem(niov), addr);
}

void net_mp_niov_set_page_pool(struct page_pool *pool, struct net_iov *niov)
{
	const netmem_ref netmem = net_iov_to_netmem(niov);

	page_pool_set_pp_info(pool, netmem);
	count_hold(pool, netmem);
}

void net_mp_niov_clear_page_pool(struct net_iov *niov)
{
	page_pool_clear_pp_info(net_iov_to_netmem(niov));
}
