// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adding chunks: by many tasks at once, so that the memory one of them brings for the
 * others comes too late or is too small; and with too little memory.
 */
#include "libkern/exec_rig.h"
#include "pool_rig.h"

#include <udevmem/fault.h>
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/sizes.h>

#define TASKS	60
#define ROUNDS	3
#define SIZE	0x1000UL

static struct gen_pool *pool;
static atomic_t next_chunk;

static unsigned long start_of(int chunk)
{
	return (2UL + 2 * chunk) * SIZE;
}

static void *add_some(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		int chunk = atomic_inc_return(&next_chunk) - 1;

		if (gen_pool_add_owner(pool, start_of(chunk), 3 * start_of(chunk), SIZE, -1,
				       &next_chunk))
			return "no memory";
	}
	return NULL;
}

/* Whatever became of the spares: each chunk is there, by address and by room. */
static void everybody_adds(void)
{
	void *owner;

	pool = gen_pool_create(12, -1);
	atomic_set(&next_chunk, 0);
	run_team(TASKS, add_some, NULL);
	ck_assert_uint_eq(gen_pool_size(pool), TASKS * ROUNDS * SIZE);
	for (int i = 0; i < TASKS * ROUNDS; i++)
		ck_assert_uint_eq(gen_pool_virt_to_phys(pool, start_of(i) + 5),
				  3 * start_of(i) + 5);
	for (int i = 0; i < TASKS * ROUNDS; i++) {
		ck_assert_uint_ne(gen_pool_alloc_owner(pool, SIZE, &owner), 0);
		ck_assert_ptr_eq(owner, &next_chunk);
	}
	ck_assert_uint_eq(gen_pool_alloc(pool, 1), 0);
	ck_assert_uint_eq(gen_pool_avail(pool), 0);
	gen_pool_for_each_chunk(pool, free_used, NULL);
	destroy_empty(pool);
}

START_TEST(many_adders)
{
	in_every_mode(everybody_adds);
}
END_TEST

/* Chunks of every way their memory is had: small, and too large for the slab. */
static int build(void *ctx)
{
	static const size_t sizes[] = { 1, SZ_1M, SZ_1G };
	struct gen_pool *built = gen_pool_create(12, 0);
	int err = 0;

	if (!built)
		return -ENOMEM;
	for (int i = 0; i < 3 && !err; i++) {
		size_t before = gen_pool_size(built);

		err = gen_pool_add_virt(built, (1UL + i) << 32, 0, sizes[i], 0);
		ck_assert(!err || err == -ENOMEM);
		ck_assert_uint_eq(gen_pool_size(built), err ? before : before + sizes[i]);
		ck_assert_int_eq(gen_pool_has_addr(built, (1UL + i) << 32, 1), !err);
	}
	destroy_empty(built);
	return err;
}

START_TEST(every_allocation_may_fail)
{
	int points = udm_fault_sweep(build, NULL);

	ck_assert_msg(points >= 5, "%d: %s", points, udm_fault_sweep_message());
}
END_TEST

Suite *adders_suite(void)
{
	Suite *s = suite_create("genpool_adders");
	TCase *tc = tcase_create("at once");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, many_adders);
	tc = machine_tcase(s, "memory");
	tcase_add_test(tc, every_allocation_may_fail);
	return s;
}
