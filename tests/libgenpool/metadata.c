// SPDX-License-Identifier: GPL-2.0-only
/* What a pool needs for itself, as the allocators of the machine count it. */
#include "pool_rig.h"

#include <udevmem/leak.h>
#include <linux/kernel.h>

#define PAGE	4096UL
/* Besides the bits: the pool, the chunk, and what rounding to pages adds. */
#define CONSTANT (3 * PAGE)
/* A chunk of few granules, with its share of the ways to find it. */
#define PER_CHUNK 320UL

static size_t bytes_for(unsigned long chunks, unsigned long granules)
{
	size_t before = udm_live_bytes(), bytes;
	struct gen_pool *pool = gen_pool_create(12, -1);

	for (unsigned long i = 0; i < chunks; i++)
		ck_assert_int_eq(gen_pool_add(pool, (1 + i) * 2 * granules * PAGE, granules * PAGE,
					      -1), 0);
	bytes = udm_live_bytes() - before;
	gen_pool_destroy(pool);
	ck_assert_uint_eq(udm_live_bytes(), before);
	return bytes;
}

/* One chunk of up to 64 GiB: at most 1.1 bits for each page. */
START_TEST(bits_per_granule)
{
	unsigned long granules = 1UL << (2 * _i);
	size_t bytes = bytes_for(1, granules);

	ck_assert_msg(bytes <= granules * 11 / 80 + CONSTANT, "%lu granules: %zu bytes", granules,
		      bytes);
}
END_TEST

/* Very many chunks of one page: the same for each, however many there are. */
START_TEST(bytes_per_chunk)
{
	unsigned long chunks = 1UL << (2 * _i);
	size_t bytes = bytes_for(chunks, 1);

	ck_assert_msg(bytes <= chunks * PER_CHUNK + CONSTANT, "%lu chunks: %zu bytes", chunks,
		      bytes);
}
END_TEST

/* Using the pool takes no memory, whatever is asked for. */
START_TEST(none_for_use)
{
	struct gen_pool *pool = pool_of(12, 1UL << 32, 1UL << 30);
	size_t before = udm_live_bytes();

	for (unsigned long size = PAGE; gen_pool_alloc(pool, size); size += 3 * PAGE)
		;
	while (gen_pool_alloc_algo(pool, PAGE, gen_pool_best_fit, NULL))
		;
	ck_assert_uint_eq(gen_pool_avail(pool), 0);
	gen_pool_free(pool, 1UL << 32, 1UL << 30);
	ck_assert_uint_eq(udm_live_bytes(), before);
	destroy_empty(pool);
}
END_TEST

Suite *metadata_suite(void)
{
	Suite *s = suite_create("genpool_metadata");
	TCase *tc = machine_tcase(s, "metadata");

	tcase_add_loop_test(tc, bits_per_granule, 0, 13);
	tcase_add_loop_test(tc, bytes_per_chunk, 0, 9);
	tcase_add_test(tc, none_for_use);
	return s;
}
