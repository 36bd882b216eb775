// SPDX-License-Identifier: GPL-2.0-only
/*
 * Returning: who may use the cache, what goes to the ring, what leaves.
 */
#include "fixture.h"

#include <linux/bottom_half.h>
#include <linux/ethtool.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <net/xdp.h>

#include "pools.h"

START_TEST(full_cache_overflows_to_the_ring)
{
	struct page_pool *pool = plain_pool();
	netmem_ref out[192];

	for (int i = 0; i < 192; i++)
		out[i] = must_alloc(pool);
	ck_assert_uint_eq(cached(pool), 0);
	for (int i = 0; i < 129; i++)
		put_direct(pool, out[i]);
	ck_assert_uint_eq(cached(pool), PP_ALLOC_CACHE_SIZE);
	ck_assert_stat(pool, recycle, cached, 128);
	ck_assert_stat(pool, recycle, cache_full, 1);
	ck_assert_stat(pool, recycle, ring, 1);
	for (int i = 129; i < 192; i++)
		put_ring(pool, out[i]);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(full_ring_overflows_to_the_allocator)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .pool_size = 4 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref out[5];

	for (int i = 0; i < 5; i++)
		out[i] = must_alloc(pool);
	for (int i = 0; i < 5; i++)
		put_ring(pool, out[i]);
	ck_assert_stat(pool, recycle, ring, 4);
	ck_assert_stat(pool, recycle, ring_full, 1);
	ck_assert_int_eq(atomic_read(&pool->pages_state_release_cnt), 1);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(held_page_leaves)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);

	get_page(page);
	page_pool_put_full_page(pool, page, true);
	ck_assert_stat(pool, recycle, released_refcnt, 1);
	ck_assert_uint_eq(page->pp_magic, 0);
	ck_assert_ptr_null(page->pp);
	ck_assert_int_eq(page_ref_count(page), 1);
	put_page(page);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(pfmemalloc_page_leaves)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);

	page->pp_magic |= BIT(1);
	ck_assert(page_is_pfmemalloc(page));
	ck_assert(page_pool_page_is_pp(page));
	page_pool_put_full_page(pool, page, true);
	ck_assert_stat(pool, recycle, released_refcnt, 1);
	ck_assert_int_eq(atomic_read(&pool->pages_state_release_cnt), 1);
	page_pool_destroy(pool);
}
END_TEST

/* @first and @second: is it returned to the cache? */
static void return_twice(bool first, bool second)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);
	const u32 idle = pool->alloc.count;

	page_pool_put_full_netmem(pool, netmem, first);
	udm_warn_expect("returned twice", 1);
	page_pool_put_full_netmem(pool, netmem, second);
	ck_assert_stat(pool, recycle, ring, !first);
	ck_assert_stat(pool, recycle, cached, first);
	ck_assert_uint_eq(pool->alloc.count, idle + first);
	page_pool_destroy(pool);
}

static void boot_to_look_at_returns(void)
{
	const struct udm_config cfg = { .debug = "none,returns" };

	unsetenv("UDM_DEBUG");
	machine_boot_with(&cfg);
}

START_TEST(double_return_is_noticed)
{
	for (int i = 0; i < 4; i++)
		return_twice(i & 1, i & 2);
}
END_TEST

/* A word of the buffer is the pool's own then; it is as it was when the buffer leaves. */
START_TEST(looking_for_double_returns_leaves_no_trace)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);

	get_page(page);
	page_pool_put_full_page(pool, page, true);
	ck_assert_uint_eq(page->_pp_mapping_pad, 0);
	put_page(page);
	page = must_alloc_page(pool);
	get_page(page);
	page_pool_fragment_page(page, 2);
	page_pool_put_full_page(pool, page, true);
	page_pool_put_full_page(pool, page, false);
	ck_assert_uint_eq(page->_pp_mapping_pad, 0);
	put_page(page);
	page_pool_destroy(pool);
}
END_TEST

/* Which returns go to the cache. */

enum { HERE, ELSEWHERE, NOBODY };

static int cpu_for(int who, int here)
{
	return who == HERE ? here : who == ELSEWHERE ? here + 1 : -1;
}

/* @napi: NULL for none. With BH off if @bh_off. True if the buffer went to the cache. */
static bool goes_to_cache(bool bh_off, int cpuid, struct napi_struct *napi, int owner)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .napi = napi };
	struct page_pool *pool;
	netmem_ref netmem;
	bool direct;
	int here;

	local_bh_disable();
	here = smp_processor_id();
	local_bh_enable();
	pool = page_pool_create_percpu(&params, cpu_for(cpuid, here));
	netmem = must_alloc(pool);
	if (napi)
		napi->list_owner = cpu_for(owner, here);
	if (bh_off)
		local_bh_disable();
	put_ring(pool, netmem);
	if (bh_off)
		local_bh_enable();
	direct = stats_of(pool).recycle_stats.cached;
	ck_assert_uint_eq(stats_of(pool).recycle_stats.ring, !direct);
	if (napi)
		napi->list_owner = -1;
	page_pool_destroy(pool);
	return direct;
}

START_TEST(napi_local_matrix)
{
	ck_assert_int_eq(udm_task_set_cpu(2), 0);
	for (int bh_off = 0; bh_off < 2; bh_off++) {
		for (int cpuid = HERE; cpuid <= NOBODY; cpuid++) {
			for (int owner = HERE; owner <= NOBODY; owner++) {
				struct napi_struct napi = { .state = NAPIF_STATE_SCHED };

				ck_assert_int_eq(goes_to_cache(bh_off, cpuid, &napi, owner),
						 bh_off && (cpuid == HERE || owner == HERE));
			}
			ck_assert_int_eq(goes_to_cache(bh_off, cpuid, NULL, 0),
					 bh_off && cpuid == HERE);
		}
	}
}
END_TEST

/* Bulk. */

START_TEST(bulk_serves_each_pool_in_order)
{
	struct page_pool *a = plain_pool(), *b = plain_pool();
	netmem_ref data[XDP_BULK_QUEUE_SIZE], a_out[8], b_out[8];

	for (int i = 0; i < 8; i++) {
		data[2 * i] = a_out[i] = must_alloc(a);
		data[2 * i + 1] = b_out[i] = must_alloc(b);
	}
	page_pool_ref_netmem(a_out[0]);
	get_page(netmem_to_page(b_out[0]));
	page_pool_put_netmem_bulk(data, ARRAY_SIZE(data));
	ck_assert_stat(a, recycle, ring, 7);
	ck_assert_stat(b, recycle, ring, 7);
	ck_assert_stat(b, recycle, released_refcnt, 1);
	page_pool_update_nid(a, NUMA_NO_NODE);
	for (int i = 7; i > 0; i--)
		ck_assert_uint_eq(must_alloc(a), a_out[i]);
	for (int i = 0; i < 8; i++)
		put_ring(a, a_out[i]);
	put_page(netmem_to_page(b_out[0]));
	page_pool_destroy(a);
	page_pool_destroy(b);
}
END_TEST

START_TEST(bulk_counts_a_full_ring_once)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .pool_size = 4 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref data[16];

	for (int i = 0; i < 16; i++)
		data[i] = must_alloc(pool);
	page_pool_put_netmem_bulk(data, 16);
	ck_assert_stat(pool, recycle, ring, 4);
	ck_assert_stat(pool, recycle, ring_full, 1);
	ck_assert_int_eq(atomic_read(&pool->pages_state_release_cnt), 12);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(bulk_may_be_any_size)
{
	struct page_pool *pool = plain_pool();
	netmem_ref data[40];

	for (int i = 0; i < 40; i++)
		data[i] = must_alloc(pool);
	page_pool_put_netmem_bulk(data, 40);
	ck_assert_stat(pool, recycle, ring, 40);
	page_pool_put_netmem_bulk(data, 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(bulk_may_return_the_last_buffers_of_a_dead_pool)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;
	netmem_ref data[3];

	for (int i = 0; i < 3; i++)
		data[i] = must_alloc(pool);
	page_pool_destroy(pool);
	page_pool_put_netmem_bulk(data, 3);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
}
END_TEST

START_TEST(bulk_goes_to_the_cache_of_its_cpu)
{
	struct page_pool *pool;
	netmem_ref data[4];

	ck_assert_int_eq(udm_task_set_cpu(3), 0);
	pool = page_pool_create_percpu(&PLAIN_PARAMS, 3);
	for (int i = 0; i < 4; i++)
		data[i] = must_alloc(pool);
	local_bh_disable();
	page_pool_put_netmem_bulk(data, 4);
	local_bh_enable();
	ck_assert_stat(pool, recycle, cached, 4);
	page_pool_destroy(pool);
}
END_TEST

/* Some fit into the cache, one leaves in between, the rest goes to the ring. */
START_TEST(bulk_fills_the_cache_and_goes_on)
{
	struct page_pool_params params = PLAIN_PARAMS;
	struct page_pool *pool = page_pool_create_percpu(&params, raw_smp_processor_id());
	netmem_ref out[140], data[16];
	struct page *held;

	ck_assert(!IS_ERR(pool));
	for (int i = 0; i < 140; i++)
		out[i] = must_alloc(pool);
	while (pool->alloc.count)
		put_ring(pool, must_alloc(pool));
	for (int i = 16; i < 16 + 120; i++)
		put_direct(pool, out[i]);
	memcpy(data, out, sizeof(data));
	held = netmem_to_page(out[3]);
	get_page(held);
	local_bh_disable();
	page_pool_put_netmem_bulk(data, 16);
	local_bh_enable();
	put_page(held);
	ck_assert_uint_eq(cached(pool), 128);
	ck_assert_stat(pool, recycle, cached, 128);
	ck_assert_stat(pool, recycle, cache_full, 7);
	ck_assert_stat(pool, recycle, released_refcnt, 1);
	for (int i = 8; i >= 0; i--) {
		if (i != 3)
			ck_assert(must_alloc(pool) == out[i]);
	}
	for (int i = 0; i < 16; i++) {
		if (i < 9 && i != 3)
			put_ring(pool, out[i]);
	}
	for (int i = 136; i < 140; i++)
		put_ring(pool, out[i]);
	page_pool_destroy(pool);
}
END_TEST

#ifdef CONFIG_LOCKDEP
START_TEST(not_in_hard_interrupts)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);
	unsigned long flags;

	udm_warn_expect("", 1);
	local_irq_save(flags);
	put_direct(pool, netmem);
	local_irq_restore(flags);
	ck_assert_uint_ge(udm_warn_count(), 1);
	page_pool_destroy(pool);
}
END_TEST
#endif

/* Nobody may take a page that waits; the pool says so at its end, and lets it go. */
START_TEST(a_page_taken_out_of_the_ring_is_reported)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);
	const u32 id = pool->user.id;

	page_pool_put_full_page(pool, page, false);
	get_page(page);
	log_look_for("page_pool_empty_ring() page_pool refcnt 2 violation\n");
	page_pool_destroy(pool);
	ck_assert_uint_eq(log_found(), 1);
	ck_assert(!pool_exists(id));
	ck_assert_uint_eq(page->pp_magic, 0);
	ck_assert_int_eq(page_ref_count(page), 1);
	put_page(page);
}
END_TEST

/* With anybody's reference or none: what the pages say and what net_iovs say is the same. */
START_TEST(every_way_to_return_a_buffer)
{
	struct page_pool *pool = plain_pool();
	struct page *page;

	page = page_pool_dev_alloc_pages(pool);
	page_pool_recycle_direct(pool, page);
	page_pool_recycle_direct_netmem(pool, must_alloc(pool));
	ck_assert_stat(pool, recycle, cached, 2);
	page = page_pool_dev_alloc_pages(pool);
	ck_assert_int_eq(page_pool_unref_page(page, 1), 0);
	page_pool_put_unrefed_page(pool, page, -1, false);
	page_pool_put_page(pool, page_pool_alloc_pages(pool, GFP_KERNEL), 0, false);
	page_pool_put_netmem(pool, must_alloc(pool), 0, false);
	ck_assert_stat(pool, recycle, ring, 3);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(system_pools_share_their_recycle_counters)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .flags = PP_FLAG_SYSTEM_POOL };
	struct page_pool *a = pool_new(&params), *b = pool_new(&params);
	const u64 before = stats_of(a).recycle_stats.cached;

	put_direct(a, must_alloc(a));
	put_direct(b, must_alloc(b));
	ck_assert_stat(a, recycle, cached, before + 2);
	ck_assert_stat(b, recycle, cached, before + 2);
	ck_assert_stat(a, alloc, slow, 1);
	page_pool_destroy(a);
	page_pool_destroy(b);
}
END_TEST

static const char *const stat_names[11] = {
	"rx_pp_alloc_fast", "rx_pp_alloc_slow", "rx_pp_alloc_slow_ho", "rx_pp_alloc_empty",
	"rx_pp_alloc_refill", "rx_pp_alloc_waive", "rx_pp_recycle_cached",
	"rx_pp_recycle_cache_full", "rx_pp_recycle_ring", "rx_pp_recycle_ring_full",
	"rx_pp_recycle_released_ref",
};

START_TEST(statistics_for_ethtool)
{
	struct page_pool_stats stats = { .alloc_stats.fast = 1 };
	u8 names[11 * ETH_GSTRING_LEN];
	struct page_pool *pool = plain_pool();
	u64 values[11];

	put_direct(pool, must_alloc(pool));
	ck_assert(!page_pool_get_stats(pool, NULL));
	ck_assert(page_pool_get_stats(pool, &stats));
	ck_assert_uint_eq(stats.alloc_stats.fast, 1);
	ck_assert_int_eq(page_pool_ethtool_stats_get_count(), 11);
	ck_assert_ptr_eq(page_pool_ethtool_stats_get_strings(names), names + sizeof(names));
	for (int i = 0; i < 11; i++)
		ck_assert_str_eq((char *)names + i * ETH_GSTRING_LEN, stat_names[i]);
	ck_assert_ptr_eq(page_pool_ethtool_stats_get(values, &stats), values + 11);
	ck_assert_mem_eq(values, &stats, sizeof(values));
	ck_assert_uint_eq(values[6], 1);
	page_pool_destroy(pool);
}
END_TEST

Suite *page_pool_return_suite(void)
{
	Suite *s = suite_create("page_pool_return");
	TCase *tc = machine_tcase(s, "return");

	tcase_add_test(tc, full_cache_overflows_to_the_ring);
	tcase_add_test(tc, full_ring_overflows_to_the_allocator);
	tcase_add_test(tc, held_page_leaves);
	tcase_add_test(tc, pfmemalloc_page_leaves);
	tcase_add_test(tc, napi_local_matrix);
	tcase_add_test(tc, bulk_serves_each_pool_in_order);
	tcase_add_test(tc, bulk_counts_a_full_ring_once);
	tcase_add_test(tc, bulk_may_be_any_size);
	tcase_add_test(tc, bulk_may_return_the_last_buffers_of_a_dead_pool);
	tcase_add_test(tc, bulk_goes_to_the_cache_of_its_cpu);
	tcase_add_test(tc, bulk_fills_the_cache_and_goes_on);
#ifdef CONFIG_LOCKDEP
	tcase_add_test(tc, not_in_hard_interrupts);
#endif
	tcase_add_test(tc, a_page_taken_out_of_the_ring_is_reported);
	tcase_add_test(tc, every_way_to_return_a_buffer);
	tcase_add_test(tc, system_pools_share_their_recycle_counters);
	tcase_add_test(tc, statistics_for_ethtool);

	tc = tcase_create("twice");
	tcase_add_checked_fixture(tc, boot_to_look_at_returns, machine_shutdown);
	tcase_add_test(tc, double_return_is_noticed);
	tcase_add_test(tc, looking_for_double_returns_leaves_no_trace);
	suite_add_tcase(s, tc);
	return s;
}
