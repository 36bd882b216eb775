// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a dma-buf: seeking for the size, ioctls, poll, mmap, fdinfo.
 *
 * Poll has one slot per direction and buffer. An armed slot has a callback on one
 * fence and holds the file; the callback frees the slot, wakes the pollers, who
 * look again, and drops the file.
 */
#include <linux/dma-fence-unwrap.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>

#include "libnetmem/dma-buf/dma-buf-internal.h"

/* The size is all there is to seek for. */
static loff_t dma_buf_llseek(struct file *file, loff_t offset, int whence)
{
	struct dma_buf *dmabuf = file->private_data;

	if (offset)
		return -EINVAL;
	switch (whence) {
	case SEEK_END:
		return dmabuf->size;
	case SEEK_SET:
		return 0;
	default:
		return -EINVAL;
	}
}

static int dma_buf_mmap_internal(struct file *file, struct vm_area_struct *vma)
{
	struct dma_buf *dmabuf = file->private_data;

	if (!dmabuf->ops->mmap)
		return -EINVAL;
	if (vma->vm_pgoff + vma_pages(vma) > dmabuf->size >> PAGE_SHIFT)
		return -EINVAL;
	return dmabuf->ops->mmap(dmabuf, vma);
}

/* Poll. */

static void slot_fired(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct dma_buf_poll_cb_t *slot = container_of(cb, struct dma_buf_poll_cb_t, cb);
	struct dma_buf *dmabuf = container_of(slot->poll, struct dma_buf, poll);
	unsigned long flags;

	spin_lock_irqsave(&slot->poll->lock, flags);
	wake_up_locked_poll(slot->poll, slot->active);
	slot->active = 0;
	spin_unlock_irqrestore(&slot->poll->lock, flags);
	dma_fence_put(fence);
	/* Pairs with slot_take. */
	fput(dmabuf->file);
}

/* False if the slot is armed already. */
static bool slot_take(struct dma_buf *dmabuf, struct dma_buf_poll_cb_t *slot, __poll_t event)
{
	bool taken;

	spin_lock_irq(&dmabuf->poll.lock);
	taken = !slot->active;
	if (taken)
		slot->active = event;
	spin_unlock_irq(&dmabuf->poll.lock);
	if (taken)
		get_file(dmabuf->file);
	return taken;
}

/* Puts the callback on the first pending fence; false if there is none. */
static bool slot_arm(struct dma_buf *dmabuf, struct dma_buf_poll_cb_t *slot,
		     enum dma_resv_usage usage)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_for_each_fence(&cursor, dmabuf->resv, usage, fence) {
		dma_fence_get(fence);
		if (!dma_fence_add_callback(fence, &slot->cb, slot_fired))
			return true;
		dma_fence_put(fence);
	}
	return false;
}

/* The event, if that direction is ready now. */
static __poll_t poll_direction(struct dma_buf *dmabuf, struct dma_buf_poll_cb_t *slot,
			       __poll_t event)
{
	if (!slot_take(dmabuf, slot, event))
		return 0;
	if (slot_arm(dmabuf, slot, dma_resv_usage_rw(event & EPOLLOUT)))
		return 0;
	slot_fired(NULL, &slot->cb);
	return event;
}

static __poll_t dma_buf_poll(struct file *file, poll_table *table)
{
	struct dma_buf *dmabuf = file->private_data;
	__poll_t wanted, ready = 0;

	if (!dmabuf || !dmabuf->resv)
		return EPOLLERR;
	poll_wait(file, &dmabuf->poll, table);
	wanted = poll_requested_events(table) & (EPOLLIN | EPOLLOUT);
	if (!wanted)
		return 0;
	dma_resv_lock(dmabuf->resv, NULL);
	if (wanted & EPOLLOUT)
		ready |= poll_direction(dmabuf, &dmabuf->cb_out, EPOLLOUT);
	if (wanted & EPOLLIN)
		ready |= poll_direction(dmabuf, &dmabuf->cb_in, EPOLLIN);
	dma_resv_unlock(dmabuf->resv);
	return ready;
}

/* ioctls. */

static long set_name(struct dma_buf *dmabuf, const char __user *text)
{
	char *name = strndup_user(text, DMA_BUF_NAME_LEN);
	const char *old;

	if (IS_ERR(name))
		return PTR_ERR(name);
	spin_lock(&dmabuf->name_lock);
	old = dmabuf->name;
	dmabuf->name = name;
	spin_unlock(&dmabuf->name_lock);
	kfree(old);
	return 0;
}

static long sync_cpu_access(struct dma_buf *dmabuf, const void __user *arg)
{
	static const enum dma_data_direction directions[] = {
		[DMA_BUF_SYNC_READ] = DMA_FROM_DEVICE,
		[DMA_BUF_SYNC_WRITE] = DMA_TO_DEVICE,
		[DMA_BUF_SYNC_RW] = DMA_BIDIRECTIONAL,
	};
	struct dma_buf_sync request;
	u64 rw;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;
	rw = request.flags & DMA_BUF_SYNC_RW;
	if (!rw || request.flags & ~DMA_BUF_SYNC_VALID_FLAGS_MASK)
		return -EINVAL;
	if (request.flags & DMA_BUF_SYNC_END)
		return dma_buf_end_cpu_access(dmabuf, directions[rw]);
	return dma_buf_begin_cpu_access(dmabuf, directions[rw]);
}

static bool sync_file_flags_valid(u32 flags)
{
	return flags & DMA_BUF_SYNC_RW && !(flags & ~DMA_BUF_SYNC_RW);
}

/* A sync file for everything pending; the file is installed only if fd reached the caller. */
static int export_fences(struct dma_buf *dmabuf, enum dma_resv_usage usage, int fd,
			 struct dma_buf_export_sync_file *arg, void __user *user)
{
	struct sync_file *sync_file;
	struct dma_fence *fence = NULL;
	int err = dma_resv_get_singleton(dmabuf->resv, usage, &fence);

	if (err)
		return err;
	if (!fence)
		fence = dma_fence_get_stub();
	sync_file = sync_file_create(fence);
	dma_fence_put(fence);
	if (!sync_file)
		return -ENOMEM;
	arg->fd = fd;
	if (copy_to_user(user, arg, sizeof(*arg))) {
		fput(sync_file->file);
		return -EFAULT;
	}
	fd_install(fd, sync_file->file);
	return 0;
}

static long export_sync_file(struct dma_buf *dmabuf, void __user *user)
{
	struct dma_buf_export_sync_file arg;
	int fd, err;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!sync_file_flags_valid(arg.flags))
		return -EINVAL;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	err = export_fences(dmabuf, dma_resv_usage_rw(arg.flags & DMA_BUF_SYNC_WRITE), fd, &arg,
			    user);
	if (err)
		put_unused_fd(fd);
	return err;
}

/* Adds each elementary fence, or none if there is no room. Lock held. */
static int import_fences(struct dma_resv *resv, struct dma_fence *fence, enum dma_resv_usage usage)
{
	struct dma_fence_unwrap cursor;
	struct dma_fence *one;
	unsigned int count = 0;
	int err;

	dma_fence_unwrap_for_each(one, &cursor, fence)
		count++;
	if (!count)
		return 0;
	err = dma_resv_reserve_fences(resv, count);
	if (err)
		return err;
	dma_fence_unwrap_for_each(one, &cursor, fence)
		dma_resv_add_fence(resv, one, usage);
	return 0;
}

static long import_sync_file(struct dma_buf *dmabuf, const void __user *user)
{
	struct dma_buf_import_sync_file arg;
	struct dma_fence *fence;
	int err;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!sync_file_flags_valid(arg.flags))
		return -EINVAL;
	fence = sync_file_get_fence(arg.fd);
	if (!fence)
		return -EINVAL;
	dma_resv_lock(dmabuf->resv, NULL);
	err = import_fences(dmabuf->resv, fence,
			    arg.flags & DMA_BUF_SYNC_WRITE ? DMA_RESV_USAGE_WRITE :
							     DMA_RESV_USAGE_READ);
	dma_resv_unlock(dmabuf->resv);
	dma_fence_put(fence);
	return err;
}

static long dma_buf_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf *dmabuf = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case DMA_BUF_IOCTL_SYNC:
		return sync_cpu_access(dmabuf, user);
	case DMA_BUF_SET_NAME_A:
	case DMA_BUF_SET_NAME_B:
		return set_name(dmabuf, user);
	case DMA_BUF_IOCTL_EXPORT_SYNC_FILE:
		return export_sync_file(dmabuf, user);
	case DMA_BUF_IOCTL_IMPORT_SYNC_FILE:
		return import_sync_file(dmabuf, user);
	default:
		return -ENOTTY;
	}
}

static void dma_buf_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct dma_buf *dmabuf = file->private_data;

	seq_printf(m, "size:\t%zu\n", dmabuf->size);
	/* Without the reference of the reader. */
	seq_printf(m, "count:\t%ld\n", (long)file_count(dmabuf->file) - 1);
	seq_printf(m, "exp_name:\t%s\n", dmabuf->exp_name);
	spin_lock(&dmabuf->name_lock);
	if (dmabuf->name)
		seq_printf(m, "name:\t%s\n", dmabuf->name);
	spin_unlock(&dmabuf->name_lock);
}

const struct file_operations dma_buf_fops = {
	.mmap = dma_buf_mmap_internal,
	.llseek = dma_buf_llseek,
	.poll = dma_buf_poll,
	.unlocked_ioctl = dma_buf_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = dma_buf_show_fdinfo,
};
