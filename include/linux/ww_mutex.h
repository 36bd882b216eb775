/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes taken in any order by transactions.
 *
 * Kernel path: linux/ww_mutex.h. A transaction (struct ww_acquire_ctx) has a
 * ticket; the lower one is older. When a transaction that holds locks would
 * wait for an older one it gets -EDEADLK, drops all its locks and takes the
 * contended one with ww_mutex_lock_slow(). Wait-die classes: the younger
 * requester dies, also while already waiting when an older one joins. Wound-
 * wait classes: an older requester wounds the younger holder, whose next
 * contended lock gives -EDEADLK. With a NULL context it is a plain mutex. Task context,
 * may sleep; a context belongs to one task.
 */
#ifndef _UDM_LINUX_WW_MUTEX_H
#define _UDM_LINUX_WW_MUTEX_H

#include <linux/mutex.h>

struct ww_class {
	atomic_long_t stamp;
	struct lock_class_key acquire_key;
	struct lock_class_key mutex_key;
	const char *acquire_name;
	const char *mutex_name;
	unsigned int is_wait_die;
};

struct ww_mutex {
	struct mutex base;
	struct ww_acquire_ctx *ctx;	/* of the holder; changes with base.wait_lock held */
	struct ww_class *ww_class;
};

struct ww_acquire_ctx {
	struct task_struct *task;
	unsigned long stamp;
	unsigned int acquired;		/* locks held */
	unsigned short wounded;
	unsigned short is_wait_die;
	struct ww_class *ww_class;
	unsigned int done_acquire;
	struct ww_mutex *contending_lock;
#ifdef CONFIG_LOCKDEP
	struct lockdep_map dep_map;
#endif
};

#define __WW_CLASS_INITIALIZER(ww_class, _is_wait_die)                                             \
	{                                                                                          \
		.stamp = ATOMIC_LONG_INIT(0), .acquire_name = #ww_class "_acquire",                \
		.mutex_name = #ww_class "_mutex", .is_wait_die = (_is_wait_die),                   \
	}
#define DEFINE_WD_CLASS(classname) struct ww_class classname = __WW_CLASS_INITIALIZER(classname, 1)
#define DEFINE_WW_CLASS(classname) struct ww_class classname = __WW_CLASS_INITIALIZER(classname, 0)

/* kernel/locking/ww_mutex.c */
void ww_mutex_init(struct ww_mutex *lock, struct ww_class *ww_class);
void ww_mutex_destroy(struct ww_mutex *lock);

/* Starts a transaction of the current task with the next ticket. */
void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *ww_class);
/* Declares that no further lock follows; for checks only. */
void ww_acquire_done(struct ww_acquire_ctx *ctx);
/* Ends it; every lock must have been given back. */
void ww_acquire_fini(struct ww_acquire_ctx *ctx);

/*
 * 0; -EALREADY if @ctx holds the lock already; -EDEADLK as described above;
 * _interruptible also -EINTR. kernel/locking/mutex.c.
 */
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
/* After -EDEADLK, holding no lock of @ctx: waits without dying. */
void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_lock_slow_interruptible(struct ww_mutex *lock,
						  struct ww_acquire_ctx *ctx);
/* 1 if it got the lock, else 0. Does not sleep. */
int __must_check ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);

static inline bool ww_mutex_is_locked(struct ww_mutex *lock)
{
	return mutex_is_locked(&lock->base);
}

#endif
