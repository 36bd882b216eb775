// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools with guaranteed elements (mm/mempool.c).
 *
 * The reserve is a stack of elements under the pool's lock; a pool that guarantees
 * none still keeps one, so that who waits gets it. An allocation that must not fail
 * waits until somebody frees one, and tries the allocator again now and then. A free
 * that finds the reserve full skips the lock: curr_nr only drops below its size by an
 * allocation that happens after, or concurrently with, this free, and then that
 * allocation's own element comes back later.
 */
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

/* How long a waiter does without asking the allocator. */
#define RETRY_INTERVAL (5 * HZ)

static int reserve_size(const struct mempool *pool)
{
	return max(1, READ_ONCE(pool->min_nr));
}

/* Under the lock like all changes; curr_nr is looked at without it too. */
static void *reserve_pop(struct mempool *pool)
{
	int last = pool->curr_nr - 1;

	if (last < 0)
		return NULL;
	WRITE_ONCE(pool->curr_nr, last);
	return pool->elements[last];
}

static void reserve_add(struct mempool *pool, void *element)
{
	int nr = pool->curr_nr;

	pool->elements[nr] = element;
	WRITE_ONCE(pool->curr_nr, nr + 1);
}

static void *reserve_take(struct mempool *pool)
{
	unsigned long flags;
	void *element;

	spin_lock_irqsave(&pool->lock, flags);
	element = reserve_pop(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

static int reserve_fill(struct mempool *pool, gfp_t gfp_mask)
{
	while (pool->curr_nr < reserve_size(pool)) {
		void *element = pool->alloc(gfp_mask, pool->pool_data);

		if (!element)
			return -ENOMEM;
		reserve_add(pool, element);
	}
	return 0;
}

int mempool_init_node(struct mempool *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id)
{
	spin_lock_init(&pool->lock);
	init_waitqueue_head(&pool->wait);
	pool->min_nr = min_nr;
	pool->curr_nr = 0;
	pool->pool_data = pool_data;
	pool->alloc = alloc_fn;
	pool->free = free_fn;
	pool->elements = kmalloc_array_node_noprof(max(1, min_nr), sizeof(void *), gfp_mask,
						   node_id);
	if (!pool->elements)
		return -ENOMEM;
	if (!reserve_fill(pool, gfp_mask))
		return 0;
	mempool_exit(pool);
	return -ENOMEM;
}

int mempool_init_noprof(struct mempool *pool, int min_nr, mempool_alloc_t *alloc_fn,
			mempool_free_t *free_fn, void *pool_data)
{
	return mempool_init_node(pool, min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL,
				 NUMA_NO_NODE);
}

void mempool_exit(struct mempool *pool)
{
	void *element;

	while ((element = reserve_pop(pool)))
		pool->free(element, pool->pool_data);
	kfree(pool->elements);
	pool->elements = NULL;
}

struct mempool *mempool_create_node_noprof(int min_nr, mempool_alloc_t *alloc_fn,
					   mempool_free_t *free_fn, void *pool_data,
					   gfp_t gfp_mask, int node_id)
{
	struct mempool *pool = kmalloc_node_noprof(sizeof(*pool), gfp_mask | __GFP_ZERO, node_id);

	if (!pool)
		return NULL;
	if (!mempool_init_node(pool, min_nr, alloc_fn, free_fn, pool_data, gfp_mask, node_id))
		return pool;
	kfree(pool);
	return NULL;
}

void mempool_destroy(struct mempool *pool)
{
	if (unlikely(!pool))
		return;
	mempool_exit(pool);
	kfree(pool);
}

/* Gives elements beyond the new guarantee back; they are freed without the lock. */
static void reserve_shrink(struct mempool *pool, int new_min_nr)
{
	unsigned long flags;
	void *element;

	do {
		spin_lock_irqsave(&pool->lock, flags);
		element = new_min_nr < pool->curr_nr ? reserve_pop(pool) : NULL;
		spin_unlock_irqrestore(&pool->lock, flags);
		if (element)
			pool->free(element, pool->pool_data);
	} while (element);
}

/* An element for the reserve; false when the reserve has no more room. */
static bool reserve_push(struct mempool *pool, void *element)
{
	unsigned long flags;
	bool room;

	spin_lock_irqsave(&pool->lock, flags);
	room = pool->curr_nr < reserve_size(pool);
	if (room)
		reserve_add(pool, element);
	spin_unlock_irqrestore(&pool->lock, flags);
	return room;
}

static void swap_elements(struct mempool *pool, void **elements, int new_min_nr)
{
	unsigned long flags;
	void **old;

	spin_lock_irqsave(&pool->lock, flags);
	old = pool->elements;
	memcpy(elements, old, pool->curr_nr * sizeof(*elements));
	pool->elements = elements;
	pool->min_nr = new_min_nr;
	spin_unlock_irqrestore(&pool->lock, flags);
	kfree(old);
}

/* A larger guarantee is met at once if possible, and by later frees otherwise. */
int mempool_resize(struct mempool *pool, int new_min_nr)
{
	void **elements;
	void *element;

	BUG_ON(new_min_nr <= 0);
	might_sleep();
	if (new_min_nr <= pool->min_nr) {
		pool->min_nr = new_min_nr;
		reserve_shrink(pool, new_min_nr);
		return 0;
	}
	elements = kmalloc_array(new_min_nr, sizeof(*elements), GFP_KERNEL);
	if (!elements)
		return -ENOMEM;
	swap_elements(pool, elements, new_min_nr);
	while (!mempool_is_saturated(pool)) {
		element = pool->alloc(GFP_KERNEL, pool->pool_data);
		if (!element)
			break;
		if (!reserve_push(pool, element)) {
			pool->free(element, pool->pool_data);
			break;
		}
	}
	return 0;
}

void *mempool_alloc_noprof(struct mempool *pool, gfp_t gfp_mask)
{
	gfp_t quiet = gfp_mask | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	void *element;

	VM_WARN_ON_ONCE(gfp_mask & __GFP_ZERO);
	might_alloc(gfp_mask);
	element = pool->alloc(quiet & ~(__GFP_DIRECT_RECLAIM | __GFP_IO), pool->pool_data);
	if (likely(element))
		return element;
	element = reserve_take(pool);
	if (element || !gfpflags_allow_blocking(gfp_mask))
		return element;
	for (;;) {
		/* Outside of the wait: this may sleep. */
		element = pool->alloc(quiet, pool->pool_data);
		if (!element)
			element = reserve_take(pool);
		if (element)
			return element;
		wait_event_timeout(pool->wait, READ_ONCE(pool->curr_nr), RETRY_INTERVAL);
	}
}

void *mempool_alloc_preallocated(struct mempool *pool)
{
	return reserve_take(pool);
}

void mempool_free(void *element, struct mempool *pool)
{
	if (unlikely(!element))
		return;
	/* Orders the caller's last use of the element before the look at the reserve. */
	smp_rmb();
	if (unlikely(READ_ONCE(pool->curr_nr) < reserve_size(pool)) &&
	    reserve_push(pool, element)) {
		wake_up(&pool->wait);
		return;
	}
	pool->free(element, pool->pool_data);
}

void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data)
{
	return kmem_cache_alloc_noprof(pool_data, gfp_mask);
}

void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}

void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kmalloc_noprof((size_t)pool_data, gfp_mask);
}

void mempool_kfree(void *element, void *pool_data)
{
	kfree(element);
}

void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data)
{
	return alloc_pages_noprof(gfp_mask, (unsigned long)pool_data);
}

void mempool_free_pages(void *element, void *pool_data)
{
	__free_pages(element, (unsigned long)pool_data);
}
