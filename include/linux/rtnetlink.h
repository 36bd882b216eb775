/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The RTNL: the mutex above all device locks. Taken before any instance lock.
 * Contract: include/linux/rtnetlink.h, net/core/rtnetlink.c.
 */
#ifndef _KERN_LINUX_RTNETLINK_H
#define _KERN_LINUX_RTNETLINK_H

#include <linux/netlink.h>
#include_next <linux/rtnetlink.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/bug.h>

/* Task context, may sleep, not recursive. */
void rtnl_lock(void);
void rtnl_unlock(void);
/* 1 if taken. */
int rtnl_trylock(void);
/* 0 or -EINTR. */
int rtnl_lock_interruptible(void);
int rtnl_lock_killable(void);
/* True if anybody holds it. */
int rtnl_is_locked(void);
/* True if the caller's thread holds it, as far as lock checking is built; else as above. */
bool lockdep_rtnl_is_held(void);

DEFINE_LOCK_GUARD_0(rtnl, rtnl_lock(), rtnl_unlock())

#define ASSERT_RTNL()							\
	WARN_ONCE(!rtnl_is_locked(), "RTNL: assertion failed at %s (%d)\n", __FILE__, __LINE__)

#define rcu_dereference_rtnl(p)		rcu_dereference_check(p, lockdep_rtnl_is_held())
#define rtnl_dereference(p)		rcu_dereference_protected(p, lockdep_rtnl_is_held())

#endif
