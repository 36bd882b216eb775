// SPDX-License-Identifier: GPL-2.0-only
/* Freeing: by granule range, not by allocation; and everything that is a BUG. */
#include "pool_rig.h"

#include <udevmem/warn.h>
#include <linux/kernel.h>

START_TEST(pieces_and_wholes)
{
	struct gen_pool *pool = pool_of(4, 0x1000, 0x200);

	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1040);
	gen_pool_free(pool, 0x1010, 0x10);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x1010);
	gen_pool_free(pool, 0x1020, 0x40);
	ck_assert_uint_eq(gen_pool_avail(pool), 0x200 - 0x40);
	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1020);
	gen_pool_free(pool, 0x1000, 0x80);
	destroy_empty(pool);
}
END_TEST

/* An address inside a granule is that granule's; nothing is freed by size 0. */
START_TEST(inexact_arguments)
{
	struct gen_pool *pool = pool_of(4, 0x1008, 0x100);
	void *owner = NULL;

	ck_assert_uint_eq(gen_pool_alloc(pool, 0x30), 0x1008);
	gen_pool_free(pool, 0x1008 + 0x1f, 1);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x1018);
	gen_pool_free_owner(pool, 0x1020, 0, &owner);
	ck_assert_uint_eq(gen_pool_avail(pool), 0x100 - 0x30);
	gen_pool_free(pool, 0x1008, 0x21);
	destroy_empty(pool);
}
END_TEST

/* Ranges that end at, begin at and span the words of the bitmap. */
START_TEST(word_boundaries)
{
	static const struct {
		unsigned int first, nr;
	} runs[] = { { 0, 64 }, { 63, 2 }, { 1, 63 }, { 64, 64 }, { 10, 200 }, { 0, 256 },
		     { 127, 1 }, { 192, 64 }, { 65, 126 } };

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		struct gen_pool *pool = pool_of(0, 0x1000, 256);
		unsigned long at = 0x1000 + runs[i].first;

		ck_assert_uint_eq(gen_pool_alloc(pool, 256), 0x1000);
		gen_pool_free(pool, at, runs[i].nr);
		check_counters(pool);
		ck_assert_uint_eq(gen_pool_alloc(pool, runs[i].nr + 1), 0);
		ck_assert_uint_eq(gen_pool_alloc(pool, runs[i].nr), at);
		check_counters(pool);
		gen_pool_free(pool, 0x1000, 256);
		destroy_empty(pool);
	}
}
END_TEST

/* The first 4 of 8 granules (and 5 bytes of tail) are allocated. */
static const struct {
	const char *what;
	unsigned long addr;
	size_t size;
} misuse[] = {
	{ "never allocated", 0x1040, 16 },
	{ "partly allocated", 0x1030, 32 },
	{ "beyond the end", 0x1030, 0x56 },
	{ "before the chunk", 0xfff, 1 },
	{ "behind the chunk", 0x1085, 1 },
	{ "in the tail", 0x1082, 1 },
	{ "foreign, size 0", 0x2000, 0 },
	{ "size that wraps", 0x1000, SIZE_MAX },
	{ "size that wraps to the chunk", 0x1000, -0xff0UL },
};

/* The same for a pool of which a whole word is used, and nothing else: the last granules of it. */
static const struct {
	const char *what;
	unsigned long addr;
	size_t size;
	unsigned long freed;	/* the granule that is free then, 0 for a BUG */
} edges[] = {
	{ "the last one", 0x113f0, 16, 0x113f0 },
	{ "a byte of the last one", 0x113f0, 1, 0x113f0 },
	{ "its last byte", 0x113ff, 1, 0x113ff & ~0xfUL },
	{ "over the end", 0x113f8, 16, 0 },
	{ "over the end by one", 0x113f1, 16, 0 },
	{ "at the end", 0x11400, 1, 0 },
	{ "across two, the first is meant", 0x113e8, 16, 0x113e0 },
	{ "into the first one from before", 0x10ff8, 16, 0 },
	{ "right before the first one", 0x10ff0, 16, 0 },
};

START_TEST(edges_of_a_chunk)
{
	struct gen_pool *pool = pool_of(4, 0x11000, 0x400);

	ck_assert_uint_eq(gen_pool_alloc(pool, 0x400), 0x11000);
	if (edges[_i].freed) {
		gen_pool_free(pool, edges[_i].addr, edges[_i].size);
		ck_assert_uint_eq(gen_pool_avail(pool), 16);
		ck_assert_uint_eq(gen_pool_alloc(pool, 1), edges[_i].freed);
	} else {
		ck_assert_msg(HITS_BUG(gen_pool_free(pool, edges[_i].addr, edges[_i].size)), "%s",
			      edges[_i].what);
	}
	ck_assert_uint_eq(gen_pool_avail(pool), 0);
	gen_pool_free(pool, 0x11000, 0x400);
	destroy_empty(pool);
}
END_TEST

START_TEST(misuse_is_a_bug)
{
	struct gen_pool *pool = pool_of(4, 0x1000, 0x85);

	ck_assert_uint_eq(gen_pool_alloc(pool, 0x40), 0x1000);
	ck_assert_msg(HITS_BUG(gen_pool_free(pool, misuse[_i].addr, misuse[_i].size)), "%s",
		      misuse[_i].what);
	/* What was cleared before the BUG is not known: take it all, then give it back. */
	while (gen_pool_alloc(pool, 1))
		;
	if (gen_pool_avail(pool) == 5) {
		gen_pool_free(pool, 0x1000, 0x80);
		gen_pool_destroy(pool);
		return;
	}
	ck_abort_msg("the pool is damaged");
}
END_TEST

START_TEST(double_free_is_a_bug)
{
	struct gen_pool *pool = pool_of(12, 0x10000, 0x10000);

	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x10000);
	gen_pool_free(pool, 0x10000, 1);
	ck_assert(HITS_BUG(gen_pool_free(pool, 0x10000, 1)));
	destroy_empty(pool);
}
END_TEST

/* Alone and beside other free granules of its word. */
START_TEST(double_free_of_a_full_word)
{
	struct gen_pool *pool = pool_of(12, 0x10000, 128 << 12);

	ck_assert_uint_eq(gen_pool_alloc(pool, 128 << 12), 0x10000);
	gen_pool_free(pool, 0x13000, 1);
	if (_i)
		gen_pool_free(pool, 0x14000, 1);
	ck_assert(HITS_BUG(gen_pool_free(pool, 0x13000, 1)));
	check_counters(pool);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x13000);
	if (_i)
		ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x14000);
	gen_pool_free(pool, 0x10000, 128 << 12);
	destroy_empty(pool);
}
END_TEST

START_TEST(size_zero_at_address_zero)
{
	struct gen_pool *low = pool_of(0, 0, 16);

	ck_assert(HITS_BUG(gen_pool_free(low, 0, 0)));
	destroy_empty(low);
}
END_TEST

/* The pool and the chunk that is still in use are lost: that is what the BUG is about. */
START_TEST(destroying_a_used_pool)
{
	struct gen_pool *pool;

	udm_warn_reset();
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .quiet = true }), 0);
	pool = pool_of(0, 0x1000, 64);
	ck_assert_int_eq(gen_pool_add(pool, 0x2000, 64, -1), 0);
	ck_assert_uint_eq(gen_pool_alloc(pool, 64), 0x2000);
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0x1000);
	gen_pool_free(pool, 0x2000, 64);
	ck_assert(HITS_BUG(gen_pool_destroy(pool)));
	ck_assert_int_eq(udm_shutdown(), 2);
}
END_TEST

Suite *free_suite(void)
{
	Suite *s = suite_create("genpool_free");
	TCase *tc = machine_tcase(s, "free"), *lost = tcase_create("lost");

	tcase_add_test(tc, pieces_and_wholes);
	tcase_add_test(tc, inexact_arguments);
	tcase_add_test(tc, word_boundaries);
	tcase_add_loop_test(tc, misuse_is_a_bug, 0, ARRAY_SIZE(misuse));
	tcase_add_loop_test(tc, edges_of_a_chunk, 0, ARRAY_SIZE(edges));
	tcase_add_test(tc, double_free_is_a_bug);
	tcase_add_loop_test(tc, double_free_of_a_full_word, 0, 2);
	tcase_add_test(tc, size_zero_at_address_zero);
	suite_add_tcase(s, lost);
	tcase_add_test(lost, destroying_a_used_pool);
	return s;
}
