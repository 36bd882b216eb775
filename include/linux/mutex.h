/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleeping mutual exclusion.
 *
 * Kernel path: linux/mutex.h. Task context, may sleep. Not recursive; unlocked
 * by the task that locked it. Waiters get it in order of arrival, except that a
 * running task may get it before a woken one once. mutex_unlock() may touch the
 * mutex after another task has it.
 */
#ifndef _UDM_LINUX_MUTEX_H
#define _UDM_LINUX_MUTEX_H

#include <asm/current.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex_types.h>
#include <linux/spinlock.h>

struct device;

#define __MUTEX_INITIALIZER(lockname)                                                              \
	{                                                                                          \
		.owner = ATOMIC_LONG_INIT(0),                                                      \
		.wait_lock = __RAW_SPIN_LOCK_INITIALIZER(lockname.wait_lock),                      \
		.wait_list = LIST_HEAD_INIT(lockname.wait_list),                                   \
		__DEP_MAP_INIT(lockname, LD_WAIT_SLEEP)                                            \
	}
#define DEFINE_MUTEX(mutexname) struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)

/* kernel/locking/mutex.c */
void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
#define mutex_init(mutex)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__mutex_init((mutex), #mutex, &__key);                                             \
	} while (0)
#define mutex_init_with_key(mutex, key) __mutex_init((mutex), #mutex, (key))
/* Debug builds WARN if it is held. */
void mutex_destroy(struct mutex *lock);
int __devm_mutex_init(struct device *dev, struct mutex *lock);
#define devm_mutex_init(dev, mutex)                                                                \
	({                                                                                         \
		typeof(mutex) mutex_ = (mutex);                                                    \
		mutex_init(mutex_);                                                                \
		__devm_mutex_init(dev, mutex_);                                                    \
	})

static inline bool mutex_is_locked(struct mutex *lock)
{
	return atomic_long_read(&lock->owner) & ~7L;
}

/* The subclass and nest lock are for lock checking only. */
void mutex_lock_nested(struct mutex *lock, unsigned int subclass);
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock);
/* 0, or -EINTR when a signal ended the wait. */
int __must_check mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass);
/* The same for fatal signals. */
int __must_check mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass);
void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass);
/* 1 if it got the mutex, else 0. Does not sleep. */
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
/* Drops the count; 1 with the mutex held if it reached 0, else 0. May sleep. */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock);

#define mutex_lock(lock) mutex_lock_nested(lock, 0)
#define mutex_lock_interruptible(lock) mutex_lock_interruptible_nested(lock, 0)
#define mutex_lock_killable(lock) mutex_lock_killable_nested(lock, 0)
#define mutex_lock_io(lock) mutex_lock_io_nested(lock, 0)
#ifdef CONFIG_LOCKDEP
#define mutex_lock_nest_lock(lock, nest_lock) _mutex_lock_nest_lock(lock, &(nest_lock)->dep_map)
#else
#define mutex_lock_nest_lock(lock, nest_lock) mutex_lock(lock)
#endif
#define mutex_trylock_nest_lock(lock, nest_lock) mutex_trylock(lock)

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T), _RET == 0)
DEFINE_GUARD_COND(mutex, _kill, mutex_lock_killable(_T), _RET == 0)

#endif
