/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool's chunks, found by address and by room.
 *
 * The public list of chunks stays as it is; beside it a pool keeps
 *
 *  - an address index: a skip list of the chunks by start address, for frees and
 *    queries. Chunks that overlap, which is a caller's bug with a defined
 *    outcome, switch it off for good: the list is walked then;
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

#include "libgenpool/full_map.h"

#define CHUNK_MAX_HEIGHT 12
#define FIRST_SEGMENT 64
#define MAX_SEGMENTS 32

struct segment;

/*
 * A link of the address index. start is that of the chunk, so that a search
 * passes by a chunk without touching it; it may be out of date while the link
 * changes, and what it allows is checked against the chunk.
 */
struct chunk_link {
	unsigned long start;
	struct pool_chunk *chunk;
};

/* One allocation: this, the public chunk with its bitmap, the full_map's words, the links. */
struct pool_chunk {
	unsigned long granules;
	struct segment *segment;	/* in the directory, with this place in it */
	unsigned long place;
	struct chunk_link *next;	/* in the address index, one per level of its height */
	unsigned int height;
	struct full_map full;		/* of the words of the bitmap */
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
	struct chunk_link by_address[CHUNK_MAX_HEIGHT];
	unsigned int height;
	bool overlaps;
	unsigned long nr_chunks;
	unsigned int nr_segments;
	struct segment *segments[MAX_SEGMENTS];
	/* The first segment. */
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
/* Frees what the directory allocated, not the chunks. */
__internal void chunk_index_destroy(struct pool_impl *impl);

/* A zeroed chunk with all its parts, not in any pool; NULL when out of memory. May sleep. */
__internal struct pool_chunk *pool_chunk_create(struct pool_impl *impl, size_t size, int nid);
__internal void pool_chunk_free(struct pool_chunk *c);

/* Adds a chunk to list, index and directory. 0 or -ENOMEM with nothing changed. May sleep. */
__internal int chunk_index_add(struct pool_impl *impl, struct pool_chunk *c, int nid);

/* The first chunk in list order that holds addr, or NULL. Any context. */
__internal struct pool_chunk *chunk_index_find(struct pool_impl *impl, unsigned long addr);

/*
 * The chunk to try after `last` (NULL: the first one): the next older one that
 * is not marked full. NULL at the end. Any context.
 */
__internal struct pool_chunk *chunk_index_with_room(struct pool_impl *impl,
						    const struct pool_chunk *last);

#endif
