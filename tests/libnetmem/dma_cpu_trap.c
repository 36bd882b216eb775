// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trapping the CPU's accesses to buffers that belong to devices (dma_cpu_trap=).
 */
#include "dma_rig.h"

#include <linux/dma-map-ops.h>
#include <linux/slab.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/memory.h>
#include <unistd.h>

#include "trapped.h"

Suite *dma_cpu_trap_suite(void);

static struct device *dev;
static struct page *block;		/* four pages */
static char *memory;

static void start(const char *cmdline, enum udm_iommu iommu)
{
	trapped_prepare();
	boot_cmdline(cmdline, iommu);
	dev = rig_device("rig");
	block = alloc_pages(GFP_KERNEL, 2);
	ck_assert_ptr_nonnull(block);
	memory = page_address(block);
	memset(memory, 'a', 4 * PAGE_SIZE);
}

static void setup_direct(void)
{
	start("dma_cpu_trap=1", UDM_IOMMU_OFF);
}

static void setup_strict(void)
{
	start("dma_cpu_trap=on swiotlb=1024", UDM_IOMMU_STRICT);
}

static void setup_lazy(void)
{
	start("dma_cpu_trap=1", UDM_IOMMU_LAZY);
}

static void setup_large(void)
{
	start("dma_cpu_trap=1 iommu.granule=64K", UDM_IOMMU_STRICT);
}

static void teardown(void)
{
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	__free_pages(block, 2);
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(size_t offset, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, block, offset, size, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

static void unmap(dma_addr_t addr, size_t size, enum dma_data_direction dir)
{
	dma_unmap_page(dev, addr, size, dir);
}

static bool readable(size_t at)
{
	return !trapped_read(memory + at);
}

static bool writable(size_t at)
{
	return !trapped_write(memory + at);
}

/* The report says whose it is. */
static void expect_report(const char *log, const char *direction, dma_addr_t addr, size_t size)
{
	char mapping[120];

	snprintf(mapping, sizeof(mapping), "mapped %s at DMA address %#llx, %zu bytes, by\n",
		 direction, (unsigned long long)addr, size);
	ck_assert_ptr_nonnull(log);
	ck_assert_ptr_nonnull(strstr(log, "unable to handle page fault"));
	ck_assert_ptr_nonnull(strstr(log, "in the direct map: RAM at physical address"));
	ck_assert_ptr_nonnull(strstr(log, "the page belongs to device \"rig\""));
	ck_assert_msg(strstr(log, mapping), "no \"%s\" in: %s", mapping, log);
	ck_assert_ptr_nonnull(strstr(log, "dma_map_"));
}

START_TEST(the_cpu_is_kept_out)
{
	dma_addr_t addr = map(PAGE_SIZE, 2 * PAGE_SIZE, DMA_FROM_DEVICE);

	ck_assert_uint_eq(udm_iommu_closed_pages(), 2);
	expect_report(trapped_read(memory + PAGE_SIZE), "DMA_FROM_DEVICE", addr, 2 * PAGE_SIZE);
	expect_report(trapped_read(memory + 3 * PAGE_SIZE - 1), "DMA_FROM_DEVICE", addr,
		      2 * PAGE_SIZE);
	ck_assert(writable(PAGE_SIZE - 1));
	ck_assert(writable(3 * PAGE_SIZE));
	/* The device is not. */
	ck_assert_int_eq(udm_bus_write(dev, addr + PAGE_SIZE - 2, "data", 4), 0);
	ck_assert_int_eq(udm_bus_store32(dev, addr + 8, 0x6c6c6977), 0);
	unmap(addr, 2 * PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_int_eq(memcmp(memory + 2 * PAGE_SIZE - 2, "data", 4), 0);
	ck_assert_int_eq(memcmp(memory + PAGE_SIZE + 8, "will", 4), 0);
	ck_assert(writable(PAGE_SIZE));
}
END_TEST

START_TEST(what_the_device_reads_may_be_read)
{
	dma_addr_t addr = map(0, PAGE_SIZE, DMA_TO_DEVICE);
	u32 word;

	ck_assert_uint_eq(udm_iommu_closed_pages(), 1);
	ck_assert(readable(0));
	expect_report(trapped_write(memory + 5), "DMA_TO_DEVICE", addr, PAGE_SIZE);
	ck_assert_int_eq(udm_bus_load32(dev, addr, &word), 0);
	ck_assert_uint_eq(word, 0x61616161);
	unmap(addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(writable(5));
	addr = map(0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	expect_report(trapped_read(memory), "DMA_BIDIRECTIONAL", addr, PAGE_SIZE);
	unmap(addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
}
END_TEST

/* Of a page that was synced in part, all that was synced has to go back. */
START_TEST(syncs_move_pages)
{
	dma_addr_t addr = map(0, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL);

	dma_sync_single_range_for_cpu(dev, addr, PAGE_SIZE + 100, 100, DMA_BIDIRECTIONAL);
	ck_assert(writable(PAGE_SIZE));
	ck_assert(!readable(0) && !readable(2 * PAGE_SIZE));
	dma_sync_single_range_for_cpu(dev, addr, PAGE_SIZE + 3000, 100, DMA_BIDIRECTIONAL);
	dma_sync_single_range_for_device(dev, addr, PAGE_SIZE + 50, 200, DMA_BIDIRECTIONAL);
	ck_assert(writable(PAGE_SIZE));
	dma_sync_single_range_for_device(dev, addr, PAGE_SIZE + 500, 100, DMA_BIDIRECTIONAL);
	ck_assert(writable(PAGE_SIZE));
	dma_sync_single_range_for_device(dev, addr, PAGE_SIZE + 2000, 1200, DMA_BIDIRECTIONAL);
	ck_assert(writable(PAGE_SIZE));
	dma_sync_single_range_for_device(dev, addr, PAGE_SIZE, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert(!readable(PAGE_SIZE));
	dma_sync_single_for_cpu(dev, addr, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	/* Both are there for the other. */
	memory[3 * PAGE_SIZE] = 'c';
	dma_sync_single_for_device(dev, addr, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 4);
	dma_sync_single_for_cpu(dev, addr, 1, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_read(dev, addr + 3 * PAGE_SIZE, memory, 1), 0);
	ck_assert_int_eq(memory[0], 'c');
	unmap(addr, 4 * PAGE_SIZE, DMA_BIDIRECTIONAL);
}
END_TEST

START_TEST(pages_in_part_stay_open)
{
	dma_addr_t addr = map(100, 2 * PAGE_SIZE, DMA_FROM_DEVICE);

	ck_assert_uint_eq(udm_iommu_closed_pages(), 1);
	ck_assert(writable(50) && writable(200) && writable(2 * PAGE_SIZE + 50));
	ck_assert(!readable(PAGE_SIZE));
	unmap(addr, 2 * PAGE_SIZE, DMA_FROM_DEVICE);
	addr = map(0, PAGE_SIZE - 1, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	unmap(addr, PAGE_SIZE - 1, DMA_FROM_DEVICE);
}
END_TEST

START_TEST(shared_pages_stay_open)
{
	dma_addr_t first = map(0, 2 * PAGE_SIZE, DMA_TO_DEVICE);
	dma_addr_t second = map(PAGE_SIZE + 10, 20, DMA_TO_DEVICE);

	ck_assert_uint_eq(udm_iommu_closed_pages(), 1);
	ck_assert(writable(PAGE_SIZE));
	dma_sync_single_for_device(dev, first, 2 * PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert(writable(PAGE_SIZE));
	unmap(second, 20, DMA_TO_DEVICE);
	ck_assert(writable(PAGE_SIZE));
	second = map(0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	unmap(first, 2 * PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	unmap(second, PAGE_SIZE, DMA_TO_DEVICE);
	first = map(0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 1);
	unmap(first, PAGE_SIZE, DMA_TO_DEVICE);
}
END_TEST

/* Mapped without a sync, a buffer is the device's when it was synced. */
START_TEST(unsynced_mappings_are_the_cpus)
{
	dma_addr_t addr = dma_map_page_attrs(dev, block, 0, PAGE_SIZE, DMA_FROM_DEVICE,
					     DMA_ATTR_SKIP_CPU_SYNC);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert(writable(0));
	dma_sync_single_range_for_device(dev, addr, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert(!readable(0));
	dma_unmap_page_attrs(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
	ck_assert(writable(0));
}
END_TEST

START_TEST(lists_are_taken_too)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	scattered_init(&s, 5);
	sg_set_page(&s.sgt.sgl[4], s.pages[4], 100, 7);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 4);
	for_each_sgtable_sg(&s.sgt, sg, k)
		ck_assert(!trapped_read(page_address(s.pages[k])) == (k == 4));
	ck_assert_int_eq(udm_bus_write(dev, sg_dma_address(s.sgt.sgl), "list", 4), 0);
	dma_sync_sgtable_for_cpu(dev, &s.sgt, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	ck_assert_int_eq(memcmp(page_address(s.pages[0]), "list", 4), 0);
	dma_sync_sgtable_for_device(dev, &s.sgt, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 4);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	scattered_free(&s);
}
END_TEST

/* Two devices at one page: neither is harmed by what the other does. */
START_TEST(devices_do_not_trap)
{
	struct device *other = rig_device("other");
	dma_addr_t mine = map(0, PAGE_SIZE, DMA_BIDIRECTIONAL), theirs;

	ck_assert_int_eq(udm_bus_write(dev, mine, "mine", 4), 0);
	theirs = dma_map_page(other, block, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(dma_mapping_error(other, theirs), 0);
	ck_assert_int_eq(udm_bus_write(other, theirs + 4, "theirs", 6), 0);
	unmap(mine, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(memory, "minetheirs", 10), 0);
	ck_assert_int_eq(udm_bus_write(other, theirs, "T", 1), 0);
	dma_unmap_page(other, theirs, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memory[0], 'T');
	put_device(other);
}
END_TEST

/* A device that goes leaves nothing closed. */
START_TEST(leaked_mappings_are_opened)
{
	map(0, 3 * PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 3);
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("pending DMA allocations while released from device", 1);
	put_device(dev);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	ck_assert(writable(0) && writable(2 * PAGE_SIZE));
	dev = rig_device("next");
	unmap(map(0, PAGE_SIZE, DMA_FROM_DEVICE), PAGE_SIZE, DMA_FROM_DEVICE);
}
END_TEST

/* Pages of a file of the host are where the device finds them, and RAM is again after that. */
START_TEST(adopted_pages_are_reached)
{
	int fd = memfd_create("adopted", MFD_CLOEXEC), round;
	char got[8] = "";

	ck_assert_int_eq(ftruncate(fd, 2 * PAGE_SIZE), 0);
	for (round = 0; round < 2; round++) {
		struct page *page = udm_page_adopt(fd, PAGE_SIZE);
		dma_addr_t addr;

		ck_assert_ptr_nonnull(page);
		addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
		ck_assert_ptr_nonnull(trapped_read(page_address(page)));
		ck_assert_int_eq(udm_bus_write(dev, addr + 10 + round, "host", 4), 0);
		ck_assert_int_eq(pread(fd, got, 4, PAGE_SIZE + 10 + round), 4);
		ck_assert_str_eq(got, "host");
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
		ck_assert_int_eq(memcmp(page_address(page) + 10 + round, "host", 4), 0);
		put_page(page);
	}
	close(fd);
}
END_TEST

START_TEST(bounced_buffers_stay_open)
{
	dma_addr_t addr;

	ck_assert_int_eq(udm_iommu_set_noncoherent(dev, true), 0);
	addr = map(0, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr, "late", 4), 0);
	ck_assert(writable(0));
	dma_sync_single_for_cpu(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_int_eq(memcmp(memory, "late", 4), 0);
	dma_sync_single_for_device(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	unmap(addr, PAGE_SIZE, DMA_FROM_DEVICE);
}
END_TEST

/* Behind hand-made domains, in coherent memory and in pages of the device. */
START_TEST(allocations_stay_open)
{
	dma_addr_t addr;
	char *shared = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);
	struct page *page;

	ck_assert_int_eq(udm_bus_write(dev, addr, "both", 4), 0);
	ck_assert_int_eq(memcmp(shared, "both", 4), 0);
	dma_free_coherent(dev, PAGE_SIZE, shared, addr);
	page = dma_alloc_pages(dev, PAGE_SIZE, &addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	ck_assert_int_eq(udm_bus_write(dev, addr, "page", 4), 0);
	dma_sync_single_for_cpu(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(page_address(page), "page", 4), 0);
	dma_sync_single_for_device(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	dma_free_pages(dev, PAGE_SIZE, page, addr, DMA_BIDIRECTIONAL);
}
END_TEST

/* More than can be taken: the rest stays open, and all is well in the end. */
START_TEST(there_is_a_limit)
{
	unsigned int order = MAX_PAGE_ORDER, n = 20, k;
	struct page *blocks[20];
	dma_addr_t addr[20];

	for (k = 0; k < n; k++) {
		blocks[k] = alloc_pages(GFP_KERNEL, order);
		ck_assert_ptr_nonnull(blocks[k]);
		addr[k] = dma_map_page(dev, blocks[k], 0, PAGE_SIZE << order, DMA_TO_DEVICE);
		ck_assert_int_eq(dma_mapping_error(dev, addr[k]), 0);
	}
	ck_assert_uint_eq(udm_iommu_closed_pages(), 16 << order);
	ck_assert_ptr_null(trapped_write(page_address(blocks[n - 1])));
	ck_assert_ptr_nonnull(trapped_write(page_address(blocks[0])));
	for (k = 0; k < n; k++) {
		dma_unmap_page(dev, addr[k], PAGE_SIZE << order, DMA_TO_DEVICE);
		__free_pages(blocks[k], order);
	}
}
END_TEST

static const char *const off[] = { NULL, "dma_cpu_trap=0", "dma_cpu_trap=perhaps" };

START_TEST(it_is_off_unless_asked_for)
{
	dma_addr_t addr;

	start(off[_i], UDM_IOMMU_STRICT);
	addr = map(0, PAGE_SIZE, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_iommu_closed_pages(), 0);
	ck_assert(writable(0));
	ck_assert(dev->dma_skip_sync);
	unmap(addr, PAGE_SIZE, DMA_FROM_DEVICE);
	teardown();
}
END_TEST

static void add_case(Suite *s, const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, the_cpu_is_kept_out);
	tcase_add_test(tc, what_the_device_reads_may_be_read);
	tcase_add_test(tc, syncs_move_pages);
	tcase_add_test(tc, pages_in_part_stay_open);
	tcase_add_test(tc, shared_pages_stay_open);
	tcase_add_test(tc, unsynced_mappings_are_the_cpus);
	tcase_add_test(tc, lists_are_taken_too);
	tcase_add_test(tc, devices_do_not_trap);
	tcase_add_test(tc, leaked_mappings_are_opened);
	tcase_add_test(tc, adopted_pages_are_reached);
	tcase_add_test(tc, allocations_stay_open);
	if (setup == setup_strict)
		tcase_add_test(tc, bounced_buffers_stay_open);
	if (setup == setup_direct)
		tcase_add_test(tc, there_is_a_limit);
}

Suite *dma_cpu_trap_suite(void)
{
	Suite *s = suite_create("dma_cpu_trap");
	TCase *tc = tcase_create("off");

	add_case(s, "direct", setup_direct);
	add_case(s, "strict", setup_strict);
	add_case(s, "lazy", setup_lazy);
	add_case(s, "large granules", setup_large);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, it_is_off_unless_asked_for, 0, ARRAY_SIZE(off));
	return s;
}
