// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completions.
 *
 * Everything is under the queue's lock: the count, the list, the state of the
 * waiter. A waiter returns only after it has held the lock, and complete() does
 * its last access with the lock's release; therefore the memory may go as soon
 * as a wait has returned.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#define OPEN_FOR_GOOD UINT_MAX

void complete(struct completion *x)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != OPEN_FOR_GOOD)
		WRITE_ONCE(x->done, x->done + 1);
	swake_up_locked(&x->wait, 0);
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
}
EXPORT_SYMBOL(complete);

void complete_on_current_cpu(struct completion *x)
{
	complete(x);
}

void complete_all(struct completion *x)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&x->wait.lock, flags);
	WRITE_ONCE(x->done, OPEN_FOR_GOOD);
	while (!list_empty(&x->wait.task_list))
		swake_up_locked(&x->wait, 0);
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
}
EXPORT_SYMBOL(complete_all);

static void take_one(struct completion *x)
{
	if (x->done != OPEN_FOR_GOOD)
		WRITE_ONCE(x->done, x->done - 1);
}

/* Lock held, irqs off, nothing done yet. Jiffies left, 0, or -ERESTARTSYS. */
static long wait_locked(struct completion *x, long timeout, unsigned int state)
{
	struct swait_queue wait = { .task = current };

	INIT_LIST_HEAD(&wait.task_list);
	while (!x->done && timeout) {
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		if (list_empty(&wait.task_list))
			list_add_tail(&wait.task_list, &x->wait.task_list);
		set_current_state(state);
		raw_spin_unlock_irq(&x->wait.lock);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irq(&x->wait.lock);
	}
	__set_current_state(TASK_RUNNING);
	list_del(&wait.task_list);
	if (!x->done)
		return timeout;
	take_one(x);
	return timeout > 0 ? timeout : 1;
}

static long wait_in_state(struct completion *x, long timeout, unsigned int state)
{
	might_sleep();
	raw_spin_lock_irq(&x->wait.lock);
	if (x->done)
		take_one(x);
	else
		timeout = wait_locked(x, timeout, state);
	raw_spin_unlock_irq(&x->wait.lock);
	return timeout;
}

/* 0 or -ERESTARTSYS. */
static int wait_without_limit(struct completion *x, unsigned int state)
{
	long left = wait_in_state(x, MAX_SCHEDULE_TIMEOUT, state);

	return left < 0 ? left : 0;
}

/* A completion that was done already leaves the whole time, at least 1. */
static long wait_with_limit(struct completion *x, unsigned long timeout, unsigned int state)
{
	long limit = timeout > MAX_SCHEDULE_TIMEOUT ? MAX_SCHEDULE_TIMEOUT : timeout;

	might_sleep();
	if (!limit)
		return try_wait_for_completion(x);
	return wait_in_state(x, limit, state);
}

void wait_for_completion(struct completion *x)
{
	wait_without_limit(x, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion);

void wait_for_completion_io(struct completion *x)
{
	wait_for_completion(x);
}
EXPORT_SYMBOL(wait_for_completion_io);

int wait_for_completion_interruptible(struct completion *x)
{
	return wait_without_limit(x, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible);

int wait_for_completion_killable(struct completion *x)
{
	return wait_without_limit(x, TASK_KILLABLE);
}
EXPORT_SYMBOL(wait_for_completion_killable);

int wait_for_completion_state(struct completion *x, unsigned int state)
{
	return wait_without_limit(x, state);
}
EXPORT_SYMBOL(wait_for_completion_state);

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return wait_with_limit(x, timeout, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_timeout);

unsigned long wait_for_completion_io_timeout(struct completion *x, unsigned long timeout)
{
	return wait_for_completion_timeout(x, timeout);
}
EXPORT_SYMBOL(wait_for_completion_io_timeout);

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_with_limit(x, timeout, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible_timeout);

long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)
{
	return wait_with_limit(x, timeout, TASK_KILLABLE);
}
EXPORT_SYMBOL(wait_for_completion_killable_timeout);

bool try_wait_for_completion(struct completion *x)
{
	unsigned long flags;
	bool done;

	if (!READ_ONCE(x->done))
		return false;
	raw_spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done;
	if (done)
		take_one(x);
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}
EXPORT_SYMBOL(try_wait_for_completion);

/* A complete() that has set the count may still hold the lock. */
static void wait_for_completers(struct completion *x)
{
	guard(raw_spinlock_irqsave)(&x->wait.lock);
}

bool completion_done(struct completion *x)
{
	bool done = READ_ONCE(x->done);

	if (done)
		wait_for_completers(x);
	return done;
}
EXPORT_SYMBOL(completion_done);
