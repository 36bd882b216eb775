// SPDX-License-Identifier: GPL-2.0-only
/*
 * Works of a kthread.
 *
 * Everything is under the worker's lock, which timers and interrupts take as well. A work
 * that waits for its timer is on delayed_work_list, so "on a list" means "queued". The
 * worker forgets a work before it calls it: only its address stays in current_work, for
 * comparison, until the next round.
 */
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/slab.h>

void kthread_init_worker(struct kthread_worker *worker)
{
	*worker = (struct kthread_worker){};
	raw_spin_lock_init(&worker->lock);
	INIT_LIST_HEAD(&worker->work_list);
	INIT_LIST_HEAD(&worker->delayed_work_list);
}
EXPORT_SYMBOL_GPL(kthread_init_worker);

/* The worker's next work, now the current one; NULL if there is none. */
static struct kthread_work *next_work(struct kthread_worker *worker)
{
	struct kthread_work *work;

	raw_spin_lock_irq(&worker->lock);
	work = list_first_entry_or_null(&worker->work_list, struct kthread_work, node);
	if (work)
		list_del_init(&work->node);
	worker->current_work = work;
	raw_spin_unlock_irq(&worker->lock);
	return work;
}

int kthread_worker_fn(void *worker_ptr)
{
	struct kthread_worker *worker = worker_ptr;
	struct kthread_work *work;

	raw_spin_lock_irq(&worker->lock);
	WARN_ON(worker->task && worker->task != current);
	worker->task = current;
	raw_spin_unlock_irq(&worker->lock);
	for (;;) {
		/* Before the look at the list: a work queued after it wakes us. */
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		work = next_work(worker);
		if (work) {
			__set_current_state(TASK_RUNNING);
			work->func(work);
			cond_resched();
		} else {
			schedule();
		}
	}
	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irq(&worker->lock);
	worker->task = NULL;
	worker->current_work = NULL;
	raw_spin_unlock_irq(&worker->lock);
	return 0;
}
EXPORT_SYMBOL_GPL(kthread_worker_fn);

static struct kthread_worker *adopt(struct kthread_worker *worker, struct task_struct *task)
{
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_CAST(task);
	}
	worker->task = task;
	return worker;
}

static struct kthread_worker *new_worker(unsigned int flags)
{
	struct kthread_worker *worker = kzalloc_obj(*worker);

	if (!worker)
		return NULL;
	kthread_init_worker(worker);
	worker->flags = flags;
	return worker;
}

struct kthread_worker *kthread_create_worker_on_node(unsigned int flags, int node,
						     const char namefmt[], ...)
{
	struct kthread_worker *worker = new_worker(flags);
	char name[TASK_COMM_LEN];
	va_list args;

	if (!worker)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	return adopt(worker,
		     kthread_create_on_node(kthread_worker_fn, worker, node, "%s", name));
}
EXPORT_SYMBOL(kthread_create_worker_on_node);

struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
						    const char namefmt[])
{
	struct kthread_worker *worker = new_worker(flags);

	if (!worker)
		return ERR_PTR(-ENOMEM);
	return adopt(worker, kthread_create_on_cpu(kthread_worker_fn, worker, cpu, namefmt));
}
EXPORT_SYMBOL(kthread_create_worker_on_cpu);

/* --- Queueing, lock held --- */

static bool may_queue(const struct kthread_work *work)
{
	return list_empty(&work->node) && !work->canceling;
}

/* In front of @before. */
static void insert(struct kthread_worker *worker, struct kthread_work *work,
		   struct list_head *before)
{
	WARN_ON_ONCE(work->worker && work->worker != worker);
	list_add_tail(&work->node, before);
	work->worker = worker;
	if (!worker->current_work && worker->task)
		wake_up_process(worker->task);
}

static void insert_delayed(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			   unsigned long delay)
{
	WARN_ON_ONCE(dwork->timer.function != kthread_delayed_work_timer_fn);
	if (!delay) {
		insert(worker, &dwork->work, &worker->work_list);
		return;
	}
	list_add(&dwork->work.node, &worker->delayed_work_list);
	dwork->work.worker = worker;
	dwork->timer.expires = jiffies + delay;
	add_timer(&dwork->timer);
}

/* --- Queueing --- */

bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&worker->lock, flags);
	queued = may_queue(work);
	if (queued)
		insert(worker, work, &worker->work_list);
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	return queued;
}
EXPORT_SYMBOL_GPL(kthread_queue_work);

bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
				unsigned long delay)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&worker->lock, flags);
	queued = may_queue(&dwork->work);
	if (queued)
		insert_delayed(worker, dwork, delay);
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	return queued;
}
EXPORT_SYMBOL_GPL(kthread_queue_delayed_work);

void kthread_delayed_work_timer_fn(struct timer_list *t)
{
	struct kthread_delayed_work *dwork = timer_container_of(dwork, t, timer);
	struct kthread_work *work = &dwork->work;
	struct kthread_worker *worker = work->worker;
	unsigned long flags;

	if (WARN_ON_ONCE(!worker))
		return;
	raw_spin_lock_irqsave(&worker->lock, flags);
	list_del_init(&work->node);
	if (!work->canceling)
		insert(worker, work, &worker->work_list);
	raw_spin_unlock_irqrestore(&worker->lock, flags);
}
EXPORT_SYMBOL(kthread_delayed_work_timer_fn);

/* Lock held, dropped while a running timer function is waited for. */
static void stop_timer(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
		       unsigned long *flags)
{
	dwork->work.canceling++;
	raw_spin_unlock_irqrestore(&worker->lock, *flags);
	timer_delete_sync(&dwork->timer);
	raw_spin_lock_irqsave(&worker->lock, *flags);
	dwork->work.canceling--;
}

/* Lock held. */
static bool unqueue(struct kthread_work *work)
{
	bool queued = !list_empty(&work->node);

	list_del_init(&work->node);
	return queued;
}

bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			      unsigned long delay)
{
	unsigned long flags;
	bool was_queued = false;

	raw_spin_lock_irqsave(&worker->lock, flags);
	if (dwork->work.worker) {
		WARN_ON_ONCE(dwork->work.worker != worker);
		stop_timer(worker, dwork, &flags);
		/* Somebody cancels it meanwhile: then it stays off. */
		if (dwork->work.canceling) {
			raw_spin_unlock_irqrestore(&worker->lock, flags);
			return false;
		}
		was_queued = unqueue(&dwork->work);
	}
	insert_delayed(worker, dwork, delay);
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	return was_queued;
}
EXPORT_SYMBOL_GPL(kthread_mod_delayed_work);

/* --- Waiting --- */

struct mark {
	struct kthread_work work;
	struct completion passed;
};

static void mark_passed(struct kthread_work *work)
{
	complete(&container_of(work, struct mark, work)->passed);
}

static void mark_init(struct mark *mark)
{
	kthread_init_work(&mark->work, mark_passed);
	init_completion(&mark->passed);
}

static bool waits_for_timer(struct kthread_worker *worker, struct kthread_work *work)
{
	struct kthread_work *other;

	list_for_each_entry(other, &worker->delayed_work_list, node) {
		if (other == work)
			return true;
	}
	return false;
}

/* Lock held. Puts @mark right behind @work; false if that is neither due nor running. */
static bool mark_behind(struct kthread_worker *worker, struct kthread_work *work,
			struct mark *mark)
{
	if (!list_empty(&work->node) && !waits_for_timer(worker, work))
		insert(worker, &mark->work, work->node.next);
	else if (worker->current_work == work)
		insert(worker, &mark->work, worker->work_list.next);
	else
		return false;
	return true;
}

void kthread_flush_work(struct kthread_work *work)
{
	struct kthread_worker *worker = work->worker;
	struct mark mark;
	bool wait;

	if (!worker)
		return;
	mark_init(&mark);
	raw_spin_lock_irq(&worker->lock);
	wait = mark_behind(worker, work, &mark);
	raw_spin_unlock_irq(&worker->lock);
	if (wait)
		wait_for_completion(&mark.passed);
}
EXPORT_SYMBOL_GPL(kthread_flush_work);

void kthread_flush_worker(struct kthread_worker *worker)
{
	struct mark mark;

	mark_init(&mark);
	kthread_queue_work(worker, &mark.work);
	wait_for_completion(&mark.passed);
}
EXPORT_SYMBOL_GPL(kthread_flush_worker);

static bool cancel_sync(struct kthread_work *work, struct kthread_delayed_work *dwork)
{
	struct kthread_worker *worker = work->worker;
	unsigned long flags;
	bool was_queued;

	if (!worker)
		return false;
	raw_spin_lock_irqsave(&worker->lock, flags);
	if (dwork)
		stop_timer(worker, dwork, &flags);
	was_queued = unqueue(work);
	if (worker->current_work == work) {
		work->canceling++;
		raw_spin_unlock_irqrestore(&worker->lock, flags);
		kthread_flush_work(work);
		raw_spin_lock_irqsave(&worker->lock, flags);
		work->canceling--;
	}
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	return was_queued;
}

bool kthread_cancel_work_sync(struct kthread_work *work)
{
	return cancel_sync(work, NULL);
}
EXPORT_SYMBOL_GPL(kthread_cancel_work_sync);

bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *dwork)
{
	return cancel_sync(&dwork->work, dwork);
}
EXPORT_SYMBOL_GPL(kthread_cancel_delayed_work_sync);

void kthread_destroy_worker(struct kthread_worker *worker)
{
	if (WARN_ON(!worker->task))
		return;
	kthread_flush_worker(worker);
	kthread_stop(worker->task);
	WARN_ON(!list_empty(&worker->delayed_work_list));
	WARN_ON(!list_empty(&worker->work_list));
	kfree(worker);
}
EXPORT_SYMBOL(kthread_destroy_worker);
