/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gen_pool: a general purpose allocator of address ranges (lib/genalloc.c).
 *
 * A pool is a list of chunks, newest first; a chunk is an address range with one
 * bit per granule of 1 << min_alloc_order bytes, set while in use. Addresses are
 * cookies: managed memory is never touched (but by the zalloc forms).
 *
 * Allocating and freeing take no lock and work in any context, also while a chunk
 * is being added. Creating and adding may sleep. Destroying needs a pool nobody
 * uses. Sizes and addresses are in bytes; sizes round up to whole granules.
 */
#ifndef _LINUX_GENALLOC_H
#define _LINUX_GENALLOC_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

struct device;
struct device_node;
struct gen_pool;

/*
 * Find a run of @nr clear bits in [@start, @size) of @map: its first index, or any
 * value >= @size when there is none. Must not write the map, which others change
 * meanwhile. @start_addr is the chunk's first address. After a lost race the search
 * is repeated with @start the index returned before.
 */
typedef unsigned long (*genpool_algo_t)(unsigned long *map, unsigned long size,
					unsigned long start, unsigned int nr, void *data,
					struct gen_pool *pool, unsigned long start_addr);

struct gen_pool {
	spinlock_t lock;		/* inserting a chunk */
	struct list_head chunks;	/* of gen_pool_chunk, newest first, RCU readers */
	int min_alloc_order;		/* log2 of the granule in bytes */
	genpool_algo_t algo;
	void *data;			/* for algo */
	const char *name;		/* managed pools: NULL or their name */
};

struct gen_pool_chunk {
	struct list_head next_chunk;
	atomic_long_t avail;		/* free bytes, an unallocatable tail included */
	phys_addr_t phys_addr;		/* of the first byte; all ones: unknown */
	void *owner;			/* the caller's, never looked into */
	unsigned long start_addr;
	unsigned long end_addr;		/* inclusive */
	unsigned long bits[];
};

/* For gen_pool_first_fit_align: alignment of the address in bytes. */
struct genpool_data_align {
	int align;
};

/* For gen_pool_fixed_alloc: bytes from the start of the chunk. */
struct genpool_data_fixed {
	unsigned long offset;
};

/*
 * gen_pool_create - an empty pool with first fit; NULL when out of memory. May sleep.
 * @min_alloc_order: log2 of the granule in bytes
 * @nid: node of the bookkeeping, or -1
 */
struct gen_pool *gen_pool_create(int min_alloc_order, int nid);

/*
 * gen_pool_add_owner - give the pool the range [@virt, @virt + @size). May sleep.
 *
 * Searched before all older chunks. 0, or -ENOMEM with the pool unchanged; nothing
 * else is checked, overlaps least of all. @owner stays the caller's.
 */
int gen_pool_add_owner(struct gen_pool *pool, unsigned long virt, phys_addr_t phys, size_t size,
		       int nid, void *owner);

static inline int gen_pool_add_virt(struct gen_pool *pool, unsigned long addr, phys_addr_t phys,
				    size_t size, int nid)
{
	return gen_pool_add_owner(pool, addr, phys, size, nid, NULL);
}

static inline int gen_pool_add(struct gen_pool *pool, unsigned long addr, size_t size, int nid)
{
	return gen_pool_add_virt(pool, addr, (phys_addr_t)-1, size, nid);
}

/* Free the pool and its chunks; BUG if anything is still allocated. May sleep. */
void gen_pool_destroy(struct gen_pool *pool);

/*
 * gen_pool_alloc_algo_owner - allocate @size bytes; 0 when no chunk can
 * @owner: NULL, or receives the owner of the chunk (NULL on failure)
 *
 * Any context. Note that a chunk that starts at address 0 makes 0 a valid result.
 */
unsigned long gen_pool_alloc_algo_owner(struct gen_pool *pool, size_t size, genpool_algo_t algo,
					void *data, void **owner);

static inline unsigned long gen_pool_alloc_owner(struct gen_pool *pool, size_t size, void **owner)
{
	return gen_pool_alloc_algo_owner(pool, size, pool->algo, pool->data, owner);
}

static inline unsigned long gen_pool_alloc_algo(struct gen_pool *pool, size_t size,
						genpool_algo_t algo, void *data)
{
	return gen_pool_alloc_algo_owner(pool, size, algo, data, NULL);
}

static inline unsigned long gen_pool_alloc(struct gen_pool *pool, size_t size)
{
	return gen_pool_alloc_algo(pool, size, pool->algo, pool->data);
}

/*
 * Allocation as a pointer; NULL on failure. *@dma, if asked for, is the physical
 * address of the result and is left alone on failure. The zalloc forms clear @size
 * bytes. The _algo and _align forms return NULL for a NULL pool. Any context.
 */
void *gen_pool_dma_alloc(struct gen_pool *pool, size_t size, dma_addr_t *dma);
void *gen_pool_dma_alloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma,
			      genpool_algo_t algo, void *data);
void *gen_pool_dma_alloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align);
void *gen_pool_dma_zalloc(struct gen_pool *pool, size_t size, dma_addr_t *dma);
void *gen_pool_dma_zalloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma,
			       genpool_algo_t algo, void *data);
void *gen_pool_dma_zalloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align);

/*
 * gen_pool_free_owner - free the granules of [@addr, @addr + @size)
 * @owner: NULL, or receives the owner of the chunk
 *
 * Part of an allocation, or several adjacent ones, may be freed at once. BUG if the
 * range is not inside one chunk or any granule is free already. Any context.
 */
void gen_pool_free_owner(struct gen_pool *pool, unsigned long addr, size_t size, void **owner);

static inline void gen_pool_free(struct gen_pool *pool, unsigned long addr, size_t size)
{
	gen_pool_free_owner(pool, addr, size, NULL);
}

/*
 * Physical address of @addr, allocated or not; all ones when no chunk has it. Any
 * context, like the other queries.
 */
phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long addr);
/* Call @func, which must not sleep, for each chunk, newest first, under RCU. */
void gen_pool_for_each_chunk(struct gen_pool *pool,
			     void (*func)(struct gen_pool *pool, struct gen_pool_chunk *chunk,
					  void *data),
			     void *data);
/* Bytes free, and bytes in all; equal when nothing is allocated. */
size_t gen_pool_avail(struct gen_pool *pool);
size_t gen_pool_size(struct gen_pool *pool);
/* True if one chunk holds all of [@start, @start + @size). */
bool gen_pool_has_addr(struct gen_pool *pool, unsigned long start, size_t size);

/* The pool's default algorithm; NULL is first fit. @data must outlive its use. */
void gen_pool_set_algo(struct gen_pool *pool, genpool_algo_t algo, void *data);

/* Lowest run. */
unsigned long gen_pool_first_fit(unsigned long *map, unsigned long size, unsigned long start,
				 unsigned int nr, void *data, struct gen_pool *pool,
				 unsigned long start_addr);
/* Lowest run whose address is aligned; data is a genpool_data_align. */
unsigned long gen_pool_first_fit_align(unsigned long *map, unsigned long size,
				       unsigned long start, unsigned int nr, void *data,
				       struct gen_pool *pool, unsigned long start_addr);
/* The run at one offset; data is a genpool_data_fixed. WARNs for an offset inside a granule. */
unsigned long gen_pool_fixed_alloc(unsigned long *map, unsigned long size, unsigned long start,
				   unsigned int nr, void *data, struct gen_pool *pool,
				   unsigned long start_addr);
/* Lowest run whose index is a multiple of its length rounded up to a power of two. */
unsigned long gen_pool_first_fit_order_align(unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr, void *data,
					     struct gen_pool *pool, unsigned long start_addr);
/* The shortest hole that is long enough, the lowest of equals. */
unsigned long gen_pool_best_fit(unsigned long *map, unsigned long size, unsigned long start,
				unsigned int nr, void *data, struct gen_pool *pool,
				unsigned long start_addr);

/*
 * devm_gen_pool_create - a pool destroyed with its device. May sleep.
 * @name: NULL, or a name unique on the device; copied
 *
 * ERR_PTR(-EINVAL) if the device has a pool of that name, ERR_PTR(-ENOMEM).
 */
struct gen_pool *devm_gen_pool_create(struct device *dev, int min_alloc_order, int nid,
				      const char *name);
/* The device's managed pool of that name (NULL: the unnamed one), or NULL. No reference. */
struct gen_pool *gen_pool_get(struct device *dev, const char *name);

/* Without device trees there is nothing to find. */
static inline struct gen_pool *of_gen_pool_get(struct device_node *np __always_unused,
					       const char *propname __always_unused,
					       int index __always_unused)
{
	return NULL;
}

#endif
