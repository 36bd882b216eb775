/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wait queues.
 *
 * Kernel path: linux/wait.h. A waiter puts an entry on the queue, sets its
 * state, tests its condition and schedules; wake_up() calls the function of
 * each entry, which wakes the task. Non-exclusive entries are all woken,
 * exclusive ones stand at the tail and are woken one per wake_up(). The wait_event
 * family may sleep; wake-ups: any context. The caller of a wake-up writes the
 * condition before it.
 */
#ifndef _UDM_LINUX_WAIT_H
#define _UDM_LINUX_WAIT_H

#include <asm/current.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/types.h>

typedef struct wait_queue_entry wait_queue_entry_t;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode, int flags,
				 void *key);

#define WQ_FLAG_EXCLUSIVE 0x01
#define WQ_FLAG_WOKEN 0x02
#define WQ_FLAG_CUSTOM 0x04
#define WQ_FLAG_DONE 0x08
#define WQ_FLAG_PRIORITY 0x10

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct list_head entry;
};

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAITQUEUE_INITIALIZER(name, tsk)                                                         \
	{ .private = (tsk), .func = default_wake_function, .entry = { NULL, NULL } }
#define DECLARE_WAITQUEUE(name, tsk)                                                               \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, tsk)
#define __WAIT_QUEUE_HEAD_INITIALIZER(name)                                                        \
	{ .lock = __SPIN_LOCK_INITIALIZER(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name)                                                              \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)

/* kernel/sched/wait.c */
void __init_waitqueue_head(struct wait_queue_head *wq, const char *name,
			   struct lock_class_key *key);
#define init_waitqueue_head(wq)                                                                    \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__init_waitqueue_head((wq), #wq, &__key);                                          \
	} while (0)

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags,
			     void *key);
int woken_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);

static inline void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry, wait_queue_func_t func)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = func;
}

/*
 * waitqueue_active - is anybody waiting
 *
 * Without the lock: the caller needs a full barrier between the store of the
 * condition and this test, or may miss a waiter that has just tested it.
 */
static inline int waitqueue_active(struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

static inline bool wq_has_single_sleeper(struct wait_queue_head *wq)
{
	return list_is_singular(&wq->head);
}

/* With that barrier. */
static inline bool wq_has_sleeper(struct wait_queue_head *wq)
{
	smp_mb();
	return waitqueue_active(wq);
}

/* Take the lock, irqs saved. */
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_priority(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);

/* Lock held by the caller. */
static inline void __add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	struct list_head *head = &wq->head;
	struct wait_queue_entry *other;

	list_for_each_entry(other, &wq->head, entry) {
		if (!(other->flags & WQ_FLAG_PRIORITY))
			break;
		head = &other->entry;
	}
	list_add(&entry->entry, head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *wq,
					      struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue(wq, entry);
}

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *wq,
					       struct wait_queue_entry *entry)
{
	list_add_tail(&entry->entry, &wq->head);
}

static inline void __add_wait_queue_entry_tail_exclusive(struct wait_queue_head *wq,
							 struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue_entry_tail(wq, entry);
}

static inline void __remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	(void)wq;
	list_del(&entry->entry);
}

/* @mode: states to wake from; @nr: exclusive entries to wake, 0 all; number left unwoken. */
int __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr, void *key);
void __wake_up_on_current_cpu(struct wait_queue_head *wq, unsigned int mode, void *key);
void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode, int nr);
void __wake_up_locked_key(struct wait_queue_head *wq, unsigned int mode, void *key);
void __wake_up_sync_key(struct wait_queue_head *wq, unsigned int mode, void *key);
void __wake_up_sync(struct wait_queue_head *wq, unsigned int mode);
void __wake_up_pollfree(struct wait_queue_head *wq);

#define wake_up(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr) __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked(x) __wake_up_locked((x), TASK_NORMAL, 1)
#define wake_up_all_locked(x) __wake_up_locked((x), TASK_NORMAL, 0)
#define wake_up_sync(x) __wake_up_sync(x, TASK_NORMAL)
#define wake_up_interruptible(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr) __wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x) __wake_up_sync((x), TASK_INTERRUPTIBLE)

/* @m: __poll_t events, handed to the entries as key. */
#define poll_to_key(m) ((void *)(uintptr_t)(__force uintptr_t)(m))
#define key_to_poll(m) ((__force __poll_t)(uintptr_t)(m))
#define wake_up_poll(x, m) __wake_up(x, TASK_NORMAL, 1, poll_to_key(m))
#define wake_up_poll_on_current_cpu(x, m) __wake_up_on_current_cpu(x, TASK_NORMAL, poll_to_key(m))
#define wake_up_locked_poll(x, m) __wake_up_locked_key((x), TASK_NORMAL, poll_to_key(m))
#define wake_up_interruptible_poll(x, m) __wake_up(x, TASK_INTERRUPTIBLE, 1, poll_to_key(m))
#define wake_up_interruptible_sync_poll(x, m)                                                      \
	__wake_up_sync_key((x), TASK_INTERRUPTIBLE, poll_to_key(m))
#define wake_up_pollfree(x) __wake_up_pollfree(x)

/* Entries for prepare_to_wait(): removed by the wake-up itself. */
void init_wait_entry(struct wait_queue_entry *entry, int flags);
#define DEFINE_WAIT_FUNC(name, function)                                                           \
	struct wait_queue_entry name = {                                                           \
		.private = current, .func = function, .entry = LIST_HEAD_INIT((name).entry),       \
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define init_wait(wait) init_wait_entry(wait, 0)

/* Queue the entry unless it is queued, then set the state. Task context. */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry,
			       int state);
/* 0, or -ERESTARTSYS with the entry off the queue when a signal is pending for @state. */
long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state);
/* State RUNNING, entry off the queue. */
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry);
/* For entries with woken_wake_function: sleeps unless woken since; jiffies left. */
long wait_woken(struct wait_queue_entry *entry, unsigned int mode, long timeout);

/* A timeout is never 0 while the condition holds. */
#define ___wait_cond_timeout(condition)                                                            \
	({                                                                                         \
		bool __cond = (condition);                                                         \
		if (__cond && !__ret)                                                              \
			__ret = 1;                                                                 \
		__cond || !__ret;                                                                  \
	})

/*
 * The loop behind all wait_event macros. @cmd sleeps; it may change __ret. The
 * value is __ret, or -ERESTARTSYS after a signal. Evaluated in task context.
 */
#define ___wait_event(wq_head, condition, state, exclusive, ret, cmd)                              \
	({                                                                                         \
		struct wait_queue_entry __wq_entry;                                                \
		typeof(ret) __ret = (ret); /* named by the timeout forms */                        \
		init_wait_entry(&__wq_entry, (exclusive) ? WQ_FLAG_EXCLUSIVE : 0);                 \
		for (;;) {                                                                         \
			long __signal = prepare_to_wait_event(&(wq_head), &__wq_entry, state);     \
			if (condition)                                                             \
				break;                                                             \
			if (__signal) {                                                            \
				__ret = (typeof(ret))__signal;                                     \
				break;                                                             \
			}                                                                          \
			cmd;                                                                       \
		}                                                                                  \
		finish_wait(&(wq_head), &__wq_entry);                                              \
		__ret;                                                                             \
	})

#define __wait_event(wq_head, condition)                                                           \
	(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, schedule())

/* Until @condition holds; it is tested before sleeping and after every wake-up. */
#define wait_event(wq_head, condition)                                                             \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (condition)                                                                     \
			break;                                                                     \
		__wait_event(wq_head, condition);                                                  \
	} while (0)
#define io_wait_event(wq_head, condition) wait_event(wq_head, condition)
#define wait_event_freezable(wq_head, condition) wait_event_interruptible(wq_head, condition)
#define wait_event_idle(wq_head, condition)                                                        \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			(void)___wait_event(wq_head, condition, TASK_IDLE, 0, 0, schedule());      \
	} while (0)
#define wait_event_idle_exclusive(wq_head, condition)                                              \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			(void)___wait_event(wq_head, condition, TASK_IDLE, 1, 0, schedule());      \
	} while (0)
#define wait_event_cmd(wq_head, condition, cmd1, cmd2)                                             \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0,        \
					    cmd1; schedule(); cmd2);                               \
	} while (0)

/* 0, or -ERESTARTSYS when a signal (killable: a fatal one) came first. */
#define udm_wait_event_signal(wq_head, condition, state, exclusive)                                \
	({                                                                                         \
		int __wait_result = 0;                                                             \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			__wait_result = ___wait_event(wq_head, condition, state, exclusive, 0,     \
						      schedule());                                 \
		__wait_result;                                                                     \
	})
#define wait_event_interruptible(wq_head, condition)                                               \
	udm_wait_event_signal(wq_head, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(wq_head, condition)                                     \
	udm_wait_event_signal(wq_head, condition, TASK_INTERRUPTIBLE, 1)
#define wait_event_killable(wq_head, condition)                                                    \
	udm_wait_event_signal(wq_head, condition, TASK_KILLABLE, 0)
#define wait_event_killable_exclusive(wq_head, condition)                                          \
	udm_wait_event_signal(wq_head, condition, TASK_KILLABLE, 1)
#define wait_event_state(wq_head, condition, state)                                                \
	udm_wait_event_signal(wq_head, condition, state, 0)

#define wait_event_exclusive_cmd(wq_head, condition, cmd1, cmd2)                                   \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 1, 0,        \
					    cmd1; schedule(); cmd2);                               \
	} while (0)

/* 0 or -ETIME after @timeout, a ktime_t; -ERESTARTSYS. Needs linux/hrtimer.h. */
#define udm_wait_event_hrtimeout(wq_head, condition, state, timeout)                               \
	({                                                                                         \
		ktime_t __expires = ktime_add(ktime_get(), (timeout));                             \
		int __slept = -EINTR;                                                              \
		might_sleep();                                                                     \
		(condition) ? 0 :                                                                  \
			___wait_event(wq_head, (condition) || !__slept, state, 0, 0,               \
				      __slept = schedule_hrtimeout(&__expires, HRTIMER_MODE_ABS))  \
				?: (!__slept && !(condition) ? -ETIME : 0);                        \
	})
#define wait_event_hrtimeout(wq_head, condition, timeout)                                          \
	udm_wait_event_hrtimeout(wq_head, condition, TASK_UNINTERRUPTIBLE, timeout)
#define wait_event_interruptible_hrtimeout(wq_head, condition, timeout)                            \
	((long)udm_wait_event_hrtimeout(wq_head, condition, TASK_INTERRUPTIBLE, timeout))

/* Jiffies left, at least 1, if the condition holds; 0 after @timeout; -ERESTARTSYS. */
#define udm_wait_event_timeout(wq_head, condition, state, exclusive, timeout)                      \
	({                                                                                         \
		long __ret = (timeout);                                                            \
		might_sleep();                                                                     \
		if (!___wait_cond_timeout(condition))                                              \
			__ret = ___wait_event(wq_head, ___wait_cond_timeout(condition), state,     \
					      exclusive, (long)(timeout),                          \
					      __ret = schedule_timeout(__ret));                    \
		__ret;                                                                             \
	})
#define wait_event_timeout(wq_head, condition, timeout)                                            \
	udm_wait_event_timeout(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, timeout)
#define wait_event_interruptible_timeout(wq_head, condition, timeout)                              \
	udm_wait_event_timeout(wq_head, condition, TASK_INTERRUPTIBLE, 0, timeout)
#define wait_event_killable_timeout(wq_head, condition, timeout)                                   \
	udm_wait_event_timeout(wq_head, condition, TASK_KILLABLE, 0, timeout)
#define wait_event_idle_timeout(wq_head, condition, timeout)                                       \
	udm_wait_event_timeout(wq_head, condition, TASK_IDLE, 0, timeout)

/* The lock is held around the test of the condition and dropped while sleeping. */
#define udm_wait_event_locked(wq_head, condition, state, unlock, relock)                           \
	___wait_event(wq_head, condition, state, 0, 0, unlock; schedule(); relock)
#define wait_event_lock_irq(wq_head, condition, lock)                                              \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)udm_wait_event_locked(wq_head, condition, TASK_UNINTERRUPTIBLE,      \
						    spin_unlock_irq(&(lock)),                      \
						    spin_lock_irq(&(lock)));                       \
	} while (0)
#define wait_event_lock_irq_cmd(wq_head, condition, lock, cmd)                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)udm_wait_event_locked(wq_head, condition, TASK_UNINTERRUPTIBLE,      \
						    spin_unlock_irq(&(lock)); cmd,                 \
						    spin_lock_irq(&(lock)));                       \
	} while (0)
#define wait_event_interruptible_lock_irq(wq_head, condition, lock)                                \
	({                                                                                         \
		int __wait_result = 0;                                                             \
		if (!(condition))                                                                  \
			__wait_result = udm_wait_event_locked(wq_head, condition,                  \
							      TASK_INTERRUPTIBLE,                  \
							      spin_unlock_irq(&(lock)),            \
							      spin_lock_irq(&(lock)));             \
		__wait_result;                                                                     \
	})
#define wait_event_lock_irq_timeout(wq_head, condition, lock, timeout)                             \
	({                                                                                         \
		long __ret = (timeout);                                                            \
		if (!___wait_cond_timeout(condition))                                              \
			__ret = ___wait_event(wq_head, ___wait_cond_timeout(condition),            \
					      TASK_UNINTERRUPTIBLE, 0, (long)(timeout),            \
					      spin_unlock_irq(&(lock));                            \
					      __ret = schedule_timeout(__ret);                     \
					      spin_lock_irq(&(lock)));                             \
		__ret;                                                                             \
	})

#endif
