// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RTNL mutex. Dropping it also finishes unregistered devices: that part may
 * sleep until the last reference is gone and must not hold the lock.
 */
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include "net.h"

static DEFINE_MUTEX(rtnl_mutex);

void rtnl_lock(void)
{
	mutex_lock(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_lock);

void rtnl_unlock(void)
{
	netdev_run_todo();
}
EXPORT_SYMBOL(rtnl_unlock);

void __rtnl_unlock(void)
{
	mutex_unlock(&rtnl_mutex);
}

int rtnl_trylock(void)
{
	return mutex_trylock(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_trylock);

int rtnl_lock_interruptible(void)
{
	return mutex_lock_interruptible(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_lock_interruptible);

int rtnl_lock_killable(void)
{
	return mutex_lock_killable(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_lock_killable);

int rtnl_is_locked(void)
{
	return mutex_is_locked(&rtnl_mutex);
}
EXPORT_SYMBOL(rtnl_is_locked);

bool lockdep_rtnl_is_held(void)
{
	return IS_ENABLED(CONFIG_LOCKDEP) ? lockdep_is_held(&rtnl_mutex) : rtnl_is_locked();
}
EXPORT_SYMBOL(lockdep_rtnl_is_held);
