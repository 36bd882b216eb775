// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of the application that run in both modes.
 *
 * The handle is shared by the thread and its creator; the creator frees it when
 * it has joined, so an unjoined thread is a leak that the shutdown reports.
 */
#include <stdlib.h>
#include <linux/completion.h>
#include <linux/sched.h>
#include <udevmem/task.h>

#include "exec.h"

struct udm_thread {
	void *(*fn)(void *ctx);
	void *ctx;
	void *result;
	struct task_struct *task;
	struct completion done;
};

static void thread_body(void *arg)
{
	struct udm_thread *thread = arg;

	thread->result = thread->fn(thread->ctx);
	task_is_ending(current);
	complete(&thread->done);
}

struct udm_thread *udm_thread_create(const char *name, void *(*fn)(void *ctx), void *ctx)
{
	struct udm_thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	thread->fn = fn;
	thread->ctx = ctx;
	init_completion(&thread->done);
	thread->task = task_create(name, thread_body, thread, 0, -1);
	if (!thread->task) {
		free(thread);
		return NULL;
	}
	get_task_struct(thread->task);
	wake_up_process(thread->task);
	return thread;
}

void *udm_thread_join(struct udm_thread *thread)
{
	void *result;

	wait_for_completion(&thread->done);
	result = thread->result;
	put_task_struct(thread->task);
	free(thread);
	return result;
}

struct task_struct *udm_thread_task(struct udm_thread *thread)
{
	return thread->task;
}
