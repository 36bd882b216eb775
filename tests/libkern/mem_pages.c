// SPDX-License-Identifier: GPL-2.0-only
/* The page allocator: blocks, bulk, references, splitting, and what it says to misuse. */
#include "mem_rig.h"


#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/warn.h>

START_TEST(a_fresh_block_is_aligned_and_clean)
{
	unsigned int order = _i;
	struct page *page = alloc_pages(GFP_KERNEL, order);
	unsigned long i;

	ck_assert_ptr_nonnull(page);
	ck_assert_uint_eq(page_to_pfn(page) & ((1UL << order) - 1), 0);
	ck_assert_uint_eq((unsigned long)page_address(page) & ((PAGE_SIZE << order) - 1), 0);
	for (i = 0; i < 1UL << order; i++) {
		ck_assert_int_eq(page_ref_count(page + i), i ? 0 : 1);
		ck_assert_int_eq(atomic_read(&page[i]._mapcount), -1);
		ck_assert_ptr_null(page[i].mapping);
		ck_assert_uint_eq(page_private(page + i), 0);
		ck_assert_uint_eq(page[i].pp_magic, 0);
		ck_assert(!PageCompound(page + i));
	}
	__free_pages(page, order);
}
END_TEST

START_TEST(an_order_too_large_warns_once)
{
	ck_assert_ptr_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_PAGE_ORDER + 1));
	udm_warn_expect("order", 1);
	ck_assert_ptr_null(alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER + 1));
	ck_assert_ptr_null(alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER + 1));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(zero_means_zero)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	memset(page_address(page), 0xff, 4 * PAGE_SIZE);
	__free_pages(page, 2);
	page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	ck_assert_ptr_null(memchr_inv(page_address(page), 0, 4 * PAGE_SIZE));
	__free_pages(page, 2);
}
END_TEST

START_TEST(addresses_instead_of_pages)
{
	unsigned long block = __get_free_pages(GFP_KERNEL, 1);
	unsigned long zeroed = get_zeroed_page(GFP_KERNEL);

	ck_assert(virt_addr_valid(block));
	ck_assert_ptr_null(memchr_inv((void *)zeroed, 0, PAGE_SIZE));
	free_pages(block, 1);
	free_page(zeroed);
	free_page(0);
}
END_TEST

START_TEST(exact_sizes_give_the_rest_back)
{
	size_t before = udm_live_objects();
	char *area = alloc_pages_exact(5 * PAGE_SIZE - 100, GFP_KERNEL);

	ck_assert_uint_eq(udm_live_objects(), before + 5);
	ck_assert_int_eq(page_ref_count(virt_to_page(area + 4 * PAGE_SIZE)), 1);
	free_pages_exact(area, 5 * PAGE_SIZE - 100);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(compound_pages_count_at_the_head)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	ck_assert(PageHead(page) && PageTail(page + 7) && PageCompound(page + 3));
	ck_assert_ptr_eq(compound_head(page + 5), page);
	ck_assert_uint_eq(compound_order(page), 3);
	ck_assert_uint_eq(compound_order(page + 1), 0);
	ck_assert_uint_eq(page_size(page), 8 * PAGE_SIZE);
	ck_assert_int_eq(folio_nr_pages(page_folio(page + 2)), 8);
	get_page(page + 6);
	ck_assert_int_eq(page_count(page + 2), 2);
	ck_assert_int_eq(page_ref_count(page + 6), 0);
	put_page(page + 1);
	ck_assert_int_eq(page_count(page), 1);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 1);
	put_page(page + 7);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
	ck_assert(!PageCompound(page));
}
END_TEST

START_TEST(an_extra_reference_keeps_the_first_page)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	size_t live = udm_live_bytes();

	get_page(page);
	__free_pages(page, 3);
	ck_assert_int_eq(page_ref_count(page), 1);
	ck_assert_uint_eq(live - udm_live_bytes(), 7 * PAGE_SIZE);
	put_page(page);
	ck_assert_uint_eq(live - udm_live_bytes(), 8 * PAGE_SIZE);
}
END_TEST

START_TEST(split_pages_are_independent)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	unsigned int i;

	split_page(page, 3);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 8);
	for (i = 0; i < 8; i++)
		ck_assert_int_eq(page_ref_count(page + i), 1);
	for (i = 0; i < 8; i++)
		__free_page(page + (i * 3) % 8);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
}
END_TEST

START_TEST(references)
{
	struct page *page = alloc_page(GFP_KERNEL);

	ck_assert(try_get_page(page));
	ck_assert(get_page_unless_zero(page));
	ck_assert(!put_page_testzero(page));
	ck_assert(!page_ref_freeze(page, 1));
	ck_assert(page_ref_freeze(page, 2));
	ck_assert(!get_page_unless_zero(page));
	ck_assert(!folio_try_get(page_folio(page)));
	page_ref_unfreeze(page, 3);
	ck_assert_int_eq(page_ref_sub_and_test(page, 2), 0);
	ck_assert(!page_ref_add_unless(page, 1, 1));
	ck_assert_int_eq(page_count(page), 1);
	put_page(page);
}
END_TEST

/* Slots: p = filled before, . = NULL. What comes back, with n slots asked for. */
static const struct {
	const char *slots;
	unsigned long result;
} bulk_cases[] = {
	{ "", 0 }, { ".", 1 }, { "p", 1 }, { "p.", 2 }, { "p.p.", 4 }, { "....", 4 },
	{ "pp", 2 }, { ".p", 2 }, { "p.p", 3 },
};

START_TEST(bulk_fills_the_empty_slots)
{
	unsigned long nr = strlen(bulk_cases[_i].slots), i;
	struct page *mine = alloc_page(GFP_KERNEL);
	struct page *array[8] = { NULL };

	for (i = 0; i < nr; i++)
		array[i] = bulk_cases[_i].slots[i] == 'p' ? mine : NULL;
	ck_assert_uint_eq(alloc_pages_bulk(GFP_KERNEL | __GFP_ZERO, nr, array),
			  bulk_cases[_i].result);
	for (i = 0; i < nr; i++) {
		if (bulk_cases[_i].slots[i] == 'p') {
			ck_assert_ptr_eq(array[i], mine);
			continue;
		}
		ck_assert_ptr_ne(array[i], mine);
		ck_assert_int_eq(page_count(array[i]), 1);
		ck_assert_ptr_null(memchr_inv(page_address(array[i]), 0, PAGE_SIZE));
		__free_page(array[i]);
	}
	__free_page(mine);
}
END_TEST

static size_t use_up_in_bulk(struct hoard *hoard, gfp_t gfp, int nid)
{
	struct page *pages[16] = { NULL };
	unsigned long got, i;

	*hoard = (struct hoard){ .order = 0 };
	while ((got = alloc_pages_bulk_node(gfp | __GFP_NOWARN, nid, 16, pages))) {
		for (i = 0; i < got; i++) {
			set_page_private(pages[i], (unsigned long)hoard->last);
			hoard->last = pages[i];
			hoard->blocks++;
			pages[i] = NULL;
		}
	}
	return hoard->blocks;
}

/* A batch is filled from any zone that a single page might come from. */
START_TEST(bulk_uses_all_zones)
{
	struct hoard single, bulk;
	size_t pages = hoard_all(&single, GFP_KERNEL, 0);

	hoard_free(&single);
	ck_assert_uint_eq(use_up_in_bulk(&bulk, GFP_KERNEL, 0), pages);
	ck_assert_int_eq(page_zonenum(bulk.last), ZONE_DMA);
	hoard_free(&bulk);
}
END_TEST

START_TEST(bulk_keeps_to_its_zones_and_nodes)
{
	struct hoard strict, dma, rest;
	struct page *pages[8] = { NULL };

	ck_assert_uint_gt(use_up_in_bulk(&strict, GFP_KERNEL | __GFP_THISNODE, 2), 0);
	ck_assert_int_eq(page_to_nid(strict.last), 2);
	ck_assert_uint_gt(use_up_in_bulk(&dma, GFP_DMA, 0), 0);
	ck_assert_int_eq(page_zonenum(dma.last), ZONE_DMA);
	/* The whole batch comes from the neighbours of a node that has nothing left. */
	ck_assert_uint_eq(alloc_pages_bulk_node(GFP_KERNEL, 2, 8, pages), 8);
	for (unsigned int i = 0; i < 8; i++) {
		ck_assert_int_ne(page_to_nid(pages[i]), 2);
		__free_page(pages[i]);
	}
	ck_assert_uint_gt(use_up_in_bulk(&rest, GFP_KERNEL, 2), 0);
	hoard_free(&strict);
	hoard_free(&dma);
	hoard_free(&rest);
}
END_TEST

static int free_later(void *data)
{
	msleep(30);
	hoard_free(data);
	return 0;
}

/* Somebody else has the memory and gives it back after a while. */
START_TEST(nofail_waits_for_memory)
{
	struct hoard hoard, urgent;
	struct page *page;
	void *object;

	hoard_all(&hoard, GFP_KERNEL, 0);
	hoard_all(&urgent, GFP_KERNEL | __GFP_MEMALLOC, 0);
	kthread_run(free_later, &hoard, "late");
	page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	ck_assert_ptr_nonnull(page);
	object = kmalloc(64, GFP_KERNEL | __GFP_NOFAIL);
	ck_assert_ptr_nonnull(object);
	kfree(object);
	__free_page(page);
	hoard_free(&urgent);
}
END_TEST

/* Asking to block where that is forbidden is a bug, whether there is memory or not. */
START_TEST(blocking_requests_belong_to_tasks)
{
#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
	struct page *page;

	log_capture();
	local_bh_disable();
	page = alloc_page(GFP_KERNEL);
	local_bh_enable();
	ck_assert_ptr_nonnull(strstr(log_text(), "BUG: sleeping function called from invalid context"));
	__free_page(page);
	log_capture();
	local_bh_disable();
	page = alloc_page(GFP_ATOMIC);
	kfree(kmalloc(64, GFP_NOWAIT));
	local_bh_enable();
	ck_assert_str_eq(log_text(), "");
	__free_page(page);
#endif
}
END_TEST

START_TEST(an_injected_failure_leaves_the_leading_ones)
{
	struct page *mine = alloc_page(GFP_KERNEL);
	struct page *array[5] = { mine, mine, NULL, mine, NULL };

	udm_fault_set("fail_page_alloc", "min-order", 0);
	udm_fault_set("fail_page_alloc", "ignore-gfp-wait", 0);
	udm_fault_set("fail_page_alloc", "verbose", 0);
	udm_fault_nth(1);
	ck_assert_uint_eq(alloc_pages_bulk(GFP_KERNEL, 5, array), 2);
	ck_assert_ptr_null(array[2]);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	ck_assert_uint_eq(alloc_pages_bulk(GFP_KERNEL, -1, array), 0);
	__free_page(mine);
}
END_TEST

START_TEST(a_double_free_names_the_call_site)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	udm_warn_expect("freed again", 1);
	udm_warn_expect("a_double_free_names_the_call_site", 1);
	__free_page(page);
	__free_page(page);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(a_wrong_order_is_put_right)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	udm_warn_expect("of order 3 freed with order 1", 1);
	__free_pages(page, 1);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
}
END_TEST

static void spoil_mapcount(struct page *page)
{
	atomic_set(&page->_mapcount, 0);
}

static void spoil_mapping(struct page *page)
{
	page->mapping = (void *)page;
}

static void spoil_signature(struct page *page)
{
	page->pp_magic = PP_SIGNATURE;
}

static void spoil_flags(struct page *page)
{
	SetPageLocked(page);
}

static const struct {
	void (*spoil)(struct page *page);
	const char *reason;
} bad_states[] = {
	{ spoil_mapcount, "nonzero mapcount" },
	{ spoil_mapping, "non-NULL mapping" },
	{ spoil_signature, "page_pool leak" },
	{ spoil_flags, "PAGE_FLAGS_CHECK_AT_FREE" },
};

/* The machine ends with the bad page in its leak report, so it is not the fixture's. */
START_TEST(a_page_in_a_bad_state_is_never_used_again)
{
	const char *text;
	struct page *page;

	machine_boot();
	page = alloc_page(GFP_KERNEL);
	bad_states[_i].spoil(page);
	log_capture();
	__free_page(page);
	ck_assert_int_eq(udm_shutdown(), 1);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "BUG: Bad page state in process main"));
	ck_assert_ptr_nonnull(strstr(text, bad_states[_i].reason));
	ck_assert_ptr_nonnull(strstr(text, "a_page_in_a_bad_state_is_never_used_again"));
}
END_TEST

START_TEST(objects_cannot_be_referenced)
{
	void *small = kmalloc(64, GFP_KERNEL);
	void *large = kmalloc(5 * PAGE_SIZE, GFP_KERNEL);

	udm_warn_expect("get_page", 1);
	get_page(virt_to_page(small));
	get_page(virt_to_page(large));
	ck_assert_int_eq(page_count(virt_to_page(small)), 0);
	ck_assert_int_eq(page_count(virt_to_page(large)), 0);
	put_page(virt_to_page(large));
	kfree(small);
	kfree(large);
}
END_TEST

/* Not compound: put_page() frees one page, and the others have lost their owner. */
START_TEST(put_page_strands_the_rest_of_a_block)
{
	struct page *page;

	machine_boot();
	page = alloc_pages(GFP_KERNEL, 2);
	put_page(page);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 3);
	log_capture();
	ck_assert_int_eq(udm_shutdown(), 3);
	log_text();
}
END_TEST

Suite *mem_pages_suite(void)
{
	Suite *s = suite_create("mem_pages");
	TCase *tc = machine_tcase(s, "allocator");

	tcase_add_loop_test(tc, a_fresh_block_is_aligned_and_clean, 0, NR_PAGE_ORDERS);
	tcase_add_test(tc, an_order_too_large_warns_once);
	tcase_add_test(tc, zero_means_zero);
	tcase_add_test(tc, addresses_instead_of_pages);
	tcase_add_test(tc, exact_sizes_give_the_rest_back);
	tcase_add_test(tc, compound_pages_count_at_the_head);
	tcase_add_test(tc, an_extra_reference_keeps_the_first_page);
	tcase_add_test(tc, split_pages_are_independent);
	tcase_add_test(tc, references);
	tcase_add_loop_test(tc, bulk_fills_the_empty_slots, 0, ARRAY_SIZE(bulk_cases));
	tcase_add_test(tc, an_injected_failure_leaves_the_leading_ones);
	tcase_add_test(tc, blocking_requests_belong_to_tasks);
	tc = tcase_create("small machine");
	tcase_add_checked_fixture(tc, boot_small, machine_shutdown);
	tcase_add_test(tc, bulk_uses_all_zones);
	tcase_add_test(tc, nofail_waits_for_memory);
	suite_add_tcase(s, tc);
	tc = tcase_create("nodes");
	tcase_add_checked_fixture(tc, boot_three_nodes, machine_shutdown);
	tcase_add_test(tc, bulk_keeps_to_its_zones_and_nodes);
	suite_add_tcase(s, tc);
	tc = machine_tcase(s, "misuse");
	tcase_add_test(tc, a_double_free_names_the_call_site);
	tcase_add_test(tc, a_wrong_order_is_put_right);
	tcase_add_test(tc, objects_cannot_be_referenced);
	tc = tcase_create("stranded");
	tcase_add_loop_test(tc, a_page_in_a_bad_state_is_never_used_again, 0,
			    ARRAY_SIZE(bad_states));
	tcase_add_test(tc, put_page_strands_the_rest_of_a_block);
	suite_add_tcase(s, tc);
	return s;
}
