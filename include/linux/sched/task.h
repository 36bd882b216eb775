/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/sched/task.h. */
#ifndef _UDM_LINUX_SCHED_TASK_H
#define _UDM_LINUX_SCHED_TASK_H

#include <linux/sched.h>

/* The main task: the thread that booted. NULL when not booted. */
extern struct task_struct *udm_main_task;


#endif
