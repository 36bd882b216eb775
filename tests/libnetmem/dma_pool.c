// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools in use: when they grow, who is served by which, and what is left after
 * failures. For their start see dma_pool_boot.c, for many tasks at once dma_pool_race.c.
 */
#include "dma_pool_rig.h"

#include <linux/dma-map-ops.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

Suite *dma_pool_suite(void);

static void setup(void)
{
	pools_boot(NULL, 0);
}

/* 64 KiB each: soon used up. */
static void setup_small(void)
{
	pools_boot("coherent_pool=64K", 0);
}

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
	ck_assert_ptr_null(dma_alloc_from_pool(pool_dev, PAGE_SIZE, &none, __GFP_NOWARN, nowhere));
	ck_assert(!dma_free_from_pool(pool_dev, &none, PAGE_SIZE));
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

/* --- Failures ----------------------------------------------------------------------------- */

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
	put_device(pool_dev);
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
	put_device(pool_dev);
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

START_TEST(addresses_may_be_refused)
{
	void *buf = NULL, *all;
	struct page *page = dma_alloc_from_pool(pool_dev, PAGE_SIZE, &buf, GFP_KERNEL, below_16m);

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
	buf = pool_dev;
	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(pool_dev, PAGE_SIZE, &buf, GFP_KERNEL, nowhere));
	ck_assert_ptr_eq(buf, pool_dev);
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
	void *buf = pool_dev;

	udm_warn_expect("DMA pool exhausted for rig", 1);
	ck_assert_ptr_null(dma_alloc_from_pool(pool_dev, 0, &buf, GFP_KERNEL, NULL));
	ck_assert_ptr_eq(buf, pool_dev);
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

	ck_assert(!dma_free_from_pool(pool_dev, object, 64));
	ck_assert(!dma_free_from_pool(pool_dev, area, 64));
	ck_assert(!dma_free_from_pool(pool_dev, &all, PAGE_SIZE));
	ck_assert(!dma_free_from_pool(pool_dev, NULL, PAGE_SIZE));
	ck_assert(!dma_free_from_pool(pool_dev, (void *)~0UL, PAGE_SIZE));
	/* Out of the chunk at either end. */
	ck_assert(!dma_free_from_pool(pool_dev, all + SZ_128K - PAGE_SIZE, 2 * PAGE_SIZE));
	ck_assert(!dma_free_from_pool(pool_dev, all - PAGE_SIZE, 2 * PAGE_SIZE));
	ck_assert(!dma_free_from_pool(pool_dev, all, SZ_128K + 1));
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

	tcase_add_checked_fixture(tc, setup, pools_stop);
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
	tcase_add_checked_fixture(tc, setup_small, pools_stop);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, requests_fall_back_in_order, 0, 4);
	add_leaking(s);
	return s;
}
