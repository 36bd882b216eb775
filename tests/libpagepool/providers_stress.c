// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several queues on one provider: each is consumed by one task in softirq context, and
 * others return what comes out, so that most of it leaves the pools. In threads mode for
 * real races (run it under TSan), in sim mode for many schedules.
 */
#include "fixture.h"

#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/ptr_ring.h>
#include <linux/sched.h>
#include <udevmem/pagepool.h>

#include "pools.h"
#include "provider_rig.h"

/* Together fewer than CPUs: all of them poll. */
#define CONSUMERS	4
#define RETURNERS	2
#define PER_ROUND	8

/* Buffers on their way from consumers to returners; how many consumers still send. */
static struct ptr_ring way;
static atomic_t sending;

struct consumer {
	struct page_pool *pool;
	unsigned int rounds, got;
};

/* Who has it says so in the word behind the description, and takes the word away again. */
static void claim(netmem_ref netmem, const void *who)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);

	ck_assert_uint_eq(xchg(&niov->desc._pp_mapping_pad, (unsigned long)who), 0);
}

static void give_up(netmem_ref netmem, const void *who)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);

	ck_assert_uint_eq(xchg(&niov->desc._pp_mapping_pad, 0UL), (unsigned long)who);
}

static void consume_some(struct consumer *c)
{
	netmem_ref got[PER_ROUND];
	unsigned int n = 0, kept;

	local_bh_disable();
	while (n < PER_ROUND && (got[n] = page_pool_alloc_netmems(c->pool, GFP_ATOMIC)))
		claim(got[n++], c->pool);
	kept = n / 4;
	for (unsigned int i = 0; i < kept; i++) {
		give_up(got[i], c->pool);
		page_pool_put_full_netmem(c->pool, got[i], true);
	}
	local_bh_enable();
	for (unsigned int i = kept; i < n; i++) {
		while (ptr_ring_produce_bh(&way, (void *)got[i]))
			cond_resched();
	}
	c->got += n;
	cond_resched();
}

static void *consume(void *ctx)
{
	struct consumer *c = ctx;

	for (unsigned int i = 0; i < c->rounds; i++)
		consume_some(c);
	page_pool_destroy(c->pool);
	atomic_dec(&sending);
	return NULL;
}

static void *give_back(void *softirq)
{
	while (true) {
		const bool last = !atomic_read(&sending);
		netmem_ref netmem = (netmem_ref)ptr_ring_consume_bh(&way);

		if (!netmem && last)
			return NULL;
		if (!netmem) {
			cond_resched();
			continue;
		}
		if (softirq)
			local_bh_disable();
		give_up(netmem, netmem_get_pp(netmem));
		page_pool_put_full_netmem(netmem_get_pp(netmem), netmem, false);
		if (softirq)
			local_bh_enable();
	}
}

/* One of the queues has two pools, as while it is restarted. */
static void run(const struct provider_kind *kind, void *mp, unsigned int rounds)
{
	struct consumer consumers[CONSUMERS];
	struct udm_thread *threads[CONSUMERS + RETURNERS];
	u32 ids[CONSUMERS];

	ck_assert_int_eq(ptr_ring_init(&way, 32, GFP_KERNEL), 0);
	atomic_set(&sending, ARRAY_SIZE(consumers));
	for (unsigned int i = 0; i < ARRAY_SIZE(consumers); i++) {
		const struct page_pool_params params = rig_pool_params(i % 3, 4);

		consumers[i] = (struct consumer){ rig_pool(kind, mp, &params), rounds, 0 };
		ck_assert(!IS_ERR(consumers[i].pool));
		ids[i] = consumers[i].pool->user.id;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(consumers); i++)
		threads[i] = udm_thread_create("consumer", consume, &consumers[i]);
	for (unsigned long i = 0; i < RETURNERS; i++)
		threads[ARRAY_SIZE(consumers) + i] = udm_thread_create("returner", give_back,
								       (void *)i);
	for (unsigned int i = 0; i < ARRAY_SIZE(threads); i++)
		udm_thread_join(threads[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++) {
		for (int tries = 0; tries < 40 && pool_exists(ids[i]); tries++)
			pass_ms(100);
		ck_assert(!pool_exists(ids[i]));
	}
	ptr_ring_cleanup(&way, NULL);
}

static void stress(unsigned int i, unsigned int rounds)
{
	const struct provider_kind *kind = &provider_kinds[i];
	void *mp;

	provider_rig_open();
	mp = kind->create();
	ck_assert_ptr_nonnull(mp);
	run(kind, mp, rounds);
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	kind->put(mp);
	ck_assert_int_eq(rig_memory_is_held(kind), kind->of_binding);
	provider_rig_close();
}

START_TEST(queues_share_a_provider)
{
	stress(_i, test_rounds(400));
}
END_TEST

START_TEST(schedules_of_queues_on_a_provider)
{
	const unsigned int n = test_seeds(24);

	for (unsigned int seed = 1; seed <= n; seed++) {
		const struct udm_config cfg = { .seed = seed, .preempt_permille = 200 };

		pools_are_busy();
		machine_boot_with(&cfg);
		stress(_i, 12);
		machine_shutdown();
	}
}
END_TEST

Suite *providers_stress_suite(void)
{
	Suite *s = suite_create("providers_stress");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *sim = tcase_create("schedules");

	tcase_add_loop_test(threads, queues_share_a_provider, 0, 3);
	tcase_add_loop_test(sim, schedules_of_queues_on_a_provider, 0, 3);
	suite_add_tcase(s, sim);
	return s;
}
