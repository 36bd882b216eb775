/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference count beside the lock of its object.
 *
 * Kernel path: linux/lockref.h, lib/lockref.c. A negative count is dead: nothing
 * takes a reference any more. The count changes under the lock here; callers
 * read or write it themselves only while they hold the lock. Any context in
 * which the lock may be taken.
 */
#ifndef _UDM_LINUX_LOCKREF_H
#define _UDM_LINUX_LOCKREF_H

#include <linux/bug.h>
#include <linux/spinlock.h>

struct lockref {
	spinlock_t lock;
	int count;
};

#define __LOCKREF_DEAD (-128)

static inline void lockref_init(struct lockref *lockref)
{
	spin_lock_init(&lockref->lock);
	lockref->count = 1;
}

/* Adds @change if the count is at least @least; the count after it, or -1. */
static inline int __lockref_change(struct lockref *lockref, int least, int change)
{
	int count = -1;

	spin_lock(&lockref->lock);
	if (lockref->count >= least) {
		lockref->count += change;
		count = lockref->count;
	}
	spin_unlock(&lockref->lock);
	return count;
}

/* The caller has a reference. */
static inline void lockref_get(struct lockref *lockref)
{
	spin_lock(&lockref->lock);
	lockref->count++;
	spin_unlock(&lockref->lock);
}

/* False if the count was 0 or dead. */
static inline bool lockref_get_not_zero(struct lockref *lockref)
{
	return __lockref_change(lockref, 1, 1) > 0;
}

/* False if dead. */
static inline bool lockref_get_not_dead(struct lockref *lockref)
{
	return __lockref_change(lockref, 0, 1) > 0;
}

/* The count that is left, or -1 if there was none or it is dead. */
static inline int lockref_put_return(struct lockref *lockref)
{
	return __lockref_change(lockref, 1, -1);
}

/* False: the count was 0 or 1, it is unchanged, and the lock is held. */
static inline bool lockref_put_or_lock(struct lockref *lockref)
{
	spin_lock(&lockref->lock);
	if (lockref->count <= 1)
		return false;
	lockref->count--;
	spin_unlock(&lockref->lock);
	return true;
}

/* True when put, false (unchanged) if it was the last one. */
static inline bool lockref_put_not_zero(struct lockref *lockref)
{
	return __lockref_change(lockref, 2, -1) > 0;
}

/* Lock held. */
static inline void lockref_mark_dead(struct lockref *lockref)
{
	assert_spin_locked(&lockref->lock);
	lockref->count = __LOCKREF_DEAD;
}

static inline bool __lockref_is_dead(const struct lockref *lockref)
{
	return lockref->count < 0;
}

#endif
