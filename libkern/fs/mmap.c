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
 * of mappings and the filling of one are under map_lock. Runs of frames that
 * follow each other are mapped by one host call: they are gathered in run and
 * flushed when the next frame does not fit.
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
/* The mapping that is being filled; map_lock held by who fills it. */
static struct mapping *filling;
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

static struct mapping *mapping_of(const struct vm_area_struct *vma)
{
	struct mapping *m = READ_ONCE(filling);

	return m && &m->vma == vma ? m : NULL;
}

static void mark_present(struct mapping *m, unsigned long addr, size_t len)
{
	bitmap_set(m->present, (addr - m->vma.vm_start) >> PAGE_SHIFT, len >> PAGE_SHIFT);
}

static bool inside(const struct vm_area_struct *vma, unsigned long addr, size_t len)
{
	return addr >= vma->vm_start && addr <= vma->vm_end && len <= vma->vm_end - addr;
}

int vma_map_frame(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn)
{
	struct mapping *m = mapping_of(vma);

	addr &= PAGE_MASK;
	if (!inside(vma, addr, PAGE_SIZE) || !pfn_valid(pfn))
		return -EFAULT;
	if (!m)
		return map_frames(vma, addr, pfn, PAGE_SIZE);
	mark_present(m, addr, PAGE_SIZE);
	return run_add(m, addr, pfn);
}

int vma_map_frames(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn, size_t len)
{
	struct mapping *m = mapping_of(vma);

	if (!inside(vma, addr, len))
		return -EINVAL;
	if (m)
		mark_present(m, addr, len);
	return map_frames(vma, addr, pfn, len);
}

int vma_map_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	struct mapping *m = mapping_of(vma);
	int err;

	if (m && !m->held) {
		m->held = kvcalloc(vma_pages(vma), sizeof(*m->held), GFP_KERNEL);
		if (!m->held)
			return -ENOMEM;
	}
	err = vma_map_frame(vma, addr, page_to_pfn(page));
	if (err || !m)
		return err;
	get_page(page);
	m->held[(addr - vma->vm_start) >> PAGE_SHIFT] = page;
	return 0;
}

int udm_vma_map_host(struct vm_area_struct *vma, unsigned long addr, size_t len, int fd,
		     off_t offset)
{
	struct mapping *m = mapping_of(vma);

	if (!inside(vma, addr, len))
		return -EINVAL;
	if (m)
		mark_present(m, addr, len);
	return host_map(vma, addr, len, fd, offset);
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

static void put_held(struct mapping *m)
{
	unsigned long i;

	for (i = 0; m->held && i < vma_pages(&m->vma); i++)
		if (m->held[i])
			put_page(m->held[i]);
	kvfree(m->held);
}

static void mapping_free(struct mapping *m)
{
	put_held(m);
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

static int fill(struct mapping *m, struct file *file)
{
	int err;

	WRITE_ONCE(filling, m);
	err = file->f_op->mmap(file, &m->vma);
	if (!err)
		err = fault_in_rest(m);
	WRITE_ONCE(filling, NULL);
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
	if (m->vma.vm_ops && m->vma.vm_ops->close)
		m->vma.vm_ops->close(&m->vma);
	fput(m->vma.vm_file);
	mapping_free(m);
}

int vma_unmap(void *addr, size_t len)
{
	unsigned long start = (unsigned long)addr, end = start + PAGE_ALIGN(len);
	struct mapping *m, *tmp;
	LIST_HEAD(gone);

	if (!PAGE_ALIGNED(start) || !len)
		return -EINVAL;
	mutex_lock(&map_lock);
	list_for_each_entry_safe(m, tmp, &mappings, list)
		if (m->vma.vm_start >= start && m->vma.vm_end <= end)
			list_move(&m->list, &gone);
	mutex_unlock(&map_lock);
	if (list_empty(&gone))
		return munmap(addr, len) ? -errno : 0;
	list_for_each_entry_safe(m, tmp, &gone, list)
		mapping_close(m);
	return 0;
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
