// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings of library files in the application's address space.
 *
 * A mapping is a range reserved from the host, described to the file by a
 * vm_area_struct. What the file puts into it (frames, pages, parts of a host
 * file) is mapped over the reservation at once: there is nobody to take faults
 * later, so a fault handler is called for every page that is still missing when
 * mmap returns. A page it refuses shows an empty memory file, which raises SIGBUS.
 *
 * A mapping holds its file, and the pages that were inserted by page. The list
 * of mappings, what is in each and the filling of one are under map_lock; who fills
 * one holds it while the file's operations insert more. Runs of frames that follow
 * each other are mapped by one host call: they are gathered in run and flushed when
 * the next frame does not fit.
 *
 * A part that is unmapped stays reserved, without access, until the rest is gone
 * too: a mapping has one vm_area_struct from its open to its close.
 */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <udevmem/file.h>
#include <udevmem/memory.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libkern/fs/internal.h"
#include "libkern/fs/mmap.h"

struct mapping {
	struct vm_area_struct vma;
	struct list_head list;
	/* Pages something was put into. */
	unsigned long *present;
	/* Pages unmapped before the others; NULL until there are any. */
	unsigned long *gone;
	/* Pages to put at unmap; NULL until one is inserted. */
	struct page **held;
	struct {
		unsigned long addr;
		unsigned long pfn;
		unsigned long pages;
	} run;
};

static DEFINE_MUTEX(map_lock);
static LIST_HEAD(mappings);
/* The mapping that is being filled, and by whom: the holder of map_lock. */
static struct mapping *filling;
static struct task_struct *filler;
static int empty_fd = -1;

int vma_init_host(void)
{
	INIT_LIST_HEAD(&mappings);
	empty_fd = memfd_create("udevmem-empty", MFD_CLOEXEC);
	return empty_fd < 0 ? -ENOMEM : 0;
}

static int host_prot(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? PROT_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? PROT_WRITE : 0);
}

static int host_map(const struct vm_area_struct *vma, unsigned long addr, size_t len, int fd,
		    off_t offset)
{
	int sharing = vma->vm_flags & VM_SHARED ? MAP_SHARED : MAP_PRIVATE;

	if (mmap((void *)addr, len, host_prot(vma), sharing | MAP_FIXED, fd, offset) == MAP_FAILED)
		return errno == EACCES || errno == EPERM ? -errno : -ENOMEM;
	return 0;
}

/* Maps frames piece by piece, as far as each stays inside one host file. */
static int map_frames(const struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		      size_t len)
{
	while (len) {
		off_t offset;
		int fd, err;
		size_t part = udm_phys_backing(PFN_PHYS(pfn), len, &fd, &offset);

		if (!part)
			return -EINVAL;
		err = host_map(vma, addr, part, fd, offset);
		if (err)
			return err;
		addr += part;
		pfn += part >> PAGE_SHIFT;
		len -= part;
	}
	return 0;
}

static int run_flush(struct mapping *m)
{
	unsigned long pages = m->run.pages;

	m->run.pages = 0;
	return pages ? map_frames(&m->vma, m->run.addr, m->run.pfn, pages << PAGE_SHIFT) : 0;
}

static int run_add(struct mapping *m, unsigned long addr, unsigned long pfn)
{
	int err = 0;

	if (m->run.addr + (m->run.pages << PAGE_SHIFT) != addr ||
	    m->run.pfn + m->run.pages != pfn) {
		err = run_flush(m);
		m->run.addr = addr;
		m->run.pfn = pfn;
	}
	m->run.pages++;
	return err;
}

/* False if the caller has it already, being asked by a file to map into it. */
static bool lock_maps(void)
{
	if (READ_ONCE(filler) == current)
		return false;
	mutex_lock(&map_lock);
	return true;
}

static void unlock_maps(bool locked)
{
	if (locked)
		mutex_unlock(&map_lock);
}

/* NULL for an area that was not made by file_mmap(). Lock held. */
static struct mapping *mapping_of(const struct vm_area_struct *vma)
{
	struct mapping *m;

	if (filling && &filling->vma == vma)
		return filling;
	list_for_each_entry(m, &mappings, list)
		if (&m->vma == vma)
			return m;
	return NULL;
}

static unsigned long page_index(const struct mapping *m, unsigned long addr)
{
	return (addr - m->vma.vm_start) >> PAGE_SHIFT;
}

static void mark_present(struct mapping *m, unsigned long addr, size_t len)
{
	bitmap_set(m->present, page_index(m, addr), len >> PAGE_SHIFT);
}

/* Nothing is put where the application has unmapped. */
static bool still_there(const struct mapping *m, unsigned long addr, size_t len)
{
	unsigned long from = page_index(m, addr), end = from + (len >> PAGE_SHIFT);

	return !m->gone || find_next_bit(m->gone, end, from) >= end;
}

static bool inside(const struct vm_area_struct *vma, unsigned long addr, size_t len)
{
	return addr >= vma->vm_start && addr <= vma->vm_end && len <= vma->vm_end - addr;
}

/* Lock held. */
static int put_frame(struct mapping *m, struct vm_area_struct *vma, unsigned long addr,
		     unsigned long pfn)
{
	if (!m)
		return map_frames(vma, addr, pfn, PAGE_SIZE);
	if (!still_there(m, addr, PAGE_SIZE))
		return -EFAULT;
	mark_present(m, addr, PAGE_SIZE);
	return m == filling ? run_add(m, addr, pfn) : map_frames(vma, addr, pfn, PAGE_SIZE);
}

int vma_map_frame(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn)
{
	bool locked;
	int err;

	addr &= PAGE_MASK;
	if (!inside(vma, addr, PAGE_SIZE) || !pfn_valid(pfn))
		return -EFAULT;
	locked = lock_maps();
	err = put_frame(mapping_of(vma), vma, addr, pfn);
	unlock_maps(locked);
	return err;
}

/* Records that [addr, addr + len) will be there. Lock held. */
static int claim_range(struct vm_area_struct *vma, unsigned long addr, size_t len)
{
	struct mapping *m = mapping_of(vma);

	if (!m)
		return 0;
	if (!still_there(m, addr, len))
		return -EFAULT;
	mark_present(m, addr, len);
	return 0;
}

int vma_map_frames(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn, size_t len)
{
	bool locked;
	int err;

	if (!inside(vma, addr, len))
		return -EINVAL;
	locked = lock_maps();
	err = claim_range(vma, addr, len);
	if (!err)
		err = map_frames(vma, addr, pfn, len);
	unlock_maps(locked);
	return err;
}

static int put_page_into(struct mapping *m, unsigned long addr, struct page *page)
{
	unsigned long index = page_index(m, addr);
	int err;

	if (!still_there(m, addr, PAGE_SIZE))
		return -EFAULT;
	if (test_bit(index, m->present))
		return -EBUSY;
	if (!m->held) {
		m->held = kvcalloc(vma_pages(&m->vma), sizeof(*m->held), GFP_KERNEL);
		if (!m->held)
			return -ENOMEM;
	}
	err = put_frame(m, &m->vma, addr, page_to_pfn(page));
	if (err)
		return err;
	get_page(page);
	m->held[index] = page;
	return 0;
}

int vma_map_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	struct mapping *m;
	bool locked;
	int err;

	addr &= PAGE_MASK;
	if (!inside(vma, addr, PAGE_SIZE))
		return -EFAULT;
	locked = lock_maps();
	m = mapping_of(vma);
	if (m)
		err = put_page_into(m, addr, page);
	else
		err = map_frames(vma, addr, page_to_pfn(page), PAGE_SIZE);
	unlock_maps(locked);
	return err;
}

int udm_vma_map_host(struct vm_area_struct *vma, unsigned long addr, size_t len, int fd,
		     off_t offset)
{
	bool locked;
	int err;

	if (!inside(vma, addr, len))
		return -EINVAL;
	locked = lock_maps();
	err = claim_range(vma, addr, len);
	if (!err)
		err = host_map(vma, addr, len, fd, offset);
	unlock_maps(locked);
	return err;
}

/* One page through the fault handler. */
static int fault_in(struct mapping *m, unsigned long index)
{
	struct vm_area_struct *vma = &m->vma;
	unsigned long addr = vma->vm_start + (index << PAGE_SHIFT);
	struct vm_fault vmf = {
		.vma = vma,
		.pgoff = vma->vm_pgoff + index,
		.address = addr,
		.real_address = addr,
		.gfp_mask = GFP_KERNEL,
		.flags = FAULT_FLAG_USER | (vma->vm_flags & VM_WRITE ? FAULT_FLAG_WRITE : 0),
	};
	vm_fault_t res = vma->vm_ops->fault(&vmf);
	int err;

	if (res & VM_FAULT_OOM)
		return -ENOMEM;
	if (res & VM_FAULT_ERROR)
		return udm_vma_map_host(vma, addr, PAGE_SIZE, empty_fd, 0);
	if (!vmf.page)
		return 0;
	err = vma_map_page(vma, addr, vmf.page);
	put_page(vmf.page);
	return err;
}

static int fault_in_rest(struct mapping *m)
{
	unsigned long pages = vma_pages(&m->vma);
	unsigned long index = 0;
	int err = 0;

	if (!m->vma.vm_ops || !m->vma.vm_ops->fault)
		return run_flush(m);
	while (!err && (index = find_next_zero_bit(m->present, pages, index)) < pages)
		err = fault_in(m, index++);
	return err ? err : run_flush(m);
}

static void put_held(struct mapping *m, unsigned long from, unsigned long nr)
{
	for (unsigned long i = from; m->held && i < from + nr; i++) {
		if (m->held[i])
			put_page(m->held[i]);
		m->held[i] = NULL;
	}
}

static void mapping_free(struct mapping *m)
{
	put_held(m, 0, vma_pages(&m->vma));
	kvfree(m->held);
	bitmap_free(m->gone);
	bitmap_free(m->present);
	kfree(m);
}

static struct mapping *mapping_alloc(unsigned long pages)
{
	struct mapping *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return NULL;
	m->present = bitmap_zalloc(pages, GFP_KERNEL);
	if (m->present)
		return m;
	kfree(m);
	return NULL;
}

/* What a file opened like this may be mapped for; a negative errno otherwise. */
static long flags_for(const struct file *file, int prot, int flags)
{
	long vm = 0;

	if (!(file->f_mode & FMODE_READ))
		return -EACCES;
	vm |= prot & PROT_READ ? VM_READ : 0;
	vm |= prot & PROT_WRITE ? VM_WRITE : 0;
	vm |= VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	switch (flags & MAP_TYPE) {
	case MAP_SHARED:
	case MAP_SHARED_VALIDATE:
		if (prot & PROT_WRITE && !(file->f_mode & FMODE_WRITE))
			return -EACCES;
		vm |= VM_MAYSHARE;
		/* A file open for reading only is never written through the mapping. */
		if (file->f_mode & FMODE_WRITE)
			vm |= VM_SHARED;
		else
			vm &= ~VM_MAYWRITE;
		return vm;
	case MAP_PRIVATE:
		return vm;
	default:
		return -EINVAL;
	}
}

static void call_close(struct mapping *m)
{
	if (m->vma.vm_ops && m->vma.vm_ops->close)
		m->vma.vm_ops->close(&m->vma);
}

static int fill(struct mapping *m, struct file *file)
{
	int err;

	filling = m;
	WRITE_ONCE(filler, current);
	err = file->f_op->mmap(file, &m->vma);
	if (!err) {
		err = fault_in_rest(m);
		if (err)
			call_close(m);
	}
	WRITE_ONCE(filler, NULL);
	filling = NULL;
	return err;
}

static void *map_into(struct mapping *m, struct file *file, void *range)
{
	int err;

	mutex_lock(&map_lock);
	err = fill(m, file);
	if (!err)
		list_add(&m->list, &mappings);
	mutex_unlock(&map_lock);
	if (!err)
		return range;
	munmap(range, m->vma.vm_end - m->vma.vm_start);
	/* The file may have been exchanged by vma_set_file(). */
	fput(m->vma.vm_file);
	mapping_free(m);
	return ERR_PTR(err);
}

void *file_mmap(struct file *file, void *addr, size_t len, int prot, int flags, loff_t offset)
{
	int place = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	long vm_flags = flags_for(file, prot, flags);
	struct mapping *m;
	void *range;

	len = PAGE_ALIGN(len);
	if (!len || offset < 0 || !PAGE_ALIGNED(offset))
		return ERR_PTR(-EINVAL);
	if ((u64)offset + len < len)
		return ERR_PTR(-EOVERFLOW);
	if (vm_flags < 0)
		return ERR_PTR(vm_flags);
	if (!file->f_op->mmap)
		return ERR_PTR(-ENODEV);
	m = mapping_alloc(len >> PAGE_SHIFT);
	if (!m)
		return ERR_PTR(-ENOMEM);
	range = mmap(addr, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | place,
		     -1, 0);
	if (range == MAP_FAILED) {
		int err = -errno;

		mapping_free(m);
		return ERR_PTR(err);
	}
	m->vma.vm_start = (unsigned long)range;
	m->vma.vm_end = m->vma.vm_start + len;
	m->vma.vm_pgoff = offset >> PAGE_SHIFT;
	m->vma.vm_file = get_file(file);
	vm_flags_init(&m->vma, vm_flags);
	return map_into(m, file, range);
}

static void mapping_close(struct mapping *m)
{
	munmap((void *)m->vma.vm_start, m->vma.vm_end - m->vma.vm_start);
	call_close(m);
	fput(m->vma.vm_file);
	mapping_free(m);
}

/* Unmaps [start, end) of a mapping; true when nothing of it is left. Lock held. */
static int unmap_part(struct mapping *m, unsigned long start, unsigned long end)
{
	unsigned long pages = vma_pages(&m->vma), from = page_index(m, start);
	unsigned long nr = (end - start) >> PAGE_SHIFT;

	if (nr == pages)
		return true;
	if (!m->gone)
		m->gone = bitmap_zalloc(pages, GFP_KERNEL);
	if (!m->gone)
		return -ENOMEM;
	if (mmap((void *)start, end - start, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		return -ENOMEM;
	bitmap_set(m->gone, from, nr);
	put_held(m, from, nr);
	return bitmap_full(m->gone, pages);
}

/* Moves the mappings that end with [start, end) to @closing; how many it touches, or an error. */
static int unmap_parts(unsigned long start, unsigned long end, struct list_head *closing)
{
	struct mapping *m, *tmp;
	int touched = 0, res;

	list_for_each_entry_safe(m, tmp, &mappings, list) {
		if (m->vma.vm_start >= end || m->vma.vm_end <= start)
			continue;
		res = unmap_part(m, max(start, m->vma.vm_start), min(end, m->vma.vm_end));
		if (res < 0)
			return res;
		if (res)
			list_move(&m->list, closing);
		touched++;
	}
	return touched;
}

int vma_unmap(void *addr, size_t len)
{
	unsigned long start = (unsigned long)addr, end = start + PAGE_ALIGN(len);
	struct mapping *m, *tmp;
	LIST_HEAD(closing);
	int touched;

	if (!PAGE_ALIGNED(start) || !len || end <= start)
		return -EINVAL;
	mutex_lock(&map_lock);
	touched = unmap_parts(start, end, &closing);
	mutex_unlock(&map_lock);
	list_for_each_entry_safe(m, tmp, &closing, list)
		mapping_close(m);
	if (touched)
		return touched < 0 ? touched : 0;
	return munmap(addr, len) ? -errno : 0;
}

int vm_munmap(unsigned long start, size_t len)
{
	return vma_unmap((void *)start, len);
}
EXPORT_SYMBOL(vm_munmap);

static unsigned long map_anonymous(unsigned long addr, unsigned long len, int prot, int flag)
{
	void *range = mmap((void *)addr, len, prot, flag | MAP_ANONYMOUS, -1, 0);

	return range == MAP_FAILED ? (unsigned long)-errno : (unsigned long)range;
}

unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flag, unsigned long offset)
{
	if (!PAGE_ALIGNED(offset) || PAGE_ALIGN(len) < len || offset + PAGE_ALIGN(len) < offset)
		return -EINVAL;
	if (!file)
		return map_anonymous(addr, len, prot, flag);
	return (unsigned long)file_mmap(file, (void *)addr, len, prot, flag, offset);
}
EXPORT_SYMBOL(vm_mmap);

void vma_close_all(void)
{
	struct mapping *m, *tmp;

	list_for_each_entry_safe(m, tmp, &mappings, list)
		mapping_close(m);
	INIT_LIST_HEAD(&mappings);
}

void vma_exit_host(void)
{
	vma_close_all();
	close(empty_fd);
	empty_fd = -1;
}
