// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeping locks with readers.
 *
 * Without waiters the count alone decides. A task that has to wait queues up
 * under wait_lock and sets WAITERS, which closes the fast path to newcomers;
 * from then on the lock is handed out in order of the queue (hand_out), by
 * whoever makes it free or joins the queue. A waiter owns its share when
 * `granted` is set, and its entry is gone at that moment.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#define WRITER UDM_RWSEM_WRITER
#define WAITERS UDM_RWSEM_WAITERS
#define READER UDM_RWSEM_READER

struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool write;
	bool granted;
};

/* Of all of them: nothing is ordered by these locks. */
static struct lock_class_key wait_lock_key;

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&sem->count, 0);
	atomic_long_set(&sem->owner, 0);
	__raw_spin_lock_init(&sem->wait_lock, name, &wait_lock_key, LD_WAIT_SPIN);
	INIT_LIST_HEAD(&sem->wait_list);
	udm_init_dep_map(sem, name, key, LD_WAIT_SLEEP);
}
EXPORT_SYMBOL(__init_rwsem);

static bool try_read(struct rw_semaphore *sem)
{
	long count = atomic_long_read(&sem->count);

	do {
		if (count & (WRITER | WAITERS))
			return false;
	} while (!atomic_long_try_cmpxchg_acquire(&sem->count, &count, count + READER));
	return true;
}

static bool try_write(struct rw_semaphore *sem)
{
	long nobody = 0;

	if (!atomic_long_try_cmpxchg_acquire(&sem->count, &nobody, WRITER))
		return false;
	atomic_long_set(&sem->owner, (long)current);
	return true;
}

/* The task may go on, and its waiter vanish, as soon as `granted` is set. */
static void grant(struct rwsem_waiter *waiter)
{
	struct task_struct *task = waiter->task;

	list_del(&waiter->list);
	smp_store_release(&waiter->granted, true);
	wake_up_process(task);
}

/*
 * wait_lock held, WAITERS set: nobody but us can raise the count, so what is
 * free now stays free.
 */
static void hand_out(struct rw_semaphore *sem)
{
	struct rwsem_waiter *waiter;

	while ((waiter = list_first_entry_or_null(&sem->wait_list, struct rwsem_waiter, list))) {
		long count = atomic_long_read_acquire(&sem->count);

		if (waiter->write ? count & ~WAITERS : count & WRITER)
			return;
		if (waiter->write)
			atomic_long_set(&sem->owner, (long)waiter->task);
		atomic_long_add(waiter->write ? WRITER : READER, &sem->count);
		grant(waiter);
	}
	atomic_long_andnot(WAITERS, &sem->count);
}

static void hand_out_locked(struct rw_semaphore *sem)
{
	raw_spin_lock(&sem->wait_lock);
	hand_out(sem);
	raw_spin_unlock(&sem->wait_lock);
}

static bool give_up(struct rw_semaphore *sem, struct rwsem_waiter *waiter)
{
	bool granted;

	raw_spin_lock(&sem->wait_lock);
	granted = waiter->granted;
	if (!granted) {
		list_del(&waiter->list);
		/* Those behind may go now. */
		hand_out(sem);
	}
	raw_spin_unlock(&sem->wait_lock);
	return !granted;
}

static noinline int wait_for_share(struct rw_semaphore *sem, bool write, unsigned int state)
{
	struct rwsem_waiter waiter = { .task = current, .write = write };
	int err = 0;

	raw_spin_lock(&sem->wait_lock);
	list_add_tail(&waiter.list, &sem->wait_list);
	atomic_long_or(WAITERS, &sem->count);
	hand_out(sem);
	raw_spin_unlock(&sem->wait_lock);
	for (;;) {
		set_current_state(state);
		if (smp_load_acquire(&waiter.granted))
			break;
		if (signal_pending_state(state, current) && give_up(sem, &waiter)) {
			err = -EINTR;
			break;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

static int take_unchecked(struct rw_semaphore *sem, bool write, unsigned int state)
{
	might_sleep();
	sched_point();
	if (likely(write ? try_write(sem) : try_read(sem)))
		return 0;
	return wait_for_share(sem, write, state);
}

static int take_nested(struct rw_semaphore *sem, bool write, unsigned int state, int subclass,
		       struct lockdep_map *nest_lock, unsigned long ip)
{
	int err;

#ifdef CONFIG_LOCKDEP
	lock_acquire(&sem->dep_map, subclass, 0, write ? 0 : 1, 1, nest_lock, ip);
#endif
	err = take_unchecked(sem, write, state);
#ifdef CONFIG_LOCKDEP
	if (err)
		lock_release(&sem->dep_map, ip);
#endif
	return err;
}

static int take(struct rw_semaphore *sem, bool write, unsigned int state, int subclass,
		unsigned long ip)
{
	return take_nested(sem, write, state, subclass, NULL, ip);
}

void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	take(sem, false, TASK_UNINTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_read_nested);

void down_read(struct rw_semaphore *sem)
{
	take(sem, false, TASK_UNINTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read);

int down_read_interruptible(struct rw_semaphore *sem)
{
	return take(sem, false, TASK_INTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read_interruptible);

int down_read_killable(struct rw_semaphore *sem)
{
	return take(sem, false, TASK_KILLABLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read_killable);

int down_read_killable_nested(struct rw_semaphore *sem, int subclass)
{
	return take(sem, false, TASK_KILLABLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_read_killable_nested);

void down_read_non_owner(struct rw_semaphore *sem)
{
	take_unchecked(sem, false, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(down_read_non_owner);

int down_read_trylock(struct rw_semaphore *sem)
{
	if (!try_read(sem))
		return 0;
#ifdef CONFIG_LOCKDEP
	lock_acquire(&sem->dep_map, 0, 1, 1, 1, NULL, _RET_IP_);
#endif
	return 1;
}
EXPORT_SYMBOL(down_read_trylock);

void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	take(sem, true, TASK_UNINTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_write_nested);

void down_write(struct rw_semaphore *sem)
{
	take(sem, true, TASK_UNINTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_write);

int down_write_killable(struct rw_semaphore *sem)
{
	return take(sem, true, TASK_KILLABLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_write_killable);

int down_write_killable_nested(struct rw_semaphore *sem, int subclass)
{
	return take(sem, true, TASK_KILLABLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_write_killable_nested);

void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest_lock)
{
	take_nested(sem, true, TASK_UNINTERRUPTIBLE, 0, nest_lock, _RET_IP_);
}
EXPORT_SYMBOL(_down_write_nest_lock);

int down_write_trylock(struct rw_semaphore *sem)
{
	if (!try_write(sem))
		return 0;
#ifdef CONFIG_LOCKDEP
	lock_acquire(&sem->dep_map, 0, 1, 0, 1, NULL, _RET_IP_);
#endif
	return 1;
}
EXPORT_SYMBOL(down_write_trylock);

void up_read(struct rw_semaphore *sem)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&sem->dep_map, _RET_IP_);
#endif
	up_read_non_owner(sem);
}
EXPORT_SYMBOL(up_read);

void up_read_non_owner(struct rw_semaphore *sem)
{
	DEBUG_LOCKS_WARN_ON(atomic_long_read(&sem->count) < READER);
	/* Only the last reader lets a writer in. */
	if (unlikely(atomic_long_sub_return_release(READER, &sem->count) == WAITERS))
		hand_out_locked(sem);
	sched_point();
}
EXPORT_SYMBOL(up_read_non_owner);

void up_write(struct rw_semaphore *sem)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&sem->dep_map, _RET_IP_);
	DEBUG_LOCKS_WARN_ON(atomic_long_read(&sem->owner) != (long)current);
#endif
	atomic_long_set(&sem->owner, 0);
	if (unlikely(atomic_long_fetch_sub_release(WRITER, &sem->count) & WAITERS))
		hand_out_locked(sem);
	sched_point();
}
EXPORT_SYMBOL(up_write);

void downgrade_write(struct rw_semaphore *sem)
{
#ifdef CONFIG_LOCKDEP
	lock_downgrade(&sem->dep_map, _RET_IP_);
#endif
	atomic_long_set(&sem->owner, 0);
	if (atomic_long_fetch_add_release(READER - WRITER, &sem->count) & WAITERS)
		hand_out_locked(sem);
}
EXPORT_SYMBOL(downgrade_write);
