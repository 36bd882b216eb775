// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-debug: one test per thing a driver can do wrong; trace events of the DMA API.
 */
#include "dma_rig.h"

#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/kstrtox.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdlib.h>
#include <trace/events/dma.h>
#include <udevmem/debugfs.h>
#include <udevmem/log.h>

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

static unsigned int number_in(const char *file)
{
	char text[16] = "";

	ck_assert_int_gt(udm_debugfs_read(file, text, sizeof(text)), 0);
	return simple_strtoul(text, NULL, 10);
}

static void all_errors(void)
{
	ck_assert_int_eq(udm_debugfs_write("dma-api/all_errors", "1", 1), 1);
}

static char logged[1024];

static void keep_text(void *ctx, int level, const char *text)
{
	strncat(logged, text, sizeof(logged) - strlen(logged) - 1);
}

static void log_keep(void)
{
	logged[0] = '\0';
	udm_log_set_hook(keep_text, NULL);
}

static void use_streaming(void)
{
	struct scattered s;
	dma_addr_t addr = map(DMA_BIDIRECTIONAL);

	dma_sync_single_for_cpu(dev, addr + 100, 200, DMA_FROM_DEVICE);
	dma_sync_single_for_device(dev, addr + 100, 200, DMA_TO_DEVICE);
	dma_unmap_page(dev, addr, 1000, DMA_BIDIRECTIONAL);
	addr = dma_map_resource(dev, 1ULL << 40, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_unmap_resource(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL, 0);
	scattered_init(&s, 40);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0), 0);
	dma_sync_sgtable_for_cpu(dev, &s.sgt, DMA_FROM_DEVICE);
	dma_sync_sgtable_for_device(dev, &s.sgt, DMA_FROM_DEVICE);
	dma_unmap_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0);
	scattered_free(&s);
}

static void use_allocations(void)
{
	struct sg_table *sgt;
	dma_addr_t addr;
	void *buf;

	buf = dma_alloc_attrs(dev, 5000, &addr, GFP_KERNEL, DMA_ATTR_ALLOC_SINGLE_PAGES);
	dma_sync_single_for_cpu(dev, addr, 5000, DMA_BIDIRECTIONAL);
	dma_free_attrs(dev, 5000, buf, addr, DMA_ATTR_ALLOC_SINGLE_PAGES);
	buf = dma_alloc_noncoherent(dev, 5000, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	dma_sync_single_for_device(dev, addr, 5000, DMA_TO_DEVICE);
	dma_free_noncoherent(dev, 5000, buf, addr, DMA_TO_DEVICE);
	sgt = dma_alloc_noncontiguous(dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	dma_free_noncontiguous(dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
}

START_TEST(correct_use_is_silent)
{
	log_keep();
	use_streaming();
	use_allocations();
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(error_count(), 0);
	ck_assert_str_eq(logged, "");
	ck_assert_uint_eq(number_in("dma-api/num_free_entries"),
			  number_in("dma-api/nr_total_entries"));
}
END_TEST

/* --- What is mapped --- */

static const char constant[] = "constant";

static void pointer_is(const void *addr, const char *text)
{
	udm_warn_expect(text, 1);
	debug_dma_map_single(dev, addr, 8);
	ck_assert_msg(!udm_warn_missing(), "no warning: %s", text);
}

START_TEST(pointers_must_lead_to_buffers)
{
	void *foreign = malloc(1 << 20), *area = vmalloc(PAGE_SIZE);
	char local[8];

	all_errors();
	pointer_is(area, "rig: device driver maps memory from vmalloc area [addr=");
	pointer_is(local, "rig: device driver maps memory from stack [addr=");
	pointer_is(constant, "rig: device driver maps memory from kernel text or rodata [addr=");
	pointer_is(use_streaming, "rig: device driver maps memory from kernel text or rodata [addr=");
	pointer_is(foreign, "rig: device driver maps memory from invalid area [addr=");
	pointer_is(NULL, "rig: device driver maps memory from invalid area [addr=");
	debug_dma_map_single(dev, page_address(page), 8);
	ck_assert_uint_eq(error_count(), 6);
	vfree(area);
	free(foreign);
}
END_TEST

/* What the device only reads, and what is no RAM, may be mapped any number of times. */
START_TEST(few_mappings_share_a_cache_line)
{
	dma_addr_t addr[32], regs[32];
	unsigned int k;

	for (k = 0; k < 32; k++) {
		addr[k] = map(DMA_TO_DEVICE);
		regs[k] = dma_map_resource(dev, 1ULL << 40, 64, DMA_FROM_DEVICE, 0);
		ck_assert_int_eq(dma_mapping_error(dev, regs[k]), 0);
	}
	for (k = 0; k < 32; k++) {
		dma_unmap_page(dev, addr[k], 1000, DMA_TO_DEVICE);
		dma_unmap_resource(dev, regs[k], 64, DMA_FROM_DEVICE, 0);
	}
	for (k = 0; k < 8; k++)
		addr[k] = map(DMA_FROM_DEVICE);
	ck_assert_uint_eq(udm_warn_count(), 0);
	udm_warn_expect("DMA-API: exceeded 7 overlapping mappings of cacheline 0x", 1);
	for (; k < 12; k++)
		addr[k] = map(DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	for (k = 0; k < 12; k++)
		dma_unmap_page(dev, addr[k], 1000, k < 8 ? DMA_FROM_DEVICE : DMA_BIDIRECTIONAL);
}
END_TEST

START_TEST(segments_across_the_boundary)
{
	struct page *pair = alloc_pages(GFP_KERNEL, 1);
	struct scatterlist sg;

	/* One entry larger than the space between two boundaries has to cross one. */
	sg_init_table(&sg, 1);
	sg_set_page(&sg, pair, 2 * PAGE_SIZE, 0);
	dma_set_seg_boundary(dev, PAGE_SIZE - 1);
	udm_warn_expect("rig: mapping sg segment across boundary [start=0x", 1);
	ck_assert_int_eq(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE), 1);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_unmap_sg(dev, &sg, 1, DMA_TO_DEVICE);
	__free_pages(pair, 1);
}
END_TEST

/* --- What is unmapped --- */

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

START_TEST(wrong_cpu_address)
{
	dma_addr_t a, b;
	void *one = dma_alloc_coherent(dev, 64, &a, GFP_KERNEL);
	void *two = dma_alloc_coherent(dev, 64, &b, GFP_KERNEL);

	all_errors();
	udm_warn_expect("device driver frees DMA memory with different CPU address"
			" [device address=0x", 2);
	dma_free_coherent(dev, 64, one, b);
	dma_free_coherent(dev, 64, two, a);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(error_count(), 2);
}
END_TEST

/* Records that fit as well as each other, and none in full: it is none of them. */
START_TEST(several_records_at_one_address)
{
	dma_addr_t addr, same;

	teardown();
	boot_off();
	dev = rig_device("rig");
	page = rig_page(0);
	addr = map(DMA_TO_DEVICE);
	same = dma_map_page(dev, page, 0, 500, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, same), 0);
	ck_assert_uint_eq(addr, same);
	all_errors();
	udm_warn_expect("tries to free DMA memory it has not allocated", 1);
	dma_unmap_page(dev, addr, 700, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_unmap_page(dev, addr, 500, DMA_TO_DEVICE);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(error_count(), 1);
}
END_TEST

/* Of equal mappings the oldest is unmapped first. */
START_TEST(equal_records_go_in_order)
{
	dma_addr_t old, young;

	teardown();
	boot_off();
	dev = rig_device("rig");
	page = rig_page(0);
	old = map(DMA_TO_DEVICE);
	young = dma_map_page(dev, page, 0, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(old, young);
	dma_unmap_page(dev, old, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(error_count(), 0);
	ck_assert_int_eq(dma_mapping_error(dev, young), 0);
	dma_unmap_page(dev, young, 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(error_count(), 0);
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

START_TEST(wrong_sync_of_a_list)
{
	struct scattered s;

	scattered_init(&s, 4);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	udm_warn_expect("device driver syncs DMA sg list with different entry count"
			" [map count=4] [sync count=3]", 1);
	dma_sync_sg_for_device(dev, s.sgt.sgl, 3, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	scattered_free(&s);
}
END_TEST

/* A part deep inside a mapping that spans many buckets of the table. */
START_TEST(parts_of_long_mappings_are_found)
{
	struct page *block = alloc_pages(GFP_KERNEL, 8);
	size_t size = PAGE_SIZE << 8;
	dma_addr_t addr = dma_map_page(dev, block, 0, size, DMA_FROM_DEVICE);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_sync_single_for_cpu(dev, addr + size - 64, 64, DMA_FROM_DEVICE);
	ck_assert_uint_eq(error_count(), 0);
	dma_unmap_page(dev, addr, size, DMA_FROM_DEVICE);
	__free_pages(block, 8);
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

static dma_addr_t forgotten;

static int forgetful_probe(struct platform_device *pdev)
{
	ck_assert_int_eq(dma_coerce_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64)), 0);
	forgotten = dma_map_page(&pdev->dev, page, 0, 1000, DMA_FROM_DEVICE);
	return dma_mapping_error(&pdev->dev, forgotten);
}

static struct platform_driver forgetful = {
	.probe = forgetful_probe,
	.driver = { .name = "forgetful" },
};

/* What a driver leaves behind is told when it goes, and can still be unmapped. */
START_TEST(leaks_are_found_at_unbind)
{
	struct platform_device *pdev = platform_device_register_simple("forgetful", 0, NULL, 0);

	ck_assert(!IS_ERR(pdev));
	ck_assert_int_eq(platform_driver_register(&forgetful), 0);
	ck_assert_ptr_nonnull(pdev->dev.driver);
	udm_warn_expect("forgetful.0: device driver has pending DMA allocations while released"
			" from device [count=1]", 1);
	platform_driver_unregister(&forgetful);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_unmap_page(&pdev->dev, forgotten, 1000, DMA_FROM_DEVICE);
	platform_device_unregister(pdev);
	ck_assert_uint_eq(error_count(), 1);
}
END_TEST

static const struct bus_type own_bus = { .name = "own" };

START_TEST(buses_may_be_watched)
{
	/* A bus that does not exist has nothing to be watched; one that goes takes it along. */
	dma_debug_add_bus(&own_bus);
	ck_assert_int_eq(bus_register(&own_bus), 0);
	dma_debug_add_bus(&own_bus);
	bus_unregister(&own_bus);
}
END_TEST

/* --- Records --- */

START_TEST(without_memory_it_is_off)
{
	dma_addr_t addr = map(DMA_TO_DEVICE);
	char text[8] = "";

	udm_iommu_fail(UDM_IOMMU_STEP_RECORD, 0, 1);
	log_keep();
	map(DMA_TO_DEVICE);
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(logged, "DMA-API: debugging out of memory - disabling"));
	ck_assert_int_gt(udm_debugfs_read("dma-api/disabled", text, sizeof(text)), 0);
	ck_assert_int_eq(text[0], 'Y');
	/* Nothing is checked any more. */
	dma_unmap_page(dev, addr, 999, DMA_FROM_DEVICE);
	debug_dma_map_single(dev, constant, 1);
	ck_assert_uint_eq(error_count(), 0);
}
END_TEST

START_TEST(records_are_counted)
{
	dma_addr_t addr[101];
	unsigned int k;

	teardown();
	boot_cmdline("dma_debug_entries=100", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
	page = rig_page(0);
	ck_assert_uint_eq(number_in("dma-api/nr_total_entries"), 100);
	for (k = 0; k < 100; k++)
		addr[k] = map(DMA_TO_DEVICE);
	ck_assert_uint_eq(number_in("dma-api/num_free_entries"), 0);
	ck_assert_uint_eq(number_in("dma-api/nr_total_entries"), 100);
	addr[k] = map(DMA_TO_DEVICE);
	ck_assert_uint_gt(number_in("dma-api/nr_total_entries"), 100);
	for (k = 0; k < 101; k++)
		dma_unmap_page(dev, addr[k], 1000, DMA_TO_DEVICE);
	ck_assert_uint_eq(number_in("dma-api/num_free_entries"),
			  number_in("dma-api/nr_total_entries"));
	ck_assert_uint_eq(number_in("dma-api/min_free_entries"), 0);
}
END_TEST

START_TEST(a_driver_is_chosen_at_boot)
{
	char text[16] = "";

	teardown();
	boot_cmdline("dma_debug_driver=somebody", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
	page = rig_page(0);
	ck_assert_int_eq(udm_debugfs_read("dma-api/driver_filter", text, sizeof(text)), 9);
	ck_assert_int_eq(memcmp(text, "somebody\n", 9), 0);
	dma_unmap_page(dev, map(DMA_TO_DEVICE), 999, DMA_TO_DEVICE);
	ck_assert_uint_eq(error_count(), 1);
	/* An empty filter lets everybody through. */
	ck_assert_int_eq(udm_debugfs_write("dma-api/driver_filter", "\n", 1), 1);
	ck_assert_int_eq(udm_debugfs_read("dma-api/driver_filter", text, sizeof(text)), 0);
	udm_warn_expect("different size", 1);
	dma_unmap_page(dev, map(DMA_TO_DEVICE), 999, DMA_TO_DEVICE);
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
	tcase_add_test(tc, pointers_must_lead_to_buffers);
	tcase_add_test(tc, few_mappings_share_a_cache_line);
	tcase_add_test(tc, segments_across_the_boundary);
	tcase_add_test(tc, unchecked_mappings);
	tcase_add_test(tc, wrong_size_and_direction);
	tcase_add_test(tc, only_the_first_error_is_printed);
	tcase_add_test(tc, wrong_function);
	tcase_add_test(tc, wrong_list_length);
	tcase_add_test(tc, wrong_cpu_address);
	tcase_add_test(tc, several_records_at_one_address);
	tcase_add_test(tc, equal_records_go_in_order);
	tcase_add_test(tc, freeing_what_is_not_there);
	tcase_add_test(tc, wrong_syncs);
	tcase_add_test(tc, wrong_sync_of_a_list);
	tcase_add_test(tc, parts_of_long_mappings_are_found);
	tcase_add_test(tc, long_segments);
	tcase_add_test(tc, ram_is_no_resource);
	tcase_add_test(tc, leaks_are_found_at_release);
	tcase_add_test(tc, leaks_are_found_at_unbind);
	tcase_add_test(tc, buses_may_be_watched);
	tcase_add_test(tc, without_memory_it_is_off);
	tcase_add_test(tc, records_are_counted);
	tcase_add_test(tc, a_driver_is_chosen_at_boot);
	tcase_add_test(tc, records_are_listed);
	tcase_add_test(tc, other_drivers_are_filtered);

	tc = tcase_create("off");
	suite_add_tcase(s, tc);
	tcase_add_test(tc, it_can_be_off);
#endif
	return s;
}
