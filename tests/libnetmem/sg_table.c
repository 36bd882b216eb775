// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scatter/gather entries and tables: flags, counting, chaining, allocation and its failures.
 */
#include <check.h>
#include <linux/fault-inject.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <setjmp.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/warn.h>

#include "dma_rig.h"

Suite *sg_table_suite(void);

static jmp_buf after_bug;

static void leave_bug(void *ctx, const char *text)
{
	longjmp(after_bug, 1);
}

/* Run a statement that must BUG; the machine goes on, as nothing was held. */
#define ck_assert_bug(statement) do {			\
	volatile bool bugged = true;			\
	udm_bug_set_hook(leave_bug, NULL);		\
	if (!setjmp(after_bug)) {			\
		statement;				\
		bugged = false;				\
	}						\
	udm_bug_set_hook(NULL, NULL);			\
	ck_assert(bugged);				\
} while (0)

/* --- Entries --- */

START_TEST(assigning_a_page_keeps_the_flags)
{
	struct scatterlist sg[2];
	struct page *page = alloc_page(GFP_KERNEL);

	sg_init_table(sg, 2);
	sg_set_page(&sg[1], page, 100, 28);
	ck_assert(sg_is_last(&sg[1]));
	ck_assert(!sg_is_chain(&sg[1]));
	ck_assert_ptr_eq(sg_page(&sg[1]), page);
	ck_assert_uint_eq(sg[1].length, 100);
	ck_assert_uint_eq(sg[1].offset, 28);
	ck_assert_uint_eq(sg_phys(&sg[1]), page_to_phys(page) + 28);
	ck_assert_ptr_eq(sg_virt(&sg[1]), page_address(page) + 28);
	sg_unmark_end(&sg[1]);
	ck_assert(!sg_is_last(&sg[1]));
	ck_assert_ptr_eq(sg_page(&sg[1]), page);
	__free_page(page);
}
END_TEST

START_TEST(link_and_end_exclude_each_other)
{
	struct scatterlist a[3], b[2];

	sg_init_table(a, 3);
	sg_init_table(b, 2);
	a[2].dma_address = 77;
	sg_chain(a, 3, b);
	ck_assert(sg_is_chain(&a[2]) && !sg_is_last(&a[2]));
	ck_assert_ptr_eq(sg_chain_ptr(&a[2]), b);
	ck_assert_uint_eq(a[2].length, 0);
	ck_assert_uint_eq(a[2].dma_address, 77);
	sg_mark_end(&a[2]);
	ck_assert(sg_is_last(&a[2]) && !sg_is_chain(&a[2]));
	ck_assert_ptr_eq(sg_chain_ptr(&a[2]), b);
}
END_TEST

START_TEST(an_unaligned_page_is_a_bug)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	ck_assert_bug(sg_assign_page(&sg, (struct page *)0x1002UL));
}
END_TEST

#ifdef CONFIG_DEBUG_SG
START_TEST(using_a_link_as_data_is_a_bug)
{
	struct scatterlist a[2], b[1];

	sg_init_table(a, 2);
	sg_init_table(b, 1);
	sg_chain(a, 2, b);
	ck_assert_bug(sg_page(&a[1]));
	ck_assert_bug(sg_assign_page(&a[1], mem_map));
}
END_TEST
#endif

START_TEST(dma_marks_are_independent)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	ck_assert(!sg_dma_is_bus_address(&sg) && !sg_dma_is_swiotlb(&sg));
	sg_dma_mark_bus_address(&sg);
	ck_assert(sg_dma_is_bus_address(&sg) && !sg_dma_is_swiotlb(&sg));
	sg_dma_mark_swiotlb(&sg);
	sg_dma_unmark_bus_address(&sg);
	ck_assert(!sg_dma_is_bus_address(&sg) && sg_dma_is_swiotlb(&sg));
	sg_set_page(&sg, mem_map + 1, 1, 0);
	ck_assert(sg_dma_is_swiotlb(&sg));
	sg_init_table(&sg, 1);
	ck_assert(!sg_dma_is_swiotlb(&sg));
	ck_assert_uint_eq(sizeof(sg), 32);
}
END_TEST

START_TEST(buffers_of_the_slab_are_found)
{
	char *buf = kmalloc(700, GFP_KERNEL);
	struct scatterlist sg;

	sg_init_one(&sg, buf + 5, 600);
	ck_assert_ptr_eq(sg_virt(&sg), buf + 5);
	ck_assert_uint_eq(sg.length, 600);
	ck_assert(sg_is_last(&sg));
	sg_set_buf(&sg, buf + 100, 7);
	ck_assert_ptr_eq(sg_virt(&sg), buf + 100);
	ck_assert_uint_eq(sg.length, 7);
	ck_assert(sg_is_last(&sg));
	kfree(buf);
}
END_TEST

START_TEST(a_marker_ends_the_list_and_nothing_else)
{
	struct scatterlist sg[4], before[4];

	memset(sg, 0, sizeof(sg));
	memcpy(before, sg, sizeof(sg));
	sg_init_marker(sg, 3);
	ck_assert(sg_is_last(&sg[2]));
	ck_assert_int_eq(sg_nents(sg), 3);
	sg_unmark_end(&sg[2]);
	ck_assert_mem_eq(sg, before, sizeof(sg));
}
END_TEST

START_TEST(folios_warn_when_truncated)
{
	struct folio *folio = page_folio(alloc_page(GFP_KERNEL));
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_folio(&sg, folio, 12, 4);
	ck_assert_ptr_eq(sg_page(&sg), &folio->page);
	udm_warn_expect("UINT_MAX", 2);
	sg_set_folio(&sg, folio, 1UL << 32, 1UL << 33);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(&folio->page);
}
END_TEST

/* --- Counting --- */

START_TEST(chained_lists_are_walked)
{
	struct scatterlist a[3], b[2], *sg;
	int k, seen = 0;

	sg_init_table(a, 3);
	sg_init_table(b, 2);
	sg_chain(a, 3, b);
	ck_assert_int_eq(sg_nents(a), 4);
	ck_assert_ptr_eq(sg_next(&a[1]), &b[0]);
	ck_assert_ptr_eq(sg_last(a, 4), &b[1]);
	for_each_sg(a, sg, 4, k)
		seen++;
	ck_assert_int_eq(seen, 4);
	ck_assert_ptr_null(sg);
	ck_assert_int_eq(sg_nents(NULL), 0);
}
END_TEST

START_TEST(the_last_entry_must_be_the_last)
{
	struct scatterlist a[3];

	sg_init_table(a, 3);
	ck_assert_ptr_eq(sg_last(&a[1], 2), &a[2]);
	ck_assert_bug(sg_last(a, 2));
}
END_TEST

START_TEST(entries_for_a_length)
{
	struct scatterlist sg[3];

	sg_init_table(sg, 3);
	sg[0].length = 100;
	sg[1].length = 0;
	sg[2].length = 50;
	ck_assert_int_eq(sg_nents_for_len(sg, 0), 0);
	ck_assert_int_eq(sg_nents_for_len(NULL, 0), 0);
	ck_assert_int_eq(sg_nents_for_len(NULL, 1), -EINVAL);
	ck_assert_int_eq(sg_nents_for_len(sg, 99), 1);
	ck_assert_int_eq(sg_nents_for_len(sg, 100), 1);
	ck_assert_int_eq(sg_nents_for_len(sg, 101), 3);
	ck_assert_int_eq(sg_nents_for_len(sg, 150), 3);
	ck_assert_int_eq(sg_nents_for_len(sg, 151), -EINVAL);
	sg[0].length = sg[1].length = sg[2].length = 0xf0000000;
	ck_assert_int_eq(sg_nents_for_len(sg, 0x1e0000000ULL), 2);
	ck_assert_int_eq(sg_nents_for_len(sg, 0x1e0000001ULL), 3);
}
END_TEST

START_TEST(pieces_of_the_bus_view)
{
	struct scatterlist sg[3];

	sg_init_table(sg, 3);
	sg_dma_len(&sg[0]) = 4096;
	sg_dma_len(&sg[1]) = 0;
	sg_dma_len(&sg[2]) = 4097;
	ck_assert_int_eq(sg_nents_for_dma(sg, 3, 4096), 3);
	ck_assert_int_eq(sg_nents_for_dma(sg, 2, 1000), 5);
}
END_TEST

/* --- Tables --- */

static unsigned int sizes_seen[16], arrays_seen, arrays_freed, fail_at;

static struct scatterlist *seen_alloc(unsigned int nents, gfp_t gfp)
{
	if (arrays_seen + 1 == fail_at)
		return NULL;
	sizes_seen[arrays_seen++] = nents;
	return kmalloc_array(nents, sizeof(struct scatterlist), gfp);
}

static void seen_free(struct scatterlist *sg, unsigned int nents)
{
	/* Freed front to back, with the sizes they were made with. */
	ck_assert_uint_eq(sizes_seen[arrays_freed++], nents);
	kfree(sg);
}

static void seen_reset(unsigned int fail)
{
	arrays_seen = arrays_freed = 0;
	fail_at = fail;
}

static const struct {
	unsigned int nents, arrays, last;
} shapes[] = {
	{ 1, 1, 1 }, { 127, 1, 127 }, { 128, 1, 128 }, { 129, 2, 2 }, { 254, 2, 127 },
	{ 255, 2, 128 }, { 256, 3, 2 }, { 257, 3, 3 }, { 381, 3, 127 }, { 382, 3, 128 },
	{ 383, 4, 2 }, { 1000, 8, 111 },
};

START_TEST(arrays_have_the_right_sizes)
{
	struct scatterlist *sg;
	struct sg_table table;
	unsigned int k;

	seen_reset(0);
	ck_assert_int_eq(__sg_alloc_table(&table, shapes[_i].nents, 128, NULL, 0, GFP_KERNEL,
					  seen_alloc), 0);
	ck_assert_uint_eq(arrays_seen, shapes[_i].arrays);
	ck_assert_uint_eq(sizes_seen[arrays_seen - 1], shapes[_i].last);
	for (k = 0; k + 1 < arrays_seen; k++)
		ck_assert_uint_eq(sizes_seen[k], 128);
	ck_assert_uint_eq(table.nents, shapes[_i].nents);
	ck_assert_uint_eq(table.orig_nents, shapes[_i].nents);
	ck_assert_int_eq(sg_nents(table.sgl), shapes[_i].nents);
	for_each_sgtable_sg(&table, sg, k)
		ck_assert_int_eq(sg_is_last(sg), k + 1 == shapes[_i].nents);
	__sg_free_table(&table, 128, 0, seen_free, table.orig_nents);
	ck_assert_uint_eq(arrays_freed, arrays_seen);
	ck_assert_ptr_null(table.sgl);
}
END_TEST

START_TEST(tables_can_be_freed_twice)
{
	struct sg_table table;

	ck_assert_int_eq(sg_alloc_table(&table, 0, GFP_KERNEL), -EINVAL);
	ck_assert_ptr_null(table.sgl);
	ck_assert_int_eq(sg_alloc_table(&table, 1000, GFP_KERNEL), 0);
	ck_assert_int_eq(sg_nents(table.sgl), 1000);
	table.nents = 3;
	sg_free_table(&table);
	ck_assert_ptr_null(table.sgl);
	sg_free_table(&table);
}
END_TEST

START_TEST(a_failing_array_leaves_nothing)
{
	static const unsigned int left[] = { 0, 128, 255 };
	size_t before = udm_live_objects();
	struct sg_table table;

	fail_nth(_i + 1);
	ck_assert_int_eq(sg_alloc_table(&table, 300, GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	ck_assert_ptr_null(table.sgl);
	ck_assert_uint_eq(table.nents, left[_i]);
	ck_assert_uint_eq(table.orig_nents, left[_i]);
	ck_assert_uint_eq(udm_live_objects(), before);
	udm_fault_reset();
}
END_TEST

static const struct {
	unsigned int nents, arrays, data[3];
} first_chunk_cases[] = {
	{ 3, 0, { 0 } }, { 4, 0, { 0 } }, { 5, 1, { 2 } }, { 10, 1, { 7 } }, { 20, 3, { 8, 8, 3 } },
};

START_TEST(the_first_chunk_stays_the_callers)
{
	struct scatterlist first[4];
	struct sg_table table;
	unsigned int k;

	seen_reset(0);
	ck_assert_int_eq(__sg_alloc_table(&table, first_chunk_cases[_i].nents, 8, first, 4,
					  GFP_KERNEL, seen_alloc), 0);
	ck_assert_ptr_eq(table.sgl, first);
	ck_assert_uint_eq(arrays_seen, first_chunk_cases[_i].arrays);
	for (k = 0; k < arrays_seen; k++)
		ck_assert_uint_eq(sizes_seen[k], first_chunk_cases[_i].data[k]);
	ck_assert_int_eq(sg_nents(table.sgl), first_chunk_cases[_i].nents);
	__sg_free_table(&table, 8, 4, seen_free, table.orig_nents);
	ck_assert_uint_eq(arrays_freed, arrays_seen);
}
END_TEST

START_TEST(failure_behind_a_first_chunk)
{
	struct scatterlist first[4];
	struct sg_table table;

	seen_reset(2);
	ck_assert_int_eq(__sg_alloc_table(&table, 20, 8, first, 4, GFP_KERNEL, seen_alloc),
			 -ENOMEM);
	ck_assert_uint_eq(table.orig_nents, 3 + 7 + 1);
	__sg_free_table(&table, 8, 4, seen_free, table.orig_nents);
	ck_assert_uint_eq(arrays_freed, 1);
}
END_TEST

/* --- Chained tables from the mempools --- */

static const struct {
	unsigned int nents, first;
	bool own_only;
} pool_cases[] = {
	{ 2, 2, true }, { 3, 2, false }, { 200, 2, false }, { 5, 0, false }, { 5, 1, false },
	{ 1, 1, true }, { 128, 0, false }, { 1000, 16, false },
};

START_TEST(chained_tables)
{
	struct scatterlist first[16];
	struct sg_table table = { .sgl = first };
	unsigned int nents = pool_cases[_i].nents, n_first = pool_cases[_i].first;

	ck_assert_int_eq(sg_alloc_table_chained(&table, nents, first, n_first), 0);
	ck_assert_uint_eq(table.orig_nents, nents);
	ck_assert_int_eq(sg_nents(table.sgl), nents);
	ck_assert_int_eq(table.sgl == first, n_first > 1 || pool_cases[_i].own_only);
	sg_free_table_chained(&table, n_first);
}
END_TEST

START_TEST(chained_tables_of_nothing_are_a_bug)
{
	struct sg_table table = { 0 };

	ck_assert_bug(sg_alloc_table_chained(&table, 0, NULL, 0));
}
END_TEST

Suite *sg_table_suite(void)
{
	Suite *s = suite_create("sg_table");
	TCase *tc = machine_tcase(s, "entries");

	tcase_add_test(tc, assigning_a_page_keeps_the_flags);
	tcase_add_test(tc, link_and_end_exclude_each_other);
	tcase_add_test(tc, an_unaligned_page_is_a_bug);
#ifdef CONFIG_DEBUG_SG
	tcase_add_test(tc, using_a_link_as_data_is_a_bug);
#endif
	tcase_add_test(tc, dma_marks_are_independent);
	tcase_add_test(tc, buffers_of_the_slab_are_found);
	tcase_add_test(tc, a_marker_ends_the_list_and_nothing_else);
	tcase_add_test(tc, folios_warn_when_truncated);
	tcase_add_test(tc, chained_lists_are_walked);
	tcase_add_test(tc, the_last_entry_must_be_the_last);
	tcase_add_test(tc, entries_for_a_length);
	tcase_add_test(tc, pieces_of_the_bus_view);

	tc = machine_tcase(s, "tables");
	tcase_add_loop_test(tc, arrays_have_the_right_sizes, 0, ARRAY_SIZE(shapes));
	tcase_add_test(tc, tables_can_be_freed_twice);
	tcase_add_loop_test(tc, a_failing_array_leaves_nothing, 0, 3);
	tcase_add_loop_test(tc, the_first_chunk_stays_the_callers, 0,
			    ARRAY_SIZE(first_chunk_cases));
	tcase_add_test(tc, failure_behind_a_first_chunk);
	tcase_add_loop_test(tc, chained_tables, 0, ARRAY_SIZE(pool_cases));
	tcase_add_test(tc, chained_tables_of_nothing_are_a_bug);
	return s;
}
