// SPDX-License-Identifier: GPL-2.0-only
/* The five algorithms: on chunks by example, on bare bitmaps against the plain definition. */
#include "pool_rig.h"
#include "model.h"

#include <udevmem/warn.h>
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/prandom.h>

struct step {
	size_t size;
	unsigned long addr;
};

/* Allocates each size with the pool's algorithm and compares; ends at size 0. */
static void expect_steps(struct gen_pool *pool, const struct step *steps)
{
	for (; steps->size; steps++)
		ck_assert_uint_eq(gen_pool_alloc(pool, steps->size), steps->addr);
}

static void finish(struct gen_pool *pool)
{
	gen_pool_for_each_chunk(pool, free_used, NULL);
	destroy_empty(pool);
}

static const struct {
	unsigned long start;
	int align;
	unsigned long addr[6];
} aligned[] = {
	{ 0x101000, 8192, { 0x102000, 0x104000, 0x106000 } },
	{ 0x101000, 4096, { 0x101000, 0x102000, 0x103000 } },
	{ 0x101000, 1, { 0x101000, 0x102000 } },
	{ 0x101080, 8192, { 0x102080, 0x104080 } },
	{ 0x100000, 12288, { 0x100000, 0x101000, 0x104000, 0x105000, 0x108000, 0x109000 } },
	{ 0x100000, 0, { 0 } },
	{ 0x100000, -4096, { 0 } },
	{ 0x100000, 1 << 30, { 0 } },
};

START_TEST(address_alignment)
{
	struct gen_pool *pool = pool_of(12, aligned[_i].start, 0x10000);
	struct genpool_data_align data = { .align = aligned[_i].align };

	gen_pool_set_algo(pool, gen_pool_first_fit_align, &data);
	if (!aligned[_i].addr[0])
		ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0);
	for (int i = 0; i < 6 && aligned[_i].addr[i]; i++)
		ck_assert_uint_eq(gen_pool_alloc(pool, 1), aligned[_i].addr[i]);
	finish(pool);
}
END_TEST

/* The index within the chunk is aligned, whatever address the chunk begins at. */
START_TEST(order_alignment)
{
	struct gen_pool *pool = pool_of(0, 0x1001, 256);

	gen_pool_set_algo(pool, gen_pool_first_fit_order_align, NULL);
	expect_steps(pool, (struct step[]){ { 1, 0x1001 }, { 60, 0x1041 }, { 3, 0x1005 },
					    { 1, 0x1002 }, { 2, 0x1003 }, { 1, 0x1008 },
					    { 128, 0x1081 }, { 64, 0 }, { 0 } });
	finish(pool);
}
END_TEST

START_TEST(fixed_place)
{
	struct gen_pool *pool = pool_of(5, 0x1000, 0x100);
	struct genpool_data_fixed data = { .offset = 0x40 };

	ck_assert_int_eq(gen_pool_add(pool, 0x3000, 0x100, -1), 0);
	gen_pool_set_algo(pool, gen_pool_fixed_alloc, &data);
	expect_steps(pool, (struct step[]){ { 1, 0x3040 }, { 32, 0x1040 }, { 1, 0 }, { 0 } });
	data.offset = 0xe0;
	expect_steps(pool, (struct step[]){ { 33, 0 }, { 32, 0x30e0 }, { 1, 0x10e0 }, { 0 } });
	data.offset = 0x1000;
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0);
	data.offset = 0x41;
	udm_warn_expect("gen_pool_fixed_alloc", 2);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	finish(pool);
}
END_TEST

/* Chunks that the size filter leaves out are not tried and do not warn. */
START_TEST(fixed_place_filtered)
{
	struct gen_pool *pool = pool_of(5, 0x1000, 0x40);
	struct genpool_data_fixed data = { .offset = 1 };

	ck_assert_uint_eq(gen_pool_alloc_algo(pool, 0x41, gen_pool_fixed_alloc, &data), 0);
	ck_assert_uint_eq(udm_warn_count(), 0);
	finish(pool);
}
END_TEST

START_TEST(tightest_hole)
{
	struct gen_pool *pool = pool_of(0, 0x1000, 64);

	ck_assert_uint_eq(gen_pool_alloc(pool, 64), 0x1000);
	gen_pool_free(pool, 0x1002, 5);
	gen_pool_free(pool, 0x1010, 3);
	gen_pool_free(pool, 0x1020, 3);
	gen_pool_free(pool, 0x1030, 4);
	gen_pool_set_algo(pool, gen_pool_best_fit, NULL);
	expect_steps(pool, (struct step[]){ { 2, 0x1010 }, { 4, 0x1030 }, { 3, 0x1020 }, { 6, 0 },
					    { 5, 0x1002 }, { 1, 0x1012 }, { 1, 0 }, { 0 } });
	finish(pool);
}
END_TEST

/* The newest chunk with any hole wins, even if an older one fits better. */
START_TEST(best_fit_is_per_chunk)
{
	struct gen_pool *pool = pool_of(0, 0x1000, 3);

	ck_assert_int_eq(gen_pool_add(pool, 0x2000, 50, -1), 0);
	gen_pool_set_algo(pool, gen_pool_best_fit, NULL);
	ck_assert_uint_eq(gen_pool_alloc(pool, 3), 0x2000);
	finish(pool);
}
END_TEST

static const genpool_algo_t algos[MODEL_ALGOS] = {
	[FIRST_FIT] = gen_pool_first_fit,
	[FIRST_FIT_ALIGN] = gen_pool_first_fit_align,
	[FIXED] = gen_pool_fixed_alloc,
	[ORDER_ALIGN] = gen_pool_first_fit_order_align,
	[BEST_FIT] = gen_pool_best_fit,
};

#define BARE_MAX 200

/* A random map in both forms; the bits behind its end are set at random. */
static void random_map(struct rnd_state *rnd, unsigned long *map, unsigned char *bytes,
		       unsigned long size)
{
	u32 density = prandom_u32_state(rnd) % 4;

	for (unsigned long i = 0; i < BITS_TO_LONGS(BARE_MAX) * BITS_PER_LONG; i++) {
		bool set = prandom_u32_state(rnd) % 4 < density;

		__assign_bit(i, map, set);
		if (i < size)
			bytes[i] = set;
	}
}

static bool agrees(struct rnd_state *rnd, enum model_algo algo, unsigned long size,
		   unsigned long start, unsigned int nr)
{
	unsigned long map[BITS_TO_LONGS(BARE_MAX)], got, want, param = 0;
	unsigned char bytes[BARE_MAX];
	unsigned long start_addr = prandom_u32_state(rnd) % 0x4000;
	struct gen_pool pool = { .min_alloc_order = 4 };
	struct genpool_data_align align;
	struct genpool_data_fixed fixed;
	void *data = NULL;

	random_map(rnd, map, bytes, size);
	if (algo == FIRST_FIT_ALIGN) {
		param = align.align = 1 << prandom_u32_state(rnd) % 11;
		data = &align;
	} else if (algo == FIXED) {
		param = fixed.offset = (prandom_u32_state(rnd) % (size + 2)) << 4;
		data = &fixed;
	}
	got = algos[algo](map, size, start, nr, data, &pool, start_addr);
	want = model_search(bytes, size, start, nr, algo, param, 4, start_addr);
	return got == want || (got >= size && want >= size);
}

START_TEST(bare_bitmaps)
{
	static const unsigned long sizes[] = { 1, 63, 64, 65, 127, 128, 129, 200 };
	struct rnd_state rnd;
	unsigned int wrong = 0;

	prandom_seed_state(&rnd, 7 + _i);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (unsigned long start = 0; start <= sizes[i]; start++)
			for (unsigned int nr = 1; nr < 140; nr += 1 + nr / 4)
				wrong += !agrees(&rnd, _i, sizes[i], start, nr);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Needs neither pool nor data nor address. */
START_TEST(bare_without_pool)
{
	unsigned long map[2] = { 0x00ff00ff00ff0f0f, ~0UL };

	ck_assert_uint_eq(gen_pool_first_fit(map, 64, 0, 5, NULL, NULL, 0), 24);
	ck_assert_uint_eq(gen_pool_first_fit(map, 64, 5, 3, NULL, NULL, 0), 5);
	ck_assert_uint_eq(gen_pool_first_fit_order_align(map, 64, 0, 5, NULL, NULL, 0), 24);
	ck_assert_uint_eq(gen_pool_best_fit(map, 64, 0, 4, NULL, NULL, 0), 4);
	ck_assert_uint_ge(gen_pool_best_fit(map, 128, 0, 9, NULL, NULL, 0), 128);
}
END_TEST

Suite *algo_suite(void)
{
	Suite *s = suite_create("genpool_algo");
	TCase *tc = machine_tcase(s, "algorithms");

	tcase_add_loop_test(tc, address_alignment, 0, ARRAY_SIZE(aligned));
	tcase_add_test(tc, order_alignment);
	tcase_add_test(tc, fixed_place);
	tcase_add_test(tc, fixed_place_filtered);
	tcase_add_test(tc, tightest_hole);
	tcase_add_test(tc, best_fit_is_per_chunk);
	tcase_add_loop_test(tc, bare_bitmaps, 0, MODEL_ALGOS);
	tcase_add_test(tc, bare_without_pool);
	return s;
}
