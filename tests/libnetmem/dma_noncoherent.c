// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that are not coherent: bytes move in map, sync and unmap only, as the direction says,
 * and what was not synced is stale.
 */
#include "dma_rig.h"

#include <linux/slab.h>
#include <string.h>

Suite *dma_noncoherent_suite(void);

static struct device *dev;
static struct page *page;
static char *memory;

static void start(const char *cmdline, enum udm_iommu iommu)
{
	boot_cmdline(cmdline, iommu);
	dev = rig_device("rig");
	ck_assert_int_eq(udm_iommu_set_noncoherent(dev, true), 0);
	page = rig_page('a');
	memory = page_address(page);
}

static void setup_direct(void)
{
	start("swiotlb=1024", UDM_IOMMU_OFF);
}

static void setup_strict(void)
{
	start("swiotlb=1024", UDM_IOMMU_STRICT);
}

static void setup_lazy(void)
{
	start("swiotlb=1024", UDM_IOMMU_LAZY);
}

static void setup_large(void)
{
	start("swiotlb=1024 iommu.granule=64K", UDM_IOMMU_STRICT);
}

static void teardown(void)
{
	__free_page(page);
	udm_iommu_flush(dev);
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 0);
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(size_t offset, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, page, offset, size, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

/* Does the device see the byte in all of [addr, addr + len)? */
static bool device_sees(dma_addr_t addr, char byte, size_t len)
{
	static char seen[PAGE_SIZE];

	ck_assert_int_eq(udm_bus_read(dev, addr, seen, len), 0);
	return all_bytes(seen, byte, len);
}

static void device_writes(dma_addr_t addr, char byte, size_t len)
{
	static char data[PAGE_SIZE];

	memset(data, byte, len);
	ck_assert_int_eq(udm_bus_write(dev, addr, data, len), 0);
}

/* dma-debug sees a sync of the wrong direction, and says so once. */
static void expect_complaint(const char *text)
{
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect(text, 1);
}

/* What the CPU writes after the mapping reaches the device by syncs, and as far as they go. */
START_TEST(the_device_sees_what_was_synced)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_TO_DEVICE);

	memset(memory, 'b', PAGE_SIZE);
	ck_assert(device_sees(addr, 'a', PAGE_SIZE));
	dma_sync_single_range_for_device(dev, addr, 100, 50, DMA_TO_DEVICE);
	ck_assert(device_sees(addr, 'a', 100));
	ck_assert(device_sees(addr + 100, 'b', 50));
	ck_assert(device_sees(addr + 150, 'a', PAGE_SIZE - 150));
	dma_sync_single_for_device(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(device_sees(addr, 'b', PAGE_SIZE));
	memory[0] = 'c';
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_int_eq(memory[0], 'c');
	/* The next mapping starts with what there is. */
	addr = map(0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(device_sees(addr, 'c', 1));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
}
END_TEST

START_TEST(the_cpu_sees_what_was_synced)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_FROM_DEVICE);

	device_writes(addr + 200, 'd', 1000);
	ck_assert(all_bytes(memory, 'a', PAGE_SIZE));
	dma_sync_single_range_for_cpu(dev, addr, 300, 64, DMA_FROM_DEVICE);
	ck_assert(all_bytes(memory, 'a', 300));
	ck_assert(all_bytes(memory + 300, 'd', 64));
	ck_assert(all_bytes(memory + 364, 'a', PAGE_SIZE - 364));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert(all_bytes(memory, 'a', 200));
	ck_assert(all_bytes(memory + 200, 'd', 1000));
	ck_assert(all_bytes(memory + 1200, 'a', PAGE_SIZE - 1200));
}
END_TEST

START_TEST(an_unmap_may_leave_the_data_behind)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_FROM_DEVICE);

	device_writes(addr, 'd', PAGE_SIZE);
	dma_unmap_page_attrs(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
	ck_assert(all_bytes(memory, 'a', PAGE_SIZE));
}
END_TEST

/* Whoever syncs last wins: each direction overwrites what the other side did since. */
START_TEST(both_ways)
{
	dma_addr_t addr = map(64, 128, DMA_BIDIRECTIONAL);

	device_writes(addr, 'd', 128);
	memset(memory + 64, 'c', 128);
	dma_sync_single_for_cpu(dev, addr, 64, DMA_BIDIRECTIONAL);
	ck_assert(all_bytes(memory + 64, 'd', 64));
	ck_assert(all_bytes(memory + 128, 'c', 64));
	dma_sync_single_for_device(dev, addr, 128, DMA_BIDIRECTIONAL);
	ck_assert(device_sees(addr, 'd', 64));
	ck_assert(device_sees(addr + 64, 'c', 64));
	device_writes(addr + 127, 'e', 1);
	dma_unmap_page(dev, addr, 128, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memory[64 + 127], 'e');
	ck_assert(all_bytes(memory, 'a', 64));
	ck_assert(all_bytes(memory + 192, 'a', PAGE_SIZE - 192));
}
END_TEST

/* A sync against the direction moves nothing. */
START_TEST(directions_are_kept)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_FROM_DEVICE);

	memset(memory, 'c', PAGE_SIZE);
	device_writes(addr, 'd', 10);
	expect_complaint("syncs device write-only DMA memory to device");
	dma_sync_single_for_device(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	dma_sync_single_for_cpu(dev, addr, 20, DMA_FROM_DEVICE);
	/* What the CPU wrote is lost, as the rest of the mapping is what it was when mapped. */
	ck_assert(all_bytes(memory, 'd', 10));
	ck_assert(all_bytes(memory + 10, 'a', 10));
	ck_assert(all_bytes(memory + 20, 'c', PAGE_SIZE - 20));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert(all_bytes(memory + 10, 'a', PAGE_SIZE - 10));
}
END_TEST

START_TEST(nothing_comes_back_to_the_device_only)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_TO_DEVICE);

	memset(memory, 'c', PAGE_SIZE);
	expect_complaint("syncs device read-only DMA memory for cpu");
	dma_sync_single_for_cpu(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(all_bytes(memory, 'c', PAGE_SIZE));
	ck_assert(device_sees(addr, 'a', PAGE_SIZE));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(all_bytes(memory, 'c', PAGE_SIZE));
}
END_TEST

START_TEST(lists_are_stale_too)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	/* Whole pages and parts of pages. */
	scattered_init(&s, 6);
	for_each_sgtable_sg(&s.sgt, sg, k)
		if (k % 2)
			sg_set_page(sg, s.pages[k], 700, 300);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 6);
	for_each_sgtable_dma_sg(&s.sgt, sg, k) {
		ck_assert(device_sees(sg_dma_address(sg), 'a' + k, sg_dma_len(sg)));
		device_writes(sg_dma_address(sg), 'D', 16);
		memset(sg_virt(sg) + 100, 'C', 16);
		ck_assert_int_eq(*(char *)sg_virt(sg), 'a' + k);
		ck_assert(device_sees(sg_dma_address(sg) + 100, 'a' + k, 16));
	}
	/* The first four entries. */
	expect_complaint("syncs DMA sg list with different entry count");
	dma_sync_sg_for_cpu(dev, s.sgt.sgl, 4, DMA_BIDIRECTIONAL);
	for_each_sgtable_sg(&s.sgt, sg, k) {
		ck_assert_int_eq(*(char *)sg_virt(sg), k < 4 ? 'D' : 'a' + k);
		ck_assert_int_eq(((char *)sg_virt(sg))[100], k < 4 ? 'a' + k : 'C');
	}
	dma_sync_sgtable_for_device(dev, &s.sgt, DMA_BIDIRECTIONAL);
	for_each_sgtable_dma_sg(&s.sgt, sg, k)
		ck_assert(device_sees(sg_dma_address(sg) + 100, k < 4 ? 'a' + k : 'C', 16));
	for_each_sgtable_dma_sg(&s.sgt, sg, k)
		device_writes(sg_dma_address(sg) + 50, 'E', 1);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	for_each_sgtable_sg(&s.sgt, sg, k)
		ck_assert_int_eq(((char *)sg_virt(sg))[50], 'E');
	scattered_free(&s);
}
END_TEST

/* Syncs are asked for from the start, and after a mask was set too. */
START_TEST(the_device_needs_syncs)
{
	ck_assert(!dev->dma_skip_sync);
	ck_assert_int_eq(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(48)), 0);
	ck_assert(!dev->dma_skip_sync);
	ck_assert(dma_dev_need_sync(dev));
	ck_assert(dma_need_unmap(dev));
}
END_TEST

START_TEST(allocations_are_shared)
{
	dma_addr_t addr;
	char *shared = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);

	ck_assert_ptr_nonnull(shared);
	shared[5] = 'c';
	ck_assert(device_sees(addr + 5, 'c', 1));
	device_writes(addr + 6, 'd', 1);
	ck_assert_int_eq(shared[6], 'd');
	dma_free_coherent(dev, PAGE_SIZE, shared, addr);
}
END_TEST

/* Mappings made before the switch stay what they are, both ways. */
START_TEST(it_can_be_switched)
{
	dma_addr_t copied = map(0, PAGE_SIZE, DMA_BIDIRECTIONAL), plain;

	ck_assert_int_eq(udm_iommu_set_noncoherent(dev, false), 0);
	plain = map(0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	memory[0] = 'c';
	ck_assert(device_sees(plain, 'c', 1));
	ck_assert(device_sees(copied, 'a', 1));
	ck_assert_int_eq(udm_iommu_set_noncoherent(dev, true), 0);
	dma_unmap_page(dev, plain, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memory[0], 'c');
	device_writes(copied, 'd', 1);
	dma_unmap_page(dev, copied, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memory[0], 'd');
}
END_TEST

START_TEST(mappings_have_a_limit)
{
	size_t most = dma_max_mapping_size(dev);
	struct page *big = alloc_pages(GFP_KERNEL, get_order(2 * most));
	dma_addr_t addr;

	ck_assert_uint_eq(most, 256 << 10);
	addr = dma_map_page(dev, big, 0, most, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_eq(dma_map_page(dev, big, 0, most + 1, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	dma_unmap_page(dev, addr, most, DMA_TO_DEVICE);
	__free_pages(big, get_order(2 * most));
}
END_TEST

START_TEST(bounce_buffers_are_needed)
{
	boot_strict();
	dev = rig_device("rig");
	ck_assert_int_eq(udm_iommu_set_noncoherent(dev, true), -ENODEV);
	ck_assert(dev->dma_skip_sync);
	put_device(dev);
	machine_shutdown();
}
END_TEST

static void add_case(Suite *s, const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, the_device_sees_what_was_synced);
	tcase_add_test(tc, the_cpu_sees_what_was_synced);
	tcase_add_test(tc, an_unmap_may_leave_the_data_behind);
	tcase_add_test(tc, both_ways);
	tcase_add_test(tc, directions_are_kept);
	tcase_add_test(tc, nothing_comes_back_to_the_device_only);
	tcase_add_test(tc, lists_are_stale_too);
	tcase_add_test(tc, the_device_needs_syncs);
	tcase_add_test(tc, allocations_are_shared);
	tcase_add_test(tc, it_can_be_switched);
	tcase_add_test(tc, mappings_have_a_limit);
}

Suite *dma_noncoherent_suite(void)
{
	Suite *s = suite_create("dma_noncoherent");
	TCase *tc = tcase_create("none");

	add_case(s, "direct", setup_direct);
	add_case(s, "strict", setup_strict);
	add_case(s, "lazy", setup_lazy);
	add_case(s, "large granules", setup_large);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, bounce_buffers_are_needed);
	return s;
}
