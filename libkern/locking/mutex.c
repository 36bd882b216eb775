// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutexes.
 *
 * The owner word is the holder's task plus two bits. WAITERS: somebody is on
 * the list, so the unlock has to wake. CLAIMED: the first waiter was woken once
 * and found the mutex taken again by a task that did not queue; the next unlock
 * gives it to that waiter directly, so nobody waits for ever. The bits and the
 * list change under wait_lock only; the holder part changes from 0 by whoever
 * gets the mutex and back to 0 by the holder.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "../sched/exec.h"
#include "../sched/host.h"

#define WAITERS 1UL
#define CLAIMED 2UL
#define BITS 7UL

#define SPINS_BEFORE_SLEEP 100

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
};

static struct task_struct *holder_in(unsigned long owner)
{
	return (struct task_struct *)(owner & ~BITS);
}

/* Of all of them: nothing is ordered by these locks. */
static struct lock_class_key wait_lock_key;

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&lock->owner, 0);
	__raw_spin_lock_init(&lock->wait_lock, name, &wait_lock_key, LD_WAIT_SPIN);
	INIT_LIST_HEAD(&lock->wait_list);
	udm_init_dep_map(lock, name, key, LD_WAIT_SLEEP);
}
EXPORT_SYMBOL(__mutex_init);

void mutex_destroy(struct mutex *lock)
{
	DEBUG_LOCKS_WARN_ON(mutex_is_locked(lock));
}
EXPORT_SYMBOL(mutex_destroy);

/* Takes a free mutex, unless it is reserved for the first waiter and that is not the caller. */
static bool try_take(struct mutex *lock, bool first)
{
	unsigned long owner = atomic_long_read(&lock->owner);
	unsigned long wanted = (unsigned long)current;

	do {
		if (holder_in(owner) || (owner & CLAIMED && !first))
			return holder_in(owner) == current && first;
		wanted = (unsigned long)current | (owner & WAITERS);
	} while (!atomic_long_try_cmpxchg_acquire(&lock->owner, (long *)&owner, wanted));
	return true;
}

static bool take_at_once(struct mutex *lock)
{
	long nobody = 0;

	return atomic_long_try_cmpxchg_acquire(&lock->owner, &nobody, (long)current);
}

/* A holder on another host CPU is likely to be done soon. */
static bool take_after_spinning(struct mutex *lock)
{
	if (udm_exec_sim)
		return false;
	for (unsigned int i = 0; i < SPINS_BEFORE_SLEEP; i++) {
		if (!atomic_long_read(&lock->owner) && take_at_once(lock))
			return true;
		host_pause();
	}
	return false;
}

static void leave_queue(struct mutex *lock, struct mutex_waiter *waiter)
{
	list_del(&waiter->list);
	if (list_empty(&lock->wait_list))
		atomic_long_andnot(BITS, &lock->owner);
}

static bool is_first(struct mutex *lock, struct mutex_waiter *waiter)
{
	return list_first_entry(&lock->wait_list, struct mutex_waiter, list) == waiter;
}

/* wait_lock is held before and after. 0 with the mutex, or -EINTR. */
static int wait_for_turn(struct mutex *lock, struct mutex_waiter *waiter, unsigned int state)
{
	bool woken = false;

	for (;;) {
		bool first = is_first(lock, waiter);

		if (try_take(lock, first))
			return 0;
		if (signal_pending_state(state, current))
			return -EINTR;
		if (first && woken) {
			atomic_long_or(CLAIMED, &lock->owner);
			/* The holder may have let go before it could see the claim. */
			if (try_take(lock, true))
				return 0;
		}
		set_current_state(state);
		raw_spin_unlock(&lock->wait_lock);
		schedule();
		woken = true;
		raw_spin_lock(&lock->wait_lock);
		__set_current_state(TASK_RUNNING);
	}
}

static noinline int lock_slowly(struct mutex *lock, unsigned int state)
{
	struct mutex_waiter waiter = { .task = current };
	int err;

	if (take_after_spinning(lock))
		return 0;
	raw_spin_lock(&lock->wait_lock);
	list_add_tail(&waiter.list, &lock->wait_list);
	atomic_long_or(WAITERS, &lock->owner);
	current->blocked_on = &waiter;
	err = wait_for_turn(lock, &waiter, state);
	current->blocked_on = NULL;
	leave_queue(lock, &waiter);
	/* A waiter that gives up may have been the one an unlock has just woken. */
	if (err && !list_empty(&lock->wait_list))
		wake_up_process(list_first_entry(&lock->wait_list, struct mutex_waiter,
						 list)->task);
	raw_spin_unlock(&lock->wait_lock);
	return err;
}

static int lock_in_state(struct mutex *lock, unsigned int state, unsigned int subclass,
			 struct lockdep_map *nest_lock, unsigned long ip)
{
	int err = 0;

	might_sleep();
	sched_point();
#ifdef CONFIG_LOCKDEP
	DEBUG_LOCKS_WARN_ON(holder_in(atomic_long_read(&lock->owner)) == current);
	lock_acquire(&lock->dep_map, subclass, 0, 0, 1, nest_lock, ip);
#endif
	if (unlikely(!take_at_once(lock)))
		err = lock_slowly(lock, state);
#ifdef CONFIG_LOCKDEP
	if (err)
		lock_release(&lock->dep_map, ip);
#endif
	return err;
}

void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	lock_in_state(lock, TASK_UNINTERRUPTIBLE, subclass, NULL, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_nested);

void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock)
{
	lock_in_state(lock, TASK_UNINTERRUPTIBLE, 0, nest_lock, _RET_IP_);
}
EXPORT_SYMBOL(_mutex_lock_nest_lock);

int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
{
	return lock_in_state(lock, TASK_INTERRUPTIBLE, subclass, NULL, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_interruptible_nested);

int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
{
	return lock_in_state(lock, TASK_KILLABLE, subclass, NULL, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_killable_nested);

void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass)
{
	mutex_lock_nested(lock, subclass);
}
EXPORT_SYMBOL(mutex_lock_io_nested);

int mutex_trylock(struct mutex *lock)
{
	if (!try_take(lock, false))
		return 0;
#ifdef CONFIG_LOCKDEP
	lock_acquire(&lock->dep_map, 0, 1, 0, 1, NULL, _RET_IP_);
#endif
	return 1;
}
EXPORT_SYMBOL(mutex_trylock);

/* Frees it for everybody; false if it is claimed and must go to the first waiter. */
static bool let_go(struct mutex *lock)
{
	long owner = atomic_long_read(&lock->owner);

	do {
		if (owner & CLAIMED)
			return false;
	} while (!atomic_long_try_cmpxchg_release(&lock->owner, &owner, owner & BITS));
	return true;
}

static noinline void unlock_slowly(struct mutex *lock)
{
	bool free = let_go(lock);
	struct mutex_waiter *first;

	raw_spin_lock(&lock->wait_lock);
	first = list_first_entry_or_null(&lock->wait_list, struct mutex_waiter, list);
	if (!free)
		atomic_long_set_release(&lock->owner,
					first ? (long)first->task | WAITERS : 0);
	if (first)
		wake_up_process(first->task);
	raw_spin_unlock(&lock->wait_lock);
}

void mutex_unlock(struct mutex *lock)
{
	long self = (long)current;

#ifdef CONFIG_LOCKDEP
	lock_release(&lock->dep_map, _RET_IP_);
	DEBUG_LOCKS_WARN_ON(holder_in(atomic_long_read(&lock->owner)) != current);
#endif
	if (unlikely(!atomic_long_try_cmpxchg_release(&lock->owner, &self, 0)))
		unlock_slowly(lock);
	sched_point();
}
EXPORT_SYMBOL(mutex_unlock);

int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (atomic_dec_and_test(cnt))
		return 1;
	mutex_unlock(lock);
	return 0;
}
EXPORT_SYMBOL(atomic_dec_and_mutex_lock);
