// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking lists: page iterators, the mapping iterator, and copying.
 */
#include <check.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <udevmem/warn.h>

#include "fixture.h"

Suite *sg_iter_suite(void);

static struct page *block;		/* four pages with a known pattern */
static char *bytes;

static char pattern(size_t at)
{
	return (at * 7 + at / 256) & 0x7f;
}

static void setup(void)
{
	size_t k;

	machine_boot();
	block = alloc_pages(GFP_KERNEL, 2);
	bytes = page_address(block);
	for (k = 0; k < 4 * PAGE_SIZE; k++)
		bytes[k] = pattern(k);
}

static void teardown(void)
{
	__free_pages(block, 2);
	machine_shutdown();
}

/* Entries that start in the second page, hold nothing, and cross pages. */
static void odd_list(struct scatterlist sg[3])
{
	sg_init_table(sg, 3);
	sg_set_page(&sg[0], block, 100, 5000);
	sg_set_page(&sg[1], block, 0, 0);
	sg_set_page(&sg[2], block, 8192, 4000);
}

/* --- Pages --- */

START_TEST(pages_before_the_offset_count)
{
	struct scatterlist sg[3];
	struct sg_page_iter it;
	unsigned int count = 0;

	odd_list(sg);
	for_each_sg_page(sg, &it, 3, 0)
		count++;
	/* Two, none, and PAGE_ALIGN(12192) / PAGE_SIZE. */
	ck_assert_uint_eq(count, 2 + 0 + 3);
	ck_assert(!__sg_page_iter_next(&it));
	count = 0;
	for_each_sg_page(sg, &it, 1, 0)
		ck_assert_ptr_eq(sg_page_iter_page(&it), block + count++);
	ck_assert_uint_eq(count, 2);
}
END_TEST

START_TEST(empty_entries_with_an_offset_have_a_page)
{
	struct scatterlist sg[2];
	struct sg_page_iter it;
	unsigned int count = 0;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], block, 0, 0);
	sg_set_page(&sg[1], block, 0, 16);
	for_each_sg_page(sg, &it, 2, 0)
		count++;
	ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(page_offsets_cross_entries)
{
	struct scatterlist sg[3];
	struct sg_page_iter it;

	odd_list(sg);
	__sg_page_iter_start(&it, sg, 3, 3);
	ck_assert(__sg_page_iter_next(&it));
	ck_assert_ptr_eq(it.sg, &sg[2]);
	ck_assert_uint_eq(it.sg_pgoffset, 1);
	__sg_page_iter_start(&it, sg, 3, 5);
	ck_assert(!__sg_page_iter_next(&it));
	ck_assert(!__sg_page_iter_next(&it));
	__sg_page_iter_start(&it, sg, 0, 0);
	ck_assert(!__sg_page_iter_next(&it));
	__sg_page_iter_start(&it, NULL, 3, 0);
	ck_assert(!__sg_page_iter_next(&it));
}
END_TEST

START_TEST(tables_walk_what_is_in_memory)
{
	struct scatterlist sg[3];
	/* Mapped to one entry only: memory has all three. */
	struct sg_table sgt = { .sgl = sg, .nents = 1, .orig_nents = 3 };
	struct sg_page_iter it;
	unsigned int count = 0;

	odd_list(sg);
	for_each_sgtable_page(&sgt, &it, 0)
		count++;
	ck_assert_uint_eq(count, 5);
	count = 0;
	for_each_sgtable_page(&sgt, &it, 3)
		count++;
	ck_assert_uint_eq(count, 2);
}
END_TEST

START_TEST(bus_pages_step_by_pages)
{
	struct scatterlist sg[2];
	struct sg_table sgt = { .sgl = sg, .nents = 1, .orig_nents = 2 };
	struct sg_dma_page_iter it;
	dma_addr_t want = 0x70388;
	unsigned int count = 0;

	sg_init_table(sg, 2);
	sg_set_page(&sg[0], block, 10, 904);
	sg_dma_address(&sg[0]) = want;
	sg_dma_len(&sg[0]) = 8192;
	for_each_sgtable_dma_page(&sgt, &it, 0) {
		ck_assert_uint_eq(sg_page_iter_dma_address(&it), want);
		want += PAGE_SIZE;
		count++;
	}
	ck_assert_uint_eq(count, 3);
	/* The list form is told how many entries; an offset counts from the first. */
	count = 0;
	for_each_sg_dma_page(sg, &it, 1, 2) {
		ck_assert_uint_eq(sg_page_iter_dma_address(&it), 0x70388 + 2 * PAGE_SIZE);
		count++;
	}
	ck_assert_uint_eq(count, 1);
}
END_TEST

/* --- Pieces --- */

static const unsigned int flag_sets[] = {
	SG_MITER_FROM_SG, SG_MITER_FROM_SG | SG_MITER_LOCAL, SG_MITER_FROM_SG | SG_MITER_ATOMIC,
	SG_MITER_TO_SG | SG_MITER_LOCAL, SG_MITER_TO_SG | SG_MITER_ATOMIC | SG_MITER_LOCAL,
};

START_TEST(pieces_stay_within_pages)
{
	static const unsigned int want[4][3] = {
		{ 1, 904, 100 }, { 0, 4000, 96 }, { 1, 0, 4096 }, { 2, 0, 4000 },
	};
	struct sg_mapping_iter miter;
	struct scatterlist sg[3];
	unsigned int k;

	odd_list(sg);
	sg_miter_start(&miter, sg, 3, flag_sets[_i]);
	for (k = 0; k < 4; k++) {
		ck_assert(sg_miter_next(&miter));
		ck_assert_ptr_eq(miter.page, block + want[k][0]);
		ck_assert_ptr_eq(miter.addr, bytes + want[k][0] * PAGE_SIZE + want[k][1]);
		ck_assert_uint_eq(miter.length, want[k][2]);
		ck_assert_uint_eq(miter.consumed, miter.length);
	}
	ck_assert(!sg_miter_next(&miter));
	ck_assert_ptr_null(miter.addr);
	ck_assert_ptr_null(miter.page);
	ck_assert_uint_eq(miter.length, 0);
	sg_miter_stop(&miter);
}
END_TEST

START_TEST(unconsumed_bytes_come_again)
{
	struct sg_mapping_iter miter;
	struct scatterlist sg[3];

	odd_list(sg);
	sg_miter_start(&miter, sg, 3, SG_MITER_FROM_SG | SG_MITER_LOCAL);
	ck_assert(sg_miter_next(&miter));
	miter.consumed = 0;
	ck_assert(sg_miter_next(&miter));
	ck_assert_ptr_eq(miter.addr, bytes + 5000);
	miter.consumed = 30;
	sg_miter_stop(&miter);
	ck_assert_ptr_null(miter.addr);
	ck_assert(sg_miter_next(&miter));
	ck_assert_ptr_eq(miter.addr, bytes + 5030);
	ck_assert_uint_eq(miter.length, 70);
	/* 30 of them, then 75 further: 35 bytes into the next entry. */
	miter.consumed = 0;
	ck_assert(sg_miter_skip(&miter, 105));
	ck_assert_ptr_null(miter.addr);
	ck_assert(sg_miter_next(&miter));
	ck_assert_ptr_eq(miter.addr, bytes + 4035);
	sg_miter_stop(&miter);
}
END_TEST

START_TEST(skipping_ends_at_the_end)
{
	struct sg_mapping_iter miter;
	struct scatterlist sg[3];

	odd_list(sg);
	sg_miter_start(&miter, sg, 3, SG_MITER_TO_SG);
	ck_assert(sg_miter_skip(&miter, 0));
	ck_assert(sg_miter_skip(&miter, 8292));
	ck_assert(!sg_miter_next(&miter));
	sg_miter_start(&miter, sg, 3, SG_MITER_TO_SG);
	ck_assert(!sg_miter_skip(&miter, 8293));
	ck_assert(!sg_miter_next(&miter));
	/* Limited by the count as well. */
	sg_miter_start(&miter, sg, 1, SG_MITER_TO_SG);
	ck_assert(!sg_miter_skip(&miter, 101));
}
END_TEST

START_TEST(misuse_warns)
{
	struct sg_mapping_iter miter;
	struct scatterlist sg[3];

	odd_list(sg);
	udm_warn_expect("SG_MITER_FROM_SG", 1);
	sg_miter_start(&miter, sg, 3, SG_MITER_LOCAL);
	ck_assert(sg_miter_next(&miter));
	udm_warn_expect("consumed", 1);
	miter.length = 10;
	sg_miter_stop(&miter);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* --- Copies --- */

/* The odd list as one run of bytes. */
static void flatten(char *to)
{
	memcpy(to, bytes + 5000, 100);
	memcpy(to + 100, bytes + 4000, 8192);
}

static const struct {
	off_t skip;
	size_t len, copied;
	unsigned int nents;
} copy_cases[] = {
	{ 0, 8292, 8292, 3 }, { 0, 50, 50, 3 }, { 0, 9000, 8292, 3 }, { 0, 9000, 100, 2 },
	{ 50, 200, 200, 3 }, { 99, 2, 2, 3 }, { 100, 8192, 8192, 3 }, { 8291, 10, 1, 3 },
	{ 8292, 10, 0, 3 }, { 9000, 10, 0, 3 }, { 0, 0, 0, 3 }, { 4196, 100, 100, 3 },
};

START_TEST(copying_out)
{
	size_t len = copy_cases[_i].len, copied = copy_cases[_i].copied;
	char *flat = kmalloc(8292, GFP_KERNEL), *buf = kmalloc(9001, GFP_KERNEL);
	struct scatterlist sg[3];

	odd_list(sg);
	flatten(flat);
	memset(buf, 0xee, 9001);
	ck_assert_uint_eq(sg_pcopy_to_buffer(sg, copy_cases[_i].nents, buf, len,
					     copy_cases[_i].skip), copied);
	ck_assert_int_eq(memcmp(buf, flat + copy_cases[_i].skip, copied), 0);
	ck_assert_int_eq((unsigned char)buf[copied], 0xee);
	kfree(buf);
	kfree(flat);
}
END_TEST

/* Three pages and a bit in two arrays, described without overlaps. */
static void plain_list(struct scatterlist a[3], struct scatterlist b[2])
{
	sg_init_table(a, 3);
	sg_init_table(b, 2);
	sg_set_page(&a[0], block, 1000, 96);
	sg_set_page(&a[1], block, 5000, 2000);
	sg_chain(a, 3, b);
	sg_set_page(&b[0], block, 300, 7500);
	sg_set_page(&b[1], block, 4096, 8192);
}

START_TEST(copying_in_touches_the_window_only)
{
	char *before = kmalloc(10396, GFP_KERNEL), *after = kmalloc(10396, GFP_KERNEL);
	size_t skip = 500 + 1000 * _i, len = 4000, k;
	char *buf = kmalloc(len, GFP_KERNEL);
	struct scatterlist a[3], b[2];

	plain_list(a, b);
	ck_assert_uint_eq(sg_copy_to_buffer(a, 4, before, 10396), 10396);
	memset(buf, 0x99, len);
	ck_assert_uint_eq(sg_pcopy_from_buffer(a, 4, buf, len, skip), len);
	memset(before + skip, 0x99, len);
	sg_copy_to_buffer(a, 4, after, 10396);
	ck_assert_int_eq(memcmp(before, after, 10396), 0);
	for (k = 0; k < 96; k++)
		ck_assert_int_eq(bytes[k], pattern(k));
	kfree(buf);
	kfree(after);
	kfree(before);
}
END_TEST

START_TEST(round_trip)
{
	char *buf = kmalloc(10396, GFP_KERNEL), *back = kmalloc(10396, GFP_KERNEL);
	struct scatterlist a[3], b[2];
	size_t k;

	plain_list(a, b);
	for (k = 0; k < 10396; k++)
		buf[k] = k % 251;
	ck_assert_uint_eq(sg_copy_from_buffer(a, 4, buf, 10396), 10396);
	ck_assert_uint_eq(sg_copy_buffer(a, 4, back, 10396, 0, true), 10396);
	ck_assert_int_eq(memcmp(buf, back, 10396), 0);
	kfree(back);
	kfree(buf);
}
END_TEST

START_TEST(zeroing)
{
	struct scatterlist a[3], b[2];
	char buf[64];

	plain_list(a, b);
	ck_assert_uint_eq(sg_zero_buffer(a, 4, 20, 990), 20);
	sg_pcopy_to_buffer(a, 4, buf, 64, 980);
	ck_assert_int_eq(buf[9], pattern(96 + 989));
	ck_assert_int_eq(memcmp(buf + 10, (char[20]){ 0 }, 20), 0);
	ck_assert_int_eq(buf[30], pattern(2000 + 10));
	ck_assert_uint_eq(sg_zero_buffer(a, 4, 20, 10396), 0);
	ck_assert_uint_eq(sg_zero_buffer(a, 4, 20, 10390), 6);
}
END_TEST

Suite *sg_iter_suite(void)
{
	Suite *s = suite_create("sg_iter");
	TCase *tc = tcase_create("walk");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, pages_before_the_offset_count);
	tcase_add_test(tc, empty_entries_with_an_offset_have_a_page);
	tcase_add_test(tc, page_offsets_cross_entries);
	tcase_add_test(tc, tables_walk_what_is_in_memory);
	tcase_add_test(tc, bus_pages_step_by_pages);
	tcase_add_loop_test(tc, pieces_stay_within_pages, 0, ARRAY_SIZE(flag_sets));
	tcase_add_test(tc, unconsumed_bytes_come_again);
	tcase_add_test(tc, skipping_ends_at_the_end);
	tcase_add_test(tc, misuse_warns);
	tcase_add_loop_test(tc, copying_out, 0, ARRAY_SIZE(copy_cases));
	tcase_add_loop_test(tc, copying_in_touches_the_window_only, 0, 6);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, zeroing);
	return s;
}
