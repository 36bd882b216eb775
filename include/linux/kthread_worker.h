/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Works that run one after the other in a thread of their own. Part of linux/kthread.h.
 *
 * A work is queued at most once at a time; it may be queued again from the moment its
 * function starts, also by the function, which may free it as well. Queueing works in any
 * context; flushing, cancelling with _sync and destroying may sleep and not be done by the
 * worker itself. Contract: include/linux/kthread.h, kernel/kthread.c.
 */
#ifndef _UDM_LINUX_KTHREAD_WORKER_H
#define _UDM_LINUX_KTHREAD_WORKER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct kthread_work;
typedef void (*kthread_work_func_t)(struct kthread_work *work);
void kthread_delayed_work_timer_fn(struct timer_list *t);

enum {
	KTW_FREEZABLE = 1 << 0,
};

struct kthread_worker {
	unsigned int flags;
	raw_spinlock_t lock;
	struct list_head work_list;
	struct list_head delayed_work_list;	/* timers still running */
	struct task_struct *task;
	struct kthread_work *current_work;
};

struct kthread_work {
	struct list_head node;			/* empty: may be queued; under worker->lock */
	kthread_work_func_t func;
	struct kthread_worker *worker;		/* the last one it was queued on */
	int canceling;				/* how many wait for it; then it is not queued */
};

struct kthread_delayed_work {
	struct kthread_work work;
	struct timer_list timer;
};

#define KTHREAD_WORK_INIT(work, fn) { .node = LIST_HEAD_INIT((work).node), .func = (fn) }
#define KTHREAD_DELAYED_WORK_INIT(dwork, fn)					\
	{									\
		.work = KTHREAD_WORK_INIT((dwork).work, (fn)),			\
		.timer = __TIMER_INITIALIZER(kthread_delayed_work_timer_fn, TIMER_IRQSAFE), \
	}
#define DEFINE_KTHREAD_WORK(work, fn) struct kthread_work work = KTHREAD_WORK_INIT(work, fn)
#define DEFINE_KTHREAD_DELAYED_WORK(dwork, fn)					\
	struct kthread_delayed_work dwork = KTHREAD_DELAYED_WORK_INIT(dwork, fn)

/* Before anything else; the worker's thread runs kthread_worker_fn(worker). */
void kthread_init_worker(struct kthread_worker *worker);

static inline void kthread_init_work(struct kthread_work *work, kthread_work_func_t fn)
{
	*work = (struct kthread_work){ .func = fn };
	INIT_LIST_HEAD(&work->node);
}

#define kthread_init_delayed_work(dwork, fn)					\
	do {									\
		kthread_init_work(&(dwork)->work, (fn));			\
		timer_setup(&(dwork)->timer, kthread_delayed_work_timer_fn, TIMER_IRQSAFE); \
	} while (0)

int kthread_worker_fn(void *worker_ptr);

/*
 * A worker with its thread: create leaves it asleep, run starts it. On a CPU the format
 * has one %u for it. ERR_PTR(-ENOMEM) or (-EINTR).
 */
__printf(3, 4)
struct kthread_worker *kthread_create_worker_on_node(unsigned int flags, int node,
						     const char namefmt[], ...);
struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
						    const char namefmt[]);
#define kthread_create_worker(flags, namefmt, ...)				\
	kthread_create_worker_on_node(flags, NUMA_NO_NODE, namefmt, ##__VA_ARGS__)
#define __udm_started_worker(create)						\
	({									\
		struct kthread_worker *__kw = create;				\
		if (!IS_ERR(__kw))						\
			wake_up_process(__kw->task);				\
		__kw;								\
	})
#define kthread_run_worker(flags, namefmt, ...)					\
	__udm_started_worker(kthread_create_worker(flags, namefmt, ##__VA_ARGS__))
#define kthread_run_worker_on_cpu(cpu, flags, namefmt)				\
	__udm_started_worker(kthread_create_worker_on_cpu(cpu, flags, namefmt))

/* True if queued by this call; false if it was already, or is being cancelled. */
bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work);
bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
				unsigned long delay);
/* Queue with this delay whether it waits already (true) or not (false). */
bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			      unsigned long delay);

/* Until the last queueing of @work, unless its timer still runs, or of all works has run. */
void kthread_flush_work(struct kthread_work *work);
void kthread_flush_worker(struct kthread_worker *worker);

/* True if it was queued and now is not; either way it does not run when this returns. */
bool kthread_cancel_work_sync(struct kthread_work *work);
bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *work);

/* Runs what is queued, stops the thread and frees the worker. */
void kthread_destroy_worker(struct kthread_worker *worker);

#endif
