// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools under many hands: returns from everywhere while one allocates, and while
 * the pool is destroyed. In threads mode for real races (run it under TSan), in sim
 * mode for many schedules.
 */
#include "fixture.h"

#include <linux/bottom_half.h>
#include <linux/ptr_ring.h>
#include <linux/sched.h>

#include "fake_dma.h"
#include "pools.h"

#define RETURNERS	3

/* Buffers on their way from the consumer to the threads that return them. */
static struct ptr_ring way;
static bool done;

struct load {
	struct page_pool *pool;
	unsigned int rounds;
	bool fragments;
};

static void give(void *netmem)
{
	while (ptr_ring_produce_bh(&way, netmem))
		cond_resched();
}

/* Takes buffers from the way and returns them in a way of its own. */
static void *returner(void *ctx)
{
	const unsigned int me = (unsigned long)ctx;
	netmem_ref bulk[8];
	u32 n = 0;

	while (true) {
		netmem_ref netmem = (netmem_ref)ptr_ring_consume_bh(&way);

		if (!netmem && READ_ONCE(done) && ptr_ring_empty_bh(&way))
			break;
		if (!netmem) {
			cond_resched();
			continue;
		}
		if (me == 0) {
			put_ring(netmem_get_pp(netmem), netmem);
		} else if (me == 1) {
			local_bh_disable();
			put_ring(netmem_get_pp(netmem), netmem);
			local_bh_enable();
		} else {
			bulk[n++] = netmem;
			if (n == ARRAY_SIZE(bulk)) {
				page_pool_put_netmem_bulk(bulk, n);
				n = 0;
			}
		}
	}
	page_pool_put_netmem_bulk(bulk, n);
	return NULL;
}

static netmem_ref take(const struct load *load)
{
	unsigned int offset;

	if (load->fragments)
		return page_pool_alloc_frag_netmem(load->pool, &offset, 700, GFP_ATOMIC);
	return page_pool_alloc_netmems(load->pool, GFP_ATOMIC);
}

/* The consumer: keeps some, recycles some itself, gives the rest away. */
static void consume(const struct load *load)
{
	for (unsigned int i = 0; i < load->rounds; i++) {
		netmem_ref netmem = take(load);

		ck_assert(netmem);
		if (!load->fragments && i % 4 == 0)
			put_direct(load->pool, netmem);
		else
			give((void *)netmem);
		if (i % 64 == 0)
			cond_resched();
	}
}

static void run(struct load *load, bool destroy_early)
{
	struct udm_thread *thread[RETURNERS];
	const u32 id = load->pool->user.id;

	WRITE_ONCE(done, false);
	ck_assert_int_eq(ptr_ring_init(&way, 128, GFP_KERNEL), 0);
	for (unsigned long i = 0; i < RETURNERS; i++)
		thread[i] = udm_thread_create("returner", returner, (void *)i);
	consume(load);
	if (destroy_early)
		page_pool_destroy(load->pool);
	WRITE_ONCE(done, true);
	for (int i = 0; i < RETURNERS; i++)
		udm_thread_join(thread[i]);
	if (!destroy_early) {
		const struct page_pool_stats stats = stats_of(load->pool);

		ck_assert_uint_ge(stats.recycle_stats.ring, 1);
		page_pool_destroy(load->pool);
	}
	ptr_ring_cleanup(&way, NULL);
	for (int i = 0; i < 40 && pool_exists(id); i++)
		pass_ms(100);
	ck_assert(!pool_exists(id));
}

static const struct {
	bool mapped, fragments, destroy_early;
} kinds[] = {
	{ false, false, false },
	{ true, false, false },
	{ true, false, true },
	{ true, true, false },
	{ true, true, true },
};

static void stress(int kind, unsigned int rounds, unsigned int ring)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool_params params =
		kinds[kind].mapped ? DMA_PARAMS(&dma->dev) : PLAIN_PARAMS;
	struct load load = { .rounds = rounds, .fragments = kinds[kind].fragments };

	params.pool_size = ring;
	load.pool = pool_new(&params);
	run(&load, kinds[kind].destroy_early);
	fake_dma_put(dma);
}

START_TEST(threads_return_and_destroy)
{
	for (int repeat = 0; repeat < 3; repeat++)
		stress(_i, test_rounds(5000), repeat ? 64 : 0);
}
END_TEST

/* The same in sim mode: a seed is a schedule. */
static void one_schedule(int kind, unsigned int seed)
{
	const struct udm_config cfg = { .seed = seed, .preempt_permille = 200 };

	pools_are_busy();
	machine_boot_with(&cfg);
	stress(kind, 300, 16);
	machine_shutdown();
}

START_TEST(schedules_of_returns_and_destroy)
{
	const unsigned int n = test_seeds(40);

	for (unsigned int seed = 1; seed <= n; seed++)
		one_schedule(_i, seed);
}
END_TEST

/* Two readers of everything while the pool works. */
static void *look_on(void *ctx)
{
	struct page_pool *pool = ctx;
	u64 sum = 0;

	while (!READ_ONCE(done)) {
		sum += stats_of(pool).alloc_stats.fast + page_pool_inflight(pool, false);
		ck_assert(pool_exists(pool->user.id));
		cond_resched();
	}
	return (void *)(unsigned long)sum;
}

START_TEST(statistics_are_read_meanwhile)
{
	struct page_pool *pool = plain_pool();
	struct udm_thread *thread;

	WRITE_ONCE(done, false);
	thread = udm_thread_create("look", look_on, pool);
	for (int i = 0; i < 20000; i++)
		put_direct(pool, page_pool_alloc_netmems(pool, GFP_ATOMIC));
	WRITE_ONCE(done, true);
	udm_thread_join(thread);
	page_pool_destroy(pool);
}
END_TEST

Suite *page_pool_stress_suite(void)
{
	Suite *s = suite_create("page_pool_stress");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *sim = tcase_create("schedules");

	tcase_add_loop_test(threads, threads_return_and_destroy, 0, ARRAY_SIZE(kinds));
	tcase_add_test(threads, statistics_are_read_meanwhile);
	tcase_add_loop_test(sim, schedules_of_returns_and_destroy, 0, ARRAY_SIZE(kinds));
	suite_add_tcase(s, sim);
	return s;
}
