// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting semaphores.
 *
 * A unit is either counted or handed to the first waiter: up() takes that waiter off the
 * list and marks it served, so nobody can overtake it, and a waiter that gives up while
 * it is still on the list has got nothing. The mark is read under the lock again, because
 * the waiter's stack frame goes away with it.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>

struct waiter {
	struct list_head node;
	struct task_struct *task;
	bool served;
};

/* Lock held, dropped while asleep. 0 when served. */
static int wait_for_unit(struct semaphore *sem, unsigned long *flags, int state, long timeout)
{
	struct waiter self = { .task = current };

	list_add_tail(&self.node, &sem->wait_list);
	while (!self.served) {
		if (signal_pending_state(state, current) || timeout <= 0) {
			list_del(&self.node);
			return timeout <= 0 ? -ETIME : -EINTR;
		}
		__set_current_state(state);
		raw_spin_unlock_irqrestore(&sem->lock, *flags);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irqsave(&sem->lock, *flags);
	}
	return 0;
}

static int take(struct semaphore *sem, int state, long timeout)
{
	unsigned long flags;
	int ret = 0;

	might_sleep();
	raw_spin_lock_irqsave(&sem->lock, flags);
	if (sem->count)
		sem->count--;
	else
		ret = wait_for_unit(sem, &flags, state, timeout);
	raw_spin_unlock_irqrestore(&sem->lock, flags);
	return ret;
}

void down(struct semaphore *sem)
{
	take(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down);

int down_interruptible(struct semaphore *sem)
{
	return take(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_interruptible);

int down_killable(struct semaphore *sem)
{
	return take(sem, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_killable);

int down_timeout(struct semaphore *sem, long timeout)
{
	return take(sem, TASK_UNINTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(down_timeout);

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	bool taken;

	raw_spin_lock_irqsave(&sem->lock, flags);
	taken = sem->count;
	sem->count -= taken;
	raw_spin_unlock_irqrestore(&sem->lock, flags);
	return !taken;
}
EXPORT_SYMBOL(down_trylock);

void up(struct semaphore *sem)
{
	struct waiter *first;
	unsigned long flags;

	raw_spin_lock_irqsave(&sem->lock, flags);
	first = list_first_entry_or_null(&sem->wait_list, struct waiter, node);
	if (first) {
		list_del(&first->node);
		first->served = true;
		wake_up_process(first->task);
	} else {
		sem->count++;
	}
	raw_spin_unlock_irqrestore(&sem->lock, flags);
}
EXPORT_SYMBOL(up);
