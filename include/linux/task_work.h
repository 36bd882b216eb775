/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Callbacks a task runs when it leaves the kernel side, that is when its
 * outermost host API call ends. task_work_add: 0, or -ESRCH if the task will not
 * come back (a kernel thread, or not inside a call). Contract: kernel/task_work.c.
 */
#ifndef _LINUX_TASK_WORK_H
#define _LINUX_TASK_WORK_H

#include <linux/sched.h>
#include <linux/types.h>

typedef void (*task_work_func_t)(struct callback_head *work);

enum task_work_notify_mode {
	TWA_NONE = 0,
	TWA_RESUME,
	TWA_SIGNAL,
	TWA_SIGNAL_NO_IPI,
};

static inline void init_task_work(struct callback_head *work, task_work_func_t func)
{
	work->func = func;
}

int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode mode);
void task_work_run(void);

#endif
