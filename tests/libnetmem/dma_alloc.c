// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations of the DMA API: shown to applications, freed wrongly, out of reach, out of
 * memory.
 */
#include "dma_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/anon_inodes.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <sys/mman.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/leak.h>

Suite *dma_alloc_suite(void);

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

/* --- Shown to applications --- */

/* What a driver's file shows, and by which call. */
static struct {
	int (*show)(struct vm_area_struct *vma);
	void *cpu;
	dma_addr_t addr;
	size_t size;
	unsigned long attrs;
	struct page *page;
	struct sg_table *sgt;
} shown;

static int show_attrs(struct vm_area_struct *vma)
{
	return dma_mmap_attrs(dev, vma, shown.cpu, shown.addr, shown.size, shown.attrs);
}

static int show_pages(struct vm_area_struct *vma)
{
	return dma_mmap_pages(dev, vma, shown.size, shown.page);
}

static int show_noncontiguous(struct vm_area_struct *vma)
{
	return dma_mmap_noncontiguous(dev, vma, shown.size, shown.sgt);
}

static int driver_mmap(struct file *file, struct vm_area_struct *vma)
{
	return shown.show(vma);
}

static const struct file_operations driver_fops = { .mmap = driver_mmap };

/* Windows into a buffer of four pages: first page, pages, result. */
static const struct {
	unsigned int first, pages;
	int err;
} windows[] = {
	{ 0, 4, 0 }, { 3, 1, 0 }, { 1, 2, 0 }, { 4, 1, ENXIO }, { 0, 5, ENXIO }, { 1, 4, ENXIO },
};

/* Every window shows its pages, and none shows anything else. bytes: the buffer, for the CPU. */
static void try_windows(int (*show)(struct vm_area_struct *vma), char *bytes)
{
	int fd = anon_inode_getfd("[driver]", &driver_fops, NULL, O_RDWR);

	ck_assert_int_ge(fd, 0);
	shown.show = show;
	for (unsigned int k = 0; k < 4; k++)
		bytes[k * PAGE_SIZE] = '0' + k;
	for (unsigned int k = 0; k < ARRAY_SIZE(windows); k++) {
		size_t len = windows[k].pages * PAGE_SIZE;
		char *map = udm_mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				     windows[k].first * PAGE_SIZE);

		if (windows[k].err) {
			ck_assert_ptr_eq(map, MAP_FAILED);
			ck_assert_int_eq(errno, windows[k].err);
			continue;
		}
		ck_assert_ptr_ne(map, MAP_FAILED);
		for (unsigned int n = 0; n < windows[k].pages; n++)
			ck_assert_int_eq(map[n * PAGE_SIZE], '0' + windows[k].first + n);
		map[1] = '!';
		ck_assert_int_eq(bytes[windows[k].first * PAGE_SIZE + 1], '!');
		ck_assert_int_eq(udm_munmap(map, len), 0);
	}
	udm_close(fd);
}

/* One block, and with an IOMMU single pages too. */
START_TEST(coherent_memory_is_shown)
{
	shown.size = 4 * PAGE_SIZE - 100;
	shown.attrs = _i ? DMA_ATTR_ALLOC_SINGLE_PAGES : 0;
	shown.cpu = dma_alloc_attrs(dev, shown.size, &shown.addr, GFP_KERNEL, shown.attrs);
	ck_assert_ptr_nonnull(shown.cpu);
	ck_assert(dma_can_mmap(dev));
	try_windows(show_attrs, shown.cpu);
	dma_free_attrs(dev, shown.size, shown.cpu, shown.addr, shown.attrs);
}
END_TEST

START_TEST(pages_are_shown)
{
	shown.size = 4 * PAGE_SIZE;
	shown.page = dma_alloc_pages(dev, shown.size, &shown.addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	ck_assert_ptr_nonnull(shown.page);
	try_windows(show_pages, page_address(shown.page));
	dma_free_pages(dev, shown.size, shown.page, shown.addr, DMA_BIDIRECTIONAL);
}
END_TEST

START_TEST(scattered_memory_is_shown)
{
	char *view;

	shown.size = 4 * PAGE_SIZE;
	shown.sgt = dma_alloc_noncontiguous(dev, shown.size, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	ck_assert_ptr_nonnull(shown.sgt);
	view = dma_vmap_noncontiguous(dev, shown.size, shown.sgt);
	ck_assert_ptr_nonnull(view);
	try_windows(show_noncontiguous, view);
	dma_vunmap_noncontiguous(dev, view);
	dma_free_noncontiguous(dev, shown.size, shown.sgt, DMA_BIDIRECTIONAL);
}
END_TEST

/* --- Rules --- */

START_TEST(a_mask_is_needed)
{
	dma_addr_t addr;
	void *buf;

	dev->coherent_dma_mask = 0;
	udm_warn_expect("coherent_dma_mask", 2);
	/* Told, but left to the back end: nothing is in reach of an IOMMU range below 0. */
	buf = dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL);
	if (buf)
		dma_free_coherent(dev, 64, buf, addr);
	ck_assert_ptr_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* Nothing fits below a mask of less than a granule. */
START_TEST(tiny_masks_get_nothing)
{
	struct page *page = rig_page(0);
	struct scatterlist sg;
	dma_addr_t addr;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, PAGE_SIZE, 0);
	ck_assert_int_eq(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(10 + _i)), 0);
	ck_assert_uint_eq(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), DMA_MAPPING_ERROR);
	ck_assert_int_eq(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE), 0);
	ck_assert_ptr_null(dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(dma_alloc_coherent(dev, 64, &addr, GFP_ATOMIC));
	ck_assert_ptr_null(dma_alloc_noncontiguous(dev, 64, DMA_TO_DEVICE, GFP_KERNEL, 0));
	__free_page(page);
}
END_TEST

START_TEST(freeing_with_interrupts_off_warns)
{
	dma_addr_t addr;
	void *buf = dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL);
	unsigned long flags;

	udm_warn_expect("irqs_disabled", 2);
	local_irq_save(flags);
	dma_free_coherent(dev, 64, NULL, addr);
	dma_free_coherent(dev, 64, buf, addr);
	local_irq_restore(flags);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	/* In order otherwise. */
	dma_free_coherent(dev, 64, NULL, addr);
}
END_TEST

/* Without sleeping, in one piece, write-combined: all of it is memory the device sees. */
START_TEST(every_form_of_allocation)
{
	static const struct {
		gfp_t gfp;
		unsigned long attrs;
	} forms[] = {
		{ GFP_ATOMIC, 0 }, { GFP_KERNEL, DMA_ATTR_FORCE_CONTIGUOUS },
		{ GFP_KERNEL, DMA_ATTR_WRITE_COMBINE }, { GFP_KERNEL, DMA_ATTR_PRIVILEGED },
		{ GFP_KERNEL | __GFP_ZERO, DMA_ATTR_NO_WARN }, { GFP_KERNEL | GFP_DMA, 0 },
	};
	u32 *buf, word = 0x1234;
	dma_addr_t addr;

	buf = dma_alloc_attrs(dev, 3 * PAGE_SIZE, &addr, forms[_i].gfp, forms[_i].attrs);
	ck_assert_ptr_nonnull(buf);
	ck_assert(all_bytes(buf, 0, 3 * PAGE_SIZE));
	ck_assert_uint_eq(addr % (4 * PAGE_SIZE), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + 2 * PAGE_SIZE, &word, 4), 0);
	ck_assert_uint_eq(buf[2 * PAGE_SIZE / 4], 0x1234);
	dma_free_attrs(dev, 3 * PAGE_SIZE, buf, addr, forms[_i].attrs);
}
END_TEST

/* The direct mapping's pointer is the page itself, which is not cleared. */
START_TEST(a_cookie_is_a_page)
{
	dma_addr_t addr;
	struct page *cookie = dma_alloc_attrs(dev, 100, &addr, GFP_KERNEL,
					      DMA_ATTR_NO_KERNEL_MAPPING);

	ck_assert_ptr_nonnull(cookie);
	ck_assert_uint_eq(page_to_phys(cookie), addr);
	dma_free_attrs(dev, 100, cookie, addr, DMA_ATTR_NO_KERNEL_MAPPING);
}
END_TEST

/* Ordinary memory lies above this limit: the next zone is tried, and the one after it. */
START_TEST(lower_zones_are_tried)
{
	dma_addr_t addr;
	void *buf;

	dev->bus_dma_limit = 1ULL << 32;
	buf = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	ck_assert_uint_le(addr + PAGE_SIZE - 1, 1ULL << 32);
	dma_free_coherent(dev, PAGE_SIZE, buf, addr);
	dev->bus_dma_limit = zone_dma_limit + 1;
	buf = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	ck_assert_uint_le(addr + PAGE_SIZE - 1, zone_dma_limit + 1);
	dma_free_coherent(dev, PAGE_SIZE, buf, addr);
	/* And then there is no lower zone. */
	dev->bus_dma_limit = PAGE_SIZE / 2;
	ck_assert_ptr_null(dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL));
}
END_TEST

static int allocate_everything(void *ctx)
{
	struct sg_table *sgt;
	dma_addr_t a, b, c;
	void *managed, *pages, *block;

	managed = dmam_alloc_coherent(dev, 5000, &a, GFP_KERNEL);
	pages = dma_alloc_noncoherent(dev, 5000, &b, DMA_TO_DEVICE, GFP_KERNEL);
	block = dma_alloc_attrs(dev, 5000, &c, GFP_KERNEL, DMA_ATTR_FORCE_CONTIGUOUS);
	sgt = dma_alloc_noncontiguous(dev, 5000, DMA_FROM_DEVICE, GFP_KERNEL, 0);
	if (sgt)
		dma_free_noncontiguous(dev, 5000, sgt, DMA_FROM_DEVICE);
	if (block)
		dma_free_attrs(dev, 5000, block, c, DMA_ATTR_FORCE_CONTIGUOUS);
	if (pages)
		dma_free_noncoherent(dev, 5000, pages, b, DMA_TO_DEVICE);
	if (managed)
		dmam_free_coherent(dev, 5000, managed, a);
	return managed && pages && block && sgt ? 0 : -ENOMEM;
}

START_TEST(every_allocation_may_fail)
{
	int points = udm_fault_sweep(allocate_everything, NULL);

	ck_assert_msg(points > 6, "%d: %s", points, udm_fault_sweep_message());
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 0);
}
END_TEST

START_TEST(managed_memory_is_looked_up)
{
	dma_addr_t a, b;
	void *one = dmam_alloc_coherent(dev, 100, &a, GFP_KERNEL);
	void *two = dma_alloc_coherent(dev, 100, &b, GFP_KERNEL);

	/* Not managed, so not found; freed all the same. */
	udm_warn_expect("devres_destroy", 1);
	dmam_free_coherent(dev, 100, two, b);
	udm_warn_expect("wanted->size", 1);
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		udm_warn_expect("different size", 1);
	dmam_free_coherent(dev, 200, one, a);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

static void add_common(TCase *tc)
{
	tcase_add_loop_test(tc, coherent_memory_is_shown, 0, 2);
	tcase_add_test(tc, pages_are_shown);
	tcase_add_test(tc, scattered_memory_is_shown);
	tcase_add_test(tc, a_mask_is_needed);
	tcase_add_test(tc, freeing_with_interrupts_off_warns);
	tcase_add_loop_test(tc, every_form_of_allocation, 0, 6);
	tcase_add_test(tc, every_allocation_may_fail);
	tcase_add_test(tc, managed_memory_is_looked_up);
}

Suite *dma_alloc_suite(void)
{
	Suite *s = suite_create("dma_alloc");
	TCase *tc = tcase_create("translated");

	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_loop_test(tc, tiny_masks_get_nothing, 0, 3);

	tc = tcase_create("direct");
	tcase_add_checked_fixture(tc, setup_off, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_test(tc, a_cookie_is_a_page);
	tcase_add_test(tc, lower_zones_are_tried);
	return s;
}
