// SPDX-License-Identifier: GPL-2.0-only
/* Contiguous areas for devices: the command line, who is served from where, ways back. */
#include "dma_rig.h"
#include "tests/libkern/mem_rig.h"

#include <linux/cma.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <udevmem/leak.h>

Suite *contiguous_suite(void);

static struct device *dev;

static const char *boot_nodes(const char *cmdline, unsigned int nodes)
{
	const struct udm_config cfg = {
		.cmdline = cmdline, .nodes = nodes, .iommu = UDM_IOMMU_OFF, .quiet = true,
	};

	log_capture();
	machine_boot_with(&cfg);
	dev = rig_device("rig");
	return log_text();
}

/* A default area of 8 MiB. */
static void setup(void)
{
	boot_nodes("cma=8M@0x120000000", 1);
}

static void teardown(void)
{
	put_device(dev);
	machine_shutdown();
}

static bool in(struct cma *cma, struct page *page)
{
	return cma_pages_valid(cma, page, 1);
}

static struct cma *own_area(size_t size)
{
	struct cma *cma;

	ck_assert_int_eq(dma_contiguous_reserve_area(size, 0, 0, &cma, false), 0);
	dev->cma_area = cma;
	return cma;
}

/* --- The command line --------------------------------------------------------------------- */

static const struct {
	const char *cmdline;
	phys_addr_t size, from, to;	/* 0: no area; base within [from, to) */
	const char *log;
} lines[] = {
	{ "quiet", 0, 0, 0, "" },
	{ "cma=8M", SZ_8M, SZ_4G, SZ_4G + SZ_512M, "cma: Reserved 8 MiB at 0x" },
	{ "cma=3M", SZ_4M, SZ_4G, SZ_4G + SZ_512M, "cma: Reserved 4 MiB at 0x" },
	{ "cma=8M@64M", SZ_8M, SZ_64M, SZ_64M + 1, "cma: Reserved 8 MiB at 0x" },
	{ "cma=8M@0-4G", SZ_8M, SZ_16M, SZ_256M, "" },
	{ "cma=8M@64M-128M", SZ_8M, SZ_64M, SZ_128M - SZ_8M + 1, "" },
	{ "cma=8M@0-16M", SZ_8M, SZ_1M, SZ_16M, "" },
	{ "cma=8M cma=0", 0, 0, 0, "" },
	{ "cma=junk", 0, 0, 0, "" },
	{ "cma", 0, 0, 0, "Malformed early option 'cma'" },
	{ "cma=2G", 0, 0, 0, "cma: Failed to reserve 2048 MiB" },
	{ "cma=8M@64M-65M", 0, 0, 0, "cma: Failed to reserve 8 MiB" },
	{ "cma=8M@65M", 0, 0, 0, "cma: Failed to reserve 8 MiB" },
	{ "cma=8M@2G", 0, 0, 0, "cma: Failed to reserve 8 MiB" },
};

START_TEST(the_command_line_asks)
{
	const char *text = boot_nodes(lines[_i].cmdline, 1);
	struct cma *cma = dev_get_cma_area(dev);

	ck_assert_ptr_nonnull(strstr(text, lines[_i].log));
	ck_assert_ptr_eq(cma, dev_get_cma_area(NULL));
	ck_assert_int_eq(!!cma, !!lines[_i].size);
	ck_assert_uint_eq(totalcma_pages, lines[_i].size / PAGE_SIZE);
	if (cma) {
		ck_assert_uint_eq(cma_get_size(cma), lines[_i].size);
		ck_assert_uint_ge(cma_get_base(cma), lines[_i].from);
		ck_assert_uint_lt(cma_get_base(cma), lines[_i].to);
		ck_assert_str_eq(cma_get_name(cma), "reserved");
	}
	teardown();
	/* The next machine was not asked. */
	boot_nodes(NULL, 1);
	ck_assert_ptr_null(dev_get_cma_area(dev));
	teardown();
}
END_TEST

/* Sizes in MiB of the areas of nodes 0 and 1. */
static const struct { const char *cmdline; unsigned int mib[2]; const char *log; } node_lines[] = {
	{ "cma_pernuma=4M", { 4, 4 }, "" },
	{ "numa_cma=1:8M", { 0, 8 }, "" },
	{ "numa_cma=0:4M,1:8M", { 4, 8 }, "" },
	{ "numa_cma=1:8M cma_pernuma=2M", { 2, 8 }, "" },
	{ "cma_pernuma", { 0, 0 }, "Malformed early option 'cma_pernuma'" },
	{ "numa_cma", { 0, 0 }, "Malformed early option 'numa_cma'" },
	{ "numa_cma=0:4M,1", { 4, 0 }, "Malformed early option 'numa_cma'" },
	{ "numa_cma=0:4M;1:4M", { 4, 0 }, "Malformed early option 'numa_cma'" },
	{ "numa_cma=1000:4M", { 0, 0 }, "Malformed early option 'numa_cma'" },
	{ "numa_cma=3:4M", { 0, 0 }, "" },
	{ "numa_cma=1:2G", { 0, 0 }, "reservation failed: err -12, node 1" },
};

START_TEST(nodes_may_have_areas)
{
	const char *text = boot_nodes(node_lines[_i].cmdline, 2);
	unsigned int nid;

	ck_assert_ptr_nonnull(strstr(text, node_lines[_i].log));
	ck_assert_uint_eq(totalcma_pages,
			  (node_lines[_i].mib[0] + node_lines[_i].mib[1]) * SZ_1M / PAGE_SIZE);
	for (nid = 0; nid < 2; nid++) {
		struct page *page;

		set_dev_node(dev, nid);
		page = dma_alloc_contiguous(dev, SZ_64K, GFP_KERNEL);
		ck_assert_int_eq(!!page, !!node_lines[_i].mib[nid]);
		if (!page)
			continue;
		ck_assert_int_eq(page_to_nid(page), nid);
		ck_assert_int_eq(page_zonenum(page), ZONE_NORMAL);
		/* Not for those who need a lower zone, nor for those who do not care. */
		ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_KERNEL | GFP_DMA32));
		ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_KERNEL | GFP_DMA));
		set_dev_node(dev, NUMA_NO_NODE);
		ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_KERNEL));
		dma_free_contiguous(dev, page, SZ_64K);
	}
	teardown();
}
END_TEST

/* The node's area first, then the default one, each with its pages back at the end. */
START_TEST(the_default_area_helps_out)
{
	struct page *near, *far;

	boot_nodes("cma=8M cma_pernuma=2M", 2);
	set_dev_node(dev, 1);
	near = dma_alloc_contiguous(dev, SZ_2M, GFP_KERNEL);
	ck_assert_ptr_nonnull(near);
	ck_assert(!in(dma_contiguous_default_area, near));
	far = dma_alloc_contiguous(dev, 2 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
	ck_assert_ptr_nonnull(far);
	ck_assert(in(dma_contiguous_default_area, far));
	dma_free_contiguous(dev, near, SZ_2M);
	dma_free_contiguous(dev, far, 2 * PAGE_SIZE);
	ck_assert_ptr_eq(dma_alloc_contiguous(dev, SZ_2M, GFP_KERNEL), near);
	dma_free_contiguous(dev, near, SZ_2M);
	teardown();
}
END_TEST

/* --- Who is served ------------------------------------------------------------------------ */

START_TEST(rules_of_the_default_area)
{
	struct page *page;

	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_ATOMIC));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_NOWAIT));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, PAGE_SIZE, GFP_KERNEL));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, 1, GFP_KERNEL));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_16M, GFP_KERNEL | __GFP_NOWARN));
	page = dma_alloc_contiguous(dev, PAGE_SIZE + 1, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert(in(dma_contiguous_default_area, page));
	ck_assert_int_eq(page_ref_count(page + 1), 1);
	dma_free_contiguous(dev, page, PAGE_SIZE + 1);
	ck_assert_int_eq(page_ref_count(page + 1), 0);
}
END_TEST

START_TEST(a_devices_own_area_is_its_only_one)
{
	struct cma *own = own_area(SZ_2M);
	struct page *one = dma_alloc_contiguous(dev, 1, GFP_KERNEL);
	struct page *more = dma_alloc_from_contiguous(dev, 7, 3, false);

	ck_assert(in(own, one) && in(own, more));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_64K, GFP_ATOMIC));
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_2M, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(dma_alloc_from_contiguous(dev, 512, 0, true));
	/* The default area does not know them, the device does. */
	ck_assert(!dma_release_from_contiguous(NULL, more, 7));
	ck_assert(dma_release_from_contiguous(dev, more, 7));
	/* Freeing goes by the pages, whatever has become of the device. */
	dev->cma_area = NULL;
	dma_free_contiguous(dev, one, 1);
	dev->cma_area = own;
	one = dma_alloc_contiguous(dev, SZ_2M, GFP_KERNEL);
	ck_assert_ptr_nonnull(one);
	dma_free_contiguous(NULL, one, SZ_2M);
}
END_TEST

START_TEST(a_missing_run_is_reported_unless_asked_not_to)
{
	log_capture();
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_16M, GFP_KERNEL | __GFP_NOWARN));
	ck_assert_ptr_null(dma_alloc_from_contiguous(dev, 4096, 0, true));
	ck_assert_str_eq(log_text(), "");
	log_capture();
	ck_assert_ptr_null(dma_alloc_contiguous(dev, SZ_16M, GFP_KERNEL));
	ck_assert_ptr_nonnull(strstr(log_text(), "alloc failed, req-size: 4096 pages, ret: -12"));
	log_capture();
	ck_assert_ptr_null(dma_alloc_from_contiguous(dev, 4097, 0, false));
	ck_assert_ptr_nonnull(strstr(log_text(), "alloc failed, req-size: 4097 pages, ret: -12"));
}
END_TEST

START_TEST(alignment_has_a_limit)
{
	/* The atomic pools have the first 32 pages. */
	struct page *first = dma_alloc_contiguous(dev, 2 * PAGE_SIZE, GFP_KERNEL);
	struct page *three = dma_alloc_contiguous(dev, 3 * PAGE_SIZE, GFP_KERNEL);
	struct page *large = dma_alloc_contiguous(dev, SZ_4M, GFP_KERNEL);
	struct page *asked = dma_alloc_from_contiguous(dev, 1, 10, false);

	ck_assert_ptr_eq(three, first + 4);
	ck_assert_uint_eq(page_to_phys(large) - cma_get_base(dma_contiguous_default_area), SZ_1M);
	ck_assert_uint_eq(page_to_phys(asked) - cma_get_base(dma_contiguous_default_area),
			  SZ_4M + SZ_1M);
	dma_free_contiguous(dev, first, 2 * PAGE_SIZE);
	dma_free_contiguous(dev, three, 3 * PAGE_SIZE);
	dma_free_contiguous(dev, large, SZ_4M);
	ck_assert(dma_release_from_contiguous(dev, asked, 1));
}
END_TEST

START_TEST(pages_of_either_source_can_be_freed)
{
	size_t live = udm_live_objects();
	struct page *plain = alloc_pages(GFP_KERNEL, 2), *page;

	page = dma_alloc_contiguous(dev, 3 * PAGE_SIZE, GFP_KERNEL);
	ck_assert_uint_eq(udm_live_objects(), live + 4);
	ck_assert(!dma_release_from_contiguous(dev, plain, 3));
	dma_free_contiguous(dev, plain, 3 * PAGE_SIZE);
	dma_free_contiguous(dev, page, 3 * PAGE_SIZE);
	ck_assert_uint_eq(udm_live_objects(), live);
}
END_TEST

/* --- Through the DMA API ------------------------------------------------------------------ */

static const enum udm_iommu_type types[] = {
	UDM_IOMMU_TYPE_IDENTITY, UDM_IOMMU_TYPE_STRICT, UDM_IOMMU_TYPE_LAZY,
};

START_TEST(coherent_memory_comes_from_the_area)
{
	struct cma *own = own_area(SZ_4M);
	dma_addr_t addr, page_addr;
	struct page *page, *all;
	char *buf;

	ck_assert_int_eq(udm_iommu_set_type(dev, types[_i]), 0);
	buf = dma_alloc_coherent(dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	ck_assert(in(own, virt_to_page(buf)));
	ck_assert(all_bytes(buf, 0, 3 * PAGE_SIZE));
	ck_assert_int_eq(udm_bus_write(dev, addr + 2 * PAGE_SIZE, "bus", 4), 0);
	ck_assert_str_eq(buf + 2 * PAGE_SIZE, "bus");
	page = dma_alloc_pages(dev, SZ_1M, &page_addr, DMA_BIDIRECTIONAL, GFP_KERNEL);
	ck_assert_ptr_nonnull(page);
	ck_assert(in(own, page));
	dma_free_pages(dev, SZ_1M, page, page_addr, DMA_BIDIRECTIONAL);
	dma_free_coherent(dev, 3 * PAGE_SIZE, buf, addr);
	all = dma_alloc_contiguous(dev, SZ_4M, GFP_KERNEL);
	ck_assert_ptr_nonnull(all);
	dma_free_contiguous(dev, all, SZ_4M);
}
END_TEST

START_TEST(a_full_area_leaves_the_page_allocator)
{
	struct cma *own = own_area(SZ_2M);
	struct page *all = dma_alloc_contiguous(dev, SZ_2M, GFP_KERNEL);
	dma_addr_t addr;
	char *buf = dma_alloc_coherent(dev, SZ_64K, &addr, GFP_KERNEL | __GFP_NOWARN);

	ck_assert_ptr_nonnull(buf);
	ck_assert(!in(own, virt_to_page(buf)));
	ck_assert(!in(dma_contiguous_default_area, virt_to_page(buf)));
	dma_free_coherent(dev, SZ_64K, buf, addr);
	dma_free_contiguous(dev, all, SZ_2M);
}
END_TEST

/* The area is above 4 GiB: not for a device of 32 bits, which gets memory all the same. */
START_TEST(an_area_out_of_reach_is_passed_over)
{
	dma_addr_t addr;
	char *buf;

	ck_assert_int_eq(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32)), 0);
	buf = dma_alloc_coherent(dev, SZ_64K, &addr, GFP_KERNEL);
	ck_assert_ptr_nonnull(buf);
	ck_assert_uint_le(addr + SZ_64K - 1, DMA_BIT_MASK(32));
	ck_assert(!in(dma_contiguous_default_area, virt_to_page(buf)));
	dma_free_coherent(dev, SZ_64K, buf, addr);
}
END_TEST

Suite *contiguous_suite(void)
{
	Suite *s = suite_create("contiguous");
	TCase *tc = tcase_create("boot");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, the_command_line_asks, 0, ARRAY_SIZE(lines));
	tcase_add_loop_test(tc, nodes_may_have_areas, 0, ARRAY_SIZE(node_lines));
	tcase_add_test(tc, the_default_area_helps_out);

	tc = tcase_create("use");
	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, rules_of_the_default_area);
	tcase_add_test(tc, a_devices_own_area_is_its_only_one);
	tcase_add_test(tc, a_missing_run_is_reported_unless_asked_not_to);
	tcase_add_test(tc, alignment_has_a_limit);
	tcase_add_test(tc, pages_of_either_source_can_be_freed);
	tcase_add_loop_test(tc, coherent_memory_comes_from_the_area, 0, ARRAY_SIZE(types));
	tcase_add_test(tc, a_full_area_leaves_the_page_allocator);
	tcase_add_test(tc, an_area_out_of_reach_is_passed_over);
	return s;
}
