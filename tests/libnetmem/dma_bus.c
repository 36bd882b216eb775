// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus: windows of peer devices, handles, the life of attachments.
 */
#include "dma_rig.h"

#include <linux/memblock.h>
#include <linux/slab.h>
#include <pthread.h>
#include <sys/mman.h>

#include "trapped.h"

Suite *dma_bus_suite(void);

#define WINDOW	(16 * PAGE_SIZE)

static struct device *dev;
static char *peer;

static void setup(void)
{
	boot_strict();
	dev = rig_device("rig");
	peer = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(peer, MAP_FAILED);
}

static void teardown(void)
{
	munmap(peer, WINDOW);
	put_device(dev);
	machine_shutdown();
}

/* --- Windows --- */

START_TEST(peer_memory_is_mapped_by_address)
{
	dma_addr_t addr;
	uint64_t phys;
	char got[4];

	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, peer, &phys), 0);
	ck_assert_uint_ge(phys, PFN_PHYS(max_pfn));
	addr = dma_map_resource(dev, phys + PAGE_SIZE, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + PAGE_SIZE - 2, "peer", 4), 0);
	ck_assert_int_eq(memcmp(peer + 2 * PAGE_SIZE - 2, "peer", 4), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr + PAGE_SIZE - 2, got, 4), 0);
	ck_assert_int_eq(memcmp(got, "peer", 4), 0);
	/* Untranslated, its address means nothing to this device. */
	ck_assert_int_eq(udm_bus_read(dev, phys, got, 4), -EFAULT);
	ck_assert_int_eq(udm_bus_remove_window(phys), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr, got, 4), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_NOT_MAPPED);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_BEYOND_APERTURE);
	dma_unmap_resource(dev, addr, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	ck_assert_int_eq(udm_bus_remove_window(phys), -ENOENT);
}
END_TEST

START_TEST(windows_are_checked)
{
	uint64_t a, b;

	ck_assert_int_eq(udm_bus_add_window(1ULL << 45, 0, peer), -EINVAL);
	ck_assert_int_eq(udm_bus_add_window((1ULL << 45) + 8, PAGE_SIZE, peer), -EINVAL);
	ck_assert_int_eq(udm_bus_add_window(1ULL << 45, PAGE_SIZE + 1, peer), -EINVAL);
	ck_assert_int_eq(udm_bus_add_window(1ULL << 45, PAGE_SIZE, NULL), -EINVAL);
	ck_assert_int_eq(udm_bus_add_window(PFN_PHYS(max_pfn - 1), PAGE_SIZE, peer), -EEXIST);
	ck_assert_int_eq(udm_bus_add_window(1ULL << 45, WINDOW, peer), 0);
	ck_assert_int_eq(udm_bus_add_window((1ULL << 45) + WINDOW - PAGE_SIZE, WINDOW, peer),
			 -EEXIST);
	ck_assert_int_eq(udm_bus_add_window((1ULL << 45) - PAGE_SIZE, WINDOW, peer), -EEXIST);
	ck_assert_int_eq(udm_bus_add_window((1ULL << 45) + WINDOW, WINDOW, peer), 0);
	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, peer, &a), 0);
	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, peer, &b), 0);
	ck_assert(b >= a + WINDOW || a >= b + WINDOW);
	ck_assert_int_eq(udm_bus_remove_window(a), 0);
	ck_assert_int_eq(udm_bus_remove_window(b), 0);
	ck_assert_int_eq(udm_bus_remove_window((1ULL << 45) + PAGE_SIZE), -ENOENT);
	/* The rest goes with the machine. */
}
END_TEST

START_TEST(an_access_stays_in_one_window)
{
	static const u64 at = 1ULL << 45;
	char got[8];
	dma_addr_t addr;

	memset(peer, 'w', WINDOW);
	ck_assert_int_eq(udm_bus_add_window(at, PAGE_SIZE, peer), 0);
	ck_assert_int_eq(udm_bus_add_window(at + PAGE_SIZE, PAGE_SIZE, peer + 8 * PAGE_SIZE), 0);
	addr = dma_map_resource(dev, at, 3 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	/* Two windows side by side are two pieces; behind them is nothing. */
	ck_assert_int_eq(udm_bus_read(dev, addr + PAGE_SIZE - 4, got, 8), 0);
	ck_assert(all_bytes(got, 'w', 8));
	ck_assert_int_eq(udm_bus_read(dev, addr + 2 * PAGE_SIZE - 4, got, 8), -EFAULT);
	dma_unmap_resource(dev, addr, 3 * PAGE_SIZE, DMA_TO_DEVICE, 0);
}
END_TEST

START_TEST(peers_may_be_reached_untranslated)
{
	struct device *other = rig_device("other");
	uint64_t phys;
	char got[4];

	memset(peer, 'u', WINDOW);
	ck_assert_int_eq(udm_bus_allow_peer(dev, 1ULL << 45), -ENOENT);
	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, peer, &phys), 0);
	ck_assert_int_eq(udm_bus_allow_peer(dev, phys), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys + 5, got, 4), 0);
	ck_assert(all_bytes(got, 'u', 4));
	ck_assert_int_eq(udm_bus_read(other, phys + 5, got, 4), -EFAULT);
	/* Asking twice is the same as once; a window that took the place is another one. */
	ck_assert_int_eq(udm_bus_allow_peer(dev, phys), 0);
	ck_assert_int_eq(udm_bus_remove_window(phys), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys + 5, got, 4), -EFAULT);
	ck_assert_int_eq(udm_bus_add_window(phys, WINDOW, peer), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys + 5, got, 4), -EFAULT);
	ck_assert_int_eq(udm_bus_allow_peer(dev, phys), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys + 5, got, 4), 0);
	ck_assert_int_eq(udm_bus_remove_window(phys), 0);
	put_device(other);
}
END_TEST

/* --- Handles and lives --- */

START_TEST(handles_need_no_device)
{
	struct page *page = rig_page('h');
	struct udm_bus *bus = udm_bus_of(dev);
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	uint32_t word;

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_ptr_eq(udm_bus_of(dev), bus);
	ck_assert_int_eq(udm_bus_store32(bus, addr + 4, 42), 0);
	ck_assert_int_eq(udm_bus_load32(bus, addr + 4, &word), 0);
	ck_assert_uint_eq(word, 42);
	ck_assert_int_eq(udm_bus_write(bus, addr, "h", 1), 0);
	ck_assert_int_eq(udm_bus_read(bus, addr, &word, 0), 0);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(page);
}
END_TEST

START_TEST(a_released_device_is_forgotten)
{
	struct device *old = rig_device("old");
	struct udm_bus *bus = udm_bus_of(old);
	struct page *page = rig_page('f');
	dma_addr_t addr = dma_map_page(old, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	char c;

	ck_assert_int_eq(dma_mapping_error(old, addr), 0);
	ck_assert_int_eq(udm_bus_read(bus, addr, &c, 1), 0);
	dma_unmap_page(old, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	put_device(old);
	/* The handle leads nowhere. */
	ck_assert_int_eq(udm_bus_read(bus, addr, &c, 1), -EFAULT);
	__free_page(page);
}
END_TEST

/* What a device may reach of its peers is its own affair, and goes with it. */
START_TEST(leave_goes_with_the_device)
{
	struct device *old = rig_device("old");
	static char memory[2][PAGE_SIZE] __aligned(PAGE_SIZE);
	uint64_t phys[2];
	char c;

	for (unsigned int k = 0; k < 2; k++) {
		memset(memory[k], '0' + k, PAGE_SIZE);
		ck_assert_int_eq(udm_bus_alloc_window(PAGE_SIZE, memory[k], &phys[k]), 0);
		ck_assert_int_eq(udm_bus_allow_peer(old, phys[k]), 0);
	}
	for (unsigned int k = 0; k < 2; k++) {
		ck_assert_int_eq(udm_bus_read(old, phys[k], &c, 1), 0);
		ck_assert_int_eq(c, '0' + k);
		ck_assert_int_eq(udm_bus_read(dev, phys[k], &c, 1), -EFAULT);
	}
	put_device(old);
	old = rig_device("new");
	ck_assert_int_eq(udm_bus_read(old, phys[0], &c, 1), -EFAULT);
	put_device(old);
	for (unsigned int k = 0; k < 2; k++)
		ck_assert_int_eq(udm_bus_remove_window(phys[k]), 0);
}
END_TEST

/* Memory of a device that was never released is used for another one. */
START_TEST(a_device_may_be_forgotten)
{
	static struct device again;
	struct page *page = rig_page('a');
	dma_addr_t addr;
	char c;

	for (unsigned int k = 0; k < 2; k++) {
		memset(&again, 0, sizeof(again));
		again.init_name = "again";
		ck_assert_int_eq(dma_coerce_mask_and_coherent(&again, DMA_BIT_MASK(64)), 0);
		ck_assert_uint_eq(rig_stats(&again).mapped_entries, 0);
		addr = dma_map_page(&again, page, 0, 64, DMA_TO_DEVICE);
		ck_assert_int_eq(dma_mapping_error(&again, addr), 0);
		ck_assert_int_eq(udm_bus_read(&again, addr, &c, 1), 0);
		ck_assert_uint_eq(rig_stats(&again).reads, 1);
		dma_unmap_page(&again, addr, 64, DMA_TO_DEVICE);
	}
	__free_page(page);
}
END_TEST

static struct device lasting;
static u64 lasting_mask;

static void no_release(struct device *d)
{
}

/* A device in static memory, used by two machines, and not released by the first. */
START_TEST(devices_may_outlive_the_machine)
{
	unsigned int round;
	dma_addr_t addr;
	void *buf;
	char c;

	for (round = 0; round < 3; round++) {
		boot_cmdline("", round == 1 ? UDM_IOMMU_OFF : UDM_IOMMU_STRICT);
		if (!round) {
			device_initialize(&lasting);
			lasting.release = no_release;
			lasting.dma_mask = &lasting_mask;
			lasting.init_name = "lasting";
		}
		ck_assert_int_eq(dma_set_mask_and_coherent(&lasting, DMA_BIT_MASK(64)), 0);
		ck_assert_int_eq(lasting.dma_iommu, round != 1);
		buf = kmalloc(64, GFP_KERNEL);
		addr = dma_map_single(&lasting, buf, 64, DMA_BIDIRECTIONAL);
		ck_assert_int_eq(dma_mapping_error(&lasting, addr), 0);
		ck_assert_int_eq(udm_bus_read(&lasting, addr, &c, 1), 0);
		dma_unmap_single(&lasting, addr, 64, DMA_BIDIRECTIONAL);
		kfree(buf);
		if (round == 2)
			put_device(&lasting);
		else
			ck_assert_int_ge(udm_shutdown(), 0);
	}
	udm_shutdown();
}
END_TEST

/* --- Counters --- */

START_TEST(accesses_are_counted)
{
	struct page *page = rig_page('c');
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	struct udm_iommu_stats stats;
	unsigned int k;
	char buf[100];

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	for (k = 0; k < 10; k++)
		ck_assert_int_eq(udm_bus_read(dev, addr + k, buf, 100), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr, buf, 50), 0);
	stats = rig_stats(dev);
	ck_assert_uint_eq(stats.reads, 10);
	ck_assert_uint_eq(stats.read_bytes, 1000);
	ck_assert_uint_eq(stats.writes, 1);
	ck_assert_uint_eq(stats.write_bytes, 50);
	ck_assert_uint_eq(stats.iotlb_misses, 1);
	ck_assert_uint_eq(stats.iotlb_hits, 10);
	ck_assert_uint_eq(stats.maps, 1);
	ck_assert_uint_eq(stats.mapped_bytes, PAGE_SIZE);
	ck_assert_uint_gt(stats.page_tables, 3);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	stats = rig_stats(dev);
	ck_assert_uint_eq(stats.unmaps, 1);
	ck_assert_uint_eq(stats.flushes, 1);
	__free_page(page);
}
END_TEST

static void *read_once(void *addr)
{
	char c;

	ck_assert_int_eq(udm_bus_read(udm_bus_of(dev), *(dma_addr_t *)addr, &c, 1), 0);
	return NULL;
}

START_TEST(threads_come_and_go)
{
	struct page *page = rig_page('t');
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	pthread_t thread;
	unsigned int k;

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	for (k = 0; k < 50; k++) {
		ck_assert_int_eq(pthread_create(&thread, NULL, read_once, &addr), 0);
		pthread_join(thread, NULL);
	}
	ck_assert_uint_eq(rig_stats(dev).reads, 50);
	/* One port served them all, and its IOTLB stayed. */
	ck_assert_uint_eq(rig_stats(dev).iotlb_misses, 1);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(page);
}
END_TEST

/* By itself, so that no other such address is around: the CPU does not tell which it was. */
static noinline const char *read_of_window(const uint64_t *phys, size_t at)
{
	return trapped_read((char *)phys_to_virt(*phys) + at);
}

START_TEST(the_cpu_has_no_way_to_a_window)
{
	uint64_t phys;
	char want[80];
	const char *log;

	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, peer, &phys), 0);
	log = read_of_window(&phys, 5);
	snprintf(want, sizeof(want), "physical address %#llx, byte 0x5 of a peer device's", phys + 5ULL);
	ck_assert_ptr_nonnull(log);
	ck_assert_msg(strstr(log, want), "%s", log);
	ck_assert_str_eq(read_of_window(&phys, WINDOW), "");
	ck_assert_int_eq(udm_bus_remove_window(phys), 0);
	ck_assert_str_eq(read_of_window(&phys, 5), "");
}
END_TEST

static void setup_trapped(void)
{
	trapped_prepare();
	setup();
}

Suite *dma_bus_suite(void)
{
	Suite *s = suite_create("dma_bus");
	TCase *tc = tcase_create("bus");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, peer_memory_is_mapped_by_address);
	tcase_add_test(tc, windows_are_checked);
	tcase_add_test(tc, an_access_stays_in_one_window);
	tcase_add_test(tc, peers_may_be_reached_untranslated);
	tcase_add_test(tc, handles_need_no_device);
	tcase_add_test(tc, a_released_device_is_forgotten);
	tcase_add_test(tc, leave_goes_with_the_device);
	tcase_add_test(tc, a_device_may_be_forgotten);
	tcase_add_test(tc, accesses_are_counted);
	tcase_add_test(tc, threads_come_and_go);

	tc = tcase_create("traps");
	tcase_add_checked_fixture(tc, setup_trapped, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, the_cpu_has_no_way_to_a_window);

	tc = tcase_create("lives");
	suite_add_tcase(s, tc);
	tcase_add_test(tc, devices_may_outlive_the_machine);
	return s;
}
