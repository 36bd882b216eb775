// SPDX-License-Identifier: GPL-2.0-only
/* A machine of 16 MiB that is used up, by pages, by objects and by both. */
#include "mem_rig.h"


#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/leak.h>
#include <udevmem/memdebug.h>

START_TEST(ram_ends_and_comes_back)
{
	struct hoard hoard;
	size_t first = hoard_all(&hoard, GFP_KERNEL, _i);
	size_t reachable = totalram_pages() >> _i;

	ck_assert_uint_le(first, reachable);
	ck_assert_uint_ge(first, reachable / 3);
	hoard_free(&hoard);
	ck_assert_uint_eq(hoard_all(&hoard, GFP_KERNEL, _i), first);
	hoard_free(&hoard);
}
END_TEST

/* Single pages must not be lost to anything: all but records, reserves and live objects. */
START_TEST(nearly_all_of_ram_is_usable)
{
	struct hoard hoard;
	size_t pages = hoard_all(&hoard, GFP_KERNEL, 0);

	ck_assert_uint_ge(pages * 100, totalram_pages() * 90);
	hoard_free(&hoard);
}
END_TEST

struct chain {
	struct chain *next;
	char body[];
};

static struct chain *use_up(size_t size, size_t *count)
{
	struct chain *all = NULL, *one;

	for (*count = 0; (one = kmalloc(size, GFP_KERNEL | __GFP_NOWARN)); (*count)++) {
		one->next = all;
		all = one;
	}
	return all;
}

static void free_chain(struct chain *all)
{
	while (all) {
		struct chain *next = all->next;

		kfree(all);
		all = next;
	}
}

static const size_t object_sizes[] = { 16, 64, 96, 512, 2048, 4096, 8192 };

START_TEST(objects_use_ram_up_and_give_it_back)
{
	/* Red zones leave more and smaller holes. */
	size_t tenths = udm_debug() & UDM_DEBUG_REDZONE ? 7 : 9;
	size_t size = object_sizes[_i], first, second;
	struct hoard hoard;

	free_chain(use_up(size, &first));
	ck_assert_uint_gt(first * size, (totalram_pages() << PAGE_SHIFT) / 8);
	ck_assert_uint_gt(hoard_all(&hoard, GFP_KERNEL, 0), totalram_pages() / 2);
	hoard_free(&hoard);
	free_chain(use_up(size, &second));
	ck_assert_uint_ge(second * 10, first * tenths);
}
END_TEST

START_TEST(failures_are_clean_everywhere)
{
	struct hoard hoard;
	size_t live;

	hoard_all(&hoard, GFP_KERNEL, 0);
	live = udm_live_objects();
	ck_assert_ptr_null(kmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(__vmalloc(64 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(kvmalloc(64 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(vmalloc(totalram_pages() * PAGE_SIZE + 1));
	ck_assert_uint_eq(udm_live_objects(), live);
	hoard_free(&hoard);
}
END_TEST

START_TEST(the_reserve_is_for_urgent_requests)
{
	struct hoard hoard, urgent, rescue;

	hoard_all(&hoard, GFP_KERNEL, 0);
	ck_assert_uint_gt(hoard_all(&urgent, GFP_ATOMIC, 0), 0);
	ck_assert(!page_is_pfmemalloc(urgent.last));
	ck_assert_ptr_null(alloc_page(GFP_NOWAIT | __GFP_MEMALLOC | __GFP_NOMEMALLOC));
	ck_assert_uint_gt(hoard_all(&rescue, GFP_NOWAIT | __GFP_MEMALLOC, 0), 0);
	ck_assert(page_is_pfmemalloc(rescue.last));
	hoard_free(&rescue);
	hoard_free(&urgent);
	hoard_free(&hoard);
}
END_TEST

START_TEST(a_failure_is_reported_unless_unwanted)
{
	struct hoard hoard;
	const char *text;

	hoard_all(&hoard, GFP_KERNEL, 0);
	log_capture();
	ck_assert_ptr_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 2));
	ck_assert_ptr_null(alloc_pages(GFP_KERNEL, 2));
	text = log_text();
	text = strstr(text, "page allocation failure: order:2, mode:0xcc0(GFP_KERNEL)");
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strstr(text + 1, "page allocation failure"));
	hoard_free(&hoard);
}
END_TEST

Suite *mem_oom_suite(void)
{
	Suite *s = suite_create("mem_oom");
	TCase *tc = tcase_create("small machine");

	tcase_add_checked_fixture(tc, boot_small, machine_shutdown);
	tcase_add_loop_test(tc, ram_ends_and_comes_back, 0, 6);
	tcase_add_test(tc, nearly_all_of_ram_is_usable);
	tcase_add_loop_test(tc, objects_use_ram_up_and_give_it_back, 0, ARRAY_SIZE(object_sizes));
	tcase_add_test(tc, failures_are_clean_everywhere);
	tcase_add_test(tc, the_reserve_is_for_urgent_requests);
	tcase_add_test(tc, a_failure_is_reported_unless_unwanted);
	suite_add_tcase(s, tc);
	return s;
}
