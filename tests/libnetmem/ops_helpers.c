// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts that back ends of ordinary pages share: tables, windows for applications, pages
 * and their mapping; second kernel mappings.
 */
#include "dma_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/anon_inodes.h>
#include <linux/cma.h>
#include <linux/dma-map-ops.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <sys/mman.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/leak.h>

Suite *ops_helpers_suite(void);

#define PAGES 4

static struct device *dev;

static void setup(void)
{
	boot_strict();
	dev = rig_device("rig");
}

static void setup_area(void)
{
	boot_cmdline("cma=4M@64M", UDM_IOMMU_STRICT);
	dev = rig_device("rig");
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

/* --- Windows ------------------------------------------------------------------------------ */

/* A file that shows a buffer; what the last mmap of it did. */
static struct {
	void *buf;
	size_t size;
	bool of_pages;		/* dma_mmap_pages() */
	int err;
} shown;

static int show(struct file *file, struct vm_area_struct *vma)
{
	pgprot_t prot = vma->vm_page_prot;

	if (shown.of_pages)
		shown.err = dma_mmap_pages(dev, vma, shown.size, virt_to_page(shown.buf));
	else
		shown.err = dma_common_mmap(dev, vma, shown.buf, 0, shown.size,
					    DMA_ATTR_WRITE_COMBINE);
	/* From what it was, whatever came of the call; for a coherent device that is the same. */
	prot = dma_pgprot(dev, prot, DMA_ATTR_WRITE_COMBINE);
	ck_assert_int_eq(memcmp(&vma->vm_page_prot, &prot, sizeof(prot)), 0);
	return shown.err;
}

static int show_open(void *buf, size_t size)
{
	static const struct file_operations fops = { .mmap = show };

	shown.buf = buf;
	shown.size = size;
	return anon_inode_getfd("[shown]", &fops, NULL, O_RDWR);
}

static char *window(int fd, unsigned long off, unsigned long len)
{
	return udm_mmap(NULL, len * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			off * PAGE_SIZE);
}

/* Size in bytes, offset and length of the window in pages. */
static const struct { size_t size; unsigned long off, len; int err; } windows[] = {
	{ PAGES * PAGE_SIZE, 0, 4, 0 }, { PAGES * PAGE_SIZE, 3, 1, 0 },
	{ PAGES * PAGE_SIZE, 1, 3, 0 }, { PAGES * PAGE_SIZE, 1, 2, 0 },
	{ PAGES * PAGE_SIZE, 4, 1, -ENXIO }, { PAGES * PAGE_SIZE, 0, 5, -ENXIO },
	{ PAGES * PAGE_SIZE, 1, 4, -ENXIO }, { PAGES * PAGE_SIZE, 1UL << 40, 1, -ENXIO },
	/* The last page counts as soon as one byte of it does. */
	{ 3 * PAGE_SIZE + 1, 0, 4, 0 }, { 3 * PAGE_SIZE, 0, 4, -ENXIO },
	{ 0, 0, 1, -ENXIO },
};

static void window_case(void *buf, int n)
{
	int fd = show_open(buf, windows[n].size);
	char *map = window(fd, windows[n].off, windows[n].len);
	unsigned long k;

	ck_assert_int_eq(shown.err, windows[n].err);
	if (windows[n].err) {
		ck_assert_ptr_eq(map, MAP_FAILED);
		ck_assert_int_eq(errno, ENXIO);
	} else {
		for (k = 0; k < windows[n].len; k++)
			ck_assert_int_eq(map[k * PAGE_SIZE + 7], (char)('a' + windows[n].off + k));
		/* One memory: what is written here is seen there. */
		map[9] = '!';
		ck_assert_int_eq(((char *)buf)[windows[n].off * PAGE_SIZE + 9], '!');
		udm_munmap(map, windows[n].len * PAGE_SIZE);
	}
	udm_close(fd);
}

START_TEST(windows_show_pages_of_the_buffer_only)
{
	char *buf = (char *)__get_free_pages(GFP_KERNEL, 2);
	unsigned int k;

	for (k = 0; k < PAGES; k++)
		memset(buf + k * PAGE_SIZE, 'a' + k, PAGE_SIZE);
	shown.of_pages = false;
	window_case(buf, _i);
	shown.of_pages = true;
	window_case(buf, _i);
	shown.of_pages = false;
	free_pages((unsigned long)buf, 2);
}
END_TEST

/* A second mapping of contiguous pages: the frames are those behind it. */
START_TEST(windows_of_a_remapped_buffer)
{
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	char *view, *map;
	int fd;

	ck_assert_ptr_nonnull(block);
	view = dma_common_contiguous_remap(block, PAGES * PAGE_SIZE, PAGE_KERNEL, NULL);
	ck_assert_ptr_nonnull(view);
	fd = show_open(view, PAGES * PAGE_SIZE);
	strcpy(view + 2 * PAGE_SIZE, "third");
	map = window(fd, 2, 2);
	ck_assert_int_eq(shown.err, 0);
	ck_assert_str_eq(map, "third");
	strcpy(map + PAGE_SIZE, "fourth");
	ck_assert_str_eq((char *)page_address(block + 3), "fourth");
	udm_munmap(map, 2 * PAGE_SIZE);
	udm_close(fd);
	dma_common_free_remap(view, PAGES * PAGE_SIZE);
	__free_pages(block, 2);
}
END_TEST

/* --- Tables ------------------------------------------------------------------------------- */

START_TEST(tables_have_one_unmapped_entry)
{
	char *buf = kmalloc(8192, GFP_KERNEL), *mapped = vmalloc(3 * PAGE_SIZE);
	struct sg_table sgt;

	ck_assert_int_eq(dma_common_get_sgtable(dev, &sgt, buf + 100, 1234, 5000, 0), 0);
	ck_assert_uint_eq(sgt.orig_nents, 1);
	ck_assert_uint_eq(sgt.nents, 1);
	ck_assert(sg_is_last(sgt.sgl));
	ck_assert_uint_eq(sgt.sgl->length, 8192);
	ck_assert_uint_eq(sgt.sgl->offset, 0);
	ck_assert_uint_eq(sg_dma_address(sgt.sgl), 0);
	ck_assert_uint_eq(sg_dma_len(sgt.sgl), 0);
	ck_assert_ptr_eq(sg_page(sgt.sgl), virt_to_page(buf));
	sg_free_table(&sgt);
	ck_assert_int_eq(dma_common_get_sgtable(NULL, &sgt, mapped + PAGE_SIZE, 0, 1, 0), 0);
	ck_assert_ptr_eq(sg_page(sgt.sgl), vmalloc_to_page(mapped + PAGE_SIZE));
	ck_assert_uint_eq(sgt.sgl->length, PAGE_SIZE);
	sg_free_table(&sgt);
	vfree(mapped);
	kfree(buf);
}
END_TEST

START_TEST(a_table_needs_memory)
{
	char *buf = kmalloc(64, GFP_KERNEL);
	struct sg_table sgt;

	fail_nth(1);
	ck_assert_int_eq(dma_common_get_sgtable(dev, &sgt, buf, 0, 64, 0), -ENOMEM);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	kfree(buf);
}
END_TEST

/* --- Pages -------------------------------------------------------------------------------- */

START_TEST(pages_follow_their_mapping)
{
	struct page *page;
	dma_addr_t addr;

	page = dma_common_alloc_pages(dev, 3 * PAGE_SIZE, &addr, DMA_FROM_DEVICE, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert(all_bytes(page_address(page), 0, 3 * PAGE_SIZE));
	ck_assert_int_eq(udm_bus_write(dev, addr + 3 * PAGE_SIZE - 1, "x", 1), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + 3 * PAGE_SIZE, "x", 1), -EFAULT);
	/* Mapped for that direction only. */
	ck_assert_int_eq(udm_bus_read(dev, addr, &(char){ 0 }, 1), -EFAULT);
	dma_common_free_pages(dev, 3 * PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
	ck_assert_int_eq(udm_bus_write(dev, addr, "x", 1), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 0);
}
END_TEST

START_TEST(pages_that_cannot_be_mapped_are_freed)
{
	struct page *page;
	size_t live;
	dma_addr_t addr = 77;

	/* The device attaches to the bus at its first mapping. */
	page = dma_common_alloc_pages(dev, PAGE_SIZE, &addr, DMA_FROM_DEVICE, GFP_KERNEL);
	dma_common_free_pages(dev, PAGE_SIZE, page, addr, DMA_FROM_DEVICE);
	live = udm_live_objects();
	udm_iommu_fail(UDM_IOMMU_STEP_MAP, 0, 1);
	ck_assert_ptr_null(dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr, DMA_FROM_DEVICE,
						  GFP_KERNEL));
	ck_assert_uint_eq(addr, DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_live_objects(), live);
	addr = 77;
	fail_nth(1);
	ck_assert_ptr_null(dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr, DMA_FROM_DEVICE,
						  GFP_KERNEL | __GFP_NOWARN));
	ck_assert_uint_eq(addr, 77);
	ck_assert_uint_eq(udm_live_objects(), live);
}
END_TEST

/* Operations that look at what they are called with, and when. */
static struct {
	phys_addr_t phys;
	size_t size;
	bool fails;
	unsigned int maps, unmaps;
} watched;

static dma_addr_t watch_map(struct device *d, phys_addr_t phys, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	ck_assert_ptr_eq(d, dev);
	ck_assert_uint_eq(attrs, DMA_ATTR_SKIP_CPU_SYNC);
	ck_assert_int_eq(dir, DMA_TO_DEVICE);
	watched.phys = phys;
	watched.size = size;
	watched.maps++;
	/* The pages are cleared afterwards. */
	memset(phys_to_virt(phys), 0x5a, size);
	return watched.fails ? DMA_MAPPING_ERROR : 4711;
}

static void watch_unmap(struct device *d, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	ck_assert_uint_eq(addr, 4711);
	ck_assert_uint_eq(size, watched.size);
	ck_assert_uint_eq(attrs, DMA_ATTR_SKIP_CPU_SYNC);
	ck_assert_int_eq(dir, DMA_TO_DEVICE);
	/* The page is nobody else's yet. */
	ck_assert_int_eq(page_ref_count(phys_to_page(watched.phys)), 1);
	watched.unmaps++;
}

static void use_operations(const struct dma_map_ops *ops)
{
	udm_iommu_set_type(dev, UDM_IOMMU_TYPE_IDENTITY);
	set_dma_ops(dev, ops);
	memset(&watched, 0, sizeof(watched));
}

START_TEST(own_operations_map_and_unmap)
{
	static const struct dma_map_ops ops = { .map_phys = watch_map, .unmap_phys = watch_unmap };
	static const struct dma_map_ops no_unmap = { .map_phys = watch_map };
	struct page *page;
	dma_addr_t addr;
	size_t live;

	use_operations(&ops);
	page = dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert_uint_eq(addr, 4711);
	ck_assert_uint_eq(watched.phys, page_to_phys(page));
	ck_assert_uint_eq(watched.size, 2 * PAGE_SIZE);
	ck_assert(all_bytes(page_address(page), 0, 2 * PAGE_SIZE));
	dma_common_free_pages(dev, 2 * PAGE_SIZE, page, addr, DMA_TO_DEVICE);
	ck_assert_uint_eq(watched.unmaps, 1);
	live = udm_live_objects();
	watched.fails = true;
	ck_assert_ptr_null(dma_common_alloc_pages(dev, PAGE_SIZE, &addr, DMA_TO_DEVICE,
						  GFP_KERNEL));
	ck_assert_uint_eq(addr, DMA_MAPPING_ERROR);
	ck_assert_uint_eq(udm_live_objects(), live);
	ck_assert_uint_eq(watched.unmaps, 1);
	use_operations(&no_unmap);
	page = dma_common_alloc_pages(dev, PAGE_SIZE, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	dma_common_free_pages(dev, PAGE_SIZE, page, addr, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_live_objects(), live);
	set_dma_ops(dev, NULL);
}
END_TEST

/* --- Contiguous areas --------------------------------------------------------------------- */

static bool in_area(struct page *page)
{
	return cma_pages_valid(dma_contiguous_default_area, page, 1);
}

/* All of it can be had: nothing of it is in use. */
static bool area_is_free(void)
{
	struct cma *cma = dma_contiguous_default_area;
	struct page *all = cma_alloc(cma, 1024 - 3 * 32, 0, true);

	/* What the atomic pools have of it is at its start. */
	return all && cma_release(cma, all, 1024 - 3 * 32);
}

START_TEST(pages_return_to_their_owner)
{
	struct cma *cma = dma_contiguous_default_area;
	struct page *page, *rest, *other;
	size_t live = udm_live_objects();
	dma_addr_t addr, addr2;

	/* The first mapping also attaches the device. */
	page = dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr, DMA_TO_DEVICE, GFP_KERNEL);
	ck_assert(in_area(page));
	live = udm_live_objects() - 2;
	rest = cma_alloc(cma, 1024 - 2 * 32 - 2, 0, true);
	ck_assert_ptr_nonnull(rest);
	other = dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr2, DMA_TO_DEVICE,
				       GFP_KERNEL | __GFP_NOWARN);
	ck_assert_ptr_nonnull(other);
	ck_assert(!in_area(other));
	ck_assert(cma_release(cma, rest, 1024 - 2 * 32 - 2));
	dma_common_free_pages(dev, 2 * PAGE_SIZE, other, addr2, DMA_TO_DEVICE);
	dma_common_free_pages(dev, 2 * PAGE_SIZE, page, addr, DMA_TO_DEVICE);
	ck_assert_uint_eq(udm_live_objects(), live);
	udm_iommu_fail(UDM_IOMMU_STEP_MAP, 0, 1);
	ck_assert_ptr_null(dma_common_alloc_pages(dev, 2 * PAGE_SIZE, &addr, DMA_TO_DEVICE,
						  GFP_KERNEL));
	ck_assert_uint_eq(udm_live_objects(), live);
	ck_assert(area_is_free());
}
END_TEST

/* --- Second mappings ---------------------------------------------------------------------- */

START_TEST(remapped_pages)
{
	struct page *pages[3];
	unsigned int k;
	char *view;

	for (k = 0; k < 3; k++)
		pages[k] = rig_page('0' + k);
	view = dma_common_pages_remap(pages, 3 * PAGE_SIZE, PAGE_KERNEL, NULL);
	ck_assert_ptr_nonnull(view);
	ck_assert_ptr_eq(dma_common_find_pages(view), pages);
	ck_assert_int_eq(view[PAGE_SIZE], '1');
	dma_common_free_remap(view, 3 * PAGE_SIZE);
	for (k = 0; k < 3; k++)
		__free_page(pages[k]);
	pages[0] = alloc_pages(GFP_KERNEL, 1);
	view = dma_common_contiguous_remap(pages[0], 2 * PAGE_SIZE, PAGE_KERNEL, NULL);
	ck_assert_ptr_nonnull(view);
	ck_assert_ptr_null(dma_common_find_pages(view));
	ck_assert_ptr_eq(vmalloc_to_page(view + PAGE_SIZE), pages[0] + 1);
	dma_common_free_remap(view, 2 * PAGE_SIZE);
	__free_pages(pages[0], 1);
	view = vmalloc(PAGE_SIZE);
	ck_assert_ptr_null(dma_common_find_pages(view));
	ck_assert_ptr_null(dma_common_find_pages(&view));
	udm_warn_expect("trying to free invalid coherent area", 2);
	dma_common_free_remap(view, PAGE_SIZE);
	dma_common_free_remap(&view, PAGE_SIZE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	vfree(view);
}
END_TEST

static int remap_both(void *block)
{
	struct page *pages[2] = { block, (struct page *)block + 1 };
	void *one = dma_common_pages_remap(pages, 2 * PAGE_SIZE, PAGE_KERNEL, NULL), *two = NULL;

	if (one)
		two = dma_common_contiguous_remap(block, 2 * PAGE_SIZE, PAGE_KERNEL, NULL);
	if (two)
		dma_common_free_remap(two, 2 * PAGE_SIZE);
	if (one)
		dma_common_free_remap(one, 2 * PAGE_SIZE);
	return two ? 0 : -ENOMEM;
}

START_TEST(every_allocation_of_a_remap_may_fail)
{
	struct page *block = alloc_pages(GFP_KERNEL, 1);

	ck_assert_int_ge(udm_fault_sweep(remap_both, block), 3);
	__free_pages(block, 1);
}
END_TEST

Suite *ops_helpers_suite(void)
{
	Suite *s = suite_create("ops_helpers");
	TCase *tc = tcase_create("pages");

	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, windows_show_pages_of_the_buffer_only, 0,
			    sizeof(windows) / sizeof(windows[0]));
	tcase_add_test(tc, windows_of_a_remapped_buffer);
	tcase_add_test(tc, tables_have_one_unmapped_entry);
	tcase_add_test(tc, a_table_needs_memory);
	tcase_add_test(tc, pages_follow_their_mapping);
	tcase_add_test(tc, pages_that_cannot_be_mapped_are_freed);
	tcase_add_test(tc, own_operations_map_and_unmap);
	tcase_add_test(tc, remapped_pages);
	tcase_add_test(tc, every_allocation_of_a_remap_may_fail);

	tc = tcase_create("area");
	tcase_add_checked_fixture(tc, setup_area, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, pages_return_to_their_owner);
	return s;
}
