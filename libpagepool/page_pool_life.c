// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: creation, destruction, accounting (net/core/page_pool.c in the kernel).
 *
 * A destroyed pool lives on while buffers of it are out: it is emptied again every
 * second, and freed when as many have left as entered. The side that consumes is
 * the destroyer's by then; producers may still be around.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>
#include <trace/events/page_pool.h>
#include <udevmem/memdebug.h>

#include "libkern/net/dev.h"
#include "libpagepool/idle_mark.h"
#include "libpagepool/page_pool_buffer.h"
#include "libpagepool/page_pool_dma.h"
#include "libpagepool/page_pool_priv.h"
#include "libpagepool/page_pool_provider.h"
#include "libpagepool/page_pool_stats.h"

/* How long a destroyed pool waits before it looks for its buffers again. */
#define DEFER_TIME		msecs_to_jiffies(1000)
#define DEFER_WARN_INTERVAL	(60 * HZ)

#define RING_SLOTS_DEFAULT	1024U
#define RING_SLOTS_MAX		16384U

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
	pool->mark_idle = udm_debug() & UDM_DEBUG_RETURNS;
	pool->usual_count = UINT_MAX;
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
	/* Of the BH flavour, or it would keep BH off where it lets go of its lock to sleep. */
	xa_init_flags(&pool->dma_mapped, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
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
		idle_mark_clear(pool, netmem);
		page_pool_buffer_leave(pool, netmem);
	}
}

static void page_pool_scrub(struct page_pool *pool)
{
	if (!pool->destroy_cnt) {
		page_pool_cache_empty(pool);
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
	page_pool_frag_page_free(pool);
	if (page_pool_release(pool))
		page_pool_linger(pool);
}
EXPORT_SYMBOL(page_pool_destroy);
