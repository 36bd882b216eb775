/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting for a bit to clear, or for something about a variable, without a wait queue in
 * the object: queues are shared by address, so a waiter may wake for nothing and looks
 * again. Whoever changes the bit or variable wakes; its stores before the wake-up are
 * visible to the waiter. Kernel path: linux/wait_bit.h, kernel/sched/wait_bit.c.
 */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/wait.h>

/* The queues that these addresses share. */
struct wait_queue_head *bit_waitqueue(unsigned long *word, int bit);
struct wait_queue_head *__var_waitqueue(void *p);

/* Any context but hard interrupt; after the store that ends the wait. */
void wake_up_bit(unsigned long *word, int bit);
void wake_up_var(void *var);

/*
 * Until @bit of @word is clear (lock: until this call sets it). @mode is a task state.
 * May sleep. 0, -EINTR on a signal that @mode lets through, -EAGAIN after @timeout jiffies.
 */
int wait_on_bit(unsigned long *word, int bit, unsigned int mode);
int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode, unsigned long timeout);
int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode);
#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)
#define wait_on_bit_lock_io(word, bit, mode) wait_on_bit_lock(word, bit, mode)

static inline void clear_and_wake_up_bit(int bit, unsigned long *word)
{
	clear_bit_unlock(bit, word);
	wake_up_bit(word, bit);
}

/* True, and the waiters woken, if the bit was set. */
static inline bool test_and_clear_wake_up_bit(int bit, unsigned long *word)
{
	if (!test_and_clear_bit(bit, word))
		return false;
	wake_up_bit(word, bit);
	return true;
}

/* Until @condition, which is about *@var. As wait_event() and its variants. */
#define ___wait_var_event(var, condition, state, ret, cmd)			\
	___wait_event(*__var_waitqueue(var), condition, state, 0, ret, cmd)
#define wait_var_event(var, condition)						\
	do {									\
		might_sleep();							\
		if (!(condition))						\
			(void)___wait_var_event(var, condition, TASK_UNINTERRUPTIBLE, 0, \
						schedule());			\
	} while (0)
#define wait_var_event_state(var, condition, state)				\
	({									\
		int __done = 0;							\
		might_sleep();							\
		if (!(condition))						\
			__done = ___wait_var_event(var, condition, state, 0, schedule()); \
		__done;								\
	})
#define wait_var_event_killable(var, condition)					\
	wait_var_event_state(var, condition, TASK_KILLABLE)
#define wait_var_event_interruptible(var, condition)				\
	wait_var_event_state(var, condition, TASK_INTERRUPTIBLE)
#define wait_var_event_timeout(var, condition, timeout)				\
	({									\
		long __ret = timeout;						\
		might_sleep();							\
		if (!___wait_cond_timeout(condition))				\
			__ret = ___wait_var_event(var, ___wait_cond_timeout(condition), \
						  TASK_UNINTERRUPTIBLE, (long)(timeout), \
						  __ret = schedule_timeout(__ret)); \
		__ret;								\
	})

static inline bool atomic_dec_and_wake_up(atomic_t *var)
{
	if (!atomic_dec_and_test(var))
		return false;
	wake_up_var(var);
	return true;
}

#define store_release_wake_up(var, val)						\
	do {									\
		smp_store_release(var, val);					\
		wake_up_var(var);						\
	} while (0)

#endif
