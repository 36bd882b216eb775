// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dma-buf exporter without memory (fake_dmabuf.h).
 */
#include "fixture.h"

#include <linux/dma-buf.h>
#include <linux/fcntl.h>
#include <linux/slab.h>
#include <udevmem/file.h>

#include "fake_dmabuf.h"

/* One more call that may fail: what it is to answer. */
static int answer(struct fake_dmabuf *buf, int err)
{
	if (buf->fail_call && !--buf->fail_call)
		return -EIO;
	return err;
}

static int buf_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct fake_dmabuf *buf = dmabuf->priv;
	const int err = answer(buf, buf->attach_err);

	buf->attached += !err;
	return err;
}

static void buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	((struct fake_dmabuf *)dmabuf->priv)->attached--;
}

static struct sg_table *buf_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct fake_dmabuf *buf = attach->dmabuf->priv;
	struct scatterlist *sg;
	struct sg_table *sgt;
	unsigned int i;
	int err = 0;

	buf->maps++;
	if (!buf->map_fail_at || buf->map_fail_at == buf->maps)
		err = buf->map_err;
	err = answer(buf, err);
	if (err)
		return ERR_PTR(err);
	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (sg_alloc_table(sgt, buf->n, GFP_KERNEL)) {
		kfree(sgt);
		return ERR_PTR(-ENOMEM);
	}
	for_each_sgtable_sg(sgt, sg, i) {
		sg_dma_address(sg) = buf->addr[i];
		sg_dma_len(sg) = buf->len[i];
	}
	buf->mapped++;
	return sgt;
}

static void buf_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		      enum dma_data_direction dir)
{
	((struct fake_dmabuf *)attach->dmabuf->priv)->mapped--;
	sg_free_table(sgt);
	kfree(sgt);
}

static void buf_release(struct dma_buf *dmabuf)
{
	struct fake_dmabuf *buf = dmabuf->priv;

	/* The last thing that is done to it, maybe by a worker: see fake_dmabuf_put(). */
	smp_store_release(&buf->released, buf->released + 1);
}

static const struct dma_buf_ops buf_ops = {
	.attach = buf_attach,
	.detach = buf_detach,
	.map_dma_buf = buf_map,
	.unmap_dma_buf = buf_unmap,
	.release = buf_release,
};

static void buf_export(struct fake_dmabuf *buf)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;

	info.ops = &buf_ops;
	info.size = buf->size;
	info.flags = O_RDWR;
	info.priv = buf;
	dmabuf = dma_buf_export(&info);
	ck_assert(!IS_ERR(dmabuf));
	buf->fd = dma_buf_fd(dmabuf, O_CLOEXEC);
	ck_assert_int_ge(buf->fd, 0);
}

struct fake_dmabuf *fake_dmabuf_get(const size_t *len, unsigned int n)
{
	size_t size = 0;

	for (unsigned int i = 0; i < n; i++)
		size += len[i];
	return fake_dmabuf_get_sized(len, n, size);
}

struct fake_dmabuf *fake_dmabuf_get_sized(const size_t *len, unsigned int n, size_t size)
{
	struct fake_dmabuf *buf = kzalloc(sizeof(*buf), GFP_KERNEL);

	ck_assert_ptr_nonnull(buf);
	ck_assert_uint_le(n, FAKE_SEGMENTS);
	buf->n = n;
	for (unsigned int i = 0; i < n; i++) {
		buf->len[i] = len[i];
		buf->addr[i] = (16ULL + i) << 20;
	}
	buf->size = size;
	buf_export(buf);
	return buf;
}

struct fake_dmabuf *fake_dmabuf_pages(unsigned int pages)
{
	const size_t len = pages * PAGE_SIZE;

	return fake_dmabuf_get(&len, 1);
}

void fake_dmabuf_close(struct fake_dmabuf *buf)
{
	if (buf->fd >= 0)
		ck_assert_int_eq(udm_close(buf->fd), 0);
	buf->fd = -1;
}

void settle(void)
{
	udm_call_begin();
	udm_call_end();
	udm_advance(20 * 1000000ULL);
	udm_call_begin();
	udm_call_end();
}

void fake_dmabuf_put(struct fake_dmabuf *buf)
{
	int tries = 200;

	fake_dmabuf_close(buf);
	while (!smp_load_acquire(&buf->released) && tries--)
		settle();
	ck_assert_uint_eq(buf->attached, 0);
	ck_assert_uint_eq(buf->mapped, 0);
	ck_assert_uint_eq(buf->released, 1);
	kfree(buf);
}
