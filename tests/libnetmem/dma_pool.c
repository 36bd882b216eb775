// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory behind the DMA API: the atomic pools, and the helpers for back ends of ordinary pages.
 */
#include "dma_rig.h"

#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdlib.h>
#include <udevmem/debugfs.h>

Suite *dma_pool_suite(void);

static struct device *dev;

static void boot_with(const char *cmdline, size_t ram)
{
	const struct udm_config cfg = { .cmdline = cmdline, .ram_bytes = ram, .quiet = true };

	machine_boot_with(&cfg);
	dev = rig_device("rig");
}

static void setup(void)
{
	boot_with(NULL, 0);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static unsigned long pool_size(const char *name)
{
	char path[64], text[32] = "";

	snprintf(path, sizeof(path), "dma_pools/pool_size_%s", name);
	ck_assert_int_gt(udm_debugfs_read(path, text, sizeof(text) - 1), 0);
	return strtoul(text, NULL, 10);
}

START_TEST(every_zone_has_a_pool)
{
	ck_assert_uint_eq(pool_size("dma"), 131072);
	ck_assert_uint_eq(pool_size("dma32"), 131072);
	ck_assert_uint_eq(pool_size("kernel"), 131072);
}
END_TEST

START_TEST(sizes_follow_the_command_line)
{
	static const struct { const char *cmdline; unsigned long size; } cases[] = {
		{ "coherent_pool=300K", 524288 },
		{ "coherent_pool=64K", 65536 },
		{ "coherent_pool=16M", 4194304 },
		{ "coherent_pool=junk", 131072 },
	};

	boot_with(cases[_i].cmdline, 0);
	ck_assert_uint_eq(pool_size("kernel"), cases[_i].size);
	teardown();
}
END_TEST

START_TEST(pools_grow_when_low)
{
	struct page *page;
	void *buf;

	page = dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL, NULL);
	ck_assert_ptr_nonnull(page);
	ck_assert_ptr_eq(page_address(page), buf);
	ck_assert(all_bytes(buf, 0, PAGE_SIZE));
	ck_assert_uint_eq(pool_size("kernel"), 131072);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), 262144);
	ck_assert_uint_eq(pool_size("dma"), 131072);
	memset(buf, 0xaa, PAGE_SIZE);
	ck_assert(dma_free_from_pool(dev, buf, PAGE_SIZE));
	ck_assert(!dma_free_from_pool(dev, &page, PAGE_SIZE));
	/* The newest chunk is searched first; take it all to get the dirty page again. */
	ck_assert_ptr_nonnull(dma_alloc_from_pool(dev, 131072, &buf, GFP_KERNEL, NULL));
	ck_assert(dma_free_from_pool(dev, buf, 131072));
}
END_TEST

START_TEST(failing_growth_changes_nothing)
{
	void *buf;

	udm_iommu_fail(UDM_IOMMU_STEP_POOL, 0, 1);
	ck_assert_ptr_nonnull(dma_alloc_from_pool(dev, 1, &buf, GFP_ATOMIC, NULL));
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), 131072);
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_POOL), 1);
	ck_assert(dma_free_from_pool(dev, buf, 1));
}
END_TEST

static bool below_16m(struct device *d, phys_addr_t phys, size_t size)
{
	return phys + size <= 16 << 20;
}

static bool nowhere(struct device *d, phys_addr_t phys, size_t size)
{
	return false;
}

START_TEST(addresses_may_be_refused)
{
	void *buf = NULL;
	struct page *page = dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL, below_16m);

	ck_assert_ptr_nonnull(page);
	ck_assert_uint_lt(page_to_phys(page), 16 << 20);
	ck_assert(dma_free_from_pool(dev, buf, PAGE_SIZE));
	buf = NULL;
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL, nowhere));
	ck_assert_ptr_null(dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL | __GFP_NOWARN,
					       nowhere));
	ck_assert_ptr_null(buf);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(zone_requests_stay_below)
{
	void *buf;
	struct page *page = dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_DMA, NULL);

	ck_assert_uint_lt(page_to_phys(page), 16 << 20);
	ck_assert(dma_free_from_pool(dev, buf, PAGE_SIZE));
	page = dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_DMA32, NULL);
	ck_assert_uint_lt(page_to_phys(page), 1ULL << 32);
	ck_assert_uint_ge(page_to_phys(page), 16 << 20);
	ck_assert(dma_free_from_pool(dev, buf, PAGE_SIZE));
	/* More than the pool of the lowest zone has, and nothing below it. */
	udm_warn_expect("DMA pool exhausted", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(dev, 262144, &buf, GFP_DMA, NULL));
}
END_TEST

START_TEST(runs_are_aligned_to_their_size)
{
	void *five, *three, *none;

	ck_assert_ptr_nonnull(dma_alloc_from_pool(dev, 5 * PAGE_SIZE, &five, GFP_KERNEL, NULL));
	ck_assert_ptr_nonnull(dma_alloc_from_pool(dev, 3 * PAGE_SIZE, &three, GFP_KERNEL, NULL));
	ck_assert_uint_eq((unsigned long)five % (8 * PAGE_SIZE), 0);
	ck_assert_uint_eq((unsigned long)three % (4 * PAGE_SIZE), 0);
	udm_warn_expect("DMA pool exhausted", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(dev, 0, &none, GFP_KERNEL, NULL));
	ck_assert(dma_free_from_pool(dev, five, 5 * PAGE_SIZE));
	ck_assert(dma_free_from_pool(dev, three, 3 * PAGE_SIZE));
}
END_TEST

/* --- ops_helpers --- */

START_TEST(windows_of_a_buffer)
{
	static const struct { unsigned long off, len; int err; } cases[] = {
		{ 4, 1, -ENXIO }, { 0, 5, -ENXIO }, { 1, 4, -ENXIO },
	};
	struct vm_area_struct vma = { .vm_start = 1 << 20, .vm_page_prot = PAGE_KERNEL };
	char *buf = (char *)__get_free_pages(GFP_KERNEL, 2);

	vma.vm_pgoff = cases[_i].off;
	vma.vm_end = vma.vm_start + cases[_i].len * PAGE_SIZE;
	ck_assert_int_eq(dma_common_mmap(dev, &vma, buf, 0, 4 * PAGE_SIZE, 0), cases[_i].err);
	ck_assert_int_eq(dma_mmap_pages(dev, &vma, 4 * PAGE_SIZE, virt_to_page(buf)),
			 cases[_i].err);
	free_pages((unsigned long)buf, 2);
}
END_TEST

START_TEST(tables_of_a_buffer)
{
	char *buf = kmalloc(8192, GFP_KERNEL), *mapped = vmalloc(3 * PAGE_SIZE);
	struct sg_table sgt;

	ck_assert_int_eq(dma_common_get_sgtable(dev, &sgt, buf, 1234, 5000, 0), 0);
	ck_assert_uint_eq(sgt.orig_nents, 1);
	ck_assert_uint_eq(sgt.sgl->length, 8192);
	ck_assert_uint_eq(sgt.sgl->offset, 0);
	ck_assert_uint_eq(sg_dma_address(sgt.sgl), 0);
	ck_assert_ptr_eq(sg_page(sgt.sgl), virt_to_page(buf));
	sg_free_table(&sgt);
	ck_assert_int_eq(dma_common_get_sgtable(dev, &sgt, mapped + PAGE_SIZE, 0, 1, 0), 0);
	ck_assert_ptr_eq(sg_page(sgt.sgl), vmalloc_to_page(mapped + PAGE_SIZE));
	sg_free_table(&sgt);
	vfree(mapped);
	kfree(buf);
}
END_TEST

START_TEST(pages_follow_their_mapping)
{
	dma_addr_t addr = 77;
	struct page *page;

	page = dma_common_alloc_pages(dev, 3 * PAGE_SIZE, &addr, DMA_FROM_DEVICE, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert(all_bytes(page_address(page), 0, 3 * PAGE_SIZE));
	ck_assert_int_eq(udm_bus_write(dev, addr, "x", 1), 0);
	dma_common_free_pages(dev, 3 * PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
	ck_assert_int_eq(udm_bus_write(dev, addr, "x", 1), -EFAULT);
	udm_iommu_fail(UDM_IOMMU_STEP_MAP, 0, 1);
	ck_assert_ptr_null(dma_common_alloc_pages(dev, PAGE_SIZE, &addr, DMA_FROM_DEVICE,
						  GFP_KERNEL));
	ck_assert_uint_eq(addr, DMA_MAPPING_ERROR);
}
END_TEST

START_TEST(remapped_pages)
{
	struct page *pages[3];
	unsigned int k;
	char *view;

	for (k = 0; k < 3; k++)
		pages[k] = rig_page('0' + k);
	view = dma_common_pages_remap(pages, 3 * PAGE_SIZE, PAGE_KERNEL, NULL);
	ck_assert_ptr_nonnull(view);
	ck_assert_ptr_eq(dma_common_find_pages(view), pages);
	ck_assert_int_eq(view[PAGE_SIZE], '1');
	dma_common_free_remap(view, 3 * PAGE_SIZE);
	for (k = 0; k < 3; k++)
		__free_page(pages[k]);
	pages[0] = alloc_pages(GFP_KERNEL, 1);
	view = dma_common_contiguous_remap(pages[0], 2 * PAGE_SIZE, PAGE_KERNEL, NULL);
	ck_assert_ptr_nonnull(view);
	ck_assert_ptr_eq(vmalloc_to_page(view + PAGE_SIZE), pages[0] + 1);
	dma_common_free_remap(view, 2 * PAGE_SIZE);
	__free_pages(pages[0], 1);
	view = vmalloc(PAGE_SIZE);
	ck_assert_ptr_null(dma_common_find_pages(view));
	udm_warn_expect("trying to free invalid coherent area", 1);
	dma_common_free_remap(view, PAGE_SIZE);
	vfree(view);
}
END_TEST

Suite *dma_pool_suite(void)
{
	Suite *s = suite_create("dma_pool");
	TCase *tc = tcase_create("pools");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, every_zone_has_a_pool);
	tcase_add_test(tc, pools_grow_when_low);
	tcase_add_test(tc, failing_growth_changes_nothing);
	tcase_add_test(tc, addresses_may_be_refused);
	tcase_add_test(tc, zone_requests_stay_below);
	tcase_add_test(tc, runs_are_aligned_to_their_size);
	tcase_add_loop_test(tc, windows_of_a_buffer, 0, 3);
	tcase_add_test(tc, tables_of_a_buffer);
	tcase_add_test(tc, pages_follow_their_mapping);
	tcase_add_test(tc, remapped_pages);

	tc = tcase_create("sizes");
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, sizes_follow_the_command_line, 0, 4);
	return s;
}
