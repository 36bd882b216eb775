// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen_pool under every schedule.
 *
 * Allocating takes no lock, so nothing preempts it by itself. The algorithm is the
 * window between finding a run and claiming it: here each of the library's is run
 * with a place to be preempted in behind it, so that what it found may be gone.
 */
#include "libkern/explore_rig.h"
#include "pool_rig.h"

#include <linux/kernel.h>
#include <linux/spinlock.h>

#define GRANULE 16UL
#define START 0x10000UL

static struct gen_pool *pool;
static genpool_algo_t inner;
static struct genpool_data_align align = { .align = 32 };
static DEFINE_SPINLOCK(door);

static void breath(void)
{
	spin_lock(&door);
	spin_unlock(&door);
}

static unsigned long hesitant(unsigned long *map, unsigned long size, unsigned long start,
			      unsigned int nr, void *data, struct gen_pool *of,
			      unsigned long start_addr)
{
	unsigned long found = inner(map, size, start, nr, data, of, start_addr);

	breath();
	return found;
}

/* The owner of each granule of two chunks; 0 for none. */
static char owners[2 * 256];

static void own(unsigned long addr, unsigned long nr, char from, char to)
{
	unsigned long first = (addr - START) / GRANULE;

	EXPECT(addr >= START && first + nr <= sizeof(owners));
	for (unsigned long i = first; i < first + nr && i < sizeof(owners); i++) {
		EXPECT(owners[i] == from);
		owners[i] = to;
	}
}

/* Runs of one granule up to several words; losing a race may look like a full pool. */
static void use(char me)
{
	static const unsigned long lengths[] = { 1, 2, 70, 5, 130, 1 };
	unsigned long addr[ARRAY_SIZE(lengths)];

	for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++) {
		addr[i] = gen_pool_alloc(pool, lengths[i] * GRANULE);
		if (addr[i])
			own(addr[i], lengths[i], 0, me);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++) {
		if (!addr[i])
			continue;
		breath();
		own(addr[i], lengths[i], me, 0);
		gen_pool_free(pool, addr[i], lengths[i] * GRANULE);
	}
}

static void *first_user(void *unused)
{
	use(1);
	return NULL;
}

static void *second_user(void *unused)
{
	use(2);
	return NULL;
}

static void new_pool(genpool_algo_t algo, void *data)
{
	memset(owners, 0, sizeof(owners));
	inner = algo;
	pool = gen_pool_create(4, -1);
	EXPECT(pool && !gen_pool_add(pool, START, 256 * GRANULE, -1));
	gen_pool_set_algo(pool, hesitant, data);
}

/* All is back, and what comes next is what a fresh pool would give. */
static void end_of_pool(void)
{
	EXPECT(gen_pool_avail(pool) == gen_pool_size(pool));
	gen_pool_set_algo(pool, NULL, NULL);
	EXPECT(gen_pool_alloc(pool, 256 * GRANULE) >= START);
	gen_pool_for_each_chunk(pool, free_used, NULL);
	gen_pool_destroy(pool);
}

static void first_fit(void)
{
	new_pool(gen_pool_first_fit, NULL);
	both(first_user, second_user);
	end_of_pool();
}

static void aligned_fit(void)
{
	new_pool(gen_pool_first_fit_align, &align);
	both(first_user, second_user);
	end_of_pool();
}

static void order_fit(void)
{
	new_pool(gen_pool_first_fit_order_align, NULL);
	both(first_user, second_user);
	end_of_pool();
}

static void best_fit(void)
{
	new_pool(gen_pool_best_fit, NULL);
	both(first_user, second_user);
	end_of_pool();
}

/* One place for two: one of them gets it, and the other does not get anything else. */
static unsigned int winners;

static void *want_the_place(void *unused)
{
	unsigned long addr = gen_pool_alloc(pool, 70 * GRANULE);

	if (!addr)
		return NULL;
	EXPECT(addr == START + 3 * GRANULE);
	own(addr, 70, 0, 1);
	__atomic_fetch_add(&winners, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void one_place(void)
{
	struct genpool_data_fixed place = { .offset = 3 * GRANULE };

	winners = 0;
	new_pool(gen_pool_fixed_alloc, &place);
	both(want_the_place, want_the_place);
	EXPECT(winners == 1);
	gen_pool_free(pool, START + 3 * GRANULE, 70 * GRANULE);
	end_of_pool();
}

/* A chunk comes while the pool is in use: whoever is served from it can free at once. */
static void *add_a_chunk(void *unused)
{
	EXPECT(!gen_pool_add_owner(pool, START + 256 * GRANULE, 0x7000, 256 * GRANULE, -1, &align));
	return NULL;
}

static void *wait_for_room(void *unused)
{
	unsigned long addr;
	void *owner;

	do {
		udm_yield();
		addr = gen_pool_alloc_owner(pool, 200 * GRANULE, &owner);
	} while (!addr);
	EXPECT(owner == &align);
	EXPECT(gen_pool_has_addr(pool, addr, 200 * GRANULE));
	EXPECT(gen_pool_virt_to_phys(pool, addr + 5) == 0x7005);
	gen_pool_free_owner(pool, addr, 200 * GRANULE, &owner);
	EXPECT(owner == &align);
	return NULL;
}

static void growing(void)
{
	new_pool(gen_pool_first_fit, NULL);
	EXPECT(gen_pool_alloc(pool, 100 * GRANULE) == START);
	both(wait_for_room, add_a_chunk);
	gen_pool_free(pool, START, 100 * GRANULE);
	EXPECT(gen_pool_size(pool) == 512 * GRANULE);
	end_of_pool();
}

/* Two adders, as many chunks as make the directory grow twice. */
static void add_many(unsigned long from)
{
	for (unsigned long i = from; i < 200; i += 2)
		EXPECT(!gen_pool_add(pool, (2 + i) * START, GRANULE, -1));
}

static void *add_even(void *unused)
{
	add_many(0);
	return NULL;
}

static void *add_odd(void *unused)
{
	add_many(1);
	return NULL;
}

static void two_adders(void)
{
	new_pool(gen_pool_first_fit, NULL);
	both(add_even, add_odd);
	for (unsigned long i = 0; i < 200; i++)
		EXPECT(gen_pool_has_addr(pool, (2 + i) * START, GRANULE));
	EXPECT(gen_pool_size(pool) == 456 * GRANULE);
	end_of_pool();
}

static void (*const scenarios[])(void) = {
	first_fit, aligned_fit, order_fit, best_fit, one_place, growing, two_adders,
};

START_TEST(every_schedule)
{
	explore(scenarios[_i]);
}
END_TEST

Suite *explore_suite(void)
{
	Suite *s = suite_create("genpool_explore");
	TCase *tc = tcase_create("schedules");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, every_schedule, 0, ARRAY_SIZE(scenarios));
	return s;
}
