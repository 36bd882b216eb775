/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes whose owner inherits the priority of who waits.
 *
 * Kernel path: linux/rtmutex.h. Tasks have no priorities here, so these are
 * mutexes: task context, may sleep, not recursive, unlocked by the locker.
 */
#ifndef _UDM_LINUX_RTMUTEX_H
#define _UDM_LINUX_RTMUTEX_H

#include <linux/mutex.h>

struct rt_mutex {
	struct mutex rtmutex;
};

#define __RT_MUTEX_INITIALIZER(name) { .rtmutex = __MUTEX_INITIALIZER((name).rtmutex) }
#define DEFINE_RT_MUTEX(name) struct rt_mutex name = __RT_MUTEX_INITIALIZER(name)
#define rt_mutex_init(lock) mutex_init(&(lock)->rtmutex)
#define rt_mutex_destroy(lock) mutex_destroy(&(lock)->rtmutex)
#define rt_mutex_is_locked(lock) mutex_is_locked(&(lock)->rtmutex)
#define rt_mutex_lock(lock) mutex_lock(&(lock)->rtmutex)
#define rt_mutex_lock_nested(lock, subclass) mutex_lock_nested(&(lock)->rtmutex, subclass)
#define rt_mutex_lock_interruptible(lock) mutex_lock_interruptible(&(lock)->rtmutex)
#define rt_mutex_lock_killable(lock) mutex_lock_killable(&(lock)->rtmutex)
#define rt_mutex_trylock(lock) mutex_trylock(&(lock)->rtmutex)
#define rt_mutex_unlock(lock) mutex_unlock(&(lock)->rtmutex)

#endif
