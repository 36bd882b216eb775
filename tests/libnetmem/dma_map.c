// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA API: rules that hold whatever is behind the device, and the direct mapping.
 */
#include "dma_rig.h"

#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <setjmp.h>
#include <udevmem/leak.h>

Suite *dma_map_suite(void);

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

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

/* --- Any back end --- */

START_TEST(a_device_without_mask_maps_nothing)
{
	struct scattered s;
	struct page *page = rig_page(0);
	u64 *mask = dev->dma_mask;

	scattered_init(&s, 3);
	dev->dma_mask = NULL;
	udm_warn_expect("dma_mask", 2);
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_int_eq(dma_map_sg(dev, s.sgt.sgl, 3, DMA_TO_DEVICE), 0);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	ck_assert_uint_eq(s.sgt.nents, 0);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(64)), -EIO);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dev->dma_mask = mask;
	scattered_free(&s);
	__free_page(page);
}
END_TEST

START_TEST(vmalloc_memory_is_rejected)
{
	void *buf = vmalloc(PAGE_SIZE);

	udm_warn_expect("rejecting DMA map of vmalloc memory", 1);
	ck_assert_uint_eq(dma_map_single(dev, buf, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_map_single(dev, buf, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	vfree(buf);
}
END_TEST

START_TEST(pages_are_not_mmio)
{
	struct page *page = rig_page(0);

	ck_assert_uint_eq(dma_map_page_attrs(dev, page, 0, 64, DMA_TO_DEVICE, DMA_ATTR_MMIO),
			  DMA_MAPPING_ERROR);
	dma_unmap_page_attrs(dev, 0x1000, 64, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	ck_assert_int_eq(dma_mapping_error(dev, DMA_MAPPING_ERROR), -ENOMEM);
	ck_assert_int_eq(dma_mapping_error(dev, 0), 0);
	__free_page(page);
}
END_TEST

static jmp_buf after_bug;

static void leave_bug(void *ctx, const char *text)
{
	longjmp(after_bug, 1);
}

START_TEST(a_direction_must_be_one)
{
	volatile bool bugged = true;

	ck_assert(valid_dma_direction(DMA_BIDIRECTIONAL));
	ck_assert(!valid_dma_direction(DMA_NONE));
	udm_bug_set_hook(leave_bug, NULL);
	if (!setjmp(after_bug)) {
		dma_map_phys(dev, 0x1000, 64, DMA_NONE, 0);
		bugged = false;
	}
	udm_bug_set_hook(NULL, NULL);
	ck_assert(bugged);
}
END_TEST

/* The device sees the bytes at their offset, in both directions. */
START_TEST(data_arrives)
{
	char *buf = kmalloc(2000, GFP_KERNEL), got[600];
	dma_addr_t addr;

	memset(buf, 'x', 2000);
	addr = dma_map_single(dev, buf + 100, 1800, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_eq(addr % 8, (unsigned long)(buf + 100) % 8);
	ck_assert_int_eq(udm_bus_read(dev, addr + 1200, got, 600), 0);
	ck_assert(all_bytes(got, 'x', 600));
	ck_assert_int_eq(udm_bus_write(dev, addr, "abc", 3), 0);
	dma_unmap_single(dev, addr, 1800, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(buf + 99, "xabcx", 5), 0);
	kfree(buf);
}
END_TEST

START_TEST(coherent_memory_is_shared)
{
	dma_addr_t addr;
	u32 *ring = dma_alloc_coherent(dev, 5000, &addr, GFP_KERNEL), word;

	ck_assert_ptr_nonnull(ring);
	ck_assert(all_bytes(ring, 0, 8192));
	ck_assert_uint_eq(addr % 8192, 0);
	ck_assert_uint_eq((unsigned long)ring % PAGE_SIZE, 0);
	ck_assert_int_eq(udm_bus_store32(dev, addr + 4096, 0x12345678), 0);
	ck_assert_uint_eq(ring[1024], 0x12345678);
	ring[3] = 77;
	ck_assert_int_eq(udm_bus_load32(dev, addr + 12, &word), 0);
	ck_assert_uint_eq(word, 77);
	ck_assert_int_eq(udm_bus_load32(dev, addr + 13, &word), -EINVAL);
	dma_free_coherent(dev, 5000, ring, addr);
}
END_TEST

START_TEST(allocations_check_their_flags)
{
	dma_addr_t addr;

	udm_warn_expect("__GFP_COMP", 3);
	ck_assert_ptr_null(dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL | __GFP_COMP));
	ck_assert_ptr_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL | __GFP_COMP));
	ck_assert_ptr_null(dma_alloc_noncontiguous(dev, 64, DMA_TO_DEVICE,
						   GFP_KERNEL | __GFP_COMP, 0));
	udm_warn_expect("__GFP_DMA", 1);
	ck_assert_ptr_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL | GFP_DMA32));
	udm_warn_expect("attrs", 1);
	ck_assert_ptr_null(dma_alloc_noncontiguous(dev, 64, DMA_TO_DEVICE, GFP_KERNEL,
						   DMA_ATTR_NO_WARN));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(pages_for_the_device)
{
	struct page *page;
	dma_addr_t addr;
	void *buf;

	page = dma_alloc_pages(dev, 5000, &addr, DMA_FROM_DEVICE, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert(all_bytes(page_address(page), 0, 8192));
	ck_assert_int_eq(udm_bus_write(dev, addr + 4990, "end", 3), 0);
	ck_assert_int_eq(memcmp(page_address(page) + 4990, "end", 3), 0);
	dma_free_pages(dev, 5000, page, addr, DMA_FROM_DEVICE);
	buf = dma_alloc_noncoherent(dev, 100, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	dma_free_noncoherent(dev, 100, buf, addr, DMA_TO_DEVICE);
}
END_TEST

START_TEST(scattered_allocations)
{
	struct sg_table *sgt = dma_alloc_noncontiguous(dev, 5 * PAGE_SIZE, DMA_BIDIRECTIONAL,
						       GFP_KERNEL, 0);
	char *view;

	ck_assert_ptr_nonnull(sgt);
	ck_assert_uint_eq(sgt->nents, 1);
	ck_assert_uint_eq(sg_dma_len(sgt->sgl), 5 * PAGE_SIZE);
	view = dma_vmap_noncontiguous(dev, 5 * PAGE_SIZE, sgt);
	ck_assert_ptr_nonnull(view);
	ck_assert(all_bytes(view, 0, 5 * PAGE_SIZE));
	ck_assert_int_eq(udm_bus_write(dev, sg_dma_address(sgt->sgl) + 4090, "across pages", 12),
			 0);
	ck_assert_int_eq(memcmp(view + 4090, "across pages", 12), 0);
	dma_vunmap_noncontiguous(dev, view);
	dma_free_noncontiguous(dev, 5 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
}
END_TEST

START_TEST(an_allocation_can_be_described)
{
	dma_addr_t addr;
	void *buf = dma_alloc_coherent(dev, 5000, &addr, GFP_KERNEL);
	struct sg_table sgt;

	ck_assert_int_eq(dma_get_sgtable(dev, &sgt, buf, addr, 5000), 0);
	ck_assert_uint_eq(sgt.orig_nents, 1);
	ck_assert_uint_eq(sgt.sgl->length, 8192);
	ck_assert_ptr_eq(sg_virt(sgt.sgl), buf);
	sg_free_table(&sgt);
	ck_assert(dma_can_mmap(dev));
	dma_free_coherent(dev, 5000, buf, addr);
}
END_TEST

START_TEST(managed_allocations)
{
	size_t before = udm_live_objects();
	dma_addr_t a, b;
	void *one = dmam_alloc_coherent(dev, 100, &a, GFP_KERNEL);

	ck_assert_ptr_nonnull(one);
	ck_assert_ptr_nonnull(dmam_alloc_coherent(dev, 100, &b, GFP_KERNEL));
	dmam_free_coherent(dev, 100, one, a);
	devres_release_all(dev);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(segment_limits)
{
	struct device *bare = rig_device("bare");

	ck_assert_uint_eq(dma_get_max_seg_size(dev), SZ_64K);
	ck_assert_uint_eq(dma_get_seg_boundary(dev), ULONG_MAX);
	dma_set_max_seg_size(dev, 1 << 20);
	dma_set_seg_boundary(dev, 0xffff);
	dma_set_min_align_mask(dev, 0xff);
	ck_assert_uint_eq(dma_get_max_seg_size(dev), 1 << 20);
	ck_assert_uint_eq(dma_get_seg_boundary_nr_pages(dev, 12), 16);
	ck_assert_uint_eq(dma_get_min_align_mask(dev), 0xff);
	ck_assert_uint_eq(dma_get_seg_boundary_nr_pages(NULL, 12), 1 << 20);
	bare->dma_parms = NULL;
	udm_warn_expect("dma_parms", 3);
	dma_set_max_seg_size(bare, 1 << 20);
	dma_set_seg_boundary(bare, 0xffff);
	dma_set_min_align_mask(bare, 0xff);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(dma_get_max_seg_size(bare), SZ_64K);
	put_device(bare);
}
END_TEST

/* Nothing moves on this machine, but it may be asked for, of parts and of lists. */
START_TEST(syncs_are_harmless)
{
	struct page *page = rig_page('s');
	struct scattered s;
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	__dma_sync_single_for_device(dev, addr + 8, 8, DMA_BIDIRECTIONAL);
	__dma_sync_single_for_cpu(dev, addr + 8, 8, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_write(dev, addr, "w", 1), 0);
	ck_assert_int_eq(*(char *)page_address(page), 'w');
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	scattered_init(&s, 20);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0), 0);
	__dma_sync_sg_for_device(dev, s.sgt.sgl, 20, DMA_FROM_DEVICE);
	__dma_sync_sg_for_cpu(dev, s.sgt.sgl, 20, DMA_FROM_DEVICE);
	dma_unmap_sgtable(dev, &s.sgt, DMA_FROM_DEVICE, 0);
	scattered_free(&s);
	__free_page(page);
}
END_TEST

START_TEST(skipping_syncs)
{
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(48)), 0);
	ck_assert_uint_eq(dma_get_mask(dev), DMA_BIT_MASK(48));
	ck_assert(dev->dma_skip_sync);
	ck_assert_int_eq(dma_dev_need_sync(dev), IS_ENABLED(CONFIG_DMA_API_DEBUG));
	*dev->dma_mask = 0;
	ck_assert_uint_eq(dma_get_mask(dev), DMA_BIT_MASK(32));
	ck_assert_int_eq(dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(40)), 0);
	ck_assert_ptr_eq(dev->dma_mask, &dev->coherent_dma_mask);
}
END_TEST

/* --- The direct mapping --- */

START_TEST(bus_addresses_are_physical)
{
	struct page *page = rig_page('p');
	dma_addr_t addr = dma_map_page(dev, page, 100, 50, DMA_TO_DEVICE);

	ck_assert_int_eq(udm_iommu_get_type(dev), UDM_IOMMU_TYPE_IDENTITY);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_eq(addr, page_to_phys(page) + 100);
	ck_assert_uint_ne(addr, (unsigned long)page_address(page) + 100);
	ck_assert_uint_eq(dma_get_merge_boundary(dev), 0);
	ck_assert_uint_eq(dma_max_mapping_size(dev), SIZE_MAX);
	ck_assert_int_eq(dma_need_unmap(dev), IS_ENABLED(CONFIG_DMA_API_DEBUG));
	dma_unmap_page(dev, addr, 50, DMA_TO_DEVICE);
	__free_page(page);
}
END_TEST

START_TEST(what_is_out_of_reach_is_refused)
{
	struct page *page = rig_page(0);
	struct scatterlist sg;

	ck_assert_uint_ge(page_to_phys(page), 1ULL << 32);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	udm_warn_expect("overflow (mask ffffffff, bus limit 0)", 1);
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, 64, 0);
	ck_assert_int_eq(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE), 0);
	ck_assert(dma_addressing_limited(dev));
	__free_page(page);
}
END_TEST

START_TEST(coherent_memory_comes_from_within_reach)
{
	static const unsigned int bits[] = { 24, 32, 64 };
	dma_addr_t addr;
	void *buf;

	ck_assert_int_eq(dma_set_coherent_mask(dev, DMA_BIT_MASK(bits[_i])), 0);
	buf = dma_alloc_coherent(dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	ck_assert_uint_le(addr + 3 * PAGE_SIZE - 1, DMA_BIT_MASK(bits[_i]));
	dma_free_coherent(dev, 3 * PAGE_SIZE, buf, addr);
}
END_TEST

START_TEST(masks_have_to_be_usable)
{
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(10)), -EIO);
	ck_assert_uint_eq(dma_get_mask(dev), DMA_BIT_MASK(64));
	ck_assert_int_eq(dma_set_coherent_mask(dev, DMA_BIT_MASK(10)), -EIO);
	ck_assert_uint_eq(dev->coherent_dma_mask, DMA_BIT_MASK(64));
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(24)), 0);
	ck_assert_uint_eq(dma_get_required_mask(dev) & (dma_get_required_mask(dev) + 1), 0);
	ck_assert_uint_ge(dma_get_required_mask(dev), PFN_PHYS(max_pfn - 1));
}
END_TEST

START_TEST(range_maps_shift_addresses)
{
	struct page *page = rig_page('s');
	phys_addr_t phys = page_to_phys(page);
	char got[4];
	dma_addr_t addr;

	ck_assert_int_eq(dma_direct_set_offset(dev, 0, 0, 1ULL << 40), 0);
	ck_assert_ptr_null(dev->dma_range_map);
	ck_assert_int_eq(dma_direct_set_offset(dev, 0, 1ULL << 41, 1ULL << 40), 0);
	ck_assert_int_eq(dma_direct_set_offset(dev, 0, 1ULL << 42, 1ULL << 40), -EINVAL);
	addr = dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_eq(addr, phys + (1ULL << 41));
	ck_assert_uint_eq(dma_to_phys(dev, addr), phys);
	ck_assert_uint_eq(phys_to_dma(dev, 1ULL << 43), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_range_map_min(dev->dma_range_map), 1ULL << 41);
	ck_assert_uint_eq(dma_range_map_max(dev->dma_range_map), (1ULL << 41) + (1ULL << 40) - 1);
	ck_assert_int_eq(udm_bus_read(dev, addr, got, 4), 0);
	ck_assert_int_eq(memcmp(got, "ssss", 4), 0);
	ck_assert_int_eq(udm_bus_read(dev, phys, got, 4), -EFAULT);
	dma_unmap_page(dev, addr, 64, DMA_TO_DEVICE);
	kfree(dev->dma_range_map);
	dev->dma_range_map = NULL;
	__free_page(page);
}
END_TEST

/* All of RAM in reach, in two parts, and all but its end. */
START_TEST(range_maps_may_leave_out_ram)
{
	u64 end = PFN_PHYS(max_pfn), half = ALIGN_DOWN(end / 2, SZ_1M);
	struct bus_dma_region map[3] = {
		{ .cpu_start = 0, .dma_start = 0, .size = half },
		{ .cpu_start = half, .dma_start = half, .size = end - half },
	};

	dev->dma_range_map = map;
	ck_assert(!dma_addressing_limited(dev));
	map[1].size -= PAGE_SIZE;
	ck_assert(dma_addressing_limited(dev));
	map[1].size = end - half;
	map[0].size -= PAGE_SIZE;
	map[0].cpu_start += PAGE_SIZE;
	ck_assert_uint_eq(phys_to_dma(dev, 0), DMA_MAPPING_ERROR);
	ck_assert_uint_eq(dma_to_phys(dev, end), (phys_addr_t)-1);
	dev->dma_range_map = NULL;
}
END_TEST

START_TEST(registers_must_be_in_reach_too)
{
	dma_addr_t addr = dma_map_resource(dev, 1ULL << 45, 64, DMA_TO_DEVICE, 0);

	ck_assert_uint_eq(addr, 1ULL << 45);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_unmap_resource(dev, addr, 64, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(40)), 0);
	udm_warn_expect("overflow (mask ffffffffff, bus limit 0)", 1);
	ck_assert_uint_eq(dma_map_resource(dev, 1ULL << 45, 64, DMA_TO_DEVICE, 0),
			  DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(dma_map_phys(dev, 0x5000, 64, DMA_TO_DEVICE, DMA_ATTR_CC_SHARED),
			  DMA_MAPPING_ERROR);
}
END_TEST

START_TEST(identity_is_limited_by_ram_and_mask)
{
	char got[4];

	ck_assert_int_eq(udm_bus_read(dev, 1ULL << 43, got, 4), -EFAULT);
	ck_assert(all_bytes(got, 0xff, 4));
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_BEYOND_APERTURE);
	dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	ck_assert_int_eq(udm_bus_read(dev, PFN_PHYS(max_pfn - 1), got, 4), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).faults, 2);
}
END_TEST

/* --- Operations a device brings along --- */

static dma_addr_t fake_map(struct device *d, phys_addr_t phys, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	return phys + 0x100000000000ULL;
}

static int fake_map_sg(struct device *d, struct scatterlist *sg, int nents,
		       enum dma_data_direction dir, unsigned long attrs)
{
	return (int)(long)dev_get_drvdata(d);
}

START_TEST(own_operations_are_used)
{
	static const struct dma_map_ops ops = { .map_phys = fake_map, .map_sg = fake_map_sg };
	struct device *own = rig_device("own");
	struct scattered s;

	udm_iommu_set_type(own, UDM_IOMMU_TYPE_IDENTITY);
	set_dma_ops(own, &ops);
	scattered_init(&s, 2);
	ck_assert_uint_eq(dma_map_phys(own, 0x5000, 64, DMA_TO_DEVICE, DMA_ATTR_MMIO),
			  0x100000005000ULL);
	/* Neither unmap nor sync members: nothing to call. */
	ck_assert_int_eq(dma_mapping_error(own, 0x100000005000ULL), 0);
	dma_unmap_phys(own, 0x100000005000ULL, 64, DMA_TO_DEVICE, DMA_ATTR_MMIO);
	dev_set_drvdata(own, (void *)(long)-ENOMEM);
	ck_assert_int_eq(dma_map_sgtable(own, &s.sgt, DMA_TO_DEVICE, 0), -ENOMEM);
	ck_assert_uint_eq(s.sgt.nents, 2);
	udm_warn_expect("is_map_sg_error", 1);
	dev_set_drvdata(own, (void *)(long)-EPERM);
	ck_assert_int_eq(dma_map_sgtable(own, &s.sgt, DMA_TO_DEVICE, 0), -EIO);
	dev_set_drvdata(own, NULL);
	ck_assert_int_eq(dma_map_sgtable(own, &s.sgt, DMA_TO_DEVICE, 0), -EIO);
	ck_assert(!dma_can_mmap(own));
	ck_assert_ptr_null(dma_alloc_coherent(own, 64, &(dma_addr_t){ 0 }, GFP_KERNEL));
	ck_assert(!dma_pci_p2pdma_supported(own));
	scattered_free(&s);
	put_device(own);
}
END_TEST

static dma_addr_t fake_map_page(struct device *d, struct page *page, unsigned long offset,
				size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	return page_to_phys(page) + offset + 0x200000000000ULL;
}

static dma_addr_t fake_map_resource(struct device *d, phys_addr_t phys, size_t size,
				    enum dma_data_direction dir, unsigned long attrs)
{
	return phys + 0x300000000000ULL;
}

static void fake_unmap(struct device *d, dma_addr_t addr, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	dev_set_drvdata(d, (void *)(addr >> 44));
}

/* Operations in the form of Linux 6.18: pages and resources apart. */
START_TEST(split_operations_are_used)
{
	static const struct dma_map_ops ops = { .map_page = fake_map_page,
						.unmap_page = fake_unmap,
						.map_resource = fake_map_resource,
						.unmap_resource = fake_unmap };
	static const struct dma_map_ops pages_only = { .map_page = fake_map_page };
	struct device *own = rig_device("own");
	dma_addr_t addr;
	char *data = kmalloc(64, GFP_KERNEL);

	udm_iommu_set_type(own, UDM_IOMMU_TYPE_IDENTITY);
	set_dma_ops(own, &ops);
	addr = dma_map_single(own, data + 8, 16, DMA_TO_DEVICE);
	ck_assert(!dma_mapping_error(own, addr));
	ck_assert_uint_eq(addr, virt_to_phys(data) + 8 + 0x200000000000ULL);
	dma_unmap_single(own, addr, 16, DMA_TO_DEVICE);
	ck_assert_uint_eq((unsigned long)dev_get_drvdata(own), 2);
	addr = dma_map_resource(own, 0x5000, 64, DMA_TO_DEVICE, 0);
	ck_assert(!dma_mapping_error(own, addr));
	ck_assert_uint_eq(addr, 0x300000005000ULL);
	dma_unmap_resource(own, addr, 64, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq((unsigned long)dev_get_drvdata(own), 3);
	set_dma_ops(own, &pages_only);
	addr = dma_map_resource(own, 0x5000, 64, DMA_TO_DEVICE, 0);
	ck_assert(dma_mapping_error(own, addr));
	kfree(data);
	put_device(own);
}
END_TEST

START_TEST(dummy_operations_refuse)
{
	struct scattered s;

	udm_iommu_set_type(dev, UDM_IOMMU_TYPE_IDENTITY);
	set_dma_ops(dev, &dma_dummy_ops);
	scattered_init(&s, 2);
	ck_assert_uint_eq(dma_map_phys(dev, 0x5000, 64, DMA_TO_DEVICE, 0), DMA_MAPPING_ERROR);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -EINVAL);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(64)), -EIO);
	scattered_free(&s);
}
END_TEST

static void add_common(TCase *tc)
{
	tcase_add_test(tc, a_device_without_mask_maps_nothing);
	tcase_add_test(tc, vmalloc_memory_is_rejected);
	tcase_add_test(tc, pages_are_not_mmio);
	tcase_add_test(tc, a_direction_must_be_one);
	tcase_add_test(tc, data_arrives);
	tcase_add_test(tc, coherent_memory_is_shared);
	tcase_add_test(tc, allocations_check_their_flags);
	tcase_add_test(tc, pages_for_the_device);
	tcase_add_test(tc, scattered_allocations);
	tcase_add_test(tc, an_allocation_can_be_described);
	tcase_add_test(tc, managed_allocations);
	tcase_add_test(tc, segment_limits);
	tcase_add_test(tc, syncs_are_harmless);
	tcase_add_test(tc, skipping_syncs);
	tcase_add_test(tc, own_operations_are_used);
	tcase_add_test(tc, split_operations_are_used);
	tcase_add_test(tc, dummy_operations_refuse);
}

Suite *dma_map_suite(void)
{
	Suite *s = suite_create("dma_map");
	TCase *tc = tcase_create("translated");

	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);

	tc = tcase_create("direct");
	tcase_add_checked_fixture(tc, setup_off, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_test(tc, bus_addresses_are_physical);
	tcase_add_test(tc, what_is_out_of_reach_is_refused);
	tcase_add_loop_test(tc, coherent_memory_comes_from_within_reach, 0, 3);
	tcase_add_test(tc, masks_have_to_be_usable);
	tcase_add_test(tc, range_maps_shift_addresses);
	tcase_add_test(tc, range_maps_may_leave_out_ram);
	tcase_add_test(tc, registers_must_be_in_reach_too);
	tcase_add_test(tc, identity_is_limited_by_ram_and_mask);
	return s;
}
