/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pools with guaranteed elements. Kernel path: linux/mempool.h, mm/mempool.c.
 *
 * Creation fills the reserve and may sleep. mempool_alloc() first asks the
 * allocation function, then takes from the reserve; with blocking flags it waits
 * for an element rather than fail. mempool_free() refills the reserve first.
 */
#ifndef _UDM_LINUX_MEMPOOL_H
#define _UDM_LINUX_MEMPOOL_H

#include <linux/types.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/gfp_types.h>
#include <linux/alloc_tag.h>
#include <linux/numa.h>

struct kmem_cache;

typedef void *(mempool_alloc_t)(gfp_t gfp_mask, void *pool_data);
typedef void (mempool_free_t)(void *element, void *pool_data);

typedef struct mempool {
	spinlock_t lock;
	int min_nr;		/* elements the pool guarantees */
	int curr_nr;		/* elements in reserve */
	void **elements;
	void *pool_data;
	mempool_alloc_t *alloc;
	mempool_free_t *free;
	wait_queue_head_t wait;
} mempool_t;

static inline bool mempool_initialized(struct mempool *pool)
{
	return pool->elements != NULL;
}

static inline bool mempool_is_saturated(struct mempool *pool)
{
	return READ_ONCE(pool->curr_nr) >= pool->min_nr;
}

/* 0 or -ENOMEM; after a failure nothing is held. */
int mempool_init_node(struct mempool *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id);
int mempool_init_noprof(struct mempool *pool, int min_nr, mempool_alloc_t *alloc_fn,
			mempool_free_t *free_fn, void *pool_data);
#define mempool_init(...) alloc_hooks(mempool_init_noprof(__VA_ARGS__))
/* Frees the reserve. Elements in use are the callers' business. */
void mempool_exit(struct mempool *pool);

struct mempool *mempool_create_node_noprof(int min_nr, mempool_alloc_t *alloc_fn,
					   mempool_free_t *free_fn, void *pool_data,
					   gfp_t gfp_mask, int node_id);
#define mempool_create_node(...) alloc_hooks(mempool_create_node_noprof(__VA_ARGS__))
#define mempool_create(min_nr, alloc_fn, free_fn, pool_data) \
	mempool_create_node(min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL, NUMA_NO_NODE)
/* mempool_exit() and the pool itself. NULL is ignored. */
void mempool_destroy(struct mempool *pool);
/* Changes the guarantee. May sleep. 0 or -ENOMEM, then nothing changed. */
int mempool_resize(struct mempool *pool, int new_min_nr);

/* NULL only if @gfp_mask does not allow blocking. */
void *mempool_alloc_noprof(struct mempool *pool, gfp_t gfp_mask) __malloc;
#define mempool_alloc(...) alloc_hooks(mempool_alloc_noprof(__VA_ARGS__))
/* Takes from the reserve only; NULL if it is empty. Any context. */
void *mempool_alloc_preallocated(struct mempool *pool) __malloc;
/* Any context that the free function allows. NULL is ignored. */
void mempool_free(void *element, struct mempool *pool);

/* Elements of a kmem_cache, by kmalloc of a size, and pages of an order. */
void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data);
void mempool_free_pages(void *element, void *pool_data);

#define mempool_init_slab_pool(pool, min_nr, cache) \
	mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, (void *)(cache))
#define mempool_create_slab_pool(min_nr, cache) \
	mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, (void *)(cache))
#define mempool_init_kmalloc_pool(pool, min_nr, size) \
	mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, (void *)(unsigned long)(size))
#define mempool_create_kmalloc_pool(min_nr, size) \
	mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)(unsigned long)(size))
#define mempool_init_page_pool(pool, min_nr, order)						\
	mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages,			\
		     (void *)(unsigned long)(order))
#define mempool_create_page_pool(min_nr, order) \
	mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages, \
		       (void *)(unsigned long)(order))

#endif
