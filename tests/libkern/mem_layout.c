// SPDX-License-Identifier: GPL-2.0-only
/* Where memory is: descriptors, physical layout, address arithmetic, nodes and zones. */
#include "mem_rig.h"

#include <stdlib.h>

#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/memory.h>

_Static_assert(sizeof(struct page) == 64, "one line per page");
_Static_assert(offsetof(struct page, flags) == 0, "flags");
_Static_assert(offsetof(struct page, pp_magic) == 8, "pp_magic");
_Static_assert(offsetof(struct page, compound_head) == 8, "compound_head");
_Static_assert(offsetof(struct page, rcu_head) == 8, "rcu_head");
_Static_assert(offsetof(struct page, pp) == 16, "pp");
_Static_assert(offsetof(struct page, _pp_mapping_pad) == 24, "_pp_mapping_pad");
_Static_assert(offsetof(struct page, dma_addr) == 32, "dma_addr");
_Static_assert(offsetof(struct page, pp_ref_count) == 40, "pp_ref_count");
_Static_assert(offsetof(struct page, _mapcount) == 48, "_mapcount");
_Static_assert(offsetof(struct page, _refcount) == 52, "_refcount");
_Static_assert(_Alignof(struct page) >= 16, "room for tags");
_Static_assert(GFP_KERNEL == 0xcc0 && GFP_ATOMIC == 0x820 && GFP_NOWAIT == 0x2800, "gfp");
_Static_assert(GFP_HIGHUSER == 0x100cc2 && GFP_KERNEL_ACCOUNT == 0x400cc0, "gfp");
_Static_assert(MAX_PAGE_ORDER == 10 && NR_PAGE_ORDERS == 11, "orders");

START_TEST(addresses_and_frames_convert_both_ways)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);
	char *addr = page_address(page);
	unsigned int i;

	for (i = 0; i < 16; i++) {
		ck_assert_ptr_eq(virt_to_page(addr + i * PAGE_SIZE + 7), page + i);
		ck_assert_ptr_eq(pfn_to_page(page_to_pfn(page + i)), page + i);
		ck_assert_ptr_eq(page_to_virt(page + i), addr + i * PAGE_SIZE);
		ck_assert_ptr_eq(phys_to_virt(page_to_phys(page + i)), addr + i * PAGE_SIZE);
		ck_assert(virt_addr_valid(addr + i * PAGE_SIZE));
	}
	__free_pages(page, 4);
}
END_TEST

START_TEST(only_ram_is_valid)
{
	void *host = malloc(16);
	void *area = vmalloc(PAGE_SIZE);
	int local;

	ck_assert(!virt_addr_valid(host));
	ck_assert(!virt_addr_valid(&local));
	ck_assert(!virt_addr_valid(area));
	ck_assert(is_vmalloc_addr(area));
	ck_assert(!is_vmalloc_addr(host));
	ck_assert(!pfn_valid(0));
	ck_assert(!pfn_valid(UDM_HIGH_PFN - 1));
	ck_assert(!pfn_valid(max_pfn));
	ck_assert(pfn_valid(min_low_pfn));
	ck_assert(pfn_valid(max_pfn - 1));
	vfree(area);
	free(host);
}
END_TEST

static int add_pages(unsigned long start_pfn, unsigned long nr_pages, void *arg)
{
	unsigned long *sum = arg;

	*sum += nr_pages;
	return 0;
}

static int stop_at_once(unsigned long start_pfn, unsigned long nr_pages, void *arg)
{
	return 17;
}

START_TEST(the_map_of_ram_agrees_with_itself)
{
	struct udm_ram_run run;
	unsigned long sum = 0, walked = 0;
	unsigned int i;

	for (i = 0; udm_ram_run(i, &run); i++)
		sum += PHYS_PFN(run.end - run.start);
	ck_assert_uint_eq(sum, totalram_pages());
	ck_assert_int_eq(walk_system_ram_range(0, max_pfn, &walked, add_pages), 0);
	ck_assert_uint_eq(walked, totalram_pages());
	ck_assert_int_eq(walk_system_ram_range(0, min_low_pfn, &walked, add_pages), -EINVAL);
	ck_assert_int_eq(walk_system_ram_range(0, max_pfn, NULL, stop_at_once), 17);
	ck_assert(has_managed_dma());
}
END_TEST

/* Where a request with zone flags may end up: below the limit, and above 0. */
static const struct {
	gfp_t gfp;
	phys_addr_t limit;
	enum zone_type zone;
} zone_cases[] = {
	{ GFP_DMA, 16UL << 20, ZONE_DMA },
	{ GFP_DMA | GFP_KERNEL, 16UL << 20, ZONE_DMA },
	{ GFP_DMA32 | GFP_ATOMIC, 4UL << 30, ZONE_DMA32 },
	{ GFP_KERNEL, ~0UL, ZONE_NORMAL },
	{ GFP_HIGHUSER, ~0UL, ZONE_NORMAL },
};

START_TEST(zone_flags_are_honoured)
{
	struct page *page = alloc_pages(zone_cases[_i].gfp, 2);

	ck_assert_ptr_nonnull(page);
	ck_assert_uint_lt(page_to_phys(page) + 4 * PAGE_SIZE - 1, zone_cases[_i].limit);
	ck_assert_int_eq(page_zonenum(page), zone_cases[_i].zone);
	__free_pages(page, 2);
}
END_TEST

START_TEST(fallback_goes_to_lower_zones_only)
{
	struct hoard dma, dma32, all;

	hoard_all(&dma, GFP_DMA, 0);
	ck_assert_ptr_null(alloc_page(GFP_DMA | __GFP_NOWARN));
	ck_assert_uint_gt(hoard_all(&dma32, GFP_DMA32, 0), 0);
	ck_assert_uint_gt(hoard_all(&all, GFP_KERNEL, 0), 0);
	ck_assert_int_eq(page_zonenum(all.last), ZONE_NORMAL);
	hoard_free(&dma);
	hoard_free(&dma32);
	hoard_free(&all);
	hoard_all(&all, GFP_KERNEL, 0);
	ck_assert_int_eq(page_zonenum(all.last), ZONE_DMA);
	hoard_free(&all);
}
END_TEST

START_TEST(nodes_own_what_they_are_asked_for)
{
	int nid;

	for (nid = 0; nid < 3; nid++) {
		struct page *page = alloc_pages_node(nid, GFP_KERNEL, 1);
		void *object = kmalloc_node(100, GFP_KERNEL, nid);

		ck_assert_int_eq(page_to_nid(page), nid);
		ck_assert_int_eq(page_to_nid(virt_to_page(object)), nid);
		kfree(object);
		__free_pages(page, 1);
	}
}
END_TEST

START_TEST(a_full_node_borrows_unless_forbidden)
{
	struct hoard hoard;
	struct page *page;

	*(&hoard) = (struct hoard){ .order = 0 };
	while ((page = alloc_pages_node(2, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN, 0))) {
		ck_assert_int_eq(page_to_nid(page), 2);
		set_page_private(page, (unsigned long)hoard.last);
		hoard.last = page;
	}
	page = alloc_pages_node(2, GFP_KERNEL, 0);
	ck_assert_ptr_nonnull(page);
	ck_assert_int_ne(page_to_nid(page), 2);
	__free_page(page);
	hoard_free(&hoard);
}
END_TEST

START_TEST(low_zones_belong_to_the_first_node)
{
	struct page *page = alloc_pages_node(2, GFP_DMA, 0);

	ck_assert_int_eq(page_to_nid(page), 0);
	__free_page(page);
	ck_assert_ptr_null(alloc_pages_node(2, GFP_DMA | __GFP_THISNODE | __GFP_NOWARN, 0));
}
END_TEST

START_TEST(a_second_mapping_shows_the_same_bytes)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	off_t offset;
	int fd;

	ck_assert_uint_eq(udm_phys_backing(page_to_phys(page), 2 * PAGE_SIZE, &fd, &offset),
			  2 * PAGE_SIZE);
	ck_assert_uint_eq((phys_addr_t)offset, page_to_phys(page));
	ck_assert_uint_eq(udm_phys_backing(0, PAGE_SIZE, &fd, &offset), 0);
	ck_assert_ptr_eq(udm_phys_ptr(page_to_phys(page), 2 * PAGE_SIZE), page_address(page));
	ck_assert_ptr_null(udm_phys_ptr(PFN_PHYS(max_pfn) - 1, 2));
	__free_pages(page, 1);
}
END_TEST

START_TEST(too_little_ram_is_refused)
{
	const struct udm_config cfg = { .ram_bytes = 1 << 20 };
	const struct udm_config nodes = { .ram_bytes = 16 << 20, .nodes = 8 };

	ck_assert_int_eq(udm_boot(&cfg), -EINVAL);
	ck_assert_int_eq(udm_boot(&nodes), -EINVAL);
}
END_TEST

Suite *mem_layout_suite(void)
{
	Suite *s = suite_create("mem_layout");
	TCase *tc = machine_tcase(s, "default");

	tcase_add_test(tc, addresses_and_frames_convert_both_ways);
	tcase_add_test(tc, only_ram_is_valid);
	tcase_add_test(tc, the_map_of_ram_agrees_with_itself);
	tcase_add_loop_test(tc, zone_flags_are_honoured, 0, ARRAY_SIZE(zone_cases));
	tcase_add_test(tc, a_second_mapping_shows_the_same_bytes);
	tc = tcase_create("small");
	tcase_add_checked_fixture(tc, boot_small, machine_shutdown);
	tcase_add_test(tc, fallback_goes_to_lower_zones_only);
	suite_add_tcase(s, tc);
	tc = tcase_create("nodes");
	tcase_add_checked_fixture(tc, boot_three_nodes, machine_shutdown);
	tcase_add_test(tc, nodes_own_what_they_are_asked_for);
	tcase_add_test(tc, a_full_node_borrows_unless_forbidden);
	tcase_add_test(tc, low_zones_belong_to_the_first_node);
	suite_add_tcase(s, tc);
	tc = tcase_create("none");
	tcase_add_test(tc, too_little_ram_is_refused);
	suite_add_tcase(s, tc);
	return s;
}
