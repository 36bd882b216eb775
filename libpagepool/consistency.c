// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules that hold between pools, buffers, mappings and bindings at rest
 * (udm_pagepool_check(), udevmem/pagepool.h; docs/invariants.md has them by number).
 *
 * Everything is read where it is: the cache, the slots of the ring, the index of
 * mappings, the bitmaps of the chunks. Nothing is written. All pools are noted
 * first, then each binding is held against them.
 */
#include <linux/bug.h>
#include <linux/dma-buf.h>
#include <linux/genalloc.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/helpers.h>
#include <net/page_pool/memory_provider.h>
#include <udevmem/pagepool.h>

#include "libpagepool/binding_walk.h"
#include "libpagepool/devmem.h"
#include "libpagepool/netmem_priv.h"
#include "libpagepool/page_pool_priv.h"
#include "libpagepool/pool_contents.h"
#include "libpagepool/pool_walk.h"

struct seen_pool {
	const struct page_pool *pool;
	s32 inflight;
	u64 niovs;		/* whose pp it is */
};

struct check {
	size_t broken;
	struct seen_pool *pools;
	size_t nr_pools, room;
	u32 last_id;
	int providers;
};

#define RULE(check, holds, ...)						\
	((check)->broken += !!WARN(!(holds), "page_pool: " __VA_ARGS__))

/* Buffers that wait. */

struct waiting_check {
	struct check *check;
	const struct page_pool *pool;
	struct pool_contents contents;
	u32 count;
};

static bool has_dma_index(const struct page_pool *pool)
{
	return pool->dma_map && PP_DMA_INDEX_BITS && !pool->mp_ops && !pool->destroy_cnt;
}

static void page_check(struct check *check, const struct page_pool *pool, struct page *page)
{
	struct xarray *mapped = (struct xarray *)&pool->dma_mapped;
	const u32 id = pool->user.id;

	RULE(check, page_ref_count(page) == 1, "pool %u: page %p waits with %d page references",
	     id, page, page_ref_count(page));
	RULE(check, !page_is_pfmemalloc(page), "pool %u: page %p of the reserves waits", id, page);
	if (has_dma_index(pool))
		RULE(check, xa_load(mapped, netmem_get_dma_index(page_to_netmem(page))) == page,
		     "pool %u: page %p waits and is not mapped", id, page);
}

static bool waiting_check(netmem_ref netmem, enum udm_niov_state state, void *ctx)
{
	struct waiting_check *at = ctx;
	const u32 id = at->pool->user.id;
	const long refs = atomic_long_read(netmem_get_pp_ref_count_ref(netmem));
	const void *buffer = netmem_to_nmdesc(netmem);

	at->count++;
	RULE(at->check, netmem_is_pp(netmem) && netmem_get_pp(netmem) == at->pool,
	     "pool %u: buffer %p waits but is not its own", id, buffer);
	RULE(at->check, refs == 1, "pool %u: buffer %p waits with %ld pool references", id, buffer,
	     refs);
	if (!netmem_is_net_iov(netmem))
		page_check(at->check, at->pool, netmem_to_page(netmem));
	return true;
}

static u32 pool_check_waiting(struct check *check, const struct page_pool *pool)
{
	struct waiting_check at = { .check = check, .pool = pool };

	pool_contents_walk(pool, waiting_check, &at);
	pool_contents_add(&at.contents, pool);
	pool_contents_sort(&at.contents);
	RULE(check, !pool_contents_has_twins(&at.contents), "pool %u: a buffer waits twice",
	     pool->user.id);
	pool_contents_free(&at.contents);
	return at.count;
}

/* Slots between the producer and what the consumer has not cleared are empty, others are not. */
static void ring_check(struct check *check, const struct page_pool *pool)
{
	const struct ptr_ring *ring = &pool->ring;
	const int taken = ring->consumer_head - ring->consumer_tail;
	int used = 0, queued;

	for (int slot = 0; slot < ring->size; slot++)
		used += !!READ_ONCE(ring->queue[slot]);
	queued = ring->producer - ring->consumer_head;
	if (queued < 0 || (!queued && ring->size && READ_ONCE(ring->queue[ring->producer])))
		queued += ring->size;
	RULE(check, used == queued + taken && taken >= 0 && taken < ring->batch + !ring->size,
	     "pool %u: ring of %d slots: %d queued, %d taken, but %d in use", pool->user.id,
	     ring->size, queued, taken, used);
}

/* Mappings. */

static void mappings_check(struct check *check, const struct page_pool *pool, s32 inflight)
{
	struct xarray *mapped = (struct xarray *)&pool->dma_mapped;
	unsigned long index;
	struct page *page;
	s32 count = 0;

	xa_for_each(mapped, index, page) {
		count++;
		RULE(check, netmem_get_pp(page_to_netmem(page)) == pool &&
			    netmem_get_dma_index(page_to_netmem(page)) == index,
		     "pool %u: mapping %lu is of page %p, which does not say so", pool->user.id,
		     index, page);
	}
	RULE(check, count <= inflight, "pool %u: %d mappings of %d buffers", pool->user.id, count,
	     inflight);
	if (has_dma_index(pool))
		RULE(check, count == inflight, "pool %u: %d buffers, but %d mappings",
		     pool->user.id, inflight, count);
}

static void destroyed_check(struct check *check, const struct page_pool *pool)
{
	RULE(check, !PP_DMA_INDEX_BITS || xa_empty(&pool->dma_mapped),
	     "pool %u: destroyed, with mappings", pool->user.id);
	RULE(check, !pool->dma_sync || !pool->dma_map, "pool %u: destroyed, and syncs",
	     pool->user.id);
	RULE(check, !pool->p.napi && pool->cpuid == -1, "pool %u: destroyed, and recycles directly",
	     pool->user.id);
	RULE(check, !pool->alloc.count && !pool->frag_page, "pool %u: destroyed, with a cache",
	     pool->user.id);
}

/* Pools. */

static void note_pool(struct check *check, const struct page_pool *pool, s32 inflight)
{
	struct seen_pool *more;

	if (check->nr_pools == check->room) {
		more = kvrealloc(check->pools, (2 * check->room + 16) * sizeof(*more), GFP_KERNEL);
		if (!more)
			return;
		check->pools = more;
		check->room = 2 * check->room + 16;
	}
	check->pools[check->nr_pools++] = (struct seen_pool){ pool, inflight, 0 };
}

static bool pool_check(const struct page_pool *pool, void *ctx)
{
	struct check *check = ctx;
	const s32 inflight = pool->pages_state_hold_cnt -
			     (u32)atomic_read(&pool->pages_state_release_cnt);
	const u32 id = pool->user.id;
	u32 waiting;

	RULE(check, id > check->last_id, "id %u of pool %p is another one's", id, pool);
	check->last_id = id;
	check->providers += !!pool->mp_ops;
	RULE(check, pool->alloc.count <= PP_ALLOC_CACHE_SIZE, "pool %u: %u buffers in the cache",
	     id, pool->alloc.count);
	waiting = pool_check_waiting(check, pool);
	RULE(check, inflight >= (s32)(waiting + !!pool->frag_page),
	     "pool %u: %d buffers entered and did not leave, but %u are there", id, inflight,
	     waiting + !!pool->frag_page);
	ring_check(check, pool);
	mappings_check(check, pool, inflight);
	if (pool->destroy_cnt)
		destroyed_check(check, pool);
	note_pool(check, pool, inflight);
	return true;
}

/* Bindings. */

static struct seen_pool *seen_pool_of(struct check *check, const struct page_pool *pool)
{
	for (size_t i = 0; i < check->nr_pools; i++) {
		if (check->pools[i].pool == pool)
			return &check->pools[i];
	}
	return NULL;
}

struct binding_check {
	struct check *check;
	const struct net_devmem_dmabuf_binding *binding;
	u64 bytes, used, lent;
};

static void niov_check(struct binding_check *at, const struct dmabuf_genpool_chunk_owner *owner,
		       size_t i)
{
	const struct net_iov *niov = &owner->area.niovs[i];
	const netmem_ref netmem = net_iov_to_netmem((struct net_iov *)niov);
	const u64 dma = owner->base_dma_addr + i * PAGE_SIZE;

	RULE(at->check, net_iov_owner(niov) == &owner->area && niov->type == NET_IOV_DMABUF,
	     "binding %u: net_iov %p is not its own", at->binding->id, niov);
	RULE(at->check, page_pool_get_dma_addr_netmem(netmem) == dma,
	     "binding %u: net_iov %p has DMA address %#llx, not %#llx", at->binding->id, niov,
	     (u64)page_pool_get_dma_addr_netmem(netmem), dma);
}

/* Lent to another provider: with it, or in one of its pools. */
static bool is_lent(const struct binding_check *at, const struct page_pool *pool,
		    const struct seen_pool *seen)
{
	if (!atomic_long_read(&at->binding->lent))
		return false;
	return !pool || (seen && pool->mp_ops && pool->mp_priv != at->binding);
}

static void niov_check_free(struct binding_check *at, const struct net_iov *niov)
{
	const netmem_ref netmem = net_iov_to_netmem((struct net_iov *)niov);

	RULE(at->check, !netmem_get_pp(netmem) && !netmem_is_pp(netmem),
	     "binding %u: free net_iov %p has a pool", at->binding->id, niov);
}

static void niov_check_used(struct binding_check *at, const struct net_iov *niov)
{
	const netmem_ref netmem = net_iov_to_netmem((struct net_iov *)niov);
	const struct page_pool *pool = netmem_get_pp(netmem);
	struct seen_pool *seen = pool ? seen_pool_of(at->check, pool) : NULL;
	const bool lent = is_lent(at, pool, seen);
	const u32 id = at->binding->id;

	at->used++;
	at->lent += lent;
	if (lent && !pool) {
		niov_check_free(at, niov);
		return;
	}
	RULE(at->check, lent || (seen && pool->mp_ops && pool->mp_priv == at->binding),
	     "binding %u: net_iov %p is of no pool on it", id, niov);
	RULE(at->check, netmem_is_pp(netmem), "binding %u: net_iov %p is unmarked", id, niov);
	RULE(at->check, atomic_long_read(&niov->desc.pp_ref_count) >= 1,
	     "binding %u: net_iov %p is out without references", id, niov);
	if (seen)
		seen->niovs++;
}

static void chunk_check(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *ctx)
{
	const struct dmabuf_genpool_chunk_owner *owner = chunk->owner;
	struct binding_check *at = ctx;

	at->bytes += owner->area.num_niovs * PAGE_SIZE;
	for (size_t i = 0; i < owner->area.num_niovs; i++) {
		niov_check(at, owner, i);
		if (test_bit(i, chunk->bits))
			niov_check_used(at, &owner->area.niovs[i]);
		else
			niov_check_free(at, &owner->area.niovs[i]);
	}
}

static void tx_check(struct binding_check *at)
{
	const struct net_devmem_dmabuf_binding *binding = at->binding;

	for (size_t k = 0; k < at->bytes / PAGE_SIZE; k++)
		RULE(at->check, net_iov_virtual_addr(binding->tx_vec[k]) == k * PAGE_SIZE,
		     "binding %u: page %zu to be sent is another one", binding->id, k);
}

static void queues_check(struct binding_check *at)
{
	struct net_devmem_dmabuf_binding *binding = (void *)at->binding;
	struct netdev_rx_queue *rxq;
	unsigned long i;

	if (binding->unbound)
		return;
	xa_for_each(&binding->bound_rxqs, i, rxq)
		RULE(at->check, rxq->mp_params.mp_priv == binding,
		     "binding %u: its queue is bound elsewhere", binding->id);
}

/* By id it is found from bind to unbind. */
static void lookup_check(struct binding_check *at)
{
	struct net_devmem_dmabuf_binding *found = net_devmem_lookup_dmabuf(at->binding->id);

	RULE(at->check, (found == at->binding) == !at->binding->unbound,
	     "binding %u: %s by its id", at->binding->id, found ? "found" : "not found");
	if (found)
		net_devmem_dmabuf_binding_put(found);
}

static bool binding_check(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct binding_check at = { .check = ctx, .binding = binding };
	size_t avail = gen_pool_avail(binding->chunk_pool);

	gen_pool_for_each_chunk(binding->chunk_pool, chunk_check, &at);
	RULE(at.check, at.bytes - at.used * PAGE_SIZE == avail,
	     "binding %u: %llu of %llu bytes are in use, but %zu free", binding->id,
	     at.used * PAGE_SIZE, at.bytes, avail);
	RULE(at.check, at.lent == (u64)atomic_long_read(&binding->lent),
	     "binding %u: %llu net_iovs are lent, but %ld are counted", binding->id, at.lent,
	     atomic_long_read(&binding->lent));
	RULE(at.check, !binding->tx_vec || !at.used, "binding %u: TX, and %llu net_iovs are out",
	     binding->id, at.used);
	if (binding->tx_vec)
		tx_check(&at);
	queues_check(&at);
	lookup_check(&at);
	return true;
}

/* What a pool of device memory holds is what names it. */
static void seen_pool_check(struct check *check, const struct seen_pool *seen, bool is_devmem)
{
	if (is_devmem)
		RULE(check, seen->niovs == (u64)seen->inflight,
		     "pool %u: %d buffers entered and did not leave, but %llu net_iovs are its own",
		     seen->pool->user.id, seen->inflight, seen->niovs);
}

struct is_devmem {
	const void *mp_priv;
	bool yes;
};

static bool is_this_binding(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct is_devmem *is = ctx;

	is->yes |= binding == is->mp_priv;
	return !is->yes;
}

size_t udm_pagepool_check(void)
{
	struct check check = { };

	pool_walk(pool_check, &check);
	RULE(&check, static_key_count(&page_pool_mem_providers.key) == check.providers,
	     "%d pools have a memory provider, but %d are counted", check.providers,
	     static_key_count(&page_pool_mem_providers.key));
	binding_walk(binding_check, &check);
	for (size_t i = 0; i < check.nr_pools; i++) {
		struct is_devmem is = { .mp_priv = check.pools[i].pool->mp_priv };

		if (is.mp_priv)
			binding_walk(is_this_binding, &is);
		seen_pool_check(&check, &check.pools[i], is.yes);
	}
	kvfree(check.pools);
	return check.broken;
}
