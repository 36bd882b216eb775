/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Readiness of a file: the protocol between a poller and f_op->poll.
 *
 * The poller hands down a poll_table. The file calls poll_wait() for each wait
 * queue that will be woken when its answer changes, then returns what is ready
 * now. A NULL table, or one without a queueing function, asks only. _key holds
 * the events the poller cares for. Contract: fs/select.c.
 */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <poll.h>
#include <linux/compiler.h>
#include <linux/eventpoll.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

struct poll_table_struct;

typedef void (*poll_queue_proc)(struct file *file, wait_queue_head_t *wq,
				struct poll_table_struct *pt);

typedef struct poll_table_struct {
	poll_queue_proc _qproc;
	__poll_t _key;
} poll_table;

/* Registers the poller on wq. The full barrier pairs with wq_has_sleeper() of the waker. */
static inline void poll_wait(struct file *filp, wait_queue_head_t *wq, poll_table *pt)
{
	if (!pt || !pt->_qproc || !wq)
		return;
	pt->_qproc(filp, wq, pt);
	smp_mb();
}

static inline __poll_t poll_requested_events(const poll_table *pt)
{
	return pt ? pt->_key : ~(__poll_t)0;
}

/* True if the poller only asks and will not wait. */
static inline bool poll_does_not_wait(const poll_table *pt)
{
	return !pt || !pt->_qproc;
}

static inline void init_poll_funcptr(poll_table *pt, poll_queue_proc qproc)
{
	pt->_qproc = qproc;
	pt->_key = ~(__poll_t)0;
}

static inline bool file_can_poll(struct file *file)
{
	return file->f_op->poll;
}

/* What is ready; files without poll are always ready for everything. */
static inline __poll_t vfs_poll(struct file *file, poll_table *pt)
{
	return file->f_op->poll ? file->f_op->poll(file, pt) : DEFAULT_POLLMASK;
}

#endif
