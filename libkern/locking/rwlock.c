// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinning locks with readers.
 *
 * One word counts the readers or says that a writer has it. Writers that wait
 * are counted apart; while there are any, readers in task context hold back, so
 * a stream of readers cannot keep writers out. Callers are in a region already.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/rwlock.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "spin.h"

static bool try_read(rwlock_t *lock)
{
	u32 readers = __atomic_load_n(&lock->val, __ATOMIC_RELAXED);

	do {
		if (readers & UDM_RW_WRITER)
			return false;
	} while (!__atomic_compare_exchange_n(&lock->val, &readers, readers + 1, false,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return true;
}

static bool try_write(rwlock_t *lock)
{
	u32 nobody = 0;

	return __atomic_compare_exchange_n(&lock->val, &nobody, UDM_RW_WRITER, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static bool must_hold_back(rwlock_t *lock)
{
	return __atomic_load_n(&lock->waiting_writers, __ATOMIC_RELAXED) && !in_interrupt();
}

void udm_read_take(rwlock_t *lock)
{
	unsigned int round = 0;

#ifdef CONFIG_LOCKDEP
	lock_acquire(&lock->dep_map, 0, 0, in_interrupt() ? 2 : 1, 1, NULL, _RET_IP_);
#endif
	while (must_hold_back(lock) || !try_read(lock))
		spin_backoff(&round, lock);
}
EXPORT_SYMBOL(udm_read_take);

void udm_write_take_nested(rwlock_t *lock, int subclass)
{
	unsigned int round = 0;

#ifdef CONFIG_LOCKDEP
	lock_acquire(&lock->dep_map, subclass, 0, 0, 1, NULL, _RET_IP_);
#else
	(void)subclass;
#endif
	if (!try_write(lock)) {
		__atomic_fetch_add(&lock->waiting_writers, 1, __ATOMIC_RELAXED);
		do {
			spin_backoff(&round, lock);
		} while (!try_write(lock));
		__atomic_fetch_sub(&lock->waiting_writers, 1, __ATOMIC_RELAXED);
	}
#ifdef CONFIG_LOCKDEP
	WRITE_ONCE(lock->owner, current);
#endif
}
EXPORT_SYMBOL(udm_write_take_nested);

void udm_write_take(rwlock_t *lock)
{
	udm_write_take_nested(lock, 0);
}
EXPORT_SYMBOL(udm_write_take);

int udm_read_try(rwlock_t *lock)
{
	if (!try_read(lock))
		return 0;
#ifdef CONFIG_LOCKDEP
	lock_acquire(&lock->dep_map, 0, 1, 1, 1, NULL, _RET_IP_);
#endif
	return 1;
}
EXPORT_SYMBOL(udm_read_try);

int udm_write_try(rwlock_t *lock)
{
	if (!try_write(lock))
		return 0;
#ifdef CONFIG_LOCKDEP
	lock_acquire(&lock->dep_map, 0, 1, 0, 1, NULL, _RET_IP_);
	WRITE_ONCE(lock->owner, current);
#endif
	return 1;
}
EXPORT_SYMBOL(udm_write_try);

void udm_read_drop(rwlock_t *lock)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&lock->dep_map, _RET_IP_);
#endif
	__atomic_fetch_sub(&lock->val, 1, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL(udm_read_drop);

void udm_write_drop(rwlock_t *lock)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&lock->dep_map, _RET_IP_);
	WARN(lock->owner != current, "BUG: rwlock wrong owner\n");
	WRITE_ONCE(lock->owner, NULL);
#endif
	__atomic_store_n(&lock->val, 0, __ATOMIC_RELEASE);
}
EXPORT_SYMBOL(udm_write_drop);
