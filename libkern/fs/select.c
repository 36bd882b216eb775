// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for files to become ready.
 *
 * Each file polled registers one entry on each of its wait queues and is held
 * by a reference until the entry is off again. A wake-up sets "triggered" before
 * it wakes the task, so one that falls between the look and the sleep is not lost.
 * Descriptors of the host have no wait queues of ours: sets that consist of them
 * only go to poll(2), mixed sets are looked at every millisecond.
 */
#include <linux/export.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include <errno.h>

#include "libkern/fs/select.h"

struct poll_entry {
	struct poll_entry *next;
	struct file *filp;
	wait_queue_head_t *wq;
	wait_queue_entry_t wait;
	__poll_t key;
	struct poll_session *session;
};

struct poll_session {
	poll_table pt;
	struct task_struct *task;
	struct poll_entry *entries;
	int triggered;
	int error;
	bool has_host_fd;
	bool ours;
};

static int poll_wake(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct poll_entry *entry = container_of(wait, struct poll_entry, wait);
	struct poll_session *s = entry->session;

	if (key && !(key_to_poll(key) & entry->key))
		return 0;
	smp_store_release(&s->triggered, 1);
	return wake_up_process(s->task);
}

static void poll_register(struct file *filp, wait_queue_head_t *wq, poll_table *pt)
{
	struct poll_session *s = container_of(pt, struct poll_session, pt);
	struct poll_entry *entry = kmalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry) {
		s->error = -ENOMEM;
		return;
	}
	entry->filp = get_file(filp);
	entry->wq = wq;
	entry->key = pt->_key;
	entry->session = s;
	entry->next = s->entries;
	s->entries = entry;
	init_waitqueue_func_entry(&entry->wait, poll_wake);
	add_wait_queue(wq, &entry->wait);
}

static void poll_session_end(struct poll_session *s)
{
	while (s->entries) {
		struct poll_entry *entry = s->entries;

		s->entries = entry->next;
		remove_wait_queue(entry->wq, &entry->wait);
		fput(entry->filp);
		kfree(entry);
	}
}

static short poll_one(struct poll_session *s, const struct pollfd *pfd)
{
	__poll_t wanted = (unsigned short)pfd->events | EPOLLERR | EPOLLHUP;
	struct file *file = fget(pfd->fd);
	__poll_t ready;

	if (!file)
		return POLLNVAL;
	if (is_host_file(file))
		s->has_host_fd = true;
	else
		s->ours = true;
	s->pt._key = wanted;
	ready = vfs_poll(file, &s->pt) & wanted;
	fput(file);
	return ready;
}

static int poll_look(struct poll_session *s, struct pollfd *fds, unsigned int nfds)
{
	unsigned int i;
	int count = 0;

	s->has_host_fd = false;
	for (i = 0; i < nfds; i++) {
		fds[i].revents = fds[i].fd < 0 ? 0 : poll_one(s, &fds[i]);
		if (fds[i].revents)
			count++;
		/* Once something is ready, or all are registered, only ask. */
		if (count)
			s->pt._qproc = NULL;
	}
	s->pt._qproc = NULL;
	return count ? count : s->error;
}

/* Sleeps until woken, at most to the deadline; the jiffies left. */
static long poll_sleep(struct poll_session *s, long left)
{
	long slice = s->has_host_fd ? min(left, (long)msecs_to_jiffies(1)) : left;
	long rest;

	set_current_state(TASK_INTERRUPTIBLE);
	rest = smp_load_acquire(&s->triggered) ? slice : schedule_timeout(slice);
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(s->triggered, 0);
	return left == MAX_SCHEDULE_TIMEOUT ? left : left - (slice - rest);
}

int files_poll(struct pollfd *fds, unsigned int nfds, int timeout_ms)
{
	struct poll_session s = { .task = current };
	long left = timeout_ms < 0 ? MAX_SCHEDULE_TIMEOUT : (long)msecs_to_jiffies(timeout_ms);
	int count;

	init_poll_funcptr(&s.pt, left ? poll_register : NULL);
	for (;;) {
		count = poll_look(&s, fds, nfds);
		if (count || !left)
			break;
		if (!s.ours && s.has_host_fd) {
			count = poll(fds, nfds, timeout_ms) < 0 ? -errno : 0;
			for (unsigned int i = 0; !count && i < nfds; i++)
				count += !!fds[i].revents;
			break;
		}
		if (signal_pending(current)) {
			count = -EINTR;
			break;
		}
		left = poll_sleep(&s, left);
	}
	poll_session_end(&s);
	return count;
}
