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
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <net/xdp.h>
#include <trace/events/page_pool.h>

#include "libkern/net/dev.h"
#include "libpagepool/idle_mark.h"
#include "libpagepool/page_pool_dma.h"
#include "libpagepool/page_pool_priv.h"
#include "libpagepool/page_pool_provider.h"
#include "libpagepool/page_pool_stats.h"

/* How long a destroyed pool waits before it looks for its buffers again. */
#define DEFER_TIME		msecs_to_jiffies(1000)
#define DEFER_WARN_INTERVAL	(60 * HZ)

/*
 * References put on a page that is being cut into fragments. Every fragment out
 * is one of them; far more than fragments fit in a buffer, so it never runs out.
 */
#define BIAS_MAX		(LONG_MAX >> 1)

#define RING_SLOTS_DEFAULT	1024U
#define RING_SLOTS_MAX		16384U

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

/* The buffer leaves; afterwards @pool may be gone. */
static noinline void buffer_leave(struct page_pool *pool, netmem_ref netmem)
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

	idle_mark_clear(netmem);
	return netmem;
}

static __always_inline void cache_push(struct page_pool *pool, netmem_ref netmem)
{
	pool->alloc.cache[pool->alloc.count++] = netmem;
}

static void cache_empty(struct page_pool *pool)
{
	while (pool->alloc.count)
		buffer_leave(pool, cache_pop(pool));
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

	while (pool->alloc.count < PP_ALLOC_CACHE_REFILL) {
		netmem = (__force netmem_ref)__ptr_ring_consume(&pool->ring);
		if (!netmem)
			break;
		if (unlikely(!netmem_is_pref_nid(netmem, nid))) {
			idle_mark_clear(netmem);
			buffer_leave(pool, netmem);
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

netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp)
{
	udm_inject_return(page_pool_alloc_netmems);
	if (likely(pool->alloc.count)) {
		alloc_stat_inc(pool, fast);
		return cache_pop(pool);
	}
	return alloc_cache_empty(pool, gfp);
}
EXPORT_SYMBOL(page_pool_alloc_netmems);
ALLOW_ERROR_INJECTION(page_pool_alloc_netmems, NULL);

struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp)
{
	return __page_pool_page(pool, page_pool_alloc_netmems(pool, gfp));
}
EXPORT_SYMBOL(page_pool_alloc_pages);

/* Accounting. */

/*
 * The release count is read first: a buffer that enters and leaves in between
 * then makes the result too high, never too low.
 */
s32 page_pool_inflight(const struct page_pool *pool, bool strict)
{
	const u32 release = atomic_read_acquire(&pool->pages_state_release_cnt);
	const u32 hold = READ_ONCE(pool->pages_state_hold_cnt);
	const s32 inflight = hold - release;

	if (!strict)
		return inflight > 0 ? inflight : 0;
	trace_page_pool_release(pool, inflight, hold, release);
	WARN(inflight < 0, "Negative(%d) inflight packet-pages", inflight);
	return inflight;
}

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

/* Only a page that nobody else holds can serve again. */
static __always_inline bool recyclable(netmem_ref netmem)
{
	if (netmem_is_net_iov(netmem))
		return true;
	return likely(page_ref_count(__netmem_to_page(netmem)) == 1 &&
		      !page_is_pfmemalloc(__netmem_to_page(netmem)));
}

/* Returns and drops the ring's producer lock, in the flavour the context needs. */
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

/* Produce up to @n buffers; how many. The counters move inside the lock. */
static __always_inline u32 ring_put(struct page_pool *pool, const netmem_ref *netmem, u32 n)
{
	const bool bh_is_off = ring_lock(pool);
	u32 put = 0;

	while (put < n && !__ptr_ring_produce(&pool->ring, (__force void *)netmem[put]))
		put++;
	recycle_stat_add_locked(pool, ring, put);
	if (unlikely(put < n))
		recycle_stat_add_locked(pool, ring_full, 1);
	ring_unlock(pool, bh_is_off);
	return put;
}

/* No room in the ring: the buffers from @from on leave. */
static noinline void ring_overflow(struct page_pool *pool, const netmem_ref *netmem, u32 from,
				   u32 n)
{
	for (; from < n; from++) {
		idle_mark_clear(netmem[from]);
		buffer_leave(pool, netmem[from]);
	}
}

static noinline void ring_put_one(struct page_pool *pool, netmem_ref netmem)
{
	if (unlikely(!ring_put(pool, &netmem, 1)))
		ring_overflow(pool, &netmem, 0, 1);
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

static noinline void leave_unrecyclable(struct page_pool *pool, netmem_ref netmem)
{
	idle_mark_clear(netmem);
	recycle_stat_inc(pool, released_refcnt);
	buffer_leave(pool, netmem);
}

/* The last reference came back. False: the buffer has left, or was idle already. */
static __always_inline bool buffer_stays(struct page_pool *pool, netmem_ref netmem)
{
	lockdep_assert_no_hardirq();
	if (idle_mark_set(netmem))
		return false;
	if (likely(recyclable(netmem)))
		return true;
	leave_unrecyclable(pool, netmem);
	return false;
}

static __always_inline void place(struct page_pool *pool, netmem_ref netmem, bool direct)
{
	if (!direct || !cache_put(pool, netmem))
		ring_put_one(pool, netmem);
}

static noinline void place_synced(struct page_pool *pool, netmem_ref netmem, u32 dma_sync_size,
				  bool direct)
{
	__page_pool_dma_sync_for_device(pool, netmem, dma_sync_size);
	place(pool, netmem, direct);
}

/* Only tail calls: the direct return of a coherent buffer is straight-line code. */
void page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
				  unsigned int dma_sync_size, bool allow_direct)
{
	const bool direct = allow_direct || napi_local(pool);

	if (!buffer_stays(pool, netmem))
		return;
	if (page_pool_dma_needs_sync(pool))
		place_synced(pool, netmem, dma_sync_size, direct);
	else
		place(pool, netmem, direct);
}
EXPORT_SYMBOL(page_pool_put_unrefed_netmem);

void page_pool_put_unrefed_page(struct page_pool *pool, struct page *page,
				unsigned int dma_sync_size, bool allow_direct)
{
	page_pool_put_unrefed_netmem(pool, page_to_netmem(page), dma_sync_size, allow_direct);
}
EXPORT_SYMBOL(page_pool_put_unrefed_page);

/*
 * One round of a bulk return: settle everything of the first buffer's pool and
 * keep the others, in order, at the start of @data; how many. The buffers that
 * wait for the ring keep @pool alive until then.
 */
static u32 bulk_round(netmem_ref *data, u32 count)
{
	struct page_pool *pool = netmem_get_pp(data[0]);
	const bool direct = napi_local(pool);
	netmem_ref to_ring[XDP_BULK_QUEUE_SIZE];
	u32 others = 0, n = 0, put = 0;

	for (u32 i = 0; i < count; i++) {
		if (netmem_get_pp(data[i]) != pool) {
			data[others++] = data[i];
		} else if (buffer_stays(pool, data[i])) {
			page_pool_dma_sync_for_device(pool, data[i], -1);
			if (!direct || !cache_put(pool, data[i]))
				to_ring[n++] = data[i];
		}
	}
	if (n)
		put = ring_put(pool, to_ring, n);
	if (unlikely(put < n))
		ring_overflow(pool, to_ring, put, n);
	return others;
}

/* At most XDP_BULK_QUEUE_SIZE of them: what bulk_round() has room for. */
static void bulk_put(netmem_ref *data, u32 count)
{
	u32 last = 0;

	for (u32 i = 0; i < count; i++) {
		const netmem_ref head = netmem_compound_head(data[i]);

		if (page_pool_unref_and_test(head))
			data[last++] = head;
	}
	while (last)
		last = bulk_round(data, last);
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
	if (!recyclable(netmem)) {
		buffer_leave(pool, netmem);
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

/* Not recycled: the pool is on its way out. */
static void frag_page_free(struct page_pool *pool)
{
	const netmem_ref netmem = pool->frag_page;

	pool->frag_page = 0;
	if (netmem && frag_page_drop(pool, netmem))
		buffer_leave(pool, netmem);
}

/* Creation. */

static int check_params(struct page_pool *pool)
{
	CACHELINE_ASSERT_GROUP_MEMBER(struct page_pool, frag, frag_users);
	CACHELINE_ASSERT_GROUP_MEMBER(struct page_pool, frag, frag_page);
	CACHELINE_ASSERT_GROUP_MEMBER(struct page_pool, frag, frag_offset);
	CACHELINE_ASSERT_GROUP_SIZE(struct page_pool, frag, PAGE_POOL_FRAG_GROUP_ALIGN);

	if (pool->slow.flags & ~PP_FLAG_ALL)
		return -EINVAL;
	if (pool->slow.flags & PP_FLAG_DMA_MAP) {
		if (pool->p.dma_dir != DMA_FROM_DEVICE && pool->p.dma_dir != DMA_BIDIRECTIONAL)
			return -EINVAL;
		pool->dma_map = true;
	}
	if (pool->slow.flags & PP_FLAG_DMA_SYNC_DEV) {
		if (!pool->dma_map || !pool->p.max_len)
			return -EINVAL;
		pool->dma_sync = true;
	}
	pool->has_init_callback = pool->slow.init_callback;
	return 0;
}

static int storage_init(struct page_pool *pool)
{
	const unsigned int slots = pool->p.pool_size ? : RING_SLOTS_DEFAULT;

	if (page_pool_stats_init(pool))
		return -ENOMEM;
	if (ptr_ring_init(&pool->ring, min(slots, RING_SLOTS_MAX), GFP_KERNEL) < 0) {
		page_pool_stats_exit(pool);
		return -ENOMEM;
	}
	xa_init_flags(&pool->dma_mapped, XA_FLAGS_ALLOC1);
	atomic_set(&pool->pages_state_release_cnt, 0);
	refcount_set(&pool->user_cnt, 1);
	return 0;
}

static void storage_exit(struct page_pool *pool)
{
	ptr_ring_cleanup(&pool->ring, NULL);
	xa_destroy(&pool->dma_mapped);
	page_pool_stats_exit(pool);
}

static int page_pool_init(struct page_pool *pool, const struct page_pool_params *params, int cpuid)
{
	int err;

	pool->p = params->fast;
	pool->slow = params->slow;
	pool->cpuid = cpuid;
	pool->dma_sync_for_cpu = true;
	err = check_params(pool);
	if (err)
		return err;
	err = storage_init(pool);
	if (err)
		return err;
	err = page_pool_provider_init(pool);
	if (err)
		storage_exit(pool);
	return err;
}

static void page_pool_uninit(struct page_pool *pool)
{
	storage_exit(pool);
	page_pool_provider_exit(pool);
}

struct page_pool *page_pool_create_percpu(const struct page_pool_params *params, int cpuid)
{
	struct page_pool *pool = kzalloc_node(sizeof(*pool), GFP_KERNEL, params->nid);
	int err;

	if (!pool)
		return ERR_PTR(-ENOMEM);
	err = page_pool_init(pool, params, cpuid);
	if (!err) {
		err = page_pool_list(pool);
		if (!err)
			return pool;
		page_pool_uninit(pool);
	}
	pr_warn("%s() gave up with errno %d\n", __func__, err);
	kfree(pool);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(page_pool_create_percpu);

struct page_pool *page_pool_create(const struct page_pool_params *params)
{
	return page_pool_create_percpu(params, -1);
}
EXPORT_SYMBOL(page_pool_create);

bool page_pool_is_unreadable(struct page_pool *pool)
{
	return pool->mp_ops;
}
EXPORT_SYMBOL(page_pool_is_unreadable);

/* Destruction. */

/* Consumer side; producers may still be around. */
static void ring_empty(struct page_pool *pool)
{
	netmem_ref netmem;

	while ((netmem = (__force netmem_ref)ptr_ring_consume_bh(&pool->ring))) {
		if (netmem_ref_count(netmem) != 1)
			pr_crit("%s() page_pool refcnt %d violation\n", "page_pool_empty_ring",
				netmem_ref_count(netmem));
		idle_mark_clear(netmem);
		buffer_leave(pool, netmem);
	}
}

static void page_pool_scrub(struct page_pool *pool)
{
	if (!pool->destroy_cnt) {
		cache_empty(pool);
		if (pool->dma_map)
			page_pool_dma_scrub(pool);
	}
	pool->destroy_cnt++;
	ring_empty(pool);
}

static void page_pool_free(struct page_pool *pool)
{
	if (pool->disconnect)
		pool->disconnect(pool);
	page_pool_unlist(pool);
	page_pool_uninit(pool);
	kfree(pool);
}

/* Free the pool if nothing is out any more; what is still out. */
static int page_pool_release(struct page_pool *pool)
{
	int inflight;

	page_pool_scrub(pool);
	inflight = page_pool_inflight(pool, true);
	/*
	 * The last buffer may have come through the ring, and its producer may
	 * still be inside the lock: let it out before the lock is freed.
	 */
	ring_unlock(pool, ring_lock(pool));
	if (!inflight)
		page_pool_free(pool);
	return inflight;
}

/* Only a pool that user space cannot see needs a warning: the others are listed. */
static void warn_if_stalled(struct page_pool *pool, int inflight)
{
	const struct net_device *netdev = READ_ONCE(pool->slow.netdev);

	if (!time_after_eq(jiffies, pool->defer_warn))
		return;
	if (netdev && netdev != NET_PTR_POISON)
		return;
	pr_warn("%s() stalled pool shutdown: id %u, %d inflight %d sec\n",
		"page_pool_release_retry", pool->user.id, inflight,
		(int)((long)(jiffies - pool->defer_start) / HZ));
	pool->defer_warn = jiffies + DEFER_WARN_INTERVAL;
}

static void page_pool_release_retry(struct work_struct *work)
{
	struct page_pool *pool = container_of(to_delayed_work(work), struct page_pool, release_dw);
	const int inflight = page_pool_release(pool);

	/* 0: gone. Negative: broken, kept for good. */
	if (inflight <= 0)
		return;
	warn_if_stalled(pool, inflight);
	schedule_delayed_work(&pool->release_dw, DEFER_TIME);
}

void page_pool_use_xdp_mem(struct page_pool *pool, void (*disconnect)(void *),
			   const struct xdp_mem_info *mem)
{
	page_pool_get(pool);
	pool->xdp_mem_id = mem->id;
	pool->disconnect = disconnect;
}

void page_pool_enable_direct_recycling(struct page_pool *pool, struct napi_struct *napi)
{
	if (READ_ONCE(pool->p.napi) == napi)
		return;
	WARN_ON(!napi || pool->p.napi);
	guard(mutex)(&page_pools_lock);
	WRITE_ONCE(pool->p.napi, napi);
}
EXPORT_SYMBOL(page_pool_enable_direct_recycling);

void page_pool_disable_direct_recycling(struct page_pool *pool)
{
	WRITE_ONCE(pool->cpuid, -1);
	if (!pool->p.napi)
		return;
	napi_assert_will_not_race(pool->p.napi);
	guard(mutex)(&page_pools_lock);
	WRITE_ONCE(pool->p.napi, NULL);
}
EXPORT_SYMBOL(page_pool_disable_direct_recycling);

/* Buffers are out: look again, until they are back. */
static void page_pool_linger(struct page_pool *pool)
{
	const unsigned long now = jiffies;

	page_pool_detached(pool);
	INIT_DELAYED_WORK(&pool->release_dw, page_pool_release_retry);
	pool->defer_warn = now + DEFER_WARN_INTERVAL;
	pool->defer_start = now;
	schedule_delayed_work(&pool->release_dw, DEFER_TIME);
}

void page_pool_destroy(struct page_pool *pool)
{
	if (!pool || !page_pool_put(pool))
		return;
	page_pool_disable_direct_recycling(pool);
	frag_page_free(pool);
	if (page_pool_release(pool))
		page_pool_linger(pool);
}
EXPORT_SYMBOL(page_pool_destroy);

void page_pool_update_nid(struct page_pool *pool, int new_nid)
{
	trace_page_pool_update_nid(pool, new_nid);
	pool->p.nid = new_nid;
	/* The ring is left alone: its entries are looked at one by one on refill. */
	cache_empty(pool);
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
