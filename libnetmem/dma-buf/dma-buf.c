// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-bufs: the object, its attachments and mappings, access by the CPU.
 *
 * The object goes with its file: the dentry's release, after the last reference,
 * is the release of the buffer. Every buffer is on one list, newest first, for
 * debugfs and iteration; a buffer on it may be dying.
 *
 * With CONFIG_DMABUF_DEBUG an importer gets a copy of the table that holds
 * nothing but DMA entries, so it cannot use what it must not know.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "dma_buf"
#define pr_fmt(fmt) "dma-buf: " fmt

#include <linux/debugfs.h>
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/mount.h>
#include <linux/overflow.h>
#include <linux/pseudo_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <uapi/linux/magic.h>

#include "libnetmem/dma-buf/dma-buf-internal.h"

static DEFINE_MUTEX(list_mutex);
static LIST_HEAD(all_buffers);

static struct vfsmount *dma_buf_mnt;
static atomic64_t last_ino = ATOMIC64_INIT(0);

/* Off: dynamic importers are pinned while they have a mapping, as if they were static. */
static bool move_notify = true;
module_param(move_notify, bool, 0444);

/* The file system of the files. */

static char *dma_buf_dname(struct dentry *dentry, char *buffer, int buflen)
{
	struct dma_buf *dmabuf = dentry->d_fsdata;
	char name[DMA_BUF_NAME_LEN] = "";

	spin_lock(&dmabuf->name_lock);
	if (dmabuf->name)
		strscpy(name, dmabuf->name, sizeof(name));
	spin_unlock(&dmabuf->name_lock);
	return dynamic_dname(buffer, buflen, "/%s:%s", (const char *)dentry->d_name.name, name);
}

static void dma_buf_release(struct dentry *dentry)
{
	struct dma_buf *dmabuf = dentry->d_fsdata;

	/* A file that never became a buffer. */
	if (!dmabuf)
		return;
	mutex_lock(&list_mutex);
	list_del(&dmabuf->list_node);
	mutex_unlock(&list_mutex);

	BUG_ON(dmabuf->vmapping_counter);
	/* Armed callbacks hold the file. */
	BUG_ON(dmabuf->cb_in.active || dmabuf->cb_out.active);

	dmabuf->ops->release(dmabuf);
	if (dmabuf->resv == (struct dma_resv *)(dmabuf + 1))
		dma_resv_fini(dmabuf->resv);
	WARN_ON(!list_empty(&dmabuf->attachments));
	module_put(dmabuf->owner);
	kfree(dmabuf->name);
	kfree(dmabuf);
}

static const struct dentry_operations dma_buf_dentry_ops = {
	.d_dname = dma_buf_dname,
	.d_release = dma_buf_release,
};

static int dma_buf_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, DMA_BUF_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &dma_buf_dentry_ops;
	return 0;
}

static struct file_system_type dma_buf_fs_type = {
	.name = "dmabuf",
	.init_fs_context = dma_buf_init_fs_context,
	.kill_sb = kill_anon_super,
};

/* Objects and handles. */

static void describe_inode(struct inode *inode, size_t size)
{
	/* Unlike get_next_ino(), never wraps: numbers are not used twice. */
	inode->i_ino = atomic64_inc_return(&last_ino);
	inode_set_bytes(inode, size);
	i_size_write(inode, size);
}

static struct file *dma_buf_getfile(size_t size, int flags)
{
	struct inode *inode;
	struct file *file;

	/* The machine started without the file system. */
	if (IS_ERR(dma_buf_mnt))
		return ERR_CAST(dma_buf_mnt);
	inode = alloc_anon_inode(dma_buf_mnt->mnt_sb);
	file = ERR_CAST(inode);
	if (!IS_ERR(inode)) {
		describe_inode(inode, size);
		file = alloc_file_pseudo(inode, dma_buf_mnt, "dmabuf",
					 flags & (O_ACCMODE | O_NONBLOCK), &dma_buf_fops);
		if (IS_ERR(file))
			iput(inode);
	}
	return file;
}

static bool export_info_valid(const struct dma_buf_export_info *info)
{
	if (WARN_ON(!info->priv || !info->ops || !info->ops->map_dma_buf ||
		    !info->ops->unmap_dma_buf || !info->ops->release))
		return false;
	return !WARN_ON(!info->ops->pin != !info->ops->unpin);
}

/* The object, with a reservation object behind it if the exporter brings none. */
static struct dma_buf *dma_buf_alloc(const struct dma_buf_export_info *info)
{
	size_t own_resv = info->resv ? 0 : sizeof(struct dma_resv);
	struct dma_buf *dmabuf = kzalloc(sizeof(*dmabuf) + own_resv, GFP_KERNEL);

	if (!dmabuf)
		return NULL;
	dmabuf->priv = info->priv;
	dmabuf->ops = info->ops;
	dmabuf->size = info->size;
	dmabuf->exp_name = info->exp_name;
	dmabuf->owner = info->owner;
	dmabuf->resv = info->resv;
	spin_lock_init(&dmabuf->name_lock);
	init_waitqueue_head(&dmabuf->poll);
	dmabuf->cb_in.poll = &dmabuf->poll;
	dmabuf->cb_out.poll = &dmabuf->poll;
	INIT_LIST_HEAD(&dmabuf->attachments);
	if (own_resv) {
		dmabuf->resv = (struct dma_resv *)(dmabuf + 1);
		dma_resv_init(dmabuf->resv);
	}
	return dmabuf;
}

struct dma_buf *dma_buf_export(const struct dma_buf_export_info *exp_info)
{
	struct dma_buf *dmabuf;
	struct file *file;
	int err;

	if (!export_info_valid(exp_info))
		return ERR_PTR(-EINVAL);
	if (!try_module_get(exp_info->owner))
		return ERR_PTR(-ENOENT);
	file = dma_buf_getfile(exp_info->size, exp_info->flags);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto put_module;
	}
	dmabuf = dma_buf_alloc(exp_info);
	if (!dmabuf) {
		err = -ENOMEM;
		goto put_file;
	}
	dmabuf->file = file;
	file->private_data = dmabuf;
	file->f_path.dentry->d_fsdata = dmabuf;

	mutex_lock(&list_mutex);
	list_add(&dmabuf->list_node, &all_buffers);
	mutex_unlock(&list_mutex);
	return dmabuf;

put_file:
	fput(file);
put_module:
	module_put(exp_info->owner);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_export, "DMA_BUF");

int dma_buf_fd(struct dma_buf *dmabuf, int flags)
{
	int fd;

	if (!dmabuf || !dmabuf->file)
		return -EINVAL;
	fd = get_unused_fd_flags(flags);
	if (fd >= 0)
		fd_install(fd, dmabuf->file);
	return fd;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_fd, "DMA_BUF");

struct dma_buf *dma_buf_get(int fd)
{
	struct file *file = fget(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (is_dma_buf_file(file))
		return file->private_data;
	fput(file);
	return ERR_PTR(-EINVAL);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_get, "DMA_BUF");

void dma_buf_put(struct dma_buf *dmabuf)
{
	if (!WARN_ON(!dmabuf || !dmabuf->file))
		fput(dmabuf->file);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_put, "DMA_BUF");

/* The first live buffer from node on; list_mutex held. */
static struct dma_buf *first_live(struct list_head *node)
{
	for (; node != &all_buffers; node = node->next) {
		struct dma_buf *dmabuf = list_entry(node, struct dma_buf, list_node);

		if (file_ref_get(&dmabuf->file->f_ref))
			return dmabuf;
	}
	return NULL;
}

struct dma_buf *dma_buf_iter_begin(void)
{
	struct dma_buf *first;

	mutex_lock(&list_mutex);
	first = first_live(all_buffers.next);
	mutex_unlock(&list_mutex);
	return first;
}

struct dma_buf *dma_buf_iter_next(struct dma_buf *dmabuf)
{
	struct dma_buf *next;

	mutex_lock(&list_mutex);
	next = first_live(dmabuf->list_node.next);
	mutex_unlock(&list_mutex);
	dma_buf_put(dmabuf);
	return next;
}

/* Attachments. */

/* The list is read by the exporter and by move_notify, under the reservation lock. */
static void list_attachment(struct dma_buf_attachment *attach, bool listed)
{
	struct dma_buf *dmabuf = attach->dmabuf;

	dma_resv_lock(dmabuf->resv, NULL);
	if (listed)
		list_add(&attach->node, &dmabuf->attachments);
	else
		list_del(&attach->node);
	dma_resv_unlock(dmabuf->resv);
}

/*
 * Importers free their mappings late: devmem does when the last token comes back, which may be
 * after the interface went. The device, and with it its I/O address space, lasts as long as its
 * attachments. A device that was never initialized is not counted; its owner sees to it. Whether
 * it is, is asked once: the flag shares its word with those that device_del() writes.
 */
static void hold_device(struct dma_buf_attachment *attach)
{
	attach->holds_dev = attach->dev->kobj.state_initialized;
	if (attach->holds_dev)
		get_device(attach->dev);
}

struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *dmabuf, struct device *dev,
						  const struct dma_buf_attach_ops *importer_ops,
						  void *importer_priv)
{
	struct dma_buf_attachment *attach;
	int err = 0;

	if (WARN_ON(!dmabuf || !dev))
		return ERR_PTR(-EINVAL);
	attach = kzalloc(sizeof(*attach), GFP_KERNEL);
	if (!attach)
		return ERR_PTR(-ENOMEM);
	attach->dmabuf = dmabuf;
	attach->dev = dev;
	attach->importer_ops = importer_ops;
	attach->importer_priv = importer_priv;
	attach->peer2peer = importer_ops && importer_ops->allow_peer2peer;
	if (dmabuf->ops->attach)
		err = dmabuf->ops->attach(dmabuf, attach);
	if (err) {
		kfree(attach);
		return ERR_PTR(err);
	}
	hold_device(attach);
	list_attachment(attach, true);
	return attach;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_dynamic_attach, "DMA_BUF");

struct dma_buf_attachment *dma_buf_attach(struct dma_buf *dmabuf, struct device *dev)
{
	return dma_buf_dynamic_attach(dmabuf, dev, NULL, NULL);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_attach, "DMA_BUF");

void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct device *held;

	if (WARN_ON(!dmabuf || !attach || attach->dmabuf != dmabuf))
		return;
	list_attachment(attach, false);
	if (dmabuf->ops->detach)
		dmabuf->ops->detach(dmabuf, attach);
	held = attach->holds_dev ? attach->dev : NULL;
	kfree(attach);
	put_device(held);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_detach, "DMA_BUF");

int dma_buf_pin(struct dma_buf_attachment *attach)
{
	struct dma_buf *dmabuf = attach->dmabuf;

	WARN_ON(!dma_buf_attachment_is_dynamic(attach));
	dma_resv_assert_held(dmabuf->resv);
	return dmabuf->ops->pin ? dmabuf->ops->pin(attach) : 0;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_pin, "DMA_BUF");

void dma_buf_unpin(struct dma_buf_attachment *attach)
{
	struct dma_buf *dmabuf = attach->dmabuf;

	WARN_ON(!dma_buf_attachment_is_dynamic(attach));
	dma_resv_assert_held(dmabuf->resv);
	if (dmabuf->ops->unpin)
		dmabuf->ops->unpin(attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unpin, "DMA_BUF");

/* Mappings. */

/* The storage has to stay where it is as long as this importer has a mapping. */
static bool pinned_by_mapping(struct dma_buf_attachment *attach)
{
	return attach->dmabuf->ops->pin &&
	       (!dma_buf_attachment_is_dynamic(attach) || !move_notify);
}

#ifdef CONFIG_DMABUF_DEBUG
/* What the importer gets instead of the exporter's table. */
struct shown_table {
	struct sg_table sgt;
	struct sg_table *original;
};

static struct sg_table *hide_pages(struct sg_table *original)
{
	struct shown_table *shown = kzalloc(sizeof(*shown), GFP_KERNEL);
	struct scatterlist *to, *from;
	unsigned int i;
	int err;

	if (!shown)
		return ERR_PTR(-ENOMEM);
	err = sg_alloc_table(&shown->sgt, original->nents, GFP_KERNEL);
	if (err) {
		kfree(shown);
		return ERR_PTR(err);
	}
	shown->original = original;
	to = shown->sgt.sgl;
	for_each_sgtable_dma_sg(original, from, i) {
		sg_set_page(to, NULL, 0, 0);
		sg_dma_address(to) = sg_dma_address(from);
		sg_dma_len(to) = sg_dma_len(from);
		to = sg_next(to);
	}
	return &shown->sgt;
}

static struct sg_table *unhide_pages(struct sg_table *sgt)
{
	struct shown_table *shown = container_of(sgt, struct shown_table, sgt);
	struct sg_table *original = shown->original;

	sg_free_table(sgt);
	kfree(shown);
	return original;
}
#else
static struct sg_table *hide_pages(struct sg_table *original)
{
	return original;
}

static struct sg_table *unhide_pages(struct sg_table *sgt)
{
	return sgt;
}
#endif

static void report_unaligned(struct sg_table *sgt)
{
#ifdef CONFIG_DMA_API_DEBUG
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i)
		if (!PAGE_ALIGNED(sg_dma_address(sg)) || !PAGE_ALIGNED(sg_dma_len(sg)))
			pr_debug("addr %llx or len %x is not page aligned!\n",
				 sg_dma_address(sg), sg_dma_len(sg));
#endif
}

/* The exporter's table, ready to be used: the fences of memory management are done. */
static struct sg_table *map_and_wait(struct dma_buf_attachment *attach,
				     enum dma_data_direction direction)
{
	struct dma_buf *dmabuf = attach->dmabuf;
	struct sg_table *sgt = dmabuf->ops->map_dma_buf(attach, direction);
	struct sg_table *shown;
	long err = 0;

	if (IS_ERR_OR_NULL(sgt))
		return sgt ? sgt : ERR_PTR(-ENOMEM);
	if (!dma_buf_attachment_is_dynamic(attach))
		err = dma_resv_wait_timeout(dmabuf->resv, DMA_RESV_USAGE_KERNEL, true,
					    MAX_SCHEDULE_TIMEOUT);
	shown = err < 0 ? ERR_PTR(err) : hide_pages(sgt);
	if (IS_ERR(shown))
		dmabuf->ops->unmap_dma_buf(attach, sgt, direction);
	return shown;
}

struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *attach,
					enum dma_data_direction direction)
{
	struct sg_table *sgt;
	bool pinned;
	int err;

	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf))
		return ERR_PTR(-EINVAL);
	dma_resv_assert_held(attach->dmabuf->resv);

	pinned = pinned_by_mapping(attach);
	if (pinned) {
		err = attach->dmabuf->ops->pin(attach);
		/* Storage this device cannot use in place: attach should have refused. */
		WARN_ON_ONCE(err == -EBUSY);
		if (err)
			return ERR_PTR(err);
	}
	sgt = map_and_wait(attach, direction);
	if (IS_ERR(sgt)) {
		if (pinned)
			attach->dmabuf->ops->unpin(attach);
		return sgt;
	}
	report_unaligned(sgt);
	return sgt;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_map_attachment, "DMA_BUF");

void dma_buf_unmap_attachment(struct dma_buf_attachment *attach, struct sg_table *sg_table,
			      enum dma_data_direction direction)
{
	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf || !sg_table))
		return;
	dma_resv_assert_held(attach->dmabuf->resv);
	attach->dmabuf->ops->unmap_dma_buf(attach, unhide_pages(sg_table), direction);
	if (pinned_by_mapping(attach))
		attach->dmabuf->ops->unpin(attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unmap_attachment, "DMA_BUF");

struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attach,
						 enum dma_data_direction direction)
{
	struct sg_table *sgt;

	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf))
		return ERR_PTR(-EINVAL);
	dma_resv_lock(attach->dmabuf->resv, NULL);
	sgt = dma_buf_map_attachment(attach, direction);
	dma_resv_unlock(attach->dmabuf->resv);
	return sgt;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_map_attachment_unlocked, "DMA_BUF");

void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attach,
				       struct sg_table *sg_table,
				       enum dma_data_direction direction)
{
	might_sleep();
	if (WARN_ON(!attach || !attach->dmabuf || !sg_table))
		return;
	dma_resv_lock(attach->dmabuf->resv, NULL);
	dma_buf_unmap_attachment(attach, sg_table, direction);
	dma_resv_unlock(attach->dmabuf->resv);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_unmap_attachment_unlocked, "DMA_BUF");

void dma_buf_invalidate_mappings(struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach;

	dma_resv_assert_held(dmabuf->resv);
	list_for_each_entry(attach, &dmabuf->attachments, node)
		if (attach->importer_ops && attach->importer_ops->invalidate_mappings)
			attach->importer_ops->invalidate_mappings(attach);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_invalidate_mappings, "DMA_BUF");

void dma_buf_move_notify(struct dma_buf *dmabuf)
{
	dma_buf_invalidate_mappings(dmabuf);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_move_notify, "DMA_BUF");

/* Access by the CPU. */

int dma_buf_begin_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	bool writes = direction == DMA_BIDIRECTIONAL || direction == DMA_TO_DEVICE;
	long res = 0;

	if (WARN_ON(!dmabuf))
		return -EINVAL;
	might_lock(&dmabuf->resv->lock.base);
	if (dmabuf->ops->begin_cpu_access)
		res = dmabuf->ops->begin_cpu_access(dmabuf, direction);
	/* After the exporter, which may have started something that has to be waited for. */
	if (!res)
		res = dma_resv_wait_timeout(dmabuf->resv, dma_resv_usage_rw(writes), true,
					    MAX_SCHEDULE_TIMEOUT);
	return res < 0 ? res : 0;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_begin_cpu_access, "DMA_BUF");

int dma_buf_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction)
{
	WARN_ON(!dmabuf);
	might_lock(&dmabuf->resv->lock.base);
	if (!dmabuf->ops->end_cpu_access)
		return 0;
	return dmabuf->ops->end_cpu_access(dmabuf, direction);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_end_cpu_access, "DMA_BUF");

int dma_buf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma, unsigned long pgoff)
{
	unsigned long end;

	if (WARN_ON(!dmabuf || !vma))
		return -EINVAL;
	if (!dmabuf->ops->mmap)
		return -EINVAL;
	if (check_add_overflow(pgoff, vma_pages(vma), &end))
		return -EOVERFLOW;
	if (end > dmabuf->size >> PAGE_SHIFT)
		return -EINVAL;
	vma_set_file(vma, dmabuf->file);
	vma->vm_pgoff = pgoff;
	return dmabuf->ops->mmap(dmabuf, vma);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_mmap, "DMA_BUF");

/* The first user of a busy period: asks the exporter. */
static int vmap_begin(struct dma_buf *dmabuf)
{
	struct iosys_map fresh = IOSYS_MAP_INIT_VADDR(NULL);
	int err;

	BUG_ON(iosys_map_is_set(&dmabuf->vmap_ptr));
	if (!dmabuf->ops->vmap)
		return -EINVAL;
	err = dmabuf->ops->vmap(dmabuf, &fresh);
	if (!WARN_ON_ONCE(err))
		dmabuf->vmap_ptr = fresh;
	return err;
}

int dma_buf_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	int err = 0;

	iosys_map_clear(map);
	if (WARN_ON(!dmabuf))
		return -EINVAL;
	dma_resv_assert_held(dmabuf->resv);
	if (!dmabuf->vmapping_counter)
		err = vmap_begin(dmabuf);
	if (!err) {
		dmabuf->vmapping_counter++;
		*map = dmabuf->vmap_ptr;
	}
	return err;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vmap, "DMA_BUF");

void dma_buf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	if (WARN_ON(!dmabuf))
		return;
	dma_resv_assert_held(dmabuf->resv);
	BUG_ON(!dmabuf->vmapping_counter);
	BUG_ON(iosys_map_is_null(&dmabuf->vmap_ptr));
	BUG_ON(!iosys_map_is_equal(&dmabuf->vmap_ptr, map));
	if (--dmabuf->vmapping_counter)
		return;
	if (dmabuf->ops->vunmap)
		dmabuf->ops->vunmap(dmabuf, map);
	iosys_map_clear(&dmabuf->vmap_ptr);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vunmap, "DMA_BUF");

int dma_buf_vmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map)
{
	int err;

	iosys_map_clear(map);
	if (WARN_ON(!dmabuf))
		return -EINVAL;
	dma_resv_lock(dmabuf->resv, NULL);
	err = dma_buf_vmap(dmabuf, map);
	dma_resv_unlock(dmabuf->resv);
	return err;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vmap_unlocked, "DMA_BUF");

void dma_buf_vunmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map)
{
	if (WARN_ON(!dmabuf))
		return;
	dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_vunmap(dmabuf, map);
	dma_resv_unlock(dmabuf->resv);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_vunmap_unlocked, "DMA_BUF");

/* debugfs. */

static int describe_attachments(struct seq_file *s, struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach;
	int devices = 0;

	seq_puts(s, "\tAttached Devices:\n");
	list_for_each_entry(attach, &dmabuf->attachments, node) {
		seq_printf(s, "\t%s\n", dev_name(attach->dev));
		devices++;
	}
	seq_printf(s, "Total %d devices attached\n\n", devices);
	return devices;
}

static int describe_buffer(struct seq_file *s, struct dma_buf *dmabuf)
{
	int err = dma_resv_lock_interruptible(dmabuf->resv, NULL);

	if (err)
		return err;
	spin_lock(&dmabuf->name_lock);
	seq_printf(s, "%08zu\t%08x\t%08x\t%08ld\t%s\t%08llu\t%s\n", dmabuf->size,
		   dmabuf->file->f_flags, (unsigned int)dmabuf->file->f_mode,
		   (long)file_count(dmabuf->file), dmabuf->exp_name,
		   file_inode(dmabuf->file)->i_ino, dmabuf->name ? dmabuf->name : "<none>");
	spin_unlock(&dmabuf->name_lock);
	dma_resv_describe(dmabuf->resv, s);
	describe_attachments(s, dmabuf);
	dma_resv_unlock(dmabuf->resv);
	return 0;
}

int dma_buf_debug_show(struct seq_file *s, void *unused)
{
	struct dma_buf *dmabuf;
	size_t bytes = 0;
	int count = 0;
	int err = mutex_lock_interruptible(&list_mutex);

	if (err)
		return err;
	seq_puts(s, "\nDma-buf Objects:\n");
	seq_printf(s, "%-8s\t%-8s\t%-8s\t%-8s\texp_name\t%-8s\tname\n", "size", "flags", "mode",
		   "count", "ino");
	list_for_each_entry(dmabuf, &all_buffers, list_node) {
		err = describe_buffer(s, dmabuf);
		if (err)
			break;
		count++;
		bytes += dmabuf->size;
	}
	mutex_unlock(&list_mutex);
	if (!err)
		seq_printf(s, "\nTotal %d objects, %zu bytes\n", count, bytes);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(dma_buf_debug);

static struct dentry *debugfs_dir;

static int __init dma_buf_init(void)
{
	INIT_LIST_HEAD(&all_buffers);
	atomic64_set(&last_ino, 0);
	dma_buf_mnt = kern_mount(&dma_buf_fs_type);
	if (IS_ERR(dma_buf_mnt))
		return PTR_ERR(dma_buf_mnt);
	debugfs_dir = debugfs_create_dir("dma_buf", NULL);
	debugfs_create_file("bufinfo", 0444, debugfs_dir, NULL, &dma_buf_debug_fops);
	return 0;
}
subsys_initcall(dma_buf_init);

static void __exit dma_buf_deinit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	kern_unmount(dma_buf_mnt);
}
__exitcall(dma_buf_deinit);
