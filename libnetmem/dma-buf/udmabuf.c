// SPDX-License-Identifier: GPL-2.0-only
/*
 * udmabuf: dma-bufs made of pages of memory files.
 *
 * A buffer is a list of pages, in the order of the items it was created from;
 * each appearance of a page is pinned on its own. The memory file, an mmap of the
 * buffer, the kernel side and devices see the same memory. The storage does not
 * move, so there is nothing to pin or to notify.
 *
 * Access by the CPU is arranged through one mapping for the udmabuf device
 * itself, made at the first begin and kept until release, under cpu_lock. It is
 * bidirectional, because later accesses may be of either direction.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "udmabuf"
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/highmem.h>
#include <linux/hugetlb.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/memfd.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/udmabuf.h>
#include <linux/vmalloc.h>

#include "libnetmem/dma-buf/memfd-backing.h"

static int list_limit = 1024;
module_param(list_limit, int, 0644);
MODULE_PARM_DESC(list_limit, "udmabuf_create_list->count limit. Default is 1024.");

static int size_limit_mb = 64;
module_param(size_limit_mb, int, 0644);
MODULE_PARM_DESC(size_limit_mb, "Max size of a dmabuf, in megabytes. Default is 64.");

static bool merge_runs;
module_param(merge_runs, bool, 0644);
MODULE_PARM_DESC(merge_runs, "One table entry per run of neighbouring pages instead of per page.");

struct udmabuf {
	pgoff_t page_count;
	/* Of each page: its folio and where it is in there, in bytes. */
	struct folio **folios;
	size_t *offsets;
	/* Each pin once; unpinned at release. */
	struct folio **pinned;
	pgoff_t nr_pinned;

	struct device *device;
	struct mutex cpu_lock;
	struct sg_table *cpu_sgt;
};

static unsigned long page_frame(const struct udmabuf *ubuf, pgoff_t index)
{
	return folio_pfn(ubuf->folios[index]) + (ubuf->offsets[index] >> PAGE_SHIFT);
}

/* Mapping by the application: frame by frame, the rest along with the first fault. */

static void fill_rest(struct vm_fault *vmf, const struct udmabuf *ubuf)
{
	struct vm_area_struct *vma = vmf->vma;
	pgoff_t pgoff = vma->vm_pgoff;
	unsigned long addr = vma->vm_start;

	for (; addr < vma->vm_end && pgoff < ubuf->page_count; pgoff++, addr += PAGE_SIZE) {
		if (addr == vmf->address)
			continue;
		/* Whatever fails here is tried again when it is touched. */
		if (vmf_insert_pfn(vma, addr, page_frame(ubuf, pgoff)) & VM_FAULT_ERROR)
			break;
	}
}

static vm_fault_t udmabuf_vm_fault(struct vm_fault *vmf)
{
	const struct udmabuf *ubuf = vmf->vma->vm_private_data;
	vm_fault_t res;

	if (vmf->pgoff >= ubuf->page_count)
		return VM_FAULT_SIGBUS;
	res = vmf_insert_pfn(vmf->vma, vmf->address, page_frame(ubuf, vmf->pgoff));
	if (!(res & VM_FAULT_ERROR))
		fill_rest(vmf, ubuf);
	return res;
}

static const struct vm_operations_struct udmabuf_vm_ops = {
	.fault = udmabuf_vm_fault,
};

static int udmabuf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))
		return -EINVAL;
	vma->vm_ops = &udmabuf_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* Mapping by the kernel side. */

static int udmabuf_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct udmabuf *ubuf = dmabuf->priv;
	struct page **pages;
	void *vaddr;
	pgoff_t i;

	dma_resv_assert_held(dmabuf->resv);
	pages = kvmalloc_array(ubuf->page_count, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	for (i = 0; i < ubuf->page_count; i++)
		pages[i] = folio_page(ubuf->folios[i], ubuf->offsets[i] >> PAGE_SHIFT);
	vaddr = vm_map_ram(pages, ubuf->page_count, -1);
	kvfree(pages);
	if (!vaddr)
		return -EINVAL;
	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void udmabuf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct udmabuf *ubuf = dmabuf->priv;

	dma_resv_assert_held(dmabuf->resv);
	vm_unmap_ram(map->vaddr, ubuf->page_count);
}

/* Mapping for devices. */

/* How many pages from index on one table entry takes. */
static pgoff_t run_length(const struct udmabuf *ubuf, pgoff_t index, bool merge)
{
	const pgoff_t longest = UINT_MAX >> PAGE_SHIFT;
	pgoff_t n = 1;

	while (merge && n < longest && index + n < ubuf->page_count &&
	       page_frame(ubuf, index + n) == page_frame(ubuf, index) + n)
		n++;
	return n;
}

static unsigned int count_entries(const struct udmabuf *ubuf, bool merge)
{
	unsigned int entries = 0;
	pgoff_t index;

	for (index = 0; index < ubuf->page_count; index += run_length(ubuf, index, merge))
		entries++;
	return entries;
}

static int fill_table(const struct udmabuf *ubuf, struct sg_table *sgt)
{
	bool merge = READ_ONCE(merge_runs);
	unsigned int entries = count_entries(ubuf, merge);
	struct scatterlist *sg;
	pgoff_t index = 0;
	unsigned int i;
	int err = sg_alloc_table(sgt, entries, GFP_KERNEL);

	if (err)
		return err;
	for_each_sg(sgt->sgl, sg, entries, i) {
		pgoff_t n = run_length(ubuf, index, merge);

		sg_set_folio(sg, ubuf->folios[index], n << PAGE_SHIFT, ubuf->offsets[index]);
		index += n;
	}
	return 0;
}

static struct sg_table *map_for(struct device *dev, const struct udmabuf *ubuf,
				enum dma_data_direction direction)
{
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	int err;

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	err = fill_table(ubuf, sgt);
	if (err)
		goto free_table;
	err = dma_map_sgtable(dev, sgt, direction, DMA_ATTR_SKIP_CPU_SYNC);
	if (!err)
		return sgt;
	sg_free_table(sgt);
free_table:
	kfree(sgt);
	return ERR_PTR(err);
}

static void unmap_for(struct device *dev, struct sg_table *sgt, enum dma_data_direction direction)
{
	dma_unmap_sgtable(dev, sgt, direction, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}

static struct sg_table *udmabuf_map(struct dma_buf_attachment *attach,
				    enum dma_data_direction direction)
{
	return map_for(attach->dev, attach->dmabuf->priv, direction);
}

static void udmabuf_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			  enum dma_data_direction direction)
{
	unmap_for(attach->dev, sgt, direction);
}

/* Access by the CPU. */

static int udmabuf_begin_cpu(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	struct udmabuf *ubuf = dmabuf->priv;
	struct sg_table *sgt;
	int err = 0;

	mutex_lock(&ubuf->cpu_lock);
	if (ubuf->cpu_sgt) {
		dma_sync_sgtable_for_cpu(ubuf->device, ubuf->cpu_sgt, direction);
	} else {
		sgt = map_for(ubuf->device, ubuf, DMA_BIDIRECTIONAL);
		err = PTR_ERR_OR_ZERO(sgt);
		if (!err)
			ubuf->cpu_sgt = sgt;
	}
	mutex_unlock(&ubuf->cpu_lock);
	return err;
}

static int udmabuf_end_cpu(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	struct udmabuf *ubuf = dmabuf->priv;
	int err = -EINVAL;

	mutex_lock(&ubuf->cpu_lock);
	if (ubuf->cpu_sgt) {
		dma_sync_sgtable_for_device(ubuf->device, ubuf->cpu_sgt, direction);
		err = 0;
	}
	mutex_unlock(&ubuf->cpu_lock);
	return err;
}

/* Life. */

static void udmabuf_free(struct udmabuf *ubuf)
{
	pgoff_t i;

	for (i = 0; i < ubuf->nr_pinned; i++)
		unpin_folio(ubuf->pinned[i]);
	kvfree(ubuf->pinned);
	kvfree(ubuf->offsets);
	kvfree(ubuf->folios);
	mutex_destroy(&ubuf->cpu_lock);
	kfree(ubuf);
}

static void udmabuf_release(struct dma_buf *dmabuf)
{
	struct udmabuf *ubuf = dmabuf->priv;

	if (ubuf->cpu_sgt)
		unmap_for(ubuf->device, ubuf->cpu_sgt, DMA_BIDIRECTIONAL);
	udmabuf_free(ubuf);
}

static const struct dma_buf_ops udmabuf_ops = {
	.map_dma_buf = udmabuf_map,
	.unmap_dma_buf = udmabuf_unmap,
	.release = udmabuf_release,
	.mmap = udmabuf_mmap,
	.vmap = udmabuf_vmap,
	.vunmap = udmabuf_vunmap,
	.begin_cpu_access = udmabuf_begin_cpu,
	.end_cpu_access = udmabuf_end_cpu,
};

/* Creation. */

/* The geometry of all items, before any file is looked at. */
static int count_pages(const struct udmabuf_create_item *list, u32 count, pgoff_t *total)
{
	pgoff_t limit = ((pgoff_t)READ_ONCE(size_limit_mb) * SZ_1M) >> PAGE_SHIFT;
	u32 i;

	*total = 0;
	for (i = 0; i < count; i++) {
		pgoff_t pages = list[i].size >> PAGE_SHIFT;

		if (!PAGE_ALIGNED(list[i].offset) || !PAGE_ALIGNED(list[i].size))
			return -EINVAL;
		if (pages > limit || *total > limit - pages)
			return -EINVAL;
		*total += pages;
	}
	return *total ? 0 : -EINVAL;
}

static struct udmabuf *udmabuf_alloc(const struct udmabuf_create_item *list, u32 count,
				     struct device *device)
{
	struct udmabuf *ubuf = kzalloc(sizeof(*ubuf), GFP_KERNEL);
	pgoff_t total;
	int err;

	if (!ubuf)
		return ERR_PTR(-ENOMEM);
	mutex_init(&ubuf->cpu_lock);
	ubuf->device = device;
	err = count_pages(list, count, &total);
	if (err)
		goto free;
	err = -ENOMEM;
	ubuf->folios = kvmalloc_array(total, sizeof(*ubuf->folios), GFP_KERNEL);
	ubuf->offsets = kvcalloc(total, sizeof(*ubuf->offsets), GFP_KERNEL);
	ubuf->pinned = kvmalloc_array(total, sizeof(*ubuf->pinned), GFP_KERNEL);
	if (ubuf->folios && ubuf->offsets && ubuf->pinned)
		return ubuf;
free:
	udmabuf_free(ubuf);
	return ERR_PTR(err);
}

static int check_memfd_seals(struct file *memfd)
{
	long seals;

	if (!shmem_file(memfd) && !is_file_hugepages(memfd))
		return -EBADFD;
	seals = memfd_fcntl(memfd, F_GET_SEALS, 0);
	if (seals < 0)
		return -EBADFD;
	/* The memory must stay, and it must be writable. */
	if (!(seals & F_SEAL_SHRINK) || seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EINVAL;
	return 0;
}

/* Lists pages of the folios pinned last, whose first byte in use is at offset. */
static void append_pages(struct udmabuf *ubuf, struct folio **folios, long nr, size_t offset,
			 pgoff_t pages)
{
	long i;

	for (i = 0; i < nr; i++, offset = 0) {
		ubuf->pinned[ubuf->nr_pinned++] = folios[i];
		for (; pages && offset < folio_size(folios[i]); offset += PAGE_SIZE, pages--) {
			ubuf->folios[ubuf->page_count] = folios[i];
			ubuf->offsets[ubuf->page_count++] = offset;
		}
	}
}

static int pin_range(struct udmabuf *ubuf, struct file *memfd, loff_t start, loff_t size)
{
	pgoff_t pages = size >> PAGE_SHIFT, offset = 0;
	struct folio **folios = kvmalloc_array(pages, sizeof(*folios), GFP_KERNEL);
	long nr;

	if (!folios)
		return -ENOMEM;
	nr = memfd_pin_folios(memfd, start, start + size - 1, folios, pages, &offset);
	if (nr > 0)
		append_pages(ubuf, folios, nr, offset, pages);
	kvfree(folios);
	return nr <= 0 ? (nr ? (int)nr : -EINVAL) : 0;
}

static int add_item(struct udmabuf *ubuf, const struct udmabuf_create_item *item,
		    struct memfd_backing *backing)
{
	struct file *memfd = fget(item->memfd);
	int err;

	if (!memfd)
		return -EBADFD;
	/* No seal can be added between the test and the pin. */
	inode_lock_shared(file_inode(memfd));
	err = check_memfd_seals(memfd);
	if (!err)
		err = pin_range(ubuf, memfd, item->offset, item->size);
	inode_unlock_shared(file_inode(memfd));
	if (!err)
		memfd_backing_add(backing, memfd, item->offset, item->size);
	fput(memfd);
	return err;
}

static struct dma_buf *export_udmabuf(struct udmabuf *ubuf)
{
	DEFINE_DMA_BUF_EXPORT_INFO(exp_info);

	exp_info.ops = &udmabuf_ops;
	exp_info.size = ubuf->page_count << PAGE_SHIFT;
	exp_info.priv = ubuf;
	exp_info.flags = O_RDWR;
	return dma_buf_export(&exp_info);
}

static long create(struct miscdevice *misc, u32 flags, const struct udmabuf_create_item *list,
		   u32 count)
{
	struct memfd_backing backing = MEMFD_BACKING_INIT;
	struct udmabuf *ubuf = udmabuf_alloc(list, count, misc->this_device);
	struct dma_buf *dmabuf;
	int err = 0, fd;
	u32 i;

	if (IS_ERR(ubuf))
		return PTR_ERR(ubuf);
	for (i = 0; i < count && !err; i++)
		err = add_item(ubuf, &list[i], &backing);
	if (err)
		goto free;
	dmabuf = export_udmabuf(ubuf);
	if (IS_ERR(dmabuf)) {
		err = PTR_ERR(dmabuf);
		goto free;
	}
	udm_file_set_backing(dmabuf->file, memfd_backing_take(&backing));
	/* From here on the buffer owns ubuf. */
	fd = dma_buf_fd(dmabuf, flags & UDMABUF_FLAGS_CLOEXEC ? O_CLOEXEC : 0);
	if (fd < 0)
		dma_buf_put(dmabuf);
	return fd;

free:
	memfd_backing_drop(&backing);
	udmabuf_free(ubuf);
	return err;
}

static long ioctl_create(struct file *filp, const void __user *arg)
{
	struct udmabuf_create head;
	struct udmabuf_create_item item;

	if (copy_from_user(&head, arg, sizeof(head)))
		return -EFAULT;
	item = (struct udmabuf_create_item){
		.memfd = head.memfd,
		.offset = head.offset,
		.size = head.size,
	};
	return create(filp->private_data, head.flags, &item, 1);
}

static long ioctl_create_list(struct file *filp, const struct udmabuf_create_list __user *arg)
{
	struct udmabuf_create_list head;
	struct udmabuf_create_item *list;
	long res;

	if (copy_from_user(&head, arg, sizeof(head)))
		return -EFAULT;
	if (head.count > (u32)READ_ONCE(list_limit))
		return -EINVAL;
	list = memdup_user(arg->list, array_size(head.count, sizeof(*list)));
	if (IS_ERR(list))
		return PTR_ERR(list);
	res = create(filp->private_data, head.flags, list, head.count);
	kfree(list);
	return res;
}

static long udmabuf_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	switch (ioctl) {
	case UDMABUF_CREATE:
		return ioctl_create(filp, (const void __user *)arg);
	case UDMABUF_CREATE_LIST:
		return ioctl_create_list(filp, (const void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations udmabuf_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = udmabuf_ioctl,
	.compat_ioctl = udmabuf_ioctl,
};

static struct miscdevice udmabuf_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "udmabuf",
	.fops = &udmabuf_fops,
};

static int __init udmabuf_dev_init(void)
{
	int err = misc_register(&udmabuf_misc);

	if (err < 0) {
		pr_err("Could not initialize udmabuf device\n");
		return err;
	}
	err = dma_coerce_mask_and_coherent(udmabuf_misc.this_device, DMA_BIT_MASK(64));
	if (err < 0) {
		pr_err("Could not setup DMA mask for udmabuf device\n");
		misc_deregister(&udmabuf_misc);
		return err;
	}
	return 0;
}

static void __exit udmabuf_dev_exit(void)
{
	misc_deregister(&udmabuf_misc);
}

module_init(udmabuf_dev_init)
module_exit(udmabuf_dev_exit)
