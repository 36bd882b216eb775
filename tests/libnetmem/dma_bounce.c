// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bounce buffers, behind the direct mapping and behind the IOMMU.
 */
#include "dma_rig.h"

#include <linux/dma-direct.h>
#include <linux/slab.h>
#include <linux/swiotlb.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/log.h>

Suite *dma_bounce_suite(void);

static struct device *dev;

static void start(const char *cmdline, enum udm_iommu iommu)
{
	boot_cmdline(cmdline, iommu);
	dev = rig_device("rig");
}

static void setup_direct(void)
{
	start("swiotlb=1024", UDM_IOMMU_OFF);
	dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
}

static void setup_iommu(void)
{
	start("swiotlb=1024", UDM_IOMMU_STRICT);
	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(void *buf, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_single(dev, buf, size, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

START_TEST(data_survives_both_ways)
{
	char *buf = kmalloc(1000, GFP_KERNEL), got[8];
	dma_addr_t addr;

	memset(buf, 'o', 1000);
	addr = map(buf, 1000, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_read(dev, addr + 992, got, 8), 0);
	ck_assert(all_bytes(got, 'o', 8));
	ck_assert_int_eq(udm_bus_write(dev, addr + 3, "new", 3), 0);
	ck_assert_int_eq(buf[3], 'o');
	dma_sync_single_for_cpu(dev, addr, 1000, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(buf, "ooonewo", 7), 0);
	buf[0] = 'c';
	dma_sync_single_for_device(dev, addr, 1, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_read(dev, addr, got, 1), 0);
	ck_assert_int_eq(got[0], 'c');
	ck_assert_int_eq(udm_bus_write(dev, addr + 999, "!", 1), 0);
	dma_unmap_single(dev, addr, 1000, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(buf[999], '!');
	kfree(buf);
}
END_TEST

/* The device writes a part: the rest comes back as it was. */
START_TEST(partial_writes_keep_the_rest)
{
	char *buf = kmalloc(600, GFP_KERNEL);
	dma_addr_t addr;

	memset(buf, 'k', 600);
	addr = map(buf, 600, DMA_FROM_DEVICE);
	ck_assert_int_eq(udm_bus_write(dev, addr + 100, "part", 4), 0);
	dma_unmap_single(dev, addr, 600, DMA_FROM_DEVICE);
	ck_assert(all_bytes(buf, 'k', 100));
	ck_assert_int_eq(memcmp(buf + 100, "part", 4), 0);
	ck_assert(all_bytes(buf + 104, 'k', 496));
	addr = map(buf, 600, DMA_FROM_DEVICE);
	ck_assert_int_eq(udm_bus_write(dev, addr, "lost", 4), 0);
	dma_unmap_single_attrs(dev, addr, 600, DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
	ck_assert_int_eq(buf[0], 'k');
	kfree(buf);
}
END_TEST

START_TEST(bouncing_needs_syncs)
{
	char *buf = kmalloc(64, GFP_KERNEL);
	dma_addr_t addr;

	ck_assert(dev->dma_skip_sync);
	addr = map(buf, 64, DMA_TO_DEVICE);
	ck_assert(!dev->dma_skip_sync);
	ck_assert(dma_need_sync(dev, addr));
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_set_mask(dev, *dev->dma_mask), 0);
	ck_assert(dev->dma_skip_sync);
	kfree(buf);
}
END_TEST

START_TEST(lists_are_bounced)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;
	char got[3];

	scattered_init(&s, 5);
	for_each_sgtable_sg(&s.sgt, sg, k)
		sg_set_page(sg, s.pages[k], 100 + k, 8);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 5);
	for_each_sgtable_dma_sg(&s.sgt, sg, k) {
		ck_assert_uint_eq(sg_dma_len(sg), 100 + k);
		ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(sg), got, 3), 0);
		ck_assert(all_bytes(got, 'a' + k, 3));
		ck_assert_int_eq(udm_bus_write(dev, sg_dma_address(sg), "SG", 2), 0);
	}
	dma_sync_sgtable_for_cpu(dev, &s.sgt, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(page_address(s.pages[4]) + 8, "SGe", 3), 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	scattered_free(&s);
}
END_TEST

START_TEST(direct_mappings_bounce_below_4_gib)
{
	char *buf = kmalloc(64, GFP_KERNEL);
	dma_addr_t addr = map(buf, 64, DMA_TO_DEVICE);

	ck_assert_uint_lt(addr, 1ULL << 32);
	ck_assert_uint_ne(addr, virt_to_phys(buf));
	ck_assert_ptr_nonnull(swiotlb_find_pool(dev, addr));
	ck_assert_uint_eq(dma_max_mapping_size(dev), 256 << 10);
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
	udm_warn_expect("overflow (mask ffffffff", 1);
	ck_assert_uint_eq(dma_map_phys(dev, virt_to_phys(buf), 64, DMA_TO_DEVICE,
				       DMA_ATTR_REQUIRE_COHERENT), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kfree(buf);
}
END_TEST

START_TEST(the_pool_is_finite)
{
	struct page *big = alloc_pages(GFP_KERNEL, 6);
	dma_addr_t addr[64];
	unsigned int k, n = 0;

	/* 256 KiB each; the pool is one block of 4 MiB at least. */
	for (k = 0; k < 64; k++) {
		addr[k] = dma_map_page(dev, big, 0, 256 << 10, DMA_TO_DEVICE);
		if (dma_mapping_error(dev, addr[k]))
			break;
		n++;
	}
	ck_assert_uint_eq(n, 16);
	dma_unmap_page(dev, addr[3], 256 << 10, DMA_TO_DEVICE);
	addr[3] = dma_map_page(dev, big, 0, 100, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr[3]), 0);
	dma_unmap_page(dev, addr[3], 100, DMA_TO_DEVICE);
	for (k = 0; k < n; k++)
		if (k != 3)
			dma_unmap_page(dev, addr[k], 256 << 10, DMA_TO_DEVICE);
	ck_assert_uint_eq(dma_map_page(dev, big, 0, (256 << 10) + 1, DMA_TO_DEVICE),
			  DMA_MAPPING_ERROR);
	__free_pages(big, 6);
}
END_TEST

static char logged[512];

static void keep_text(void *ctx, int level, const char *text)
{
	strncat(logged, text, sizeof(logged) - strlen(logged) - 1);
}

/* Told with what was asked and what there is, unless the caller does not want to know. */
START_TEST(a_full_pool_is_told)
{
	struct page *big = alloc_pages(GFP_KERNEL, 7);
	dma_addr_t addr = dma_map_page(dev, big, 0, 100, DMA_TO_DEVICE);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	logged[0] = '\0';
	udm_log_set_hook(keep_text, NULL);
	ck_assert_uint_eq(dma_map_page_attrs(dev, big, 0, 300 << 10, DMA_TO_DEVICE,
					     DMA_ATTR_NO_WARN), DMA_MAPPING_ERROR);
	ck_assert_str_eq(logged, "");
	ck_assert_uint_eq(dma_map_page(dev, big, 0, 300 << 10, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(logged, "swiotlb buffer is full (sz: 307200 bytes),"
				     " total 2048 (slots), used 1 (slots)"));
	dma_unmap_page(dev, addr, 100, DMA_TO_DEVICE);
	__free_pages(big, 7);
}
END_TEST

/* What lies around a bounced buffer in its slots is not copied to what lies around the buffer. */
START_TEST(syncs_stay_within_the_mapping)
{
	char *buf = kmalloc(1024, GFP_KERNEL);
	phys_addr_t tlb;

	memset(buf, 'k', 1024);
	tlb = swiotlb_tbl_map_single(dev, virt_to_phys(buf + 256), 256, 0, DMA_BIDIRECTIONAL, 0);
	ck_assert_uint_ne(tlb, (phys_addr_t)DMA_MAPPING_ERROR);
	memset(phys_to_virt(tlb), '!', 1024);
	udm_warn_expect("Buffer overflow detected. Allocation size: 256. Mapping size: 300.", 1);
	swiotlb_sync_single_for_cpu(dev, tlb, 300, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	swiotlb_sync_single_for_cpu(dev, tlb + 256, 100, DMA_FROM_DEVICE);
	swiotlb_sync_single_for_cpu(dev, tlb + 700, 100, DMA_FROM_DEVICE);
	ck_assert(all_bytes(buf, 'k', 256));
	ck_assert(all_bytes(buf + 256, '!', 256));
	ck_assert(all_bytes(buf + 512, 'k', 512));
	swiotlb_tbl_unmap_single(dev, tlb, 256, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	udm_warn_expect("first == SLOT_FREE", 1);
	swiotlb_tbl_unmap_single(dev, tlb, 256, DMA_BIDIRECTIONAL, 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kfree(buf);
}
END_TEST

/* The bits of an address that the device looks at are the same in the bounce buffer. */
START_TEST(low_bits_are_kept)
{
	char *buf = (char *)__get_free_page(GFP_KERNEL);
	dma_addr_t addr;

	dma_set_min_align_mask(dev, 0xfff);
	ck_assert_uint_eq(dma_max_mapping_size(dev), (256 - 4) << 10);
	addr = map(buf + 0x345, 100, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(addr & 0xfff, 0x345);
	ck_assert_int_eq(udm_bus_write(dev, addr, "kept", 4), 0);
	dma_unmap_single(dev, addr, 100, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(buf + 0x345, "kept", 4), 0);
	free_page((unsigned long)buf);
}
END_TEST

START_TEST(narrow_devices_do_not_reach_the_pool)
{
	char *buf = kmalloc(64, GFP_KERNEL);

	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(24)), 0);
	if (default_swiotlb_base() > DMA_BIT_MASK(24))
		udm_warn_expect("swiotlb addr", 1);
	ck_assert_uint_eq(dma_map_single(dev, buf, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	kfree(buf);
}
END_TEST

/* 30 bits: memory above 4 GiB is out of reach, the pool and low memory are not. */
static void make_narrow(void)
{
	ck_assert_int_eq(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32)), 0);
	*dev->dma_mask = DMA_BIT_MASK(30);
}

START_TEST(narrow_devices_are_served)
{
	struct page *high = rig_page('h'), *low = alloc_page(GFP_KERNEL | GFP_DMA);
	struct scatterlist sg[2];
	dma_addr_t addr;
	char got[4];

	make_narrow();
	ck_assert_uint_gt(page_to_phys(high), DMA_BIT_MASK(30));
	addr = dma_map_page(dev, high, 8, 1000, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_le(addr + 999, DMA_BIT_MASK(30));
	ck_assert_int_eq(udm_bus_read(dev, addr + 996, got, 4), 0);
	ck_assert(all_bytes(got, 'h', 4));
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	addr = dma_map_page(dev, high, 8, 1000, DMA_FROM_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + 500, "part", 4), 0);
	dma_unmap_page(dev, addr, 1000, DMA_FROM_DEVICE);
	ck_assert(all_bytes(page_address(high), 'h', 508));
	ck_assert_int_eq(memcmp(page_address(high) + 508, "part", 4), 0);
	ck_assert(all_bytes(page_address(high) + 512, 'h', PAGE_SIZE - 512));
	/* Of a list, only what is out of reach is bounced. */
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], low, PAGE_SIZE, 0);
	sg_set_page(&sg[1], high, PAGE_SIZE, 0);
	ck_assert_int_eq(dma_map_sg(dev, sg, 2, DMA_BIDIRECTIONAL), 2);
	ck_assert_uint_eq(sg_dma_address(&sg[0]), page_to_phys(low));
	ck_assert_ptr_nonnull(swiotlb_find_pool(dev, sg_dma_address(&sg[1])));
	ck_assert_int_eq(udm_bus_write(dev, sg_dma_address(&sg[1]), "list", 4), 0);
	dma_sync_sg_for_cpu(dev, sg, 2, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(page_address(high), "list", 4), 0);
	dma_unmap_sg(dev, sg, 2, DMA_BIDIRECTIONAL);
	__free_page(high);
	__free_page(low);
}
END_TEST

/* An IOMMU has addresses for them instead, and nothing is bounced. */
START_TEST(translated_narrow_devices_need_no_bouncing)
{
	struct page *high = rig_page('h');
	dma_addr_t addr;

	ck_assert_int_eq(udm_iommu_force_bounce(dev, false), 0);
	make_narrow();
	addr = dma_map_page(dev, high, 8, 1000, DMA_FROM_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_le(addr + 999, DMA_BIT_MASK(30));
	ck_assert_int_eq(udm_bus_write(dev, addr, "seen", 4), 0);
	ck_assert_int_eq(memcmp(page_address(high) + 8, "seen", 4), 0);
	dma_unmap_page(dev, addr, 1000, DMA_FROM_DEVICE);
	__free_page(high);
}
END_TEST

START_TEST(without_a_pool_narrow_devices_are_refused)
{
	struct page *high;

	start(NULL, UDM_IOMMU_OFF);
	make_narrow();
	high = rig_page('h');
	udm_warn_expect("overflow (mask 3fffffff", 1);
	ck_assert_uint_eq(dma_map_page(dev, high, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(high);
	teardown();
}
END_TEST

/* Behind the IOMMU only whole granules are shown: the neighbours are not. */
START_TEST(neighbours_are_hidden)
{
	struct page *page = rig_page('s');
	dma_addr_t addr = dma_map_page(dev, page, 100, 50, DMA_BIDIRECTIONAL);
	char got[200];

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr & PAGE_MASK, got, 200), 0);
	ck_assert_uint_eq(memchr(got, 's', 200) - (void *)got, addr % PAGE_SIZE);
	ck_assert(all_bytes(got + addr % PAGE_SIZE, 's', 50));
	ck_assert(all_bytes(got + addr % PAGE_SIZE + 50, 0, 200 - 50 - addr % PAGE_SIZE));
	dma_unmap_page(dev, addr, 50, DMA_BIDIRECTIONAL);
	/* Whole pages are shown as they are. */
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), 0);
	ck_assert_int_eq(*(char *)page_address(page), '!');
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(page);
}
END_TEST

START_TEST(without_a_pool_nothing_is_forced)
{
	start(NULL, UDM_IOMMU_STRICT);
	ck_assert(!is_swiotlb_allocated());
	ck_assert_uint_eq(default_swiotlb_base() | default_swiotlb_limit(), 0);
	ck_assert_uint_eq(swiotlb_map(dev, 0x5000, 64, DMA_TO_DEVICE, 0), DMA_MAPPING_ERROR);
	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), -ENODEV);
	ck_assert(!is_swiotlb_active(dev));
	teardown();
}
END_TEST

/* Several blocks, in whatever order they were found. */
START_TEST(the_pool_may_be_large)
{
	start("swiotlb=10000", UDM_IOMMU_OFF);
	ck_assert(is_swiotlb_allocated());
	ck_assert_uint_ge(default_swiotlb_limit() - default_swiotlb_base() + 1,
			  10000 * IO_TLB_SIZE);
	ck_assert_ptr_nonnull(swiotlb_find_pool(dev, default_swiotlb_base()));
	ck_assert_ptr_nonnull(swiotlb_find_pool(dev, default_swiotlb_limit()));
	ck_assert_ptr_null(swiotlb_find_pool(dev, default_swiotlb_limit() + 1));
	teardown();
	start("swiotlb=noforce", UDM_IOMMU_OFF);
	ck_assert(!is_swiotlb_allocated());
	teardown();
}
END_TEST

START_TEST(force_bounces_everything)
{
	char *buf;
	dma_addr_t addr;

	start("swiotlb=64,force", UDM_IOMMU_OFF);
	buf = kmalloc(64, GFP_KERNEL);
	addr = map(buf, 64, DMA_TO_DEVICE);
	ck_assert_uint_ne(addr, virt_to_phys(buf));
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
	ck_assert_uint_eq(dma_map_resource(dev, 1ULL << 45, 64, DMA_TO_DEVICE, 0),
			  DMA_MAPPING_ERROR);
	addr = dma_map_phys(dev, virt_to_phys(buf), 64, DMA_TO_DEVICE, DMA_ATTR_CC_SHARED);
	ck_assert_uint_eq(addr, virt_to_phys(buf));
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_unmap_phys(dev, addr, 64, DMA_TO_DEVICE, DMA_ATTR_CC_SHARED);
	kfree(buf);
	teardown();
}
END_TEST

static void add_common(TCase *tc)
{
	tcase_add_test(tc, data_survives_both_ways);
	tcase_add_test(tc, partial_writes_keep_the_rest);
	tcase_add_test(tc, bouncing_needs_syncs);
	tcase_add_test(tc, lists_are_bounced);
}

Suite *dma_bounce_suite(void)
{
	Suite *s = suite_create("dma_bounce");
	TCase *tc = tcase_create("direct");

	tcase_add_checked_fixture(tc, setup_direct, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_test(tc, direct_mappings_bounce_below_4_gib);
	tcase_add_test(tc, the_pool_is_finite);
	tcase_add_test(tc, a_full_pool_is_told);
	tcase_add_test(tc, syncs_stay_within_the_mapping);
	tcase_add_test(tc, low_bits_are_kept);
	tcase_add_test(tc, narrow_devices_do_not_reach_the_pool);
	tcase_add_test(tc, narrow_devices_are_served);

	tc = tcase_create("translated");
	tcase_add_checked_fixture(tc, setup_iommu, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_test(tc, neighbours_are_hidden);
	tcase_add_test(tc, translated_narrow_devices_need_no_bouncing);

	tc = tcase_create("forced");
	suite_add_tcase(s, tc);
	tcase_add_test(tc, without_a_pool_nothing_is_forced);
	tcase_add_test(tc, without_a_pool_narrow_devices_are_refused);
	tcase_add_test(tc, the_pool_may_be_large);
	tcase_add_test(tc, force_bounces_everything);
	return s;
}
