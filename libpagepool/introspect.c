// SPDX-License-Identifier: GPL-2.0-only
/*
 * Introspection of pools and bindings (udevmem/pagepool.h).
 *
 * Lists are walked under their own locks; what is in the objects is read while
 * its owners go on, by single loads. The allocation side of a pool writes its
 * cache without any, so reading it is a race by design, and says so.
 */
#include <linux/dma-buf.h>
#include <linux/errno.h>
#include <linux/genalloc.h>
#include <linux/netdevice.h>
#include <linux/poison.h>
#include <linux/string.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/pagepool.h>

#include "libpagepool/binding_walk.h"
#include "libpagepool/devmem.h"
#include "libpagepool/holders.h"
#include "libpagepool/mp_dmabuf_devmem.h"
#include "libpagepool/niov_history.h"
#include "libpagepool/page_pool_priv.h"
#include "libpagepool/pool_contents.h"
#include "libpagepool/pool_walk.h"

static u32 ring_count(const struct page_pool *pool)
{
	struct ptr_ring *ring = (struct ptr_ring *)&pool->ring;
	int head, n;

	/* Keeps the producer's index still, not the consumer's. */
	spin_lock_bh(&ring->producer_lock);
	head = READ_ONCE(ring->consumer_head);
	n = ring->producer - head;
	if (n < 0 || (!n && READ_ONCE(ring->queue[head])))
		n += ring->size;
	spin_unlock_bh(&ring->producer_lock);
	return n;
}

static u32 mapping_count(const struct page_pool *pool)
{
	struct xarray *mapped = (struct xarray *)&pool->dma_mapped;
	unsigned long id;
	void *page;
	u32 n = 0;

	xa_for_each(mapped, id, page)
		n++;
	return n;
}

static void counters_get(const struct page_pool *pool, struct udm_pool_counters *to)
{
#ifdef CONFIG_PAGE_POOL_STATS
	struct page_pool_stats now = { };

	static_assert(sizeof(*to) == sizeof(now));
	page_pool_get_stats(pool, &now);
	memcpy(to, &now, sizeof(now));
#endif
}

static int pool_ifindex(const struct page_pool *pool)
{
	return hlist_unhashed(&pool->user.list) ? 0 : pool->slow.netdev->ifindex;
}

static bool pool_is_on(const struct page_pool *pool, const void *binding)
{
	return pool->mp_priv == binding &&
	       pool->mp_ops->alloc_netmems == mp_dmabuf_devmem_alloc_netmems;
}

static u32 pool_binding(const struct page_pool *pool)
{
	const struct net_devmem_dmabuf_binding *binding = pool->mp_priv;

	return pool->mp_ops && pool_is_on(pool, binding) ? binding->id : 0;
}

static void pool_describe(const struct page_pool *pool, struct udm_pool_info *info)
{
	u32 idle;

	*info = (struct udm_pool_info){
		.id = pool->user.id,
		.ifindex = pool_ifindex(pool),
		.queue = pool->slow.queue_idx,
		.flags = pool->slow.flags,
		.order = pool->p.order,
		.unreadable = pool->mp_ops,
		.detached = pool->user.detached,
		.binding = pool_binding(pool),
		.cache = pool_cache_count(pool),
		.ring = ring_count(pool),
		.ring_slots = pool->ring.size,
		.inflight = page_pool_inflight(pool, false),
		.hold = READ_ONCE(pool->pages_state_hold_cnt),
		.release = atomic_read(&pool->pages_state_release_cnt),
		.mapped = mapping_count(pool),
	};
	idle = info->cache + info->ring;
	info->out = info->inflight > idle ? info->inflight - idle : 0;
	counters_get(pool, &info->counters);
}

struct pools_walk {
	udm_pool_fn fn;
	void *ctx;
};

static bool pool_show(const struct page_pool *pool, void *ctx)
{
	const struct pools_walk *walk = ctx;
	struct udm_pool_info info;

	pool_describe(pool, &info);
	return walk->fn(walk->ctx, &info);
}

void udm_pools_walk(udm_pool_fn fn, void *ctx)
{
	struct pools_walk walk = { .fn = fn, .ctx = ctx };

	pool_walk(pool_show, &walk);
}

struct pool_wanted {
	u32 id;
	int err;
	struct udm_pool_info *info;
};

static bool pool_match(const struct page_pool *pool, void *ctx)
{
	struct pool_wanted *wanted = ctx;

	if (pool->user.id != wanted->id)
		return true;
	pool_describe(pool, wanted->info);
	wanted->err = 0;
	return false;
}

int udm_pool_get(uint32_t id, struct udm_pool_info *info)
{
	struct pool_wanted wanted = { .id = id, .err = -ENOENT, .info = info };

	pool_walk(pool_match, &wanted);
	return wanted.err;
}

/* Bindings. */

struct binding_usage {
	const struct net_devmem_dmabuf_binding *binding;
	struct udm_binding_info *info;
};

static bool usage_add_pool(const struct page_pool *pool, void *ctx)
{
	const struct binding_usage *usage = ctx;

	if (pool->mp_ops && pool_is_on(pool, usage->binding)) {
		usage->info->pools++;
		usage->info->niovs_idle += pool_cache_count(pool) + ring_count(pool);
	}
	return true;
}

static void chunk_count(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	const struct dmabuf_genpool_chunk_owner *owner = chunk->owner;
	struct udm_binding_info *info = data;

	info->chunks++;
	info->niovs_total += owner->area.num_niovs;
}

static int binding_ifindex(struct net_devmem_dmabuf_binding *binding)
{
	int ifindex = 0;

	mutex_lock(&binding->lock);
	if (binding->dev)
		ifindex = binding->dev->ifindex;
	mutex_unlock(&binding->lock);
	return ifindex;
}

static u32 binding_queues(struct net_devmem_dmabuf_binding *binding)
{
	unsigned long i;
	u32 n = 0;
	void *rxq;

	xa_for_each(&binding->bound_rxqs, i, rxq)
		n++;
	return n;
}

static void binding_describe(struct net_devmem_dmabuf_binding *binding,
			     struct udm_binding_info *info)
{
	struct binding_usage usage = { .binding = binding, .info = info };
	u64 used;

	*info = (struct udm_binding_info){
		.id = binding->id,
		.ifindex = binding_ifindex(binding),
		.tx = binding->tx_vec,
		.unbound = READ_ONCE(binding->unbound),
		.queues = binding_queues(binding),
		.bytes = binding->dmabuf->size,
	};
	gen_pool_for_each_chunk(binding->chunk_pool, chunk_count, info);
	info->niovs_free = gen_pool_avail(binding->chunk_pool) / PAGE_SIZE;
	info->niovs_lent = atomic_long_read(&binding->lent);
	pool_walk(usage_add_pool, &usage);
	used = info->niovs_free + info->niovs_idle + info->niovs_lent;
	info->niovs_out = info->niovs_total > used ? info->niovs_total - used : 0;
}

struct bindings_walk {
	udm_binding_fn fn;
	void *ctx;
};

static bool binding_show(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	const struct bindings_walk *walk = ctx;
	struct udm_binding_info info;

	binding_describe(binding, &info);
	return walk->fn(walk->ctx, &info);
}

void udm_bindings_walk(udm_binding_fn fn, void *ctx)
{
	struct bindings_walk walk = { .fn = fn, .ctx = ctx };

	binding_walk(binding_show, &walk);
}

struct binding_wanted {
	u32 id;
	int err;
	struct udm_binding_info *info;
	udm_niov_fn niov_fn;
	void *ctx;
};

static bool binding_match(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct binding_wanted *wanted = ctx;

	if (binding->id != wanted->id)
		return true;
	binding_describe(binding, wanted->info);
	wanted->err = 0;
	return false;
}

int udm_binding_get(uint32_t id, struct udm_binding_info *info)
{
	struct binding_wanted wanted = { .id = id, .err = -ENOENT, .info = info };

	binding_walk(binding_match, &wanted);
	return wanted.err;
}

/* Net_iovs. */

/* An address that a live pool has gives its id. */
struct pool_named {
	const struct page_pool *pool;
	u32 id;
};

static bool pool_name(const struct page_pool *pool, void *ctx)
{
	struct pool_named *named = ctx;

	if (pool != named->pool)
		return true;
	named->id = pool->user.id;
	return false;
}

struct niovs_walk {
	const struct binding_wanted *wanted;
	const struct net_devmem_dmabuf_binding *binding;
	struct held_set held;
	struct pool_contents idle;
	const struct gen_pool_chunk *next;
	u64 offset;
};

/* In no pool: free, or with somebody who has no pool for it. */
static enum udm_niov_state state_outside(const struct niovs_walk *walk, size_t i)
{
	return test_bit(i, walk->next->bits) ? UDM_NIOV_LENT : UDM_NIOV_FREE;
}

static void niov_owner_find(const struct niovs_walk *walk, const struct net_iov *niov,
			    struct udm_niov_info *info)
{
	const struct udm_held *held = held_set_find(&walk->held, niov,
						    walk->binding->attachment->dev, info->dma_addr);

	if (!held)
		return;
	info->state = held->state;
	info->ifindex = held->ifindex;
	info->queue = held->queue;
	info->socket = held->socket;
	info->token = held->token;
}

static void niov_describe(const struct niovs_walk *walk, const struct net_iov *niov,
			  struct udm_niov_info *info)
{
	const struct net_iov_area *area = net_iov_owner(niov);
	struct pool_named owner = { .pool = READ_ONCE(niov->desc.pp) };
	const size_t i = niov - area->niovs;
	u64 age;

	*info = (struct udm_niov_info){
		.offset = net_iov_virtual_addr(niov),
		.dma_addr = net_devmem_iov_to_chunk_owner(niov)->base_dma_addr + i * PAGE_SIZE,
		.state = state_outside(walk, i),
	};
	if (owner.pool) {
		pool_walk(pool_name, &owner);
		info->pool = owner.id;
		info->refs = atomic_long_read(&niov->desc.pp_ref_count);
		info->state = pool_contents_state(&walk->idle,
						  net_iov_to_netmem((struct net_iov *)niov));
	}
	if (info->state == UDM_NIOV_OUT || walk->binding->tx_vec)
		niov_owner_find(walk, niov, info);
	info->has_age = niov_history_age(niov, &age);
	if (info->has_age)
		info->age_ns = age;
}

/* Chunks are visited in an order of their own: pick the one at the offset. */
static void chunk_pick(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	const struct dmabuf_genpool_chunk_owner *owner = chunk->owner;
	struct niovs_walk *walk = data;

	if (owner->area.num_niovs && owner->area.base_virtual == walk->offset)
		walk->next = chunk;
}

static bool area_show(const struct net_iov_area *area, const struct niovs_walk *walk)
{
	const struct binding_wanted *wanted = walk->wanted;
	struct udm_niov_info info;

	for (size_t i = 0; i < area->num_niovs; i++) {
		niov_describe(walk, &area->niovs[i], &info);
		if (!wanted->niov_fn(wanted->ctx, &info))
			return false;
	}
	return true;
}

static bool idle_add_pool(const struct page_pool *pool, void *ctx)
{
	struct niovs_walk *walk = ctx;

	/* Of any provider: one may have borrowed from the binding. */
	if (pool->mp_ops)
		pool_contents_add(&walk->idle, pool);
	return true;
}

static void niovs_show(struct niovs_walk *walk)
{
	const struct dmabuf_genpool_chunk_owner *owner;

	do {
		walk->next = NULL;
		gen_pool_for_each_chunk(walk->binding->chunk_pool, chunk_pick, walk);
		if (!walk->next)
			break;
		owner = walk->next->owner;
		if (!area_show(&owner->area, walk))
			break;
		walk->offset += owner->area.num_niovs * PAGE_SIZE;
	} while (true);
}

static bool niovs_match(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct niovs_walk *walk = ctx;
	struct binding_wanted *wanted = (struct binding_wanted *)walk->wanted;

	if (binding->id != wanted->id)
		return true;
	walk->binding = binding;
	pool_walk(idle_add_pool, walk);
	pool_contents_sort(&walk->idle);
	wanted->err = walk->idle.out_of_memory ? -ENOMEM : 0;
	if (!wanted->err)
		niovs_show(walk);
	pool_contents_free(&walk->idle);
	return false;
}

int udm_niovs_walk(uint32_t binding, udm_niov_fn fn, void *ctx)
{
	struct binding_wanted wanted = {
		.id = binding, .err = -ENOENT, .niov_fn = fn, .ctx = ctx,
	};
	struct niovs_walk walk = { .wanted = &wanted };

	held_set_fill(&walk.held);
	if (walk.held.out_of_memory)
		wanted.err = -ENOMEM;
	else
		binding_walk(niovs_match, &walk);
	held_set_free(&walk.held);
	return wanted.err;
}

const char *udm_niov_state_name(enum udm_niov_state state)
{
	static const char *const names[] = {
		[UDM_NIOV_FREE] = "free",	[UDM_NIOV_CACHED] = "cached",
		[UDM_NIOV_RINGED] = "ringed",	[UDM_NIOV_OUT] = "out",
		[UDM_NIOV_LENT] = "lent",	[UDM_NIOV_POSTED] = "posted",
		[UDM_NIOV_QUEUED] = "queued",	[UDM_NIOV_HELD] = "held",
		[UDM_NIOV_SENDING] = "sending",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "?";
}
