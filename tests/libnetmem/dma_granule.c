// SPDX-License-Identifier: GPL-2.0-only
/*
 * Granules of any size (iommu.granule=): mappings, lists, allocations, address spaces, faults.
 */
#include "dma_rig.h"

#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/log.h>

Suite *dma_granule_suite(void);

static struct device *dev;
static size_t granule;

static const struct {
	const char *cmdline;
	size_t bytes;
} machines[] = {
	{ "iommu.granule=4096", 4096 },
	{ "iommu.granule=16K swiotlb=1024", 16 << 10 },
	{ "iommu.granule=0x10000 swiotlb=1024", 64 << 10 },
	{ "iommu.granule=2M swiotlb=1024", 2 << 20 },
};

static void start(int machine, enum udm_iommu iommu)
{
	boot_cmdline(machines[machine].cmdline, iommu);
	granule = udm_iommu_granule();
	ck_assert_uint_eq(granule, machines[machine].bytes);
	dev = rig_device("rig");
}

static void stop(void)
{
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 0);
	put_device(dev);
	machine_shutdown();
}

static unsigned int granule_order(void)
{
	return get_order(granule);
}

/* A block of two granules, and its page that is `page` pages into it. */
static struct page *two_granules(unsigned char fill)
{
	struct page *block = alloc_pages(GFP_KERNEL, granule_order() + 1);

	ck_assert_ptr_nonnull(block);
	memset(page_address(block), fill, 2 * granule);
	return block;
}

static dma_addr_t map(struct page *page, size_t offset, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, page, offset, size, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

/* --- Mappings --- */

START_TEST(a_mapping_is_whole_granules)
{
	struct page *block;
	dma_addr_t addr;
	char *memory, got;

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('b');
	memory = page_address(block);
	addr = map(block, 1000, 500, DMA_BIDIRECTIONAL);
	ck_assert_uint_eq(addr % granule, 1000);
	ck_assert_uint_ge(addr, granule);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 1);
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, granule);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), 0);
	ck_assert_int_eq(memory[1000], '!');
	ck_assert_int_eq(udm_bus_write(dev, addr - 1000 + granule - 1, "?", 1), 0);
	ck_assert_int_eq(memory[granule - 1], '?');
	ck_assert_int_eq(udm_bus_read(dev, addr - 1000 + granule, &got, 1), -EFAULT);
	ck_assert_uint_eq(rig_fault(dev).granule, addr - 1000 + granule);
	dma_unmap_page(dev, addr, 500, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_write(dev, addr + 5, "!", 1), -EFAULT);
	ck_assert_uint_eq(rig_fault(dev).granule, addr - 1000);
	/* Across the edge: both. */
	addr = map(block, granule - 10, 20, DMA_TO_DEVICE);
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 2 * granule);
	ck_assert_uint_eq(addr % granule, granule - 10);
	dma_unmap_page(dev, addr, 20, DMA_TO_DEVICE);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* The larger the granule, the more padding there is to be found. */
START_TEST(exact_mode_sees_the_padding)
{
	struct page *block;
	dma_addr_t addr;
	char *memory, data[20];

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('e');
	memory = page_address(block);
	udm_iommu_check_exact(dev, true);
	addr = map(block, granule - 10, 20, DMA_BIDIRECTIONAL);
	memset(data, 'x', sizeof(data));
	ck_assert_int_eq(udm_bus_write(dev, addr, data, 20), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr - 1, data, 1), -EFAULT);
	ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_PADDING);
	ck_assert_int_eq(udm_bus_write(dev, addr + 20, data, 1), -EFAULT);
	ck_assert_int_eq(udm_bus_write(dev, addr + granule, data, 1), -EFAULT);
	ck_assert_int_eq(udm_bus_write(dev, addr - granule + 10, data, 1), -EFAULT);
	ck_assert(all_bytes(memory, 'e', granule - 10));
	ck_assert(all_bytes(memory + granule - 10, 'x', 20));
	ck_assert(all_bytes(memory + granule + 10, 'e', granule - 10));
	dma_unmap_page(dev, addr, 20, DMA_BIDIRECTIONAL);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* The translation of a granule serves all its pages. */
START_TEST(the_iotlb_holds_granules)
{
	unsigned int pages, k;
	struct page *block;
	dma_addr_t addr;
	u32 word;

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('t');
	pages = min_t(size_t, granule / PAGE_SIZE, 16);
	addr = map(block, 0, granule, DMA_TO_DEVICE);
	for (k = 0; k < pages; k++) {
		ck_assert_int_eq(udm_bus_load32(dev, addr + k * PAGE_SIZE + 8, &word), 0);
		ck_assert_uint_eq(word, 0x74747474);
	}
	ck_assert_uint_eq(rig_stats(dev).iotlb_misses, 1);
	ck_assert_uint_eq(rig_stats(dev).iotlb_hits, pages - 1);
	dma_unmap_page(dev, addr, granule, DMA_TO_DEVICE);
	ck_assert_int_eq(udm_bus_load32(dev, addr + granule - 4, &word), -EFAULT);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

START_TEST(stale_translations_are_of_granules)
{
	struct page *block;
	dma_addr_t addr, other;
	u32 word;

	start(_i, UDM_IOMMU_LAZY);
	block = two_granules('l');
	addr = map(block, 0, 64, DMA_TO_DEVICE);
	ck_assert_int_eq(udm_bus_load32(dev, addr, &word), 0);
	dma_unmap_page(dev, addr, 64, DMA_TO_DEVICE);
	ck_assert_int_eq(udm_bus_load32(dev, addr + granule - 4, &word), 0);
	ck_assert_uint_eq(rig_stats(dev).stale_hits, 1);
	other = map(block, 0, 64, DMA_TO_DEVICE);
	ck_assert_uint_ne(other / granule, addr / granule);
	udm_iommu_flush(dev);
	ck_assert_int_eq(udm_bus_load32(dev, addr, &word), -EFAULT);
	dma_unmap_page(dev, other, 64, DMA_TO_DEVICE);
	udm_iommu_flush(dev);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* RAM begins at 1 MiB: a granule of 2 MiB is RAM in its second half only. */
START_TEST(a_granule_may_be_ram_in_parts)
{
	struct page *pages[512], *low = NULL;
	unsigned int n = 0;
	dma_addr_t addr;
	char data[200];

	start(3, UDM_IOMMU_STRICT);
	while (n < ARRAY_SIZE(pages) && !low) {
		pages[n] = alloc_page(GFP_KERNEL | GFP_DMA | __GFP_NOWARN);
		if (!pages[n])
			break;
		if (page_to_phys(pages[n]) < granule)
			low = pages[n];
		n++;
	}
	if (low) {
		size_t at = page_to_phys(low);

		memset(data, '!', sizeof(data));
		addr = map(low, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
		ck_assert_int_eq(udm_bus_write(dev, addr + 100, data, 200), 0);
		ck_assert(all_bytes(page_address(low) + 100, '!', 200));
		ck_assert_int_eq(udm_bus_write(dev, addr - at + (1 << 20) - 200, data, 200),
				 -EFAULT);
		ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_BEYOND_APERTURE);
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	while (n--)
		__free_page(pages[n]);
	stop();
}
END_TEST

/* --- Addresses --- */

START_TEST(address_spaces_are_made_of_granules)
{
	struct page *block;
	dma_addr_t addr[16];
	unsigned int n = 0;

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('a');
	/* Granule 0 is not given out. */
	ck_assert_int_eq(dma_set_mask(dev, 8 * granule - 1), 0);
	while (n < 16) {
		addr[n] = dma_map_page(dev, block, 0, 64, DMA_TO_DEVICE);
		if (addr[n] == DMA_MAPPING_ERROR)
			break;
		ck_assert_uint_ge(addr[n], granule);
		ck_assert_uint_lt(addr[n], 8 * granule);
		n++;
	}
	ck_assert_uint_eq(n, 7);
	while (n--) {
		ck_assert_int_eq(dma_mapping_error(dev, addr[n]), 0);
		dma_unmap_page(dev, addr[n], 64, DMA_TO_DEVICE);
	}
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

START_TEST(hand_made_mappings_are_granules)
{
	struct iommu_domain *domain;
	struct scatterlist sg[2];
	struct page *block;
	phys_addr_t phys;

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('h');
	phys = page_to_phys(block);
	domain = iommu_paging_domain_alloc(dev);
	ck_assert(!IS_ERR(domain));
	ck_assert_uint_eq(domain->pgsize_bitmap, granule);
	ck_assert_uint_eq(dma_get_merge_boundary(dev), granule - 1);
#define TRY(iova, phys, size) iommu_map(domain, iova, phys, size, IOMMU_READ, GFP_KERNEL)
	ck_assert_int_eq(TRY(granule / 2, phys, granule), -EINVAL);
	ck_assert_int_eq(TRY(granule, phys + granule / 2, granule), -EINVAL);
	ck_assert_int_eq(TRY(granule, phys, granule / 2), -EINVAL);
	ck_assert_int_eq(TRY(granule, phys, 2 * granule), 0);
	ck_assert_int_eq(TRY(2 * granule, phys, granule), -EEXIST);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, 2 * granule + 5), phys + granule + 5);
	ck_assert_uint_eq(iommu_unmap(domain, granule, granule / 2), 0);
	ck_assert_uint_eq(iommu_unmap(domain, granule, 2 * granule), 2 * granule);
	/* A list of granules; one of less is refused and nothing is left. */
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], block, granule, 0);
	sg_set_page(&sg[1], block, granule / 2, 0);
	ck_assert_int_eq(iommu_map_sg(domain, granule, sg, 2, IOMMU_READ, GFP_KERNEL), -EINVAL);
	ck_assert_uint_eq(iommu_iova_to_phys(domain, granule), 0);
	iommu_domain_free(domain);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* A window takes the granules it touches; a second one in them has to wait for another device. */
START_TEST(windows_take_granules)
{
	u64 base = 1ULL << 45;
	char *memory, got[4];

	start(_i, UDM_IOMMU_STRICT);
	memory = vmalloc(2 * PAGE_SIZE);
	memset(memory, 'w', 2 * PAGE_SIZE);
	ck_assert_int_eq(udm_bus_add_window(base, PAGE_SIZE, memory), 0);
	ck_assert_int_eq(udm_bus_add_window(base + PAGE_SIZE, PAGE_SIZE, memory + PAGE_SIZE), 0);
	ck_assert_int_eq(udm_bus_allow_peer(dev, base), 0);
	ck_assert_int_eq(udm_bus_allow_peer(dev, base + PAGE_SIZE),
			 granule == PAGE_SIZE ? 0 : -EBUSY);
	ck_assert_int_eq(udm_bus_read(dev, base + PAGE_SIZE - 4, got, 4), 0);
	ck_assert(all_bytes(got, 'w', 4));
	ck_assert_int_eq(udm_bus_read(dev, base + PAGE_SIZE - 2, got, 4),
			 granule == PAGE_SIZE ? 0 : -EFAULT);
	ck_assert_int_eq(udm_bus_remove_window(base), 0);
	ck_assert_int_eq(udm_bus_allow_peer(dev, base + PAGE_SIZE), 0);
	ck_assert_int_eq(udm_bus_remove_window(base + PAGE_SIZE), 0);
	vfree(memory);
	stop();
}
END_TEST

/* --- Lists --- */

/* Entries that meet at the edges of granules are joined, others are not. */
START_TEST(lists_are_joined_at_granules)
{
	struct scatterlist sg[3], *entry;
	struct page *block[2];
	int count, k;
	char got;

	start(_i, UDM_IOMMU_STRICT);
	dma_set_max_seg_size(dev, 16 << 20);
	block[0] = two_granules('0');
	block[1] = two_granules('1');
	sg_init_table(sg, 3);
	/* The end of a granule; a whole one; the beginning of one. */
	sg_set_page(&sg[0], block[0], granule - 512, 512);
	sg_set_page(&sg[1], block[1], granule, granule);
	sg_set_page(&sg[2], block[0], 100, granule);
	count = dma_map_sg(dev, sg, 3, DMA_TO_DEVICE);
	ck_assert_int_eq(count, 1);
	ck_assert_uint_eq(sg_dma_len(sg), 2 * granule - 512 + 100);
	ck_assert_uint_eq(sg_dma_address(sg) % granule, 512);
	ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(sg) + granule - 512, &got, 1), 0);
	ck_assert_int_eq(got, '1');
	dma_unmap_sg(dev, sg, 3, DMA_TO_DEVICE);
	/* Pages: each is a granule's end only if it is a granule. */
	sg_init_table(sg, 3);
	for (k = 0; k < 3; k++)
		sg_set_page(&sg[k], block[k % 2], PAGE_SIZE, 0);
	count = dma_map_sg(dev, sg, 3, DMA_TO_DEVICE);
	ck_assert_int_eq(count, granule == PAGE_SIZE ? 1 : 3);
	ck_assert_uint_eq(rig_stats(dev).mapped_entries, 3);
	for_each_sg(sg, entry, count, k) {
		ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(entry), &got, 1), 0);
		ck_assert_int_eq(got, '0' + k % 2);
	}
	dma_unmap_sg(dev, sg, 3, DMA_TO_DEVICE);
	__free_pages(block[0], granule_order() + 1);
	__free_pages(block[1], granule_order() + 1);
	stop();
}
END_TEST

/* A boundary below the granule cannot be kept by moving entries: none is joined across it. */
START_TEST(small_boundaries_forbid_joining)
{
	struct scatterlist sg[2];
	struct page *block;

	start(_i, UDM_IOMMU_STRICT);
	block = two_granules('s');
	dma_set_seg_boundary(dev, PAGE_SIZE - 1);
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], block, PAGE_SIZE, granule - PAGE_SIZE);
	sg_set_page(&sg[1], block, PAGE_SIZE, granule);
	ck_assert_int_eq(dma_map_sg(dev, sg, 2, DMA_TO_DEVICE), 2);
	ck_assert_uint_eq(sg_dma_len(&sg[0]), PAGE_SIZE);
	dma_unmap_sg(dev, sg, 2, DMA_TO_DEVICE);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* --- Allocations --- */

static void check_coherent(unsigned long attrs, size_t size)
{
	dma_addr_t addr, end;
	char *memory = dma_alloc_attrs(dev, size, &addr, GFP_KERNEL, attrs), got[4];

	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq(addr % granule, 0);
	ck_assert(all_bytes(memory, 0, size));
	for (end = addr; end < addr + size; end += granule) {
		phys_addr_t phys = iommu_iova_to_phys(iommu_get_dma_domain(dev), end);

		ck_assert_uint_eq(phys % granule, 0);
		/* What is behind the buffer is in reach, but nobody's. */
		ck_assert(all_bytes(phys_to_virt(phys), 0, granule));
	}
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, ALIGN(size, granule));
	memory[size - 1] = 'c';
	ck_assert_int_eq(udm_bus_read(dev, addr + size - 4, got, 4), 0);
	ck_assert_int_eq(got[3], 'c');
	ck_assert_int_eq(udm_bus_write(dev, addr + size / 2, "dev", 3), 0);
	ck_assert_int_eq(memcmp(memory + size / 2, "dev", 3), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr + ALIGN(size, granule), "x", 1), -EFAULT);
	dma_free_attrs(dev, size, memory, addr, attrs);
	ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 0);
}

START_TEST(allocations_are_whole_granules)
{
	start(_i, UDM_IOMMU_STRICT);
	check_coherent(0, PAGE_SIZE);
	check_coherent(0, granule + PAGE_SIZE);
	check_coherent(DMA_ATTR_ALLOC_SINGLE_PAGES, PAGE_SIZE);
	check_coherent(DMA_ATTR_ALLOC_SINGLE_PAGES, granule + PAGE_SIZE);
	check_coherent(DMA_ATTR_FORCE_CONTIGUOUS, 3 * PAGE_SIZE);
	stop();
}
END_TEST

START_TEST(scattered_memory_is_granules)
{
	size_t size;
	struct sg_table *sgt;
	char *memory, got[3];

	start(_i, UDM_IOMMU_STRICT);
	size = granule + 3 * PAGE_SIZE;
	dma_set_max_seg_size(dev, size);
	sgt = dma_alloc_noncontiguous(dev, size, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	ck_assert_ptr_nonnull(sgt);
	ck_assert_uint_eq(sgt->nents, 1);
	memory = dma_vmap_noncontiguous(dev, size, sgt);
	ck_assert_ptr_nonnull(memory);
	memcpy(memory + granule - 1, "abc", 3);
	ck_assert_int_eq(udm_bus_read(dev, sg_dma_address(sgt->sgl) + granule - 1, got, 3), 0);
	ck_assert_int_eq(memcmp(got, "abc", 3), 0);
	dma_vunmap_noncontiguous(dev, memory);
	dma_free_noncontiguous(dev, size, sgt, DMA_BIDIRECTIONAL);
	stop();
}
END_TEST

/* Whatever allocation fails on the way, nothing is left of it. */
START_TEST(every_allocation_may_fail)
{
	unsigned long attrs = _i % 2 ? DMA_ATTR_ALLOC_SINGLE_PAGES | DMA_ATTR_NO_WARN :
				       DMA_ATTR_NO_WARN;
	size_t size;
	dma_addr_t addr;
	unsigned int n, failures = 0;
	void *memory;

	start(_i / 2, UDM_IOMMU_STRICT);
	size = 2 * granule + PAGE_SIZE;
	udm_iommu_get_type(dev);
	for (n = 1; n < 16; n++) {
		fail_nth(n);
		memory = dma_alloc_attrs(dev, size, &addr, GFP_KERNEL, attrs);
		udm_fault_nth(0);
		/* A block that cannot be had may still be had in pieces. */
		if (memory)
			dma_free_attrs(dev, size, memory, addr, attrs);
		else
			failures++;
		ck_assert_uint_eq(rig_stats(dev).mapped_bytes, 0);
	}
	ck_assert(_i % 2 ? failures > 2 : failures < n);
	stop();
}
END_TEST

/* --- Bouncing --- */

START_TEST(bounce_buffers_fill_granules)
{
	struct page *block;
	dma_addr_t addr;
	char *memory, *got;

	start(_i, UDM_IOMMU_STRICT);
	ck_assert_int_eq(udm_iommu_force_bounce(dev, true), 0);
	block = two_granules('s');
	memory = page_address(block);
	got = vmalloc(granule);
	addr = map(block, 4096 + 100, 50, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(udm_bus_read(dev, addr & ~(granule - 1), got, granule), 0);
	ck_assert(all_bytes(got, 0, addr % granule));
	ck_assert(all_bytes(got + addr % granule, 's', 50));
	ck_assert(all_bytes(got + addr % granule + 50, 0, granule - addr % granule - 50));
	ck_assert_int_eq(udm_bus_write(dev, addr + 1, "new", 3), 0);
	dma_unmap_page(dev, addr, 50, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(memcmp(memory + 4096 + 100, "snews", 5), 0);
	/* The largest mapping there may be. */
	if (granule > 256 << 10) {
		addr = map(block, 512, dma_max_mapping_size(dev), DMA_TO_DEVICE);
		dma_unmap_page(dev, addr, dma_max_mapping_size(dev), DMA_TO_DEVICE);
	}
	vfree(got);
	__free_pages(block, granule_order() + 1);
	stop();
}
END_TEST

/* --- The parameter --- */

static char logged[1024];

static void keep_text(void *ctx, int level, const char *text)
{
	if (strstr(text, "granule"))
		strncat(logged, text, sizeof(logged) - strlen(logged) - 1);
}

static const char *const bad_values[] = {
	"iommu.granule=0", "iommu.granule=2048", "iommu.granule=12K", "iommu.granule=4M",
	"iommu.granule=64Kx", "iommu.granule=big", "iommu.granule=", "iommu.granule=-4096",
};

START_TEST(bad_values_are_told)
{
	const char *newline;

	logged[0] = '\0';
	udm_log_set_hook(keep_text, NULL);
	boot_cmdline(bad_values[_i], UDM_IOMMU_STRICT);
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(logged, bad_values[_i]));
	ck_assert_ptr_nonnull(strstr(logged,
				     "is no power of two from 4096 to 2097152: 4096 is used"));
	newline = strchr(logged, '\n');
	ck_assert(!newline || !newline[1]);
	ck_assert_uint_eq(udm_iommu_granule(), 4096);
	machine_shutdown();
}
END_TEST

/* The next machine has its own. */
START_TEST(the_default_is_a_page)
{
	start(2, UDM_IOMMU_STRICT);
	stop();
	boot_strict();
	ck_assert_uint_eq(udm_iommu_granule(), PAGE_SIZE);
	machine_shutdown();
}
END_TEST

Suite *dma_granule_suite(void)
{
	Suite *s = suite_create("dma_granule");
	TCase *tc = tcase_create("sizes");
	const int all = ARRAY_SIZE(machines);

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, a_mapping_is_whole_granules, 0, all);
	tcase_add_loop_test(tc, exact_mode_sees_the_padding, 0, all);
	tcase_add_loop_test(tc, the_iotlb_holds_granules, 0, all);
	tcase_add_loop_test(tc, stale_translations_are_of_granules, 0, all);
	tcase_add_test(tc, a_granule_may_be_ram_in_parts);
	tcase_add_loop_test(tc, address_spaces_are_made_of_granules, 0, all);
	tcase_add_loop_test(tc, hand_made_mappings_are_granules, 0, all);
	tcase_add_loop_test(tc, windows_take_granules, 0, all);
	tcase_add_loop_test(tc, lists_are_joined_at_granules, 0, all);
	tcase_add_loop_test(tc, small_boundaries_forbid_joining, 0, all);
	tcase_add_loop_test(tc, allocations_are_whole_granules, 0, all);
	tcase_add_loop_test(tc, scattered_memory_is_granules, 0, all);
	tcase_add_loop_test(tc, every_allocation_may_fail, 0, 2 * all);
	tcase_add_loop_test(tc, bounce_buffers_fill_granules, 1, all);
	tcase_add_loop_test(tc, bad_values_are_told, 0, ARRAY_SIZE(bad_values));
	tcase_add_test(tc, the_default_is_a_page);
	return s;
}
