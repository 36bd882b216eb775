/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workqueues: functions run later, in task context by kernel threads, or in
 * softirq context for WQ_BH queues.
 *
 * An item is pending from the moment it is queued until just before its
 * function is called, so the function may queue it again. It never runs twice
 * at the same time. The runtime does not touch an item once its function was
 * entered: the function may free it. What was stored before an attempt to
 * queue, successful or not, is visible to the next run.
 *
 * All functions may be called from any context unless they say "may sleep".
 * The caller owns the item. Contract: include/linux/workqueue.h,
 * kernel/workqueue.c.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/threads.h>
#include <linux/timer.h>
#include <linux/workqueue_types.h>

/*
 * work_struct.data. PENDING is valid always. While the item is in a queue, PWQ
 * is set and the bits above COLOR are the queue's address; else the word says
 * what the runtime remembers of an idle item: how often it is disabled, whether
 * it was queued since INIT_WORK, and whether that was on a BH queue.
 */
enum work_bits {
	WORK_STRUCT_PENDING_BIT = 0,
	WORK_STRUCT_PWQ_BIT = 1,

	/* with PWQ */
	WORK_STRUCT_INACTIVE_BIT = 2, /* held back by max_active */
	WORK_STRUCT_FRESH_BIT = 3, /* first queueing since INIT_WORK */
	WORK_STRUCT_COLOR_SHIFT = 4,
	WORK_STRUCT_COLOR_BITS = 4,
	WORK_STRUCT_PWQ_SHIFT = WORK_STRUCT_COLOR_SHIFT + WORK_STRUCT_COLOR_BITS,

	/* without PWQ */
	WORK_OFFQ_BH_BIT = 2,
	WORK_OFFQ_USED_BIT = 3,
	WORK_OFFQ_LOST_BIT = 4, /* with PENDING: refused by a queue that is being drained */
	WORK_OFFQ_DISABLE_SHIFT = 16,
	WORK_OFFQ_DISABLE_BITS = 16,
};

enum wq_misc_consts {
	WORK_CPU_UNBOUND = NR_CPUS, /* no vCPU in particular */

	WORK_BUSY_PENDING = 1 << 0,
	WORK_BUSY_RUNNING = 1 << 1,

	WORKER_DESC_LEN = 32,
};

enum wq_flags {
	WQ_BH = 1 << 0, /* items run in softirq context */
	WQ_UNBOUND = 1 << 1, /* on no vCPU in particular */
	WQ_FREEZABLE = 1 << 2, /* no effect: the machine does not suspend */
	WQ_MEM_RECLAIM = 1 << 3, /* no effect: workers are never short of memory */
	WQ_HIGHPRI = 1 << 4, /* threads (or the softirq) of their own */
	WQ_CPU_INTENSIVE = 1 << 5, /* a running item does not hold up others */
	WQ_SYSFS = 1 << 6, /* no effect */
	WQ_POWER_EFFICIENT = 1 << 7, /* no effect */
	WQ_PERCPU = 1 << 8, /* on the vCPU that queues: the default */

	__WQ_DESTROYING = 1 << 15,
	__WQ_DRAINING = 1 << 16,
	__WQ_ORDERED = 1 << 17,
	__WQ_LEGACY = 1 << 18,

	__WQ_BH_ALLOWS = WQ_BH | WQ_HIGHPRI | WQ_PERCPU,
};

enum wq_consts {
	WQ_MAX_ACTIVE = 2048,
	WQ_UNBOUND_MAX_ACTIVE = WQ_MAX_ACTIVE,
	WQ_DFL_ACTIVE = WQ_MAX_ACTIVE / 2,
	WQ_DFL_MIN_ACTIVE = 8,
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;

	/* where timer->function queues the work */
	struct workqueue_struct *wq;
	int cpu;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;

	/* where the RCU callback queues the work */
	struct workqueue_struct *wq;
};

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

static inline struct rcu_work *to_rcu_work(struct work_struct *work)
{
	return container_of(work, struct rcu_work, work);
}

#define work_data_bits(work) ((unsigned long *)(&(work)->data))

#define __WORK_INITIALIZER(n, f)                                                                   \
	{                                                                                          \
		.data = ATOMIC_LONG_INIT(0), .entry = { &(n).entry, &(n).entry }, .func = (f),     \
	}

#define __DELAYED_WORK_INITIALIZER(n, f, tflags)                                                   \
	{                                                                                          \
		.work = __WORK_INITIALIZER((n).work, (f)),                                         \
		.timer = __TIMER_INITIALIZER(delayed_work_timer_fn, (tflags) | TIMER_IRQSAFE),     \
	}

#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f)                                                              \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, TIMER_DEFERRABLE)

/* Prepares an idle item; a bug on a pending one. Also right for recycled memory. */
static inline void __init_work(struct work_struct *work, work_func_t func)
{
	atomic_long_set(&work->data, 0);
	INIT_LIST_HEAD(&work->entry);
	work->func = func;
}

#define INIT_WORK(_work, _func) __init_work((_work), (_func))
#define INIT_WORK_ONSTACK(_work, _func) __init_work((_work), (_func))

#define __INIT_DELAYED_WORK(_work, _func, _tflags)                                                 \
	do {                                                                                       \
		__init_work(&(_work)->work, (_func));                                              \
		timer_setup(&(_work)->timer, delayed_work_timer_fn, (_tflags) | TIMER_IRQSAFE);    \
	} while (0)

#define INIT_DELAYED_WORK(_work, _func) __INIT_DELAYED_WORK(_work, _func, 0)
#define INIT_DELAYED_WORK_ONSTACK(_work, _func) __INIT_DELAYED_WORK(_work, _func, 0)
#define INIT_DEFERRABLE_WORK(_work, _func) __INIT_DELAYED_WORK(_work, _func, TIMER_DEFERRABLE)
#define INIT_DEFERRABLE_WORK_ONSTACK(_work, _func) INIT_DEFERRABLE_WORK(_work, _func)

#define INIT_RCU_WORK(_work, _func) INIT_WORK(&(_work)->work, (_func))
#define INIT_RCU_WORK_ONSTACK(_work, _func) INIT_WORK_ONSTACK(&(_work)->work, (_func))

static inline void destroy_work_on_stack(struct work_struct *work __always_unused)
{
}

static inline void destroy_delayed_work_on_stack(struct delayed_work *work __always_unused)
{
}

#define work_pending(work) test_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work))
#define delayed_work_pending(w) work_pending(&(w)->work)

/*
 * The queues every machine has. system_wq is another name of system_percpu_wq
 * and system_unbound_wq of system_dfl_wq. NULL while no machine is booted.
 */
extern struct workqueue_struct *system_wq;
extern struct workqueue_struct *system_percpu_wq;
extern struct workqueue_struct *system_highpri_wq;
extern struct workqueue_struct *system_long_wq;
extern struct workqueue_struct *system_unbound_wq;
extern struct workqueue_struct *system_dfl_wq;
extern struct workqueue_struct *system_freezable_wq;
extern struct workqueue_struct *system_power_efficient_wq;
extern struct workqueue_struct *system_freezable_power_efficient_wq;
extern struct workqueue_struct *system_bh_wq;
extern struct workqueue_struct *system_bh_highpri_wq;

/*
 * A queue named by the format, with at most @max_active items running at a time
 * (per vCPU unless WQ_UNBOUND; 0: the default). May sleep. NULL without memory
 * or for flags that do not go together.
 */
__printf(1, 4) struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
							int max_active, ...);

/* One item at a time, in the order they were queued. */
#define alloc_ordered_workqueue(fmt, flags, args...)                                               \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)

#define create_workqueue(name)                                                                     \
	alloc_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM | WQ_PERCPU, 1, (name))
#define create_freezable_workqueue(name)                                                           \
	alloc_workqueue("%s", __WQ_LEGACY | WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name)                                                        \
	alloc_ordered_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM, name)

/* Drains the queue and frees it. May sleep; not from an item of the queue. */
void destroy_workqueue(struct workqueue_struct *wq);

/* Changes the limit; more or fewer items become active from now on. */
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active);

/* Items are being held back on @cpu (WORK_CPU_UNBOUND: the current one). A hint. */
bool workqueue_congested(int cpu, struct workqueue_struct *wq);

/*
 * True if the item was idle and is now queued; false if it was pending, in
 * which case nothing changes, or is disabled. queue_work_on names the vCPU
 * (WORK_CPU_UNBOUND: the current one).
 */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_work_node(int node, struct workqueue_struct *wq, struct work_struct *work);

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

/* After @delay jiffies, never sooner; 0 queues at once. Results as queue_work. */
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay);
/* Also if it is pending, which it then is for the delay given now. True if it was pending. */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay);

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				    unsigned long delay)
{
	return mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_percpu_wq, work);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_percpu_wq, work);
}

static inline bool schedule_delayed_work_on(int cpu, struct delayed_work *dwork,
					    unsigned long delay)
{
	return queue_delayed_work_on(cpu, system_percpu_wq, dwork, delay);
}

static inline bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work(system_percpu_wq, dwork, delay);
}

/* After an RCU grace period. */
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork);

/*
 * Wait for everything queued before the call; drain waits until the queue is
 * empty, and until then only its own items may queue on it. May sleep; not from
 * an item of the queue.
 */
void __flush_workqueue(struct workqueue_struct *wq);
#define flush_workqueue(wq) __flush_workqueue(wq)
#define flush_scheduled_work() __flush_workqueue(system_percpu_wq)
void drain_workqueue(struct workqueue_struct *wq);

/*
 * Wait for the last queueing of the item to finish: true; false if it was idle.
 * The delayed form queues at once what its timer still holds, the RCU form
 * waits for the grace period first. May sleep.
 */
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
bool flush_rcu_work(struct rcu_work *rwork);

/*
 * True if the item was pending and now is not. The _sync forms also wait until
 * it does not run; nobody can queue it meanwhile. They may sleep, except for
 * items last queued on a BH queue, which may be cancelled anywhere but in
 * hardirq context; not from the item itself.
 */
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work_sync(struct delayed_work *dwork);

/*
 * Cancel as above and count up: while the count is not 0, the item cannot be
 * queued. Enabling counts down; true when it reaches 0.
 */
bool disable_work(struct work_struct *work);
bool disable_work_sync(struct work_struct *work);
bool enable_work(struct work_struct *work);
bool disable_delayed_work(struct delayed_work *dwork);
bool disable_delayed_work_sync(struct delayed_work *dwork);
bool enable_delayed_work(struct delayed_work *dwork);

/* Enables, and queues the item if that made the count 0. */
static inline bool enable_and_queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	if (!enable_work(work))
		return false;
	queue_work(wq, work);
	return true;
}

/* WORK_BUSY_ bits; a hint, unless the caller keeps the item from changing. */
unsigned int work_busy(struct work_struct *work);

/* The item the calling worker thread runs; NULL elsewhere. */
struct work_struct *current_work(void);

/* Names what the calling worker does, for reports; no effect elsewhere. */
__printf(1, 2) void set_worker_desc(const char *fmt, ...);

/* Runs func on every online vCPU and waits. May sleep. 0 or -ENOMEM. */
int schedule_on_each_cpu(work_func_t func);

/* Runs @fn in a worker of @cpu and waits for its value. May sleep. */
long work_on_cpu(int cpu, long (*fn)(void *), void *arg);

struct execute_work {
	struct work_struct work;
};

/* Calls @fn now (0) if the context may sleep, else queues it (1). */
int execute_in_process_context(work_func_t fn, struct execute_work *ew);

#endif
