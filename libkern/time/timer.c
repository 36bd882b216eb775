// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers with jiffies resolution.
 *
 * Each vCPU has a base: a wheel of its pending timers and one event at the
 * machine's clock for the time the wheel needs attention next. The event makes
 * TIMER_SOFTIRQ pending on that vCPU, which moves the wheel and calls the
 * callbacks with the base unlocked. The event is only ever moved to an earlier
 * time; one that turns out to be too early costs an empty pass.
 *
 * The low bits of timer->flags name the base; they change only under the lock
 * of the base they name, while the timer is not in it. Arming moves an idle
 * timer to the current vCPU, unless its callback is running: a timer that runs
 * stays in its base, so "running" is a property of one base.
 */
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <udevmem/boot.h>

#include "../sched/event.h"
#include "../sched/vcpu.h"
#include "../kernel/leftover.h"
#include "../kernel/softirq.h"
#include "../subsystem.h"
#include "timer_internal.h"
#include "timer_wheel.h"

struct timer_base {
	raw_spinlock_t lock;
	unsigned int cpu;
	struct timer_list *running; /* its callback is being called */
	u64 event_at; /* the jiffy the event is posted for, U64_MAX: it is not */
	struct kern_event event;
	struct timer_wheel wheel;
} ____cacheline_aligned_in_smp;

static struct timer_base timer_bases[NR_CPUS];

void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key)
{
	WARN_ON_ONCE(flags & ~TIMER_INIT_FLAGS);
	INIT_HLIST_NODE(&timer->entry);
	timer->function = func;
	timer->flags = (flags & TIMER_INIT_FLAGS) | raw_smp_processor_id();
}

/* The clock's event: hardware level, so it only makes the softirq pending. */
static void timer_event(struct kern_event *event)
{
	struct timer_base *base = container_of(event, struct timer_base, event);

	vcpu_softirq_set(base->cpu, 1u << TIMER_SOFTIRQ);
	vcpu_kick(base->cpu);
}

static void post_event(struct timer_base *base, u64 when)
{
	if (when >= base->event_at)
		return;
	base->event_at = when;
	kern_event_post(&base->event, jiffies64_to_nsecs(when - INITIAL_JIFFIES));
}

/*
 * Locks the base the timer belongs to; irqs off until unlock_base(). The acquire
 * pairs with the release in arm_timer(): what was done to the timer under the
 * lock of the base it came from is seen under the lock of this one.
 */
static struct timer_base *lock_base(struct timer_list *timer, unsigned long *flags)
{
	for (;;) {
		unsigned int cpu = READ_ONCE(timer->flags) & TIMER_CPUMASK;
		struct timer_base *base = &timer_bases[cpu];

		raw_spin_lock_irqsave(&base->lock, *flags);
		if ((smp_load_acquire(&timer->flags) & TIMER_CPUMASK) == cpu)
			return base;
		raw_spin_unlock_irqrestore(&base->lock, *flags);
	}
}

static void unlock_base(struct timer_base *base, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&base->lock, flags);
}

static bool detach(struct timer_list *timer)
{
	if (!timer_pending(timer))
		return false;
	timer_wheel_del(timer);
	return true;
}

/*
 * Enters an idle timer into the locked base. Without an event there is no timer
 * and the wheel may be far behind; catching up keeps its slots near.
 */
static void attach(struct timer_base *base, struct timer_list *timer, unsigned long expires)
{
	if (base->event_at == U64_MAX && base->wheel.clk < get_jiffies_64())
		base->wheel.clk = get_jiffies_64();
	timer->expires = expires;
	post_event(base, timer_wheel_add(&base->wheel, timer));
}

enum arm_when {
	ARM_ALWAYS,
	ARM_IF_PENDING,
	ARM_IF_EARLIER,
	ARM_IF_IDLE,
};

static bool arm_wanted(const struct timer_list *timer, unsigned long expires, enum arm_when when)
{
	bool pending = timer_pending(timer);

	if (!timer->function)
		return false;
	switch (when) {
	case ARM_IF_PENDING:
		return pending && timer->expires != expires;
	case ARM_IF_EARLIER:
		return !pending || time_before(expires, timer->expires);
	case ARM_IF_IDLE:
		return !pending;
	default:
		return !pending || timer->expires != expires;
	}
}

/*
 * The one way to arm a timer. @cpu negative: the current vCPU. 1 if the timer
 * was pending. Between two bases the timer is idle and unlocked: whoever gets
 * hold of it then has come before or after this call, and what it left is
 * judged anew under the lock of the base it is in by then.
 */
static int arm_timer(struct timer_list *timer, unsigned long expires, int cpu, enum arm_when when)
{
	struct timer_base *base;
	unsigned long flags;
	int was_pending = 0;

	base = lock_base(timer, &flags);
	if (arm_wanted(timer, expires, when)) {
		unsigned int target = cpu < 0 ? smp_processor_id() : (unsigned int)cpu;

		was_pending = detach(timer);
		if (target != base->cpu && base->running != timer) {
			smp_store_release(&timer->flags,
					  (timer->flags & ~TIMER_CPUMASK) | target);
			unlock_base(base, flags);
			base = lock_base(timer, &flags);
			was_pending |= detach(timer);
		}
		if (timer->function)
			attach(base, timer, expires);
	} else {
		was_pending = timer->function && timer_pending(timer);
	}
	unlock_base(base, flags);
	return was_pending;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return arm_timer(timer, expires, -1, ARM_ALWAYS);
}
EXPORT_SYMBOL(mod_timer);

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return arm_timer(timer, expires, -1, ARM_IF_PENDING);
}
EXPORT_SYMBOL(mod_timer_pending);

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return arm_timer(timer, expires, -1, ARM_IF_EARLIER);
}
EXPORT_SYMBOL(timer_reduce);

void add_timer(struct timer_list *timer)
{
	WARN_ON_ONCE(arm_timer(timer, timer->expires, -1, ARM_IF_IDLE));
}
EXPORT_SYMBOL(add_timer);

void add_timer_local(struct timer_list *timer)
{
	add_timer(timer);
}
EXPORT_SYMBOL(add_timer_local);

void add_timer_global(struct timer_list *timer)
{
	add_timer(timer);
}
EXPORT_SYMBOL(add_timer_global);

void add_timer_on(struct timer_list *timer, int cpu)
{
	WARN_ON_ONCE(arm_timer(timer, timer->expires, cpu, ARM_IF_IDLE));
}
EXPORT_SYMBOL(add_timer_on);

/* -1: its callback is running, nothing done. @shutdown forbids arming for good. */
static int try_disarm(struct timer_list *timer, bool wait_for_callback, bool shutdown)
{
	struct timer_base *base;
	unsigned long flags;
	int ret = -1;

	base = lock_base(timer, &flags);
	if (!wait_for_callback || base->running != timer)
		ret = detach(timer);
	/* Also while the callback runs, so that it cannot arm the timer again. */
	if (shutdown)
		timer->function = NULL;
	unlock_base(base, flags);
	return ret;
}

static int disarm_sync(struct timer_list *timer, bool shutdown)
{
	int ret;

	WARN_ON(in_hardirq() && !(timer->flags & TIMER_IRQSAFE));
	while ((ret = try_disarm(timer, true, shutdown)) < 0)
		vcpu_relax();
	return ret;
}

int udm_timer_delete(struct timer_list *timer)
{
	return try_disarm(timer, false, false);
}
EXPORT_SYMBOL(udm_timer_delete);

int timer_shutdown(struct timer_list *timer)
{
	return try_disarm(timer, false, true);
}
EXPORT_SYMBOL(timer_shutdown);

int timer_delete_sync_try(struct timer_list *timer)
{
	return try_disarm(timer, true, false);
}
EXPORT_SYMBOL(timer_delete_sync_try);

int timer_delete_sync(struct timer_list *timer)
{
	return disarm_sync(timer, false);
}
EXPORT_SYMBOL(timer_delete_sync);

int timer_shutdown_sync(struct timer_list *timer)
{
	return disarm_sync(timer, true);
}
EXPORT_SYMBOL(timer_shutdown_sync);

/*
 * Calls one due timer. Base locked, irqs off. @timer is not touched once the
 * callback was entered: it may have been freed.
 */
static void call_timer(struct timer_base *base, struct timer_list *timer)
{
	void (*fn)(struct timer_list *) = timer->function;
	bool irqs_stay_off = timer->flags & TIMER_IRQSAFE;
	int count;

	timer_wheel_del(timer);
	if (WARN_ON_ONCE(!fn))
		return;
	base->running = timer;
	raw_spin_unlock(&base->lock);
	if (!irqs_stay_off)
		local_irq_enable();
	count = preempt_count();
	fn(timer);
	if (count != preempt_count()) {
		WARN_ONCE(1, "timer: %pS preempt leak: %08x -> %08x\n", fn, count,
			  preempt_count());
		softirq_restore_count(count);
	}
	local_irq_disable();
	raw_spin_lock(&base->lock);
	base->running = NULL;
}

static void run_timer_softirq(void)
{
	struct timer_base *base = &timer_bases[smp_processor_id()];
	struct hlist_head due = HLIST_HEAD_INIT;
	u64 next;

	raw_spin_lock_irq(&base->lock);
	/* No event for what callbacks attach: the loop or the last line sees it. */
	base->event_at = 0;
	while (timer_wheel_advance(&base->wheel, get_jiffies_64(), &due)) {
		while (!hlist_empty(&due))
			call_timer(base, hlist_entry(due.first, struct timer_list, entry));
	}
	base->event_at = U64_MAX;
	if (timer_wheel_next(&base->wheel, &next))
		post_event(base, next);
	raw_spin_unlock_irq(&base->lock);
}

static unsigned long round_to_second(unsigned long j, int cpu, bool force_up)
{
	/* A few jiffies per vCPU keep them from firing all at once. */
	unsigned long skew = cpu * 3;
	unsigned long past = (j + skew) % HZ;
	unsigned long rounded = j - past;

	if (force_up || past >= HZ / 4)
		rounded += HZ;
	return time_is_after_jiffies(rounded) ? rounded : j;
}

unsigned long __round_jiffies(unsigned long j, int cpu)
{
	return round_to_second(j, cpu, false);
}
EXPORT_SYMBOL_GPL(__round_jiffies);

unsigned long __round_jiffies_relative(unsigned long j, int cpu)
{
	unsigned long now = jiffies;

	return round_to_second(j + now, cpu, false) - now;
}
EXPORT_SYMBOL_GPL(__round_jiffies_relative);

unsigned long round_jiffies(unsigned long j)
{
	return __round_jiffies(j, raw_smp_processor_id());
}
EXPORT_SYMBOL_GPL(round_jiffies);

unsigned long round_jiffies_relative(unsigned long j)
{
	return __round_jiffies_relative(j, raw_smp_processor_id());
}
EXPORT_SYMBOL_GPL(round_jiffies_relative);

unsigned long __round_jiffies_up(unsigned long j, int cpu)
{
	return round_to_second(j, cpu, true);
}
EXPORT_SYMBOL_GPL(__round_jiffies_up);

unsigned long __round_jiffies_up_relative(unsigned long j, int cpu)
{
	unsigned long now = jiffies;

	return round_to_second(j + now, cpu, true) - now;
}
EXPORT_SYMBOL_GPL(__round_jiffies_up_relative);

unsigned long round_jiffies_up(unsigned long j)
{
	return __round_jiffies_up(j, raw_smp_processor_id());
}
EXPORT_SYMBOL_GPL(round_jiffies_up);

unsigned long round_jiffies_up_relative(unsigned long j)
{
	return __round_jiffies_up_relative(j, raw_smp_processor_id());
}
EXPORT_SYMBOL_GPL(round_jiffies_up_relative);

int timers_boot(const struct udm_config *cfg)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		struct timer_base *base = &timer_bases[cpu];

		raw_spin_lock_init(&base->lock);
		base->cpu = cpu;
		base->running = NULL;
		base->event_at = U64_MAX;
		kern_event_init(&base->event, timer_event);
		timer_wheel_init(&base->wheel, INITIAL_JIFFIES);
	}
	open_softirq(TIMER_SOFTIRQ, run_timer_softirq);
	return 0;
}

struct timer_list *timers_find(void (*function)(struct timer_list *))
{
	struct timer_list *timer = NULL;

	for (unsigned int cpu = 0; cpu < NR_CPUS && !timer; cpu++) {
		raw_spin_lock_irq(&timer_bases[cpu].lock);
		timer = timer_wheel_find(&timer_bases[cpu].wheel, function);
		raw_spin_unlock_irq(&timer_bases[cpu].lock);
	}
	return timer;
}

/* A timer still armed belongs to somebody who forgot it: disarmed and reported. */
void timers_shutdown(void)
{
	struct timer_list *timer;

	while ((timer = timers_find(NULL))) {
		leftover_report("timer %pS is still armed", timer->function);
		timer_delete_sync(timer);
	}
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		kern_event_cancel_sync(&timer_bases[cpu].event);
}
