// SPDX-License-Identifier: GPL-2.0-only
/* Contiguous areas: where they may be, what they hand out, and how pages come back. */
#include "mem_rig.h"

#include <linux/cma.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <udevmem/leak.h>
#include <udevmem/task.h>
#include <udevmem/warn.h>

Suite *cma_suite(void);

static struct cma *cma;

/* 8 MiB at 4 GiB + 256 MiB. */
static void setup(void)
{
	machine_boot();
	ck_assert_int_eq(cma_declare_contiguous(SZ_4G + SZ_256M, SZ_8M, 0, 0, 0, true, "test",
						&cma), 0);
}

static void setup_threads(void)
{
	machine_boot_threads();
	ck_assert_int_eq(cma_declare_contiguous(0, SZ_4M, 0, 0, 0, false, NULL, &cma), 0);
}

/* --- Places --------------------------------------------------------------------------- */

static int count_area(struct cma *area, void *nr)
{
	return ++*(int *)nr == 2 ? -EINTR : 0;
}

START_TEST(a_machine_starts_without_areas)
{
	int nr = 0;

	machine_boot();
	ck_assert_uint_eq(totalcma_pages, 0);
	ck_assert_int_eq(cma_for_each_area(count_area, &nr), 0);
	ck_assert_int_eq(nr, 0);
	machine_shutdown();
}
END_TEST

START_TEST(an_area_is_what_was_asked_for)
{
	ck_assert_uint_eq(cma_get_base(cma), SZ_4G + SZ_256M);
	ck_assert_uint_eq(cma_get_size(cma), SZ_8M);
	ck_assert_str_eq(cma_get_name(cma), "test");
	ck_assert_uint_eq(totalcma_pages, SZ_8M / PAGE_SIZE);
	ck_assert(cma_intersects(cma, cma_get_base(cma) + SZ_8M - 1, ~0UL));
	ck_assert(!cma_intersects(cma, cma_get_base(cma) + SZ_8M, ~0UL));
	ck_assert(cma_intersects(cma, 0, cma_get_base(cma) + 1));
	ck_assert(!cma_intersects(cma, 0, cma_get_base(cma)));
	ck_assert_int_eq(page_zonenum(pfn_to_page(PHYS_PFN(cma_get_base(cma)))), ZONE_NORMAL);
}
END_TEST

/* 1 GiB: DMA 1..16 MiB, DMA32 16..268 MiB, Normal 4 GiB..4 GiB + 757 MiB. */
static const struct {
	phys_addr_t base, size, limit, align;
	unsigned int order_per_bit;
	bool fixed;
	int nid, ret;
	phys_addr_t from, to, got;	/* base within [from, to), bytes */
} places[] = {
	{ .size = SZ_1M, .nid = -1, .from = SZ_4G, .to = SZ_4G + SZ_512M, .got = SZ_2M },
	{ .size = SZ_2M + 1, .nid = 0, .from = SZ_4G, .to = SZ_4G + SZ_512M, .got = SZ_4M },
	{ .size = SZ_8M, .align = SZ_64M, .nid = -1, .from = SZ_4G, .to = SZ_4G + SZ_512M,
	  .got = SZ_64M },
	{ .size = SZ_8M, .limit = SZ_4G, .nid = -1, .from = SZ_16M, .to = SZ_256M, .got = SZ_8M },
	{ .size = SZ_4M, .limit = SZ_16M, .nid = -1, .from = SZ_1M, .to = SZ_16M, .got = SZ_4M },
	{ .base = SZ_4G + SZ_512M + 1, .size = SZ_8M, .nid = -1, .from = SZ_4G + SZ_512M,
	  .to = SZ_4G + SZ_512M + SZ_4M, .got = SZ_8M },
	{ .base = SZ_4G + SZ_512M, .size = SZ_8M, .fixed = true, .nid = -1,
	  .from = SZ_4G + SZ_512M, .to = SZ_4G + SZ_512M + 1, .got = SZ_8M },
	{ .size = 0, .nid = -1, .ret = -EINVAL },
	{ .size = SZ_8M, .align = SZ_2M + SZ_4K, .nid = -1, .ret = -EINVAL },
	{ .size = SZ_8M, .order_per_bit = 10, .nid = -1, .ret = -EINVAL },
	{ .base = SZ_4G + SZ_1M, .size = SZ_8M, .fixed = true, .nid = -1, .ret = -EINVAL },
	/* Over the end of the zone, outside of RAM, above the limit, on no such node. */
	{ .base = SZ_256M, .size = SZ_16M, .fixed = true, .nid = -1, .ret = -EINVAL },
	{ .base = SZ_2G, .size = SZ_16M, .fixed = true, .nid = -1, .ret = -EINVAL },
	{ .base = SZ_128M, .size = SZ_16M, .limit = SZ_128M + SZ_8M, .fixed = true, .nid = -1,
	  .ret = -EINVAL },
	{ .base = SZ_128M, .size = SZ_256M, .limit = SZ_16M, .fixed = true, .nid = -1,
	  .ret = -EINVAL },
	{ .base = SZ_128M, .size = SZ_16M, .fixed = true, .nid = 1, .ret = -EINVAL },
	/* The very first memory is in use. */
	{ .base = SZ_4G, .size = SZ_2M, .fixed = true, .nid = -1, .ret = -EBUSY },
	{ .size = SZ_1G, .nid = -1, .ret = -ENOMEM },
	{ .size = SZ_32M, .limit = SZ_16M, .nid = -1, .ret = -ENOMEM },
	{ .size = SZ_8M, .nid = 1, .ret = -ENOMEM },
};

START_TEST(places_are_chosen_by_the_rules)
{
	const typeof(places[0]) *c = &places[_i];
	void *first;

	machine_boot();
	udm_log_set_console(-1);
	first = kmalloc(64, GFP_KERNEL);
	cma = NULL;
	ck_assert_int_eq(cma_declare_contiguous_nid(c->base, c->size, c->limit, c->align,
						    c->order_per_bit, c->fixed, NULL, &cma, c->nid),
			 c->ret);
	if (!c->ret) {
		ck_assert_uint_ge(cma_get_base(cma), c->from);
		ck_assert_uint_lt(cma_get_base(cma), c->to);
		ck_assert_uint_eq(cma_get_size(cma), c->got);
		ck_assert_uint_eq(cma_get_base(cma) % max(c->align, CMA_MIN_ALIGNMENT_BYTES), 0);
		ck_assert_str_eq(cma_get_name(cma), "cma0");
	} else {
		ck_assert_ptr_null(cma);
		ck_assert_uint_eq(totalcma_pages, 0);
	}
	kfree(first);
	udm_log_set_console(4);
	machine_shutdown();
}
END_TEST

START_TEST(nodes_have_areas_of_their_own)
{
	int nid;

	boot_three_nodes();
	for (nid = 0; nid < 3; nid++) {
		ck_assert_int_eq(cma_declare_contiguous_nid(0, SZ_4M, 0, 0, 0, false, "node", &cma,
							    nid), 0);
		ck_assert_int_eq(page_to_nid(pfn_to_page(PHYS_PFN(cma_get_base(cma)))), nid);
	}
	/* Nothing left in a node: the next area is in another, unless it must not be. */
	while (!cma_declare_contiguous_nid(0, SZ_2M, 0, 0, 0, false, NULL, &cma, 1))
		;
	ck_assert_int_eq(cma_declare_contiguous_nid(0, SZ_2M, 0, 0, 0, false, NULL, &cma,
						    NUMA_NO_NODE), 0);
	ck_assert_int_ne(page_to_nid(pfn_to_page(PHYS_PFN(cma_get_base(cma)))), 1);
	machine_shutdown();
}
END_TEST

START_TEST(there_is_a_limit_to_areas)
{
	unsigned int made = 1;		/* by setup() */
	int err;

	while (!(err = cma_declare_contiguous(0, SZ_2M, 0, 0, 0, false, NULL, &cma)))
		made++;
	ck_assert_int_eq(err, -ENOSPC);
	ck_assert_uint_eq(made, MAX_CMA_AREAS);
	made = 0;
	ck_assert_int_eq(cma_for_each_area(count_area, &made), -EINTR);
	ck_assert_uint_eq(made, 2);
	/* The newest one is told from the others by its pages. */
	ck_assert(!cma_pages_valid(cma, pfn_to_page(PHYS_PFN(SZ_4G + SZ_256M)), 1));
}
END_TEST

/* --- Pages ---------------------------------------------------------------------------- */

START_TEST(runs_are_lowest_and_aligned)
{
	struct page *five = cma_alloc(cma, 5, 0, false), *eight = cma_alloc(cma, 8, 3, false);
	struct page *three = cma_alloc(cma, 3, 0, false);
	unsigned int k;

	ck_assert_uint_eq(page_to_phys(five), cma_get_base(cma));
	ck_assert_ptr_eq(eight, five + 8);
	ck_assert_ptr_eq(three, five + 5);
	for (k = 0; k < 16; k++) {
		ck_assert_int_eq(page_ref_count(five + k), 1);
		ck_assert(!PageCompound(five + k));
		memset(page_address(five + k), k, PAGE_SIZE);
	}
	ck_assert(cma_release(cma, eight, 8));
	ck_assert(cma_release(cma, five, 5));
	/* The hole in front of it is too small. */
	ck_assert_ptr_eq(cma_alloc(cma, 6, 0, false), five + 8);
	ck_assert(cma_release(cma, five + 8, 6));
	ck_assert(cma_release(cma, three, 3));
	ck_assert_ptr_eq(cma_alloc(cma, SZ_8M / PAGE_SIZE, 10, false), five);
	ck_assert(cma_release(cma, five, SZ_8M / PAGE_SIZE));
}
END_TEST

START_TEST(granules_align_too)
{
	struct cma *coarse;
	struct page *a, *b;

	ck_assert_int_eq(cma_declare_contiguous(0, SZ_4M, 0, 0, 4, false, NULL, &coarse), 0);
	a = cma_alloc(coarse, 1, 0, false);
	b = cma_alloc(coarse, 1, 2, false);
	ck_assert_ptr_eq(b, a + 16);
	ck_assert(cma_release(coarse, a, 1));
	ck_assert(cma_release(coarse, b, 1));
}
END_TEST

START_TEST(what_cannot_be_had_is_null)
{
	struct page *most = cma_alloc(cma, 2047, 0, false);
	const char *text;

	log_capture();
	ck_assert_ptr_null(cma_alloc(cma, 2, 0, false));
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "cma: cma_alloc: test: alloc failed, req-size: 2 pages, ret: -12\n"));
	log_capture();
	ck_assert_ptr_null(cma_alloc(cma, 2, 0, true));
	ck_assert_ptr_null(cma_alloc(cma, 2049, 0, true));
	ck_assert_ptr_null(cma_alloc(cma, ~0UL, 0, true));
	ck_assert_ptr_null(cma_alloc(cma, 1, 40, true));
	ck_assert_ptr_null(cma_alloc(cma, 1, 64, true));
	ck_assert_ptr_null(cma_alloc(cma, 0, 0, false));
	ck_assert_ptr_null(cma_alloc(NULL, 1, 0, false));
	ck_assert_str_eq(log_text(), "");
	ck_assert(cma_release(cma, most, 2047));
}
END_TEST

START_TEST(foreign_pages_are_refused)
{
	struct page *other = alloc_page(GFP_KERNEL), *page = cma_alloc(cma, 2, 0, false);
	unsigned long all = SZ_8M / PAGE_SIZE;

	ck_assert(!cma_release(cma, other, 1));
	ck_assert(!cma_release(NULL, page, 1));
	ck_assert(!cma_release(cma, NULL, 1));
	ck_assert(!cma_release(cma, page, all + 1));
	ck_assert(!cma_release(cma, page + 1, all));
	ck_assert(cma_pages_valid(cma, page + 1, all - 1));
	ck_assert(!cma_pages_valid(cma, page - 1, 1));
	ck_assert(!cma_pages_valid(cma, page + all, 1));
	ck_assert_int_eq(page_ref_count(page), 1);
	ck_assert(cma_release(cma, page, 2));
	__free_page(other);
}
END_TEST

/* Whoever drops the last reference gives the page back, to the area and nowhere else. */
START_TEST(a_held_page_returns_later)
{
	struct page *page = cma_alloc(cma, 4, 0, false);

	get_page(page + 2);
	udm_warn_expect("1 pages are still in use!", 1);
	ck_assert(cma_release(cma, page, 4));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_ptr_eq(cma_alloc(cma, 2, 0, false), page);
	ck_assert_ptr_eq(cma_alloc(cma, 2, 0, false), page + 3);
	put_page(page + 2);
	ck_assert_ptr_eq(cma_alloc(cma, 1, 0, false), page + 2);
	__free_page(page);
	free_page((unsigned long)page_address(page + 1));
	ck_assert_ptr_eq(cma_alloc(cma, 2, 0, false), page);
	ck_assert(cma_release(cma, page, 5));
}
END_TEST

START_TEST(freeing_twice_is_reported)
{
	struct page *page = cma_alloc(cma, 1, 0, false);

	ck_assert(cma_release(cma, page, 1));
	udm_warn_expect("freed again", 1);
	ck_assert(cma_release(cma, page, 1));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(the_page_allocator_has_none_of_it)
{
	struct hoard all;
	struct page *page;

	boot_small();
	ck_assert_int_eq(cma_declare_contiguous(0, SZ_4M, 0, 0, 0, false, NULL, &cma), 0);
	page = cma_alloc(cma, 512, 0, false);
	ck_assert(cma_release(cma, page, 512));
	ck_assert_uint_lt(hoard_all(&all, GFP_KERNEL, 0), SZ_8M / PAGE_SIZE + SZ_4M / PAGE_SIZE);
	for (page = all.last; page; page = (struct page *)page_private(page))
		ck_assert(!cma_pages_valid(cma, page, 1));
	/* And with everything else gone it still has all of its own. */
	page = cma_alloc(cma, SZ_4M / PAGE_SIZE, 0, false);
	ck_assert_ptr_nonnull(page);
	ck_assert(cma_release(cma, page, SZ_4M / PAGE_SIZE));
	hoard_free(&all);
	machine_shutdown();
}
END_TEST

START_TEST(lost_pages_are_reported)
{
	struct udm_leak_snapshot *before = udm_leak_snapshot();
	struct page *page = cma_alloc(cma, 3, 0, false);

	ck_assert_uint_eq(udm_leak_since(before, NULL, NULL), 3);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 3);
	ck_assert(cma_release(cma, page, 3));
	ck_assert_uint_eq(udm_leak_since(before, NULL, NULL), 0);
	udm_leak_snapshot_free(before);
}
END_TEST

/* --- Threads --------------------------------------------------------------------------- */

#define THREADS 4

/* Pages of a run carry the name of who has it; two owners of one page would see it. */
static void *owner(void *ctx)
{
	unsigned long id = (unsigned long)ctx, round, k, bad = 0;

	for (round = 0; round < test_rounds(2000); round++) {
		unsigned long count = 1 + (round * 7 + id) % 97;
		struct page *page = cma_alloc(cma, count, round % 5, true);

		if (!page)
			continue;
		for (k = 0; k < count; k++)
			*(unsigned long *)page_address(page + k) = id;
		for (k = 0; k < count; k++)
			bad += *(unsigned long *)page_address(page + k) != id;
		bad += !cma_release(cma, page, count);
	}
	return (void *)bad;
}

START_TEST(owners_never_share)
{
	struct udm_thread *threads[THREADS];
	struct page *page;
	unsigned long k;

	for (k = 0; k < THREADS; k++)
		threads[k] = udm_thread_create("owner", owner, (void *)k);
	for (k = 0; k < THREADS; k++)
		ck_assert_ptr_null(udm_thread_join(threads[k]));
	page = cma_alloc(cma, SZ_4M / PAGE_SIZE, 0, false);
	ck_assert_ptr_nonnull(page);
	ck_assert(cma_release(cma, page, SZ_4M / PAGE_SIZE));
}
END_TEST

Suite *cma_suite(void)
{
	Suite *s = suite_create("cma");
	TCase *tc = tcase_create("places");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_machine_starts_without_areas);
	tcase_add_loop_test(tc, places_are_chosen_by_the_rules, 0, ARRAY_SIZE(places));
	tcase_add_test(tc, nodes_have_areas_of_their_own);
	tcase_add_test(tc, the_page_allocator_has_none_of_it);

	tc = tcase_create("pages");
	tcase_add_checked_fixture(tc, setup, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, an_area_is_what_was_asked_for);
	tcase_add_test(tc, there_is_a_limit_to_areas);
	tcase_add_test(tc, runs_are_lowest_and_aligned);
	tcase_add_test(tc, granules_align_too);
	tcase_add_test(tc, what_cannot_be_had_is_null);
	tcase_add_test(tc, foreign_pages_are_refused);
	tcase_add_test(tc, a_held_page_returns_later);
	tcase_add_test(tc, freeing_twice_is_reported);
	tcase_add_test(tc, lost_pages_are_reported);

	tc = tcase_create("threads");
	tcase_add_checked_fixture(tc, setup_threads, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, owners_never_share);
	return s;
}
