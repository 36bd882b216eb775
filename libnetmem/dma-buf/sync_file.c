// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sync files: one fence, pollable.
 *
 * The first poller that would wait puts a callback on the fence, which wakes the
 * queue; it stays until it ran or the file is released.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/sync_file.h>

static void sync_file_wake(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	wake_up_all(&container_of(cb, struct sync_file, cb)->wq);
}

static __poll_t sync_file_poll(struct file *file, poll_table *wait)
{
	struct sync_file *sync = file->private_data;

	poll_wait(file, &sync->wq, wait);
	if (!poll_does_not_wait(wait) && !test_and_set_bit(POLL_ENABLED, &sync->flags) &&
	    dma_fence_add_callback(sync->fence, &sync->cb, sync_file_wake))
		wake_up_all(&sync->wq);
	return dma_fence_is_signaled(sync->fence) ? EPOLLIN : 0;
}

static int sync_file_release(struct inode *inode, struct file *file)
{
	struct sync_file *sync = file->private_data;

	if (test_bit(POLL_ENABLED, &sync->flags))
		dma_fence_remove_callback(sync->fence, &sync->cb);
	dma_fence_put(sync->fence);
	kfree(sync);
	return 0;
}

static const struct file_operations sync_file_fops = {
	.release = sync_file_release,
	.poll = sync_file_poll,
};

struct sync_file *sync_file_create(struct dma_fence *fence)
{
	struct sync_file *sync = kzalloc(sizeof(*sync), GFP_KERNEL);

	if (!sync)
		return NULL;
	sync->file = anon_inode_getfile("sync_file", &sync_file_fops, sync, 0);
	if (IS_ERR(sync->file)) {
		kfree(sync);
		return NULL;
	}
	init_waitqueue_head(&sync->wq);
	INIT_LIST_HEAD(&sync->cb.node);
	sync->fence = dma_fence_get(fence);
	return sync;
}
EXPORT_SYMBOL(sync_file_create);

struct dma_fence *sync_file_get_fence(int fd)
{
	struct file *file = fget(fd);
	struct dma_fence *fence = NULL;

	if (!file)
		return NULL;
	if (file->f_op == &sync_file_fops)
		fence = dma_fence_get(((struct sync_file *)file->private_data)->fence);
	fput(file);
	return fence;
}
EXPORT_SYMBOL(sync_file_get_fence);
