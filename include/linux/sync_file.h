/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sync files: a fence behind a descriptor. Polling one for EPOLLIN waits for the
 * fence. Contract: drivers/dma-buf/sync_file.c.
 */
#ifndef _LINUX_SYNC_FILE_H
#define _LINUX_SYNC_FILE_H

#include <linux/dma-fence.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct file;

struct sync_file {
	struct file *file;
	char user_name[32];
	wait_queue_head_t wq;
	unsigned long flags;
	struct dma_fence *fence;
	struct dma_fence_cb cb;
};

#define POLL_ENABLED 0

/* Takes a reference of its own on fence; NULL without memory. The file is the caller's. */
struct sync_file *sync_file_create(struct dma_fence *fence);
/* The fence of a descriptor with a reference, or NULL if it is no sync file. */
struct dma_fence *sync_file_get_fence(int fd);

#endif
