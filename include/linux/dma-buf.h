/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sharing of buffers between devices.
 *
 * An exporter owns the storage and describes it by struct dma_buf_ops; importers
 * attach their device and get DMA addresses. A buffer is counted by its file:
 * descriptors, importers, mmaps and armed poll callbacks hold references, and
 * ops->release runs once after the last, possibly later (deferred file release).
 *
 * Reservation lock (dmabuf->resv). Held by the importer around pin, unpin,
 * map/unmap_attachment, vmap, vunmap; held by the exporter around
 * move_notify; not held by the caller of everything else. The callbacks of
 * dma_buf_ops run in the same state: with the lock held are pin, unpin,
 * map_dma_buf, unmap_dma_buf, vmap and vunmap. Everything here may sleep.
 * Errors come as negative errno or ERR_PTR. Contract: drivers/dma-buf/dma-buf.c.
 */
#ifndef __DMA_BUF_H__
#define __DMA_BUF_H__

#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/wait.h>
#include <uapi/linux/dma-buf.h>

struct device;
struct dma_buf;
struct dma_buf_attachment;
struct vm_area_struct;

struct dma_buf_ops {
	/* May refuse the device; does not see the attachment in the list yet. */
	int (*attach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
	void (*detach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
	/* Both or neither; with them the exporter is dynamic and may move the storage. */
	int (*pin)(struct dma_buf_attachment *attach);
	void (*unpin)(struct dma_buf_attachment *attach);
	/* Mandatory, as is release. The table stays the exporter's. */
	struct sg_table *(*map_dma_buf)(struct dma_buf_attachment *attach,
					enum dma_data_direction dir);
	void (*unmap_dma_buf)(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir);
	void (*release)(struct dma_buf *dmabuf);
	int (*begin_cpu_access)(struct dma_buf *dmabuf, enum dma_data_direction dir);
	int (*end_cpu_access)(struct dma_buf *dmabuf, enum dma_data_direction dir);
	int (*mmap)(struct dma_buf *dmabuf, struct vm_area_struct *vma);
	int (*vmap)(struct dma_buf *dmabuf, struct iosys_map *map);
	void (*vunmap)(struct dma_buf *dmabuf, struct iosys_map *map);
};

struct dma_buf {
	/* Never changes. */
	size_t size;
	struct file *file;
	/* attachments, vmapping_counter and vmap_ptr: under the reservation lock. */
	struct list_head attachments;
	const struct dma_buf_ops *ops;
	unsigned int vmapping_counter;
	struct iosys_map vmap_ptr;
	const char *exp_name;
	/* Set by the application; under name_lock. */
	const char *name;
	spinlock_t name_lock;
	struct module *owner;
	/* Entry of the global list, under its mutex. */
	struct list_head list_node;
	void *priv;
	struct dma_resv *resv;
	wait_queue_head_t poll;
	/* One armed fence callback per poll direction; active is under poll.lock. */
	struct dma_buf_poll_cb_t {
		struct dma_fence_cb cb;
		wait_queue_head_t *poll;
		__poll_t active;
	} cb_in, cb_out;
};

struct dma_buf_attach_ops {
	/* The importer copes with peer memory that has no pages. */
	bool allow_peer2peer;
	/*
	 * Called with the reservation lock held when the storage is about to move:
	 * the mapping is stale, map again before the next use. Two names, one slot.
	 */
	union {
		void (*move_notify)(struct dma_buf_attachment *attach);
		void (*invalidate_mappings)(struct dma_buf_attachment *attach);
	};
};

struct dma_buf_attachment {
	struct dma_buf *dmabuf;
	struct device *dev;
	struct list_head node;
	bool peer2peer;
	bool holds_dev;		/* ours: with a reference on dev */
	const struct dma_buf_attach_ops *importer_ops;
	void *importer_priv;
	/* The exporter's. */
	void *priv;
};

struct dma_buf_export_info {
	const char *exp_name;
	struct module *owner;
	const struct dma_buf_ops *ops;
	size_t size;
	int flags;
	struct dma_resv *resv;
	void *priv;
};

#define DEFINE_DMA_BUF_EXPORT_INFO(name)		\
	struct dma_buf_export_info name = {		\
		.exp_name = KBUILD_MODNAME,		\
		.owner = THIS_MODULE,			\
	}

/* For holders of a reference. */
static inline void get_dma_buf(struct dma_buf *dmabuf)
{
	get_file(dmabuf->file);
}

/* The exporter may move the storage. */
static inline bool dma_buf_is_dynamic(struct dma_buf *dmabuf)
{
	return dmabuf->ops->pin;
}

/* The importer copes with moves. */
static inline bool dma_buf_attachment_is_dynamic(struct dma_buf_attachment *attach)
{
	return attach->importer_ops;
}

/*
 * dma_buf_export: one reference for the caller; from then on priv belongs to the
 * buffer. -EINVAL (warns) for missing operations, -ENOENT, -ENOMEM.
 * dma_buf_fd: the caller's reference moves into the descriptor, unless it fails.
 * dma_buf_get: -EBADF not open, -EINVAL not a dma-buf.
 */
struct dma_buf *dma_buf_export(const struct dma_buf_export_info *exp_info);
int dma_buf_fd(struct dma_buf *dmabuf, int flags);
struct dma_buf *dma_buf_get(int fd);
void dma_buf_put(struct dma_buf *dmabuf);

/*
 * Attaching takes no reference on the buffer and does not pin. Detach after the
 * last unmap. -EINVAL (warns), -ENOMEM, or the exporter's refusal.
 */
struct dma_buf_attachment *dma_buf_attach(struct dma_buf *dmabuf, struct device *dev);
struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *dmabuf, struct device *dev,
						  const struct dma_buf_attach_ops *importer_ops,
						  void *importer_priv);
void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);

/* Dynamic importers: keep the storage in place. Lock held. Pins nest. */
int dma_buf_pin(struct dma_buf_attachment *attach);
void dma_buf_unpin(struct dma_buf_attachment *attach);

/*
 * DMA addresses for attach->dev. The importer may use only nents, sg_dma_address
 * and sg_dma_len of the table. A static importer is pinned and waits for the
 * KERNEL fences, interruptibly (-ERESTARTSYS). Unmap with the same direction.
 */
struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *attach,
					enum dma_data_direction direction);
void dma_buf_unmap_attachment(struct dma_buf_attachment *attach, struct sg_table *sg_table,
			      enum dma_data_direction direction);
struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attach,
						 enum dma_data_direction direction);
void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attach,
				       struct sg_table *sg_table,
				       enum dma_data_direction direction);

/* Exporter, lock held: tell every dynamic importer. Both names are the same. */
void dma_buf_move_notify(struct dma_buf *dmabuf);
void dma_buf_invalidate_mappings(struct dma_buf *dmabuf);

/* CPU access: begin waits for fences, interruptibly; the exporter's error is passed on. */
int dma_buf_begin_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir);
int dma_buf_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir);
/* For importers that forward an mmap: -EINVAL, -EOVERFLOW, or the exporter's error. */
int dma_buf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma, unsigned long pgoff);
/* A mapping for the kernel side, shared and counted. Lock held, or the _unlocked forms. */
int dma_buf_vmap(struct dma_buf *dmabuf, struct iosys_map *map);
void dma_buf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map);
int dma_buf_vmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map);
void dma_buf_vunmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map);

/* Every buffer, newest first; each one comes with a reference, next drops its argument's. */
struct dma_buf *dma_buf_iter_begin(void);
struct dma_buf *dma_buf_iter_next(struct dma_buf *dmabuf);

#endif
