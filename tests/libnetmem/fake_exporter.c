// SPDX-License-Identifier: GPL-2.0-only
/*
 * An exporter that does what a test tells it.
 */
#include "fake_exporter.h"

#include <check.h>
#include <linux/slab.h>

static struct fake_exporter *fake_of(struct dma_buf *dmabuf)
{
	return dmabuf->priv;
}

static void expect_locked(struct dma_buf *dmabuf, bool locked)
{
	ck_assert_int_eq(dma_resv_is_locked(dmabuf->resv), locked);
}

static int fake_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct fake_exporter *fake = fake_of(dmabuf);
	struct dma_buf_attachment *other;

	expect_locked(dmabuf, false);
	list_for_each_entry(other, &dmabuf->attachments, node)
		fake->in_list_at_attach |= other == attach;
	fake->attached++;
	return fake->attach_error;
}

static void fake_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	expect_locked(dmabuf, false);
	fake_of(dmabuf)->detached++;
}

static int fake_pin(struct dma_buf_attachment *attach)
{
	struct fake_exporter *fake = fake_of(attach->dmabuf);

	expect_locked(attach->dmabuf, true);
	if (fake->pin_error)
		return fake->pin_error;
	fake->pinned++;
	return 0;
}

static void fake_unpin(struct dma_buf_attachment *attach)
{
	expect_locked(attach->dmabuf, true);
	fake_of(attach->dmabuf)->unpinned++;
}

static struct sg_table *fake_table(const struct fake_exporter *fake)
{
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i;

	if (!sgt)
		return NULL;
	if (sg_alloc_table(sgt, fake->nents, GFP_KERNEL)) {
		kfree(sgt);
		return NULL;
	}
	for_each_sgtable_sg(sgt, sg, i) {
		sg_set_page(sg, virt_to_page(sgt), PAGE_SIZE, 0);
		sg_dma_address(sg) = fake->addr[i];
		sg_dma_len(sg) = fake->len[i];
	}
	return sgt;
}

static struct sg_table *fake_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct fake_exporter *fake = fake_of(attach->dmabuf);

	expect_locked(attach->dmabuf, true);
	fake->last_dir = dir;
	if (fake->map_fail_at && fake->mapped + 1 == fake->map_fail_at)
		return fake->map_error == 1 ? NULL : ERR_PTR(fake->map_error);
	fake->last_table = fake_table(fake);
	if (fake->last_table)
		fake->mapped++;
	return fake->last_table;
}

static void fake_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	struct fake_exporter *fake = fake_of(attach->dmabuf);

	expect_locked(attach->dmabuf, true);
	fake->last_dir = dir;
	fake->unmapped++;
	sg_free_table(sgt);
	kfree(sgt);
}

static void fake_release(struct dma_buf *dmabuf)
{
	fake_of(dmabuf)->released++;
}

static int fake_begin(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	expect_locked(dmabuf, false);
	fake_of(dmabuf)->began++;
	fake_of(dmabuf)->last_dir = dir;
	return fake_of(dmabuf)->cpu_error;
}

static int fake_end(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	fake_of(dmabuf)->ended++;
	fake_of(dmabuf)->last_dir = dir;
	return fake_of(dmabuf)->cpu_error;
}

static int fake_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	fake_of(dmabuf)->mmapped++;
	return 0;
}

static int fake_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct fake_exporter *fake = fake_of(dmabuf);

	expect_locked(dmabuf, true);
	fake->vmapped++;
	if (!fake->vmap_error)
		iosys_map_set_vaddr(map, fake);
	return fake->vmap_error;
}

static void fake_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	expect_locked(dmabuf, true);
	fake_of(dmabuf)->vunmapped++;
}

#define COMMON_OPS						\
	.attach = fake_attach, .detach = fake_detach,		\
	.map_dma_buf = fake_map, .unmap_dma_buf = fake_unmap,	\
	.release = fake_release,				\
	.begin_cpu_access = fake_begin, .end_cpu_access = fake_end, \
	.mmap = fake_mmap, .vmap = fake_vmap, .vunmap = fake_vunmap

static const struct dma_buf_ops static_ops = { COMMON_OPS };
static const struct dma_buf_ops dynamic_ops = { COMMON_OPS, .pin = fake_pin, .unpin = fake_unpin };

const struct dma_buf_ops *fake_exporter_ops(bool dynamic)
{
	return dynamic ? &dynamic_ops : &static_ops;
}

void fake_exporter_init(struct fake_exporter *fake, size_t size)
{
	*fake = (struct fake_exporter){ .nents = 1, .addr = { 0x10000 }, .len = { size } };
}

struct dma_buf *fake_export(struct fake_exporter *fake, size_t size, int flags,
			    struct dma_resv *resv)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);

	info.exp_name = "fake";
	info.ops = fake_exporter_ops(fake->dynamic);
	info.size = size;
	info.flags = flags;
	info.resv = resv;
	info.priv = fake;
	fake->dmabuf = dma_buf_export(&info);
	return fake->dmabuf;
}

struct fake_fence {
	struct dma_fence base;
	spinlock_t lock;
};

static const char *fake_name(struct dma_fence *fence)
{
	return "fake";
}

static const struct dma_fence_ops fake_fence_ops = {
	.get_driver_name = fake_name,
	.get_timeline_name = fake_name,
};

struct dma_fence *fake_fence(u64 context, u64 seqno)
{
	struct fake_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &fake_fence_ops, &fence->lock, context, seqno);
	return &fence->base;
}

void fake_add_fence(struct dma_resv *resv, struct dma_fence *fence, enum dma_resv_usage usage)
{
	dma_resv_lock(resv, NULL);
	ck_assert_int_eq(dma_resv_reserve_fences(resv, 1), 0);
	dma_resv_add_fence(resv, fence, usage);
	dma_resv_unlock(resv);
}
