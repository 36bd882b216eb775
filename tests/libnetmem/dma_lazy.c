// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU in lazy mode: flush queues, stale translations, reuse of addresses.
 */
#include "dma_rig.h"

#include <linux/iommu.h>
#include <linux/slab.h>
#include <udevmem/fault.h>

Suite *dma_lazy_suite(void);

static struct device *dev;
static struct page *page;

static void setup(void)
{
	boot_lazy();
	dev = rig_device("rig");
	page = rig_page('l');
}

static void teardown(void)
{
	__free_page(page);
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(void)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

static void unmap(dma_addr_t addr)
{
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
}

START_TEST(stale_translations_live_until_the_flush)
{
	dma_addr_t addr = map();

	ck_assert_int_eq(udm_iommu_get_type(dev), UDM_IOMMU_TYPE_LAZY);
	ck_assert_int_eq(udm_bus_write(dev, addr, "1", 1), 0);
	unmap(addr);
	/* The device used it just now, so it still knows the way. */
	ck_assert_int_eq(udm_bus_write(dev, addr, "2", 1), 0);
	ck_assert_int_eq(*(char *)page_address(page), '2');
	ck_assert_uint_eq(rig_stats(dev).stale_hits, 1);
	ck_assert_uint_eq(rig_stats(dev).queued, 1);
	udm_iommu_flush(dev);
	ck_assert_int_eq(udm_bus_write(dev, addr, "3", 1), -EFAULT);
	ck_assert_int_eq(*(char *)page_address(page), '2');
	ck_assert_uint_eq(rig_stats(dev).queued, 0);
}
END_TEST

START_TEST(unused_translations_are_gone_at_once)
{
	dma_addr_t addr = map();

	unmap(addr);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_NOT_MAPPED);
}
END_TEST

START_TEST(stale_use_can_be_made_to_fail)
{
	dma_addr_t addr = map();

	udm_iommu_check_stale(dev, true);
	ck_assert_int_eq(udm_bus_write(dev, addr, "1", 1), 0);
	unmap(addr);
	ck_assert_int_eq(udm_bus_write(dev, addr, "2", 1), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_STALE);
	ck_assert_int_eq(*(char *)page_address(page), '1');
}
END_TEST

START_TEST(the_timer_flushes)
{
	dma_addr_t addr = map();

	ck_assert_int_eq(udm_bus_write(dev, addr, "1", 1), 0);
	unmap(addr);
	udm_advance(5 * 1000000);
	ck_assert_int_eq(udm_bus_write(dev, addr, "2", 1), 0);
	udm_advance(6 * 1000000);
	ck_assert_uint_eq(rig_stats(dev).queued, 0);
	ck_assert_uint_eq(rig_stats(dev).full_flushes, 1);
	ck_assert_int_eq(udm_bus_write(dev, addr, "3", 1), -EFAULT);
	/* Armed again by the next one. */
	unmap(map());
	udm_advance(11 * 1000000);
	ck_assert_uint_eq(rig_stats(dev).full_flushes, 2);
}
END_TEST

START_TEST(a_full_queue_flushes)
{
	dma_addr_t addr;
	unsigned int k;

	for (k = 0; k < 255; k++)
		unmap(map());
	ck_assert_uint_eq(rig_stats(dev).full_flushes, 0);
	ck_assert_uint_eq(rig_stats(dev).queued, 255);
	addr = map();
	ck_assert_int_eq(udm_bus_write(dev, addr, "1", 1), 0);
	unmap(addr);
	/* The flush came before this range was queued: it does not cover it. */
	ck_assert_uint_eq(rig_stats(dev).full_flushes, 1);
	ck_assert_uint_eq(rig_stats(dev).queued, 1);
}
END_TEST

START_TEST(addresses_are_not_reused_before_the_flush)
{
	dma_addr_t seen[200];
	unsigned int k, j;

	for (k = 0; k < 200; k++) {
		seen[k] = map();
		for (j = 0; j < k; j++)
			ck_assert_uint_ne(seen[j], seen[k]);
		unmap(seen[k]);
	}
	udm_iommu_flush(dev);
	seen[0] = map();
	for (j = 1; j < 200 && seen[j] != seen[0]; j++)
		;
	ck_assert_uint_lt(j, 200);
	unmap(seen[0]);
}
END_TEST

START_TEST(queued_addresses_may_run_out)
{
	dma_addr_t addr;
	unsigned int k;

	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(16)), 0);
	for (k = 0; k < 15; k++)
		unmap(map());
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(dma_mapping_error(dev, addr), -ENOMEM);
	udm_advance(11 * 1000000);
	unmap(map());
}
END_TEST

START_TEST(unlinking_flushes_even_so)
{
	struct dma_iova_state state;
	char c;

	ck_assert(dma_iova_try_alloc(dev, &state, page_to_phys(page), PAGE_SIZE));
	ck_assert_int_eq(dma_iova_link(dev, &state, page_to_phys(page), 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0), 0);
	ck_assert_int_eq(dma_iova_sync(dev, &state, 0, PAGE_SIZE), 0);
	ck_assert_int_eq(udm_bus_read(dev, state.addr, &c, 1), 0);
	dma_iova_unlink(dev, &state, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(udm_bus_read(dev, state.addr, &c, 1), -EFAULT);
	dma_iova_free(dev, &state);
}
END_TEST

START_TEST(the_command_line_decides)
{
	static const struct {
		const char *cmdline;
		enum udm_iommu iommu;
		enum udm_iommu_type type;
	} cases[] = {
		{ "iommu.strict=1", UDM_IOMMU_LAZY, UDM_IOMMU_TYPE_STRICT },
		{ "iommu.strict=0", UDM_IOMMU_STRICT, UDM_IOMMU_TYPE_LAZY },
		{ "iommu.passthrough=1", UDM_IOMMU_STRICT, UDM_IOMMU_TYPE_IDENTITY },
		{ "iommu.passthrough=0", UDM_IOMMU_OFF, UDM_IOMMU_TYPE_STRICT },
		{ "", UDM_IOMMU_LAZY, UDM_IOMMU_TYPE_LAZY },
		{ "iommu.strict=maybe iommu.passthrough", UDM_IOMMU_LAZY, UDM_IOMMU_TYPE_LAZY },
	};

	boot_cmdline(cases[_i].cmdline, cases[_i].iommu);
	dev = rig_device("rig");
	ck_assert_int_eq(udm_iommu_get_type(dev), cases[_i].type);
	put_device(dev);
	machine_shutdown();
}
END_TEST

/*
 * The domain, its page table, the address caches, the queue and its rings: without the first two
 * nothing can be mapped, without the caches it is only slower, without the rest it is strict.
 */
START_TEST(lazy_mode_needs_memory)
{
	unsigned int found[4] = { 0 }, n;

	for (n = 1; n < 4 + 1 + num_possible_cpus() + 1; n++) {
		struct device *bare = kzalloc(sizeof(*bare), GFP_KERNEL);

		device_initialize(bare);
		bare->release = (void (*)(struct device *))kfree;
		fail_nth(n);
		found[udm_iommu_get_type(bare)]++;
		udm_fault_nth(0);
		put_device(bare);
	}
	ck_assert_uint_eq(found[UDM_IOMMU_TYPE_BLOCKED], 2);
	ck_assert_uint_eq(found[UDM_IOMMU_TYPE_STRICT], 1 + num_possible_cpus());
	ck_assert_uint_eq(found[UDM_IOMMU_TYPE_LAZY], 2);
}
END_TEST

START_TEST(a_quiet_device_changes_its_type)
{
	static const enum udm_iommu_type types[] = {
		UDM_IOMMU_TYPE_STRICT, UDM_IOMMU_TYPE_LAZY, UDM_IOMMU_TYPE_IDENTITY,
		UDM_IOMMU_TYPE_LAZY,
	};

	for (unsigned int k = 0; k < ARRAY_SIZE(types); k++) {
		dma_addr_t addr;

		ck_assert_int_eq(udm_iommu_set_type(dev, types[k]), 0);
		ck_assert_int_eq(udm_iommu_get_type(dev), types[k]);
		ck_assert_int_eq(dev->dma_iommu, types[k] != UDM_IOMMU_TYPE_IDENTITY);
		addr = map();
		ck_assert_int_eq(udm_bus_write(dev, addr, "t", 1), 0);
		unmap(addr);
		ck_assert_uint_eq(rig_stats(dev).queued, types[k] == UDM_IOMMU_TYPE_LAZY);
	}
}
END_TEST

Suite *dma_lazy_suite(void)
{
	Suite *s = suite_create("dma_lazy");
	TCase *tc = tcase_create("lazy");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, stale_translations_live_until_the_flush);
	tcase_add_test(tc, unused_translations_are_gone_at_once);
	tcase_add_test(tc, stale_use_can_be_made_to_fail);
	tcase_add_test(tc, the_timer_flushes);
	tcase_add_test(tc, a_full_queue_flushes);
	tcase_add_test(tc, addresses_are_not_reused_before_the_flush);
	tcase_add_test(tc, queued_addresses_may_run_out);
	tcase_add_test(tc, unlinking_flushes_even_so);
	tcase_add_test(tc, lazy_mode_needs_memory);
	tcase_add_test(tc, a_quiet_device_changes_its_type);

	tc = tcase_create("choice");
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, the_command_line_decides, 0, 6);
	return s;
}
