// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping and bus access at the same time, on real threads.
 *
 * Mappers put pages in front of a device and take them away; engines write through whatever
 * address they were told last. In strict mode a page belongs to its mapper alone once the unmap
 * has returned: nothing may change it any more, and ThreadSanitizer sees every access ordered.
 */
#include "dma_rig.h"

#include <linux/slab.h>
#include <pthread.h>
#include <stdlib.h>
#include <udevmem/task.h>

Suite *dma_threads_suite(void);

#define MAPPERS	4
#define ENGINES	2

static struct device *dev;
static struct udm_bus *bus;
static uint64_t told[MAPPERS];		/* the latest address of each mapper */
static bool stop;
static unsigned int broken;		/* pages changed after their unmap */

static unsigned int rounds(void)
{
	const char *env = getenv("UDM_TEST_ROUNDS");

	return env ? atoi(env) : test_rounds(3000);
}

static void setup_strict(void)
{
	boot_threads_strict();
	dev = rig_device("rig");
	bus = udm_bus_of(dev);
	stop = false;
	broken = 0;
	memset(told, 0, sizeof(told));
}

static void setup_cmdline(const char *cmdline)
{
	const struct udm_config cfg = {
		.mode = UDM_MODE_THREADS, .iommu = UDM_IOMMU_STRICT,
		.cmdline = cmdline, .quiet = true,
	};

	machine_boot_with(&cfg);
	dev = rig_device("rig");
	bus = udm_bus_of(dev);
	stop = false;
	broken = 0;
	memset(told, 0, sizeof(told));
}

static void setup_large(void)
{
	setup_cmdline("iommu.granule=64K");
}

static void setup_trap(void)
{
	setup_cmdline("dma_cpu_trap=1");
}

static void setup_lazy(void)
{
	boot_threads_lazy();
	dev = rig_device("rig");
	bus = udm_bus_of(dev);
	stop = false;
	memset(told, 0, sizeof(told));
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

/* Each engine keeps to its half of the pages: they are not to race with each other. */
static void *engine(void *ctx)
{
	unsigned int k = (unsigned long)ctx, half = k * PAGE_SIZE / ENGINES;
	char data[256];
	uint32_t word;

	memset(data, '!', sizeof(data));
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		uint64_t addr = __atomic_load_n(&told[k++ % MAPPERS], __ATOMIC_ACQUIRE);

		if (!addr)
			continue;
		addr += half;
		udm_bus_write(bus, addr + 64 * (k % 28), data, sizeof(data));
		udm_bus_read(bus, addr, data, 16);
		memset(data, '!', 16);
		udm_bus_store32(bus, addr + 4, 0x21212121);
		udm_bus_load32(bus, addr + 4, &word);
	}
	return NULL;
}

static void *strict_mapper(void *ctx)
{
	unsigned int id = (unsigned long)ctx, round;
	struct page *page = alloc_page(GFP_KERNEL);
	char *bytes = page_address(page);
	dma_addr_t addr;

	for (round = 0; round < rounds(); round++) {
		memset(bytes, '.', PAGE_SIZE);
		addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		if (dma_mapping_error(dev, addr))
			break;
		__atomic_store_n(&told[id], addr, __ATOMIC_RELEASE);
		if (round % 3)
			udm_yield();
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
		memset(bytes, 'p', PAGE_SIZE);
		if (round % 2)
			udm_yield();
		if (!all_bytes(bytes, 'p', PAGE_SIZE))
			__atomic_fetch_add(&broken, 1, __ATOMIC_RELAXED);
	}
	__free_page(page);
	return (void *)(unsigned long)(round == rounds());
}

/* Run the mappers against the engines; true if every mapper got through. */
static bool run(void *(*mapper)(void *ctx))
{
	struct udm_thread *mappers[MAPPERS];
	pthread_t engines[ENGINES];
	bool all = true;
	unsigned long k;

	for (k = 0; k < ENGINES; k++)
		ck_assert_int_eq(pthread_create(&engines[k], NULL, engine, (void *)k), 0);
	for (k = 0; k < MAPPERS; k++)
		mappers[k] = udm_thread_create("mapper", mapper, (void *)k);
	for (k = 0; k < MAPPERS; k++)
		all &= udm_thread_join(mappers[k]) != NULL;
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (k = 0; k < ENGINES; k++)
		pthread_join(engines[k], NULL);
	return all;
}

START_TEST(nothing_moves_after_the_unmap)
{
	ck_assert(run(strict_mapper));
	ck_assert_uint_eq(broken, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_uint_eq(rig_stats(dev).maps, MAPPERS * rounds());
	ck_assert_uint_eq(rig_stats(dev).stale_hits, 0);
	ck_assert_uint_gt(rig_stats(dev).writes + rig_stats(dev).faults, 0);
}
END_TEST

/* Until a flush the device may still write to them: they are freed when it has stopped. */
static struct page *lazy_pages[MAPPERS];

static void *lazy_mapper(void *ctx)
{
	unsigned int id = (unsigned long)ctx, round;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	lazy_pages[id] = page;

	for (round = 0; round < rounds(); round++) {
		addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		if (dma_mapping_error(dev, addr))
			break;
		__atomic_store_n(&told[id], addr, __ATOMIC_RELEASE);
		if (round % 3)
			udm_yield();
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	return (void *)(unsigned long)(round == rounds());
}

START_TEST(lazy_flushes_keep_up)
{
	ck_assert(run(lazy_mapper));
	for (unsigned int id = 0; id < MAPPERS; id++)
		__free_page(lazy_pages[id]);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	udm_iommu_flush(dev);
	ck_assert_uint_eq(rig_stats(dev).queued, 0);
	ck_assert_uint_gt(rig_stats(dev).full_flushes, 1);
}
END_TEST

/* Ranges of all sizes from several threads: every granule has one owner at a time. */
static unsigned char owners[1 << 16];

static bool claim(dma_addr_t addr, size_t size, int by)
{
	size_t first = addr >> PAGE_SHIFT, k;
	bool ok = true;

	for (k = first; k < first + (size >> PAGE_SHIFT); k++)
		ok &= __atomic_fetch_add(&owners[k], by, __ATOMIC_RELAXED) == (by > 0 ? 0 : 1);
	return ok;
}

static void *range_mapper(void *ctx)
{
	struct { dma_addr_t addr; size_t size; } held[16] = { { 0 } };
	u64 x = 0x9e3779b97f4a7c15ULL * ((unsigned long)ctx + 1);
	unsigned int round, k;
	bool ok = true;

	for (round = 0; round < rounds() + ARRAY_SIZE(held) && ok; round++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		k = round % ARRAY_SIZE(held);
		if (held[k].size) {
			ok &= claim(held[k].addr, held[k].size, -1);
			dma_unmap_phys(dev, held[k].addr, held[k].size, DMA_TO_DEVICE,
				       DMA_ATTR_MMIO);
			held[k].size = 0;
		}
		if (round >= rounds())
			continue;
		held[k].size = (x % 48 + 1) << PAGE_SHIFT;
		held[k].addr = dma_map_phys(dev, 1ULL << 40, held[k].size, DMA_TO_DEVICE,
					    DMA_ATTR_MMIO);
		ok &= !dma_mapping_error(dev, held[k].addr);
		ok &= claim(held[k].addr, held[k].size, 1);
	}
	return (void *)(unsigned long)ok;
}

START_TEST(ranges_have_one_owner)
{
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(28)), 0);
	ck_assert(run(range_mapper));
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert(all_bytes(owners, 0, sizeof(owners)));
}
END_TEST

/* Windows come and go under accesses that may or may not still find them. */
static void *window_mapper(void *ctx)
{
	unsigned int id = (unsigned long)ctx, round;
	dma_addr_t addr;
	uint64_t phys;
	char *memory;

	for (round = 0; round < rounds() / 10; round++) {
		memory = malloc(PAGE_SIZE);
		if (udm_bus_alloc_window(PAGE_SIZE, memory, &phys))
			break;
		addr = dma_map_resource(dev, phys, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
		if (dma_mapping_error(dev, addr))
			break;
		__atomic_store_n(&told[id], addr, __ATOMIC_RELEASE);
		udm_yield();
		/* First the window, so that the mapping leads nowhere for a while. */
		ck_assert_int_eq(udm_bus_remove_window(phys), 0);
		memset(memory, 0, PAGE_SIZE);
		free(memory);
		dma_unmap_resource(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	}
	return (void *)(unsigned long)(round == rounds() / 10);
}

START_TEST(removed_windows_are_quiet)
{
	ck_assert(run(window_mapper));
}
END_TEST

struct far_write {
	struct udm_bus *bus;
	uint64_t addr;
	int ret;
};

/* Granules that are not next to each other in memory: several pieces. */
static void *write_across(void *ctx)
{
	struct far_write *w = ctx;
	char data[4 * PAGE_SIZE];

	memset(data, '#', sizeof(data));
	w->ret = udm_bus_write(w->bus, w->addr, data, sizeof(data));
	return NULL;
}

static void write_from_a_thread(struct device *by)
{
	struct scatterlist sg[4];
	struct page *pages[8];
	struct far_write w = { .bus = udm_bus_of(by), .ret = -1 };
	pthread_t thread;
	unsigned int k;

	sg_init_table(sg, ARRAY_SIZE(sg));
	for (k = 0; k < ARRAY_SIZE(pages); k++)
		pages[k] = alloc_page(GFP_KERNEL);
	for (k = 0; k < ARRAY_SIZE(sg); k++)
		sg_set_page(&sg[k], pages[2 * k], PAGE_SIZE, 0);
	ck_assert_int_eq(dma_map_sg(by, sg, ARRAY_SIZE(sg), DMA_FROM_DEVICE), 1);
	w.addr = sg_dma_address(sg);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_across, &w), 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(w.ret, 0);
	dma_unmap_sg(by, sg, ARRAY_SIZE(sg), DMA_FROM_DEVICE);
	for (k = 0; k < ARRAY_SIZE(sg); k++)
		ck_assert(all_bytes(page_address(pages[2 * k]), '#', PAGE_SIZE));
	for (k = 0; k < ARRAY_SIZE(pages); k++)
		__free_page(pages[k]);
}

/* The port of a thread that is gone on a device that is gone serves again, with its room. */
START_TEST(ports_go_on_to_other_threads)
{
	struct device *other;
	unsigned int k;

	for (k = 0; k < 8; k++) {
		other = rig_device("other");
		write_from_a_thread(other);
		write_from_a_thread(other);
		put_device(other);
	}
}
END_TEST

Suite *dma_threads_suite(void)
{
	Suite *s = suite_create("dma_threads");
	TCase *tc = tcase_create("strict");

	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, nothing_moves_after_the_unmap);
	tcase_add_test(tc, ranges_have_one_owner);
	tcase_add_test(tc, removed_windows_are_quiet);
	tcase_add_test(tc, ports_go_on_to_other_threads);

	tc = tcase_create("large granules");
	tcase_add_checked_fixture(tc, setup_large, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, nothing_moves_after_the_unmap);

	tc = tcase_create("cpu trap");
	tcase_add_checked_fixture(tc, setup_trap, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, nothing_moves_after_the_unmap);

	tc = tcase_create("lazy");
	tcase_add_checked_fixture(tc, setup_lazy, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, lazy_flushes_keep_up);
	return s;
}
