// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which back end a device gets, and devices with operations of their own: each call of the DMA
 * API reaches its operation, and those that are absent have the result they ought to.
 */
#include "dma_rig.h"

#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/slab.h>
#include <setjmp.h>
#include <string.h>

Suite *dma_backend_suite(void);

static struct device *dev;

static void setup(void)
{
	boot_strict();
	dev = rig_device("own");
	udm_iommu_set_type(dev, UDM_IOMMU_TYPE_IDENTITY);
}

static void setup_strict(void)
{
	boot_strict();
	dev = rig_device("rig");
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

/* --- Operations that note that they were called --- */

static char called[64];

static void note(const char *what)
{
	strscpy(called, what, sizeof(called));
}

static void check_call(const char *what)
{
	ck_assert_str_eq(called, what);
	called[0] = '\0';
}

#define BUS_OFFSET	(1ULL << 44)

static void *op_alloc(struct device *d, size_t size, dma_addr_t *handle, gfp_t gfp,
		      unsigned long attrs)
{
	struct page *page = alloc_pages(gfp | __GFP_ZERO, get_order(size));

	note("alloc");
	*handle = page_to_phys(page) + BUS_OFFSET;
	return page_address(page);
}

static void op_free(struct device *d, size_t size, void *vaddr, dma_addr_t handle,
		    unsigned long attrs)
{
	note("free");
	free_pages((unsigned long)vaddr, get_order(size));
}

static struct page *op_alloc_pages(struct device *d, size_t size, dma_addr_t *handle,
				   enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page = alloc_pages(gfp | __GFP_ZERO, get_order(size));

	note("alloc_pages");
	*handle = page_to_phys(page) + BUS_OFFSET;
	return page;
}

static void op_free_pages(struct device *d, size_t size, struct page *page, dma_addr_t handle,
			  enum dma_data_direction dir)
{
	note("free_pages");
	__free_pages(page, get_order(size));
}

static int op_mmap(struct device *d, struct vm_area_struct *vma, void *cpu, dma_addr_t addr,
		   size_t size, unsigned long attrs)
{
	note("mmap");
	return 0;
}

static int op_get_sgtable(struct device *d, struct sg_table *sgt, void *cpu, dma_addr_t addr,
			  size_t size, unsigned long attrs)
{
	note("get_sgtable");
	return 0;
}

static dma_addr_t op_map_phys(struct device *d, phys_addr_t phys, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	note("map_phys");
	return phys + BUS_OFFSET;
}

static void op_unmap_phys(struct device *d, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	note("unmap_phys");
}

static int op_map_sg(struct device *d, struct scatterlist *sgl, int nents,
		     enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int k;

	note("map_sg");
	for_each_sg(sgl, sg, nents, k) {
		sg_dma_address(sg) = sg_phys(sg) + BUS_OFFSET;
		sg_dma_len(sg) = sg->length;
	}
	return nents;
}

static void op_unmap_sg(struct device *d, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	note("unmap_sg");
}

#define SYNC_SINGLE(name)								\
	static void op_##name(struct device *d, dma_addr_t addr, size_t size,		\
			      enum dma_data_direction dir)				\
	{										\
		note(#name);								\
	}
#define SYNC_SG(name)									\
	static void op_##name(struct device *d, struct scatterlist *sg, int nents,	\
			      enum dma_data_direction dir)				\
	{										\
		note(#name);								\
	}

SYNC_SINGLE(sync_single_for_cpu)
SYNC_SINGLE(sync_single_for_device)
SYNC_SG(sync_sg_for_cpu)
SYNC_SG(sync_sg_for_device)

static int op_supported(struct device *d, u64 mask)
{
	return mask >= DMA_BIT_MASK(20);
}

static u64 op_required_mask(struct device *d)
{
	return DMA_BIT_MASK(45);
}

static size_t op_max_mapping_size(struct device *d)
{
	return SZ_1M;
}

static size_t op_opt_mapping_size(void)
{
	return SZ_64K;
}

static unsigned long op_merge_boundary(struct device *d)
{
	return SZ_64K - 1;
}

static const struct dma_map_ops full_ops = {
	.alloc = op_alloc, .free = op_free,
	.alloc_pages_op = op_alloc_pages, .free_pages = op_free_pages,
	.mmap = op_mmap, .get_sgtable = op_get_sgtable,
	.map_phys = op_map_phys, .unmap_phys = op_unmap_phys,
	.map_sg = op_map_sg, .unmap_sg = op_unmap_sg,
	.sync_single_for_cpu = op_sync_single_for_cpu,
	.sync_single_for_device = op_sync_single_for_device,
	.sync_sg_for_cpu = op_sync_sg_for_cpu, .sync_sg_for_device = op_sync_sg_for_device,
	.dma_supported = op_supported, .get_required_mask = op_required_mask,
	.max_mapping_size = op_max_mapping_size, .opt_mapping_size = op_opt_mapping_size,
	.get_merge_boundary = op_merge_boundary,
};

/* Only what cannot be left out. */
static const struct dma_map_ops bare_ops = { .map_phys = op_map_phys };

START_TEST(streaming_reaches_its_operations)
{
	struct page *page = rig_page(0);
	struct scattered s;
	dma_addr_t addr;

	set_dma_ops(dev, &full_ops);
	/* Whether syncs may be skipped is found out when the mask is set. */
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
	addr = dma_map_page(dev, page, 8, 100, DMA_BIDIRECTIONAL);
	check_call("map_phys");
	ck_assert_uint_eq(addr, page_to_phys(page) + 8 + BUS_OFFSET);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	dma_sync_single_range_for_cpu(dev, addr, 4, 8, DMA_BIDIRECTIONAL);
	check_call("sync_single_for_cpu");
	dma_sync_single_range_for_device(dev, addr, 4, 8, DMA_BIDIRECTIONAL);
	check_call("sync_single_for_device");
	ck_assert(dma_need_sync(dev, addr));
	ck_assert(dma_need_unmap(dev));
	dma_unmap_page(dev, addr, 100, DMA_BIDIRECTIONAL);
	check_call("unmap_phys");
	scattered_init(&s, 3);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0), 0);
	check_call("map_sg");
	dma_sync_sgtable_for_cpu(dev, &s.sgt, DMA_BIDIRECTIONAL);
	check_call("sync_sg_for_cpu");
	dma_sync_sgtable_for_device(dev, &s.sgt, DMA_BIDIRECTIONAL);
	check_call("sync_sg_for_device");
	dma_unmap_sgtable(dev, &s.sgt, DMA_BIDIRECTIONAL, 0);
	check_call("unmap_sg");
	scattered_free(&s);
	__free_page(page);
}
END_TEST

START_TEST(allocation_reaches_its_operations)
{
	struct vm_area_struct vma = { 0 };
	struct sg_table sgt, *table;
	struct page *page;
	dma_addr_t addr;
	void *buf;

	set_dma_ops(dev, &full_ops);
	buf = dma_alloc_coherent(dev, 5000, &addr, GFP_KERNEL);
	check_call("alloc");
	ck_assert_int_eq(dma_get_sgtable(dev, &sgt, buf, addr, 5000), 0);
	check_call("get_sgtable");
	ck_assert(dma_can_mmap(dev));
	ck_assert_int_eq(dma_mmap_coherent(dev, &vma, buf, addr, 5000), 0);
	check_call("mmap");
	dma_free_coherent(dev, 5000, buf, addr);
	check_call("free");
	page = dma_alloc_pages(dev, 5000, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	check_call("alloc_pages");
	dma_free_pages(dev, 5000, page, addr, DMA_TO_DEVICE);
	check_call("free_pages");
	/* What is contiguous only for the device is one block here. */
	table = dma_alloc_noncontiguous(dev, 5000, DMA_TO_DEVICE, GFP_KERNEL, 0);
	check_call("alloc_pages");
	ck_assert_uint_eq(table->orig_nents, 1);
	ck_assert_ptr_eq(dma_vmap_noncontiguous(dev, 5000, table), sg_virt(table->sgl));
	dma_vunmap_noncontiguous(dev, sg_virt(table->sgl));
	dma_free_noncontiguous(dev, 5000, table, DMA_TO_DEVICE);
	check_call("free_pages");
}
END_TEST

START_TEST(limits_are_those_of_the_operations)
{
	set_dma_ops(dev, &full_ops);
	ck_assert_uint_eq(dma_get_required_mask(dev), DMA_BIT_MASK(45));
	ck_assert_uint_eq(dma_max_mapping_size(dev), SZ_1M);
	ck_assert_uint_eq(dma_opt_mapping_size(dev), SZ_64K);
	ck_assert_uint_eq(dma_get_merge_boundary(dev), SZ_64K - 1);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(19)), -EIO);
	ck_assert_uint_eq(dma_get_mask(dev), DMA_BIT_MASK(64));
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(40)), 0);
	/* They sync, so syncs are never skipped. */
	ck_assert(!dev->dma_skip_sync);
	ck_assert(dma_addressing_limited(dev));
}
END_TEST

START_TEST(absent_operations)
{
	struct vm_area_struct vma = { 0 };
	struct page *page = rig_page(0);
	struct sg_table sgt;
	struct scattered s;
	dma_addr_t addr;

	set_dma_ops(dev, &bare_ops);
	scattered_init(&s, 2);
	addr = dma_map_page(dev, page, 0, 100, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	called[0] = '\0';
	dma_sync_single_for_cpu(dev, addr, 100, DMA_BIDIRECTIONAL);
	dma_sync_single_for_device(dev, addr, 100, DMA_BIDIRECTIONAL);
	dma_unmap_page(dev, addr, 100, DMA_BIDIRECTIONAL);
	check_call("");
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -EIO);
	ck_assert_ptr_null(dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL));
	ck_assert_ptr_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL));
	ck_assert_ptr_null(dma_alloc_noncontiguous(dev, 64, DMA_TO_DEVICE, GFP_KERNEL, 0));
	ck_assert_int_eq(dma_get_sgtable(dev, &sgt, page_address(page), 0, 64), -ENXIO);
	ck_assert_int_eq(dma_mmap_coherent(dev, &vma, page_address(page), 0, 64), -ENXIO);
	ck_assert_uint_eq(dma_get_required_mask(dev), DMA_BIT_MASK(32));
	ck_assert_uint_eq(dma_max_mapping_size(dev), SIZE_MAX);
	ck_assert_uint_eq(dma_opt_mapping_size(dev), SIZE_MAX);
	ck_assert_uint_eq(dma_get_merge_boundary(dev), 0);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(10)), 0);
	ck_assert(dev->dma_skip_sync);
	scattered_free(&s);
	__free_page(page);
}
END_TEST

/* Memory shared with a host is nothing that other back ends know. */
START_TEST(shared_memory_is_for_the_direct_mapping)
{
	set_dma_ops(dev, _i ? &full_ops : NULL);
	if (!_i)
		udm_iommu_set_type(dev, UDM_IOMMU_TYPE_STRICT);
	called[0] = '\0';
	ck_assert_uint_eq(dma_map_phys(dev, 0x5000, 64, DMA_TO_DEVICE, DMA_ATTR_CC_SHARED),
			  DMA_MAPPING_ERROR);
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("tries to free DMA memory it has not allocated", 1);
	dma_unmap_phys(dev, 0x5000, 64, DMA_TO_DEVICE, DMA_ATTR_CC_SHARED);
	check_call("");
}
END_TEST

START_TEST(dummy_operations_refuse_everything)
{
	struct vm_area_struct vma = { 0 };
	struct scattered s;

	scattered_init(&s, 1);
	set_dma_ops(dev, &dma_dummy_ops);
	ck_assert_int_eq(dma_mmap_coherent(dev, &vma, NULL, 0, 64), -ENXIO);
	ck_assert_uint_eq(dma_map_phys(dev, 0x5000, 64, DMA_TO_DEVICE, 0), DMA_MAPPING_ERROR);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), -EINVAL);
	ck_assert_int_eq(dma_set_coherent_mask(dev, DMA_BIT_MASK(64)), -EIO);
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("tries to free", 1);
	udm_warn_expect("true", 2);
	dma_unmap_phys(dev, 0x5000, 64, DMA_TO_DEVICE, 0);
	dma_unmap_phys(dev, 0x5000, 64, DMA_TO_DEVICE, 0);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	scattered_free(&s);
}
END_TEST

/* --- Choosing --- */

START_TEST(an_iommu_goes_before_operations)
{
	struct page *page = rig_page(0);
	dma_addr_t addr;

	/* The device was attached before it got them. */
	set_dma_ops(dev, &full_ops);
	addr = dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE);
	ck_assert_uint_lt(addr, BUS_OFFSET << 8);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 1);
	dma_unmap_page(dev, addr, 64, DMA_TO_DEVICE);
	udm_warn_expect("ops", 1);
	ck_assert_int_eq(dma_set_mask(dev, DMA_BIT_MASK(40)), -EIO);
	ck_assert_uint_eq(dma_get_mask(dev), DMA_BIT_MASK(64));
	ck_assert_uint_eq(dma_get_required_mask(dev), DMA_BIT_MASK(32));
	__free_page(page);
}
END_TEST

START_TEST(devices_with_operations_are_not_translated)
{
	struct device *late = kzalloc(sizeof(*late), GFP_KERNEL);

	device_initialize(late);
	late->release = (void (*)(struct device *))kfree;
	set_dma_ops(late, &full_ops);
	arch_setup_dma_ops(late, true);
	ck_assert(!late->dma_iommu);
	ck_assert_int_eq(udm_iommu_get_type(late), UDM_IOMMU_TYPE_IDENTITY);
	put_device(late);
}
END_TEST

/* --- Directions --- */

static jmp_buf after_bug;

static void leave_bug(void *ctx, const char *text)
{
	longjmp(after_bug, 1);
}

static void unmap_wrongly(struct scattered *s, int how)
{
	switch (how) {
	case 0:
		dma_map_sg(dev, s->sgt.sgl, 2, DMA_NONE);
		break;
	case 1:
		dma_unmap_phys(dev, 0x1000, 64, DMA_NONE, 0);
		break;
	case 2:
		dma_unmap_sg(dev, s->sgt.sgl, 2, 17);
		break;
	case 3:
		__dma_sync_single_for_cpu(dev, 0x1000, 64, DMA_NONE);
		break;
	case 4:
		__dma_sync_sg_for_device(dev, s->sgt.sgl, 2, -1);
		break;
	}
}

START_TEST(every_call_needs_a_direction)
{
	volatile bool bugged = true;
	struct scattered s;

	scattered_init(&s, 2);
	udm_bug_set_hook(leave_bug, NULL);
	if (!setjmp(after_bug)) {
		unmap_wrongly(&s, _i);
		bugged = false;
	}
	udm_bug_set_hook(NULL, NULL);
	ck_assert(bugged);
	scattered_free(&s);
}
END_TEST

/* --- The state of an unmap, kept in a driver's own structures --- */

#define STATE(name)									\
	struct name {									\
		int before;								\
		DEFINE_DMA_UNMAP_ADDR(addr);						\
		DEFINE_DMA_UNMAP_LEN(len);						\
		int after;								\
	}

STATE(kept_state);

START_TEST(unmap_state_is_kept)
{
	struct kept_state state = { 0 };

	dma_unmap_addr_set(&state, addr, 0x123456789000ULL);
	dma_unmap_len_set(&state, len, 1500);
	ck_assert_uint_eq(dma_unmap_addr(&state, addr), 0x123456789000ULL);
	ck_assert_uint_eq(dma_unmap_len(&state, len), 1500);
	ck_assert_uint_eq(sizeof(state.addr), sizeof(dma_addr_t));
	ck_assert_uint_eq(sizeof(state.len), 4);
	ck_assert_int_eq(state.before | state.after, 0);
}
END_TEST

Suite *dma_backend_suite(void)
{
	Suite *s = suite_create("dma_backend");
	TCase *tc = tcase_create("operations");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, streaming_reaches_its_operations);
	tcase_add_test(tc, allocation_reaches_its_operations);
	tcase_add_test(tc, limits_are_those_of_the_operations);
	tcase_add_test(tc, absent_operations);
	tcase_add_loop_test(tc, shared_memory_is_for_the_direct_mapping, 0, 2);
	tcase_add_test(tc, dummy_operations_refuse_everything);
	tcase_add_test(tc, devices_with_operations_are_not_translated);

	tc = tcase_create("translated");
	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, an_iommu_goes_before_operations);
	tcase_add_loop_test(tc, every_call_needs_a_direction, 0, 5);
	tcase_add_test(tc, unmap_state_is_kept);
	return s;
}
