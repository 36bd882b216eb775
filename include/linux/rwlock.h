/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinning locks with readers.
 *
 * Kernel path: linux/rwlock.h (included by linux/spinlock.h). Context rules
 * are those of spinlocks, for readers too. A waiting writer keeps new readers
 * out, except readers in interrupt context, so a reader may be interrupted by a
 * reader.
 */
#ifndef _UDM_LINUX_RWLOCK_H
#define _UDM_LINUX_RWLOCK_H

#ifndef _UDM_LINUX_SPINLOCK_H
#include <linux/spinlock.h>
#endif

/* libkern/locking/rwlock.c; the caller has entered the region. */
void udm_read_take(rwlock_t *lock);
void udm_write_take(rwlock_t *lock);
void udm_write_take_nested(rwlock_t *lock, int subclass);
int udm_read_try(rwlock_t *lock);
int udm_write_try(rwlock_t *lock);
void udm_read_drop(rwlock_t *lock);
void udm_write_drop(rwlock_t *lock);

static inline void udm_rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key)
{
	lock->val = 0;
	lock->waiting_writers = 0;
#ifdef CONFIG_LOCKDEP
	lock->owner = NULL;
#endif
	udm_init_dep_map(lock, name, key, LD_WAIT_SPIN);
}

#define rwlock_init(lock)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		udm_rwlock_init(lock, #lock, &__key);                                              \
	} while (0)

/* One set of entry points per side: @side is read or write. */
#define UDM_RWLOCK_SIDE(side)                                                                      \
static inline void side##_lock(rwlock_t *lock)                                                     \
{                                                                                                  \
	preempt_disable();                                                                         \
	udm_##side##_take(lock);                                                                   \
}                                                                                                  \
static inline void side##_lock_bh(rwlock_t *lock)                                                  \
{                                                                                                  \
	preempt_count_add(SOFTIRQ_LOCK_OFFSET);                                                    \
	udm_##side##_take(lock);                                                                   \
}                                                                                                  \
static inline void side##_lock_irq(rwlock_t *lock)                                                 \
{                                                                                                  \
	local_irq_disable();                                                                       \
	side##_lock(lock);                                                                         \
}                                                                                                  \
static inline unsigned long udm_##side##_lock_irqsave(rwlock_t *lock)                              \
{                                                                                                  \
	unsigned long flags = udm_irq_save();                                                      \
												   \
	side##_lock(lock);                                                                         \
	return flags;                                                                              \
}                                                                                                  \
static inline int side##_trylock(rwlock_t *lock)                                                   \
{                                                                                                  \
	preempt_disable();                                                                         \
	if (udm_##side##_try(lock))                                                                \
		return 1;                                                                          \
	preempt_enable();                                                                          \
	return 0;                                                                                  \
}                                                                                                  \
static inline void side##_unlock(rwlock_t *lock)                                                   \
{                                                                                                  \
	udm_##side##_drop(lock);                                                                   \
	preempt_enable();                                                                          \
	udm_lock_point(lock);                                                                      \
}                                                                                                  \
static inline void side##_unlock_bh(rwlock_t *lock)                                                \
{                                                                                                  \
	udm_##side##_drop(lock);                                                                   \
	udm_bh_enable(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);                                      \
	udm_lock_point(lock);                                                                      \
}                                                                                                  \
static inline void side##_unlock_irq(rwlock_t *lock)                                               \
{                                                                                                  \
	udm_##side##_drop(lock);                                                                   \
	local_irq_enable();                                                                        \
	preempt_enable();                                                                          \
	udm_lock_point(lock);                                                                      \
}                                                                                                  \
static inline void side##_unlock_irqrestore(rwlock_t *lock, unsigned long flags)                   \
{                                                                                                  \
	udm_##side##_drop(lock);                                                                   \
	udm_irq_restore(flags);                                                                    \
	preempt_enable();                                                                          \
	udm_lock_point(lock);                                                                      \
}

UDM_RWLOCK_SIDE(read)
UDM_RWLOCK_SIDE(write)
#undef UDM_RWLOCK_SIDE

#define read_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = udm_read_lock_irqsave(lock);                                             \
	} while (0)
#define write_lock_irqsave(lock, flags)                                                            \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = udm_write_lock_irqsave(lock);                                            \
	} while (0)
#define write_trylock_irqsave(lock, flags)                                                         \
	({                                                                                         \
		local_irq_save(flags);                                                             \
		write_trylock(lock) ? 1 : ({ local_irq_restore(flags); 0; });                      \
	})

/* Subclass for lock checking only. */
static inline void write_lock_nested(rwlock_t *lock, int subclass)
{
	preempt_disable();
	udm_write_take_nested(lock, subclass);
}

#define rwlock_is_contended(lock) ((lock)->waiting_writers != 0)

DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_bh, rwlock_t, read_lock_bh(_T->lock), read_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irq, rwlock_t, read_lock_irq(_T->lock), read_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t, read_lock_irqsave(_T->lock, _T->flags),
		    read_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_bh, rwlock_t, write_lock_bh(_T->lock), write_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irq, rwlock_t, write_lock_irq(_T->lock), write_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t, write_lock_irqsave(_T->lock, _T->flags),
		    write_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

#endif
