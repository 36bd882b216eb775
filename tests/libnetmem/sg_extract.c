// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators of every kind as scatter/gather entries.
 */
#include "dma_rig.h"

#include <linux/bvec.h>
#include <linux/folio_queue.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

Suite *sg_extract_suite(void);

static struct scatterlist entries[16];
static struct sg_table table;

static void setup(void)
{
	machine_boot();
	sg_init_table(entries, 16);
	table = (struct sg_table){ .sgl = entries };
}

/* Do the entries describe these bytes? */
static void check_bytes(const char *want, size_t len)
{
	char *got = kmalloc(len + 1, GFP_KERNEL);

	ck_assert_uint_eq(sg_copy_to_buffer(entries, table.nents, got, len + 1), len);
	ck_assert_int_eq(memcmp(got, want, len), 0);
	kfree(got);
}

START_TEST(kernel_buffers)
{
	char *a = kmalloc(6000, GFP_KERNEL), *b = vmalloc(2 * PAGE_SIZE), *flat;
	struct kvec kv[2] = { { a, 6000 }, { b + 100, 5000 } };
	struct iov_iter iter;

	memset(a, 'a', 6000);
	memset(b, 'b', 2 * PAGE_SIZE);
	flat = kmalloc(10000, GFP_KERNEL);
	memset(flat, 'a', 5900);
	memset(flat + 5900, 'b', 4100);
	iov_iter_kvec(&iter, ITER_SOURCE, kv, 2, 11000);
	iov_iter_advance(&iter, 100);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 10000, &table, 16, 0), 10000);
	ck_assert_uint_eq(iov_iter_count(&iter), 900);
	check_bytes(flat, 10000);
	ck_assert_uint_eq(table.orig_nents, 0);
	kfree(flat);
	vfree(b);
	kfree(a);
}
END_TEST

START_TEST(segments_of_pages)
{
	struct page *block = alloc_pages(GFP_KERNEL, 1);
	struct bio_vec bv[3];
	struct iov_iter iter;

	memset(page_address(block), 'v', 2 * PAGE_SIZE);
	bvec_set_page(&bv[0], block, 10, 0);
	bvec_set_page(&bv[1], block, 5000, 20);
	bvec_set_page(&bv[2], block, 30, 0);
	iov_iter_bvec(&iter, ITER_SOURCE, bv, 3, 5040);
	iov_iter_advance(&iter, 12);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9999, &table, 1, 0), 4998);
	ck_assert_uint_eq(table.nents, 1);
	ck_assert_uint_eq(entries[0].offset, 22);
	ck_assert_uint_eq(entries[0].length, 4998);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9999, &table, 4, 0), 30);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9999, &table, 4, 0), 0);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 0, &table, 4, 0), 0);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9, &table, 0, 0), 0);
	__free_pages(block, 1);
}
END_TEST

START_TEST(queues_of_folios)
{
	struct folio_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	struct folio *folio[2];
	struct iov_iter iter;
	unsigned int k;

	folioq_init(queue, 0);
	for (k = 0; k < 2; k++) {
		folio[k] = folio_alloc(GFP_KERNEL, k);
		memset(folio_address(folio[k]), 'q' + k, PAGE_SIZE << k);
		folioq_append(queue, folio[k]);
	}
	iov_iter_folio_queue(&iter, ITER_SOURCE, queue, 0, 4000, 5000);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9999, &table, 16, 0), 5000);
	ck_assert_uint_eq(table.nents, 2);
	ck_assert_uint_eq(entries[0].offset, 4000);
	ck_assert_uint_eq(entries[0].length, 96);
	ck_assert_uint_eq(entries[1].length, 4904);
	ck_assert_uint_eq(iov_iter_count(&iter), 0);
	folio_put(folio[0]);
	folio_put(folio[1]);
	kfree(queue);
}
END_TEST

START_TEST(cached_folios)
{
	DEFINE_XARRAY(cache);
	struct folio *folio[3];
	struct iov_iter iter;
	unsigned int k;

	for (k = 0; k < 3; k++) {
		folio[k] = folio_alloc(GFP_KERNEL, 0);
		memset(folio_address(folio[k]), 'x' + k, PAGE_SIZE);
		ck_assert_ptr_null(xa_store(&cache, 5 + k, folio[k], GFP_KERNEL));
	}
	iov_iter_xarray(&iter, ITER_SOURCE, &cache, 5 * PAGE_SIZE + 96, 6000);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 9999, &table, 16, 0), 6000);
	ck_assert_uint_eq(table.nents, 2);
	ck_assert_uint_eq(entries[0].offset, 96);
	ck_assert_uint_eq(entries[0].length, 4000);
	ck_assert_uint_eq(entries[1].length, 2000);
	for (k = 0; k < 3; k++)
		folio_put(folio[k]);
	xa_destroy(&cache);
}
END_TEST

START_TEST(other_kinds_are_refused)
{
	struct iov_iter iter;

	iov_iter_discard(&iter, ITER_DEST, 100);
	udm_warn_expect("", 1);
	ck_assert_int_eq(extract_iter_to_sg(&iter, 100, &table, 4, 0), -EIO);
	ck_assert_uint_eq(table.nents, 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

Suite *sg_extract_suite(void)
{
	Suite *s = suite_create("sg_extract");
	TCase *tc = tcase_create("kinds");

	tcase_add_checked_fixture(tc, setup, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, kernel_buffers);
	tcase_add_test(tc, segments_of_pages);
	tcase_add_test(tc, queues_of_folios);
	tcase_add_test(tc, cached_folios);
	tcase_add_test(tc, other_kinds_are_refused);
	return s;
}
