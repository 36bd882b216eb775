// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments and pool references.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <udevmem/fault.h>

#include "fake_dma.h"
#include "pools.h"

#define DEV_GFP	(GFP_ATOMIC | __GFP_NOWARN)

static netmem_ref frag_at(struct page_pool *pool, unsigned int size, unsigned int want)
{
	unsigned int offset = ~0U;
	netmem_ref netmem = page_pool_alloc_frag_netmem(pool, &offset, size, DEV_GFP);

	ck_assert(netmem);
	ck_assert_uint_eq(offset, want);
	return netmem;
}

START_TEST(fragments_share_a_page)
{
	struct page_pool *pool = plain_pool();
	netmem_ref page = frag_at(pool, 1000, 0), fifth;

	for (int i = 1; i < 4; i++)
		ck_assert_uint_eq(frag_at(pool, 1000, i * 1000), page);
	fifth = frag_at(pool, 1000, 0);
	ck_assert_uint_ne(fifth, page);
	for (int i = 0; i < 3; i++)
		put_ring(pool, page);
	ck_assert_stat(pool, recycle, ring, 0);
	put_ring(pool, page);
	ck_assert_stat(pool, recycle, ring, 1);
	put_ring(pool, fifth);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(returned_fragments_let_the_page_serve_again)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = pool_new(&DMA_PARAMS(&dma->dev));
	netmem_ref page;
	u32 hold;
	int syncs;

	for (int i = 0; i < 4; i++) {
		page = frag_at(pool, 1000, i * 1000);
		put_ring(pool, page);
	}
	hold = pool->pages_state_hold_cnt;
	syncs = atomic_read(&dma->syncs_for_device);
	ck_assert_uint_eq(frag_at(pool, 1000, 0), page);
	ck_assert_stat(pool, recycle, cached, 1);
	ck_assert_stat(pool, alloc, fast, 1);
	ck_assert_uint_eq(pool->pages_state_hold_cnt, hold);
	ck_assert_int_eq(atomic_read(&dma->syncs_for_device), syncs + 1);
	put_ring(pool, page);
	page_pool_destroy(pool);
	fake_dma_put(dma);
}
END_TEST

START_TEST(held_page_does_not_serve_again)
{
	struct page_pool *pool = plain_pool();
	netmem_ref page;
	struct page *held;

	for (int i = 0; i < 4; i++) {
		page = frag_at(pool, 1000, i * 1000);
		put_ring(pool, page);
	}
	held = netmem_to_page(page);
	get_page(held);
	ck_assert_uint_ne(frag_at(pool, 1000, 0), page);
	ck_assert_int_eq(atomic_read(&pool->pages_state_release_cnt), 1);
	ck_assert_stat(pool, recycle, released_refcnt, 0);
	ck_assert_ptr_null(held->pp);
	put_page(held);
	put_ring(pool, pool->frag_page);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(too_large_a_fragment)
{
	struct page_pool *pool = plain_pool();
	unsigned int offset = 77;

	udm_warn_expect("", 1);
	ck_assert(!page_pool_alloc_frag_netmem(pool, &offset, PAGE_SIZE + 1, DEV_GFP));
	ck_assert_uint_eq(offset, 77);
	ck_assert_int_eq(inflight(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

static const struct {
	unsigned int asked, got;
	bool fragment;
} sizes[] = {
	{ 2048, 2048, true },
	{ 2049, 4096, false },
	{ 5000, 4096, false },
	{ 1, 1, true },
};

START_TEST(size_decides_between_fragment_and_buffer)
{
	struct page_pool *pool = plain_pool();
	unsigned int size = sizes[_i].asked, offset;
	struct page *page = page_pool_dev_alloc(pool, &offset, &size);

	ck_assert_ptr_nonnull(page);
	ck_assert_uint_eq(size, sizes[_i].got);
	ck_assert_uint_eq(offset, 0);
	ck_assert_int_eq(pool->frag_page != 0, sizes[_i].fragment);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(tail_is_donated)
{
	struct page_pool *pool = plain_pool();
	unsigned int size = 1500, offset;
	netmem_ref a = page_pool_dev_alloc_netmem(pool, &offset, &size), b;

	ck_assert_uint_eq(size, 1500);
	ck_assert_uint_eq(offset, 0);
	size = 1500;
	b = page_pool_dev_alloc_netmem(pool, &offset, &size);
	ck_assert_uint_eq(b, a);
	ck_assert_uint_eq(offset, 1500);
	ck_assert_uint_eq(size, 4096 - 1500);
	put_ring(pool, a);
	put_ring(pool, b);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(addresses)
{
	struct page_pool *pool = plain_pool();
	unsigned int size = 100;
	char *a = page_pool_dev_alloc_va(pool, &size), *b;

	size = 100;
	b = page_pool_dev_alloc_va(pool, &size);
	ck_assert_ptr_eq(b, a + 100);
	memset(a, 1, 200);
	page_pool_free_va(pool, a, false);
	page_pool_free_va(pool, b, false);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(failure_leaves_a_clean_start)
{
	struct page_pool *pool = plain_pool();
	unsigned int offset = 1, size = 3000;
	netmem_ref page = frag_at(pool, 3000, 0), whole;

	udm_inject_arm("page_pool_alloc_netmems");
	ck_assert(!page_pool_alloc_frag_netmem(pool, &offset, 3000, DEV_GFP));
	ck_assert_uint_eq(pool->frag_page, 0);
	ck_assert(!page_pool_alloc_netmem(pool, &offset, &size, DEV_GFP));
	ck_assert_uint_eq(size, PAGE_SIZE);
	udm_inject_disarm(NULL);
	put_ring(pool, page);
	whole = frag_at(pool, 3000, 0);
	put_ring(pool, whole);
	page_pool_destroy(pool);
}
END_TEST

/* Failing on purpose is for new pages: what is being cut goes on, and is cut again. */
START_TEST(injection_spares_the_page_being_cut)
{
	struct page_pool *pool = plain_pool();
	netmem_ref page = frag_at(pool, 2000, 0);

	udm_inject_arm("page_pool_alloc_netmems");
	ck_assert_uint_eq(frag_at(pool, 2000, 2000), page);
	put_ring(pool, page);
	put_ring(pool, page);
	ck_assert_uint_eq(frag_at(pool, 2000, 0), page);
	ck_assert_uint_eq(frag_at(pool, 2000, 2000), page);
	ck_assert(!page_pool_alloc_netmems(pool, DEV_GFP));
	udm_inject_disarm(NULL);
	put_ring(pool, page);
	put_ring(pool, page);
	page_pool_destroy(pool);
}
END_TEST

/* Twice this is nearly nothing, in 32 bits. */
START_TEST(a_size_whose_double_wraps)
{
	struct page_pool *pool = plain_pool();
	unsigned int offset = 1, size = 0x80000001;

	udm_warn_expect("", 1);
	ck_assert(!page_pool_alloc_netmem(pool, &offset, &size, DEV_GFP));
	ck_assert_int_eq(inflight(pool), 0);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(fragments_of_a_high_order_buffer)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .order = 1 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref buffer = frag_at(pool, 3000, 0);
	unsigned int size = 4097, offset = 1;
	struct page *whole;

	ck_assert_uint_eq(frag_at(pool, 3000, 3000), buffer);
	whole = page_pool_alloc(pool, &offset, &size, DEV_GFP);
	ck_assert_ptr_nonnull(whole);
	ck_assert_uint_eq(size, 2 * PAGE_SIZE);
	ck_assert_uint_eq(offset, 0);
	page_pool_put_full_page(pool, whole, false);
	put_ring(pool, buffer);
	put_ring(pool, buffer);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(destroy_drops_the_fragment_page)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;
	netmem_ref page = frag_at(pool, 1000, 0);

	page_pool_destroy(pool);
	ck_assert(pool_exists(id));
	ck_assert_int_eq(inflight(pool), 1);
	put_ring(pool, page);
	pass_ms(1000);
	ck_assert(!pool_exists(id));
}
END_TEST

START_TEST(destroy_frees_an_unused_fragment_page)
{
	struct page_pool *pool = plain_pool();
	const u32 id = pool->user.id;

	put_ring(pool, frag_at(pool, 1000, 0));
	page_pool_destroy(pool);
	ck_assert(!pool_exists(id));
}
END_TEST

/* References. */

START_TEST(last_reference_resets_the_count)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);
	atomic_long_t *count = netmem_get_pp_ref_count_ref(netmem);
	volatile long two = 2;

	page_pool_fragment_netmem(netmem, 5);
	ck_assert_int_eq(page_pool_unref_netmem(netmem, 1), 4);
	ck_assert_int_eq(page_pool_unref_netmem(netmem, two), 2);
	ck_assert_int_eq(page_pool_unref_netmem(netmem, two), 0);
	ck_assert_int_eq(atomic_long_read(count), 1);
	page_pool_ref_netmem(netmem);
	ck_assert(!page_pool_unref_and_test(netmem));
	ck_assert(page_pool_unref_and_test(netmem));
	ck_assert_int_eq(atomic_long_read(count), 1);
	page_pool_put_unrefed_netmem(pool, netmem, -1, false);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(more_than_held_warns)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);
	volatile long three = 3;

	page_pool_fragment_page(page, 2);
	udm_warn_expect("", 1);
	ck_assert_int_eq(page_pool_unref_page(page, three), -1);
	page_pool_fragment_page(page, 1);
	page_pool_put_full_page(pool, page, false);
	page_pool_destroy(pool);
}
END_TEST

START_TEST(extra_reference_keeps_the_buffer_out)
{
	struct page_pool *pool = plain_pool();
	struct page *page = must_alloc_page(pool);

	page_pool_ref_page(page);
	page_pool_put_page(pool, page, -1, false);
	ck_assert_stat(pool, recycle, ring, 0);
	page_pool_put_page(pool, page, -1, false);
	ck_assert_stat(pool, recycle, ring, 1);
	page_pool_destroy(pool);
}
END_TEST

static void *drop_one(void *netmem)
{
	return (void *)page_pool_unref_netmem((netmem_ref)netmem, 1);
}

START_TEST(one_of_many_droppers_is_last)
{
	struct page_pool *pool = plain_pool();
	netmem_ref netmem = must_alloc(pool);

	for (int round = 0; round < 200; round++) {
		struct udm_thread *thread[3];
		int last = 0;

		page_pool_fragment_netmem(netmem, 3);
		for (int i = 0; i < 3; i++)
			thread[i] = udm_thread_create("drop", drop_one, (void *)netmem);
		for (int i = 0; i < 3; i++)
			last += !udm_thread_join(thread[i]);
		ck_assert_int_eq(last, 1);
		ck_assert_int_eq(atomic_long_read(netmem_get_pp_ref_count_ref(netmem)), 1);
	}
	put_ring(pool, netmem);
	page_pool_destroy(pool);
}
END_TEST

Suite *page_pool_frag_suite(void)
{
	Suite *s = suite_create("page_pool_frag");
	TCase *tc = machine_tcase(s, "fragments");
	TCase *threads = machine_tcase_threads(s, "droppers");

	tcase_add_test(tc, fragments_share_a_page);
	tcase_add_test(tc, returned_fragments_let_the_page_serve_again);
	tcase_add_test(tc, held_page_does_not_serve_again);
	tcase_add_test(tc, too_large_a_fragment);
	tcase_add_loop_test(tc, size_decides_between_fragment_and_buffer, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, tail_is_donated);
	tcase_add_test(tc, addresses);
	tcase_add_test(tc, failure_leaves_a_clean_start);
	tcase_add_test(tc, injection_spares_the_page_being_cut);
	tcase_add_test(tc, a_size_whose_double_wraps);
	tcase_add_test(tc, fragments_of_a_high_order_buffer);
	tcase_add_test(tc, destroy_drops_the_fragment_page);
	tcase_add_test(tc, destroy_frees_an_unused_fragment_page);
	tcase_add_test(tc, last_reference_resets_the_count);
	tcase_add_test(tc, more_than_held_warns);
	tcase_add_test(tc, extra_reference_keeps_the_buffer_out);
	tcase_add_test(threads, one_of_many_droppers_is_last);
	return s;
}
