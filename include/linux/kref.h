/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference count with a release function.
 *
 * Kernel path: linux/kref.h. kref_put() returns 1 if it released the object.
 * The _mutex and _lock forms call release with the lock held; it drops it.
 */
#ifndef _UDM_LINUX_KREF_H
#define _UDM_LINUX_KREF_H

#include <linux/refcount.h>
#include <linux/spinlock.h>

struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { .refcount = REFCOUNT_INIT(n) }

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline int __must_check kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

#define __KREF_PUT(kref, release, last)                                                            \
	({                                                                                         \
		bool __last = (last);                                                              \
		if (__last)                                                                        \
			(release)(kref);                                                           \
		(int)__last;                                                                       \
	})

static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	return __KREF_PUT(kref, release, refcount_dec_and_test(&kref->refcount));
}

static inline int kref_put_mutex(struct kref *kref, void (*release)(struct kref *kref),
				 struct mutex *mutex)
{
	return __KREF_PUT(kref, release, refcount_dec_and_mutex_lock(&kref->refcount, mutex));
}

static inline int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref),
				spinlock_t *lock)
{
	return __KREF_PUT(kref, release, refcount_dec_and_lock(&kref->refcount, lock));
}

#endif
