/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workqueues inside: queues, pools and workers.
 *
 * workqueue.c accepts items into queues, worker_pool.c runs them. A queue has a
 * pool_workqueue per vCPU (one alone if unbound); it counts the active items,
 * holds the others back, and hands active ones to its pool. A pool is the
 * workers of one vCPU and priority, of all unbound queues, or the softirq of
 * one vCPU (BH); it is shared by all queues.
 *
 * wq_lock protects everything, items included. One lock makes "pending where,
 * running where" one fact, which cancelling and flushing need; items are far
 * apart compared to the few instructions spent under it. Innermost but for the
 * timers' locks, wait queue locks and what wake_up_process() takes.
 */
#ifndef _UDM_LIBKERN_KERNEL_WORKQUEUE_INTERNAL_H
#define _UDM_LIBKERN_KERNEL_WORKQUEUE_INTERNAL_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#define WQ_NAME_LEN 32

/* Every flush begins a colour; items carry theirs modulo WQ_COLORS. */
#define WQ_COLORS (1u << WORK_STRUCT_COLOR_BITS)

struct worker {
	struct list_head entry; /* pool->idle or pool->busy */
	struct hlist_node hash; /* among the running, by item */
	struct worker_pool *pool;
	struct task_struct *task; /* NULL: the BH worker of a vCPU */
	bool counted; /* in pool->nr_running */
	unsigned int id;

	/* The item it runs; all NULL while idle. The item may be gone already. */
	struct work_struct *current_work;
	work_func_t current_func;
	struct pool_workqueue *current_pwq;
	unsigned int current_color;

	struct list_head parked; /* the same item queued again: must wait */
	struct list_head waiters; /* flush_waiters for the running item */
	char desc[WORKER_DESC_LEN];
};

struct worker_pool {
	struct list_head worklist; /* active items, first in first out */
	struct list_head idle; /* workers, last used first */
	struct list_head busy; /* awake or running an item */
	struct list_head request; /* in the list of pools that need a worker */
	unsigned int nr_running; /* workers that are awake and not CPU intensive */
	unsigned int limit; /* how many of those may be at a time */
	unsigned int next_id;
	int cpu; /* -1: unbound */
	bool bh;
	bool highpri;
	struct worker bh_worker;
};

/* Its address is kept in work_struct.data beside flags, hence the alignment. */
struct pool_workqueue {
	struct worker_pool *pool;
	struct workqueue_struct *wq;
	int nr_active;
	struct list_head inactive;
} __aligned(1u << WORK_STRUCT_PWQ_SHIFT);

struct workqueue_struct {
	struct list_head queues;
	char name[WQ_NAME_LEN];
	unsigned int flags;
	int max_active;
	unsigned int nr_drainers;

	/*
	 * Items not finished, in all and by colour. Colours count up from
	 * oldest_color, the first with an unfinished item, to work_color, that
	 * of new items; they are less than WQ_COLORS apart. 64 bits do not wrap.
	 */
	unsigned int nr_in_flight;
	unsigned int in_flight[WQ_COLORS];
	u64 oldest_color;
	u64 work_color;
	wait_queue_head_t flushers;

	unsigned int nr_pwqs;
	struct pool_workqueue *pwqs[];
};

/* Somebody waits for one run of an item; on the sleeper's stack. */
struct flush_waiter {
	struct list_head entry; /* worker->waiters or pending_waiters */
	struct work_struct *work;
	struct completion done;
};

extern __internal raw_spinlock_t wq_lock;

/* Waiters for items that are queued and do not run yet. */
extern __internal struct list_head pending_waiters;

/* work_struct.data of an idle item. */
#define WORK_DISABLE_MASK (((1UL << WORK_OFFQ_DISABLE_BITS) - 1) << WORK_OFFQ_DISABLE_SHIFT)

static inline struct pool_workqueue *work_pwq(unsigned long data)
{
	return (struct pool_workqueue *)(data >> WORK_STRUCT_PWQ_SHIFT << WORK_STRUCT_PWQ_SHIFT);
}

static inline unsigned int work_color(unsigned long data)
{
	return (data >> WORK_STRUCT_COLOR_SHIFT) & (WQ_COLORS - 1);
}

/* What remains known of an item once it has left a queue of @pool. */
static inline unsigned long work_offq_data(const struct worker_pool *pool)
{
	return BIT(WORK_OFFQ_USED_BIT) | (pool->bh ? BIT(WORK_OFFQ_BH_BIT) : 0);
}

/* All of these with wq_lock held. */

/* The worker that runs this item, as queued with this function. */
__internal struct worker *find_running(const struct work_struct *work, work_func_t func);
/* The worker whose item the caller is part of: the task's, or the softirq's. */
__internal struct worker *calling_worker(void);
/* An item was added to the pool's worklist. */
__internal void kick_pool(struct worker_pool *pool);
/* An active item of @pwq, or an inactive one, has finished or was cancelled. */
__internal void pwq_item_done(struct pool_workqueue *pwq, unsigned int color, bool was_active);
/* Makes as many items active as the limit allows. */
__internal void pwq_activate(struct pool_workqueue *pwq);
/* Lets the waiters for a queueing that will not happen go, or wait for what runs. */
__internal void release_waiters(struct work_struct *work, work_func_t func);

/* Which pool serves this kind of queue on this vCPU. */
__internal struct worker_pool *pool_for(unsigned int wq_flags, unsigned int cpu);

/* max_active as asked for by a user, brought into range. Any context. */
__internal int workqueue_limit(int max_active, unsigned int flags, const char *name);

/* flush_workqueue() with a limit in jiffies; false when it ran out. May sleep. */
__internal bool flush_workqueue_timeout(struct workqueue_struct *wq, long timeout);

/* Any item in a pool's worklist, NULL if there is none. Takes the lock itself. */
__internal struct work_struct *worker_pools_find_item(void);

__internal int worker_pools_boot(unsigned int nr_cpus);
/* Waits for running items, stops all workers. */
__internal void worker_pools_shutdown(void);

/*
 * Called by schedule() for tasks with PF_WQ_WORKER, before and after they sleep:
 * while one sleeps in an item, another worker of the pool may run.
 */
__internal void wq_worker_sleeping(struct task_struct *task);
__internal void wq_worker_running(struct task_struct *task);

#endif
