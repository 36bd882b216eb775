// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools: how large they start, when they grow, who is served by which, and what is
 * left after failures. For many tasks at once see dma_pool_race.c.
 */
#include "dma_rig.h"
#include "tests/libkern/mem_rig.h"

#include <linux/cma.h>
#include <linux/dma-map-ops.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdlib.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

Suite *dma_pool_suite(void);

#define POOLS 3

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

/* 64 KiB each: soon used up. */
static void setup_small(void)
{
	boot_with("coherent_pool=64K", 0);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

/* Boots with some orders of the first pool's blocks failing; returns what was logged. */
static const char *boot_failing(enum udm_iommu_step step, unsigned int after, unsigned int times)
{
	log_capture();
	udm_iommu_fail(step, after, times);
	boot_with(NULL, 0);
	return log_text();
}

static unsigned long pool_size(const char *name)
{
	char path[64], text[32] = "";

	snprintf(path, sizeof(path), "dma_pools/pool_size_%s", name);
	ck_assert_int_gt(udm_debugfs_read(path, text, sizeof(text) - 1), 0);
	return strtoul(text, NULL, 10);
}

#define assert_sizes(kernel, dma32, dma)				\
do {									\
	ck_assert_uint_eq(pool_size("kernel"), (kernel));		\
	ck_assert_uint_eq(pool_size("dma32"), (dma32));			\
	ck_assert_uint_eq(pool_size("dma"), (dma));			\
} while (0)

static void *take(size_t size, gfp_t gfp)
{
	void *buf = NULL;
	struct page *page = dma_alloc_from_pool(dev, size, &buf, gfp, NULL);

	ck_assert_ptr_eq(buf, page ? page_address(page) : NULL);
	return buf;
}

static void *taken(size_t size, gfp_t gfp)
{
	void *buf = take(size, gfp);

	ck_assert_ptr_nonnull(buf);
	ck_assert(all_bytes(buf, 0, size));
	return buf;
}

static void give(void *buf, size_t size)
{
	ck_assert(dma_free_from_pool(dev, buf, size));
}

static enum zone_type zone_of(void *buf)
{
	return page_zonenum(virt_to_page(buf));
}

/* Single pages until there are no more, or @max; returns how many. */
static unsigned int drain(void **pages, unsigned int max, gfp_t gfp)
{
	unsigned int n = 0;

	while (n < max && (pages[n] = take(PAGE_SIZE, gfp | __GFP_NOWARN)))
		n++;
	return n;
}

static void refill(void **pages, unsigned int n)
{
	while (n--)
		give(pages[n], PAGE_SIZE);
}

/* --- Size --------------------------------------------------------------------------------- */

/* The DMA zone may have no block as large as that. */
static void assert_large_sizes(unsigned long size)
{
	ck_assert_uint_eq(pool_size("kernel"), size);
	ck_assert_uint_eq(pool_size("dma32"), size);
	ck_assert_uint_le(pool_size("dma"), size);
	ck_assert_uint_ge(pool_size("dma"), min(size, SZ_1M));
}

START_TEST(default_size_follows_ram)
{
	static const struct { size_t ram; unsigned long size; } cases[] = {
		{ SZ_512M, SZ_128K }, { SZ_1G, SZ_128K }, { 10UL * SZ_1G, SZ_2M },
		{ 16UL * SZ_1G, SZ_2M }, { 17UL * SZ_1G, SZ_4M }, { 32UL * SZ_1G, SZ_4M },
		{ 64UL * SZ_1G, SZ_4M },
	};

	boot_with(NULL, cases[_i].ram);
	assert_large_sizes(cases[_i].size);
	teardown();
}
END_TEST

/* 10 GiB: 320 pages are wanted, a block of 512 is taken, and 320 free ones are enough. */
START_TEST(the_mark_is_not_rounded)
{
	void *pages[193];
	unsigned int k;

	boot_with(NULL, 10UL * SZ_1G);
	ck_assert_uint_eq(drain(pages, 192, 0), 192);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_2M);
	pages[192] = taken(PAGE_SIZE, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_4M);
	for (k = 0; k < 193; k++)
		give(pages[k], PAGE_SIZE);
	teardown();
}
END_TEST

START_TEST(sizes_follow_the_command_line)
{
	static const struct { const char *cmdline; unsigned long size; } cases[] = {
		{ "coherent_pool=300K", SZ_512K },
		{ "coherent_pool=64K", SZ_64K },
		{ "coherent_pool=1", PAGE_SIZE },
		{ "coherent_pool=0x40000,rest", SZ_256K },
		{ "coherent_pool=16M", SZ_4M },
		{ "coherent_pool=junk", SZ_128K },
		{ "coherent_pool=0", SZ_128K },
		{ "coherent_pool", SZ_128K },
	};

	boot_with(cases[_i].cmdline, 0);
	assert_large_sizes(cases[_i].size);
	teardown();
}
END_TEST

/* 300 KiB on the command line: the chunk is 512 KiB, the mark stays. */
START_TEST(the_command_line_sets_the_mark)
{
	void *most, *one;

	boot_with("coherent_pool=300K", 0);
	most = taken(SZ_512K - 300 * SZ_1K, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_512K);
	one = taken(1, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_1M);
	give(one, 1);
	give(most, SZ_512K - 300 * SZ_1K);
	teardown();
}
END_TEST

/* 16 MiB: more than a block, so each run of the work adds one until that much is free. */
START_TEST(large_pools_grow_block_by_block)
{
	static const unsigned long sizes[] = { 8, 12, 16, 20, 20, 20 };
	static const unsigned long unused[] = { 8, 12, 16, 16, 16, 16 };
	void *pages[6];
	unsigned int k;

	boot_with("coherent_pool=16M", 0);
	for (k = 0; k < 6; k++) {
		pages[k] = taken(PAGE_SIZE, 0);
		udm_run_until_idle();
		ck_assert_uint_eq(pool_size("kernel"), sizes[k] << 20);
		ck_assert_uint_eq(pool_size("dma32"), unused[k] << 20);
	}
	refill(pages, 6);
	teardown();
}
END_TEST

static int add_name(void *names, const char *name, bool is_dir)
{
	strcat(names, name);
	strcat(names, is_dir ? "/" : " ");
	return 0;
}

START_TEST(pools_are_announced)
{
	const char *text = boot_failing(UDM_IOMMU_STEP_POOL, 0, 0), *at = text;
	static const char *const lines[] = {
		"DMA: preallocated 128 KiB GFP_KERNEL pool for atomic allocations\n",
		"DMA: preallocated 128 KiB GFP_KERNEL|GFP_DMA pool for atomic allocations\n",
		"DMA: preallocated 128 KiB GFP_KERNEL|GFP_DMA32 pool for atomic allocations\n",
	};
	unsigned int k;
	char names[256] = "";

	for (k = 0; k < 3; k++) {
		at = strstr(at, lines[k]);
		ck_assert_ptr_nonnull(at);
	}
	ck_assert_int_eq(udm_debugfs_list("dma_pools", add_name, names), 0);
	ck_assert_str_eq(names, "pool_size_dma pool_size_dma32 pool_size_kernel ");
	ck_assert_int_eq(udm_debugfs_write("dma_pools/pool_size_kernel", "1", 1), -1);
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	teardown();
}
END_TEST

/* --- Growth ------------------------------------------------------------------------------- */

START_TEST(a_low_pool_doubles)
{
	void *buf = taken(PAGE_SIZE, GFP_KERNEL);

	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	/* Half of it is free now: enough. */
	give(buf, PAGE_SIZE);
	buf = taken(SZ_128K, GFP_KERNEL);
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	give(buf, SZ_128K);
	buf = taken(PAGE_SIZE, GFP_DMA32);
	give(taken(PAGE_SIZE, GFP_DMA), PAGE_SIZE);
	udm_run_until_idle();
	/* By then the DMA pool was not low any more. */
	assert_sizes(SZ_256K, SZ_256K, SZ_128K);
	give(buf, PAGE_SIZE);
}
END_TEST

static bool below_16m(struct device *d, phys_addr_t phys, size_t size)
{
	return phys + size <= SZ_16M;
}

static bool nowhere(struct device *d, phys_addr_t phys, size_t size)
{
	return false;
}

/* Only an allocation that succeeds and leaves its pool low is a reason to grow. */
START_TEST(nothing_else_lets_a_pool_grow)
{
	void *all = taken(SZ_128K, GFP_KERNEL), *none;

	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	give(all, SZ_128K);
	all = taken(SZ_64K, GFP_KERNEL);
	give(all, SZ_64K);
	ck_assert_ptr_null(take(SZ_512K, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(dma_alloc_from_pool(dev, PAGE_SIZE, &none, __GFP_NOWARN, nowhere));
	ck_assert(!dma_free_from_pool(dev, &none, PAGE_SIZE));
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
}
END_TEST

/* Nor does an allocation that leaves enough, though another pool waits for its growth. */
START_TEST(enough_is_no_reason_for_others_to_grow)
{
	void *first = taken(PAGE_SIZE, GFP_KERNEL), *dma, *more;

	udm_run_until_idle();
	dma = taken(PAGE_SIZE, GFP_DMA);
	udm_iommu_fail(UDM_IOMMU_STEP_POOL, 0, 1);
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	more = taken(SZ_64K, GFP_KERNEL);
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	give(more, SZ_64K);
	/* One that leaves too little lets all grow that are low. */
	more = taken(SZ_128K, GFP_KERNEL);
	udm_run_until_idle();
	assert_sizes(SZ_512K, SZ_128K, SZ_256K);
	give(more, SZ_128K);
	give(dma, PAGE_SIZE);
	give(first, PAGE_SIZE);
}
END_TEST

START_TEST(a_small_first_chunk_is_low_until_grown)
{
	/* 128, 64 and 32 KiB are not to be had. */
	const char *text = boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 0, 3);
	static const unsigned long sizes[] = { SZ_32K, SZ_64K, SZ_128K, SZ_256K, SZ_256K };
	unsigned int k;

	ck_assert_ptr_nonnull(strstr(text, "DMA: preallocated 16 KiB GFP_KERNEL pool"));
	assert_sizes(SZ_16K, SZ_128K, SZ_128K);
	for (k = 0; k < 5; k++) {
		void *buf = taken(PAGE_SIZE, 0);

		udm_run_until_idle();
		assert_sizes(sizes[k], SZ_128K, SZ_128K);
		give(buf, PAGE_SIZE);
	}
	teardown();
}
END_TEST

START_TEST(smaller_blocks_will_do_for_growth)
{
	void *buf = taken(PAGE_SIZE, 0);

	udm_iommu_fail(UDM_IOMMU_STEP_POOL_BLOCK, 0, 5);
	udm_run_until_idle();
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_POOL_BLOCK), 5);
	assert_sizes(SZ_128K + PAGE_SIZE, SZ_128K, SZ_128K);
	give(buf, PAGE_SIZE);
}
END_TEST

/* Real exhaustion of the page allocator, not an injected failure. */
START_TEST(growth_takes_what_is_left)
{
	struct hoard large, small;
	void *buf, *pages[64];
	unsigned int k;

	boot_with(NULL, SZ_64M);
	buf = taken(PAGE_SIZE, 0);
	hoard_all(&large, GFP_KERNEL, 2);
	hoard_all(&small, GFP_KERNEL, 0);
	for (k = 0; k < 3; k++) {
		struct page *page = large.last;

		large.last = (struct page *)page_private(page);
		__free_pages(page, 2);
	}
	udm_run_until_idle();
	ck_assert_uint_ge(pool_size("kernel"), SZ_128K + SZ_16K);
	ck_assert_uint_lt(pool_size("kernel"), SZ_256K);
	hoard_free(&large);
	hoard_free(&small);
	ck_assert_uint_eq(drain(pages, 31, 0), 31);
	refill(pages, 31);
	give(buf, PAGE_SIZE);
	teardown();
}
END_TEST

/* --- Failures ----------------------------------------------------------------------------- */

START_TEST(a_pool_without_memory_is_not_made)
{
	const char *text = boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 0, 6);
	void *buf;

	ck_assert_ptr_nonnull(strstr(text, "DMA: failed to allocate 128 KiB GFP_KERNEL pool for atomic allocation\n"));
	ck_assert_ptr_nonnull(strstr(text, "dma_atomic_pool_init returned -12"));
	ck_assert_ptr_nonnull(strstr(text, "DMA: preallocated 128 KiB GFP_KERNEL|GFP_DMA32 pool"));
	assert_sizes(0, SZ_128K, SZ_128K);
	buf = taken(PAGE_SIZE, GFP_KERNEL);
	ck_assert_int_eq(zone_of(buf), ZONE_DMA32);
	udm_run_until_idle();
	assert_sizes(0, SZ_256K, SZ_128K);
	give(buf, PAGE_SIZE);
	teardown();
}
END_TEST

START_TEST(without_any_pool_everybody_is_warned)
{
	boot_failing(UDM_IOMMU_STEP_POOL, 0, 3);
	assert_sizes(0, 0, 0);
	udm_warn_expect("Failed to get suitable pool for rig", 4);
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_KERNEL));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_DMA));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_DMA32));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(!dma_free_from_pool(dev, dev, PAGE_SIZE));
	teardown();
}
END_TEST

/* Only the DMA pool is there: it serves everybody, and freeing finds it. */
START_TEST(the_last_pool_serves_all)
{
	static const gfp_t gfps[] = { 0, GFP_DMA, GFP_DMA32, GFP_DMA | GFP_DMA32 };
	unsigned int k;

	/* The kernel pool's creation, then, after one block, all orders of the last pool. */
	udm_iommu_fail(UDM_IOMMU_STEP_POOL, 0, 1);
	boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 1, 6);
	assert_sizes(0, 0, SZ_128K);
	for (k = 0; k < ARRAY_SIZE(gfps); k++) {
		void *buf = taken(PAGE_SIZE, gfps[k]);

		ck_assert_int_eq(zone_of(buf), ZONE_DMA);
		give(buf, PAGE_SIZE);
	}
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(take(SZ_256K, 0));
	teardown();
}
END_TEST

/* Whoever grows the pools has been made already: it needs memory, too. */
static void *taken_with_worker_ready(void)
{
	give(taken(PAGE_SIZE, GFP_DMA), PAGE_SIZE);
	udm_run_until_idle();
	return taken(PAGE_SIZE, 0);
}

static void slab_fails_once(void)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", 1);
}

/* The block that could not be added is free again. */
START_TEST(a_chunk_that_cannot_be_added)
{
	void *buf = taken_with_worker_ready();
	size_t live = udm_live_objects();

	slab_fails_once();
	udm_run_until_idle();
	ck_assert_uint_eq(udm_live_objects(), live);
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	give(buf, PAGE_SIZE);
	give(taken(SZ_128K, 0), SZ_128K);
	udm_run_until_idle();
}
END_TEST

START_TEST(failing_growth_changes_nothing)
{
	void *buf;

	udm_iommu_fail(UDM_IOMMU_STEP_POOL, 0, 1);
	buf = taken(1, GFP_ATOMIC);
	udm_run_until_idle();
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_POOL), 1);
	give(buf, 1);
	/* The next allocation tries again. */
	buf = taken(1, GFP_ATOMIC);
	udm_run_until_idle();
	assert_sizes(SZ_256K, SZ_128K, SZ_128K);
	give(buf, 1);
}
END_TEST

/* Nobody knows who can read such a block: it is lost, and that is all that happens. */
START_TEST(a_block_that_stays_encrypted)
{
	void *buf = taken_with_worker_ready();

	ck_assert_int_eq(udm_inject_arm("set_memory_decrypted"), 0);
	udm_run_until_idle();
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	ck_assert_uint_eq(udm_live_objects_of("block_try"), POOLS + 1);
	udm_inject_disarm(NULL);
	give(buf, PAGE_SIZE);
	put_device(dev);
	ck_assert_int_eq(udm_shutdown(), 1);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
}
END_TEST

START_TEST(a_block_that_stays_decrypted)
{
	void *buf = taken_with_worker_ready();

	ck_assert_int_eq(udm_inject_arm("set_memory_encrypted"), 0);
	slab_fails_once();
	udm_warn_expect("leaking 128 KiB of a pool", 1);
	udm_run_until_idle();
	ck_assert_uint_eq(udm_warn_missing(), 0);
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	ck_assert_uint_eq(udm_live_objects_of("block_try"), POOLS + 1);
	udm_inject_disarm(NULL);
	give(buf, PAGE_SIZE);
	put_device(dev);
	ck_assert_int_eq(udm_shutdown(), 1);
}
END_TEST

/* --- Who is served by which ---------------------------------------------------------------- */

/* 16 pages in each pool; the order in which a request uses them up. */
START_TEST(requests_fall_back_in_order)
{
	static const struct { gfp_t gfp; unsigned int n; enum zone_type zones[3]; } cases[] = {
		{ GFP_KERNEL, 48, { ZONE_NORMAL, ZONE_DMA32, ZONE_DMA } },
		{ GFP_KERNEL | GFP_DMA32, 32, { ZONE_DMA32, ZONE_DMA } },
		{ GFP_KERNEL | GFP_DMA, 16, { ZONE_DMA } },
		{ GFP_DMA | GFP_DMA32, 16, { ZONE_DMA } },
	};
	void *pages[49];
	unsigned int k;

	ck_assert_uint_eq(drain(pages, 49, cases[_i].gfp), cases[_i].n);
	for (k = 0; k < cases[_i].n; k++)
		ck_assert_int_eq(zone_of(pages[k]), cases[_i].zones[k / 16]);
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(take(PAGE_SIZE, cases[_i].gfp));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	refill(pages, cases[_i].n);
}
END_TEST

/* The middle pool is missing: the ones around it are still reached. */
START_TEST(a_missing_pool_is_passed_over)
{
	void *pages[64];

	boot_failing(UDM_IOMMU_STEP_POOL, 2, 1);
	assert_sizes(SZ_128K, 0, SZ_128K);
	ck_assert_uint_eq(drain(pages, 64, 0), 64);
	ck_assert_int_eq(zone_of(pages[31]), ZONE_NORMAL);
	ck_assert_int_eq(zone_of(pages[32]), ZONE_DMA);
	refill(pages, 64);
	ck_assert_uint_eq(drain(pages, 1, GFP_DMA32), 1);
	ck_assert_int_eq(zone_of(pages[0]), ZONE_DMA);
	refill(pages, 1);
	udm_run_until_idle();
	teardown();
}
END_TEST

START_TEST(addresses_may_be_refused)
{
	void *buf = NULL, *all;
	struct page *page = dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL, below_16m);

	ck_assert_ptr_nonnull(page);
	ck_assert_int_eq(page_zonenum(page), ZONE_DMA);
	/* The candidates are free again, so all of a pool can be had at once. */
	all = taken(SZ_128K, GFP_KERNEL);
	ck_assert_int_eq(zone_of(all), ZONE_NORMAL);
	give(all, SZ_128K);
	all = taken(SZ_128K, GFP_DMA32);
	ck_assert_int_eq(zone_of(all), ZONE_DMA32);
	give(all, SZ_128K);
	give(buf, PAGE_SIZE);
	buf = dev;
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(dev, PAGE_SIZE, &buf, GFP_KERNEL, nowhere));
	ck_assert_ptr_eq(buf, dev);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	udm_run_until_idle();
}
END_TEST

START_TEST(runs_are_lowest_and_aligned_to_their_size)
{
	char *five = taken(5 * PAGE_SIZE, 0), *three = taken(3 * PAGE_SIZE, 0);
	char *one = taken(PAGE_SIZE, 0);

	ck_assert_uint_eq(page_to_phys(virt_to_page(five)) % SZ_128K, 0);
	ck_assert_ptr_eq(three, five + 8 * PAGE_SIZE);
	ck_assert_ptr_eq(one, five + 5 * PAGE_SIZE);
	udm_run_until_idle();
	/* The newest chunk comes first, and no run reaches into another one. */
	give(five, 5 * PAGE_SIZE);
	five = taken(SZ_128K, 0);
	ck_assert(five != three - 8 * PAGE_SIZE);
	ck_assert_ptr_null(take(SZ_256K, __GFP_NOWARN));
	give(five, SZ_128K);
	give(three, 3 * PAGE_SIZE);
	give(one, PAGE_SIZE);
	udm_run_until_idle();
}
END_TEST

START_TEST(nothing_is_never_had)
{
	void *buf = dev;

	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(dev, 0, &buf, GFP_KERNEL, NULL));
	ck_assert_ptr_eq(buf, dev);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* Cleared is what was asked for, not the rest of the last page. */
START_TEST(used_memory_is_cleared)
{
	char *buf = taken(PAGE_SIZE, 0), *again;

	memset(buf, 0xaa, PAGE_SIZE);
	give(buf, PAGE_SIZE);
	again = taken(100, 0);
	ck_assert_ptr_eq(again, buf);
	ck_assert(all_bytes(again + 100, 0xaa, PAGE_SIZE - 100));
	give(again, 100);
	udm_run_until_idle();
}
END_TEST

START_TEST(foreign_memory_is_refused)
{
	char *all = taken(SZ_128K, 0), *object = kmalloc(64, GFP_KERNEL), *area = vmalloc(64);

	ck_assert(!dma_free_from_pool(dev, object, 64));
	ck_assert(!dma_free_from_pool(dev, area, 64));
	ck_assert(!dma_free_from_pool(dev, &all, PAGE_SIZE));
	ck_assert(!dma_free_from_pool(dev, NULL, PAGE_SIZE));
	ck_assert(!dma_free_from_pool(dev, (void *)~0UL, PAGE_SIZE));
	/* Out of the chunk at either end. */
	ck_assert(!dma_free_from_pool(dev, all + SZ_128K - PAGE_SIZE, 2 * PAGE_SIZE));
	ck_assert(!dma_free_from_pool(dev, all - PAGE_SIZE, 2 * PAGE_SIZE));
	ck_assert(!dma_free_from_pool(dev, all, SZ_128K + 1));
	give(all, SZ_128K);
	give(taken(SZ_128K, 0), SZ_128K);
	vfree(area);
	kfree(object);
	udm_run_until_idle();
}
END_TEST

/* Neither sleeps: with interrupts off, that would be reported. */
START_TEST(interrupts_may_be_off)
{
	unsigned long flags;
	void *buf;

	local_irq_save(flags);
	buf = taken(PAGE_SIZE, GFP_ATOMIC);
	give(buf, PAGE_SIZE);
	local_irq_restore(flags);
	udm_run_until_idle();
}
END_TEST

/* --- Contiguous areas ------------------------------------------------------------------------ */

static bool in_area(void *buf)
{
	return cma_pages_valid(dev_get_cma_area(NULL), virt_to_page(buf), 1);
}

/* An area serves the pools of its zone and of those above. */
START_TEST(blocks_come_from_a_reachable_area)
{
	static const struct { const char *cmdline; bool kernel, dma32, dma; } cases[] = {
		{ "cma=8M@0x110000000", true, false, false },	/* above 4 GiB */
		{ "cma=8M@64M", true, true, false },
		{ "cma=8M@4M", true, true, true },		/* below 16 MiB */
		{ "cma=8M@4M-16M", true, true, true },
		{ "quiet", false, false, false },
	};
	void *kernel, *dma32, *dma;
	unsigned int k;

	boot_with(cases[_i].cmdline, 0);
	for (k = 0; k < 2; k++) {
		kernel = taken(SZ_128K, 0);
		dma32 = taken(SZ_128K, GFP_DMA32);
		dma = taken(SZ_128K, GFP_DMA);
		ck_assert_int_eq(in_area(kernel), cases[_i].kernel);
		ck_assert_int_eq(in_area(dma32), cases[_i].dma32);
		ck_assert_int_eq(in_area(dma), cases[_i].dma);
		/* And so does growth. */
		udm_run_until_idle();
		give(kernel, SZ_128K);
		give(dma32, SZ_128K);
		give(dma, SZ_128K);
	}
	teardown();
}
END_TEST

/* An area too small for a block: the page allocator's is taken, before any smaller order. */
START_TEST(a_full_area_is_passed_over)
{
	const char *text;
	void *buf;

	log_capture();
	boot_with("cma=2M coherent_pool=4M", 0);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "cma: Reserved 2 MiB at 0x"));
	ck_assert_ptr_nonnull(strstr(text, "cma: cma_alloc: reserved: alloc failed, req-size: 1024 pages, ret: -12\n"));
	assert_large_sizes(SZ_4M);
	buf = taken(PAGE_SIZE, 0);
	ck_assert(!in_area(buf));
	give(buf, PAGE_SIZE);
	teardown();
}
END_TEST

/* A chunk that could not be added goes back to the area it came from. */
START_TEST(blocks_return_to_their_area)
{
	void *buf;

	boot_with("cma=2M", 0);
	buf = taken_with_worker_ready();
	ck_assert(in_area(buf));
	slab_fails_once();
	udm_run_until_idle();
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	/* Of the area, only the first 32 pages are in use. */
	ck_assert(cma_release(dev_get_cma_area(NULL),
			      cma_alloc(dev_get_cma_area(NULL), 480, 0, false), 480));
	give(buf, PAGE_SIZE);
	teardown();
}
END_TEST

static void add_sizes(Suite *s)
{
	TCase *tc = tcase_create("sizes");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, default_size_follows_ram, 0, 7);
	tcase_add_test(tc, the_mark_is_not_rounded);
	tcase_add_loop_test(tc, sizes_follow_the_command_line, 0, 8);
	tcase_add_test(tc, the_command_line_sets_the_mark);
	tcase_add_test(tc, large_pools_grow_block_by_block);
	tcase_add_test(tc, pools_are_announced);
	tcase_add_test(tc, a_small_first_chunk_is_low_until_grown);
	tcase_add_test(tc, growth_takes_what_is_left);
	tcase_add_test(tc, a_pool_without_memory_is_not_made);
	tcase_add_test(tc, without_any_pool_everybody_is_warned);
	tcase_add_test(tc, the_last_pool_serves_all);
	tcase_add_test(tc, a_missing_pool_is_passed_over);
	tcase_add_loop_test(tc, blocks_come_from_a_reachable_area, 0, 5);
	tcase_add_test(tc, a_full_area_is_passed_over);
	tcase_add_test(tc, blocks_return_to_their_area);
}

static void add_leaking(Suite *s)
{
	TCase *tc = tcase_create("leaking");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, a_block_that_stays_encrypted);
	tcase_add_test(tc, a_block_that_stays_decrypted);
}

Suite *dma_pool_suite(void)
{
	Suite *s = suite_create("dma_pool");
	TCase *tc = tcase_create("pools");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_low_pool_doubles);
	tcase_add_test(tc, nothing_else_lets_a_pool_grow);
	tcase_add_test(tc, enough_is_no_reason_for_others_to_grow);
	tcase_add_test(tc, smaller_blocks_will_do_for_growth);
	tcase_add_test(tc, a_chunk_that_cannot_be_added);
	tcase_add_test(tc, failing_growth_changes_nothing);
	tcase_add_test(tc, addresses_may_be_refused);
	tcase_add_test(tc, runs_are_lowest_and_aligned_to_their_size);
	tcase_add_test(tc, nothing_is_never_had);
	tcase_add_test(tc, used_memory_is_cleared);
	tcase_add_test(tc, foreign_memory_is_refused);
	tcase_add_test(tc, interrupts_may_be_off);

	tc = tcase_create("small pools");
	tcase_add_checked_fixture(tc, setup_small, teardown);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, requests_fall_back_in_order, 0, 4);
	add_sizes(s);
	add_leaking(s);
	return s;
}
