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
	impl->first_table.bits = FIRST_TABLE_BITS;
	impl->first_table.slots = impl->first_slots;
	impl->by_address = &impl->first_table;
	impl->ranges = RB_ROOT;
	impl->first.chunks = impl->first_chunks;
	full_map_init(&impl->first.full, FIRST_SEGMENT, &impl->first_full, true);
	impl->segments[0] = &impl->first;
	impl->nr_segments = 1;
}

void chunk_index_destroy(struct pool_impl *impl)
{
	struct address_table *table = impl->by_address, *older;

	while (impl->nr_segments > 1)
		kvfree(impl->segments[--impl->nr_segments]);
	for (; table != &impl->first_table; table = older) {
		older = table->older;
		kvfree(table);
	}
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
	struct pool_chunk *c;

	if (words > FULL_MAP_MAX)
		return NULL;
	c = alloc_zeroed(struct_size(c, chunk.bits, size_add(words, map)), nid);
	if (!c)
		return NULL;
	c->granules = granules;
	c->bytes_in_words = round_down(granules, BITS_PER_LONG) << impl->pool.min_alloc_order;
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

/*
 * Block sizes are powers of four, the smallest that is no less than the chunk. The few
 * chunks for which there is none lie in up to four of the largest blocks.
 */
static unsigned int block_shift(const struct gen_pool_chunk *chunk)
{
	return min(round_up(fls64(chunk->end_addr - chunk->start_addr), 2), 62);
}

/* Where the search for a block begins; blocks of each size have their own numbers. */
static unsigned long home_slot(const struct address_table *table, unsigned long addr,
			       unsigned int shift)
{
	return hash_64((addr >> shift) ^ (u64)shift << 58, table->bits);
}

static unsigned long next_slot(const struct address_table *table, unsigned long i)
{
	return (i + 1) & ((1UL << table->bits) - 1);
}

static struct address_table *table_create(unsigned int bits, int nid)
{
	struct address_table *table;

	table = alloc_zeroed(sizeof(*table) + (sizeof(*table->slots) << bits), nid);
	if (!table)
		return NULL;
	table->bits = bits;
	table->slots = (struct address_slot *)(table + 1);
	return table;
}

/* For the four blocks that a chunk may need. */
static bool table_has_place(const struct address_table *table)
{
	return table->used + 4 <= 3UL << (table->bits - 2);
}

static void table_add(struct address_table *table, struct pool_chunk *c)
{
	unsigned int shift = block_shift(&c->chunk);
	unsigned long first = c->chunk.start_addr >> shift;
	unsigned long more = (c->chunk.end_addr >> shift) - first, i;

	/* Counted: the last block may be the last there is. */
	for (unsigned long n = 0; n <= more; n++) {
		i = home_slot(table, (first + n) << shift, shift);
		while (table->slots[i].chunk)
			i = next_slot(table, i);
		table->slots[i].start = c->chunk.start_addr;
		smp_store_release(&table->slots[i].chunk, c);
		table->used++;
	}
}

static bool has_addresses(const struct gen_pool_chunk *chunk)
{
	return chunk->start_addr <= chunk->end_addr;
}

/* Takes over all chunks; the old table stays for those who are in it. */
static void table_replace(struct pool_impl *impl, struct address_table *table)
{
	struct gen_pool_chunk *chunk;

	list_for_each_entry(chunk, &impl->pool.chunks, next_chunk)
		if (has_addresses(chunk))
			table_add(table, pool_chunk_of(chunk));
	table->older = impl->by_address;
	smp_store_release(&impl->by_address, table);
}

/*
 * False if the chunk overlaps another. Both of its neighbours are on the way to its
 * place, so those met there are all that need be asked.
 */
static bool ranges_add(struct rb_root *ranges, struct pool_chunk *c)
{
	struct rb_node **place = &ranges->rb_node, *parent = NULL;

	while (*place) {
		const struct pool_chunk *met = rb_entry(*place, struct pool_chunk, by_start);

		parent = *place;
		if (c->chunk.end_addr < met->chunk.start_addr)
			place = &parent->rb_left;
		else if (c->chunk.start_addr > met->chunk.end_addr)
			place = &parent->rb_right;
		else
			return false;
	}
	rb_link_node(&c->by_start, parent, place);
	rb_insert_color(&c->by_start, ranges);
	return true;
}

/* A chunk without addresses is in nobody's way and never found. */
static void address_index_add(struct pool_impl *impl, struct pool_chunk *c)
{
	if (!has_addresses(&c->chunk))
		return;
	if (!impl->overlaps && !ranges_add(&impl->ranges, c))
		WRITE_ONCE(impl->overlaps, true);
	table_add(impl->by_address, c);
	smp_store_release(&impl->block_sizes, impl->block_sizes | 1ULL << block_shift(&c->chunk));
}

/* Findable by address before it is offered: whoever allocates from it may free at once. */
static void add_locked(struct pool_impl *impl, struct pool_chunk *c)
{
	list_add_rcu(&c->chunk.next_chunk, &impl->pool.chunks);
	address_index_add(impl, c);
	directory_add(impl, c);
	smp_store_release(&impl->only,
			  c->bytes_in_words && list_is_singular(&impl->pool.chunks) ? c : NULL);
}

/* What an adder has allocated for the others too; NULL where there is room. */
struct spares {
	struct segment *segment;
	struct address_table *table;
};

/* Puts to use what is needed; true if there is room for a chunk then. */
static bool make_room(struct pool_impl *impl, struct spares *spares)
{
	if (!directory_has_place(impl) && spares->segment) {
		impl->segments[impl->nr_segments] = spares->segment;
		smp_store_release(&impl->nr_segments, impl->nr_segments + 1);
		spares->segment = NULL;
	}
	if (!table_has_place(impl->by_address) && spares->table &&
	    spares->table->bits > impl->by_address->bits) {
		table_replace(impl, spares->table);
		spares->table = NULL;
	}
	return directory_has_place(impl) && table_has_place(impl->by_address);
}

/* Without the lock: the numbers say what was missing when it was held. */
static bool get_spares(struct spares *spares, unsigned long members, unsigned int bits, int nid)
{
	if (members && !spares->segment)
		spares->segment = segment_create(members, nid);
	if (bits && spares->table && spares->table->bits < bits) {
		kvfree(spares->table);
		spares->table = NULL;
	}
	if (bits && !spares->table)
		spares->table = table_create(bits, nid);
	return (!members || spares->segment) && (!bits || spares->table);
}

/*
 * Walkers take no lock, so an interrupt may use the pool while this one is held.
 * Memory for the directory and the table is allocated without it, so the need may
 * pass meanwhile, or come up anew.
 */
int chunk_index_add(struct pool_impl *impl, struct pool_chunk *c, int nid)
{
	struct spares spares = { NULL, NULL };
	unsigned long members;
	unsigned int bits;
	int err = 0;

	spin_lock(&impl->pool.lock);
	while (!err && !make_room(impl, &spares)) {
		members = directory_has_place(impl) ? 0 :
			  2 * impl->segments[impl->nr_segments - 1]->full.members;
		bits = table_has_place(impl->by_address) ? 0 : impl->by_address->bits + 1;
		spin_unlock(&impl->pool.lock);
		err = get_spares(&spares, members, bits, nid) ? 0 : -ENOMEM;
		spin_lock(&impl->pool.lock);
	}
	if (!err)
		add_locked(impl, c);
	spin_unlock(&impl->pool.lock);
	kvfree(spares.segment);
	kvfree(spares.table);
	return err;
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

/* By the blocks of one size. */
static struct pool_chunk *find_in_blocks(const struct address_table *table, unsigned long addr,
					 unsigned int shift)
{
	unsigned long i = home_slot(table, addr, shift);
	struct pool_chunk *c;

	for (; (c = smp_load_acquire(&table->slots[i].chunk)); i = next_slot(table, i)) {
		/* Most others begin too far away, and are passed by without a look. */
		if ((addr - table->slots[i].start) >> shift < 4 && chunk_contains(c, addr))
			return c;
	}
	return NULL;
}

struct pool_chunk *chunk_index_find(struct pool_impl *impl, unsigned long addr)
{
	u64 sizes = smp_load_acquire(&impl->block_sizes);
	const struct address_table *table = smp_load_acquire(&impl->by_address);
	struct pool_chunk *c = NULL;

	if (unlikely(READ_ONCE(impl->overlaps)))
		return find_by_list(impl, addr);
	for (; !c && sizes; sizes &= sizes - 1)
		c = find_in_blocks(table, addr, __ffs64(sizes));
	return c;
}

/*
 * The chunk at `place` of a segment, which the full_map gave; NULL behind the end. The
 * place was computed from a bit that was cleared when the pointer was there, so
 * whoever saw the bit go sees the pointer.
 */
static struct pool_chunk *segment_with_room(const struct segment *seg, unsigned long place)
{
	return place < seg->full.members ? smp_load_acquire(&seg->chunks[place]) : NULL;
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
