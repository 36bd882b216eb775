// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workqueues: making and destroying queues, the queues every machine has, and
 * the subsystem's life.
 *
 * At shutdown, items that the program left behind get a chance to finish; what
 * is then still armed or queued, and queues nobody destroyed, are reported.
 *
 * The last queues that were destroyed are kept, without their insides, so that
 * whoever queues on one gets the warning and not somebody else's memory.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stdarg.h>
#include <udevmem/boot.h>

#include "../mm/slab.h"
#include "../subsystem.h"
#include "../time/timer_internal.h"
#include "leftover.h"
#include "workqueue_internal.h"

/* How long shutdown waits for items, in rounds of one flush of all queues. */
#define SHUTDOWN_ROUNDS 10
#define SHUTDOWN_ROUND_JIFFIES (5 * HZ)
#define DESTROYED_KEPT 32

struct workqueue_struct *system_wq;
struct workqueue_struct *system_percpu_wq;
struct workqueue_struct *system_highpri_wq;
struct workqueue_struct *system_long_wq;
struct workqueue_struct *system_unbound_wq;
struct workqueue_struct *system_dfl_wq;
struct workqueue_struct *system_freezable_wq;
struct workqueue_struct *system_power_efficient_wq;
struct workqueue_struct *system_freezable_power_efficient_wq;
struct workqueue_struct *system_bh_wq;
struct workqueue_struct *system_bh_highpri_wq;
EXPORT_SYMBOL(system_wq);
EXPORT_SYMBOL(system_percpu_wq);
EXPORT_SYMBOL_GPL(system_highpri_wq);
EXPORT_SYMBOL_GPL(system_long_wq);
EXPORT_SYMBOL_GPL(system_unbound_wq);
EXPORT_SYMBOL_GPL(system_dfl_wq);
EXPORT_SYMBOL_GPL(system_freezable_wq);
EXPORT_SYMBOL_GPL(system_power_efficient_wq);
EXPORT_SYMBOL_GPL(system_freezable_power_efficient_wq);
EXPORT_SYMBOL_GPL(system_bh_wq);
EXPORT_SYMBOL_GPL(system_bh_highpri_wq);

static const struct system_queue {
	const char *name;
	unsigned int flags;
	struct workqueue_struct **pointer;
	struct workqueue_struct **alias;
} system_queues[] = {
	{ "events", WQ_PERCPU, &system_percpu_wq, &system_wq },
	{ "events_highpri", WQ_PERCPU | WQ_HIGHPRI, &system_highpri_wq },
	{ "events_long", WQ_PERCPU, &system_long_wq },
	{ "events_unbound", WQ_UNBOUND, &system_dfl_wq, &system_unbound_wq },
	{ "events_freezable", WQ_PERCPU | WQ_FREEZABLE, &system_freezable_wq },
	{ "events_power_efficient", WQ_PERCPU | WQ_POWER_EFFICIENT, &system_power_efficient_wq },
	{ "events_freezable_pwr_efficient", WQ_PERCPU | WQ_FREEZABLE | WQ_POWER_EFFICIENT,
	  &system_freezable_power_efficient_wq },
	{ "events_bh", WQ_PERCPU | WQ_BH, &system_bh_wq },
	{ "events_bh_highpri", WQ_PERCPU | WQ_BH | WQ_HIGHPRI, &system_bh_highpri_wq },
};

static struct kmem_cache *pwq_cache;
static LIST_HEAD(all_queues); /* under wq_lock */
static LIST_HEAD(destroyed); /* oldest first; under wq_lock */
static unsigned int nr_destroyed;

int workqueue_limit(int max_active, unsigned int flags, const char *name)
{
	int top = flags & WQ_UNBOUND ? WQ_UNBOUND_MAX_ACTIVE : WQ_MAX_ACTIVE;

	if (!max_active)
		return WQ_DFL_ACTIVE;
	if (max_active < 1 || max_active > top)
		pr_warn("workqueue: max_active %d requested for %s is out of range, clamping between %d and %d\n",
			max_active, name, 1, top);
	return clamp(max_active, 1, top);
}

static void free_pwqs(struct workqueue_struct *wq)
{
	for (unsigned int i = 0; i < wq->nr_pwqs; i++)
		kmem_cache_free(pwq_cache, wq->pwqs[i]);
}

static void free_queue(struct workqueue_struct *wq)
{
	free_pwqs(wq);
	kfree(wq);
}

static struct pool_workqueue *create_pwq(struct workqueue_struct *wq, unsigned int cpu)
{
	struct pool_workqueue *pwq = kmem_cache_zalloc(pwq_cache, GFP_KERNEL);

	if (!pwq)
		return NULL;
	pwq->wq = wq;
	pwq->pool = pool_for(wq->flags, cpu);
	INIT_LIST_HEAD(&pwq->inactive);
	return pwq;
}

static struct workqueue_struct *create_queue(unsigned int flags)
{
	unsigned int nr_pwqs = flags & WQ_UNBOUND ? 1 : nr_cpu_ids;
	struct workqueue_struct *wq = kzalloc(struct_size(wq, pwqs, nr_pwqs), GFP_KERNEL);

	if (!wq)
		return NULL;
	wq->flags = flags;
	init_waitqueue_head(&wq->flushers);
	for (; wq->nr_pwqs < nr_pwqs; wq->nr_pwqs++) {
		wq->pwqs[wq->nr_pwqs] = create_pwq(wq, wq->nr_pwqs);
		if (!wq->pwqs[wq->nr_pwqs]) {
			free_queue(wq);
			return NULL;
		}
	}
	return wq;
}

static bool flags_go_together(unsigned int flags, int max_active)
{
	if ((flags & WQ_BH) && WARN_ON_ONCE((flags & ~__WQ_BH_ALLOWS) || max_active))
		return false;
	return !WARN_ON_ONCE((flags & WQ_UNBOUND) && (flags & WQ_PERCPU));
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *wq;
	va_list args;
	int len;

	if (!flags_go_together(flags, max_active))
		return NULL;
	wq = create_queue(flags);
	if (!wq)
		return NULL;
	va_start(args, max_active);
	len = vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	if (len >= WQ_NAME_LEN)
		pr_warn_once("workqueue: name exceeds WQ_NAME_LEN. Truncating to: %s\n", wq->name);
	wq->max_active = flags & WQ_BH ? INT_MAX : workqueue_limit(max_active, flags, wq->name);

	raw_spin_lock_irq(&wq_lock);
	list_add_tail(&wq->queues, &all_queues);
	raw_spin_unlock_irq(&wq_lock);
	return wq;
}
EXPORT_SYMBOL_GPL(alloc_workqueue);

/* Takes the oldest from the list. Lock held. */
static struct workqueue_struct *forget_destroyed(void)
{
	struct workqueue_struct *wq = list_first_entry(&destroyed, struct workqueue_struct, queues);

	list_del(&wq->queues);
	nr_destroyed--;
	return wq;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	struct workqueue_struct *oldest = NULL;

	raw_spin_lock_irq(&wq_lock);
	wq->flags |= __WQ_DESTROYING;
	raw_spin_unlock_irq(&wq_lock);
	drain_workqueue(wq);
	free_pwqs(wq);
	/* No leak: it is only here to refuse. */
	slab_hide_owner(wq);
	raw_spin_lock_irq(&wq_lock);
	list_move_tail(&wq->queues, &destroyed);
	if (nr_destroyed++ == DESTROYED_KEPT)
		oldest = forget_destroyed();
	raw_spin_unlock_irq(&wq_lock);
	kfree(oldest);
}
EXPORT_SYMBOL_GPL(destroy_workqueue);

int schedule_on_each_cpu(work_func_t func)
{
	struct work_struct *items = kcalloc(nr_cpu_ids, sizeof(*items), GFP_KERNEL);
	unsigned int cpu;

	if (!items)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		INIT_WORK(&items[cpu], func);
		queue_work_on(cpu, system_percpu_wq, &items[cpu]);
	}
	for_each_online_cpu(cpu)
		flush_work(&items[cpu]);
	kfree(items);
	return 0;
}

struct work_for_cpu {
	struct work_struct work;
	long (*fn)(void *);
	void *arg;
	long ret;
};

static void work_for_cpu_fn(struct work_struct *work)
{
	struct work_for_cpu *wfc = container_of(work, struct work_for_cpu, work);

	wfc->ret = wfc->fn(wfc->arg);
}

long work_on_cpu(int cpu, long (*fn)(void *), void *arg)
{
	struct work_for_cpu wfc = { .fn = fn, .arg = arg };

	INIT_WORK_ONSTACK(&wfc.work, work_for_cpu_fn);
	schedule_work_on(cpu, &wfc.work);
	flush_work(&wfc.work);
	destroy_work_on_stack(&wfc.work);
	return wfc.ret;
}
EXPORT_SYMBOL_GPL(work_on_cpu);

int execute_in_process_context(work_func_t fn, struct execute_work *ew)
{
	if (!in_interrupt()) {
		fn(&ew->work);
		return 0;
	}
	INIT_WORK(&ew->work, fn);
	schedule_work(&ew->work);
	return 1;
}
EXPORT_SYMBOL_GPL(execute_in_process_context);

static void forget_system_queues(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(system_queues); i++) {
		const struct system_queue *queue = &system_queues[i];

		*queue->pointer = NULL;
		if (queue->alias)
			*queue->alias = NULL;
	}
}

static int create_system_queues(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(system_queues); i++) {
		const struct system_queue *queue = &system_queues[i];
		struct workqueue_struct *wq = alloc_workqueue("%s", queue->flags, 0, queue->name);

		if (!wq)
			return -ENOMEM;
		*queue->pointer = wq;
		if (queue->alias)
			*queue->alias = wq;
	}
	return 0;
}

static void free_all_queues(void)
{
	struct workqueue_struct *wq, *next;

	list_for_each_entry_safe(wq, next, &all_queues, queues)
		free_queue(wq);
	INIT_LIST_HEAD(&all_queues);
	while (nr_destroyed)
		kfree(forget_destroyed());
	forget_system_queues();
	kmem_cache_destroy(pwq_cache);
}

int workqueue_boot(const struct udm_config *cfg)
{
	int err;

	INIT_LIST_HEAD(&all_queues);
	pwq_cache = kmem_cache_create("pool_workqueue", sizeof(struct pool_workqueue),
				      __alignof__(struct pool_workqueue), 0, NULL);
	if (!pwq_cache)
		return -ENOMEM;
	err = worker_pools_boot(cfg->cpus);
	if (err) {
		kmem_cache_destroy(pwq_cache);
		return err;
	}
	err = create_system_queues();
	if (err) {
		worker_pools_shutdown();
		free_all_queues();
	}
	return err;
}

static bool all_queues_idle(void)
{
	struct workqueue_struct *wq;
	bool idle = true;

	raw_spin_lock_irq(&wq_lock);
	list_for_each_entry(wq, &all_queues, queues)
		idle &= !wq->nr_in_flight;
	raw_spin_unlock_irq(&wq_lock);
	return idle;
}

static bool is_system_queue(const struct workqueue_struct *wq)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(system_queues); i++) {
		if (*system_queues[i].pointer == wq)
			return true;
	}
	return false;
}

static bool system_queues_idle(void)
{
	bool idle = true;

	raw_spin_lock_irq(&wq_lock);
	for (unsigned int i = 0; i < ARRAY_SIZE(system_queues); i++)
		idle &= !(*system_queues[i].pointer)->nr_in_flight;
	raw_spin_unlock_irq(&wq_lock);
	return idle;
}

bool workqueue_settle(void)
{
	bool idle = system_queues_idle(), ended = true;

	for (unsigned int i = 0; !idle && ended && i < ARRAY_SIZE(system_queues); i++)
		ended = flush_workqueue_timeout(*system_queues[i].pointer, SHUTDOWN_ROUND_JIFFIES);
	return idle || !ended;
}

static void report_delayed(void)
{
	struct timer_list *timer;

	while ((timer = timers_find(delayed_work_timer_fn))) {
		struct delayed_work *dwork = timer_container_of(dwork, timer, timer);

		leftover_report("delayed work %pS is still armed", dwork->work.func);
		cancel_delayed_work_sync(dwork);
	}
}

/*
 * Lets items finish, those of the program's queues too. An item that queues
 * itself again and again is not waited for more often than the rounds.
 */
static void let_items_finish(void)
{
	struct workqueue_struct *wq;

	for (unsigned int round = 0; round < SHUTDOWN_ROUNDS && !all_queues_idle(); round++) {
		/* Nobody adds queues any more, so the list needs no lock. */
		list_for_each_entry(wq, &all_queues, queues)
			flush_workqueue_timeout(wq, SHUTDOWN_ROUND_JIFFIES);
	}
}

static void report_queued(void)
{
	struct work_struct *work;

	while ((work = worker_pools_find_item())) {
		leftover_report("work %pS is still queued", work->func);
		cancel_work_sync(work);
	}
}

static void report_queues(void)
{
	struct workqueue_struct *wq;

	list_for_each_entry(wq, &all_queues, queues) {
		if (wq->nr_in_flight)
			leftover_report("workqueue %s: %u items do not end", wq->name,
					wq->nr_in_flight);
		if (!is_system_queue(wq))
			leftover_report("workqueue %s is not destroyed", wq->name);
	}
}

void workqueue_shutdown(void)
{
	report_delayed();
	let_items_finish();
	/* Items that ended may have armed others. */
	report_delayed();
	report_queued();
	report_queues();
	worker_pools_shutdown();
	free_all_queues();
}
