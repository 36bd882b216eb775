// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system heap: buffers made of ordinary pages, in blocks as large as can be had.
 *
 * A buffer has one list of blocks. Each attachment has a copy of it, which is what
 * gets mapped for its device, so an attachment has at most one mapping at a time.
 * lock protects the list of attachments, their mappings, and the kernel mapping,
 * which is shared and counted; it nests inside the reservation lock.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "system_heap"

#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct heap_buffer {
	struct dma_heap *heap;
	struct list_head attachments;
	struct mutex lock;
	unsigned long len;
	struct sg_table blocks;
	unsigned int vmap_count;
	void *vaddr;
};

struct heap_attachment {
	struct device *dev;
	struct sg_table table;
	struct list_head list;
	bool mapped;
};

/* Large blocks are a gift: no effort is made for them. */
#define GENEROUS_GFP \
	(((GFP_HIGHUSER | __GFP_ZERO | __GFP_NOWARN | __GFP_NORETRY) & ~__GFP_RECLAIM) | __GFP_COMP)
#define FRUGAL_GFP (GFP_HIGHUSER | __GFP_ZERO)

static const unsigned int orders[] = { 8, 4, 0 };

/* Attachments. */

static int copy_table(struct sg_table *to, struct sg_table *from)
{
	struct scatterlist *sg, *copy;
	unsigned int i;
	int err = sg_alloc_table(to, from->orig_nents, GFP_KERNEL);

	if (err)
		return err;
	copy = to->sgl;
	for_each_sgtable_sg(from, sg, i) {
		sg_set_page(copy, sg_page(sg), sg->length, sg->offset);
		copy = sg_next(copy);
	}
	return 0;
}

static int system_heap_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attachment)
{
	struct heap_buffer *buffer = dmabuf->priv;
	struct heap_attachment *a = kzalloc(sizeof(*a), GFP_KERNEL);
	int err;

	if (!a)
		return -ENOMEM;
	err = copy_table(&a->table, &buffer->blocks);
	if (err) {
		kfree(a);
		return err;
	}
	a->dev = attachment->dev;
	attachment->priv = a;
	guard(mutex)(&buffer->lock);
	list_add(&a->list, &buffer->attachments);
	return 0;
}

static void system_heap_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attachment)
{
	struct heap_buffer *buffer = dmabuf->priv;
	struct heap_attachment *a = attachment->priv;

	mutex_lock(&buffer->lock);
	list_del(&a->list);
	mutex_unlock(&buffer->lock);
	sg_free_table(&a->table);
	kfree(a);
}

static struct sg_table *system_heap_map(struct dma_buf_attachment *attachment,
					enum dma_data_direction direction)
{
	struct heap_buffer *buffer = attachment->dmabuf->priv;
	struct heap_attachment *a = attachment->priv;
	int err;

	guard(mutex)(&buffer->lock);
	/* The table is in use: a second mapping would overwrite its addresses. */
	WARN_ON(a->mapped);
	err = dma_map_sgtable(attachment->dev, &a->table, direction, 0);
	if (err)
		return ERR_PTR(err);
	a->mapped = true;
	return &a->table;
}

static void system_heap_unmap(struct dma_buf_attachment *attachment, struct sg_table *table,
			      enum dma_data_direction direction)
{
	struct heap_buffer *buffer = attachment->dmabuf->priv;
	struct heap_attachment *a = attachment->priv;

	guard(mutex)(&buffer->lock);
	a->mapped = false;
	dma_unmap_sgtable(attachment->dev, table, direction, 0);
}

/* Access by the CPU. */

typedef void (*sync_table_t)(struct device *dev, struct sg_table *sgt,
			     enum dma_data_direction direction);

static int sync_mapped(struct dma_buf *dmabuf, enum dma_data_direction direction,
		       sync_table_t sync_table)
{
	struct heap_buffer *buffer = dmabuf->priv;
	struct heap_attachment *a;

	guard(mutex)(&buffer->lock);
	list_for_each_entry(a, &buffer->attachments, list)
		if (a->mapped)
			sync_table(a->dev, &a->table, direction);
	return 0;
}

static int system_heap_begin_cpu(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	return sync_mapped(dmabuf, direction, dma_sync_sgtable_for_cpu);
}

static int system_heap_end_cpu(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	return sync_mapped(dmabuf, direction, dma_sync_sgtable_for_device);
}

/* Pages are copied when they are written: the mapping must be one remapped piece, a page. */
static bool private_window_fits(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_SHARED || !(vma->vm_flags & VM_MAYWRITE) || vma_pages(vma) == 1;
}

/* The part of a block that falls into a window: skips what lies before it. */
static size_t clip_block(const struct scatterlist *sg, size_t *skip, size_t room)
{
	size_t skipped = min_t(size_t, *skip, sg->length);

	*skip -= skipped;
	return min_t(size_t, sg->length - skipped, room);
}

static int system_heap_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	struct heap_buffer *buffer = dmabuf->priv;
	size_t skip = vma->vm_pgoff << PAGE_SHIFT;
	unsigned long addr = vma->vm_start;
	struct scatterlist *sg;
	unsigned int i;

	if (!private_window_fits(vma))
		return -EINVAL;
	for_each_sgtable_sg(&buffer->blocks, sg, i) {
		size_t before = skip, n = clip_block(sg, &skip, vma->vm_end - addr);
		unsigned long pfn = page_to_pfn(sg_page(sg)) + ((before - skip) >> PAGE_SHIFT);
		int err = n ? remap_pfn_range(vma, addr, pfn, n, vma->vm_page_prot) : 0;

		if (err)
			return err;
		addr += n;
		if (addr == vma->vm_end)
			break;
	}
	return 0;
}

static void *map_blocks(struct heap_buffer *buffer)
{
	unsigned int count = buffer->len >> PAGE_SHIFT, n = 0, i, k;
	struct page **pages = kvmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	struct scatterlist *sg;
	void *vaddr;

	if (!pages)
		return NULL;
	for_each_sgtable_sg(&buffer->blocks, sg, i)
		for (k = 0; k < sg->length >> PAGE_SHIFT; k++)
			pages[n++] = sg_page(sg) + k;
	vaddr = vmap(pages, count, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return vaddr;
}

static int system_heap_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct heap_buffer *buffer = dmabuf->priv;

	guard(mutex)(&buffer->lock);
	if (!buffer->vmap_count) {
		buffer->vaddr = map_blocks(buffer);
		if (!buffer->vaddr)
			return -ENOMEM;
	}
	buffer->vmap_count++;
	iosys_map_set_vaddr(map, buffer->vaddr);
	return 0;
}

static void system_heap_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct heap_buffer *buffer = dmabuf->priv;

	guard(mutex)(&buffer->lock);
	if (!--buffer->vmap_count) {
		vunmap(buffer->vaddr);
		buffer->vaddr = NULL;
	}
	iosys_map_clear(map);
}

static void free_blocks(struct sg_table *blocks)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(blocks, sg, i)
		__free_pages(sg_page(sg), get_order(sg->length));
	sg_free_table(blocks);
}

static void buffer_free(struct heap_buffer *buffer)
{
	free_blocks(&buffer->blocks);
	mutex_destroy(&buffer->lock);
	kfree(buffer);
}

static void system_heap_release(struct dma_buf *dmabuf)
{
	buffer_free(dmabuf->priv);
}

static const struct dma_buf_ops system_heap_buf_ops = {
	.attach = system_heap_attach,
	.detach = system_heap_detach,
	.map_dma_buf = system_heap_map,
	.unmap_dma_buf = system_heap_unmap,
	.begin_cpu_access = system_heap_begin_cpu,
	.end_cpu_access = system_heap_end_cpu,
	.mmap = system_heap_mmap,
	.vmap = system_heap_vmap,
	.vunmap = system_heap_vunmap,
	.release = system_heap_release,
};

/* Allocation. */

/* The largest block that fits; *max_order never grows again for this buffer. */
static struct page *take_block(unsigned long rest, unsigned int *max_order)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		struct page *page;

		if (rest < PAGE_SIZE << orders[i] || orders[i] > *max_order)
			continue;
		page = alloc_pages(orders[i] ? GENEROUS_GFP : FRUGAL_GFP, orders[i]);
		if (!page)
			continue;
		*max_order = orders[i];
		return page;
	}
	return NULL;
}

static void put_blocks(struct list_head *blocks)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, blocks, lru) {
		list_del_init(&page->lru);
		__free_pages(page, compound_order(page));
	}
}

/* Blocks for len bytes on a list, in order; how many, or a negative errno. */
static int gather_blocks(struct list_head *blocks, unsigned long len)
{
	unsigned int max_order = orders[0];
	int count = 0;

	while (len) {
		struct page *page;

		if (fatal_signal_pending(current))
			return -EINTR;
		page = take_block(len, &max_order);
		if (!page)
			return -ENOMEM;
		list_add_tail(&page->lru, blocks);
		len -= page_size(page);
		count++;
	}
	return count;
}

/* Takes the blocks off the list into a table, or leaves them. */
static int list_to_table(struct list_head *blocks, int count, struct sg_table *table)
{
	struct page *page, *next;
	struct scatterlist *sg;
	int err = sg_alloc_table(table, count, GFP_KERNEL);

	if (err)
		return err;
	sg = table->sgl;
	list_for_each_entry_safe(page, next, blocks, lru) {
		list_del_init(&page->lru);
		sg_set_page(sg, page, page_size(page), 0);
		sg = sg_next(sg);
	}
	return 0;
}

static int fill_buffer(struct heap_buffer *buffer, unsigned long len)
{
	LIST_HEAD(blocks);
	int res = gather_blocks(&blocks, len);

	if (res >= 0)
		res = list_to_table(&blocks, res, &buffer->blocks);
	put_blocks(&blocks);
	return res;
}

static struct dma_buf *export_buffer(struct heap_buffer *buffer, u32 fd_flags)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);

	info.exp_name = dma_heap_get_name(buffer->heap);
	info.ops = &system_heap_buf_ops;
	info.size = buffer->len;
	info.flags = fd_flags;
	info.priv = buffer;
	return dma_buf_export(&info);
}

static struct heap_buffer *buffer_alloc(struct dma_heap *heap, unsigned long len)
{
	struct heap_buffer *buffer = kmalloc(sizeof(*buffer), GFP_KERNEL);
	int err = -ENOMEM;

	if (buffer) {
		*buffer = (struct heap_buffer){ .heap = heap, .len = len };
		err = fill_buffer(buffer, len);
	}
	if (err) {
		kfree(buffer);
		return ERR_PTR(err);
	}
	mutex_init(&buffer->lock);
	INIT_LIST_HEAD(&buffer->attachments);
	return buffer;
}

static struct dma_buf *allocate_buffer(struct dma_heap *heap, unsigned long len, u32 fd_flags,
				       u64 heap_flags)
{
	struct heap_buffer *buffer = buffer_alloc(heap, len);
	struct dma_buf *dmabuf;

	if (IS_ERR(buffer))
		return ERR_CAST(buffer);
	dmabuf = export_buffer(buffer, fd_flags);
	if (IS_ERR(dmabuf))
		buffer_free(buffer);
	return dmabuf;
}

static int __init system_heap_create(void)
{
	static const struct dma_heap_ops from_pages = { .allocate = allocate_buffer };
	struct dma_heap *heap = dma_heap_add(&(struct dma_heap_export_info){
		.name = "system", .ops = &from_pages,
	});

	return PTR_ERR_OR_ZERO(heap);
}
module_init(system_heap_create);
