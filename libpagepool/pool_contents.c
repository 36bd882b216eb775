// SPDX-License-Identifier: GPL-2.0-only
/*
 * What waits in a pool (see pool_contents.h).
 */
#include <linux/bsearch.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "libpagepool/pool_contents.h"

/* Somebody else writes it as a plain word; any value it had lately will do. */
static noinline __attribute__((__no_sanitize_thread__)) u32 racy_word(const void *word)
{
	return *(const volatile u32 *)word;
}

static noinline __attribute__((__no_sanitize_thread__)) netmem_ref racy_netmem(const void *ref)
{
	return *(const volatile netmem_ref *)ref;
}

u32 pool_cache_count(const struct page_pool *pool)
{
	return min_t(u32, racy_word(&pool->alloc.count), PP_ALLOC_CACHE_SIZE);
}

/*
 * From the slot to be taken next up to the one to be filled next. Slots behind the
 * consumer may still hold what was taken from them.
 */
static void ring_walk(const struct ptr_ring *ring,
		      bool (*visit)(netmem_ref netmem, enum udm_niov_state state, void *ctx),
		      void *ctx)
{
	int slot = READ_ONCE(ring->consumer_head);
	void *entry;

	for (int seen = 0; seen < ring->size; seen++) {
		if (seen && slot == (int)racy_word(&ring->producer))
			return;
		entry = READ_ONCE(ring->queue[slot]);
		if (!entry || !visit((__force netmem_ref)entry, UDM_NIOV_RINGED, ctx))
			return;
		slot = slot + 1 < ring->size ? slot + 1 : 0;
	}
}

void pool_contents_walk(const struct page_pool *pool,
			bool (*visit)(netmem_ref netmem, enum udm_niov_state state, void *ctx),
			void *ctx)
{
	const u32 count = pool_cache_count(pool);

	for (u32 i = 0; i < count; i++) {
		if (!visit(racy_netmem(&pool->alloc.cache[i]), UDM_NIOV_CACHED, ctx))
			return;
	}
	ring_walk(&pool->ring, visit, ctx);
}

struct wanted {
	netmem_ref netmem;
	enum udm_niov_state state;
};

static bool is_wanted(netmem_ref netmem, enum udm_niov_state state, void *ctx)
{
	struct wanted *wanted = ctx;

	if (netmem != wanted->netmem)
		return true;
	wanted->state = state;
	return false;
}

enum udm_niov_state pool_contents_find(const struct page_pool *pool, netmem_ref netmem)
{
	struct wanted wanted = { netmem, UDM_NIOV_OUT };

	pool_contents_walk(pool, is_wanted, &wanted);
	return wanted.state;
}

struct pool_waiting {
	netmem_ref netmem;
	enum udm_niov_state state;
};

static bool note(netmem_ref netmem, enum udm_niov_state state, void *ctx)
{
	struct pool_contents *contents = ctx;

	if (contents->count == contents->room)
		return false;
	contents->waiting[contents->count++] = (struct pool_waiting){ netmem, state };
	return true;
}

void pool_contents_add(struct pool_contents *contents, const struct page_pool *pool)
{
	size_t room = contents->count + PP_ALLOC_CACHE_SIZE + pool->ring.size;
	struct pool_waiting *more = kvmalloc_array(room, sizeof(*more), GFP_KERNEL);

	if (!more) {
		contents->out_of_memory = true;
		return;
	}
	if (contents->count)
		memcpy(more, contents->waiting, contents->count * sizeof(*more));
	kvfree(contents->waiting);
	contents->waiting = more;
	contents->room = room;
	pool_contents_walk(pool, note, contents);
}

static int by_netmem(const void *a, const void *b)
{
	const struct pool_waiting *x = a, *y = b;

	return (x->netmem > y->netmem) - (x->netmem < y->netmem);
}

void pool_contents_sort(struct pool_contents *contents)
{
	sort(contents->waiting, contents->count, sizeof(*contents->waiting), by_netmem, NULL);
}

bool pool_contents_has_twins(const struct pool_contents *contents)
{
	for (size_t i = 1; i < contents->count; i++) {
		if (contents->waiting[i].netmem == contents->waiting[i - 1].netmem)
			return true;
	}
	return false;
}

enum udm_niov_state pool_contents_state(const struct pool_contents *contents, netmem_ref netmem)
{
	const struct pool_waiting key = { .netmem = netmem }, *found;

	found = bsearch(&key, contents->waiting, contents->count, sizeof(key), by_netmem);
	return found ? found->state : UDM_NIOV_OUT;
}

void pool_contents_free(struct pool_contents *contents)
{
	kvfree(contents->waiting);
	*contents = (struct pool_contents){ };
}
