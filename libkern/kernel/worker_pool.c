// SPDX-License-Identifier: GPL-2.0-only
/*
 * Worker pools: who runs the items of workqueues.
 *
 * A pool lets `limit` workers run at a time: one for a vCPU's pool, as many as
 * there are vCPUs for the unbound one. A worker that sleeps in an item, or runs
 * a CPU-intensive one, does not count, so another takes the next item. Workers
 * are made by one manager thread, because queueing is possible where making a
 * thread is not, and are kept until shutdown. BH pools have no threads: their
 * items run in TASKLET_SOFTIRQ or HI_SOFTIRQ of the vCPU.
 *
 * A worker takes what it needs from an item, clears PENDING, drops the lock and
 * calls the function. From then on the item is an address to compare with.
 */
#include <linux/hash.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/time64.h>
#include <linux/topology.h>
#include <udevmem/sim.h>

#include "../sched/vcpu.h"
#include "softirq.h"
#include "workqueue_internal.h"

/* How much BH work is done before other softirqs get their turn. */
#define BH_MAX_ITEMS 10
#define BH_MAX_TIME_NS (2 * NSEC_PER_MSEC)

/* Pause before a worker that could not be made is tried again. */
#define CREATE_RETRY (HZ / 100)

#define BUSY_HASH_BITS 6

enum { PRIO_NORMAL, PRIO_HIGH, NR_PRIOS };

raw_spinlock_t wq_lock = __RAW_SPIN_LOCK_UNLOCKED(wq_lock);
struct list_head pending_waiters = LIST_HEAD_INIT(pending_waiters);

static struct worker_pool cpu_pools[NR_CPUS][NR_PRIOS];
static struct worker_pool bh_pools[NR_CPUS][NR_PRIOS];
static struct worker_pool unbound_pools[NR_PRIOS];

static struct hlist_head busy_hash[1 << BUSY_HASH_BITS];
static LIST_HEAD(worker_requests);
static struct task_struct *manager;

struct worker_pool *pool_for(unsigned int wq_flags, unsigned int cpu)
{
	unsigned int prio = wq_flags & WQ_HIGHPRI ? PRIO_HIGH : PRIO_NORMAL;

	if (wq_flags & WQ_BH)
		return &bh_pools[cpu][prio];
	return wq_flags & WQ_UNBOUND ? &unbound_pools[prio] : &cpu_pools[cpu][prio];
}

struct worker *find_running(const struct work_struct *work, work_func_t func)
{
	struct worker *worker;

	hlist_for_each_entry(worker, &busy_hash[hash_ptr(work, BUSY_HASH_BITS)], hash) {
		if (worker->current_work == work && worker->current_func == func)
			return worker;
	}
	return NULL;
}

static struct worker *worker_of(struct task_struct *task)
{
	return task->flags & PF_WQ_WORKER ? kthread_data(task) : NULL;
}

struct worker *calling_worker(void)
{
	if (in_task())
		return worker_of(current);
	for (unsigned int prio = 0; in_serving_softirq() && prio < NR_PRIOS; prio++) {
		struct worker *worker = &bh_pools[smp_processor_id()][prio].bh_worker;

		if (worker->current_pwq)
			return worker;
	}
	return NULL;
}

static void count_worker(struct worker *worker)
{
	worker->counted = true;
	worker->pool->nr_running++;
}

static void uncount_worker(struct worker *worker)
{
	worker->counted = false;
	worker->pool->nr_running--;
}

static void wake_worker(struct worker *worker)
{
	list_move(&worker->entry, &worker->pool->busy);
	count_worker(worker);
	wake_up_process(worker->task);
}

static void request_worker(struct worker_pool *pool)
{
	if (!list_empty(&pool->request))
		return;
	list_add_tail(&pool->request, &worker_requests);
	wake_up_process(manager);
}

void kick_pool(struct worker_pool *pool)
{
	if (list_empty(&pool->worklist))
		return;
	if (pool->bh) {
		vcpu_softirq_set(pool->cpu, 1u << (pool->highpri ? HI_SOFTIRQ : TASKLET_SOFTIRQ));
		vcpu_kick(pool->cpu);
	} else if (pool->nr_running < pool->limit) {
		if (list_empty(&pool->idle))
			request_worker(pool);
		else
			wake_worker(list_first_entry(&pool->idle, struct worker, entry));
	}
}

void pwq_activate(struct pool_workqueue *pwq)
{
	while (pwq->nr_active < pwq->wq->max_active && !list_empty(&pwq->inactive)) {
		struct work_struct *work = list_first_entry(&pwq->inactive, struct work_struct,
							    entry);

		atomic_long_andnot(BIT(WORK_STRUCT_INACTIVE_BIT), &work->data);
		list_move_tail(&work->entry, &pwq->pool->worklist);
		pwq->nr_active++;
		kick_pool(pwq->pool);
	}
}

void pwq_item_done(struct pool_workqueue *pwq, unsigned int color, bool was_active)
{
	struct workqueue_struct *wq = pwq->wq;

	if (was_active) {
		pwq->nr_active--;
		pwq_activate(pwq);
	}
	wq->nr_in_flight--;
	if (!--wq->in_flight[color] && waitqueue_active(&wq->flushers))
		wake_up_all(&wq->flushers);
}

/* Moves the waiters for the queueing of @work to @to; NULL: they are done. */
static void move_waiters(struct work_struct *work, struct list_head *to)
{
	struct flush_waiter *waiter, *next;

	list_for_each_entry_safe(waiter, next, &pending_waiters, entry) {
		if (waiter->work != work)
			continue;
		if (to) {
			list_move_tail(&waiter->entry, to);
		} else {
			list_del(&waiter->entry);
			complete(&waiter->done);
		}
	}
}

void release_waiters(struct work_struct *work, work_func_t func)
{
	struct worker *worker = find_running(work, func);

	move_waiters(work, worker ? &worker->waiters : NULL);
}

/* The item leaves the worklist and becomes the worker's. */
static void begin_item(struct worker *worker, struct work_struct *work, unsigned long data)
{
	worker->current_work = work;
	worker->current_func = work->func;
	worker->current_pwq = work_pwq(data);
	worker->current_color = work_color(data);
	worker->desc[0] = '\0';
	hlist_add_head(&worker->hash, &busy_hash[hash_ptr(work, BUSY_HASH_BITS)]);
	move_waiters(work, &worker->waiters);
	list_del_init(&work->entry);
	/*
	 * The exchange is a full barrier between clearing PENDING and the
	 * function's loads: an attempt to queue that still saw PENDING came
	 * before it, and what was stored before the attempt is seen.
	 */
	atomic_long_xchg(&work->data, work_offq_data(worker->pool));
}

static void end_item(struct worker *worker)
{
	struct pool_workqueue *pwq = worker->current_pwq;
	struct flush_waiter *waiter, *next;

	hlist_del_init(&worker->hash);
	worker->current_work = NULL;
	worker->current_func = NULL;
	worker->current_pwq = NULL;
	/* The item was queued again while it ran: now it may run again. */
	while (!list_empty(&worker->parked)) {
		struct work_struct *again = list_last_entry(&worker->parked, struct work_struct,
							    entry);
		struct worker_pool *pool = work_pwq(atomic_long_read(&again->data))->pool;

		list_move(&again->entry, &pool->worklist);
		kick_pool(pool);
	}
	list_for_each_entry_safe(waiter, next, &worker->waiters, entry) {
		list_del(&waiter->entry);
		complete(&waiter->done);
	}
	pwq_item_done(pwq, worker->current_color, true);
}

/* What an item must leave as it found it. */
struct context_level {
	int preempt;
	int locks;
	int rcu;
};

static struct context_level context_level(void)
{
	return (struct context_level){
		.preempt = preempt_count(),
		.locks = lockdep_depth(current),
		.rcu = rcu_preempt_depth(),
	};
}

static noinline void repair_context(const struct context_level *was, work_func_t func)
{
	struct context_level is = context_level();

	pr_err("BUG: workqueue leaked atomic, lock or RCU: %s[%d]\n"
	       "     preempt=0x%08x lock=%d->%d RCU=%d->%d workfn=%ps\n",
	       current->comm, task_pid_nr(current), is.preempt, was->locks, is.locks, was->rcu,
	       is.rcu, func);
	for (; is.rcu > was->rcu; is.rcu--)
		rcu_read_unlock();
	if (is.preempt > was->preempt)
		preempt_count_sub(is.preempt - was->preempt);
	if (in_task())
		local_irq_enable();
}

static void call_item(struct worker *worker)
{
	struct context_level before = context_level(), after;
	work_func_t func = worker->current_func;

	func(worker->current_work);
	after = context_level();
	if (unlikely(after.preempt != before.preempt || after.locks != before.locks ||
		     after.rcu != before.rcu || irqs_disabled()))
		repair_context(&before, func);
}

/*
 * Runs one item. wq_lock is held with irqs off, and is dropped meanwhile. An
 * item that runs already, on whatever worker, is left with that worker.
 */
static void process_item(struct worker *worker, struct work_struct *work)
{
	unsigned long data = atomic_long_read(&work->data);
	struct worker_pool *pool = worker->pool;
	struct worker *other;

	other = data & BIT(WORK_STRUCT_FRESH_BIT) ? NULL : find_running(work, work->func);
	if (other) {
		list_move_tail(&work->entry, &other->parked);
		return;
	}
	begin_item(worker, work, data);
	if (worker->counted && worker->current_pwq->wq->flags & WQ_CPU_INTENSIVE)
		uncount_worker(worker);
	kick_pool(pool);
	raw_spin_unlock_irq(&wq_lock);

	call_item(worker);
	if (worker->task)
		cond_resched();

	raw_spin_lock_irq(&wq_lock);
	if (worker->task && !worker->counted)
		count_worker(worker);
	end_item(worker);
}

static struct work_struct *first_item(struct worker_pool *pool)
{
	return list_first_entry_or_null(&pool->worklist, struct work_struct, entry);
}

/* An awake worker takes an item unless its pool has too many awake. */
static struct work_struct *next_item(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	if (!worker->counted || pool->nr_running > pool->limit)
		return NULL;
	return first_item(pool);
}

/* Sleeps until wake_worker(). Other wake-ups leave it idle. */
static void go_idle(struct worker *worker)
{
	if (worker->counted) {
		uncount_worker(worker);
		list_move(&worker->entry, &worker->pool->idle);
	}
	set_current_state(TASK_IDLE);
	raw_spin_unlock_irq(&wq_lock);
	if (!kthread_should_stop())
		schedule();
	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irq(&wq_lock);
}

static int worker_thread(void *data)
{
	struct worker *worker = data;

	WRITE_ONCE(current->flags, current->flags | PF_WQ_WORKER);
	raw_spin_lock_irq(&wq_lock);
	while (!kthread_should_stop()) {
		struct work_struct *work = next_item(worker);

		if (work)
			process_item(worker, work);
		else
			go_idle(worker);
	}
	raw_spin_unlock_irq(&wq_lock);
	WRITE_ONCE(current->flags, current->flags & ~PF_WQ_WORKER);
	return 0;
}

/* The task is about to sleep in its item, so the pool may wake another. */
void wq_worker_sleeping(struct task_struct *task)
{
	struct worker *worker = worker_of(task);
	unsigned long flags;

	/* Only this task changes its item. */
	if (!worker || !worker->current_work)
		return;
	raw_spin_lock_irqsave(&wq_lock, flags);
	if (worker->counted) {
		uncount_worker(worker);
		kick_pool(worker->pool);
	}
	raw_spin_unlock_irqrestore(&wq_lock, flags);
}

void wq_worker_running(struct task_struct *task)
{
	struct worker *worker = worker_of(task);
	unsigned long flags;

	if (!worker || !worker->current_work)
		return;
	raw_spin_lock_irqsave(&wq_lock, flags);
	if (!worker->counted && !(worker->current_pwq->wq->flags & WQ_CPU_INTENSIVE))
		count_worker(worker);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
}

void workqueue_softirq_action(bool highpri)
{
	struct worker_pool *pool = &bh_pools[smp_processor_id()][highpri];
	u64 started = udm_now();
	struct work_struct *work;

	/* An item is in the list before its softirq is raised. */
	if (list_empty(&pool->worklist))
		return;
	raw_spin_lock_irq(&wq_lock);
	for (unsigned int items = 0; items < BH_MAX_ITEMS; items++) {
		work = first_item(pool);
		if (!work || udm_now() - started > BH_MAX_TIME_NS)
			break;
		process_item(&pool->bh_worker, work);
	}
	kick_pool(pool);
	raw_spin_unlock_irq(&wq_lock);
}

static void init_worker(struct worker *worker, struct worker_pool *pool)
{
	*worker = (struct worker){ .pool = pool };
	INIT_LIST_HEAD(&worker->entry);
	INIT_HLIST_NODE(&worker->hash);
	INIT_LIST_HEAD(&worker->parked);
	INIT_LIST_HEAD(&worker->waiters);
}

static struct task_struct *create_worker_task(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;
	struct task_struct *task;

	if (pool->cpu < 0)
		return kthread_create(worker_thread, worker, "kworker/u:%u%s", worker->id,
				      pool->highpri ? "H" : "");
	task = kthread_create_on_node(worker_thread, worker, cpu_to_node(pool->cpu),
				      "kworker/%d:%u%s", pool->cpu, worker->id,
				      pool->highpri ? "H" : "");
	if (!IS_ERR(task))
		kthread_bind(task, pool->cpu);
	return task;
}

static struct worker *create_worker(struct worker_pool *pool)
{
	struct worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	if (!worker)
		return NULL;
	init_worker(worker, pool);
	worker->id = pool->next_id++;
	worker->task = create_worker_task(worker);
	if (IS_ERR(worker->task)) {
		kfree(worker);
		return NULL;
	}
	get_task_struct(worker->task);
	return worker;
}

static struct worker_pool *next_request(void)
{
	struct worker_pool *pool;

	raw_spin_lock_irq(&wq_lock);
	pool = list_first_entry_or_null(&worker_requests, struct worker_pool, request);
	raw_spin_unlock_irq(&wq_lock);
	return pool;
}

/* The request stays in the list until the worker exists, so it is made once. */
static void serve_request(struct worker_pool *pool)
{
	struct worker *worker = create_worker(pool);

	if (!worker) {
		schedule_timeout_idle(CREATE_RETRY);
		return;
	}
	raw_spin_lock_irq(&wq_lock);
	list_del_init(&pool->request);
	wake_worker(worker);
	raw_spin_unlock_irq(&wq_lock);
}

static int manager_thread(void *unused)
{
	for (;;) {
		struct worker_pool *pool;

		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		pool = next_request();
		if (pool) {
			__set_current_state(TASK_RUNNING);
			serve_request(pool);
		} else {
			schedule();
		}
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void init_pool(struct worker_pool *pool, int cpu, unsigned int limit, unsigned int prio)
{
	*pool = (struct worker_pool){ .cpu = cpu, .limit = limit, .highpri = prio == PRIO_HIGH };
	INIT_LIST_HEAD(&pool->worklist);
	INIT_LIST_HEAD(&pool->idle);
	INIT_LIST_HEAD(&pool->busy);
	INIT_LIST_HEAD(&pool->request);
}

int worker_pools_boot(unsigned int nr_cpus)
{
	for (unsigned int prio = 0; prio < NR_PRIOS; prio++) {
		init_pool(&unbound_pools[prio], -1, nr_cpus, prio);
		for (unsigned int cpu = 0; cpu < nr_cpus; cpu++) {
			init_pool(&cpu_pools[cpu][prio], cpu, 1, prio);
			init_pool(&bh_pools[cpu][prio], cpu, 1, prio);
			bh_pools[cpu][prio].bh = true;
			init_worker(&bh_pools[cpu][prio].bh_worker, &bh_pools[cpu][prio]);
		}
	}
	memset(busy_hash, 0, sizeof(busy_hash));
	INIT_LIST_HEAD(&pending_waiters);
	INIT_LIST_HEAD(&worker_requests);
	manager = kthread_run(manager_thread, NULL, "kworker/manager");
	return PTR_ERR_OR_ZERO(manager);
}

struct work_struct *worker_pools_find_item(void)
{
	struct work_struct *work = NULL;

	raw_spin_lock_irq(&wq_lock);
	for (unsigned int prio = 0; prio < NR_PRIOS && !work; prio++) {
		work = first_item(&unbound_pools[prio]);
		for (unsigned int cpu = 0; cpu < nr_cpu_ids && !work; cpu++) {
			work = first_item(&cpu_pools[cpu][prio]);
			if (!work)
				work = first_item(&bh_pools[cpu][prio]);
		}
	}
	raw_spin_unlock_irq(&wq_lock);
	return work;
}

static struct worker *any_worker(struct worker_pool *pool)
{
	struct worker *worker;

	raw_spin_lock_irq(&wq_lock);
	worker = list_first_entry_or_null(&pool->busy, struct worker, entry);
	if (!worker)
		worker = list_first_entry_or_null(&pool->idle, struct worker, entry);
	raw_spin_unlock_irq(&wq_lock);
	return worker;
}

/* A worker changes lists until it has stopped, so it is taken out after that. */
static void stop_workers(struct worker_pool *pool)
{
	struct worker *worker;

	while ((worker = any_worker(pool))) {
		kthread_stop(worker->task);
		raw_spin_lock_irq(&wq_lock);
		list_del(&worker->entry);
		raw_spin_unlock_irq(&wq_lock);
		put_task_struct(worker->task);
		kfree(worker);
	}
}

void worker_pools_shutdown(void)
{
	kthread_stop(manager);
	for (unsigned int prio = 0; prio < NR_PRIOS; prio++) {
		stop_workers(&unbound_pools[prio]);
		for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++)
			stop_workers(&cpu_pools[cpu][prio]);
	}
}
