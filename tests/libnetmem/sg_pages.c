// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables from page arrays, lists that own their pages, and splitting.
 *
 * Most tests name pages by number only: nothing is allocated behind them, and nothing touches
 * their memory.
 */
#include <check.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/warn.h>

#include "dma_rig.h"

Suite *sg_pages_suite(void);

#define BASE_PFN	16
#define ANY		UINT_MAX
#define END		(~0u)

static unsigned int page_array(struct page **pages, const unsigned int *numbers)
{
	unsigned int n = 0;

	for (; numbers[n] != END; n++)
		pages[n] = pfn_to_page(BASE_PFN + numbers[n]);
	return n;
}

/* --- Merging --- */

static const struct merge_case {
	unsigned int pages[8];
	unsigned int second[8];
	unsigned long size;
	unsigned int max_segment;
	int entries;			/* or an error */
} merge_cases[] = {
	{ { 0, END }, { END }, PAGE_SIZE, 0, -EINVAL },
	{ { 0, END }, { END }, PAGE_SIZE, PAGE_SIZE - 1, -EINVAL },
	{ { 0, END }, { END }, PAGE_SIZE, PAGE_SIZE + 1, 1 },
	{ { 0, END }, { END }, PAGE_SIZE, ANY, 1 },
	{ { 0, END }, { END }, 1, ANY, 1 },
	{ { 0, 1, END }, { END }, 2 * PAGE_SIZE, ANY, 1 },
	{ { 1, 0, END }, { END }, 2 * PAGE_SIZE, ANY, 2 },
	{ { 0, 1, 2, END }, { END }, 3 * PAGE_SIZE, ANY, 1 },
	{ { 0, 1, 2, END }, { 3, 4, 5, END }, 3 * PAGE_SIZE, ANY, 1 },
	{ { 0, 1, 2, END }, { 4, 5, 6, END }, 3 * PAGE_SIZE, ANY, 2 },
	{ { 0, 2, 1, END }, { END }, 3 * PAGE_SIZE, ANY, 3 },
	{ { 0, 1, 3, END }, { END }, 3 * PAGE_SIZE, ANY, 2 },
	{ { 1, 2, 4, END }, { END }, 3 * PAGE_SIZE, ANY, 2 },
	{ { 1, 3, 4, END }, { END }, 3 * PAGE_SIZE, ANY, 2 },
	{ { 0, 1, 3, 4, END }, { END }, 4 * PAGE_SIZE, ANY, 2 },
	{ { 0, 1, 3, 4, 5, END }, { END }, 5 * PAGE_SIZE, ANY, 2 },
	{ { 0, 1, 3, 4, 6, END }, { END }, 5 * PAGE_SIZE, ANY, 3 },
	{ { 0, 1, 2, 3, 4, END }, { END }, 5 * PAGE_SIZE, ANY, 1 },
	{ { 0, 1, 2, 3, 4, END }, { END }, 5 * PAGE_SIZE, 2 * PAGE_SIZE, 3 },
	{ { 0, 1, 2, 3, 4, 5, END }, { END }, 6 * PAGE_SIZE, 2 * PAGE_SIZE, 3 },
	{ { 0, 2, 3, 4, 5, 6, END }, { END }, 6 * PAGE_SIZE, 2 * PAGE_SIZE, 4 },
	{ { 0, 1, 3, 4, 5, 6, END }, { 7, 8, 9, 10, 11, 12, END }, 6 * PAGE_SIZE,
	  12 * PAGE_SIZE, 2 },
};

static void check_appended(const struct merge_case *c, struct page **pages, unsigned int n)
{
	struct sg_append_table append = { 0 };
	struct page *more[8];
	unsigned int n_more = page_array(more, c->second);

	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, c->size,
							  c->max_segment, n_more, GFP_KERNEL), 0);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, more, n_more, 0, c->size,
							  c->max_segment, 0, GFP_KERNEL), 0);
	ck_assert_uint_eq(append.sgt.nents, c->entries);
	ck_assert_uint_eq(append.sgt.orig_nents, c->entries);
	ck_assert(sg_is_last(append.prv));
	ck_assert_int_eq(sg_nents(append.sgt.sgl), c->entries);
	sg_free_append_table(&append);
	ck_assert_ptr_null(append.sgt.sgl);
	sg_free_append_table(&append);
}

START_TEST(contiguous_pages_are_merged)
{
	const struct merge_case *c = &merge_cases[_i];
	struct sg_table sgt = { .nents = 99 };
	struct page *pages[8];
	unsigned int n = page_array(pages, c->pages);

	if (c->second[0] != END) {
		check_appended(c, pages, n);
		return;
	}
	if (c->entries < 0)
		udm_warn_expect("", 1);
	ck_assert_int_eq(sg_alloc_table_from_pages_segment(&sgt, pages, n, 0, c->size,
							   c->max_segment, GFP_KERNEL),
			 min(c->entries, 0));
	if (c->entries < 0) {
		ck_assert_uint_eq(sgt.nents, 99);
		return;
	}
	ck_assert_uint_eq(sgt.nents, c->entries);
	ck_assert_uint_eq(sgt.orig_nents, c->entries);
	ck_assert_int_eq(sg_nents(sgt.sgl), c->entries);
	sg_free_table(&sgt);
}
END_TEST

START_TEST(offset_and_tail_are_cut)
{
	static const unsigned int numbers[] = { 0, 1, 2, 3, 4, END };
	static const unsigned int want[3][3] = { { 0, 200, 7992 }, { 2, 0, 8192 }, { 4, 0, 4000 } };
	struct page *pages[8];
	unsigned int n = page_array(pages, numbers), k;
	struct scatterlist *sg;
	struct sg_table sgt;

	ck_assert_int_eq(sg_alloc_table_from_pages_segment(&sgt, pages, n, 200,
							   5 * PAGE_SIZE - 296, 3 * PAGE_SIZE - 1,
							   GFP_KERNEL), 0);
	ck_assert_uint_eq(sgt.orig_nents, 3);
	for_each_sgtable_sg(&sgt, sg, k) {
		ck_assert_uint_eq(page_to_pfn(sg_page(sg)), BASE_PFN + want[k][0]);
		ck_assert_uint_eq(sg->offset, want[k][1]);
		ck_assert_uint_eq(sg->length, want[k][2]);
		ck_assert_uint_eq(sg_dma_len(sg), 0);
	}
	sg_free_table(&sgt);
}
END_TEST

/* count pages, no two adjacent */
static struct page **lone_pages(unsigned int count)
{
	struct page **pages = kmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	unsigned int k;

	for (k = 0; k < count; k++)
		pages[k] = pfn_to_page(BASE_PFN + 2 * k);
	return pages;
}

START_TEST(long_tables_are_chained)
{
	struct page **pages = lone_pages(300);
	struct sg_append_table append = { 0 };

	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, 300, 0, 300 * PAGE_SIZE,
							  ANY, 0, GFP_KERNEL), 0);
	ck_assert_uint_eq(append.sgt.orig_nents, 300);
	ck_assert_uint_eq(append.total_nents, 300);
	ck_assert_int_eq(sg_nents(append.sgt.sgl), 300);
	ck_assert(sg_is_chain(append.sgt.sgl + 127));
	sg_free_append_table(&append);
	kfree(pages);
}
END_TEST

START_TEST(a_failing_append_can_be_freed)
{
	static const unsigned int total[] = { 0, 128, 255 };
	struct sg_append_table append = { 0 };
	struct page **pages = lone_pages(300);
	size_t before = udm_live_objects();

	fail_nth(_i + 1);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, 300, 0, 300 * PAGE_SIZE,
							  ANY, 0, GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(append.total_nents, total[_i]);
	ck_assert_uint_eq(append.sgt.nents, 0);
	ck_assert_ptr_null(append.prv);
	sg_free_append_table(&append);
	ck_assert_uint_eq(udm_live_objects(), before);
	kfree(pages);
}
END_TEST

START_TEST(a_failing_table_is_not_written)
{
	struct sg_table sgt = { .orig_nents = 7 };
	struct page **pages = lone_pages(300);
	size_t before = udm_live_objects();

	fail_nth(2);
	ck_assert_int_eq(sg_alloc_table_from_pages(&sgt, pages, 300, 0, 300 * PAGE_SIZE,
						   GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(sgt.orig_nents, 7);
	ck_assert_uint_eq(udm_live_objects(), before);
	kfree(pages);
}
END_TEST

START_TEST(a_failing_append_unmerges)
{
	static const unsigned int first[] = { 0, 1, END }, second[] = { 2, 9, END };
	struct sg_append_table append = { 0 };
	struct page *pages[8];
	unsigned int n = page_array(pages, first);

	/* Exactly one slot, so that the second call needs another array. */
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, 2 * PAGE_SIZE, ANY,
							  1, GFP_KERNEL), 0);
	ck_assert(!sg_is_last(append.prv));
	ck_assert_uint_eq(append.total_nents, 2);
	n = page_array(pages, second);
	fail_nth(1);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, 2 * PAGE_SIZE, ANY,
							  1, GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(append.prv->length, 2 * PAGE_SIZE);
	ck_assert_uint_eq(append.sgt.nents, 1);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, 2 * PAGE_SIZE, ANY,
							  0, GFP_KERNEL), 0);
	ck_assert_uint_eq(append.sgt.sgl->length, 3 * PAGE_SIZE);
	ck_assert_uint_eq(append.sgt.nents, 2);
	ck_assert_int_eq(sg_nents(append.sgt.sgl), 2);
	sg_free_append_table(&append);
}
END_TEST

START_TEST(an_append_may_merge_everything)
{
	static const unsigned int first[] = { 0, END }, second[] = { 1, 2, END };
	struct sg_append_table append = { 0 };
	struct page *pages[8];
	unsigned int n = page_array(pages, first);

	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, PAGE_SIZE, ANY, 9,
							  GFP_KERNEL), 0);
	n = page_array(pages, second);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, 2 * PAGE_SIZE, ANY,
							  0, GFP_KERNEL), 0);
	ck_assert_uint_eq(append.sgt.nents, 1);
	ck_assert_uint_eq(append.sgt.sgl->length, 3 * PAGE_SIZE);
	ck_assert(sg_is_last(append.sgt.sgl));
	ck_assert_uint_eq(append.total_nents, 10);
	sg_free_append_table(&append);
}
END_TEST

START_TEST(an_append_has_no_offset)
{
	static const unsigned int first[] = { 0, END };
	struct sg_append_table append = { 0 };
	struct page *pages[8];
	unsigned int n = page_array(pages, first);

	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 0, PAGE_SIZE, ANY, 9,
							  GFP_KERNEL), 0);
	udm_warn_expect("offset", 1);
	ck_assert_int_eq(sg_alloc_append_table_from_pages(&append, pages, n, 8, PAGE_SIZE, ANY, 0,
							  GFP_KERNEL), -EINVAL);
	ck_assert_uint_eq(append.sgt.nents, 1);
	ck_assert_uint_eq(append.sgt.sgl->length, PAGE_SIZE);
	sg_free_append_table(&append);
}
END_TEST

/* --- Lists with their own pages --- */

START_TEST(sgl_alloc_fills_blocks)
{
	unsigned int nents = 0;
	struct scatterlist *sgl = sgl_alloc(9000, GFP_KERNEL, &nents);

	ck_assert_ptr_nonnull(sgl);
	ck_assert_uint_eq(nents, 3);
	ck_assert_uint_eq(sgl[0].length, 4096);
	ck_assert_uint_eq(sgl[1].length, 4096);
	ck_assert_uint_eq(sgl[2].length, 808);
	ck_assert(sg_is_last(&sgl[2]));
	sgl_free(sgl);
	sgl_free(NULL);
}
END_TEST

START_TEST(sgl_alloc_leaves_room_for_a_link)
{
	unsigned int nents = 0;
	struct scatterlist *sgl = sgl_alloc_order(3 * PAGE_SIZE, 1, true, GFP_KERNEL, &nents);

	ck_assert_ptr_nonnull(sgl);
	ck_assert_uint_eq(nents, 2);
	ck_assert_int_eq(sg_nents(sgl), 3);
	ck_assert_uint_eq(sgl[0].length, 2 * PAGE_SIZE);
	ck_assert_uint_eq(sgl[1].length, PAGE_SIZE);
	ck_assert_ptr_null(sg_page(&sgl[2]));
	sgl_free_order(sgl, 1);
}
END_TEST

START_TEST(sgl_alloc_refuses_4_gib)
{
	size_t before = udm_live_objects();
	unsigned int nents = 5;

	ck_assert_ptr_null(sgl_alloc(0xfffff001ULL, GFP_KERNEL, &nents));
	ck_assert_ptr_null(sgl_alloc(1ULL << 32, GFP_KERNEL, &nents));
	ck_assert_ptr_null(sgl_alloc(~0ULL, GFP_KERNEL, &nents));
	ck_assert_ptr_null(sgl_alloc(0, GFP_KERNEL, &nents));
	ck_assert_uint_eq(nents, 5);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(sgl_alloc_cleans_up)
{
	size_t before = udm_live_objects();
	unsigned int nents = 5;

	fail_nth(_i + 1);
	ck_assert_ptr_null(sgl_alloc(3 * PAGE_SIZE, GFP_KERNEL, &nents));
	ck_assert_uint_eq(nents, 5);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(sgl_free_some)
{
	struct scatterlist *sgl = sgl_alloc(3 * PAGE_SIZE, GFP_KERNEL, NULL);
	struct page *second = sg_page(&sgl[1]), *third = sg_page(&sgl[2]);

	sgl_free_n_order(sgl, 1, 0);
	__free_page(second);
	__free_page(third);
}
END_TEST

/* --- Splitting --- */

static void split_source(struct scatterlist *in, bool mapped)
{
	static const unsigned int lengths[] = { 1000, 4096, 500 };
	unsigned int k;

	sg_init_table(in, 3);
	for (k = 0; k < 3; k++) {
		sg_set_page(&in[k], pfn_to_page(BASE_PFN + 2 * k), lengths[k], 8);
		sg_dma_address(&in[k]) = mapped ? 0x10000 * (k + 1) : 0;
		sg_dma_len(&in[k]) = mapped ? lengths[k] : 0;
	}
}

START_TEST(splits_are_exact)
{
	const size_t sizes[] = { 700, 2000, 1500 };
	struct scatterlist in[3], *out[3];
	int mapped[3];

	split_source(in, true);
	ck_assert_int_eq(sg_split(in, 3, 100, 3, sizes, out, mapped, GFP_KERNEL), 0);
	/* Bytes 100..799, then 800..2799, then 2800..4299. */
	ck_assert_int_eq(mapped[0], 1);
	ck_assert_uint_eq(out[0]->offset, 108);
	ck_assert_uint_eq(out[0]->length, 700);
	ck_assert_uint_eq(sg_dma_address(out[0]), 0x10000 + 100);
	ck_assert_int_eq(mapped[1], 2);
	ck_assert_int_eq(sg_nents(out[1]), 2);
	ck_assert_uint_eq(out[1][0].length, 200);
	ck_assert_uint_eq(out[1][1].length, 1800);
	ck_assert_uint_eq(sg_dma_len(&out[1][1]), 1800);
	ck_assert_int_eq(sg_nents(out[2]), 1);
	ck_assert_uint_eq(out[2]->offset, 8 + 1800);
	ck_assert_uint_eq(out[2]->length, 1500);
	ck_assert_uint_eq(sg_dma_address(out[2]), 0x20000 + 1800);
	ck_assert_uint_eq(in[1].length, 4096);
	kfree(out[0]);
	kfree(out[1]);
	kfree(out[2]);
}
END_TEST

START_TEST(a_split_may_begin_at_an_edge)
{
	const size_t sizes[] = { 4596 };
	struct scatterlist in[3], *out[1];

	split_source(in, false);
	ck_assert_int_eq(sg_split(in, 0, 1000, 1, sizes, out, NULL, GFP_KERNEL), 0);
	ck_assert_int_eq(sg_nents(out[0]), 2);
	ck_assert_ptr_eq(sg_page(out[0]), sg_page(&in[1]));
	ck_assert_uint_eq(out[0][1].length, 500);
	ck_assert_uint_eq(sg_dma_len(out[0]), 0);
	kfree(out[0]);
}
END_TEST

START_TEST(a_split_fails_whole)
{
	const size_t sizes[] = { 700, 5000 }, two[] = { 700, 700 };
	struct scatterlist in[3], *out[2] = { NULL, NULL };
	size_t before;

	split_source(in, true);
	before = udm_live_objects();
	ck_assert_int_eq(sg_split(in, 3, 0, 2, sizes, out, NULL, GFP_KERNEL), -EINVAL);
	sg_dma_len(&in[1]) = 10;
	ck_assert_int_eq(sg_split(in, 3, 0, 2, sizes, out, NULL, GFP_KERNEL), -EINVAL);
	split_source(in, true);
	for (unsigned int nth = 1; nth <= 4; nth++) {
		fail_nth(nth);
		ck_assert_int_eq(sg_split(in, 3, 0, 2, two, out, NULL, GFP_KERNEL), -ENOMEM);
	}
	udm_fault_nth(0);
	ck_assert_ptr_null(out[0]);
	ck_assert_ptr_null(out[1]);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

Suite *sg_pages_suite(void)
{
	Suite *s = suite_create("sg_pages");
	TCase *tc = machine_tcase(s, "from_pages");

	tcase_add_loop_test(tc, contiguous_pages_are_merged, 0, ARRAY_SIZE(merge_cases));
	tcase_add_test(tc, offset_and_tail_are_cut);
	tcase_add_test(tc, long_tables_are_chained);
	tcase_add_loop_test(tc, a_failing_append_can_be_freed, 0, 3);
	tcase_add_test(tc, a_failing_table_is_not_written);
	tcase_add_test(tc, a_failing_append_unmerges);
	tcase_add_test(tc, an_append_may_merge_everything);
	tcase_add_test(tc, an_append_has_no_offset);

	tc = machine_tcase(s, "sgl_alloc");
	tcase_add_test(tc, sgl_alloc_fills_blocks);
	tcase_add_test(tc, sgl_alloc_leaves_room_for_a_link);
	tcase_add_test(tc, sgl_alloc_refuses_4_gib);
	tcase_add_loop_test(tc, sgl_alloc_cleans_up, 0, 4);
	tcase_add_test(tc, sgl_free_some);

	tc = machine_tcase(s, "split");
	tcase_add_test(tc, splits_are_exact);
	tcase_add_test(tc, a_split_may_begin_at_an_edge);
	tcase_add_test(tc, a_split_fails_whole);
	return s;
}
