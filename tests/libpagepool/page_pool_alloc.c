// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation: cache, ring, node preference, page allocator, and the counters.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/topology.h>
#include <udevmem/fault.h>

#include "fake_dma.h"
#include "pools.h"

START_TEST(first_alloc_fetches_a_bulk)
{
	struct page_pool *pool = plain_pool();
	netmem_ref out[64];

	out[0] = must_alloc(pool);
	ck_assert_uint_eq(pool->pages_state_hold_cnt, 64);
	ck_assert_uint_eq(cached(pool), 63);
	for (int i = 1; i < 64; i++)
		out[i] = must_alloc(pool);
	ck_assert_uint_eq(pool->pages_state_hold_cnt, 64);
	ck_assert_stat(pool, alloc, empty, 1);
	ck_assert_stat(pool, alloc, slow, 1);
	ck_assert_stat(pool, alloc, fast, 63);
	ck_assert_stat(pool, alloc, refill, 0);
	for (int i = 0; i < 64; i++)
		put_ring(pool, out[i]);
	page_pool_destroy(pool);
}
END_TEST

/* Hold every page of the machine but @left: the first ones taken, of the preferred zone. */
static LIST_HEAD(hoard);

static void hoard_all(gfp_t gfp)
{
	struct page *page;

	while ((page = alloc_page(gfp | __GFP_NOWARN)))
		list_add(&page->lru, &hoard);
}

static void hoard_memory(unsigned int left)
{
	struct page *page;

	hoard_all(GFP_KERNEL);
	while (left--) {
		page = list_last_entry(&hoard, struct page, lru);
		list_del(&page->lru);
		page->lru.next = NULL;
		__free_page(page);
	}
}

static void hoard_free(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &hoard, lru) {
		list_del(&page->lru);
		page->lru.next = NULL;
		__free_page(page);
	}
}

START_TEST(short_bulk_is_enough)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem;

	hoard_memory(5);
	netmem = must_alloc(pool);
	ck_assert_uint_eq(cached(pool), 4);
	ck_assert_int_eq(inflight(pool), 5);
	hoard_free();
	put_ring(pool, netmem);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(no_memory_counts_only_empty)
{
	struct page_pool *pool = plain_pool();
	struct page_pool_stats stats;

	hoard_memory(0);
	ck_assert(!page_pool_alloc_netmems(pool, GFP_KERNEL | __GFP_NOWARN));
	hoard_free();
	stats = stats_of(pool);
	ck_assert_uint_eq(stats.alloc_stats.empty, 1);
	ck_assert_uint_eq(stats.alloc_stats.slow, 0);
	ck_assert_int_eq(inflight(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

/* Who cannot wait drops packets instead, often: nothing is said about it. */
START_TEST(atomic_failures_are_silent)
{
	struct page_pool_params high = { .nid = NUMA_NO_NODE, .order = 2 };
	struct page_pool *pool[2] = { plain_pool(), pool_new(&high) };

	hoard_memory(0);
	hoard_all(GFP_ATOMIC);
	log_look_for("page allocation failure");
	for (int i = 0; i < 2; i++)
		ck_assert(!page_pool_alloc_netmems(pool[i], GFP_ATOMIC));
	ck_assert_uint_eq(log_found(), 0);
	log_look_for("page allocation failure");
	ck_assert(!page_pool_alloc_netmems(pool[1], GFP_KERNEL));
	ck_assert_uint_eq(log_found(), 1);
	hoard_free();
	ck_assert_stat(pool[1], alloc, slow_high_order, 0);
	for (int i = 0; i < 2; i++)
		page_pool_destroy(pool[i]);
}
END_TEST

START_TEST(pages_that_do_not_map_are_put_back)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = pool_new(&DMA_PARAMS(&dma->dev));
	netmem_ref netmem;

	hoard_memory(5);
	dma->fail_mask = BIT(0) | BIT(2) | BIT(4);
	netmem = must_alloc(pool);
	ck_assert_uint_eq(cached(pool), 1);
	ck_assert_int_eq(inflight(pool), 2);
	ck_assert_int_eq(fake_dma_live(dma), 2);
	hoard_free();
	put_ring(pool, netmem);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(nothing_maps)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = pool_new(&DMA_PARAMS(&dma->dev));

	dma->fail_mask = ~0UL;
	ck_assert(!page_pool_alloc_netmems(pool, GFP_KERNEL));
	ck_assert_int_eq(pool->pages_state_hold_cnt, 0);
	ck_assert_stat(pool, alloc, slow, 0);
	dma->fail_mask = 0;
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(a_high_order_buffer_that_does_not_map)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool_params params = DMA_PARAMS(&dma->dev);
	struct page_pool *pool;

	params.order = 2;
	pool = pool_new(&params);
	dma->fail_mask = 1;
	ck_assert(!page_pool_alloc_netmems(pool, GFP_KERNEL));
	ck_assert_int_eq(pool->pages_state_hold_cnt, 0);
	ck_assert_stat(pool, alloc, slow_high_order, 0);
	ck_assert_stat(pool, alloc, empty, 1);
	put_ring(pool, must_alloc(pool));
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

/* Where the buffer is to lie is no wish for what remembers its mapping. */
START_TEST(zones_are_for_the_buffer_only)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = pool_new(&DMA_PARAMS(&dma->dev));
	netmem_ref netmem = page_pool_alloc_netmems(pool, GFP_KERNEL | __GFP_DMA32);

	ck_assert(netmem);
	ck_assert_uint_lt(page_to_phys(netmem_to_page(netmem)), 1ULL << 32);
	put_ring(pool, netmem);
	page_pool_update_nid(pool, NUMA_NO_NODE);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(ring_comes_back_in_reverse)
{
	struct page_pool *pool = plain_pool();
	netmem_ref out[64];

	for (int i = 0; i < 64; i++)
		out[i] = must_alloc(pool);
	for (int i = 0; i < 3; i++)
		put_ring(pool, out[i]);
	ck_assert_uint_eq(must_alloc(pool), out[2]);
	ck_assert_stat(pool, alloc, refill, 1);
	ck_assert_uint_eq(must_alloc(pool), out[1]);
	ck_assert_uint_eq(must_alloc(pool), out[0]);
	ck_assert_stat(pool, alloc, fast, 63 + 2);
	for (int i = 0; i < 64; i++)
		put_ring(pool, out[i]);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(refill_moves_64)
{
	struct page_pool *pool = plain_pool();
	netmem_ref out[128], again;

	for (int i = 0; i < 128; i++)
		out[i] = must_alloc(pool);
	for (int i = 0; i < 100; i++)
		put_ring(pool, out[i]);
	again = must_alloc(pool);
	ck_assert_uint_eq(again, out[63]);
	ck_assert_uint_eq(cached(pool), 63);
	put_direct(pool, again);
	for (int i = 100; i < 128; i++)
		put_ring(pool, out[i]);
	/* 36 were left in the ring; the last 28 make a batch of them. */
	while (cached(pool))
		put_ring(pool, must_alloc(pool));
	ck_assert_uint_eq(must_alloc(pool), out[127]);
	put_ring(pool, out[127]);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(cache_is_a_stack)
{
	struct page_pool *pool = plain_pool();
	netmem_ref a = must_alloc(pool), b = must_alloc(pool);

	put_direct(pool, a);
	put_direct(pool, b);
	ck_assert_uint_eq(must_alloc(pool), b);
	ck_assert_uint_eq(must_alloc(pool), a);
	put_direct(pool, a);
	put_direct(pool, b);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(high_order_is_one_compound_page)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .order = 2 };
	struct page_pool *pool = pool_new(&params);
	struct page *page = must_alloc_page(pool);

	ck_assert_uint_eq(compound_order(page), 2);
	ck_assert_uint_eq(cached(pool), 0);
	ck_assert_int_eq(inflight(pool), 1);
	ck_assert_stat(pool, alloc, slow_high_order, 1);
	page_pool_recycle_direct(pool, page);
	ck_assert_ptr_eq(must_alloc_page(pool), page);
	ck_assert_stat(pool, alloc, fast, 1);
	ck_assert_stat(pool, alloc, slow, 0);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(injection_changes_nothing)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);
	struct page_pool_stats before = stats_of(pool), after;

	ck_assert_int_eq(udm_inject_arm("page_pool_alloc_netmems"), 0);
	ck_assert(!page_pool_alloc_netmems(pool, GFP_KERNEL));
	ck_assert_ptr_null(page_pool_alloc_pages(pool, GFP_KERNEL));
	ck_assert_int_eq(udm_inject_disarm("page_pool_alloc_netmems"), 0);
	after = stats_of(pool);
	ck_assert_mem_eq(&before, &after, sizeof(before));
	ck_assert_uint_eq(cached(pool), 63);
	put_ring(pool, netmem);
	page_pool_destroy(pool);
}
END_TEST

static unsigned int inits;

static void count_init(netmem_ref netmem, void *arg)
{
	ck_assert_ptr_eq(arg, &inits);
	ck_assert(netmem_is_pp(netmem));
	inits++;
}

START_TEST(init_callback_runs_once_per_buffer)
{
	struct page_pool_params params = {
		.nid = NUMA_NO_NODE, .init_callback = count_init, .init_arg = &inits,
	};
	struct page_pool *pool = pool_new(&params);

	inits = 0;
	for (int i = 0; i < 3; i++)
		put_direct(pool, must_alloc(pool));
	for (int i = 0; i < 64; i++)
		put_ring(pool, must_alloc(pool));
	ck_assert_uint_eq(inits, 64);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(page_form_refuses_net_iovs)
{
	struct net_iov niov = { };

	ck_assert_ptr_null(netmem_to_page(0));
	udm_warn_expect("", 1);
	ck_assert_ptr_null(netmem_to_page(net_iov_to_netmem(&niov)));
}
END_TEST

/* Two nodes. */

static void boot_two_nodes(void)
{
	const struct udm_config cfg = { .nodes = 2, .cpus = 8 };

	machine_boot_with(&cfg);
}

/* A page of the pool that lies on node @nid, out of its pool's hands. */
static netmem_ref alloc_on(struct page_pool *pool, int nid)
{
	netmem_ref netmem;

	page_pool_nid_changed(pool, nid);
	netmem = must_alloc(pool);
	ck_assert_int_eq(page_to_nid(netmem_to_page(netmem)), nid);
	return netmem;
}

START_TEST(wrong_node_ends_a_refill)
{
	struct page_pool_params params = { .nid = 0 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref far = alloc_on(pool, 1);
	netmem_ref near[3];
	u32 released;

	for (int i = 0; i < 3; i++)
		near[i] = alloc_on(pool, 0);
	page_pool_update_nid(pool, 0);
	ck_assert_uint_eq(cached(pool), 0);
	put_ring(pool, near[0]);
	put_ring(pool, near[1]);
	put_ring(pool, far);
	put_ring(pool, near[2]);
	released = atomic_read(&pool->pages_state_release_cnt);
	ck_assert_uint_eq(must_alloc(pool), near[1]);
	ck_assert_stat(pool, alloc, waive, 1);
	ck_assert_stat(pool, alloc, refill, 1);
	ck_assert_uint_eq(atomic_read(&pool->pages_state_release_cnt), released + 1);
	ck_assert_uint_eq(must_alloc(pool), near[0]);
	ck_assert_uint_eq(must_alloc(pool), near[2]);
	for (int i = 0; i < 3; i++)
		put_ring(pool, near[i]);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(wrong_node_alone_goes_to_the_allocator)
{
	struct page_pool_params params = { .nid = 0 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref far = alloc_on(pool, 1);

	page_pool_update_nid(pool, 0);
	put_ring(pool, far);
	put_ring(pool, must_alloc(pool));
	ck_assert_stat(pool, alloc, waive, 1);
	ck_assert_stat(pool, alloc, refill, 0);
	ck_assert_stat(pool, alloc, slow, 2);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(no_node_follows_the_cpu)
{
	struct page_pool *pool = plain_pool();

	for (int nid = 0; nid < 2; nid++) {
		const int cpu = cpumask_first(cpumask_of_node(nid));
		struct page *page;

		ck_assert_int_eq(udm_task_set_cpu(cpu), 0);
		page_pool_update_nid(pool, NUMA_NO_NODE);
		page = must_alloc_page(pool);
		ck_assert_int_eq(page_to_nid(page), nid);
		page_pool_put_full_page(pool, page, false);
	}
	page_pool_destroy(pool);
}
END_TEST

START_TEST(node_change_drops_the_cache_only)
{
	struct page_pool *pool = plain_pool();
	netmem_ref a = must_alloc(pool), b = must_alloc(pool);
	const u32 k = cached(pool);

	put_ring(pool, a);
	put_ring(pool, b);
	page_pool_update_nid(pool, 1);
	ck_assert_int_eq(pool->p.nid, 1);
	ck_assert_uint_eq(atomic_read(&pool->pages_state_release_cnt), k);
	ck_assert_uint_eq(cached(pool), 0);
	ck_assert_int_eq(inflight(pool), 2);
	page_pool_nid_changed(pool, 1);
	page_pool_destroy(pool);
}
END_TEST

static void boot_little_memory(void)
{
	const struct udm_config cfg = { .ram_bytes = 64 << 20 };

	machine_boot_with(&cfg);
}

Suite *page_pool_alloc_suite(void)
{
	Suite *s = suite_create("page_pool_alloc");
	TCase *tc = machine_tcase(s, "alloc");
	TCase *little = tcase_create("little memory");
	TCase *nodes = tcase_create("two nodes");

	tcase_add_test(tc, first_alloc_fetches_a_bulk);
	tcase_add_test(tc, nothing_maps);
	tcase_add_test(tc, a_high_order_buffer_that_does_not_map);
	tcase_add_test(tc, zones_are_for_the_buffer_only);
	tcase_add_test(tc, ring_comes_back_in_reverse);
	tcase_add_test(tc, refill_moves_64);
	tcase_add_test(tc, cache_is_a_stack);
	tcase_add_test(tc, high_order_is_one_compound_page);
	tcase_add_test(tc, injection_changes_nothing);
	tcase_add_test(tc, init_callback_runs_once_per_buffer);
	tcase_add_test(tc, page_form_refuses_net_iovs);

	tcase_add_checked_fixture(little, boot_little_memory, machine_shutdown);
	tcase_add_test(little, short_bulk_is_enough);
	tcase_add_test(little, no_memory_counts_only_empty);
	tcase_add_test(little, atomic_failures_are_silent);
	tcase_add_test(little, pages_that_do_not_map_are_put_back);
	suite_add_tcase(s, little);

	tcase_add_checked_fixture(nodes, boot_two_nodes, machine_shutdown);
	tcase_add_test(nodes, wrong_node_ends_a_refill);
	tcase_add_test(nodes, wrong_node_alone_goes_to_the_allocator);
	tcase_add_test(nodes, no_node_follows_the_cpu);
	tcase_add_test(nodes, node_change_drops_the_cache_only);
	suite_add_tcase(s, nodes);
	return s;
}
