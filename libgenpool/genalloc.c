// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen_pool: allocation of address ranges, one bit per granule.
 *
 * The bitmap is the only truth. Bits change by compare-and-swap of whole words and
 * nothing else, so any context may allocate and free at any moment: whoever is
 * interrupted holds nothing that another needs. A run of several words is claimed
 * word by word from the lowest; who finds a bit taken gives back what it claimed
 * and searches on. avail follows the bits, so it is exact only at rest and is used
 * only to skip chunks that are too full.
 *
 * The algorithms of this file that look for the first room skip full words and
 * full chunks by their full_maps; any other algorithm is shown every chunk. Full
 * words and chunks hold no run, so the result is the same.
 *
 * Ordering: a successful try_cmpxchg() is fully ordered. What the last owner of a
 * granule wrote before freeing it is therefore visible to the next one, and a
 * word that was just filled or opened is so before its full_map is looked at.
 */
#include <linux/genalloc.h>

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "libgenpool/chunk_index.h"
#include "libgenpool/full_map.h"

/* Inclusive ends make a chunk that reaches the top of the address space expressible. */
static inline size_t chunk_bytes(const struct gen_pool_chunk *chunk)
{
	return chunk->end_addr - chunk->start_addr + 1;
}

/* Whole granules in size bytes. */
static inline unsigned long granules_for(const struct gen_pool *pool, size_t size)
{
	unsigned long granule = 1UL << pool->min_alloc_order;

	return (size >> pool->min_alloc_order) + !!(size & (granule - 1));
}

/* Not none, and at most one. */
static inline bool fits_granule(const struct gen_pool *pool, size_t size)
{
	return !((size - 1) >> pool->min_alloc_order);
}

/* The bits of word number w that belong to the run [first, first + nr). */
static unsigned long run_mask(unsigned long first, unsigned long nr, unsigned long w)
{
	unsigned long base = w * BITS_PER_LONG;
	unsigned long from = first > base ? first - base : 0;
	unsigned long to = min(first + nr - base, (unsigned long)BITS_PER_LONG);

	return BITMAP_FIRST_WORD_MASK(from) & BITMAP_LAST_WORD_MASK(to);
}

/* What was read of word w of a map of `size` bits, with what lies behind the end as taken. */
static inline unsigned long taken_of(unsigned long word, unsigned long size, unsigned long w)
{
	return unlikely(w == BIT_WORD(size - 1)) ? word | ~BITMAP_LAST_WORD_MASK(size) : word;
}

static inline unsigned long taken_bits(const unsigned long *map, unsigned long size,
				       unsigned long w)
{
	return taken_of(READ_ONCE(map[w]), size, w);
}

static inline bool word_is_full(const struct pool_chunk *c, unsigned long w)
{
	return !~taken_bits(c->chunk.bits, c->granules, w);
}

/* The chunk was marked full and is so no longer. */
static noinline void chunk_opened(struct pool_chunk *c)
{
	full_map_clear(&c->segment->full, c->place);
}

/* Word w was full and is so no longer; the bits have been cleared already. */
static noinline void word_opened(struct pool_chunk *c, unsigned long w)
{
	const struct full_map *chunks = &c->segment->full;

	full_map_clear(&c->full, w);
	/* With one level there is nothing above that somebody else might be about to clear. */
	if (chunks->levels > 1 || test_bit(c->place, chunks->level[0]))
		chunk_opened(c);
}

/* The same for the only chunk of a pool. */
static __always_inline void word_of_only_opened(struct pool_chunk *c, unsigned long w)
{
	if (unlikely(c->full.levels - 1 > 2))
		return word_opened(c, w);
	full_map_clear_low(&c->full, w);
	if (unlikely(test_bit(c->place, c->segment->full.level[0])))
		chunk_opened(c);
}

/* A chunk of one word has no full_map: its word decides. */
static bool chunk_is_full(const struct pool_chunk *c)
{
	return c->full.levels ? full_map_is_full(&c->full) : word_is_full(c, 0);
}

/* Word w was seen full: marks it, and the chunk if it was the last; then looks again. */
static noinline void word_filled(struct pool_chunk *c, unsigned long w)
{
	if (full_map_set(&c->full, w)) {
		full_map_set(&c->segment->full, c->place);
		if (!chunk_is_full(c))
			full_map_clear(&c->segment->full, c->place);
	}
	if (!word_is_full(c, w))
		word_opened(c, w);
}

/* Set all bits of mask, if all are clear. */
static bool word_claim(struct pool_chunk *c, unsigned long w, unsigned long mask)
{
	unsigned long *word = c->chunk.bits + w, seen = READ_ONCE(*word);

	do {
		if (seen & mask)
			return false;
	} while (!try_cmpxchg(word, &seen, seen | mask));
	if (word_is_full(c, w))
		word_filled(c, w);
	return true;
}

/* Clear all bits of mask, if all are set. */
static bool word_release(struct pool_chunk *c, unsigned long w, unsigned long mask)
{
	unsigned long *word = c->chunk.bits + w, seen = READ_ONCE(*word);

	do {
		if ((seen & mask) != mask)
			return false;
	} while (!try_cmpxchg(word, &seen, seen & ~mask));
	if (!~taken_of(seen, c->granules, w))
		word_opened(c, w);
	return true;
}

/* Words [from, to) of a run; false as soon as a bit was clear already. */
static bool run_release_words(struct pool_chunk *c, unsigned long first, unsigned long nr,
			      unsigned long from, unsigned long to)
{
	for (unsigned long w = from; w < to; w++)
		if (!word_release(c, w, run_mask(first, nr, w)))
			return false;
	return true;
}

static bool run_release(struct pool_chunk *c, unsigned long first, unsigned long nr)
{
	return !nr || run_release_words(c, first, nr, BIT_WORD(first),
					BIT_WORD(first + nr - 1) + 1);
}

/* All of the run or nothing. */
static bool run_claim(struct pool_chunk *c, unsigned long first, unsigned long nr)
{
	unsigned long begin = BIT_WORD(first), end = BIT_WORD(first + nr - 1);

	for (unsigned long w = begin; w <= end; w++) {
		if (word_claim(c, w, run_mask(first, nr, w)))
			continue;
		/* These bits are ours alone: nobody may have cleared one meanwhile. */
		BUG_ON(!run_release_words(c, first, nr, begin, w));
		return false;
	}
	return true;
}

/* The lowest run of nr (below 64) ones, 64 if there is none. */
static unsigned int run_in_word(unsigned long ones, unsigned int nr)
{
	unsigned int len = 1, step;

	/* A bit survives while a run of len ones starts there. */
	for (; ones && len < nr; len += step) {
		step = min(len, nr - len);
		ones &= ones >> step;
	}
	return ones ? __ffs(ones) : BITS_PER_LONG;
}

/*
 * The lowest run of nr clear bits at or after start, or size. `run` counts the
 * clear bits that end where the word looked at begins. full, if there is one,
 * tells which words need not be looked at.
 */
static unsigned long find_run(const unsigned long *map, const struct full_map *full,
			      unsigned long size, unsigned long start, unsigned long nr)
{
	unsigned long before = ~BITMAP_FIRST_WORD_MASK(start), run = 0, taken, at;

	if (start >= size)
		return size;
	for (unsigned long w = BIT_WORD(start); w * BITS_PER_LONG < size; w++, before = 0) {
		taken = taken_bits(map, size, w) | before;
		run += taken ? __ffs(taken) : BITS_PER_LONG;
		if (run >= nr)
			return w * BITS_PER_LONG + (taken ? __ffs(taken) : BITS_PER_LONG) - run;
		if (!taken)
			continue;
		at = nr < BITS_PER_LONG ? run_in_word(~taken, nr) : BITS_PER_LONG;
		if (at < BITS_PER_LONG)
			return w * BITS_PER_LONG + at;
		run = __builtin_clzl(taken);
		if (!~taken && full)
			w = full_map_next(full, w + 1) - 1;
	}
	return size;
}

/* The lowest free granule of a chunk, or granules. */
static unsigned long first_free(struct pool_chunk *c)
{
	unsigned long w = full_map_first(&c->full), taken;

	for (; w < c->full.members; w = full_map_next(&c->full, w + 1)) {
		taken = taken_bits(c->chunk.bits, c->granules, w);
		if (~taken)
			return w * BITS_PER_LONG + __ffs(~taken);
		/* Marks may be lost when several fill and open a word at once. */
		word_filled(c, w);
	}
	return c->granules;
}

static inline void assert_not_in_unsafe_nmi(void)
{
	if (!IS_ENABLED(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG))
		BUG_ON(in_nmi());
}

struct gen_pool *gen_pool_create(int min_alloc_order, int nid)
{
	struct pool_impl *impl = kzalloc_node(sizeof(*impl), GFP_KERNEL, nid);

	if (!impl)
		return NULL;
	impl->pool.min_alloc_order = min_alloc_order;
	impl->pool.algo = gen_pool_first_fit;
	INIT_LIST_HEAD(&impl->pool.chunks);
	spin_lock_init(&impl->pool.lock);
	chunk_index_init(impl);
	return &impl->pool;
}
EXPORT_SYMBOL(gen_pool_create);

int gen_pool_add_owner(struct gen_pool *pool, unsigned long virt, phys_addr_t phys, size_t size,
		       int nid, void *owner)
{
	struct pool_impl *impl = pool_impl_of(pool);
	struct pool_chunk *c = pool_chunk_create(impl, size, nid);
	int err;

	if (!c)
		return -ENOMEM;
	c->start = c->chunk.start_addr = virt;
	c->chunk.end_addr = virt + size - 1;
	c->chunk.phys_addr = phys;
	c->chunk.owner = owner;
	atomic_long_set(&c->chunk.avail, size);
	err = chunk_index_add(impl, c, nid);
	if (err)
		pool_chunk_free(c);
	return err;
}
EXPORT_SYMBOL(gen_pool_add_owner);

phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long addr)
{
	const struct pool_chunk *c = chunk_index_find(pool_impl_of(pool), addr);

	return c ? c->chunk.phys_addr + (addr - c->chunk.start_addr) : (phys_addr_t)-1;
}
EXPORT_SYMBOL(gen_pool_virt_to_phys);

void gen_pool_destroy(struct gen_pool *pool)
{
	struct pool_impl *impl = pool_impl_of(pool);
	struct gen_pool_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &pool->chunks, next_chunk) {
		struct pool_chunk *c = pool_chunk_of(chunk);

		list_del(&chunk->next_chunk);
		BUG_ON(find_first_bit(chunk->bits, c->granules) < c->granules);
		pool_chunk_free(c);
	}
	chunk_index_destroy(impl);
	kfree_const(pool->name);
	kfree(impl);
}
EXPORT_SYMBOL(gen_pool_destroy);

/* One request, as it is put to chunk after chunk. */
struct request {
	struct gen_pool *pool;
	size_t size;
	unsigned int nr;
	genpool_algo_t algo;
	void *data;
};

/* Algorithms that find nothing where there is no free granule, and nothing before the first one. */
static bool seeks_first_room(genpool_algo_t algo)
{
	return algo == gen_pool_first_fit || algo == gen_pool_first_fit_order_align ||
	       algo == gen_pool_first_fit_align || algo == gen_pool_best_fit;
}

/* Where the request fits in the chunk; `last` is where it was found but lost, or 0. */
static unsigned long search_chunk(const struct request *rq, struct pool_chunk *c,
				  unsigned long last)
{
	unsigned long start = last;

	if (seeks_first_room(rq->algo))
		start = first_free(c);
	if (start >= c->granules)
		return start;
	if (rq->algo == gen_pool_first_fit)
		return find_run(c->chunk.bits, &c->full, c->granules, start, rq->nr);
	return rq->algo(c->chunk.bits, c->granules, start, rq->nr, rq->data, rq->pool,
			c->chunk.start_addr);
}

/* Serves the request from one chunk, if that has room; the address goes to *addr. */
static bool take_from(const struct request *rq, struct pool_chunk *c, unsigned long *addr)
{
	int order = rq->pool->min_alloc_order;
	unsigned long at = 0;

	if (rq->size > (unsigned long)atomic_long_read(&c->chunk.avail))
		return false;
	do {
		at = search_chunk(rq, c, at);
		if (at >= c->granules)
			return false;
	} while (!run_claim(c, at, rq->nr));
	atomic_long_sub((long)rq->nr << order, &c->chunk.avail);
	*addr = c->chunk.start_addr + (at << order);
	return true;
}

/* The chunk that served the request, newest first, NULL if none did. */
static struct pool_chunk *take_from_any(const struct request *rq, unsigned long *addr)
{
	struct pool_impl *impl = pool_impl_of(rq->pool);
	struct gen_pool_chunk *chunk;
	struct pool_chunk *c = NULL;

	if (seeks_first_room(rq->algo)) {
		while ((c = chunk_index_with_room(impl, c)) && !take_from(rq, c, addr))
			;
		return c;
	}
	rcu_read_lock();
	list_for_each_entry_rcu(chunk, &rq->pool->chunks, next_chunk) {
		if (take_from(rq, pool_chunk_of(chunk), addr)) {
			c = pool_chunk_of(chunk);
			break;
		}
	}
	rcu_read_unlock();
	return c;
}

/* Any request, of any pool. */
static noinline unsigned long alloc_run(struct gen_pool *pool, size_t size, genpool_algo_t algo,
					void *data, void **owner)
{
	struct request rq = { pool, size, granules_for(pool, size), algo, data };
	struct pool_chunk *c = NULL;
	unsigned long addr = 0;

	/* The algorithms count granules in unsigned int; a larger run is not to be had. */
	if (size && granules_for(pool, size) <= UINT_MAX)
		c = take_from_any(&rq, &addr);
	if (owner)
		*owner = c ? c->chunk.owner : NULL;
	return addr;
}

/*
 * Puts the first granule of the first word with room into *addr, which is what a first
 * fit for at most one granule gets. False, with nothing taken, when there is none or
 * somebody else was faster.
 */
static inline bool alloc_granule(struct pool_chunk *c, size_t size, int order, unsigned long *addr,
				 void **owner)
{
	unsigned long w, seen, free, bit;

	if (size > (unsigned long)atomic_long_read(&c->chunk.avail) ||
	    !full_map_descend(&c->full, &w) || unlikely(w >= BIT_WORD(c->granules)))
		return false;
	seen = READ_ONCE(c->chunk.bits[w]);
	free = ~seen;
	bit = free & -free;
	if (unlikely(!free || !try_cmpxchg(&c->chunk.bits[w], &seen, seen | bit)))
		return false;
	atomic_long_sub(1L << order, &c->chunk.avail);
	if (owner)
		*owner = c->chunk.owner;
	*addr = c->chunk.start_addr + ((w * BITS_PER_LONG + __ffs(bit)) << order);
	if (free == bit)
		word_filled(c, w);
	return true;
}

/* Most requests are for a granule, and most pools have one chunk. */
unsigned long gen_pool_alloc_algo_owner(struct gen_pool *pool, size_t size, genpool_algo_t algo,
					void *data, void **owner)
{
	struct pool_chunk *only = chunk_index_only(pool_impl_of(pool));
	unsigned long addr;

	assert_not_in_unsafe_nmi();
	if (likely(algo == gen_pool_first_fit && only && fits_granule(pool, size) &&
		   alloc_granule(only, size, pool->min_alloc_order, &addr, owner)))
		return addr;
	return alloc_run(pool, size, algo, data, owner);
}
EXPORT_SYMBOL(gen_pool_alloc_algo_owner);

void *gen_pool_dma_alloc(struct gen_pool *pool, size_t size, dma_addr_t *dma)
{
	return gen_pool_dma_alloc_algo(pool, size, dma, pool->algo, pool->data);
}
EXPORT_SYMBOL(gen_pool_dma_alloc);

void *gen_pool_dma_alloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma,
			      genpool_algo_t algo, void *data)
{
	unsigned long addr = pool ? gen_pool_alloc_algo(pool, size, algo, data) : 0;

	if (addr && dma)
		*dma = gen_pool_virt_to_phys(pool, addr);
	return (void *)addr;
}
EXPORT_SYMBOL(gen_pool_dma_alloc_algo);

void *gen_pool_dma_alloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align)
{
	struct genpool_data_align want = { .align = align };

	return gen_pool_dma_alloc_algo(pool, size, dma, gen_pool_first_fit_align, &want);
}
EXPORT_SYMBOL(gen_pool_dma_alloc_align);

static void *cleared(void *mem, size_t size)
{
	return mem ? memset(mem, 0, size) : NULL;
}

void *gen_pool_dma_zalloc(struct gen_pool *pool, size_t size, dma_addr_t *dma)
{
	return cleared(gen_pool_dma_alloc(pool, size, dma), size);
}
EXPORT_SYMBOL(gen_pool_dma_zalloc);

void *gen_pool_dma_zalloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma,
			       genpool_algo_t algo, void *data)
{
	return cleared(gen_pool_dma_alloc_algo(pool, size, dma, algo, data), size);
}
EXPORT_SYMBOL(gen_pool_dma_zalloc_algo);

void *gen_pool_dma_zalloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align)
{
	return cleared(gen_pool_dma_alloc_align(pool, size, dma, align), size);
}
EXPORT_SYMBOL(gen_pool_dma_zalloc_align);

/* Any run, in any pool. */
static noinline void free_run(struct gen_pool *pool, unsigned long addr, size_t size, void **owner)
{
	struct pool_chunk *c = chunk_index_find(pool_impl_of(pool), addr);
	unsigned long nr = granules_for(pool, size), first;

	if (owner)
		*owner = NULL;
	if (!c)
		BUG();
	BUG_ON(addr + size - 1 > c->chunk.end_addr);
	first = (addr - c->chunk.start_addr) >> pool->min_alloc_order;
	/* The granules of a tail have no bits; a size that wraps ends there as well. */
	BUG_ON(size && (first >= c->granules || nr > c->granules - first));
	BUG_ON(!run_release(c, first, nr));
	atomic_long_add((long)nr << pool->min_alloc_order, &c->chunk.avail);
	if (owner)
		*owner = c->chunk.owner;
}

/*
 * Granule i of a pool's only chunk, in a whole word. By itself, for it to keep to registers
 * that are not the caller's: full_map_clear_low() says why.
 */
static noinline void free_granule(struct pool_chunk *c, unsigned long i, unsigned long bytes)
{
	unsigned long *word = c->chunk.bits + BIT_WORD(i), seen = READ_ONCE(*word);

	while (!try_cmpxchg(word, &seen, seen & ~BIT_MASK(i)))
		;
	BUG_ON(!(seen & BIT_MASK(i)));
	atomic_long_add(bytes, &c->chunk.avail);
	if (!~seen)
		word_of_only_opened(c, BIT_WORD(i));
}

void gen_pool_free_owner(struct gen_pool *pool, unsigned long addr, size_t size, void **owner)
{
	struct pool_chunk *only = chunk_index_only(pool_impl_of(pool));

	assert_not_in_unsafe_nmi();
	if (unlikely(!only || !fits_granule(pool, size) ||
		     addr - only->start >= only->bytes_in_words - (size - 1)))
		return free_run(pool, addr, size, owner);
	if (owner)
		*owner = only->chunk.owner;
	free_granule(only, (addr - only->start) >> pool->min_alloc_order,
		     1UL << pool->min_alloc_order);
}
EXPORT_SYMBOL(gen_pool_free_owner);

void gen_pool_for_each_chunk(struct gen_pool *pool,
			     void (*func)(struct gen_pool *pool, struct gen_pool_chunk *chunk,
					  void *data),
			     void *data)
{
	struct gen_pool_chunk *chunk;

	rcu_read_lock();
	list_for_each_entry_rcu(chunk, &pool->chunks, next_chunk)
		func(pool, chunk, data);
	rcu_read_unlock();
}
EXPORT_SYMBOL(gen_pool_for_each_chunk);

bool gen_pool_has_addr(struct gen_pool *pool, unsigned long start, size_t size)
{
	struct pool_impl *impl = pool_impl_of(pool);
	const struct gen_pool_chunk *chunk;
	const struct pool_chunk *c;
	bool inside = false;

	c = chunk_index_find(impl, start);
	if (!c || start + size - 1 <= c->chunk.end_addr)
		return c;
	/* Among chunks that overlap another one may hold all of the range. */
	if (likely(!READ_ONCE(impl->overlaps)))
		return false;
	rcu_read_lock();
	list_for_each_entry_rcu(chunk, &pool->chunks, next_chunk)
		inside |= chunk->start_addr <= start && start <= chunk->end_addr &&
			  start + size - 1 <= chunk->end_addr;
	rcu_read_unlock();
	return inside;
}
EXPORT_SYMBOL(gen_pool_has_addr);

static void add_avail(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *sum)
{
	*(size_t *)sum += (size_t)atomic_long_read(&chunk->avail);
}

size_t gen_pool_avail(struct gen_pool *pool)
{
	size_t sum = 0;

	gen_pool_for_each_chunk(pool, add_avail, &sum);
	return sum;
}
EXPORT_SYMBOL_GPL(gen_pool_avail);

static void add_size(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *sum)
{
	*(size_t *)sum += chunk_bytes(chunk);
}

size_t gen_pool_size(struct gen_pool *pool)
{
	size_t sum = 0;

	gen_pool_for_each_chunk(pool, add_size, &sum);
	return sum;
}
EXPORT_SYMBOL_GPL(gen_pool_size);

void gen_pool_set_algo(struct gen_pool *pool, genpool_algo_t algo, void *data)
{
	pool->algo = algo ? algo : gen_pool_first_fit;
	pool->data = data;
}
EXPORT_SYMBOL(gen_pool_set_algo);

unsigned long gen_pool_first_fit(unsigned long *map, unsigned long size, unsigned long start,
				 unsigned int nr, void *data, struct gen_pool *pool,
				 unsigned long start_addr)
{
	return find_run(map, NULL, size, start, nr);
}
EXPORT_SYMBOL(gen_pool_first_fit);

unsigned long gen_pool_first_fit_align(unsigned long *map, unsigned long size,
				       unsigned long start, unsigned int nr, void *data,
				       struct gen_pool *pool, unsigned long start_addr)
{
	const struct genpool_data_align *want = data;
	unsigned long mask, shift;

	if (want->align <= 0)
		return size;
	mask = granules_for(pool, want->align) - 1;
	/* Where the chunk starts within an aligned block, in granules. */
	shift = (start_addr & ((unsigned long)want->align - 1)) >> pool->min_alloc_order;
	return bitmap_find_next_zero_area_off(map, size, start, nr, mask, shift);
}
EXPORT_SYMBOL(gen_pool_first_fit_align);

unsigned long gen_pool_fixed_alloc(unsigned long *map, unsigned long size, unsigned long start,
				   unsigned int nr, void *data, struct gen_pool *pool,
				   unsigned long start_addr)
{
	const struct genpool_data_fixed *want = data;
	unsigned long at = want->offset >> pool->min_alloc_order;

	if (WARN_ON(want->offset & ((1UL << pool->min_alloc_order) - 1)))
		return size;
	/* A search that starts elsewhere cannot find it: after a lost race it is gone. */
	if (start || at >= size || nr > size - at)
		return size;
	return find_next_bit(map, at + nr, at) < at + nr ? size : at;
}
EXPORT_SYMBOL(gen_pool_fixed_alloc);

unsigned long gen_pool_first_fit_order_align(unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr, void *data,
					     struct gen_pool *pool, unsigned long start_addr)
{
	return bitmap_find_next_zero_area(map, size, start, nr, roundup_pow_of_two(nr) - 1);
}
EXPORT_SYMBOL(gen_pool_first_fit_order_align);

/* A run found from a hole's end on begins its hole, which ends at the next set bit. */
unsigned long gen_pool_best_fit(unsigned long *map, unsigned long size, unsigned long start,
				unsigned int nr, void *data, struct gen_pool *pool,
				unsigned long start_addr)
{
	unsigned long best = size, shortest = ULONG_MAX, hole, end = start;

	while (shortest > nr && (hole = find_run(map, NULL, size, end, nr)) < size) {
		end = find_next_bit(map, size, hole);
		/* Bits may have been set meanwhile; then this was no hole. */
		if (end - hole >= nr && end - hole < shortest) {
			best = hole;
			shortest = end - hole;
		}
		end = max(end, hole + 1);
	}
	return best;
}
EXPORT_SYMBOL(gen_pool_best_fit);

/* The pool of a device resource is its only payload. */
static void managed_pool_release(struct device *dev, void *res)
{
	struct gen_pool **slot = res;

	gen_pool_destroy(*slot);
}

static int managed_pool_is_called(struct device *dev, void *res, void *wanted)
{
	const char *have = (*(struct gen_pool **)res)->name, *name = wanted;

	if (!name || !have)
		return !name && !have;
	return !strcmp(name, have);
}

struct gen_pool *gen_pool_get(struct device *dev, const char *name)
{
	struct gen_pool **slot = devres_find(dev, managed_pool_release, managed_pool_is_called,
					     (void *)name);

	return slot ? *slot : NULL;
}
EXPORT_SYMBOL_GPL(gen_pool_get);

struct gen_pool *devm_gen_pool_create(struct device *dev, int min_alloc_order, int nid,
				      const char *name)
{
	struct gen_pool **slot, *pool;
	const char *copy = NULL;

	if (gen_pool_get(dev, name))
		return ERR_PTR(-EINVAL);
	if (name) {
		copy = kstrdup_const(name, GFP_KERNEL);
		if (!copy)
			return ERR_PTR(-ENOMEM);
	}
	slot = devres_alloc(managed_pool_release, sizeof(*slot), GFP_KERNEL);
	if (!slot)
		goto no_slot;
	pool = gen_pool_create(min_alloc_order, nid);
	if (!pool)
		goto no_pool;
	pool->name = copy;
	*slot = pool;
	devres_add(dev, slot);
	return pool;
no_pool:
	devres_free(slot);
no_slot:
	kfree_const(copy);
	return ERR_PTR(-ENOMEM);
}
EXPORT_SYMBOL(devm_gen_pool_create);
