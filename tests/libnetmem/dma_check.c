// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-debug: one test per thing a driver can do wrong; trace events of the DMA API.
 */
#include "dma_rig.h"

#include <linux/dma-map-ops.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <trace/events/dma.h>
#include <udevmem/debugfs.h>

Suite *dma_check_suite(void);

static struct device *dev;
static struct page *page;

static void setup(void)
{
	boot_strict();
	dev = rig_device("rig");
	page = rig_page(0);
}

static void teardown(void)
{
	__free_page(page);
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, 1000, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

/* --- Tracing --- */

static unsigned int traced;

static void saw_map(void *data, struct device *d, phys_addr_t phys, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs)
{
	ck_assert_ptr_eq(d, dev);
	ck_assert_uint_eq(phys, page_to_phys(page));
	ck_assert_uint_eq(size, 1000);
	traced++;
}

static void saw_unmap(void *data, struct device *d, dma_addr_t addr, size_t size,
		      enum dma_data_direction dir, unsigned long attrs)
{
	traced += 10;
}

START_TEST(mappings_are_traced)
{
	dma_addr_t addr;

	traced = 0;
	ck_assert_int_eq(register_trace_dma_map_phys(saw_map, NULL), 0);
	ck_assert_int_eq(register_trace_dma_unmap_phys(saw_unmap, NULL), 0);
	addr = map(DMA_TO_DEVICE);
	ck_assert_uint_eq(traced, 1);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(traced, 11);
	unregister_trace_dma_map_phys(saw_map, NULL);
	unregister_trace_dma_unmap_phys(saw_unmap, NULL);
	tracepoint_synchronize_unregister();
}
END_TEST

#ifdef CONFIG_DMA_API_DEBUG
static unsigned int error_count(void)
{
	char text[16] = "";

	ck_assert_int_gt(udm_debugfs_read("dma-api/error_count", text, sizeof(text)), 0);
	return simple_strtoul(text, NULL, 10);
}

static void all_errors(void)
{
	ck_assert_int_eq(udm_debugfs_write("dma-api/all_errors", "1", 1), 1);
}

START_TEST(correct_use_is_silent)
{
	struct scattered s;
	dma_addr_t addr = map(DMA_BIDIRECTIONAL);

	dma_sync_single_for_cpu(dev, addr + 100, 200, DMA_FROM_DEVICE);
	dma_sync_single_for_device(dev, addr + 100, 200, DMA_TO_DEVICE);
	dma_unmap_page(dev, addr, 1000, DMA_BIDIRECTIONAL);
	scattered_init(&s, 40);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0), 0);
	dma_sync_sgtable_for_cpu(dev, &s.sgt, DMA_FROM_DEVICE);
	dma_sync_sgtable_for_device(dev, &s.sgt, DMA_FROM_DEVICE);
	dma_unmap_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0);
	scattered_free(&s);
	ck_assert_uint_eq(error_count(), 0);
}
END_TEST

START_TEST(unchecked_mappings)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, 1000, DMA_TO_DEVICE);

	udm_warn_expect("device driver failed to check map error[device address=0x", 1);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(error_count(), 1);
}
END_TEST

START_TEST(wrong_size_and_direction)
{
	dma_addr_t addr = map(DMA_TO_DEVICE);

	all_errors();
	udm_warn_expect("different size", 1);
	udm_warn_expect("different direction", 1);
	dma_unmap_page(dev, addr, 999, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(error_count(), 2);
}
END_TEST

START_TEST(only_the_first_error_is_printed)
{
	dma_addr_t addr = map(DMA_TO_DEVICE);

	udm_warn_expect("different size", 1);
	dma_unmap_page(dev, addr, 999, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
	ck_assert_uint_eq(error_count(), 2);
}
END_TEST

START_TEST(wrong_function)
{
	struct scatterlist sg;
	dma_addr_t addr;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, 1000, 0);
	ck_assert_int_eq(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE), 1);
	addr = sg_dma_address(&sg);
	udm_warn_expect("[mapped as scatter-gather] [unmapped as phy]", 1);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(wrong_list_length)
{
	struct scattered s;

	scattered_init(&s, 4);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	udm_warn_expect("[map count=4] [unmap count=3]", 1);
	dma_unmap_sg(dev, s.sgt.sgl, 3, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	scattered_free(&s);
}
END_TEST

START_TEST(freeing_what_is_not_there)
{
	all_errors();
	udm_warn_expect("tries to free an invalid DMA memory address", 1);
	udm_warn_expect("tries to free DMA memory it has not allocated", 1);
	udm_warn_expect("phys", 2);
	dma_unmap_page(dev, DMA_MAPPING_ERROR, 100, DMA_TO_DEVICE);
	dma_unmap_page(dev, 0x7000, 100, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(wrong_syncs)
{
	dma_addr_t to = map(DMA_TO_DEVICE), from = map(DMA_FROM_DEVICE);

	all_errors();
	udm_warn_expect("syncs DMA memory with different direction", 2);
	udm_warn_expect("syncs device read-only DMA memory for cpu", 1);
	dma_sync_single_for_cpu(dev, to, 1000, DMA_FROM_DEVICE);
	udm_warn_expect("syncs device write-only DMA memory to device", 1);
	dma_sync_single_for_device(dev, from, 1000, DMA_TO_DEVICE);
	udm_warn_expect("syncs DMA memory outside allocated range", 1);
	dma_sync_single_for_cpu(dev, from, 1001, DMA_FROM_DEVICE);
	udm_warn_expect("tries to sync DMA memory it has not allocated", 1);
	dma_sync_single_for_cpu(dev, from + 2000, 10, DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_unmap_page(dev, to, 1000, DMA_TO_DEVICE);
	dma_unmap_page(dev, from, 1000, DMA_FROM_DEVICE);
}
END_TEST

START_TEST(long_segments)
{
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, PAGE_SIZE, 0);
	dma_set_max_seg_size(dev, 1024);
	udm_warn_expect("longer than device claims to support [len=4096] [max=1024]", 1);
	ck_assert_int_eq(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE), 1);
	dma_unmap_sg(dev, &sg, 1, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(ram_is_no_resource)
{
	dma_addr_t addr;

	udm_warn_expect("dma_map_resource called for RAM address", 1);
	addr = dma_map_resource(dev, page_to_phys(page), 64, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_unmap_resource(dev, addr, 64, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(leaks_are_found_at_release)
{
	struct device *leaky = rig_device("leaky");

	dma_map_page(leaky, page, 0, 1000, DMA_TO_DEVICE);
	dma_map_page(leaky, page, 0, 1000, DMA_TO_DEVICE);
	udm_warn_expect("pending DMA allocations while released from device [count=2]", 1);
	put_device(leaky);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(records_are_listed)
{
	dma_addr_t addr = map(DMA_TO_DEVICE);
	char text[512] = "";

	ck_assert_int_gt(udm_debugfs_read("dma-api/dump", text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "rig phy idx"));
	ck_assert_ptr_nonnull(strstr(text, "L=3e8"));
	ck_assert_ptr_nonnull(strstr(text, "DMA_TO_DEVICE dma map error checked"));
	debug_dma_dump_mappings(dev);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	text[0] = '\0';
	udm_debugfs_read("dma-api/dump", text, sizeof(text));
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(other_drivers_are_filtered)
{
	dma_addr_t addr = map(DMA_TO_DEVICE);

	ck_assert_int_eq(udm_debugfs_write("dma-api/driver_filter", "somebody\n", 9), 9);
	dma_unmap_page(dev, addr, 999, DMA_TO_DEVICE);
	ck_assert_uint_eq(error_count(), 1);
}
END_TEST

START_TEST(it_can_be_off)
{
	boot_cmdline("dma_debug=off", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
	page = rig_page(0);
	dma_unmap_page(dev, dma_map_page(dev, page, 0, 1000, DMA_TO_DEVICE), 999, DMA_FROM_DEVICE);
	teardown();
}
END_TEST
#endif

Suite *dma_check_suite(void)
{
	Suite *s = suite_create("dma_check");
	TCase *tc = tcase_create("check");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, mappings_are_traced);
#ifdef CONFIG_DMA_API_DEBUG
	tcase_add_test(tc, correct_use_is_silent);
	tcase_add_test(tc, unchecked_mappings);
	tcase_add_test(tc, wrong_size_and_direction);
	tcase_add_test(tc, only_the_first_error_is_printed);
	tcase_add_test(tc, wrong_function);
	tcase_add_test(tc, wrong_list_length);
	tcase_add_test(tc, freeing_what_is_not_there);
	tcase_add_test(tc, wrong_syncs);
	tcase_add_test(tc, long_segments);
	tcase_add_test(tc, ram_is_no_resource);
	tcase_add_test(tc, leaks_are_found_at_release);
	tcase_add_test(tc, records_are_listed);
	tcase_add_test(tc, other_drivers_are_filtered);

	tc = tcase_create("off");
	suite_add_tcase(s, tc);
	tcase_add_test(tc, it_can_be_off);
#endif
	return s;
}
