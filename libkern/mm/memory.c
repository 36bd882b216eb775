// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages in mappings of the application (mm/memory.c; vma_set_file() and the
 * locked-memory limit are mm/util.c's).
 *
 * A vm_area_struct describes a range that udm_mmap() has reserved; fs/mmap.c maps
 * memory there. Frames are shown without a reference, as with VM_PFNMAP: their
 * owner must outlive the mapping. Inserted pages are held by it.
 */
#include <sys/resource.h>

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched/user.h>
#include <linux/vmalloc.h>
#include <udevmem/memory.h>

#include "../fs/mmap.h"
#include "internal.h"

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	if (WARN_ON_ONCE(!PAGE_ALIGNED(addr)))
		return -EINVAL;
	/* Private copies are told from frames by their number: all of it or nothing. */
	if (is_cow_mapping(vma->vm_flags)) {
		if (addr != vma->vm_start || addr + PAGE_ALIGN(size) != vma->vm_end)
			return -EINVAL;
		vma->vm_pgoff = pfn;
	}
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (!udm_phys_ptr(PFN_PHYS(pfn), PAGE_ALIGN(size)))
		return -EINVAL;
	return vma_map_frames(vma, addr, pfn, PAGE_ALIGN(size));
}

int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	if (!page_count(page))
		return -EINVAL;
	vm_flags_set(vma, VM_MIXEDMAP);
	return vma_map_page(vma, addr, page);
}

int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)
{
	unsigned long skip = vma->vm_pgoff;
	unsigned long addr = vma->vm_start;
	unsigned long i;
	int err = 0;

	if (skip >= num || vma_pages(vma) > num - skip)
		return -ENXIO;
	for (i = 0; i < vma_pages(vma) && !err; i++, addr += PAGE_SIZE)
		err = vm_insert_page(vma, addr, pages[skip + i]);
	return err;
}

int remap_vmalloc_range(struct vm_area_struct *vma, void *addr, unsigned long pgoff)
{
	unsigned long nr = vma_pages(vma);
	struct vm_struct *area = find_vm_area(addr);
	unsigned long i;
	int err = 0;

	if (!PAGE_ALIGNED(vma->vm_start) || !PAGE_ALIGNED(addr) || !area)
		return -EINVAL;
	if (!(area->flags & (VM_USERMAP | VM_DMA_COHERENT)) ||
	    pgoff + nr > get_vm_area_size(area) >> PAGE_SHIFT)
		return -EINVAL;
	for (i = 0; i < nr && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT),
				     vmalloc_to_page((char *)addr + ((pgoff + i) << PAGE_SHIFT)));
	if (!err)
		vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	return err;
}

vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
			       pgprot_t prot)
{
	int err;

	BUG_ON(!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)));
	BUG_ON((vma->vm_flags & VM_PFNMAP) && is_cow_mapping(vma->vm_flags));
	err = vma_map_frame(vma, addr, pfn);
	if (err)
		return vmf_error(err);
	return VM_FAULT_NOPAGE;
}

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn)
{
	return vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
}

void vma_set_file(struct vm_area_struct *vma, struct file *file)
{
	struct file *old = vma->vm_file;

	get_file(file);
	vma->vm_file = file;
	fput(old);
}

static unsigned long locked_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return ULONG_MAX;
	return limit.rlim_cur >> PAGE_SHIFT;
}

int __account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc,
			struct user_struct *user, bool bypass_rlim)
{
	if (!inc) {
		WARN_ON_ONCE(pages > mm->locked_vm);
		mm->locked_vm -= pages;
		return 0;
	}
	if (!bypass_rlim && mm->locked_vm + pages > locked_limit())
		return -ENOMEM;
	mm->locked_vm += pages;
	return 0;
}
