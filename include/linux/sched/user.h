/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is accounted per user.
 *
 * Kernel path: linux/sched/user.h. References: any context.
 */
#ifndef _UDM_LINUX_SCHED_USER_H
#define _UDM_LINUX_SCHED_USER_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/uidgid.h>

struct user_struct {
	refcount_t __count;
	atomic_long_t locked_vm;
	kuid_t uid;
};

extern struct user_struct root_user;

static inline struct user_struct *get_uid(struct user_struct *user)
{
	refcount_inc(&user->__count);
	return user;
}

/* The last reference frees. kernel/user.c. */
void free_uid(struct user_struct *user);

#endif
