// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts: reporting misuse, and the rarely used decrements.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

#define REFCOUNT_WARN(text) WARN_ONCE(1, "refcount_t: " text ".\n")

void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	refcount_set(r, REFCOUNT_SATURATED);

	if (t == REFCOUNT_DEC_LEAK)
		REFCOUNT_WARN("decrement hit 0; leaking memory");
	else if (t == REFCOUNT_SUB_UAF)
		REFCOUNT_WARN("underflow; use-after-free");
	else if (t == REFCOUNT_ADD_UAF)
		REFCOUNT_WARN("addition on 0; use-after-free");
	else if (t == REFCOUNT_ADD_NOT_ZERO_OVF)
		REFCOUNT_WARN("saturated; leaking memory");
	else if (t == REFCOUNT_ADD_OVF)
		REFCOUNT_WARN("saturated; leaking memory");
}
EXPORT_SYMBOL(refcount_warn_saturate);

bool refcount_dec_if_one(refcount_t *r)
{
	int one = 1;

	return atomic_try_cmpxchg_release(&r->refs, &one, 0);
}
EXPORT_SYMBOL(refcount_dec_if_one);

bool refcount_dec_not_one(refcount_t *r)
{
	int val = atomic_read(&r->refs);

	do {
		if (unlikely(val == REFCOUNT_SATURATED))
			return true;
		if (val == 1)
			return false;
		/* 0 would wrap: a put of somebody who held no reference. */
		if (unlikely(val == 0)) {
			REFCOUNT_WARN("underflow; use-after-free");
			return true;
		}
	} while (!atomic_try_cmpxchg_release(&r->refs, &val, val - 1));
	return true;
}
EXPORT_SYMBOL(refcount_dec_not_one);

/* Only the step from 1 to 0 needs the lock; true leaves it held. */
#define DEC_AND_LOCK(r, lock, unlock)                                                              \
	({                                                                                         \
		bool __locked = !refcount_dec_not_one(r);                                          \
		if (__locked) {                                                                    \
			lock;                                                                      \
			__locked = refcount_dec_and_test(r);                                       \
			if (!__locked)                                                             \
				unlock;                                                            \
		}                                                                                  \
		__locked;                                                                          \
	})

bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	return DEC_AND_LOCK(r, mutex_lock(lock), mutex_unlock(lock));
}
EXPORT_SYMBOL(refcount_dec_and_mutex_lock);

bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	return DEC_AND_LOCK(r, spin_lock(lock), spin_unlock(lock));
}
EXPORT_SYMBOL(refcount_dec_and_lock);

bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags)
{
	return DEC_AND_LOCK(r, spin_lock_irqsave(lock, *flags),
			    spin_unlock_irqrestore(lock, *flags));
}
EXPORT_SYMBOL(refcount_dec_and_lock_irqsave);
