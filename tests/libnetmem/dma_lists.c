// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists behind the IOMMU: what holds for any list and any device, and what is left of a list
 * whose mapping failed.
 */
#include "dma_rig.h"

#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/swiotlb.h>

Suite *dma_lists_suite(void);

static struct device *dev;

static void setup_strict(void)
{
	boot_strict();
	dev = rig_device("rig");
}

static void setup_lazy(void)
{
	boot_lazy();
	dev = rig_device("rig");
}

/* Every mapping that is not made of whole granules is bounced. */
static void setup_bounced(void)
{
	boot_cmdline("swiotlb=1024", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static u64 dice = 88172645463325252ULL;

static unsigned int throw_dice(unsigned int sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (dice >> 20) % sides;
}

/* --- Any list --- */

#define MOST_ENTRIES	48U
#define BLOCK_ORDER	3
#define BLOCK		(PAGE_SIZE << BLOCK_ORDER)

static struct page *blocks[MOST_ENTRIES];

/* Entries of up to a block, at any offset, some of whole pages; what they add up to. */
static size_t random_list(struct sg_table *sgt, unsigned int entries, unsigned int most)
{
	struct scatterlist *sg;
	size_t sum = 0;
	unsigned int k;

	ck_assert_int_eq(sg_alloc_table(sgt, entries, GFP_KERNEL), 0);
	for_each_sgtable_sg(sgt, sg, k) {
		unsigned int whole = throw_dice(3);
		unsigned int offset = whole ? 0 : throw_dice(PAGE_SIZE);
		unsigned int room = min_t(unsigned int, most, BLOCK - offset);
		unsigned int length = whole ? (throw_dice(room / PAGE_SIZE) + 1) * PAGE_SIZE :
					      throw_dice(room) + 1;

		sg_set_page(sg, blocks[k], length, offset);
		memset(sg_virt(sg), 'A' + k, length);
		sum += length;
	}
	return sum;
}

/* The device sees the bytes of the entries one after the other. */
static void check_bus_view(struct sg_table *sgt, size_t size)
{
	char *seen = kvmalloc(size, GFP_KERNEL), *at = seen;
	struct scatterlist *sg;
	unsigned int k;

	ck_assert_ptr_nonnull(seen);
	for_each_sgtable_dma_sg(sgt, sg, k) {
		ck_assert_uint_le(at + sg_dma_len(sg) - seen, size);
		ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(sg), at, sg_dma_len(sg)), 0);
		at += sg_dma_len(sg);
	}
	ck_assert_uint_eq(at - seen, size);
	at = seen;
	for_each_sgtable_sg(sgt, sg, k) {
		ck_assert(all_bytes(at, 'A' + k, sg->length));
		at += sg->length;
	}
	kvfree(seen);
}

static void check_limits(struct sg_table *sgt)
{
	u64 boundary = dma_get_seg_boundary(dev);
	struct scatterlist *sg;
	unsigned int k;

	for_each_sgtable_dma_sg(sgt, sg, k) {
		u64 first = sg_dma_address(sg), last = first + sg_dma_len(sg) - 1;

		ck_assert_uint_gt(sg_dma_len(sg), 0);
		ck_assert_uint_le(sg_dma_len(sg), dma_get_max_seg_size(dev));
		ck_assert_uint_eq(first & ~boundary, last & ~boundary);
	}
}

START_TEST(any_list_keeps_the_rules)
{
	static const unsigned int most[] = { BLOCK, SZ_64K, SZ_1M, UINT_MAX };
	static const unsigned long boundary[] = { SZ_64K - 1, SZ_1M - 1, U32_MAX, ULONG_MAX };
	unsigned int round, k;

	for (k = 0; k < MOST_ENTRIES; k++)
		blocks[k] = alloc_pages(GFP_KERNEL, BLOCK_ORDER);
	for (round = 0; round < test_rounds(400); round++) {
		struct sg_table sgt;
		size_t size;

		dma_set_max_seg_size(dev, most[throw_dice(ARRAY_SIZE(most))]);
		dma_set_seg_boundary(dev, boundary[throw_dice(ARRAY_SIZE(boundary))]);
		size = random_list(&sgt, throw_dice(MOST_ENTRIES) + 1, BLOCK);
		ck_assert_int_eq(dma_map_sgtable(dev, &sgt, DMA_BIDIRECTIONAL, 0), 0);
		ck_assert_uint_ge(sgt.nents, 1);
		ck_assert_uint_le(sgt.nents, sgt.orig_nents);
		check_limits(&sgt);
		check_bus_view(&sgt, size);
		dma_unmap_sgtable(dev, &sgt, DMA_BIDIRECTIONAL, 0);
		ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
		sg_free_table(&sgt);
	}
	for (k = 0; k < MOST_ENTRIES; k++)
		__free_pages(blocks[k], BLOCK_ORDER);
}
END_TEST

/* Five entries of 1 GiB for a device without limit: their lengths do not add up in 32 bits. */
START_TEST(lengths_do_not_wrap)
{
	struct page *page = rig_page('w');
	struct scatterlist *sg;
	struct sg_table sgt;
	unsigned int k;

	dma_set_max_seg_size(dev, UINT_MAX);
	ck_assert_int_eq(sg_alloc_table(&sgt, 5, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, k)
		sg_set_page(sg, page, SZ_1G, 0);
	ck_assert_int_eq(dma_map_sgtable(dev, &sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(sgt.nents, 2);
	ck_assert_uint_eq(sg_dma_len(sgt.sgl), 3U * SZ_1G);
	ck_assert_uint_eq(sg_dma_len(sg_next(sgt.sgl)), 2U * SZ_1G);
	ck_assert_uint_eq(sg_dma_address(sg_next(sgt.sgl)), sg_dma_address(sgt.sgl) + 3ULL * SZ_1G);
	dma_unmap_sgtable(dev, &sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	sg_free_table(&sgt);
	__free_page(page);
}
END_TEST

START_TEST(empty_entries_take_nothing)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	scattered_init(&s, 4);
	for_each_sgtable_sg(&s.sgt, sg, k)
		if (k != 2)
			sg->length = 0;
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 1);
	ck_assert_uint_eq(sg_dma_len(s.sgt.sgl), PAGE_SIZE);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 1);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	for_each_sgtable_sg(&s.sgt, sg, k)
		sg->length = 0;
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -EINVAL);
	scattered_free(&s);
}
END_TEST

/* --- Failures --- */

/* One page each, so that page tables for several hundred granules are needed. */
static void odd_list(struct scattered *s, unsigned int entries)
{
	struct scatterlist *sg;
	unsigned int k;

	scattered_init(s, entries);
	for_each_sgtable_sg(&s->sgt, sg, k)
		sg_set_page(sg, s->pages[k], 100 + k, 16 + k);
}

static void check_untouched(const struct scattered *s)
{
	struct scatterlist *sg;
	unsigned int k;

	ck_assert_uint_eq(s->sgt.nents, s->count);
	for_each_sgtable_sg(&s->sgt, sg, k) {
		ck_assert_ptr_eq(sg_page(sg), s->pages[k]);
		ck_assert_uint_eq(sg->length, 100 + k);
		ck_assert_uint_eq(sg->offset, 16 + k);
	}
}

/* The second leaf table cannot be had: most of the list is mapped by then. */
START_TEST(a_failure_in_the_middle_is_undone)
{
	struct device *fresh = rig_device("fresh");
	struct scattered s;
	dma_addr_t addr;

	odd_list(&s, 600);
	udm_iommu_fail(UDM_IOMMU_STEP_PAGE_TABLE, 3, 1);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), -ENOMEM);
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_PAGE_TABLE), 1);
	udm_iommu_fail(UDM_IOMMU_STEP_PAGE_TABLE, 0, 0);
	check_untouched(&s);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_uint_eq(rig_stats(dev).page_tables, 4);
	/* The range is free again: a device that never failed gets the same. */
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	addr = sg_dma_address(s.sgt.sgl);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	ck_assert_int_eq(dma_map_sgtable(fresh, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(sg_dma_address(s.sgt.sgl), addr);
	dma_unmap_sgtable(fresh, &s.sgt, DMA_BIDIRECTIONAL, 0);
	scattered_free(&s);
	put_device(fresh);
}
END_TEST

/* Allocations that find no page table: the first one, or one in the middle. */
START_TEST(allocations_are_undone)
{
	static const struct {
		size_t pages;
		unsigned long attrs;
		unsigned int after;
	} cases[] = {
		{ 3, DMA_ATTR_ALLOC_SINGLE_PAGES, 0 }, { 3, DMA_ATTR_FORCE_CONTIGUOUS, 0 },
		{ 600, DMA_ATTR_ALLOC_SINGLE_PAGES, 3 }, { 600, DMA_ATTR_FORCE_CONTIGUOUS, 3 },
	};
	size_t size = cases[_i].pages * PAGE_SIZE;
	dma_addr_t addr;
	void *buf;

	udm_iommu_fail(UDM_IOMMU_STEP_PAGE_TABLE, cases[_i].after, 1);
	ck_assert_ptr_null(dma_alloc_attrs(dev, size, &addr, GFP_KERNEL, cases[_i].attrs));
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_PAGE_TABLE), 1);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_uint_eq(rig_stats(dev).map_failures, 1);
	buf = dma_alloc_attrs(dev, size, &addr, GFP_KERNEL, cases[_i].attrs);
	ck_assert_ptr_nonnull(buf);
	dma_free_attrs(dev, size, buf, addr, cases[_i].attrs);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
}
END_TEST

/* Each step of each kind of mapping fails once, and nothing of it stays. */
static const enum udm_iommu_step steps[] = {
	UDM_IOMMU_STEP_MAP, UDM_IOMMU_STEP_MAP_SG, UDM_IOMMU_STEP_IOVA, UDM_IOMMU_STEP_PAGE_TABLE,
};

/* How many of the four ways to map failed. */
static unsigned int map_every_way(struct scattered *s)
{
	struct page *page = s->pages[0];
	unsigned int failures = 0;
	struct sg_table *sgt;
	dma_addr_t addr;
	void *buf;

	addr = dma_map_page(dev, page, 5, 100, DMA_TO_DEVICE);
	if (!dma_mapping_error(dev, addr))
		dma_unmap_page(dev, addr, 100, DMA_TO_DEVICE);
	else
		failures++;
	if (!dma_map_sgtable(dev, &s->sgt, DMA_FROM_DEVICE, 0))
		dma_unmap_sgtable(dev, &s->sgt, DMA_FROM_DEVICE, 0);
	else
		failures++;
	s->sgt.nents = s->sgt.orig_nents;
	buf = dma_alloc_attrs(dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL, DMA_ATTR_ALLOC_SINGLE_PAGES);
	if (buf)
		dma_free_attrs(dev, 3 * PAGE_SIZE, buf, addr, DMA_ATTR_ALLOC_SINGLE_PAGES);
	else
		failures++;
	sgt = dma_alloc_noncontiguous(dev, 3 * PAGE_SIZE, DMA_FROM_DEVICE, GFP_KERNEL, 0);
	if (sgt)
		dma_free_noncontiguous(dev, 3 * PAGE_SIZE, sgt, DMA_FROM_DEVICE);
	else
		failures++;
	return failures;
}

START_TEST(every_step_may_fail)
{
	struct scattered s;
	unsigned int n, failures;

	odd_list(&s, 5);
	for (n = 0; n < 100; n++) {
		udm_iommu_fail(steps[_i], n, 1);
		failures = map_every_way(&s);
		if (!udm_iommu_failed(steps[_i]))
			break;
		ck_assert_uint_eq(failures, 1);
		check_untouched(&s);
		ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	}
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_lt(n, 100);
	ck_assert_uint_eq(failures, 0);
	udm_iommu_fail(steps[_i], 0, 0);
	scattered_free(&s);
}
END_TEST

/* 2048 slots of bounce buffers would be gone soon if any were kept. */
START_TEST(failed_lists_keep_no_bounce_buffers)
{
	struct scattered s;
	unsigned int round;

	odd_list(&s, 5);
	for (round = 0; round < 2500; round++) {
		udm_iommu_fail(UDM_IOMMU_STEP_IOVA, round % 5, 1);
		ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), -EIO);
		check_untouched(&s);
		ck_assert_uint_eq(sg_dma_address(s.sgt.sgl), DMA_MAPPING_ERROR);
	}
	udm_iommu_fail(UDM_IOMMU_STEP_IOVA, 0, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	scattered_free(&s);
}
END_TEST

/* A list that was bounced once is mapped and merged like any other later. */
START_TEST(bouncing_leaves_no_mark)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	odd_list(&s, 5);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 5);
	ck_assert(sg_dma_is_swiotlb(s.sgt.sgl));
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	for_each_sgtable_sg(&s.sgt, sg, k)
		sg_set_page(sg, s.pages[k], PAGE_SIZE, 0);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 1);
	ck_assert(!sg_dma_is_swiotlb(s.sgt.sgl));
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	scattered_free(&s);
}
END_TEST

static void add_any(Suite *s, const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, any_list_keeps_the_rules);
	tcase_add_test(tc, empty_entries_take_nothing);
	tcase_add_test(tc, a_failure_in_the_middle_is_undone);
	tcase_add_loop_test(tc, allocations_are_undone, 0, 4);
	tcase_add_loop_test(tc, every_step_may_fail, 0, ARRAY_SIZE(steps));
}

Suite *dma_lists_suite(void)
{
	Suite *s = suite_create("dma_lists");
	TCase *tc;

	add_any(s, "strict", setup_strict);
	add_any(s, "lazy", setup_lazy);

	tc = tcase_create("long");
	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, lengths_do_not_wrap);

	tc = tcase_create("bounced");
	tcase_add_checked_fixture(tc, setup_bounced, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, failed_lists_keep_no_bounce_buffers);
	tcase_add_test(tc, bouncing_leaves_no_mark);
	return s;
}
