/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/sched/signal.h. Signal tests are in linux/sched.h. */
#ifndef _UDM_LINUX_SCHED_SIGNAL_H
#define _UDM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>
#include <linux/sched/task.h>
#include <sys/resource.h>

/* The soft limit of the host process. */
static inline unsigned long rlimit(unsigned int limit)
{
	struct rlimit rl;

	return getrlimit(limit, &rl) ? RLIM_INFINITY : rl.rlim_cur;
}

static inline void flush_signals(struct task_struct *task)
{
	clear_ti_thread_flag(&task->thread_info, TIF_SIGPENDING);
}

static inline bool same_thread_group(struct task_struct *a, struct task_struct *b)
{
	return a->group_leader == b->group_leader;
}

#endif
