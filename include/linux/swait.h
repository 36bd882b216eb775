/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simple wait queues: exclusive waiters only, woken in order of arrival.
 *
 * Kernel path: linux/swait.h. Completions are built on them. Waiting may sleep;
 * wake-ups from any context, swake_up_all() from task context only.
 */
#ifndef _UDM_LINUX_SWAIT_H
#define _UDM_LINUX_SWAIT_H

#include <asm/current.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct swait_queue_head {
	raw_spinlock_t lock;
	struct list_head task_list;
};

struct swait_queue {
	struct task_struct *task;
	struct list_head task_list;
};

#define __SWAITQUEUE_INITIALIZER(name)                                                             \
	{ .task = current, .task_list = LIST_HEAD_INIT((name).task_list) }
#define DECLARE_SWAITQUEUE(name) struct swait_queue name = __SWAITQUEUE_INITIALIZER(name)
#define __SWAIT_QUEUE_HEAD_INITIALIZER(name)                                                       \
	{                                                                                          \
		.lock = __RAW_SPIN_LOCK_INITIALIZER(name.lock),                                    \
		.task_list = LIST_HEAD_INIT((name).task_list),                                     \
	}
#define DECLARE_SWAIT_QUEUE_HEAD(name)                                                             \
	struct swait_queue_head name = __SWAIT_QUEUE_HEAD_INITIALIZER(name)

/* kernel/sched/swait.c */
void __init_swait_queue_head(struct swait_queue_head *q, const char *name,
			     struct lock_class_key *key);
#define init_swait_queue_head(q)                                                                   \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__init_swait_queue_head((q), #q, &__key);                                          \
	} while (0)

static inline int swait_active(struct swait_queue_head *q)
{
	return !list_empty(&q->task_list);
}

static inline bool swq_has_sleeper(struct swait_queue_head *q)
{
	smp_mb();
	return swait_active(q);
}

void swake_up_one(struct swait_queue_head *q);
void swake_up_all(struct swait_queue_head *q);
void swake_up_locked(struct swait_queue_head *q, int wake_flags);
void prepare_to_swait_exclusive(struct swait_queue_head *q, struct swait_queue *wait, int state);
long prepare_to_swait_event(struct swait_queue_head *q, struct swait_queue *wait, int state);
void finish_swait(struct swait_queue_head *q, struct swait_queue *wait);

#define ___swait_event(wq, condition, state, ret, cmd)                                             \
	({                                                                                         \
		struct swait_queue __wait = { .task_list = LIST_HEAD_INIT(__wait.task_list) };     \
		long __ret = (ret);                                                                \
		for (;;) {                                                                         \
			long __signal = prepare_to_swait_event(&(wq), &__wait, state);             \
			if (condition)                                                             \
				break;                                                             \
			if (__signal) {                                                            \
				__ret = __signal;                                                  \
				break;                                                             \
			}                                                                          \
			cmd;                                                                       \
		}                                                                                  \
		finish_swait(&(wq), &__wait);                                                      \
		__ret;                                                                             \
	})
#define swait_event_exclusive(wq, condition)                                                       \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)___swait_event(wq, condition, TASK_UNINTERRUPTIBLE, 0, schedule());  \
	} while (0)
#define swait_event_interruptible_exclusive(wq, condition)                                         \
	({                                                                                         \
		int __wait_result = 0;                                                             \
		if (!(condition))                                                                  \
			__wait_result = ___swait_event(wq, condition, TASK_INTERRUPTIBLE, 0,       \
						       schedule());                                \
		__wait_result;                                                                     \
	})

#endif
