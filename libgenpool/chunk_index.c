// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chunks of a pool: see chunk_index.h.
 */
#include "libgenpool/chunk_index.h"

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

void chunk_index_init(struct pool_impl *impl)
{
	impl->first.chunks = impl->first_chunks;
	full_map_init(&impl->first.full, FIRST_SEGMENT, &impl->first_full, true);
	impl->segments[0] = &impl->first;
	impl->nr_segments = 1;
}

void chunk_index_destroy(struct pool_impl *impl)
{
	while (impl->nr_segments > 1)
		kvfree(impl->segments[--impl->nr_segments]);
}

/* A quarter of the chunks is one level higher, a quarter of those two, and so on. */
static unsigned int choose_height(unsigned long serial)
{
	u64 coins = (serial + 1) * GOLDEN_RATIO_64;

	coins ^= coins >> 32;
	return 1 + min(__ffs64(coins | 1ULL << 62) / 2, CHUNK_MAX_HEIGHT - 1);
}

/* For kvfree(). Small blocks from the slab: pools of very many small chunks are common. */
static void *alloc_zeroed(size_t size, int nid)
{
	return size <= PAGE_SIZE ? kzalloc_node(size, GFP_KERNEL, nid) : vzalloc_node(size, nid);
}

struct pool_chunk *pool_chunk_create(struct pool_impl *impl, size_t size, int nid)
{
	unsigned long granules = size >> impl->pool.min_alloc_order;
	unsigned long words = granules / BITS_PER_LONG + !!(granules % BITS_PER_LONG);
	size_t map = full_map_words(words);
	unsigned int height = choose_height(READ_ONCE(impl->nr_chunks));
	struct pool_chunk *c;

	/* What follows the structure is all made of longs; a link is two. */
	c = alloc_zeroed(struct_size(c, chunk.bits, size_add(words, map + 2 * height)), nid);
	if (!c)
		return NULL;
	c->granules = granules;
	c->height = height;
	c->next = (struct chunk_link *)(c->chunk.bits + words + map);
	full_map_init(&c->full, words, c->chunk.bits + words, false);
	return c;
}

void pool_chunk_free(struct pool_chunk *c)
{
	kvfree(c);
}

static struct segment *segment_create(unsigned long members, int nid)
{
	struct segment *seg;

	seg = alloc_zeroed(sizeof(*seg) + members * sizeof(*seg->chunks) +
				   full_map_words(members) * sizeof(long),
			   nid);
	if (!seg)
		return NULL;
	seg->chunks = (struct pool_chunk **)(seg + 1);
	full_map_init(&seg->full, members, (unsigned long *)(seg->chunks + members), true);
	return seg;
}

static bool directory_has_place(const struct pool_impl *impl)
{
	const struct segment *last = impl->segments[impl->nr_segments - 1];

	return last->used < last->full.members;
}

/* The chunk is complete but for its place; it can be found as soon as its bit is clear. */
static void directory_add(struct pool_impl *impl, struct pool_chunk *c)
{
	struct segment *seg = impl->segments[impl->nr_segments - 1];

	c->segment = seg;
	c->place = seg->full.members - ++seg->used;
	smp_store_release(&seg->chunks[c->place], c);
	smp_mb();
	if (c->granules)
		full_map_clear(&seg->full, c->place);
}

/* The link of each level behind which addr belongs. */
static void find_links(struct pool_impl *impl, unsigned long addr,
		       struct chunk_link *links[CHUNK_MAX_HEIGHT])
{
	struct chunk_link *from = impl->by_address;

	for (unsigned int level = CHUNK_MAX_HEIGHT; level--;) {
		while (from[level].chunk && from[level].start < addr)
			from = from[level].chunk->next;
		links[level] = &from[level];
	}
}

/*
 * The start goes first and readers look at it last, so at worst they see the old
 * chunk with the new start. They then look at that chunk and find that it begins
 * behind what they want, as it did before; the chunk they overlook is not in use
 * yet.
 */
static void link_chunk(struct chunk_link *link, struct pool_chunk *c, unsigned int level)
{
	c->next[level] = *link;
	WRITE_ONCE(link->start, c->chunk.start_addr);
	smp_store_release(&link->chunk, c);
}

static void address_index_add(struct pool_impl *impl, struct pool_chunk *c)
{
	struct chunk_link *links[CHUNK_MAX_HEIGHT];
	struct pool_chunk *below, *above;

	/* A chunk without addresses is in nobody's way and never found. */
	if (c->chunk.end_addr < c->chunk.start_addr)
		return;
	below = chunk_index_find(impl, c->chunk.start_addr);
	find_links(impl, c->chunk.start_addr, links);
	above = links[0]->chunk;
	if (below || (above && above->chunk.start_addr <= c->chunk.end_addr))
		WRITE_ONCE(impl->overlaps, true);
	/* From the bottom: a reader that meets the chunk on one level can go on from there. */
	for (unsigned int level = 0; level < c->height; level++)
		link_chunk(links[level], c, level);
	if (c->height > impl->height)
		smp_store_release(&impl->height, c->height);
}

/* Findable by address before it is offered: whoever allocates from it may free at once. */
static void add_locked(struct pool_impl *impl, struct pool_chunk *c)
{
	list_add_rcu(&c->chunk.next_chunk, &impl->pool.chunks);
	address_index_add(impl, c);
	directory_add(impl, c);
	WRITE_ONCE(impl->nr_chunks, impl->nr_chunks + 1);
}

/*
 * Walkers take no lock, so an interrupt may use the pool while this one is held.
 * Memory for the directory is allocated without it, so the need may pass
 * meanwhile, or come up anew.
 */
int chunk_index_add(struct pool_impl *impl, struct pool_chunk *c, int nid)
{
	struct segment *spare = NULL;
	unsigned long members;

	for (;;) {
		spin_lock(&impl->pool.lock);
		if (spare && !directory_has_place(impl)) {
			impl->segments[impl->nr_segments] = spare;
			smp_store_release(&impl->nr_segments, impl->nr_segments + 1);
			spare = NULL;
		}
		if (directory_has_place(impl))
			break;
		members = 2 * impl->segments[impl->nr_segments - 1]->full.members;
		spin_unlock(&impl->pool.lock);
		spare = segment_create(members, nid);
		if (!spare)
			return -ENOMEM;
	}
	add_locked(impl, c);
	spin_unlock(&impl->pool.lock);
	kvfree(spare);
	return 0;
}

static bool chunk_contains(const struct pool_chunk *c, unsigned long addr)
{
	return c->chunk.start_addr <= addr && addr <= c->chunk.end_addr;
}

static struct pool_chunk *find_by_list(struct pool_impl *impl, unsigned long addr)
{
	struct gen_pool_chunk *chunk;
	struct pool_chunk *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(chunk, &impl->pool.chunks, next_chunk) {
		if (chunk_contains(pool_chunk_of(chunk), addr)) {
			found = pool_chunk_of(chunk);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/* What a link leads to, if that begins at or below addr. */
static struct pool_chunk *follow(const struct chunk_link *link, unsigned long addr)
{
	struct pool_chunk *c = smp_load_acquire(&link->chunk);

	if (!c || READ_ONCE(link->start) > addr)
		return NULL;
	return c->chunk.start_addr <= addr ? c : NULL;
}

struct pool_chunk *chunk_index_find(struct pool_impl *impl, unsigned long addr)
{
	struct chunk_link *from = impl->by_address;
	struct pool_chunk *last = NULL, *next;

	if (unlikely(READ_ONCE(impl->overlaps)))
		return find_by_list(impl, addr);
	for (unsigned int level = smp_load_acquire(&impl->height); level--;) {
		while ((next = follow(&from[level], addr))) {
			last = next;
			from = next->next;
		}
	}
	return last && addr <= last->chunk.end_addr ? last : NULL;
}

/*
 * The chunk at `place` of a segment, or the next one that is not marked full. The
 * bit may be seen to go before the pointer is seen to come: no chunk there yet.
 */
static struct pool_chunk *segment_with_room(const struct segment *seg, unsigned long place)
{
	while (place < seg->full.members) {
		struct pool_chunk *c = smp_load_acquire(&seg->chunks[place]);

		if (c)
			return c;
		place = full_map_next(&seg->full, place + 1);
	}
	return NULL;
}

/* Each segment is twice the size of the one before. */
static unsigned int segment_number(const struct segment *seg)
{
	return ilog2(seg->full.members / FIRST_SEGMENT);
}

struct pool_chunk *chunk_index_with_room(struct pool_impl *impl, const struct pool_chunk *last)
{
	unsigned int n = smp_load_acquire(&impl->nr_segments);
	const struct segment *seg;
	struct pool_chunk *c = NULL;

	if (last) {
		seg = last->segment;
		n = segment_number(seg);
		c = segment_with_room(seg, full_map_next(&seg->full, last->place + 1));
	}
	while (!c && n--) {
		seg = impl->segments[n];
		c = segment_with_room(seg, full_map_first(&seg->full));
	}
	return c;
}
