// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools of different machines: how large they start, what is done without one of them
 * or without large blocks, and where blocks come from. For their use see dma_pool.c.
 */
#include "dma_pool_rig.h"
#include "tests/libkern/mem_rig.h"

#include <linux/cma.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <udevmem/debugfs.h>

Suite *dma_pool_boot_suite(void);

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

	pools_boot(NULL, cases[_i].ram);
	assert_large_sizes(cases[_i].size);
	pools_stop();
}
END_TEST

/* 10 GiB: 320 pages are wanted, a block of 512 is taken, and 320 free ones are enough. */
START_TEST(the_mark_is_not_rounded)
{
	void *pages[193];
	unsigned int k;

	pools_boot(NULL, 10UL * SZ_1G);
	ck_assert_uint_eq(drain(pages, 192, 0), 192);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_2M);
	pages[192] = taken(PAGE_SIZE, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_4M);
	for (k = 0; k < 193; k++)
		give(pages[k], PAGE_SIZE);
	pools_stop();
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

	pools_boot(cases[_i].cmdline, 0);
	assert_large_sizes(cases[_i].size);
	pools_stop();
}
END_TEST

/* 300 KiB on the command line: the chunk is 512 KiB, the mark stays. */
START_TEST(the_command_line_sets_the_mark)
{
	void *most, *one;

	pools_boot("coherent_pool=300K", 0);
	most = taken(SZ_512K - 300 * SZ_1K, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_512K);
	one = taken(1, 0);
	udm_run_until_idle();
	ck_assert_uint_eq(pool_size("kernel"), SZ_1M);
	give(one, 1);
	give(most, SZ_512K - 300 * SZ_1K);
	pools_stop();
}
END_TEST

/* 16 MiB: more than a block, so each run of the work adds one until that much is free. */
START_TEST(large_pools_grow_block_by_block)
{
	static const unsigned long sizes[] = { 8, 12, 16, 20, 20, 20 };
	static const unsigned long unused[] = { 8, 12, 16, 16, 16, 16 };
	void *pages[6];
	unsigned int k;

	pools_boot("coherent_pool=16M", 0);
	for (k = 0; k < 6; k++) {
		pages[k] = taken(PAGE_SIZE, 0);
		udm_run_until_idle();
		ck_assert_uint_eq(pool_size("kernel"), sizes[k] << 20);
		ck_assert_uint_eq(pool_size("dma32"), unused[k] << 20);
	}
	refill(pages, 6);
	pools_stop();
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
	const char *text = pools_boot_failing(UDM_IOMMU_STEP_POOL, 0, 0), *at = text;
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
	pools_stop();
}
END_TEST

/* --- Too little memory ---------------------------------------------------------------------- */

START_TEST(a_small_first_chunk_is_low_until_grown)
{
	/* 128, 64 and 32 KiB are not to be had. */
	const char *text = pools_boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 0, 3);
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
	pools_stop();
}
END_TEST

/* Real exhaustion of the page allocator, not an injected failure. */
START_TEST(growth_takes_what_is_left)
{
	struct hoard large, small;
	void *buf, *pages[64];
	unsigned int k;

	pools_boot(NULL, SZ_64M);
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
	pools_stop();
}
END_TEST

START_TEST(a_pool_without_memory_is_not_made)
{
	const char *text = pools_boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 0, 6);
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
	pools_stop();
}
END_TEST

START_TEST(without_any_pool_everybody_is_warned)
{
	pools_boot_failing(UDM_IOMMU_STEP_POOL, 0, 3);
	assert_sizes(0, 0, 0);
	udm_warn_expect("Failed to get suitable pool for rig", 4);
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_KERNEL));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_DMA));
	ck_assert_ptr_null(take(PAGE_SIZE, GFP_DMA32));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(!dma_free_from_pool(pool_dev, pool_dev, PAGE_SIZE));
	pools_stop();
}
END_TEST

/* Only the DMA pool is there: it serves everybody, and freeing finds it. */
START_TEST(the_last_pool_serves_all)
{
	static const gfp_t gfps[] = { 0, GFP_DMA, GFP_DMA32, GFP_DMA | GFP_DMA32 };
	unsigned int k;

	/* The kernel pool's creation, then, after one block, all orders of the last pool. */
	udm_iommu_fail(UDM_IOMMU_STEP_POOL, 0, 1);
	pools_boot_failing(UDM_IOMMU_STEP_POOL_BLOCK, 1, 6);
	assert_sizes(0, 0, SZ_128K);
	for (k = 0; k < ARRAY_SIZE(gfps); k++) {
		void *buf = taken(PAGE_SIZE, gfps[k]);

		ck_assert_int_eq(zone_of(buf), ZONE_DMA);
		give(buf, PAGE_SIZE);
	}
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(take(SZ_256K, 0));
	pools_stop();
}
END_TEST

/* The middle pool is missing: the ones around it are still reached. */
START_TEST(a_missing_pool_is_passed_over)
{
	void *pages[64];

	pools_boot_failing(UDM_IOMMU_STEP_POOL, 2, 1);
	assert_sizes(SZ_128K, 0, SZ_128K);
	ck_assert_uint_eq(drain(pages, 64, 0), 64);
	ck_assert_int_eq(zone_of(pages[31]), ZONE_NORMAL);
	ck_assert_int_eq(zone_of(pages[32]), ZONE_DMA);
	refill(pages, 64);
	ck_assert_uint_eq(drain(pages, 1, GFP_DMA32), 1);
	ck_assert_int_eq(zone_of(pages[0]), ZONE_DMA);
	refill(pages, 1);
	udm_run_until_idle();
	pools_stop();
}
END_TEST

/* --- Contiguous areas ----------------------------------------------------------------------- */

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

	pools_boot(cases[_i].cmdline, 0);
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
	pools_stop();
}
END_TEST

/* An area too small for a block: the page allocator's is taken, before any smaller order. */
START_TEST(a_full_area_is_passed_over)
{
	const char *text;
	void *buf;

	log_capture();
	pools_boot("cma=2M coherent_pool=4M", 0);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "cma: Reserved 2 MiB at 0x"));
	ck_assert_ptr_nonnull(strstr(text, "cma: cma_alloc: reserved: alloc failed, req-size: 1024 pages, ret: -12\n"));
	assert_large_sizes(SZ_4M);
	buf = taken(PAGE_SIZE, 0);
	ck_assert(!in_area(buf));
	give(buf, PAGE_SIZE);
	pools_stop();
}
END_TEST

/* A chunk that could not be added goes back to the area it came from. */
START_TEST(blocks_return_to_their_area)
{
	void *buf;

	pools_boot("cma=2M", 0);
	buf = taken_with_worker_ready();
	ck_assert(in_area(buf));
	slab_fails_once();
	udm_run_until_idle();
	assert_sizes(SZ_128K, SZ_128K, SZ_128K);
	/* Of the area, only the first 32 pages are in use. */
	ck_assert(cma_release(dev_get_cma_area(NULL),
			      cma_alloc(dev_get_cma_area(NULL), 480, 0, false), 480));
	give(buf, PAGE_SIZE);
	pools_stop();
}
END_TEST

Suite *dma_pool_boot_suite(void)
{
	Suite *s = suite_create("dma_pool_boot");
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
	return s;
}
