// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists with too little memory: every function that allocates, each of its allocations failing in
 * turn. And lists of user memory, which may turn out not to be there.
 */
#include "dma_rig.h"

#include <linux/bvec.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/xarray.h>
#include <sys/mman.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

Suite *sg_failures_suite(void);

#define SCENARIOS(X) \
	X(plain_table, 3) X(from_pages, 3) X(from_runs, 2) X(appended, 3) X(blocks, 4) \
	X(pieces, 4) \
	/* end */

/* Three arrays. */
static int plain_table(void *unused)
{
	struct sg_table table;
	int err = sg_alloc_table(&table, 2 * SG_MAX_SINGLE_ALLOC + 7, GFP_KERNEL);

	ck_assert(!err || !table.sgl);
	ck_assert(err || sg_nents(table.sgl) == 2 * SG_MAX_SINGLE_ALLOC + 7);
	if (!err)
		sg_free_table(&table);
	return err;
}

enum { PAGES = 300 };

/* No two of them neighbours, or all of them. */
static struct page **pages_of(bool neighbours)
{
	static struct page *pages[PAGES];

	for (unsigned int k = 0; k < PAGES; k++)
		pages[k] = pfn_to_page(16 + (neighbours ? k : 2 * k));
	return pages;
}

static int from_pages(void *unused)
{
	struct sg_table table = { .orig_nents = 99 };
	int err = sg_alloc_table_from_pages(&table, pages_of(false), PAGES, 5,
					    PAGES * PAGE_SIZE - 9, GFP_KERNEL);

	if (err) {
		/* Not written. */
		ck_assert_uint_eq(table.orig_nents, 99);
		return err;
	}
	ck_assert_uint_eq(table.orig_nents, PAGES);
	sg_free_table(&table);
	return 0;
}

static int from_runs(void *unused)
{
	struct sg_table table;
	int err = sg_alloc_table_from_pages_segment(&table, pages_of(true), PAGES, 0,
						    PAGES * PAGE_SIZE, 2 * PAGE_SIZE, GFP_KERNEL);

	if (!err) {
		ck_assert_uint_eq(table.orig_nents, PAGES / 2);
		sg_free_table(&table);
	}
	return err;
}

/* In three goes; what was there before a failure stays as it was. */
static int appended(void *unused)
{
	struct page **pages = pages_of(false);
	struct sg_append_table table = { };
	int err = 0;

	for (unsigned int at = 0; at < PAGES && !err; at += 100) {
		err = sg_alloc_append_table_from_pages(&table, pages + at, 100, 0, 100 * PAGE_SIZE,
						       PAGE_SIZE, PAGES - 100 - at, GFP_KERNEL);
		ck_assert_uint_eq(table.sgt.nents, err ? at : at + 100);
	}
	sg_free_append_table(&table);
	return err;
}

static int blocks(void *unused)
{
	unsigned int nents = 99;
	struct scatterlist *sgl = sgl_alloc_order(5 * PAGE_SIZE + 1, 1, true, GFP_KERNEL, &nents);

	ck_assert_uint_eq(nents, sgl ? 3 : 99);
	sgl_free_order(sgl, 1);
	return sgl ? 0 : -ENOMEM;
}

static int pieces(void *unused)
{
	static const size_t sizes[] = { 100, PAGE_SIZE };
	struct scatterlist in[2], *out[2] = { NULL, NULL };
	int mapped[2] = { 9, 9 }, err;

	sg_init_table(in, 2);
	for (int k = 0; k < 2; k++)
		sg_set_page(&in[k], pages_of(false)[k], PAGE_SIZE, 0);
	err = sg_split(in, 0, 50, 2, sizes, out, mapped, GFP_KERNEL);
	for (int k = 0; k < 2; k++) {
		ck_assert_int_eq(!out[k], !!err);
		ck_assert_int_eq(mapped[k], err ? 9 : 1 + k);
		kfree(out[k]);
	}
	return err;
}

#define ENTRY(name, points) { #name, name, points },

static const struct {
	const char *name;
	int (*fn)(void *unused);
	int points;
} scenarios[] = { SCENARIOS(ENTRY) };

START_TEST(every_allocation_may_fail)
{
	int points = udm_fault_sweep(scenarios[_i].fn, NULL);

	ck_assert_msg(points >= scenarios[_i].points, "%s: %d: %s", scenarios[_i].name, points,
		      udm_fault_sweep_message());
}
END_TEST

/* An array that cannot be allocated comes from the reserve of its pool, which is refilled. */
START_TEST(one_failure_is_made_up_for)
{
	struct scatterlist first[4];
	struct sg_table table = { .sgl = first };
	size_t before = udm_live_objects();
	unsigned int nth, left = 0;

	for (nth = 1; !left; nth++) {
		fail_nth(nth);
		ck_assert_int_eq(sg_alloc_table_chained(&table, 2 * SG_CHUNK_SIZE, first,
							ARRAY_SIZE(first)), 0);
		left = udm_fault_nth_left();
		udm_fault_nth(0);
		ck_assert_int_eq(sg_nents(table.sgl), 2 * SG_CHUNK_SIZE);
		sg_free_table_chained(&table, ARRAY_SIZE(first));
		ck_assert_uint_eq(udm_live_objects(), before);
		table.sgl = first;
	}
	ck_assert_uint_gt(nth, 3);
}
END_TEST

/* When nothing can be allocated the reserves are all there is. */
START_TEST(reserves_of_the_pools_run_out)
{
	struct sg_table table[3];
	size_t before = udm_live_objects();
	int n, err = 0;

	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", -1);
	for (n = 0; n < 3 && !err; n++)
		err = sg_alloc_table_chained(&table[n], 100, NULL, 0);
	udm_fault_reset();
	/* The third found nothing. */
	ck_assert_int_eq(err, -ENOMEM);
	ck_assert_int_eq(n, 3);
	ck_assert_ptr_null(table[2].sgl);
	sg_free_table_chained(&table[0], 0);
	sg_free_table_chained(&table[1], 0);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(splits_begin_within_the_list)
{
	static const size_t size = 10;
	struct scatterlist in[2], *out = NULL;
	size_t before = udm_live_objects();

	sg_init_table(in, 2);
	for (int k = 0; k < 2; k++) {
		sg_set_page(&in[k], pages_of(false)[k], 100, 0);
		sg_dma_address(&in[k]) = 0x1000 * (1 + k);
		sg_dma_len(&in[k]) = 100;
	}
	ck_assert_int_eq(sg_split(in, 0, 201, 1, &size, &out, NULL, GFP_KERNEL), -EINVAL);
	/* The bus view may be the shorter one. */
	ck_assert_int_eq(sg_split(in, 1, 101, 1, &size, &out, NULL, GFP_KERNEL), -EINVAL);
	ck_assert_ptr_null(out);
	ck_assert_int_eq(sg_split(in, 2, 101, 1, &size, &out, NULL, GFP_KERNEL), 0);
	ck_assert_uint_eq(sg_dma_address(out), 0x2001);
	kfree(out);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

/* User memory, of which the last page may be missing. */

static struct scatterlist entries[8];
static struct sg_table table;
static char *user;

static void user_setup(void)
{
	machine_boot();
	sg_init_table(entries, ARRAY_SIZE(entries));
	table = (struct sg_table){ .sgl = entries };
	user = mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	ck_assert_ptr_ne(user, MAP_FAILED);
	for (unsigned int k = 0; k < 4 * PAGE_SIZE; k++)
		user[k] = k / 64;
}

static void user_teardown(void)
{
	munmap(user, 4 * PAGE_SIZE);
	machine_shutdown();
}

static void unpin_entries(void)
{
	while (table.nents)
		unpin_user_page(sg_page(&entries[--table.nents]));
}

START_TEST(user_pages_are_described_and_pinned)
{
	struct iovec iov[2] = {
		{ user + 100, PAGE_SIZE }, { user + 3 * PAGE_SIZE, 50 },
	};
	char got[PAGE_SIZE + 51];
	struct iov_iter iter;
	int references;

	iov_iter_init(&iter, ITER_SOURCE, iov, 2, PAGE_SIZE + 50);
	ck_assert_int_eq(extract_iter_to_sg(&iter, PAGE_SIZE + 50, &table, 8, 0), PAGE_SIZE + 50);
	ck_assert_uint_eq(iov_iter_count(&iter), 0);
	ck_assert_uint_eq(table.nents, 3);
	ck_assert_uint_eq(table.orig_nents, 0);
	ck_assert_uint_eq(entries[0].offset, 100);
	ck_assert_uint_eq(entries[0].length, PAGE_SIZE - 100);
	ck_assert_uint_eq(entries[1].offset, 0);
	ck_assert_uint_eq(entries[1].length, 100);
	ck_assert_uint_eq(entries[2].length, 50);
	ck_assert_uint_eq(sg_copy_to_buffer(entries, 3, got, sizeof(got)), PAGE_SIZE + 50);
	ck_assert(!memcmp(got, user + 100, PAGE_SIZE));
	ck_assert(!memcmp(got + PAGE_SIZE, user + 3 * PAGE_SIZE, 50));
	references = page_ref_count(sg_page(&entries[2]));
	unpin_entries();
	ck_assert_int_lt(page_ref_count(sg_page(&entries[2])), references);
}
END_TEST

START_TEST(few_entries_take_a_part)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_DEST, user + 1, 3 * PAGE_SIZE);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 3 * PAGE_SIZE, &table, 2, 0), 2 * PAGE_SIZE - 1);
	ck_assert_uint_eq(table.nents, 2);
	ck_assert_uint_eq(iov_iter_count(&iter), PAGE_SIZE + 1);
	unpin_entries();
}
END_TEST

/* Whatever was pinned for the list is given back when one page cannot be had. */
START_TEST(missing_user_pages_undo_it_all)
{
	struct iovec iov[2] = { { user, PAGE_SIZE }, { user + 2 * PAGE_SIZE, 2 * PAGE_SIZE } };
	struct iov_iter iter;
	struct page *first;
	int references;

	iov_iter_init(&iter, ITER_SOURCE, iov, 2, 3 * PAGE_SIZE);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 10, &table, 1, 0), 10);
	first = sg_page(&entries[0]);
	/* Without the pin. */
	unpin_entries();
	references = page_ref_count(first);
	munmap(user + 2 * PAGE_SIZE, 2 * PAGE_SIZE);
	iov_iter_init(&iter, ITER_SOURCE, iov, 2, 3 * PAGE_SIZE);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 3 * PAGE_SIZE, &table, 8, 0), -EFAULT);
	ck_assert_uint_eq(table.nents, 0);
	ck_assert_int_eq(page_ref_count(first), references);
}
END_TEST

/* More is wanted than the iterator has: its end counts as a failure. */
START_TEST(a_short_iterator_undoes_it_all)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_SOURCE, user, PAGE_SIZE);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 2 * PAGE_SIZE, &table, 8, 0), 0);
	ck_assert_uint_eq(table.nents, 0);
}
END_TEST

START_TEST(exhausted_segments_are_passed_over)
{
	struct page *page = rig_page('s');
	struct bio_vec bv[3];
	struct iov_iter iter;

	for (int k = 0; k < 3; k++)
		bvec_set_page(&bv[k], page, 10, 100 * k);
	iov_iter_bvec(&iter, ITER_SOURCE, bv, 3, 30);
	/* As one who keeps the position by himself leaves it. */
	iter.iov_offset = 15;
	iter.count = 15;
	ck_assert_int_eq(extract_iter_to_sg(&iter, 15, &table, 8, 0), 15);
	ck_assert_uint_eq(table.nents, 2);
	ck_assert_uint_eq(entries[0].offset, 105);
	ck_assert_uint_eq(entries[0].length, 5);
	ck_assert_uint_eq(entries[1].offset, 200);
	__free_page(page);
}
END_TEST

START_TEST(reserved_places_of_a_cache_are_passed_over)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 0);
	DEFINE_XARRAY(cache);
	struct iov_iter iter;

	ck_assert_int_eq(xa_reserve(&cache, 2, GFP_KERNEL), 0);
	ck_assert_ptr_null(xa_store(&cache, 3, folio, GFP_KERNEL));
	iov_iter_xarray(&iter, ITER_SOURCE, &cache, 2 * PAGE_SIZE, 100);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 100, &table, 8, 0), 100);
	ck_assert_uint_eq(table.nents, 1);
	ck_assert_ptr_eq(sg_page(&entries[0]), folio_page(folio, 0));
	folio_put(folio);
	xa_destroy(&cache);
}
END_TEST

Suite *sg_failures_suite(void)
{
	Suite *s = suite_create("sg_failures");
	TCase *tc = machine_tcase(s, "memory");

	tcase_add_loop_test(tc, every_allocation_may_fail, 0, ARRAY_SIZE(scenarios));
	tcase_add_test(tc, one_failure_is_made_up_for);
	tcase_add_test(tc, reserves_of_the_pools_run_out);
	tcase_add_test(tc, splits_begin_within_the_list);
	tc = tcase_create("user memory");
	tcase_add_checked_fixture(tc, user_setup, user_teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, user_pages_are_described_and_pinned);
	tcase_add_test(tc, few_entries_take_a_part);
	tcase_add_test(tc, missing_user_pages_undo_it_all);
	tcase_add_test(tc, a_short_iterator_undoes_it_all);
	tcase_add_test(tc, exhausted_segments_are_passed_over);
	tcase_add_test(tc, reserved_places_of_a_cache_are_passed_over);
	return s;
}
