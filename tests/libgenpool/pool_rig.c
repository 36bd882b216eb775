// SPDX-License-Identifier: GPL-2.0-only
/* See pool_rig.h. */
#include "pool_rig.h"

#include <linux/bitmap.h>

jmp_buf bug_exit;

void bug_leaves(void *ctx, const char *text)
{
	longjmp(bug_exit, 1);
}

struct gen_pool *pool_of(int order, unsigned long start, size_t size)
{
	struct gen_pool *pool = gen_pool_create(order, -1);

	ck_assert_ptr_nonnull(pool);
	ck_assert_int_eq(gen_pool_add(pool, start, size, -1), 0);
	return pool;
}

static void check_chunk(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	size_t size = chunk->end_addr - chunk->start_addr + 1;
	unsigned long bits = size >> pool->min_alloc_order;
	unsigned long room = BITS_TO_LONGS(bits) * BITS_PER_LONG;
	size_t taken = (size_t)bitmap_weight(chunk->bits, bits) << pool->min_alloc_order;

	ck_assert_int_eq(atomic_long_read(&chunk->avail), size - taken);
	ck_assert_uint_eq(find_next_bit(chunk->bits, room, bits), room);
}

void check_counters(struct gen_pool *pool)
{
	gen_pool_for_each_chunk(pool, check_chunk, NULL);
}

void free_used(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused)
{
	unsigned long bit, nr = (chunk->end_addr - chunk->start_addr + 1) >> pool->min_alloc_order;

	for_each_set_bit(bit, chunk->bits, nr)
		gen_pool_free(pool, chunk->start_addr + (bit << pool->min_alloc_order), 1);
}

void destroy_empty(struct gen_pool *pool)
{
	check_counters(pool);
	ck_assert_uint_eq(gen_pool_avail(pool), gen_pool_size(pool));
	gen_pool_destroy(pool);
}
