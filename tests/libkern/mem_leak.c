// SPDX-License-Identifier: GPL-2.0-only
/* The leak report, counts by call site, snapshots. */
#include "mem_rig.h"

#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/leak.h>

static void *leaky_object(void)
{
	return kmalloc(40, GFP_KERNEL);
}

static struct page *leaky_page(unsigned int order)
{
	return alloc_pages(GFP_KERNEL, order);
}

START_TEST(counting_by_call_site)
{
	size_t objects = udm_live_objects(), bytes = udm_live_bytes();
	void *a = leaky_object(), *b = leaky_object();
	struct page *page = leaky_page(2);
	void *area = vmalloc(3 * PAGE_SIZE);

	ck_assert_uint_eq(udm_live_objects(), objects + 4);
	ck_assert_uint_eq(udm_live_bytes(), bytes + 2 * 64 + 4 * PAGE_SIZE + 3 * PAGE_SIZE);
	ck_assert_uint_eq(udm_live_objects_of("leaky_object"), 2);
	ck_assert_uint_eq(udm_live_objects_of("leaky_page"), 1);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 1);
	kfree(a);
	kfree(b);
	__free_pages(page, 2);
	vfree(area);
	ck_assert_uint_eq(udm_live_objects(), objects);
	ck_assert_uint_eq(udm_live_bytes(), bytes);
}
END_TEST

struct seen {
	unsigned int sites;
	size_t objects;
	bool page, slab;
};

static void look(void *ctx, const struct udm_leak_site *site)
{
	struct seen *seen = ctx;

	seen->sites++;
	seen->objects += site->objects;
	if (site->kind == UDM_LEAK_PAGES)
		seen->page = !strcmp(site->function, "leaky_page") && !*site->cache;
	if (site->kind == UDM_LEAK_SLAB)
		seen->slab = !strcmp(site->function, "leaky_object") &&
			     !strcmp(site->cache, "kmalloc-64") && site->bytes == 3 * 64;
}

START_TEST(a_snapshot_finds_what_came_since)
{
	void *before = leaky_object(), *objects[3];
	struct udm_leak_snapshot *snapshot = udm_leak_snapshot();
	struct seen seen = { .sites = 0 };
	struct page *page = leaky_page(0);
	unsigned int i;

	for (i = 0; i < 3; i++)
		objects[i] = leaky_object();
	ck_assert_uint_eq(udm_leak_since(snapshot, look, &seen), 4);
	ck_assert_uint_eq(seen.sites, 2);
	ck_assert_uint_eq(seen.objects, 4);
	ck_assert(seen.page && seen.slab);
	for (i = 0; i < 3; i++)
		kfree(objects[i]);
	__free_page(page);
	ck_assert_uint_eq(udm_leak_since(snapshot, NULL, NULL), 0);
	kfree(before);
	ck_assert_uint_eq(udm_leak_since(snapshot, NULL, NULL), 0);
	udm_leak_snapshot_free(snapshot);
}
END_TEST

/* The machine of this test leaks on purpose and is stopped by it. */
START_TEST(shutdown_reports_each_call_site)
{
	const char *text;

	machine_boot();
	leaky_object();
	leaky_object();
	leaky_page(3);
	ck_assert_ptr_nonnull(vmalloc(1 << 20));
	kmalloc(100000, GFP_KERNEL);
	log_capture();
	ck_assert_int_eq(udm_shutdown(), 5);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "2 objects of kmalloc-64, 128 bytes, allocated at"));
	ck_assert_ptr_nonnull(strstr(text, "leaky_object()"));
	ck_assert_ptr_nonnull(strstr(text, "1 page block, 32768 bytes, allocated at"));
	ck_assert_ptr_nonnull(strstr(text, "1 vmalloc area, 1048576 bytes, allocated at"));
	ck_assert_ptr_nonnull(strstr(text, "mem_leak.c"));
	ck_assert_int_eq(udm_boot(NULL), 0);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

static void *inner_noprof(size_t size)
{
	return kmalloc_noprof(size, GFP_KERNEL);
}

#define inner(...) alloc_hooks(inner_noprof(__VA_ARGS__))

START_TEST(helpers_are_charged_to_their_callers)
{
	void *p = inner(10);

	ck_assert_uint_eq(udm_live_objects_of(__func__), 1);
	ck_assert_uint_eq(udm_live_objects_of("inner_noprof"), 0);
	kfree(p);
}
END_TEST

Suite *mem_leak_suite(void)
{
	Suite *s = suite_create("mem_leak");
	TCase *tc = machine_tcase(s, "counting");

	tcase_add_test(tc, counting_by_call_site);
	tcase_add_test(tc, a_snapshot_finds_what_came_since);
	tcase_add_test(tc, helpers_are_charged_to_their_callers);
	tc = tcase_create("report");
	tcase_add_test(tc, shutdown_reports_each_call_site);
	suite_add_tcase(s, tc);
	return s;
}
