// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA: mapping, tracking, sync, and who unmaps when the pool goes first.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/poison.h>
#include <sched.h>
#include <udevmem/fault.h>

#include "fake_dma.h"
#include "pools.h"

static struct page_pool *window_pool(struct fake_dma *dma)
{
	struct page_pool_params params = DMA_PARAMS(&dma->dev);

	params.offset = 64;
	params.max_len = 1500;
	return pool_new(&params);
}

static unsigned long index_of(const struct page *page)
{
	return (page->pp_magic & PP_DMA_INDEX_MASK) >> PP_DMA_INDEX_SHIFT;
}

START_TEST(buffers_are_mapped_and_indexed)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	struct page *page = must_alloc_page(pool);

	ck_assert_int_eq(fake_dma_live(dma), 64);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), 64);
	ck_assert_uint_eq(page_pool_get_dma_addr(page), page_to_phys(page));
	ck_assert_uint_ne(index_of(page), 0);
	ck_assert_ptr_eq(xa_load(&pool->dma_mapped, index_of(page)), page);
	ck_assert_int_eq(page_pool_get_dma_dir(pool), DMA_FROM_DEVICE);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(sync_for_device_stays_in_the_window)
{
	static const struct {
		unsigned int asked;
		size_t got;
	} sizes[] = { { 100, 100 }, { -1, 1500 }, { 0, 0 }, { 1501, 1500 } };
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct page *page = must_alloc_page(pool);
		const int before = atomic_read(&dma->syncs_for_device);

		page_pool_put_page(pool, page, sizes[i].asked, true);
		ck_assert_int_eq(atomic_read(&dma->syncs_for_device), before + 1);
		ck_assert_uint_eq(dma->sync_addr, page_to_phys(page) + 64);
		ck_assert_uint_eq(dma->sync_size, sizes[i].got);
	}
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

/* With DMA_API_DEBUG every sync is made, to be checked. */
START_TEST(coherent_devices_are_not_synced)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	struct page *page;

	dma->dev.dma_skip_sync = true;
	page = must_alloc_page(pool);
	page_pool_recycle_direct(pool, page);
	if (!dma_dev_need_sync(&dma->dev))
		ck_assert_int_eq(atomic_read(&dma->syncs_for_device), 0);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(leaving_buffers_are_not_synced)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	struct page *page = must_alloc_page(pool);
	const int before = atomic_read(&dma->syncs_for_device);

	get_page(page);
	page_pool_put_full_page(pool, page, false);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), before);
	ck_assert_int_eq(fake_dma_live(dma), 63);
	ck_assert_uint_eq(page->pp_magic, 0);
	ck_assert_ptr_null(page->pp);
	ck_assert_uint_eq(page->dma_addr, 0);
	put_page(page);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(sync_for_cpu_is_the_drivers)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	struct page *page = must_alloc_page(pool);

	page_pool_dma_sync_for_cpu(pool, page, 10, 200);
	ck_assert_uint_eq(dma->sync_addr, page_to_phys(page) + 64 + 10);
	ck_assert_uint_eq(dma->sync_size, 200);
	page_pool_dma_sync_netmem_for_cpu(pool, page_to_netmem(page), 0, 1);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_cpu), 2);
	/* As a provider does whose memory the CPU never sees. */
	pool->dma_sync_for_cpu = false;
	page_pool_dma_sync_netmem_for_cpu(pool, page_to_netmem(page), 0, 1);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_cpu), 2);
	page_pool_dma_sync_for_cpu(pool, page, 0, 1);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_cpu), 3);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(destroy_unmaps_what_is_out)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	const u32 id = pool->user.id;
	struct page *out[10];
	int syncs;

	for (int i = 0; i < 10; i++)
		out[i] = must_alloc_page(pool);
	page_pool_destroy(pool);
	ck_assert_int_eq(fake_dma_live(dma), 0);
	ck_assert(xa_empty(&pool->dma_mapped));
	ck_assert(pool_exists(id));
	syncs = atomic_read(&dma->syncs_for_device);
	for (int i = 0; i < 10; i++) {
		get_page(out[i]);
		page_pool_put_full_page(pool, out[i], false);
	}
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), syncs);
	for (int i = 0; i < 10; i++) {
		ck_assert_uint_eq(out[i]->pp_magic, 0);
		ck_assert_uint_eq(out[i]->dma_addr, 0);
		put_page(out[i]);
	}
	pass_ms(1000);
	ck_assert(!pool_exists(id));
	fake_dma_put(dma);
}
END_TEST

START_TEST(ring_of_a_destroyed_pool_drains)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);
	const u32 id = pool->user.id;
	struct page *a = must_alloc_page(pool), *b = must_alloc_page(pool);

	page_pool_destroy(pool);
	page_pool_put_full_page(pool, a, false);
	ck_assert_int_eq(inflight(pool), 2);
	pass_ms(1000);
	ck_assert_int_eq(inflight(pool), 1);
	page_pool_put_full_page(pool, b, false);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
	fake_dma_put(dma);
}
END_TEST

START_TEST(no_memory_for_the_index)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);

	udm_fault_set("failslab", "cache-filter", 0);
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "probability", 100);
	ck_assert(!page_pool_alloc_netmems(pool, GFP_ATOMIC | __GFP_NOWARN));
	udm_fault_reset();
	ck_assert_int_eq(fake_dma_live(dma), 0);
	ck_assert_int_eq(inflight(pool), 0);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

/* Any trouble but lack of memory, here an array that hands out no ids, is reported. */
START_TEST(no_index_left)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);

	pool->dma_mapped.xa_flags &= ~XA_FLAGS_ALLOC;
	udm_warn_expect("couldn't track DMA mapping, please report to netdev@", 1);
	udm_warn_expect("", 1);
	ck_assert(!page_pool_alloc_netmems(pool, GFP_KERNEL));
	ck_assert_int_eq(fake_dma_live(dma), 0);
	ck_assert_int_eq(inflight(pool), 0);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

/* A sync that has begun, and a destroyer that is to wait for it. */

static struct page_pool *synced;
static bool in_sync;

static void outlast_the_scrub(struct fake_dma *dma)
{
	WRITE_ONCE(in_sync, true);
	while (READ_ONCE(synced->dma_sync))
		sched_yield();
	for (int i = 0; i < 2000; i++)
		sched_yield();
}

static void *return_it(void *netmem)
{
	put_ring(synced, (netmem_ref)netmem);
	return NULL;
}

START_TEST(a_sync_that_has_begun_ends_before_the_mapping)
{
	struct fake_dma *dma = fake_dma_get();
	struct udm_thread *thread;
	netmem_ref netmem;
	u32 id;

	synced = window_pool(dma);
	id = synced->user.id;
	netmem = must_alloc(synced);
	in_sync = false;
	dma->during_sync = outlast_the_scrub;
	thread = udm_thread_create("return", return_it, (void *)netmem);
	while (!READ_ONCE(in_sync))
		sched_yield();
	page_pool_destroy(synced);
	udm_thread_join(thread);
	ck_assert_int_eq(atomic_read(&dma->stale_syncs), 0);
	for (int i = 0; i < 40 && pool_exists(id); i++)
		pass_ms(100);
	ck_assert(!pool_exists(id));
	fake_dma_put(dma);
}
END_TEST

START_TEST(recycling_never_remaps)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = window_pool(dma);

	for (int i = 0; i < 1000; i++) {
		netmem_ref netmem = must_alloc(pool);

		if (i % 3)
			put_direct(pool, netmem);
		else
			put_ring(pool, netmem);
	}
	ck_assert_int_eq(atomic_read(&dma->maps), 64);
	page_pool_destroy(pool);
	ck_assert_int_eq(atomic_read(&dma->unmaps), 64);
	fake_dma_put(dma);
}
END_TEST

START_TEST(high_order_maps_the_whole_buffer)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool_params params = DMA_PARAMS(&dma->dev);
	struct page_pool *pool;

	params.order = 3;
	params.max_len = PAGE_SIZE << 3;
	pool = pool_new(&params);
	put_ring(pool, must_alloc(pool));
	ck_assert_uint_eq(dma->sync_size, PAGE_SIZE << 3);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

Suite *page_pool_dma_suite(void)
{
	Suite *s = suite_create("page_pool_dma");
	TCase *tc = machine_tcase(s, "dma");
	TCase *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, buffers_are_mapped_and_indexed);
	tcase_add_test(tc, sync_for_device_stays_in_the_window);
	tcase_add_test(tc, coherent_devices_are_not_synced);
	tcase_add_test(tc, leaving_buffers_are_not_synced);
	tcase_add_test(tc, sync_for_cpu_is_the_drivers);
	tcase_add_test(tc, destroy_unmaps_what_is_out);
	tcase_add_test(tc, ring_of_a_destroyed_pool_drains);
	tcase_add_test(tc, no_memory_for_the_index);
	tcase_add_test(tc, no_index_left);
	tcase_add_test(tc, recycling_never_remaps);
	tcase_add_test(tc, high_order_maps_the_whole_buffer);
	tcase_add_test(threads, a_sync_that_has_begun_ends_before_the_mapping);
	return s;
}
