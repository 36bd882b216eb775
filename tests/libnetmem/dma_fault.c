// SPDX-License-Identifier: GPL-2.0-only
/* fail_dma_map: which calls it fails and how, its settings, and sweeps over mappings. */
#include "dma_rig.h"

#include <errno.h>
#include <stdlib.h>
#include <linux/slab.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/log.h>

Suite *dma_fault_suite(void);

static struct device *dev;

static void setup_strict(void)
{
	boot_strict();
	dev = rig_device("rig");
}

static void setup_off(void)
{
	boot_off();
	dev = rig_device("rig");
}

static void setup_threads(void)
{
	boot_threads_strict();
	dev = rig_device("rig");
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static void set(const char *setting, long long value)
{
	ck_assert_int_eq(udm_fault_set("fail_dma_map", setting, value), 0);
}

static void always(void)
{
	set("probability", 100);
	set("times", -1);
	set("verbose", 0);
}

/* Maps and unmaps @len bytes. */
static bool maps(struct page *page, size_t len)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, len, DMA_TO_DEVICE);

	if (dma_mapping_error(dev, addr))
		return false;
	dma_unmap_page(dev, addr, len, DMA_TO_DEVICE);
	return true;
}

START_TEST(every_form_returns_its_error)
{
	struct page *page = rig_page(1);
	struct scattered s;

	scattered_init(&s, 3);
	ck_assert(maps(page, 64));
	always();
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_map_single(dev, page_address(page), 64, DMA_BIDIRECTIONAL),
			  DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_map_phys(dev, page_to_phys(page), 64, DMA_FROM_DEVICE, 0),
			  DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_map_resource(dev, 1UL << 40, 64, DMA_TO_DEVICE, 0),
			  DMA_MAPPING_ERROR);
	ck_assert_int_eq(dma_map_sg(dev, s.sgt.sgl, 3, DMA_TO_DEVICE), 0);
	s.sgt.nents = 17;
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -ENOMEM);
	ck_assert_uint_eq(s.sgt.nents, 17);
	udm_fault_reset();
	ck_assert(maps(page, 64));
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	scattered_free(&s);
	__free_page(page);
}
END_TEST

/* Memory for the device is no mapping of somebody's memory: only allocations may fail it. */
START_TEST(coherent_memory_is_not_meant)
{
	dma_addr_t handle;
	void *cpu;

	always();
	cpu = dma_alloc_coherent(dev, 8192, &handle, GFP_KERNEL);
	ck_assert_ptr_nonnull(cpu);
	dma_free_coherent(dev, 8192, cpu, handle);
}
END_TEST

START_TEST(knobs_work_as_elsewhere)
{
	struct page *page = rig_page(1);
	struct scattered s;

	scattered_init(&s, 3);
	always();
	set("interval", 3);
	ck_assert(maps(page, 64));
	ck_assert(maps(page, 64));
	ck_assert(!maps(page, 64));
	udm_fault_reset();
	always();
	set("times", 1);
	ck_assert(!maps(page, 64));
	ck_assert(maps(page, 64));
	udm_fault_reset();
	always();
	/* Bytes; a list counts as its sum, and once. */
	set("space", 4 * PAGE_SIZE);
	ck_assert_int_gt(dma_map_sg(dev, s.sgt.sgl, 3, DMA_TO_DEVICE), 0);
	dma_unmap_sg(dev, s.sgt.sgl, 3, DMA_TO_DEVICE);
	ck_assert(maps(page, 100));
	ck_assert(!maps(page, PAGE_SIZE));
	scattered_free(&s);
	__free_page(page);
}
END_TEST

START_TEST(allocations_are_counted_without_mappings)
{
	struct page *page = rig_page(1);

	/* The first mapping may allocate for the device. */
	ck_assert(maps(page, 64));
	udm_fault_nth(2);
	ck_assert(maps(page, 64));
	ck_assert_uint_eq(udm_fault_nth_left(), 2);
	set("ignore-fail-nth", 0);
	set("verbose", 0);
	ck_assert(maps(page, 64));
	ck_assert(!maps(page, 64));
	ck_assert(maps(page, 64));
	__free_page(page);
}
END_TEST

START_TEST(debugfs_has_it)
{
	struct page *page = rig_page(1);
	char text[16];

	ck_assert(udm_debugfs_exists("fail_dma_map/times"));
	ck_assert_int_eq(udm_debugfs_write("fail_dma_map/verbose", "0", 1), 1);
	ck_assert_int_eq(udm_debugfs_write("fail_dma_map/probability", "100", 3), 3);
	ck_assert(!maps(page, 64));
	ck_assert(maps(page, 64));
	ck_assert_int_eq(udm_debugfs_read("fail_dma_map/ignore-fail-nth", text, sizeof(text)), 2);
	ck_assert_str_eq(text, "Y\n");
	__free_page(page);
}
END_TEST

static void keep_text(void *ctx, int level, const char *text)
{
	strncat(ctx, text, 511 - strlen(ctx));
}

START_TEST(a_failure_is_announced_by_name)
{
	struct page *page = rig_page(1);
	static char seen[512];

	always();
	set("verbose", 1);
	udm_log_set_hook(keep_text, seen);
	ck_assert(!maps(page, 64));
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(seen, "name fail_dma_map, interval 1, probability 100, space 0, times -1"));
	__free_page(page);
}
END_TEST

START_TEST(the_boot_parameter_arms_it)
{
	struct page *page;

	boot_cmdline("fail_dma_map=2,100,0,-1", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
	page = rig_page(1);
	set("verbose", 0);
	ck_assert(maps(page, 64));
	ck_assert(!maps(page, 64));
	ck_assert(maps(page, 64));
	__free_page(page);
	teardown();
}
END_TEST

START_TEST(the_environment_arms_it)
{
	struct page *page;

	setenv("UDM_FAULT", "fail_dma_map:probability=100,times=2,verbose=0", 1);
	setup_strict();
	page = rig_page(1);
	ck_assert(!maps(page, 64));
	ck_assert(!maps(page, 64));
	ck_assert(maps(page, 64));
	__free_page(page);
	teardown();
	unsetenv("UDM_FAULT");
}
END_TEST

/* Two mappings and two allocations, none of them lost. */
static int map_twice(void *ctx)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *p = page ? kmalloc(500, GFP_KERNEL) : NULL;
	dma_addr_t first = DMA_MAPPING_ERROR, second;
	int err = -ENOMEM;

	if (p)
		first = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	if (!dma_mapping_error(dev, first)) {
		second = dma_map_single(dev, p, 500, DMA_TO_DEVICE);
		err = dma_mapping_error(dev, second);
		if (!err)
			dma_unmap_single(dev, second, 500, DMA_TO_DEVICE);
		dma_unmap_page(dev, first, PAGE_SIZE, DMA_FROM_DEVICE);
	}
	kfree(p);
	if (page)
		__free_page(page);
	return err;
}

START_TEST(a_sweep_meets_mappings_when_asked)
{
	int plain = udm_fault_sweep(map_twice, NULL);
	int with_maps = udm_fault_sweep_with(UDM_SWEEP_DMA_MAP, map_twice, NULL);
	char text[16];

	ck_assert_msg(plain >= 2, "%s", udm_fault_sweep_message());
	ck_assert_int_eq(with_maps, plain + 2);
	ck_assert_int_gt(udm_debugfs_read("fail_dma_map/ignore-fail-nth", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "Y\n");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, every_form_returns_its_error);
	tcase_add_test(tc, coherent_memory_is_not_meant);
	tcase_add_test(tc, knobs_work_as_elsewhere);
	tcase_add_test(tc, allocations_are_counted_without_mappings);
	tcase_add_test(tc, debugfs_has_it);
	tcase_add_test(tc, a_failure_is_announced_by_name);
	tcase_add_test(tc, a_sweep_meets_mappings_when_asked);
}

static void add_case(Suite *s, const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(s, tc);
}

Suite *dma_fault_suite(void)
{
	Suite *s = suite_create("dma_fault");
	TCase *tc = tcase_create("from outside");

	add_case(s, "strict", setup_strict);
	add_case(s, "direct", setup_off);
	add_case(s, "threads", setup_threads);
	tcase_add_test(tc, the_boot_parameter_arms_it);
	tcase_add_test(tc, the_environment_arms_it);
	suite_add_tcase(s, tc);
	return s;
}
