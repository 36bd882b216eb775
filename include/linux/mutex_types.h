/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/mutex_types.h. */
#ifndef _UDM_LINUX_MUTEX_TYPES_H
#define _UDM_LINUX_MUTEX_TYPES_H

#include <linux/atomic.h>
#include <linux/lockdep_types.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

/*
 * owner: the task that holds the mutex, plus UDM_MUTEX_* bits. The bits and
 * wait_list change only with wait_lock held; owner is taken and given back by
 * compare and exchange while no bit is set.
 */
struct mutex {
	atomic_long_t owner;
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;
#endif
};

#endif
