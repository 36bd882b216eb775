// SPDX-License-Identifier: GPL-2.0-only
/*
 * page_pool_create(): what it refuses, in which order, and what it undoes.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <udevmem/fault.h>

#include "fake_dma.h"
#include "fake_provider.h"
#include "pools.h"

static struct device fake_dev;

static const struct {
	const char *what;
	struct page_pool_params params;
	int err;
} cases[] = {
	{ "unknown flag", { .flags = BIT(4) }, -EINVAL },
	{ "unknown flag and bad direction",
	  { .flags = BIT(4) | PP_FLAG_DMA_MAP, .dma_dir = DMA_NONE }, -EINVAL },
	{ "map to device", { .flags = PP_FLAG_DMA_MAP, .dma_dir = DMA_TO_DEVICE }, -EINVAL },
	{ "map in no direction", { .flags = PP_FLAG_DMA_MAP, .dma_dir = DMA_NONE }, -EINVAL },
	{ "sync without map", { .flags = PP_FLAG_DMA_SYNC_DEV, .max_len = 1 }, -EINVAL },
	{ "sync of nothing",
	  { .flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV, .dma_dir = DMA_FROM_DEVICE },
	  -EINVAL },
	{ "order above the allocator's", { .order = MAX_PAGE_ORDER + 1 }, -EINVAL },
	{ "largest order", { .order = MAX_PAGE_ORDER }, 0 },
	{ "direction without map", { .dma_dir = DMA_TO_DEVICE }, 0 },
	{ "map both ways",
	  { .flags = PP_FLAG_DMA_MAP, .dma_dir = DMA_BIDIRECTIONAL, .dev = &fake_dev }, 0 },
	{ "system pool", { .flags = PP_FLAG_SYSTEM_POOL }, 0 },
};

START_TEST(parameters_are_checked)
{
	struct page_pool_params params = cases[_i].params;
	struct page_pool *pool;

	params.nid = NUMA_NO_NODE;
	pool = page_pool_create(&params);
	ck_assert_msg(PTR_ERR_OR_ZERO(pool) == cases[_i].err, "%s: %d", cases[_i].what,
		      (int)PTR_ERR_OR_ZERO(pool));
	if (!IS_ERR(pool))
		page_pool_destroy(pool);
}
END_TEST

START_TEST(refusals_are_logged)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .flags = BIT(4) };

	log_look_for("page_pool_create_percpu() gave up with errno -22\n");
	pool_refused(&params, -EINVAL);
	ck_assert_uint_eq(log_found(), 1);
	/* Nothing was begun without the pool itself. */
	log_look_for("gave up");
	fail_whatever_flags();
	udm_fault_nth(1);
	pool_refused(&PLAIN_PARAMS, -ENOMEM);
	udm_fault_reset();
	ck_assert_uint_eq(log_found(), 0);
}
END_TEST

/* Both spellings are the same words, and the pool gets all of them. */
START_TEST(parameters_are_copied)
{
	struct page_pool_params params = {
		.order = 1, .pool_size = 7, .nid = 0, .dma_dir = DMA_BIDIRECTIONAL,
		.max_len = 3, .offset = 5, .queue_idx = 9,
	};
	struct page_pool *pool;

	ck_assert_ptr_eq(&params.offset, &params.fast.offset);
	ck_assert_ptr_eq(&params.init_arg, &params.slow.init_arg);
	pool = page_pool_create_percpu(&params, 2);
	ck_assert(!IS_ERR(pool));
	ck_assert_mem_eq(&pool->p, &params.fast, sizeof(pool->p));
	ck_assert_mem_eq(&pool->slow, &params.slow, sizeof(pool->slow));
	ck_assert_int_eq(pool->cpuid, 2);
	ck_assert(pool->dma_sync_for_cpu && !pool->dma_sync && !pool->dma_map);
	ck_assert(!pool->has_init_callback && is_page_pool_compiled_in());
	page_pool_destroy(pool);
}
END_TEST

START_TEST(ring_size_is_clamped)
{
	static const struct {
		unsigned int asked, got;
	} sizes[] = { { 0, 1024 }, { 1, 1 }, { 16384, 16384 }, { 1000000, 16384 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct page_pool_params params = {
			.nid = NUMA_NO_NODE, .pool_size = sizes[i].asked,
		};
		struct page_pool *pool = pool_new(&params);

		ck_assert_int_eq(pool->ring.size, sizes[i].got);
		ck_assert_uint_eq(pool->p.pool_size, sizes[i].asked);
		page_pool_destroy(pool);
	}
}
END_TEST

START_TEST(ids_rise_and_are_not_reused)
{
	struct page_pool *a = plain_pool(), *b = plain_pool(), *c;

	ck_assert_uint_eq(a->user.id, 1);
	ck_assert_uint_eq(b->user.id, 2);
	page_pool_destroy(a);
	c = plain_pool();
	ck_assert_uint_eq(c->user.id, 3);
	page_pool_destroy(b);
	page_pool_destroy(c);
}
END_TEST

static int create_and_destroy(void *ctx)
{
	struct page_pool *pool = page_pool_create(ctx);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	page_pool_destroy(pool);
	return 0;
}

/* Pools with the ids from @first on until those that have a place are used up. */
static void pools_for_ids(struct page_pool **pools, unsigned int first)
{
	for (unsigned int id = first; id < 64; id++) {
		pools[id] = plain_pool();
		ck_assert_uint_eq(pools[id]->user.id, id);
	}
}

static void pools_destroy(struct page_pool **pools, unsigned int first)
{
	for (unsigned int id = first; id < 64; id++)
		page_pool_destroy(pools[id]);
}

/* All slab allocations fail after the first @bytes. */
static void only_so_much(unsigned int bytes)
{
	fail_whatever_flags();
	udm_fault_set("failslab", "space", bytes);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "probability", 100);
}

/* When there is memory for everything but a place for a new id, a free one below will do. */
START_TEST(a_freed_id_helps_out)
{
	struct page_pool *pools[64];
	unsigned int space = 0;

	pools_for_ids(pools, 1);
	page_pool_destroy(pools[7]);
	do {
		only_so_much(space += 32);
		pools[7] = page_pool_create(&PLAIN_PARAMS);
		udm_fault_reset();
		ck_assert(!IS_ERR(pools[7]) || PTR_ERR(pools[7]) == -ENOMEM);
	} while (IS_ERR(pools[7]));
	ck_assert_uint_eq(pools[7]->user.id, 7);
	pools_destroy(pools, 1);
}
END_TEST

/* Pool, statistics and ring; the id's node allocation has a second try. */
START_TEST(every_failed_allocation_is_undone)
{
	struct page_pool_params params = PLAIN_PARAMS;
	int points = udm_fault_sweep(create_and_destroy, &params);

	ck_assert_msg(points >= 3, "%d points: %s", points, udm_fault_sweep_message());
}
END_TEST

START_TEST(unreadable_without_provider_is_plain)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));
	struct page_pool *pool;

	params.netdev = nic->netdev;
	params.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	netdev_lock(nic->netdev);
	pool = pool_new(&params);
	netdev_unlock(nic->netdev);
	ck_assert(!page_pool_is_unreadable(pool));
	page_pool_destroy(pool);
	fake_nic_put(nic);
}
END_TEST

START_TEST(unreadable_needs_a_queue)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));

	params.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	udm_warn_expect("", 2);
	pool_refused(&params, -EINVAL);
	params.netdev = nic->netdev;
	params.queue_idx = 1;
	pool_refused(&params, -EINVAL);
	fake_nic_put(nic);
}
END_TEST

static struct page_pool *create_on_queue(struct fake_nic *nic, unsigned int flags)
{
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));
	struct page_pool *pool;

	params.netdev = nic->netdev;
	params.flags = flags;
	netdev_lock(nic->netdev);
	pool = page_pool_create(&params);
	netdev_unlock(nic->netdev);
	return pool;
}

#define MP_FLAGS	(PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM)

START_TEST(provider_needs_both_dma_flags)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct page_pool *pool;

	fake_nic_set_provider(nic, 0, mp);
	pool = create_on_queue(nic, MP_FLAGS & ~PP_FLAG_DMA_SYNC_DEV);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(pool), -EOPNOTSUPP);
	pool = create_on_queue(nic, PP_FLAG_ALLOW_UNREADABLE_NETMEM);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(pool), -EOPNOTSUPP);
	ck_assert_uint_eq(mp->inits, 0);
	fake_nic_set_provider(nic, 0, NULL);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(provider_ops_must_be_read_only)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct memory_provider_ops *ops = kmemdup(&fake_provider_ops, sizeof(*ops), GFP_KERNEL);
	struct page_pool *pool;

	fake_nic_set_provider(nic, 0, mp);
	nic->netdev->_rx[0].mp_params.mp_ops = ops;
	udm_warn_expect("", 1);
	pool = create_on_queue(nic, MP_FLAGS);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(pool), -EFAULT);
	ck_assert_uint_eq(mp->inits, 0);
	fake_nic_set_provider(nic, 0, NULL);
	kfree(ops);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(provider_init_failure_is_passed_on)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct page_pool *pool;

	fake_nic_set_provider(nic, 0, mp);
	mp->init_err = -7;
	log_look_for("page_pool_init() mem-provider init failed -7\n");
	pool = create_on_queue(nic, MP_FLAGS);
	ck_assert_uint_eq(log_found(), 1);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(pool), -7);
	ck_assert_uint_eq(mp->inits, 1);
	ck_assert_uint_eq(mp->destroys, 0);
	ck_assert(!static_key_enabled(&page_pool_mem_providers));
	fake_nic_set_provider(nic, 0, NULL);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

struct sweep_on_queue {
	struct fake_nic *nic;
	struct fake_provider *mp;
};

static int create_on_queue_and_destroy(void *ctx)
{
	struct sweep_on_queue *on = ctx;
	struct page_pool *pool = create_on_queue(on->nic, MP_FLAGS);

	if (!IS_ERR(pool))
		page_pool_destroy(pool);
	ck_assert_uint_eq(on->mp->inits, on->mp->destroys);
	ck_assert(!static_key_enabled(&page_pool_mem_providers));
	return PTR_ERR_OR_ZERO(pool);
}

/* Whatever fails after the provider's init brings its destroy. */
START_TEST(init_and_destroy_of_a_provider_pair)
{
	struct sweep_on_queue on = { fake_nic_get(1), fake_provider_get(8) };
	int points;

	fake_nic_set_provider(on.nic, 0, on.mp);
	points = udm_fault_sweep(create_on_queue_and_destroy, &on);
	ck_assert_msg(points >= 3, "%d points: %s", points, udm_fault_sweep_message());
	fake_nic_set_provider(on.nic, 0, NULL);
	fake_provider_put(on.mp);
	fake_nic_put(on.nic);
}
END_TEST

/* The id is what is missing when all else is there, provided that no lower one is free. */
START_TEST(a_pool_without_an_id_gives_its_provider_up)
{
	struct sweep_on_queue on = { fake_nic_get(1), fake_provider_get(8) };
	unsigned int space = 0, got_as_far = 0;
	struct page_pool *pools[64];
	int err;

	pools_for_ids(pools, 2);
	fake_nic_set_provider(on.nic, 0, on.mp);
	do {
		const unsigned int inits = on.mp->inits;

		only_so_much(space += 32);
		err = create_on_queue_and_destroy(&on);
		udm_fault_reset();
		ck_assert(!err || err == -ENOMEM);
		got_as_far += err && on.mp->inits > inits;
	} while (err);
	ck_assert_uint_ge(got_as_far, 1);
	pools_destroy(pools, 2);
	fake_nic_set_provider(on.nic, 0, NULL);
	fake_provider_put(on.mp);
	fake_nic_put(on.nic);
}
END_TEST

START_TEST(provider_is_ignored_without_the_flag)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct page_pool *pool;

	fake_nic_set_provider(nic, 0, mp);
	pool = create_on_queue(nic, PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV);
	ck_assert(!IS_ERR(pool));
	ck_assert(!page_pool_is_unreadable(pool));
	put_ring(pool, page_to_netmem(must_alloc_page(pool)));
	ck_assert_int_eq(page_pool_check_memory_provider(nic->netdev, &nic->netdev->_rx[0]),
			 -ENODATA);
	page_pool_destroy(pool);
	fake_nic_set_provider(nic, 0, NULL);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(provider_decides_about_the_order)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(8);
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));
	struct page_pool *pool;

	fake_nic_set_provider(nic, 0, mp);
	params.netdev = nic->netdev;
	params.order = MAX_PAGE_ORDER + 1;
	params.flags = MP_FLAGS;
	netdev_lock(nic->netdev);
	pool = page_pool_create(&params);
	netdev_unlock(nic->netdev);
	ck_assert(!IS_ERR(pool));
	ck_assert(page_pool_is_unreadable(pool));
	page_pool_destroy(pool);
	fake_nic_set_provider(nic, 0, NULL);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

Suite *page_pool_create_suite(void)
{
	Suite *s = suite_create("page_pool_create");
	TCase *tc = machine_tcase(s, "create");

	tcase_add_loop_test(tc, parameters_are_checked, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, refusals_are_logged);
	tcase_add_test(tc, parameters_are_copied);
	tcase_add_test(tc, ring_size_is_clamped);
	tcase_add_test(tc, ids_rise_and_are_not_reused);
	tcase_add_test(tc, a_freed_id_helps_out);
	tcase_add_test(tc, every_failed_allocation_is_undone);
	tcase_add_test(tc, unreadable_without_provider_is_plain);
	tcase_add_test(tc, unreadable_needs_a_queue);
	tcase_add_test(tc, provider_needs_both_dma_flags);
	tcase_add_test(tc, provider_ops_must_be_read_only);
	tcase_add_test(tc, provider_init_failure_is_passed_on);
	tcase_add_test(tc, init_and_destroy_of_a_provider_pair);
	tcase_add_test(tc, a_pool_without_an_id_gives_its_provider_up);
	tcase_add_test(tc, provider_is_ignored_without_the_flag);
	tcase_add_test(tc, provider_decides_about_the_order);
	return s;
}
