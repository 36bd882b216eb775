// SPDX-License-Identifier: GPL-2.0-only
/* Virtually contiguous memory, second mappings of pages, temporary mappings. */
#include "mem_rig.h"

#include <linux/bottom_half.h>
#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/sim.h>
#include <udevmem/warn.h>

START_TEST(an_area_is_pages_in_a_row)
{
	size_t size = 5 * PAGE_SIZE + 100, at;
	char *area = vmalloc(size);

	ck_assert(is_vmalloc_addr(area) && is_vmalloc_or_module_addr(area + size - 1));
	ck_assert(!virt_addr_valid(area));
	memset(area, 0x21, size);
	for (at = 0; at < size; at += PAGE_SIZE) {
		struct page *page = vmalloc_to_page(area + at + 17);

		ck_assert_uint_eq(vmalloc_to_pfn(area + at), page_to_pfn(page));
		ck_assert_int_eq(*((char *)page_address(page) + 17), 0x21);
	}
	ck_assert_ptr_null(vmalloc_to_page(area + 6 * PAGE_SIZE));
	ck_assert_ptr_eq(find_vm_area(area + 3 * PAGE_SIZE)->addr, area);
	ck_assert_uint_eq(get_vm_area_size(find_vm_area(area)), 6 * PAGE_SIZE);
	vfree(area);
	ck_assert_ptr_null(find_vm_area(area));
	vfree(NULL);
}
END_TEST

/* A page that nobody may touch lies behind each area, whatever comes next. */
START_TEST(areas_do_not_touch)
{
	char *areas[20];
	unsigned int i, k;

	for (i = 0; i < 20; i++)
		areas[i] = vmalloc((1 + i % 3) * PAGE_SIZE);
	for (i = 0; i < 20; i++)
		for (k = 0; k < 20; k++)
			ck_assert(areas[k] != areas[i] + (1 + i % 3) * PAGE_SIZE);
	for (i = 0; i < 20; i++)
		vfree(areas[(i * 7) % 20]);
}
END_TEST

START_TEST(contents_are_zero_when_asked)
{
	char *dirty = vmalloc(3 * PAGE_SIZE), *clean;

	memset(dirty, 0xff, 3 * PAGE_SIZE);
	vfree(dirty);
	clean = vzalloc(3 * PAGE_SIZE);
	ck_assert_ptr_null(memchr_inv(clean, 0, 3 * PAGE_SIZE));
	memset(clean, 0xff, 3 * PAGE_SIZE);
	vfree(clean);
	clean = vmalloc_user(PAGE_SIZE + 1);
	ck_assert_ptr_null(memchr_inv(clean, 0, PAGE_SIZE + 1));
	ck_assert(find_vm_area(clean)->flags & VM_USERMAP);
	vfree(clean);
	clean = vcalloc(1000, 7);
	ck_assert_ptr_null(memchr_inv(clean, 0, 7000));
	vfree(clean);
	ck_assert_ptr_null(vmalloc_array(SIZE_MAX / 2, 3));
}
END_TEST

START_TEST(impossible_sizes_are_refused)
{
	const char *text;

	udm_warn_expect("vmalloc", 1);
	ck_assert_ptr_null(vmalloc(0));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	log_capture();
	ck_assert_ptr_null(vmalloc((totalram_pages() + 1) << PAGE_SHIFT));
	ck_assert_ptr_null(__vmalloc((totalram_pages() + 1) << PAGE_SHIFT,
				     GFP_KERNEL | __GFP_NOWARN));
	text = strstr(log_text(), "vmalloc error: size ");
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(text, "exceeds total pages"));
	ck_assert_ptr_null(strstr(text + 1, "vmalloc error"));
}
END_TEST

START_TEST(zones_and_nodes_of_pages)
{
	char *low = vmalloc_32(3 * PAGE_SIZE), *node = vmalloc_node(2 * PAGE_SIZE, 1);

	ck_assert_uint_lt(page_to_phys(vmalloc_to_page(low + 2 * PAGE_SIZE)), 4UL << 30);
	ck_assert_int_eq(page_to_nid(vmalloc_to_page(node)), 1);
	ck_assert_int_eq(page_to_nid(vmalloc_to_page(node + PAGE_SIZE)), 1);
	vfree(low);
	vfree(node);
}
END_TEST

START_TEST(a_second_mapping_is_the_same_memory)
{
	struct page *pages[4];
	char *map;
	unsigned int i;

	for (i = 0; i < 4; i++)
		pages[i ^ 1] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	map = _i ? vm_map_ram(pages, 4, NUMA_NO_NODE) : vmap(pages, 4, VM_MAP, PAGE_KERNEL);
	ck_assert(is_vmalloc_addr(map));
	for (i = 0; i < 4; i++) {
		char *direct = page_address(pages[i]);

		map[i * PAGE_SIZE + 5] = 'a' + i;
		direct[6] = 'A' + i;
		ck_assert_int_eq(direct[5], 'a' + i);
		ck_assert_int_eq(map[i * PAGE_SIZE + 6], 'A' + i);
		ck_assert_ptr_eq(vmalloc_to_page(map + i * PAGE_SIZE), pages[i]);
		ck_assert_int_eq(page_count(pages[i]), 1);
	}
	if (_i)
		vm_unmap_ram(map, 4);
	else
		vunmap(map);
	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(*((char *)page_address(pages[i]) + 5), 'a' + i);
		__free_page(pages[i]);
	}
}
END_TEST

START_TEST(an_area_may_own_its_pages)
{
	struct page **pages = kmalloc_array(3, sizeof(*pages), GFP_KERNEL);
	size_t live = udm_live_bytes();
	void *map;

	for (unsigned int i = 0; i < 3; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	map = vmap(pages, 3, VM_MAP_PUT_PAGES, PAGE_KERNEL);
	ck_assert_ptr_nonnull(map);
	vfree(map);
	ck_assert_uint_lt(udm_live_bytes(), live);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
}
END_TEST

START_TEST(frames_can_be_mapped_by_number)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	unsigned long pfns[2] = { page_to_pfn(page) + 1, page_to_pfn(page) };
	unsigned long nowhere = 0;
	char *map = vmap_pfn(pfns, 2, PAGE_KERNEL);

	map[0] = 77;
	ck_assert_int_eq(*((char *)page_address(page) + PAGE_SIZE), 77);
	vunmap(map);
	udm_warn_expect("vmap_pfn", 1);
	ck_assert_ptr_null(vmap_pfn(&nowhere, 1, PAGE_KERNEL));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_ptr_null(vmap(&page, 0, VM_MAP, PAGE_KERNEL));
	__free_pages(page, 1);
}
END_TEST

/* With BH off the memory is still there; it goes when a worker gets to it. */
START_TEST(freeing_with_bh_off_is_put_off)
{
	void *area = vmalloc(PAGE_SIZE), *other = vmalloc(PAGE_SIZE);

	local_bh_disable();
	vfree(area);
	ck_assert_ptr_nonnull(find_vm_area(area));
	local_bh_enable();
	vfree_atomic(other);
	ck_assert_ptr_nonnull(find_vm_area(other));
	udm_run_until_idle();
	ck_assert_ptr_null(find_vm_area(area));
	ck_assert_ptr_null(find_vm_area(other));
}
END_TEST

START_TEST(what_is_no_area_is_not_freed)
{
	char *area = vmalloc(2 * PAGE_SIZE);
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };
	void *ram = vm_map_ram(pages, 2, 0);

	udm_warn_expect("Trying to vfree() nonexistent vm area", 3);
	vfree(area + PAGE_SIZE);
	vfree(page_address(pages[0]));
	udm_warn_expect("Trying to vfree() bad address", 1);
	vfree(area + 8);
	udm_warn_expect("Trying to vunmap() nonexistent vm area", 1);
	vunmap(area + PAGE_SIZE);
	udm_warn_expect("vm_unmap_ram", 1);
	vm_unmap_ram(ram, 1);
	vm_unmap_ram(ram, 2);
	vfree(area);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(pages[0]);
	__free_page(pages[1]);
}
END_TEST

START_TEST(every_address_has_one_kind)
{
	static const size_t sizes[] = { 8, 4096, 8193, 1 << 20, (4 << 20) + 1 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *p = kvmalloc(sizes[i], GFP_KERNEL);

		ck_assert_int_eq(is_vmalloc_addr(p), !virt_addr_valid(p));
		ck_assert_int_eq(is_vmalloc_addr(p + sizes[i] - 1),
				 !virt_addr_valid(p + sizes[i] - 1));
		kvfree(p);
	}
}
END_TEST

static int make_area(void *unused)
{
	void *area = vmalloc(300 * PAGE_SIZE);

	vfree(area);
	return area ? 0 : -ENOMEM;
}

/* The description, the array of pages, and the batches of pages. */
START_TEST(every_failure_is_undone)
{
	int points = udm_fault_sweep(make_area, NULL);

	ck_assert_msg(points >= 4, "%d %s", points, udm_fault_sweep_message());
}
END_TEST

START_TEST(temporary_mappings_nest)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);
	char *pa = kmap_local_page(a), *pb = kmap_local_folio(page_folio(b), 100), *pc;

	ck_assert_ptr_eq(pa, page_address(a));
	ck_assert_ptr_eq(pb, (char *)page_address(b) + 100);
	pc = kmap_atomic(a);
	ck_assert_ptr_eq(pc, pa);
	ck_assert(in_atomic() && pagefault_disabled());
	kunmap_atomic(pc + 10);
	ck_assert(!in_atomic() && !pagefault_disabled());
	kunmap_local(pb);
	kunmap_local(pa);
	kunmap(a);
	ck_assert_ptr_eq(kmap(a), pa);
	__free_page(a);
	__free_page(b);
}
END_TEST

#ifdef CONFIG_DEBUG_KMAP_LOCAL
START_TEST(wrong_nesting_is_reported)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);
	char *pa = kmap_local_page(a), *pb = kmap_local_page(b);

	udm_warn_expect("kunmap_local: not the section that was opened last", 1);
	kunmap_local(pa);
	kunmap_local(pb);
	udm_warn_expect("kunmap_local: no section is open", 1);
	kunmap_local(pa);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	__free_page(a);
	__free_page(b);
}
END_TEST
#endif

Suite *mem_vmalloc_suite(void)
{
	Suite *s = suite_create("mem_vmalloc");
	TCase *tc = machine_tcase(s, "areas"), *nodes = tcase_create("nodes");

	tcase_add_test(tc, an_area_is_pages_in_a_row);
	tcase_add_test(tc, areas_do_not_touch);
	tcase_add_test(tc, contents_are_zero_when_asked);
	tcase_add_test(tc, impossible_sizes_are_refused);
	tcase_add_loop_test(tc, a_second_mapping_is_the_same_memory, 0, 2);
	tcase_add_test(tc, an_area_may_own_its_pages);
	tcase_add_test(tc, frames_can_be_mapped_by_number);
	tcase_add_test(tc, freeing_with_bh_off_is_put_off);
	tcase_add_test(tc, what_is_no_area_is_not_freed);
	tcase_add_test(tc, every_address_has_one_kind);
	tcase_add_test(tc, every_failure_is_undone);
	tcase_add_checked_fixture(nodes, boot_three_nodes, machine_shutdown);
	tcase_add_test(nodes, zones_and_nodes_of_pages);
	suite_add_tcase(s, nodes);
	tc = machine_tcase(s, "temporary");
	tcase_add_test(tc, temporary_mappings_nest);
#ifdef CONFIG_DEBUG_KMAP_LOCAL
	tcase_add_test(tc, wrong_nesting_is_reported);
#endif
	return s;
}
