// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many users of one pool at the same time: host threads, and fibers under many
 * seeds. Each marks every granule it gets in an array of owners and takes the
 * mark back before freeing; two owners of one granule are seen at once.
 */
#include "pool_rig.h"

#include <signal.h>
#include <sys/time.h>
#include <udevmem/task.h>
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#define GRANULES 2000	/* at most, per chunk */
#define CHUNKS 4
#define MAX_USERS 8
#define HELD 24

static struct {
	struct gen_pool *pool;
	atomic_t owner[CHUNKS][GRANULES];
	atomic_t clashes;
	atomic_t served;
	/* Written by the owner of a granule only; a race detector watches the handover. */
	long payload[CHUNKS][GRANULES];
	unsigned long granules;	/* per chunk */
	size_t large;		/* every fourth request is up to this size */
	int rounds;
} shared;

static unsigned long chunk_start(int chunk)
{
	return 0x100000UL * (chunk + 1);
}

static size_t chunk_size(void)
{
	return shared.granules * 16;
}

static void mark(unsigned long addr, size_t size, int from, int to)
{
	int chunk = addr / 0x100000 - 1;
	unsigned long first = addr % 0x100000 >> 4;

	for (unsigned long i = first; i < first + DIV_ROUND_UP(size, 16); i++) {
		if (atomic_cmpxchg(&shared.owner[chunk][i], from, to) != from)
			atomic_inc(&shared.clashes);
		shared.payload[chunk][i] += to - from;
	}
}

struct holding {
	unsigned long addr;
	size_t size;
};

static void take(struct holding *h, struct rnd_state *rnd, int me)
{
	h->size = 1 + prandom_u32_state(rnd) % (prandom_u32_state(rnd) % 4 ? 16 : shared.large);
	h->addr = gen_pool_alloc(shared.pool, h->size);
	if (!h->addr)
		return;
	atomic_inc(&shared.served);
	mark(h->addr, h->size, 0, me);
}

static void give(struct holding *h, int me)
{
	if (!h->addr)
		return;
	mark(h->addr, h->size, me, 0);
	gen_pool_free(shared.pool, h->addr, h->size);
	h->addr = 0;
}

static void *use_pool(void *arg)
{
	struct holding held[HELD] = { { 0 } };
	int me = (long)arg + 1;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, me * 77);
	for (int i = 0; i < shared.rounds; i++) {
		struct holding *h = &held[prandom_u32_state(&rnd) % HELD];

		if (h->addr)
			give(h, me);
		else
			take(h, &rnd, me);
		if (!gen_pool_has_addr(shared.pool, chunk_start(0) + 5, 1))
			atomic_inc(&shared.clashes);
		cond_resched();
	}
	for (int i = 0; i < HELD; i++)
		give(&held[i], me);
	return NULL;
}

static void *add_chunks(void *unused)
{
	for (int i = 1; i < CHUNKS; i++) {
		udm_yield();
		ck_assert_int_eq(gen_pool_add(shared.pool, chunk_start(i), chunk_size(), -1), 0);
	}
	return NULL;
}

/* Everything is back, and the pool hands out what a fresh one would. */
static void check_fresh(void)
{
	check_counters(shared.pool);
	ck_assert_int_eq(atomic_read(&shared.clashes), 0);
	for (int chunk = CHUNKS; chunk--;) {
		ck_assert_uint_eq(gen_pool_alloc(shared.pool, 16), chunk_start(chunk));
		if (shared.granules > 1)
			ck_assert_uint_eq(gen_pool_alloc(shared.pool, chunk_size() - 16),
					  chunk_start(chunk) + 16);
	}
	ck_assert_uint_eq(gen_pool_alloc(shared.pool, 1), 0);
	for (int chunk = 0; chunk < CHUNKS; chunk++)
		gen_pool_free(shared.pool, chunk_start(chunk), chunk_size());
	destroy_empty(shared.pool);
}

static void share_pool(int rounds, unsigned long granules, size_t large)
{
	memset(&shared, 0, sizeof(shared));
	shared.rounds = rounds;
	shared.granules = granules;
	shared.large = large;
	shared.pool = pool_of(4, chunk_start(0), chunk_size());
}

/*
 * Runs of up to 200 granules, several words, so that claims collide half way; or
 * single granules of a pool that is too small, so that words and chunks become
 * full and are opened again all the time.
 */
static const struct {
	unsigned long granules;
	size_t large;
} mixes[] = { { 2000, 3200 }, { 21, 16 }, { 130, 160 }, { 1, 16 } };

static void run_users(int rounds, int mix, int nr_users)
{
	struct udm_thread *users[MAX_USERS], *adder;

	share_pool(rounds, mixes[mix].granules, mixes[mix].large);
	for (long i = 0; i < nr_users; i++)
		users[i] = udm_thread_create("user", use_pool, (void *)i);
	adder = udm_thread_create("adder", add_chunks, NULL);
	for (int i = 0; i < nr_users; i++)
		udm_thread_join(users[i]);
	udm_thread_join(adder);
	ck_assert_int_gt(atomic_read(&shared.served), 0);
	check_fresh();
}

START_TEST(threads)
{
	static const int users[] = { 2, 4, 8 };

	run_users(4000, _i % ARRAY_SIZE(mixes), users[_i / ARRAY_SIZE(mixes)]);
}
END_TEST

START_TEST(schedules)
{
	for (unsigned int seed = 1; seed <= test_seeds(10); seed++) {
		const struct udm_config cfg = { .seed = seed, .preempt_permille = 200 };

		machine_boot_with(&cfg);
		run_users(150, seed % ARRAY_SIZE(mixes), seed % 2 ? 4 : 2);
		machine_shutdown();
	}
}
END_TEST

/*
 * A signal handler stands in for an NMI: it uses the pool at any instruction of
 * the main flow, which allocates, frees and adds. Neither waits for the other.
 */
static atomic_t interrupts;

static void interrupt(int sig)
{
	unsigned long addr = gen_pool_alloc(shared.pool, 40);

	if (addr) {
		mark(addr, 40, 0, 99);
		mark(addr, 40, 99, 0);
		gen_pool_free(shared.pool, addr, 40);
	}
	atomic_inc(&interrupts);
}

START_TEST(interrupted_anywhere)
{
	const struct itimerval period = { { 0, 1000 }, { 0, 1000 } }, off = { { 0, 0 }, { 0, 0 } };

	atomic_set(&interrupts, 0);
	share_pool(200, 130, 500);
	signal(SIGPROF, interrupt);
	ck_assert_int_eq(setitimer(ITIMER_PROF, &period, NULL), 0);
	while (atomic_read(&interrupts) < 100) {
		use_pool((void *)1L);
		if (gen_pool_size(shared.pool) < CHUNKS * chunk_size())
			add_chunks(NULL);
	}
	setitimer(ITIMER_PROF, &off, NULL);
	signal(SIGPROF, SIG_IGN);
	check_fresh();
}
END_TEST

Suite *race_suite(void)
{
	Suite *s = suite_create("genpool_race");
	TCase *tc = machine_tcase_threads(s, "threads"), *sim = tcase_create("schedules");

	tcase_add_loop_test(tc, threads, 0, 3 * ARRAY_SIZE(mixes));
	tcase_add_test(tc, interrupted_anywhere);
	suite_add_tcase(s, sim);
	tcase_add_test(sim, schedules);
	return s;
}
