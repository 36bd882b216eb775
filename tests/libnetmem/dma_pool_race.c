// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools under many tasks while they grow: no two share a page, all memory comes
 * cleared, and at the end every page is back (a pool that misses one is reported as a leak).
 * Both on threads and in simulated schedules, where a seed names the schedule.
 */
#include "dma_rig.h"

#include <linux/dma-map-ops.h>
#include <stdlib.h>
#include <udevmem/debugfs.h>
#include <udevmem/task.h>

Suite *dma_pool_race_suite(void);

#define TASKS	16
#define HELD	8

static struct device *dev;
static unsigned int rounds;
static unsigned int served;

struct held {
	unsigned long *buf;
	size_t size;
};

static bool check_and_give(struct held *held, unsigned long id)
{
	size_t k, words = held->size / sizeof(id);
	bool intact = true;

	for (k = 0; k < words; k += 64)
		intact &= held->buf[k] == id;
	return dma_free_from_pool(dev, held->buf, held->size) && intact;
}

static bool take_and_mark(struct held *held, size_t size, unsigned long id, gfp_t gfp)
{
	void *buf;
	size_t k;
	bool clear;

	held->buf = NULL;
	if (!dma_alloc_from_pool(dev, size, &buf, gfp | __GFP_NOWARN, NULL))
		return true;
	__atomic_fetch_add(&served, 1, __ATOMIC_RELAXED);
	clear = all_bytes(buf, 0, size);
	held->buf = buf;
	held->size = size;
	for (k = 0; k < size / sizeof(id); k += 64)
		held->buf[k] = id;
	return clear;
}

/* Returns the number of things that were wrong. */
static void *user(void *ctx)
{
	static const gfp_t gfps[] = { 0, GFP_DMA32, 0, GFP_DMA };
	unsigned long id = (unsigned long)ctx + 1, bad = 0, random = id * 2654435761u;
	struct held held[HELD] = { };
	unsigned int round;

	for (round = 0; round < rounds; round++) {
		struct held *h = &held[round % HELD];

		random = random * 6364136223846793005UL + 1442695040888963407UL;
		if (h->buf)
			bad += !check_and_give(h, id);
		bad += !take_and_mark(h, PAGE_SIZE * (1 + (random >> 60)), id,
				      gfps[random >> 40 & 3]);
		udm_yield();
	}
	for (round = 0; round < HELD; round++)
		if (held[round].buf)
			bad += !check_and_give(&held[round], id);
	return (void *)bad;
}

static unsigned long kernel_pool_size(void)
{
	char text[32] = "";

	ck_assert_int_gt(udm_debugfs_read("dma_pools/pool_size_kernel", text, sizeof(text) - 1), 0);
	return strtoul(text, NULL, 10);
}

static void run(const struct udm_config *cfg)
{
	struct udm_thread *users[TASKS];
	unsigned long k;

	machine_boot_with(cfg);
	dev = rig_device("rig");
	served = 0;
	for (k = 0; k < TASKS; k++)
		users[k] = udm_thread_create("user", user, (void *)k);
	for (k = 0; k < TASKS; k++)
		ck_assert_ptr_null(udm_thread_join(users[k]));
	ck_assert_uint_gt(served, rounds);
	ck_assert_uint_gt(kernel_pool_size(), 65536);
	put_device(dev);
	machine_shutdown();
}

START_TEST(users_on_threads)
{
	const struct udm_config cfg = {
		.mode = UDM_MODE_THREADS, .quiet = true,
		.cmdline = _i ? "coherent_pool=64K cma=64M" : "coherent_pool=64K",
	};

	rounds = test_rounds(2000);
	run(&cfg);
}
END_TEST

START_TEST(users_in_any_schedule)
{
	unsigned int seed;

	rounds = 40;
	for (seed = 1; seed <= test_seeds(20); seed++) {
		const struct udm_config cfg = {
			.seed = seed, .preempt_permille = 300, .quiet = true,
			.cmdline = seed & 1 ? "coherent_pool=64K cma=64M" : "coherent_pool=64K",
		};

		run(&cfg);
	}
}
END_TEST

Suite *dma_pool_race_suite(void)
{
	Suite *s = suite_create("dma_pool_race");
	TCase *tc = tcase_create("races");

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, users_on_threads, 0, 2);
	tcase_add_test(tc, users_in_any_schedule);
	return s;
}
