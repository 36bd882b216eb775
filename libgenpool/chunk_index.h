/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool's chunks, found by address and by room.
 *
 * The public list of chunks stays as it is; beside it a pool keeps
 *
 *  - an address index for frees and queries: a hash table of aligned blocks of
 *    addresses, each leading to a chunk that lies in it. The blocks of a chunk
 *    are no smaller than the chunk, so it lies in two at most; their size goes
 *    in powers of four, and a search tries each size that is in use. Chunks that
 *    overlap, which is a caller's bug with a defined outcome, switch it off for
 *    good: the list is walked then. A tree of the chunks, for adders only, tells
 *    whether they do;
 *  - a directory: the chunks in the order they are to be tried, newest first,
 *    with a full_map of those that have no granule left. It grows by segments,
 *    each twice the size of the one before; a segment is filled from its end, so
 *    that its newest chunk comes first.
 *
 * Chunks are added under pool->lock and never removed before the pool is
 * destroyed. Readers take no lock: every pointer is published by a release
 * store when what it leads to is complete.
 */
#ifndef _UDM_LIBGENPOOL_CHUNK_INDEX_H
#define _UDM_LIBGENPOOL_CHUNK_INDEX_H

#include <linux/container_of.h>
#include <linux/genalloc.h>
#include <linux/rbtree.h>

#include "libgenpool/full_map.h"

#define FIRST_TABLE_BITS 4
#define FIRST_SEGMENT 64
#define MAX_SEGMENTS 32

struct segment;

/* A block that a chunk lies in; start is that of the chunk, to pass by it without a look. */
struct address_slot {
	unsigned long start;
	struct pool_chunk *chunk;	/* NULL: never used; written last, and once */
};

/* At most three quarters of the slots are used, so every search meets a free one. */
struct address_table {
	struct address_table *older;	/* smaller ones, which a reader may still be in */
	unsigned int bits;		/* log2 of the number of slots */
	unsigned long used;
	struct address_slot *slots;
};

/*
 * One allocation: this, the public chunk with its bitmap, the full_map's words. What
 * using a small chunk takes is together at the end.
 */
struct pool_chunk {
	struct rb_node by_start;	/* in pool_impl.ranges */
	struct full_map full;		/* of the words of the bitmap */
	unsigned long granules;
	unsigned long bytes_in_words;	/* of the granules that fill words of the bitmap */
	unsigned long start;		/* of its addresses, away from avail, which changes */
	struct segment *segment;	/* in the directory, with this place in it */
	unsigned long place;
	struct gen_pool_chunk chunk;
};

struct segment {
	unsigned long used;		/* places, from the end */
	struct full_map full;
	struct pool_chunk **chunks;
};

struct pool_impl {
	struct gen_pool pool;
	/* All of this is written under pool.lock. */
	struct pool_chunk *only;	/* while there is one chunk, and a word of it is whole */
	struct address_table *by_address;
	u64 block_sizes;		/* bit n: there are blocks of 1 << n */
	bool overlaps;
	unsigned int nr_segments;
	struct rb_root ranges;		/* while nothing overlaps */
	struct segment *segments[MAX_SEGMENTS];
	/* The first table, and the first segment. */
	struct address_table first_table;
	struct address_slot first_slots[1 << FIRST_TABLE_BITS];
	struct segment first;
	struct pool_chunk *first_chunks[FIRST_SEGMENT];
	unsigned long first_full;
};

static inline struct pool_impl *pool_impl_of(struct gen_pool *pool)
{
	return container_of(pool, struct pool_impl, pool);
}

static inline struct pool_chunk *pool_chunk_of(struct gen_pool_chunk *chunk)
{
	return container_of(chunk, struct pool_chunk, chunk);
}

/* Prepares an empty pool. */
__internal void chunk_index_init(struct pool_impl *impl);
/* Frees what directory and address index allocated, not the chunks. */
__internal void chunk_index_destroy(struct pool_impl *impl);

/* A zeroed chunk with all its parts, not in any pool; NULL when out of memory. May sleep. */
__internal struct pool_chunk *pool_chunk_create(struct pool_impl *impl, size_t size, int nid);
__internal void pool_chunk_free(struct pool_chunk *c);

/* Adds a chunk to list, index and directory. 0 or -ENOMEM with nothing changed. May sleep. */
__internal int chunk_index_add(struct pool_impl *impl, struct pool_chunk *c, int nid);

/*
 * The chunk of a pool that has one, if that has a whole word; NULL otherwise. What the
 * short ways of allocating and freeing ask, before they take the long ones. Acquire: it
 * was complete when it became the only one.
 */
static inline struct pool_chunk *chunk_index_only(struct pool_impl *impl)
{
	return smp_load_acquire(&impl->only);
}

/* The first chunk in list order that holds addr, or NULL. Any context. */
__internal struct pool_chunk *chunk_index_find(struct pool_impl *impl, unsigned long addr);

/*
 * The chunk to try after `last` (NULL: the first one): the next older one that
 * is not marked full. NULL at the end. Any context.
 */
__internal struct pool_chunk *chunk_index_with_room(struct pool_impl *impl,
						    const struct pool_chunk *last);

#endif
