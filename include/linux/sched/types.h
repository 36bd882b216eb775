/* SPDX-License-Identifier: GPL-2.0-only */
/* Scheduling attributes: the UAPI header; struct sched_param is the C library's. */
#ifndef _KERN_LINUX_SCHED_TYPES_H
#define _KERN_LINUX_SCHED_TYPES_H

#include <sched.h>

#define sched_param __udm_uapi_sched_param
#include_next <linux/sched/types.h>
#undef sched_param

#endif
