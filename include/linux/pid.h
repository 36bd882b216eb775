/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Task numbers. task_pid_nr() and its relatives come with the task structure.
 */
#ifndef _LINUX_PID_H
#define _LINUX_PID_H

#include <linux/sched.h>
#include <linux/types.h>

#endif
