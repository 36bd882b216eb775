// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings of library files: what their mmap operation sees, insertion of pages during
 * and after it, private mappings of frames, unmapping by parts, failures.
 */
#include "mem_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>
#include <unistd.h>

#define PAGES 4
#define LEN (PAGES * PAGE_SIZE)

/* A file whose mmap operation is chosen by the test. */
static struct {
	int (*map)(struct vm_area_struct *vma);
	struct vm_area_struct *vma;
	struct page *pages[PAGES];
	int opened, closed, released;
	vm_flags_t flags;
	int fd;
} probe;

static void area_closed(struct vm_area_struct *vma)
{
	ck_assert_ptr_eq(vma, probe.vma);
	probe.closed++;
}

static const struct vm_operations_struct area_ops = { .close = area_closed };

static int probe_mmap(struct file *file, struct vm_area_struct *vma)
{
	probe.vma = vma;
	probe.flags = vma->vm_flags;
	vma->vm_ops = &area_ops;
	probe.opened++;
	return probe.map ? probe.map(vma) : 0;
}

static int probe_release(struct inode *inode, struct file *file)
{
	probe.released++;
	return 0;
}

static const struct file_operations probe_fops = {
	.mmap = probe_mmap,
	.release = probe_release,
};

static void setup(void)
{
	struct page *block;

	machine_boot();
	probe = (typeof(probe)){ };
	/* Frames that follow each other, each with its own count. */
	block = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	split_page(block, 2);
	for (unsigned int i = 0; i < PAGES; i++)
		probe.pages[i] = block + i;
	probe.fd = anon_inode_getfd("[probe]", &probe_fops, NULL, O_RDWR);
	ck_assert_int_ge(probe.fd, 0);
}

static void teardown(void)
{
	udm_close(probe.fd);
	ck_assert_int_eq(probe.released, 1);
	for (unsigned int i = 0; i < PAGES; i++) {
		ck_assert_int_eq(page_count(probe.pages[i]), 1);
		put_page(probe.pages[i]);
	}
	machine_shutdown();
}

static char *map_as(int flags, int (*map)(struct vm_area_struct *vma))
{
	probe.map = map;
	return udm_mmap(NULL, LEN, PROT_READ | PROT_WRITE, flags, probe.fd, 0);
}

/* Whether there is something to read; the kernel is asked, checkers are not. */
static bool readable(const char *addr)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)addr, 1 };
	bool ok = process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;

	ck_assert(ok || errno == EFAULT);
	return ok;
}

static int insert_all(struct vm_area_struct *vma)
{
	return vm_map_pages(vma, probe.pages, PAGES);
}

START_TEST(flags_say_how_it_is_shared)
{
	char *shared = map_as(MAP_SHARED, NULL);

	ck_assert_uint_eq(vma_pages(probe.vma), PAGES);
	ck_assert_ptr_eq((char *)probe.vma->vm_start, shared);
	ck_assert_uint_eq(probe.flags & (VM_READ | VM_WRITE | VM_SHARED | VM_MAYSHARE),
			  VM_READ | VM_WRITE | VM_SHARED | VM_MAYSHARE);
	ck_assert(!is_cow_mapping(probe.flags));
	ck_assert_int_eq(udm_munmap(shared, LEN), 0);
	shared = map_as(MAP_PRIVATE, NULL);
	ck_assert_uint_eq(probe.flags & (VM_SHARED | VM_MAYSHARE), 0);
	ck_assert(is_cow_mapping(probe.flags));
	ck_assert_int_eq(udm_munmap(shared, LEN), 0);
	ck_assert_int_eq(probe.closed, 2);
}
END_TEST

START_TEST(inserted_pages_are_held)
{
	char *map = map_as(MAP_SHARED, insert_all);

	for (unsigned int i = 0; i < PAGES; i++) {
		ck_assert_int_eq(page_count(probe.pages[i]), 2);
		map[i * PAGE_SIZE] = 'a' + i;
		ck_assert_int_eq(*(char *)page_address(probe.pages[i]), 'a' + i);
	}
	ck_assert(probe.vma->vm_flags & VM_MIXEDMAP);
	ck_assert_int_eq(udm_munmap(map, LEN), 0);
}
END_TEST

/* Also long after the file's mmap operation, as from an ioctl. */
START_TEST(pages_can_be_inserted_later)
{
	char *map = map_as(MAP_SHARED, NULL);
	unsigned long start = probe.vma->vm_start;

	ck_assert(!readable(map + PAGE_SIZE));
	ck_assert_int_eq(vm_insert_page(probe.vma, start + PAGE_SIZE, probe.pages[0]), 0);
	ck_assert_int_eq(page_count(probe.pages[0]), 2);
	strcpy(map + PAGE_SIZE, "late");
	ck_assert_str_eq(page_address(probe.pages[0]), "late");
	ck_assert_int_eq(vm_insert_page(probe.vma, start + PAGE_SIZE, probe.pages[1]), -EBUSY);
	ck_assert_int_eq(vm_insert_page(probe.vma, start + LEN, probe.pages[1]), -EFAULT);
	ck_assert_int_eq(page_count(probe.pages[1]), 1);
	vm_flags_set(probe.vma, VM_PFNMAP);
	ck_assert_uint_eq(vmf_insert_pfn(probe.vma, start, page_to_pfn(probe.pages[2])),
			  VM_FAULT_NOPAGE);
	ck_assert_int_eq(page_count(probe.pages[2]), 1);
	ck_assert_uint_eq(vmf_insert_pfn(probe.vma, start + LEN, page_to_pfn(probe.pages[2])),
			  VM_FAULT_SIGBUS);
	ck_assert(readable(map));
	ck_assert_int_eq(udm_munmap(map, LEN), 0);
}
END_TEST

static int insert_twice(struct vm_area_struct *vma)
{
	int err = vm_insert_page(vma, vma->vm_start, probe.pages[0]);

	return err ? err : vm_insert_page(vma, vma->vm_start, probe.pages[1]);
}

static int too_few(struct vm_area_struct *vma)
{
	return vm_map_pages(vma, probe.pages, PAGES - 1);
}

static int first_frame(struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(probe.pages[0]), PAGE_SIZE,
			       vma->vm_page_prot);
}

static int all_frames(struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(probe.pages[0]), LEN,
			       vma->vm_page_prot);
}

static int beyond_the_end(struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start + PAGE_SIZE, page_to_pfn(probe.pages[0]), LEN,
			       vma->vm_page_prot);
}

static int no_memory_there(struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, 1UL << 40, LEN, vma->vm_page_prot);
}

static int area_not_for_users(struct vm_area_struct *vma)
{
	void *area = vmalloc(LEN);
	int err = remap_vmalloc_range(vma, area, 0);

	vfree(area);
	return err;
}

static int area_too_short(struct vm_area_struct *vma)
{
	void *area = vmalloc_user(LEN);
	int err = remap_vmalloc_range(vma, area, 1);

	vfree(area);
	return err;
}

static const struct {
	int (*map)(struct vm_area_struct *vma);
	int flags;
	int err;
} refusals[] = {
	{ insert_twice, MAP_SHARED, EBUSY },
	{ too_few, MAP_SHARED, ENXIO },
	{ first_frame, MAP_PRIVATE, EINVAL },
	{ beyond_the_end, MAP_SHARED, EINVAL },
	{ no_memory_there, MAP_SHARED, EINVAL },
	{ area_not_for_users, MAP_SHARED, EINVAL },
	{ area_too_short, MAP_SHARED, EINVAL },
};

/* What a refused mapping had until then is given back; its close operation is not called. */
START_TEST(a_refused_mapping_leaves_nothing)
{
	ck_assert_ptr_eq(map_as(refusals[_i].flags, refusals[_i].map), MAP_FAILED);
	ck_assert_int_eq(errno, refusals[_i].err);
	ck_assert_int_eq(probe.closed, 0);
}
END_TEST

START_TEST(frames_are_shown_without_a_reference)
{
	char *map = map_as(_i ? MAP_PRIVATE : MAP_SHARED, all_frames);
	vm_flags_t marks = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;

	ck_assert_ptr_ne(map, MAP_FAILED);
	ck_assert_uint_eq(probe.vma->vm_flags & marks, marks);
	ck_assert_uint_eq(probe.vma->vm_pgoff, _i ? page_to_pfn(probe.pages[0]) : 0);
	strcpy(page_address(probe.pages[3]), "below");
	ck_assert_str_eq(map + 3 * PAGE_SIZE, "below");
	strcpy(map + 3 * PAGE_SIZE, "above");
	ck_assert_str_eq(page_address(probe.pages[3]), _i ? "below" : "above");
	ck_assert_int_eq(page_count(probe.pages[3]), 1);
	ck_assert_int_eq(udm_munmap(map, LEN), 0);
}
END_TEST

/* The middle, the end, the start: each is gone at once, the mapping with the last. */
START_TEST(a_mapping_goes_by_parts)
{
	char *map = map_as(MAP_SHARED, insert_all);

	ck_assert_int_eq(udm_munmap(map + PAGE_SIZE, PAGE_SIZE), 0);
	ck_assert_int_eq(page_count(probe.pages[1]), 1);
	ck_assert(readable(map) && !readable(map + PAGE_SIZE) && readable(map + 2 * PAGE_SIZE));
	ck_assert_int_eq(vm_insert_page(probe.vma, (unsigned long)map + PAGE_SIZE,
					probe.pages[1]), -EFAULT);
	vm_flags_set(probe.vma, VM_PFNMAP);
	ck_assert_uint_eq(vmf_insert_pfn(probe.vma, (unsigned long)map + PAGE_SIZE,
					 page_to_pfn(probe.pages[1])), VM_FAULT_SIGBUS);
	ck_assert_int_eq(udm_munmap(map + PAGE_SIZE, 3 * PAGE_SIZE), 0);
	ck_assert(readable(map) && !readable(map + 2 * PAGE_SIZE));
	ck_assert_int_eq(probe.closed, 0);
	ck_assert_int_eq(udm_munmap(map, PAGE_SIZE), 0);
	ck_assert_int_eq(probe.closed, 1);
	ck_assert(!readable(map));
}
END_TEST

START_TEST(bad_ranges_are_not_unmapped)
{
	char *map = map_as(MAP_SHARED, insert_all);

	ck_assert_int_eq(udm_munmap(map + 1, PAGE_SIZE), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_munmap(map, 0), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_munmap(map, SIZE_MAX), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert(readable(map));
	ck_assert_int_eq(udm_munmap(map, LEN), 0);
}
END_TEST

static vm_fault_t no_memory(struct vm_fault *vmf)
{
	return vmf->pgoff ? VM_FAULT_OOM : vmf_insert_pfn(vmf->vma, vmf->address,
							  page_to_pfn(probe.pages[0]));
}

static const struct vm_operations_struct poor_ops = { .close = area_closed, .fault = no_memory };

static int faults_later(struct vm_area_struct *vma)
{
	vma->vm_ops = &poor_ops;
	vm_flags_set(vma, VM_PFNMAP);
	return 0;
}

/* The file has agreed, so it is told of the end. */
START_TEST(a_mapping_that_cannot_be_filled_is_closed)
{
	ck_assert_ptr_eq(map_as(MAP_SHARED, faults_later), MAP_FAILED);
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_int_eq(probe.closed, 1);
}
END_TEST

static int map_and_unmap(void *unused)
{
	char *map = map_as(MAP_SHARED, insert_all);

	if (map == MAP_FAILED)
		return -errno;
	return udm_munmap(map + PAGE_SIZE, PAGE_SIZE) | udm_munmap(map, LEN) ? -errno : 0;
}

/* Unmapping a part needs memory; the scenario then unmaps everything. */
START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(map_and_unmap, NULL) >= 4, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *mmap_suite(void)
{
	Suite *s = suite_create("mmap");
	TCase *tc = tcase_create("areas");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, flags_say_how_it_is_shared);
	tcase_add_test(tc, inserted_pages_are_held);
	tcase_add_test(tc, pages_can_be_inserted_later);
	tcase_add_loop_test(tc, a_refused_mapping_leaves_nothing, 0, ARRAY_SIZE(refusals));
	tcase_add_loop_test(tc, frames_are_shown_without_a_reference, 0, 2);
	tcase_add_test(tc, a_mapping_goes_by_parts);
	tcase_add_test(tc, bad_ranges_are_not_unmapped);
	tcase_add_test(tc, a_mapping_that_cannot_be_filled_is_closed);
	tcase_add_test(tc, every_allocation_may_fail);
	suite_add_tcase(s, tc);
	return s;
}
