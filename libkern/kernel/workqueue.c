// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workqueues: what is queued where. Who runs it is in worker_pool.c, the shared
 * structures and the lock in workqueue_internal.h.
 *
 * An item is idle, waiting (PENDING, held by its timer or by an RCU grace
 * period), or queued (PENDING and PWQ). Every change of state happens under
 * wq_lock. Attempts to queue a pending item are the one thing done without it:
 * they are a read-modify-write of the item's word, which orders what the caller
 * stored before against the exchange with which a worker clears PENDING.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "../sched/vcpu.h"
#include "workqueue_internal.h"

/* A queueing that failed because the queue takes nothing from outside any more. */
struct refusal {
	bool happened;
	work_func_t func;
	char name[WQ_NAME_LEN];
};

static void report_refusal(const struct refusal *refused)
{
	WARN_ONCE(refused->happened, "workqueue: cannot queue %ps on wq %s\n", refused->func,
		  refused->name);
}

static unsigned int disable_depth(unsigned long data)
{
	return (data & WORK_DISABLE_MASK) >> WORK_OFFQ_DISABLE_SHIFT;
}

/* Ends the idle state; false if it is pending already or disabled. Lock held. */
static bool claim_work(struct work_struct *work)
{
	unsigned long data = atomic_long_read(&work->data);

	if (data & (BIT(WORK_STRUCT_PENDING_BIT) | WORK_DISABLE_MASK))
		return false;
	atomic_long_set(&work->data, data | BIT(WORK_STRUCT_PENDING_BIT));
	return true;
}

/* The attempt that fails early; see the head of this file. */
static bool already_pending(struct work_struct *work)
{
	return atomic_long_fetch_or(0, &work->data) & BIT(WORK_STRUCT_PENDING_BIT);
}

/* While a queue drains, only its own items may add to it. */
static bool accepts(const struct workqueue_struct *wq)
{
	const struct worker *worker;

	if (!(wq->flags & (__WQ_DESTROYING | __WQ_DRAINING)))
		return true;
	worker = calling_worker();
	return worker && worker->current_pwq && worker->current_pwq->wq == wq;
}

static struct pool_workqueue *choose_pwq(struct workqueue_struct *wq, int cpu)
{
	if (wq->flags & WQ_UNBOUND)
		return wq->pwqs[0];
	if (cpu == WORK_CPU_UNBOUND || (unsigned int)cpu >= wq->nr_pwqs)
		cpu = smp_processor_id();
	return wq->pwqs[cpu];
}

/* Puts a claimed item into the queue. Lock held. */
static void insert_work(int cpu, struct workqueue_struct *wq, struct work_struct *work,
			struct refusal *refused)
{
	unsigned int color = wq->work_color % WQ_COLORS;
	unsigned long data = atomic_long_read(&work->data);
	struct pool_workqueue *pwq;
	bool active;

	/* First: a destroyed queue has nothing else any more. */
	if (!accepts(wq)) {
		refused->happened = true;
		refused->func = work->func;
		strscpy(refused->name, wq->name, sizeof(refused->name));
		atomic_long_or(BIT(WORK_OFFQ_LOST_BIT), &work->data);
		return;
	}
	pwq = choose_pwq(wq, cpu);
	active = pwq->nr_active < wq->max_active && list_empty(&pwq->inactive);
	atomic_long_set(&work->data, (unsigned long)pwq | (color << WORK_STRUCT_COLOR_SHIFT) |
			BIT(WORK_STRUCT_PENDING_BIT) | BIT(WORK_STRUCT_PWQ_BIT) |
			(active ? 0 : BIT(WORK_STRUCT_INACTIVE_BIT)) |
			(data & BIT(WORK_OFFQ_USED_BIT) ? 0 : BIT(WORK_STRUCT_FRESH_BIT)));
	wq->in_flight[color]++;
	wq->nr_in_flight++;
	if (!active) {
		list_add_tail(&work->entry, &pwq->inactive);
		return;
	}
	pwq->nr_active++;
	list_add_tail(&work->entry, &pwq->pool->worklist);
	kick_pool(pwq->pool);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct refusal refused = { .happened = false };
	unsigned long flags;
	bool queued;

	if (already_pending(work))
		return false;
	raw_spin_lock_irqsave(&wq_lock, flags);
	queued = claim_work(work);
	if (queued)
		insert_work(cpu, wq, work, &refused);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	report_refusal(&refused);
	return queued;
}
EXPORT_SYMBOL(queue_work_on);

bool queue_work_node(int node, struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned int cpu;

	WARN_ON_ONCE(!(wq->flags & WQ_UNBOUND));
	for_each_online_cpu(cpu) {
		if (cpu_to_node(cpu) == node)
			return queue_work_on(cpu, wq, work);
	}
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}
EXPORT_SYMBOL_GPL(queue_work_node);

/* Queues an item whose wait is over, unless it was disabled meanwhile. */
static void end_of_wait(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct refusal refused = { .happened = false };
	unsigned long flags;

	raw_spin_lock_irqsave(&wq_lock, flags);
	if (disable_depth(atomic_long_read(&work->data)))
		atomic_long_andnot(BIT(WORK_STRUCT_PENDING_BIT), &work->data);
	else
		insert_work(cpu, wq, work, &refused);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	report_refusal(&refused);
}

void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *dwork = timer_container_of(dwork, t, timer);

	end_of_wait(dwork->cpu, dwork->wq, &dwork->work);
}
EXPORT_SYMBOL(delayed_work_timer_fn);

/* Starts the wait of a claimed item, or queues it at once. Lock held. */
static void start_delay(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay, struct refusal *refused)
{
	struct timer_list *timer = &dwork->timer;

	WARN_ON_ONCE(timer->function != delayed_work_timer_fn);
	WARN_ON_ONCE(timer_pending(timer));
	if (!delay) {
		insert_work(cpu, wq, &dwork->work, refused);
		return;
	}
	dwork->wq = wq;
	dwork->cpu = cpu;
	timer->expires = jiffies + delay;
	if (cpu != WORK_CPU_UNBOUND)
		add_timer_on(timer, cpu);
	else
		add_timer(timer);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	struct refusal refused = { .happened = false };
	unsigned long flags;
	bool queued;

	if (already_pending(&dwork->work))
		return false;
	raw_spin_lock_irqsave(&wq_lock, flags);
	queued = claim_work(&dwork->work);
	if (queued)
		start_delay(cpu, wq, dwork, delay, &refused);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	report_refusal(&refused);
	return queued;
}
EXPORT_SYMBOL(queue_delayed_work_on);

static void take_off_queue(struct work_struct *work, unsigned long data)
{
	struct pool_workqueue *pwq = work_pwq(data);

	list_del_init(&work->entry);
	atomic_long_set(&work->data, work_offq_data(pwq->pool));
	release_waiters(work, work->func);
	pwq_item_done(pwq, work_color(data), !(data & BIT(WORK_STRUCT_INACTIVE_BIT)));
}

enum grabbed {
	GRAB_IDLE, /* it was not pending */
	GRAB_TAKEN, /* it was, and is idle now */
	GRAB_IN_FLIGHT, /* its timer has expired and the callback is about to queue it */
};

/* Makes a pending item idle. @dwork: its delayed work, NULL if it is none. Lock held. */
static enum grabbed grab_pending(struct work_struct *work, struct delayed_work *dwork)
{
	unsigned long data = atomic_long_read(&work->data);

	if (!(data & BIT(WORK_STRUCT_PENDING_BIT)))
		return GRAB_IDLE;
	if (data & BIT(WORK_STRUCT_PWQ_BIT)) {
		take_off_queue(work, data);
		return GRAB_TAKEN;
	}
	if ((data & BIT(WORK_OFFQ_LOST_BIT)) || (dwork && timer_delete(&dwork->timer))) {
		atomic_long_andnot(BIT(WORK_STRUCT_PENDING_BIT) | BIT(WORK_OFFQ_LOST_BIT),
				   &work->data);
		return GRAB_TAKEN;
	}
	/* Without its timer at hand, a waiting item counts as not queued. */
	return dwork ? GRAB_IN_FLIGHT : GRAB_IDLE;
}

/*
 * Takes the lock and makes the item idle; true if it was pending. An expired
 * timer's callback only has to get the lock, so waiting for it is short.
 */
static bool lock_and_grab(struct work_struct *work, struct delayed_work *dwork,
			  unsigned long *flags)
{
	for (;;) {
		enum grabbed got;

		raw_spin_lock_irqsave(&wq_lock, *flags);
		got = grab_pending(work, dwork);
		if (got != GRAB_IN_FLIGHT)
			return got == GRAB_TAKEN;
		raw_spin_unlock_irqrestore(&wq_lock, *flags);
		vcpu_relax();
	}
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	struct refusal refused = { .happened = false };
	unsigned long flags;
	bool was_pending;

	was_pending = lock_and_grab(&dwork->work, dwork, &flags);
	if (claim_work(&dwork->work))
		start_delay(cpu, wq, dwork, delay, &refused);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	report_refusal(&refused);
	return was_pending;
}
EXPORT_SYMBOL_GPL(mod_delayed_work_on);

static void rcu_work_ready(struct rcu_head *rcu)
{
	struct rcu_work *rwork = container_of(rcu, struct rcu_work, rcu);

	end_of_wait(WORK_CPU_UNBOUND, rwork->wq, &rwork->work);
}

bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork)
{
	unsigned long flags;
	bool claimed;

	raw_spin_lock_irqsave(&wq_lock, flags);
	claimed = claim_work(&rwork->work);
	if (claimed)
		rwork->wq = wq;
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	if (claimed)
		call_rcu_hurry(&rwork->rcu, rcu_work_ready);
	return claimed;
}
EXPORT_SYMBOL(queue_rcu_work);

/* The worker that runs the item, unless the item was initialised since. Lock held. */
static struct worker *running_worker(struct work_struct *work)
{
	unsigned long data = atomic_long_read(&work->data);
	bool fresh = data & BIT(WORK_STRUCT_PWQ_BIT) ? data & BIT(WORK_STRUCT_FRESH_BIT) :
						       !(data & BIT(WORK_OFFQ_USED_BIT));

	return fresh ? NULL : find_running(work, work->func);
}

/* Registers for the end of the last queueing; false if there is nothing to wait for. */
static bool join_flush(struct work_struct *work, struct flush_waiter *waiter)
{
	unsigned long data = atomic_long_read(&work->data);
	struct worker *worker;

	waiter->work = work;
	init_completion(&waiter->done);
	if ((data & BIT(WORK_STRUCT_PENDING_BIT)) && (data & BIT(WORK_STRUCT_PWQ_BIT))) {
		list_add_tail(&waiter->entry, &pending_waiters);
		return true;
	}
	worker = running_worker(work);
	if (worker)
		list_add_tail(&waiter->entry, &worker->waiters);
	return worker != NULL;
}

bool flush_work(struct work_struct *work)
{
	struct flush_waiter waiter;
	bool busy;

	if (WARN_ON(!work->func))
		return false;
	might_sleep();
	raw_spin_lock_irq(&wq_lock);
	busy = join_flush(work, &waiter);
	raw_spin_unlock_irq(&wq_lock);
	if (busy)
		wait_for_completion(&waiter.done);
	return busy;
}
EXPORT_SYMBOL_GPL(flush_work);

bool flush_delayed_work(struct delayed_work *dwork)
{
	if (timer_delete_sync(&dwork->timer))
		end_of_wait(dwork->cpu, dwork->wq, &dwork->work);
	return flush_work(&dwork->work);
}
EXPORT_SYMBOL(flush_delayed_work);

bool flush_rcu_work(struct rcu_work *rwork)
{
	if (!work_pending(&rwork->work))
		return flush_work(&rwork->work);
	rcu_barrier();
	flush_work(&rwork->work);
	return true;
}
EXPORT_SYMBOL(flush_rcu_work);

static void add_disable(struct work_struct *work, int delta)
{
	atomic_long_add((long)delta << WORK_OFFQ_DISABLE_SHIFT, &work->data);
}

/* Cancels, and with @disable leaves the item disabled once more. */
static bool cancel_item(struct work_struct *work, struct delayed_work *dwork, bool disable)
{
	unsigned long flags;
	bool was_pending = lock_and_grab(work, dwork, &flags);
	bool full = disable_depth(atomic_long_read(&work->data)) ==
		    (1u << WORK_OFFQ_DISABLE_BITS) - 1;

	if (disable && !full)
		add_disable(work, 1);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	WARN_ONCE(disable && full, "workqueue: work disable count overflowed\n");
	return was_pending;
}

/* BH items run without sleeping, so the end of one is waited for anywhere. */
static void spin_while_running(struct work_struct *work)
{
	unsigned long flags;
	bool running;

	do {
		raw_spin_lock_irqsave(&wq_lock, flags);
		running = running_worker(work) != NULL;
		raw_spin_unlock_irqrestore(&wq_lock, flags);
		if (running)
			vcpu_relax();
	} while (running);
}

static void wait_while_running(struct work_struct *work)
{
	struct flush_waiter waiter;
	struct worker *worker;
	unsigned long flags;
	bool sleep = false;

	raw_spin_lock_irqsave(&wq_lock, flags);
	worker = running_worker(work);
	if (worker && worker->task)
		sleep = join_flush(work, &waiter);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	if (sleep)
		wait_for_completion(&waiter.done);
	else if (worker)
		spin_while_running(work);
}

/*
 * Cancels and waits. Disabled meanwhile, so that nobody queues it, the running
 * instance included; it stays so if @keep_disabled.
 */
static bool cancel_item_sync(struct work_struct *work, struct delayed_work *dwork,
			     bool keep_disabled)
{
	bool was_pending = cancel_item(work, dwork, true);
	unsigned long flags;

	if (atomic_long_read(&work->data) & BIT(WORK_OFFQ_BH_BIT))
		WARN_ON_ONCE(in_hardirq());
	else
		might_sleep();
	if (!WARN_ON(!work->func))
		wait_while_running(work);
	if (!keep_disabled) {
		raw_spin_lock_irqsave(&wq_lock, flags);
		add_disable(work, -1);
		raw_spin_unlock_irqrestore(&wq_lock, flags);
	}
	return was_pending;
}

bool cancel_work(struct work_struct *work)
{
	return cancel_item(work, NULL, false);
}
EXPORT_SYMBOL(cancel_work);

bool cancel_work_sync(struct work_struct *work)
{
	return cancel_item_sync(work, NULL, false);
}
EXPORT_SYMBOL_GPL(cancel_work_sync);

bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel_item(&dwork->work, dwork, false);
}
EXPORT_SYMBOL(cancel_delayed_work);

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_item_sync(&dwork->work, dwork, false);
}
EXPORT_SYMBOL(cancel_delayed_work_sync);

bool disable_work(struct work_struct *work)
{
	return cancel_item(work, NULL, true);
}
EXPORT_SYMBOL_GPL(disable_work);

bool disable_work_sync(struct work_struct *work)
{
	return cancel_item_sync(work, NULL, true);
}
EXPORT_SYMBOL_GPL(disable_work_sync);

bool disable_delayed_work(struct delayed_work *dwork)
{
	return cancel_item(&dwork->work, dwork, true);
}
EXPORT_SYMBOL_GPL(disable_delayed_work);

bool disable_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_item_sync(&dwork->work, dwork, true);
}
EXPORT_SYMBOL_GPL(disable_delayed_work_sync);

bool enable_work(struct work_struct *work)
{
	unsigned long flags, data;
	unsigned int depth;

	raw_spin_lock_irqsave(&wq_lock, flags);
	data = atomic_long_read(&work->data);
	/* A queued item is not disabled, and its word holds other things there. */
	depth = data & BIT(WORK_STRUCT_PWQ_BIT) ? 0 : disable_depth(data);
	if (depth)
		add_disable(work, -1);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	WARN_ONCE(!depth, "workqueue: work disable count underflowed\n");
	return depth <= 1;
}
EXPORT_SYMBOL_GPL(enable_work);

bool enable_delayed_work(struct delayed_work *dwork)
{
	return enable_work(&dwork->work);
}
EXPORT_SYMBOL_GPL(enable_delayed_work);

/* Moves oldest_color past the colours in which everything is finished. */
static void retire_colors(struct workqueue_struct *wq)
{
	while (wq->oldest_color < wq->work_color && !wq->in_flight[wq->oldest_color % WQ_COLORS])
		wq->oldest_color++;
}

static bool flushed(struct workqueue_struct *wq, u64 color)
{
	unsigned long flags;
	bool done;

	raw_spin_lock_irqsave(&wq_lock, flags);
	retire_colors(wq);
	done = wq->oldest_color > color;
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	return done;
}

/* Begins a colour and gives the one to wait for; false if colours have run out. */
static bool begin_flush(struct workqueue_struct *wq, u64 *color)
{
	unsigned long flags;
	bool room;

	raw_spin_lock_irqsave(&wq_lock, flags);
	retire_colors(wq);
	room = wq->work_color - wq->oldest_color < WQ_COLORS - 1;
	if (room)
		*color = wq->work_color++;
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	return room;
}

bool flush_workqueue_timeout(struct workqueue_struct *wq, long timeout)
{
	u64 color = 0;

	might_sleep();
	timeout = wait_event_timeout(wq->flushers, begin_flush(wq, &color), timeout);
	return timeout && wait_event_timeout(wq->flushers, flushed(wq, color), timeout);
}

void __flush_workqueue(struct workqueue_struct *wq)
{
	flush_workqueue_timeout(wq, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(__flush_workqueue);

static unsigned int items_in_flight(struct workqueue_struct *wq)
{
	unsigned int items;

	raw_spin_lock_irq(&wq_lock);
	items = wq->nr_in_flight;
	raw_spin_unlock_irq(&wq_lock);
	return items;
}

/* Counts drainers; the flag is set while there is one. */
static void change_drainers(struct workqueue_struct *wq, int delta)
{
	raw_spin_lock_irq(&wq_lock);
	wq->nr_drainers += delta;
	if (wq->nr_drainers)
		wq->flags |= __WQ_DRAINING;
	else
		wq->flags &= ~__WQ_DRAINING;
	raw_spin_unlock_irq(&wq_lock);
}

void drain_workqueue(struct workqueue_struct *wq)
{
	change_drainers(wq, 1);
	for (unsigned int tries = 1;; tries++) {
		__flush_workqueue(wq);
		if (!items_in_flight(wq))
			break;
		if (tries == 10 || (tries % 100 == 0 && tries <= 1000))
			pr_warn("workqueue %s: %s() isn't complete after %u tries\n", wq->name,
				__func__, tries);
	}
	change_drainers(wq, -1);
}
EXPORT_SYMBOL_GPL(drain_workqueue);

unsigned int work_busy(struct work_struct *work)
{
	unsigned int busy = work_pending(work) ? WORK_BUSY_PENDING : 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&wq_lock, flags);
	if (running_worker(work))
		busy |= WORK_BUSY_RUNNING;
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	return busy;
}
EXPORT_SYMBOL_GPL(work_busy);

struct work_struct *current_work(void)
{
	struct worker *worker = in_task() ? calling_worker() : NULL;

	return worker ? worker->current_work : NULL;
}
EXPORT_SYMBOL(current_work);

void set_worker_desc(const char *fmt, ...)
{
	struct worker *worker = in_task() ? calling_worker() : NULL;
	va_list args;

	if (!worker)
		return;
	va_start(args, fmt);
	vsnprintf(worker->desc, sizeof(worker->desc), fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(set_worker_desc);

bool workqueue_congested(int cpu, struct workqueue_struct *wq)
{
	unsigned long flags;
	bool congested;

	raw_spin_lock_irqsave(&wq_lock, flags);
	congested = !list_empty(&choose_pwq(wq, cpu)->inactive);
	raw_spin_unlock_irqrestore(&wq_lock, flags);
	return congested;
}
EXPORT_SYMBOL_GPL(workqueue_congested);

void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
{
	if (WARN_ON(wq->flags & (WQ_BH | __WQ_ORDERED)))
		return;
	raw_spin_lock_irq(&wq_lock);
	wq->max_active = workqueue_limit(max_active, wq->flags, wq->name);
	for (unsigned int i = 0; i < wq->nr_pwqs; i++)
		pwq_activate(wq->pwqs[i]);
	raw_spin_unlock_irq(&wq_lock);
}
EXPORT_SYMBOL_GPL(workqueue_set_max_active);
