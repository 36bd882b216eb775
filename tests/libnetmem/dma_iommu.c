// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU in strict mode: address space, permissions, faults, lists, hand-made domains.
 */
#include "dma_rig.h"

#include <linux/dma-direct.h>
#include <linux/iommu.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

Suite *dma_iommu_suite(void);

static struct device *dev;

static void setup(void)
{
	boot_strict();
	dev = rig_device("rig");
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(struct page *page, size_t offset, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, page, offset, size, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

/* --- Addresses --- */

START_TEST(addresses_are_the_devices_own)
{
	struct page *page = rig_page('a');
	dma_addr_t addr = map(page, 100, 50, DMA_TO_DEVICE);

	ck_assert_int_eq(udm_iommu_get_type(dev), UDM_IOMMU_TYPE_STRICT);
	ck_assert_uint_ne(addr, page_to_phys(page) + 100);
	ck_assert_uint_ne(addr, (unsigned long)page_address(page) + 100);
	ck_assert_uint_eq(addr % PAGE_SIZE, 100);
	ck_assert_uint_eq(iommu_iova_to_phys(iommu_get_dma_domain(dev), addr),
			  page_to_phys(page) + 100);
	ck_assert_uint_eq(dma_get_merge_boundary(dev), PAGE_SIZE - 1);
	ck_assert_uint_eq(dma_opt_mapping_size(dev), PAGE_SIZE << 5);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 1);
	dma_unmap_page(dev, addr, 50, DMA_TO_DEVICE);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	__free_page(page);
}
END_TEST

START_TEST(addresses_obey_masks)
{
	struct page *page = rig_page('a');
	dma_addr_t addr;

	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	addr = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_le(addr + PAGE_SIZE - 1, DMA_BIT_MASK(32));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	dev->bus_dma_limit = DMA_BIT_MASK(20);
	addr = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_le(addr + PAGE_SIZE - 1, DMA_BIT_MASK(20));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	__free_page(page);
}
END_TEST

START_TEST(a_small_space_fills_up)
{
	struct page *page = rig_page('a');
	dma_addr_t addr[16], more;
	unsigned int k;

	/* Sixteen pages, of which page 0 is never given out. */
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(16)), 0);
	for (k = 0; k < 15; k++) {
		addr[k] = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);
		ck_assert_uint_ge(addr[k], PAGE_SIZE);
	}
	more = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, more), -ENOMEM);
	ck_assert_uint_eq(rig_stats(dev).map_failures, 1);
	dma_unmap_page(dev, addr[7], PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(map(page, 0, PAGE_SIZE, DMA_TO_DEVICE), addr[7]);
	for (k = 0; k < 15; k++)
		dma_unmap_page(dev, addr[k], PAGE_SIZE, DMA_TO_DEVICE);
	/* Cached single pages have to be given back before this fits. */
	addr[0] = dma_map_phys(dev, 1ULL << 40, 8 * PAGE_SIZE, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	ck_assert_int_eq(dma_mapping_error(dev, addr[0]), 0);
	ck_assert_uint_eq(addr[0] % (8 * PAGE_SIZE), 0);
	dma_unmap_phys(dev, addr[0], 8 * PAGE_SIZE, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	__free_page(page);
}
END_TEST

/* Large and small ranges, freed in another order: none may overlap, all be aligned. */
START_TEST(ranges_never_overlap)
{
	struct { dma_addr_t addr; size_t size; } m[200] = { { 0 } };
	u64 x = 88172645463325252ULL;
	unsigned int round, k, j;

	for (round = 0; round < 4000; round++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		k = x % ARRAY_SIZE(m);
		if (m[k].size) {
			dma_unmap_phys(dev, m[k].addr, m[k].size, DMA_TO_DEVICE, DMA_ATTR_MMIO);
			m[k].size = 0;
			continue;
		}
		m[k].size = ((x >> 20) % 70 + 1) * PAGE_SIZE;
		m[k].addr = dma_map_phys(dev, 1ULL << 40, m[k].size, DMA_TO_DEVICE, DMA_ATTR_MMIO);
		ck_assert_int_eq(dma_mapping_error(dev, m[k].addr), 0);
		ck_assert_uint_eq(m[k].addr % roundup_pow_of_two(m[k].size), 0);
		for (j = 0; j < ARRAY_SIZE(m); j++)
			ck_assert(j == k || !m[j].size || m[j].addr >= m[k].addr + m[k].size ||
				  m[k].addr >= m[j].addr + m[j].size);
	}
	for (k = 0; k < ARRAY_SIZE(m); k++)
		if (m[k].size)
			dma_unmap_phys(dev, m[k].addr, m[k].size, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
}
END_TEST

/* --- Permissions and faults --- */

START_TEST(directions_are_enforced)
{
	struct page *page = rig_page('d');
	dma_addr_t to = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	dma_addr_t from = map(page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	struct udm_iommu_fault fault;
	char got[4] = "....";

	ck_assert_int_eq(udm_bus_read(dev, to + 5, got, 4), 0);
	ck_assert_int_eq(udm_bus_write(dev, to + 5, "oops", 4), -EFAULT);
	ck_assert(all_bytes(page_address(page), 'd', PAGE_SIZE));
	fault = rig_fault(dev);
	ck_assert_int_eq(fault.reason, UDM_IOMMU_NO_PERMISSION);
	ck_assert(fault.write);
	ck_assert_uint_eq(fault.addr, to + 5);
	ck_assert_uint_eq(fault.granule, to);
	ck_assert_uint_eq(fault.number, 1);

	ck_assert_int_eq(udm_bus_read(dev, from, got, 4), -EFAULT);
	ck_assert(all_bytes(got, 0xff, 4));
	ck_assert(!rig_fault(dev).write);
	ck_assert_int_eq(udm_bus_write(dev, from, "fine", 4), 0);
	dma_unmap_page(dev, to, PAGE_SIZE, DMA_TO_DEVICE);
	dma_unmap_page(dev, from, PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(page);
}
END_TEST

START_TEST(unmapped_memory_is_out_of_reach)
{
	struct page *page = rig_page('u');
	dma_addr_t addr = map(page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	u32 word = 5;

	ck_assert_int_eq(udm_bus_write(dev, addr, "U", 1), 0);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), -EFAULT);
	ck_assert_int_eq(udm_bus_store32(dev, addr, 0), -EFAULT);
	ck_assert_int_eq(udm_bus_load32(dev, addr, &word), -EFAULT);
	ck_assert_uint_eq(word, U32_MAX);
	ck_assert_int_eq(*(char *)page_address(page), 'U');
	ck_assert_uint_eq(rig_stats(dev).faults_by_reason[UDM_IOMMU_NOT_MAPPED], 3);
	ck_assert_uint_eq(rig_stats(dev).stale_hits, 0);
	/* Address 0 is never mapped. */
	ck_assert_int_eq(udm_bus_read(dev, 0, &word, 4), -EFAULT);
	ck_assert_int_eq(udm_bus_read(dev, 1ULL << 60, &word, 4), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).faults_by_reason[UDM_IOMMU_BEYOND_APERTURE], 1);
	ck_assert_int_eq(udm_bus_read(dev, ~1ULL, &word, 4), -EFAULT);
	__free_page(page);
}
END_TEST

/* Each granule is checked on its own: what comes before the one that faults has happened. */
START_TEST(an_access_ends_where_it_faults)
{
	struct page *page = rig_page('n');
	dma_addr_t addr = map(page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	char data[200];

	/* The first half is mapped, the second is not. */
	memset(data, '!', sizeof(data));
	ck_assert_int_eq(udm_bus_write(dev, addr + PAGE_SIZE - 100, data, 200), -EFAULT);
	ck_assert_uint_eq(rig_fault(dev).addr, addr + PAGE_SIZE);
	ck_assert(all_bytes(page_address(page), 'n', PAGE_SIZE - 100));
	ck_assert(all_bytes(page_address(page) + PAGE_SIZE - 100, '!', 100));
	ck_assert_int_eq(udm_bus_write(dev, addr - 1, data, 200), -EFAULT);
	ck_assert_uint_eq(rig_fault(dev).addr, addr - 1);
	ck_assert(all_bytes(page_address(page), 'n', 199));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	addr = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_int_eq(udm_bus_read(dev, addr + PAGE_SIZE - 100, data, 200), -EFAULT);
	ck_assert(all_bytes(data, 0xff, 200));
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	__free_page(page);
}
END_TEST

START_TEST(long_accesses_cross_granules)
{
	struct scattered s;
	char *data = kmalloc(40 * PAGE_SIZE, GFP_KERNEL);
	dma_addr_t addr;

	scattered_init(&s, 40);
	dma_set_max_seg_size(dev, 1 << 20);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 1);
	addr = sg_dma_address(s.sgt.sgl);
	ck_assert_int_eq(udm_bus_read(dev, addr + 7, data, 40 * PAGE_SIZE - 7), 0);
	ck_assert(all_bytes(data, 'a', PAGE_SIZE - 7));
	ck_assert(all_bytes(data + PAGE_SIZE - 7, 'b', PAGE_SIZE));
	memset(data, '#', 40 * PAGE_SIZE);
	ck_assert_int_eq(udm_bus_write(dev, addr, data, 40 * PAGE_SIZE), 0);
	ck_assert(all_bytes(page_address(s.pages[39]), '#', PAGE_SIZE));
	ck_assert_uint_eq(rig_stats(dev).write_bytes, 40 * PAGE_SIZE);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	scattered_free(&s);
	kfree(data);
}
END_TEST

START_TEST(devices_do_not_see_each_other)
{
	struct device *other = rig_device("other");
	struct page *page = rig_page('p');
	dma_addr_t addr = map(page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	char c;

	ck_assert_int_eq(udm_bus_read(dev, addr, &c, 1), 0);
	ck_assert_int_eq(udm_bus_read(other, addr, &c, 1), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).faults, 0);
	ck_assert_uint_eq(rig_stats(other).faults, 1);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	put_device(other);
	__free_page(page);
}
END_TEST

static unsigned int handler_calls;

static int count_fault(struct iommu_domain *domain, struct device *d, unsigned long iova, int flags,
		       void *token)
{
	ck_assert_ptr_eq(d, dev);
	ck_assert_ptr_eq(token, &handler_calls);
	ck_assert_int_eq(flags, IOMMU_FAULT_WRITE);
	handler_calls++;
	return 0;
}

static void on_fault(void *ctx, struct device *d, const struct udm_iommu_fault *fault)
{
	char c;

	/* Outside of any access: handlers may use the bus. */
	if (fault->number < 3)
		udm_bus_read(d, fault->addr, &c, 1);
	(*(unsigned int *)ctx)++;
}

START_TEST(handlers_hear_of_faults)
{
	struct iommu_domain *domain = iommu_get_dma_domain(dev);
	unsigned int calls = 0;

	ck_assert_int_eq(report_iommu_fault(domain, dev, 0, IOMMU_FAULT_READ), -ENOSYS);
	handler_calls = 0;
	iommu_set_fault_handler(domain, count_fault, &handler_calls);
	ck_assert_int_eq(udm_bus_write(dev, 0x5000, "x", 1), -EFAULT);
	ck_assert_uint_eq(handler_calls, 1);
	iommu_set_fault_handler(domain, NULL, NULL);
	udm_iommu_on_fault(dev, on_fault, &calls);
	ck_assert_int_eq(udm_bus_write(dev, 0x5000, "x", 1), -EFAULT);
	ck_assert_uint_eq(calls, 2);
	udm_iommu_on_fault(dev, NULL, NULL);
}
END_TEST

START_TEST(fault_records_are_bounded)
{
	struct udm_iommu_fault fault;
	unsigned int k;

	for (k = 0; k < 300; k++)
		ck_assert_int_eq(udm_bus_write(dev, 0x5000 + k, "x", 1), -EFAULT);
	for (k = 0; udm_iommu_next_fault(dev, &fault); k++) {
		ck_assert_uint_eq(fault.number, k + 1);
		ck_assert_uint_eq(fault.addr, 0x5000 + k);
	}
	ck_assert_uint_eq(k, 256);
	ck_assert(udm_iommu_faults_overflowed(dev));
	ck_assert(!udm_iommu_faults_overflowed(dev));
	ck_assert_uint_eq(rig_stats(dev).faults, 300);
}
END_TEST

START_TEST(a_blocked_device_is_blocked)
{
	struct page *page = rig_page('b');
	dma_addr_t addr = map(page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	char c;

	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_BLOCKED), -EBUSY);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_BLOCKED), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr, &c, 1), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_IS_BLOCKED);
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(dma_mapping_error(dev, addr), -ENOMEM);
	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_IDENTITY), 0);
	addr = map(page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(addr, page_to_phys(page));
	ck_assert_int_eq(udm_bus_read(dev, addr, &c, 1), 0);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	__free_page(page);
}
END_TEST

START_TEST(exact_mode_sees_the_padding)
{
	struct page *page = rig_page('e');
	dma_addr_t addr;
	char buf[64];

	udm_iommu_check_exact(dev, true);
	addr = map(page, 1000, 4000 - 1000, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_read(dev, addr, buf, 64), 0);
	ck_assert_int_eq(udm_bus_read(dev, addr + 3000 - 64, buf, 64), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + 3000 - 63, buf, 64), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_PADDING);
	ck_assert_int_eq(udm_bus_write(dev, addr - 1, buf, 1), -EFAULT);
	udm_iommu_check_exact(dev, false);
	dma_unmap_page(dev, addr, 3000, DMA_BIDIRECTIONAL);
	addr = map(page, 1000, 3000, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_write(dev, addr - 1, buf, 1), 0);
	dma_unmap_page(dev, addr, 3000, DMA_BIDIRECTIONAL);
	__free_page(page);
}
END_TEST

/* --- Misuse --- */

START_TEST(unmapping_what_is_not_mapped_warns)
{
	struct page *page = rig_page('w');
	dma_addr_t addr = map(page, 0, PAGE_SIZE, DMA_TO_DEVICE);

	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	udm_warn_expect("phys", 1);
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("tries to free DMA memory it has not allocated", 1);
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(page);
}
END_TEST

START_TEST(alignment_beyond_granules_is_refused)
{
	struct page *page = rig_page('w');

	dma_set_min_align_mask(dev, 0x1fff);
	udm_warn_expect("Unsupported alignment constraint", 1);
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(page);
}
END_TEST

/* --- Lists --- */

START_TEST(lists_are_merged)
{
	static const struct { unsigned int pages, entries; } want[] = {
		{ 1, 1 }, { 16, 1 }, { 17, 2 }, { 32, 2 }, { 33, 3 }, { 300, 19 },
	};
	struct scatterlist *sg;
	struct scattered s;
	size_t sum = 0;
	unsigned int k;

	scattered_init(&s, want[_i].pages);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, want[_i].entries);
	for_each_sgtable_dma_sg(&s.sgt, sg, k) {
		ck_assert_uint_le(sg_dma_len(sg), 65536);
		sum += sg_dma_len(sg);
	}
	ck_assert_uint_eq(sum, want[_i].pages * PAGE_SIZE);
	for_each_sgtable_sg(&s.sgt, sg, k) {
		ck_assert_ptr_eq(sg_page(sg), s.pages[k]);
		ck_assert_uint_eq(sg->length, PAGE_SIZE);
		if (k >= s.sgt.nents) {
			ck_assert_uint_eq(sg_dma_len(sg), 0);
			ck_assert_uint_eq(sg_dma_address(sg), DMA_MAPPING_ERROR);
		}
	}
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, want[_i].pages);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	scattered_free(&s);
}
END_TEST

/* Offsets and lengths of a three-entry list, and what it is mapped as. */
static const struct join_case {
	unsigned int offset[3], length[3], entries, dma_len[3];
} join_cases[] = {
	{ { 512, 0, 0 }, { 3584, 4096, 4096 }, 1, { 11776 } },
	{ { 512, 0, 16 }, { 3584, 4096, 100 }, 2, { 7680, 100 } },
	{ { 0, 0, 0 }, { 100, 4096, 4096 }, 2, { 100, 8192 } },
	{ { 0, 8, 0 }, { 4096, 4088, 4096 }, 2, { 4096, 8184 } },
	{ { 0, 0, 0 }, { 4096, 4096, 1 }, 1, { 8193 } },
};

START_TEST(only_whole_granules_are_joined)
{
	const struct join_case *c = &join_cases[_i];
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	scattered_init(&s, 3);
	for_each_sgtable_sg(&s.sgt, sg, k)
		sg_set_page(sg, s.pages[k], c->length[k], c->offset[k]);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, c->entries);
	for_each_sgtable_dma_sg(&s.sgt, sg, k)
		ck_assert_uint_eq(sg_dma_len(sg), c->dma_len[k]);
	ck_assert_uint_eq(sg_dma_address(s.sgt.sgl) % PAGE_SIZE, c->offset[0]);
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	scattered_free(&s);
}
END_TEST

START_TEST(entries_do_not_cross_boundaries)
{
	struct device *narrow = rig_device_limits("narrow", 1 << 20, 0xffff);
	struct page *odd = alloc_pages(GFP_KERNEL, 2);
	struct scatterlist *sg;
	struct scattered s;
	size_t sum = 0;
	unsigned int k;

	/* 3 pages at a time do not divide 64 KiB. */
	scattered_init(&s, 40);
	for_each_sgtable_sg(&s.sgt, sg, k)
		if (k % 4 == 0)
			sg_set_page(sg, odd, 3 * PAGE_SIZE, 0);
	ck_assert_int_eq(dma_map_sgtable(narrow, &s.sgt, DMA_TO_DEVICE, 0), 0);
	for_each_sgtable_dma_sg(&s.sgt, sg, k) {
		ck_assert_uint_eq(sg_dma_address(sg) >> 16,
				  (sg_dma_address(sg) + sg_dma_len(sg) - 1) >> 16);
		sum += sg_dma_len(sg);
	}
	ck_assert_uint_eq(sum, (30 + 10 * 3) * PAGE_SIZE);
	dma_unmap_sgtable(narrow, &s.sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(narrow).mapped_entries, 0);
	scattered_free(&s);
	__free_pages(odd, 2);
	put_device(narrow);
}
END_TEST

START_TEST(a_failing_list_is_restored)
{
	struct scatterlist *sg;
	struct scattered s;
	unsigned int k;

	scattered_init(&s, 20);
	udm_iommu_fail(UDM_IOMMU_STEP_MAP_SG, 0, 1);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -ENOMEM);
	udm_iommu_fail(UDM_IOMMU_STEP_IOVA, 0, 1);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -ENOMEM);
	udm_iommu_fail(UDM_IOMMU_STEP_PAGE_TABLE, 2, 1);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -ENOMEM);
	ck_assert_uint_eq(udm_iommu_failed(UDM_IOMMU_STEP_PAGE_TABLE), 1);
	for_each_sgtable_sg(&s.sgt, sg, k) {
		ck_assert_ptr_eq(sg_page(sg), s.pages[k]);
		ck_assert_uint_eq(sg->length, PAGE_SIZE);
		ck_assert_uint_eq(sg->offset, 0);
	}
	ck_assert_uint_eq(s.sgt.nents, 20);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	ck_assert_uint_eq(rig_stats(dev).map_failures, 3);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	scattered_free(&s);
}
END_TEST

/* --- Hand-made domains --- */

START_TEST(hand_made_domains)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	struct page *page = rig_page('h');
	phys_addr_t phys = page_to_phys(page);
	char c;

	ck_assert(!IS_ERR(domain));
	ck_assert_int_eq(iommu_map(domain, 0x10000, phys, PAGE_SIZE, IOMMU_READ, GFP_KERNEL), 0);
	ck_assert_int_eq(iommu_map(domain, 0x10000, phys, PAGE_SIZE, IOMMU_READ, GFP_KERNEL),
			 -EEXIST);
	ck_assert_int_eq(iommu_map(domain, 0xf000, phys, 2 * PAGE_SIZE, IOMMU_READ, GFP_KERNEL),
			 -EEXIST);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, 0xf000), 0);
	ck_assert_int_eq(iommu_map(domain, 0x10800, phys, PAGE_SIZE, IOMMU_READ, GFP_KERNEL),
			 -EINVAL);
	ck_assert_int_eq(iommu_map(domain, 1ULL << 48, phys, PAGE_SIZE, IOMMU_READ, GFP_KERNEL),
			 -EINVAL);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, 0x10123), phys + 0x123);
	ck_assert_int_eq(iommu_attach_device(domain, dev), 0);
	ck_assert_int_eq(iommu_attach_device(domain, dev), -EBUSY);
	ck_assert_ptr_eq(iommu_get_domain_for_dev(dev), domain);
	ck_assert_int_eq(udm_bus_read(dev, 0x10005, &c, 1), 0);
	ck_assert_int_eq(c, 'h');
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, PAGE_SIZE), PAGE_SIZE);
	ck_assert_int_eq(udm_bus_read(dev, 0x10005, &c, 1), -EFAULT);
	iommu_detach_device(domain, dev);
	iommu_domain_free(domain);
	__free_page(page);
}
END_TEST

START_TEST(unmapping_stops_at_holes_and_splits_nothing)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	struct scattered s;

	scattered_init(&s, 3);
	ck_assert_int_eq(iommu_map(domain, 0x10000, 1ULL << 40, 4 * PAGE_SIZE, IOMMU_WRITE,
				   GFP_KERNEL), 0);
	ck_assert_int_eq(iommu_map(domain, 0x14000, 1ULL << 40, PAGE_SIZE, IOMMU_WRITE,
				   GFP_KERNEL), 0);
	ck_assert_int_eq(iommu_map_sg(domain, 0x16000, s.sgt.sgl, 3, IOMMU_WRITE, GFP_KERNEL),
			 3 * PAGE_SIZE);
	udm_warn_expect("would split a mapping", 2);
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, 3 * PAGE_SIZE), 0);
	ck_assert_uint_eq(iommu_unmap(domain, 0x11000, 3 * PAGE_SIZE), 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, 16 * PAGE_SIZE), 5 * PAGE_SIZE);
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, 16 * PAGE_SIZE), 0);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, 0x17000), page_to_phys(s.pages[1]));
	ck_assert_int_eq(iommu_map_sg(domain, 0x14000, s.sgt.sgl, 3, IOMMU_WRITE, GFP_KERNEL),
			 -EEXIST);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, 0x14000), 0);
	scattered_free(&s);
	iommu_domain_free(domain);
}
END_TEST

/* --- Ranges filled piece by piece --- */

START_TEST(iova_states)
{
	struct dma_iova_state state;
	struct scattered s;
	char got[2];
	unsigned int k;

	scattered_init(&s, 3);
	ck_assert(dma_iova_try_alloc(dev, &state, page_to_phys(s.pages[0]), 3 * PAGE_SIZE));
	ck_assert(dma_use_iova(&state));
	ck_assert_uint_eq(dma_iova_size(&state), 3 * PAGE_SIZE);
	for (k = 0; k < 3; k++)
		ck_assert_int_eq(dma_iova_link(dev, &state, page_to_phys(s.pages[k]), k * PAGE_SIZE,
					       PAGE_SIZE, DMA_TO_DEVICE, 0), 0);
	ck_assert_int_eq(dma_iova_sync(dev, &state, 0, 3 * PAGE_SIZE), 0);
	ck_assert_int_eq(udm_bus_read(dev, state.addr + PAGE_SIZE - 1, got, 2), 0);
	ck_assert_int_eq(memcmp(got, "ab", 2), 0);
	dma_iova_unlink(dev, &state, PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(udm_bus_read(dev, state.addr + PAGE_SIZE, got, 1), -EFAULT);
	dma_iova_unlink(dev, &state, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_unlink(dev, &state, 2 * PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_free(dev, &state);

	ck_assert(dma_iova_try_alloc(dev, &state, page_to_phys(s.pages[0]) + 8, PAGE_SIZE));
	ck_assert_uint_eq(state.addr % PAGE_SIZE, 8);
	dma_iova_destroy(dev, &state, 0, DMA_TO_DEVICE, 0);
	udm_warn_expect("start && offset", 1);
	ck_assert(dma_iova_try_alloc(dev, &state, page_to_phys(s.pages[0]), 2 * PAGE_SIZE));
	ck_assert_int_eq(dma_iova_link(dev, &state, page_to_phys(s.pages[0]) + 8, PAGE_SIZE, 64,
				       DMA_TO_DEVICE, 0), -EIO);
	ck_assert_int_eq(dma_iova_link(dev, &state, page_to_phys(s.pages[0]), 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0), 0);
	dma_iova_destroy(dev, &state, PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
	scattered_free(&s);
}
END_TEST

/* --- Failures --- */

static int map_everything(void *ctx)
{
	struct device *d = ctx;
	struct sg_table sgt;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr, coherent;
	void *ring;
	int err = -ENOMEM;

	if (!page)
		return err;
	addr = dma_map_page(d, page, 0, 100, DMA_TO_DEVICE);
	if (dma_mapping_error(d, addr))
		goto free_page;
	ring = dma_alloc_attrs(d, 3 * PAGE_SIZE, &coherent, GFP_KERNEL,
			       DMA_ATTR_ALLOC_SINGLE_PAGES);
	if (!ring)
		goto unmap;
	err = sg_alloc_table_from_pages(&sgt, &page, 1, 0, PAGE_SIZE, GFP_KERNEL);
	if (err)
		goto free_ring;
	err = dma_map_sgtable(d, &sgt, DMA_FROM_DEVICE, 0);
	if (!err)
		dma_unmap_sgtable(d, &sgt, DMA_FROM_DEVICE, 0);
	sg_free_table(&sgt);
free_ring:
	dma_free_attrs(d, 3 * PAGE_SIZE, ring, coherent, DMA_ATTR_ALLOC_SINGLE_PAGES);
unmap:
	dma_unmap_page(d, addr, 100, DMA_TO_DEVICE);
free_page:
	__free_page(page);
	return err;
}

START_TEST(every_failure_is_undone)
{
	int points = udm_fault_sweep(map_everything, dev);

	ck_assert_msg(points > 3, "%d: %s", points, udm_fault_sweep_message());
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
}
END_TEST

START_TEST(scattered_coherent_memory)
{
	dma_addr_t addr;
	char *ring = dma_alloc_attrs(dev, 4 * PAGE_SIZE, &addr, GFP_KERNEL,
				     DMA_ATTR_ALLOC_SINGLE_PAGES), got[12];
	struct sg_table sgt;

	ck_assert_ptr_nonnull(ring);
	ck_assert(is_vmalloc_addr(ring));
	memcpy(ring + PAGE_SIZE - 6, "hello, world", 12);
	ck_assert_int_eq(udm_bus_read(dev, addr + PAGE_SIZE - 6, got, 12), 0);
	ck_assert_int_eq(memcmp(got, "hello, world", 12), 0);
	ck_assert_int_eq(dma_get_sgtable(dev, &sgt, ring, addr, 4 * PAGE_SIZE), 0);
	ck_assert_uint_eq(sg_nents_for_len(sgt.sgl, 4 * PAGE_SIZE), sgt.orig_nents);
	sg_free_table(&sgt);
	dma_free_attrs(dev, 4 * PAGE_SIZE, ring, addr, DMA_ATTR_ALLOC_SINGLE_PAGES);
}
END_TEST

Suite *dma_iommu_suite(void)
{
	Suite *s = suite_create("dma_iommu");
	TCase *tc = tcase_create("strict");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, addresses_are_the_devices_own);
	tcase_add_test(tc, addresses_obey_masks);
	tcase_add_test(tc, a_small_space_fills_up);
	tcase_add_test(tc, ranges_never_overlap);
	tcase_add_test(tc, directions_are_enforced);
	tcase_add_test(tc, unmapped_memory_is_out_of_reach);
	tcase_add_test(tc, an_access_ends_where_it_faults);
	tcase_add_test(tc, long_accesses_cross_granules);
	tcase_add_test(tc, devices_do_not_see_each_other);
	tcase_add_test(tc, handlers_hear_of_faults);
	tcase_add_test(tc, fault_records_are_bounded);
	tcase_add_test(tc, a_blocked_device_is_blocked);
	tcase_add_test(tc, exact_mode_sees_the_padding);
	tcase_add_test(tc, unmapping_what_is_not_mapped_warns);
	tcase_add_test(tc, alignment_beyond_granules_is_refused);
	tcase_add_loop_test(tc, lists_are_merged, 0, 6);
	tcase_add_loop_test(tc, only_whole_granules_are_joined, 0, ARRAY_SIZE(join_cases));
	tcase_add_test(tc, entries_do_not_cross_boundaries);
	tcase_add_test(tc, a_failing_list_is_restored);
	tcase_add_test(tc, hand_made_domains);
	tcase_add_test(tc, unmapping_stops_at_holes_and_splits_nothing);
	tcase_add_test(tc, iova_states);
	tcase_add_test(tc, every_failure_is_undone);
	tcase_add_test(tc, scattered_coherent_memory);
	return s;
}
