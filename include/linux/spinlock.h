/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spinning locks.
 *
 * Kernel paths: linux/spinlock.h, linux/spinlock_api_smp.h. Holding one is a
 * non-preemptible region: the holder must not sleep. Not recursive. Acquire on
 * lock, release on unlock. A waiter spins for a moment, then yields its host
 * CPU (threads mode) or hands over to other fibers (sim mode). The region is
 * entered before the lock is tried, and left again by a failed trylock.
 *
 * _bh: also local_bh_disable()/local_bh_enable(), which runs pending softirqs.
 * _irq: also irqs off; the unlock turns them on unconditionally.
 * _irqsave/_irqrestore: as _irq, but puts back the saved state.
 * Any context; the trylocks give non-zero when they got the lock.
 */
#ifndef _UDM_LINUX_SPINLOCK_H
#define _UDM_LINUX_SPINLOCK_H

#include <asm/barrier.h>
#include <asm/processor.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>
#include <linux/stringify.h>

/*
 * Slow halves. The attention word is 0 except in sim mode, when fibers wait for
 * some lock or the configuration asks for preemption: then every unlock looks.
 * The lock passed to udm_lock_released() may be gone; only its address counts.
 */
extern unsigned int udm_lock_attention;
void udm_lock_released(const void *lock);
void udm_spin_wait(raw_spinlock_t *lock);
#ifdef CONFIG_LOCKDEP
void udm_spin_check_lock(raw_spinlock_t *lock);
void udm_spin_check_unlock(raw_spinlock_t *lock);
#endif

static __always_inline bool udm_spin_try(raw_spinlock_t *lock)
{
	u32 expected = UDM_SPIN_FREE;

	return __atomic_compare_exchange_n(&lock->val, &expected, UDM_SPIN_HELD, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void udm_spin_note_owner(raw_spinlock_t *lock)
{
#ifdef CONFIG_LOCKDEP
	__atomic_store_n(&lock->owner, current, __ATOMIC_RELAXED);
#else
	(void)lock;
#endif
}

static __always_inline void udm_spin_take(raw_spinlock_t *lock)
{
#ifdef CONFIG_LOCKDEP
	udm_spin_check_lock(lock);
#endif
	if (unlikely(!udm_spin_try(lock)))
		udm_spin_wait(lock);
	udm_spin_note_owner(lock);
}

#ifdef CONFIG_LOCKDEP
#define udm_spin_acquire(lock, sub, try, nest)                                                     \
	lock_acquire(&(lock)->dep_map, sub, try, 0, 1, nest, _THIS_IP_)
#else
#define udm_spin_acquire(lock, sub, try, nest) do { } while (0)
#endif

/* Gives the lock back; the region is left by the caller. */
static __always_inline void udm_spin_drop(raw_spinlock_t *lock)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&lock->dep_map, _THIS_IP_);
	udm_spin_check_unlock(lock);
#endif
	__atomic_store_n(&lock->val, UDM_SPIN_FREE, __ATOMIC_RELEASE);
}

static __always_inline void udm_lock_point(const void *lock)
{
	if (unlikely(udm_lock_attention))
		udm_lock_released(lock);
}

/* raw_spinlock_t */
static __always_inline void _raw_spin_lock(raw_spinlock_t *lock)
{
	preempt_disable();
	udm_spin_acquire(lock, 0, 0, NULL);
	udm_spin_take(lock);
}

static __always_inline void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	preempt_disable();
	udm_spin_acquire(lock, subclass, 0, NULL);
	udm_spin_take(lock);
	(void)subclass;
}

static __always_inline void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	preempt_count_add(SOFTIRQ_LOCK_OFFSET);
	udm_spin_acquire(lock, 0, 0, NULL);
	udm_spin_take(lock);
}

static __always_inline void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	_raw_spin_lock(lock);
}

static __always_inline unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = udm_irq_save();

	_raw_spin_lock(lock);
	return flags;
}

static __always_inline int _raw_spin_trylock(raw_spinlock_t *lock)
{
	preempt_disable();
	if (!udm_spin_try(lock)) {
		preempt_enable();
		return 0;
	}
	udm_spin_acquire(lock, 0, 1, NULL);
	udm_spin_note_owner(lock);
	return 1;
}

static __always_inline int _raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	preempt_count_add(SOFTIRQ_LOCK_OFFSET);
	if (!udm_spin_try(lock)) {
		udm_bh_enable(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
		return 0;
	}
	udm_spin_acquire(lock, 0, 1, NULL);
	udm_spin_note_owner(lock);
	return 1;
}

static __always_inline void _raw_spin_unlock(raw_spinlock_t *lock)
{
	udm_spin_drop(lock);
	preempt_enable();
	udm_lock_point(lock);
}

static __always_inline void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	udm_spin_drop(lock);
	udm_bh_enable(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
	udm_lock_point(lock);
}

static __always_inline void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	udm_spin_drop(lock);
	local_irq_enable();
	preempt_enable();
	udm_lock_point(lock);
}

static __always_inline void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	udm_spin_drop(lock);
	udm_irq_restore(flags);
	preempt_enable();
	udm_lock_point(lock);
}

static __always_inline bool udm_spin_is_locked(const raw_spinlock_t *lock)
{
	return __atomic_load_n(&lock->val, __ATOMIC_RELAXED) != UDM_SPIN_FREE;
}

static inline void udm_spin_init(raw_spinlock_t *lock, const char *name, struct lock_class_key *key)
{
	lock->val = UDM_SPIN_FREE;
#ifdef CONFIG_LOCKDEP
	lock->owner = NULL;
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_SPIN);
#else
	(void)name, (void)key;
#endif
}

#define __raw_spin_lock_init(lock, name, key, inner) udm_spin_init(lock, name, key)
#define raw_spin_lock_init(lock)                                                                   \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		udm_spin_init(lock, #lock, &__key);                                                \
	} while (0)
#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_lock_nested(lock, subclass) _raw_spin_lock_nested(lock, subclass)
#define raw_spin_lock_bh(lock) _raw_spin_lock_bh(lock)
#define raw_spin_lock_irq(lock) _raw_spin_lock_irq(lock)
#define raw_spin_lock_irqsave(lock, flags)                                                         \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = _raw_spin_lock_irqsave(lock);                                            \
	} while (0)
#define raw_spin_lock_irqsave_nested(lock, flags, subclass)                                        \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		_raw_spin_lock_nested(lock, subclass);                                             \
	} while (0)
#define raw_spin_trylock(lock) _raw_spin_trylock(lock)
#define raw_spin_trylock_bh(lock) _raw_spin_trylock_bh(lock)
#define raw_spin_trylock_irq(lock)                                                                 \
	({                                                                                         \
		local_irq_disable();                                                               \
		raw_spin_trylock(lock) ? 1 : ({ local_irq_enable(); 0; });                         \
	})
#define raw_spin_trylock_irqsave(lock, flags)                                                      \
	({                                                                                         \
		local_irq_save(flags);                                                             \
		raw_spin_trylock(lock) ? 1 : ({ local_irq_restore(flags); 0; });                   \
	})
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_unlock_bh(lock) _raw_spin_unlock_bh(lock)
#define raw_spin_unlock_irq(lock) _raw_spin_unlock_irq(lock)
#define raw_spin_unlock_irqrestore(lock, flags)                                                    \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		_raw_spin_unlock_irqrestore(lock, flags);                                          \
	} while (0)
#define raw_spin_is_locked(lock) udm_spin_is_locked(lock)
#define raw_spin_is_contended(lock) ({ (void)(lock); 0; })

/* spinlock_t */
static __always_inline raw_spinlock_t *spinlock_check(spinlock_t *lock)
{
	return &lock->rlock;
}

#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		udm_spin_init(spinlock_check(lock), #lock, &__key);                                \
	} while (0)

static __always_inline void spin_lock(spinlock_t *lock) __acquires(lock)
{
	_raw_spin_lock(&lock->rlock);
}

static __always_inline void spin_lock_bh(spinlock_t *lock) __acquires(lock)
{
	_raw_spin_lock_bh(&lock->rlock);
}

static __always_inline void spin_lock_irq(spinlock_t *lock) __acquires(lock)
{
	_raw_spin_lock_irq(&lock->rlock);
}

static __always_inline int spin_trylock(spinlock_t *lock)
{
	return _raw_spin_trylock(&lock->rlock);
}

static __always_inline int spin_trylock_bh(spinlock_t *lock)
{
	return _raw_spin_trylock_bh(&lock->rlock);
}

static __always_inline int spin_trylock_irq(spinlock_t *lock)
{
	return raw_spin_trylock_irq(&lock->rlock);
}

static __always_inline void spin_unlock(spinlock_t *lock) __releases(lock)
{
	_raw_spin_unlock(&lock->rlock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock) __releases(lock)
{
	_raw_spin_unlock_bh(&lock->rlock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock) __releases(lock)
{
	_raw_spin_unlock_irq(&lock->rlock);
}

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
	__releases(lock)
{
	_raw_spin_unlock_irqrestore(&lock->rlock, flags);
}

static __always_inline int spin_is_locked(spinlock_t *lock)
{
	return udm_spin_is_locked(&lock->rlock);
}

/* Waiters are not counted. */
static __always_inline int spin_is_contended(spinlock_t *lock)
{
	(void)lock;
	return 0;
}

#define spin_lock_nested(lock, subclass) _raw_spin_lock_nested(spinlock_check(lock), subclass)
#ifdef CONFIG_LOCKDEP
#define spin_lock_nest_lock(lock, nest_lock)                                                       \
	do {                                                                                       \
		preempt_disable();                                                                 \
		udm_spin_acquire(spinlock_check(lock), 0, 0, &(nest_lock)->dep_map);               \
		udm_spin_take(spinlock_check(lock));                                               \
	} while (0)
#else
#define spin_lock_nest_lock(lock, nest_lock) spin_lock(lock)
#endif
#define spin_lock_irqsave(lock, flags) raw_spin_lock_irqsave(spinlock_check(lock), flags)
#define spin_lock_irqsave_nested(lock, flags, subclass)                                            \
	raw_spin_lock_irqsave_nested(spinlock_check(lock), flags, subclass)
#define spin_trylock_irqsave(lock, flags) raw_spin_trylock_irqsave(spinlock_check(lock), flags)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define assert_raw_spin_locked(lock) BUG_ON(!raw_spin_is_locked(lock))

#include <linux/rwlock.h>

/*
 * atomic_dec_and_lock - decrement, and take the lock if the result is 0
 *
 * True: the counter is 0 and the lock is held. False: not held. lib/dec_and_lock.c.
 */
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock);
int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, unsigned long *flags);
#define atomic_dec_and_lock(atomic, lock) _atomic_dec_and_lock(atomic, lock)
#define atomic_dec_and_lock_irqsave(atomic, lock, flags)                                           \
	_atomic_dec_and_lock_irqsave(atomic, lock, &(flags))

DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock),
		    raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock, _try, raw_spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_nested, raw_spinlock_t,
		    raw_spin_lock_nested(_T->lock, SINGLE_DEPTH_NESTING), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_bh, raw_spinlock_t, raw_spin_lock_bh(_T->lock),
		    raw_spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock),
		    raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock_irq, _try, raw_spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t,
		    raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(raw_spinlock_irqsave, _try,
			 raw_spin_trylock_irqsave(_T->lock, _T->flags))

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_bh, _try, spin_trylock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try, spin_trylock_irqsave(_T->lock, _T->flags))

#endif
