// SPDX-License-Identifier: GPL-2.0-only
/*
 * High-resolution timers.
 *
 * Each vCPU has a base with two queues ordered by monotonic time, one for
 * callbacks in hardirq context and one for HRTIMER_SOFTIRQ, and one event at
 * the machine's clock for the earliest of both. The event interrupts the vCPU;
 * the interrupt calls what is due and raises the softirq for the rest.
 *
 * timer->cpu names the base and changes only under that base's lock while the
 * timer is not queued there. A timer whose callback runs stays in its base. An
 * event that is too early (its timer was cancelled) costs an empty interrupt.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <udevmem/boot.h>

#include "../sched/event.h"
#include "../sched/vcpu.h"
#include "../kernel/leftover.h"
#include "../subsystem.h"

enum { QUEUE_HARD, QUEUE_SOFT, NR_QUEUES };

struct hrtimer_cpu_base {
	raw_spinlock_t lock;
	unsigned int cpu;
	struct hrtimer *running[NR_QUEUES];
	struct timerqueue_head queue[NR_QUEUES];
	bool soft_raised; /* HRTIMER_SOFTIRQ will look at the soft queue */
	s64 event_at; /* what the event is posted for, KTIME_MAX: it is not */
	struct kern_event event;
} ____cacheline_aligned_in_smp;

static struct hrtimer_cpu_base hrtimer_bases[NR_CPUS];

/* timer->clock: 0 for the monotonic clock, else 1 + enum tk_offsets. */
static u8 clock_of(clockid_t id)
{
	switch (id) {
	case CLOCK_REALTIME:
		return 1 + TK_OFFS_REAL;
	case CLOCK_BOOTTIME:
		return 1 + TK_OFFS_BOOT;
	case CLOCK_TAI:
		return 1 + TK_OFFS_TAI;
	default:
		return 0;
	}
}

static ktime_t clock_ahead(const struct hrtimer *timer)
{
	return timer->clock ? ktime_mono_to_any(0, timer->clock - 1) : 0;
}

/* A time of the timer's clock as monotonic time. */
static ktime_t as_mono(const struct hrtimer *timer, ktime_t time)
{
	return time == KTIME_MAX ? time : time - clock_ahead(timer);
}

ktime_t ktime_add_safe(const ktime_t lhs, const ktime_t rhs)
{
	ktime_t sum;

	if (__builtin_add_overflow(lhs, rhs, &sum) || sum < 0)
		return KTIME_MAX;
	return sum;
}
EXPORT_SYMBOL_GPL(ktime_add_safe);

ktime_t hrtimer_cb_get_time(const struct hrtimer *timer)
{
	return ktime_get() + clock_ahead(timer);
}
EXPORT_SYMBOL_GPL(hrtimer_cb_get_time);

void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock_id, enum hrtimer_mode mode)
{
	*timer = (struct hrtimer){
		.function = function,
		.cpu = raw_smp_processor_id(),
		.clock = clock_of(clock_id),
		.is_soft = !!(mode & HRTIMER_MODE_SOFT),
	};
	WARN_ON_ONCE(!function);
}
EXPORT_SYMBOL_GPL(hrtimer_setup);

void hrtimer_setup_on_stack(struct hrtimer *timer,
			    enum hrtimer_restart (*function)(struct hrtimer *),
			    clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_setup(timer, function, clock_id, mode);
}
EXPORT_SYMBOL_GPL(hrtimer_setup_on_stack);

/*
 * Locks the base the timer belongs to. The acquire pairs with the release that
 * moves it: what was done to it under the other base's lock is seen.
 */
static struct hrtimer_cpu_base *lock_base(const struct hrtimer *timer, unsigned long *flags)
{
	for (;;) {
		unsigned int cpu = READ_ONCE(timer->cpu);
		struct hrtimer_cpu_base *base = &hrtimer_bases[cpu];

		raw_spin_lock_irqsave(&base->lock, *flags);
		if (smp_load_acquire(&timer->cpu) == cpu)
			return base;
		raw_spin_unlock_irqrestore(&base->lock, *flags);
	}
}

static void unlock_base(struct hrtimer_cpu_base *base, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&base->lock, flags);
}

void hrtimer_update_function(struct hrtimer *timer,
			     enum hrtimer_restart (*function)(struct hrtimer *))
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;

	if (WARN_ON_ONCE(!function))
		return;
	base = lock_base(timer, &flags);
	if (!WARN_ON_ONCE(hrtimer_is_queued(timer)))
		timer->function = function;
	unlock_base(base, flags);
}
EXPORT_SYMBOL_GPL(hrtimer_update_function);

static void hrtimer_event(struct kern_event *event)
{
	struct hrtimer_cpu_base *base = container_of(event, struct hrtimer_cpu_base, event);

	vcpu_irq_raise(base->cpu, VCPU_IRQ_TIMER);
}

static struct hrtimer *first_of(struct hrtimer_cpu_base *base, unsigned int queue)
{
	struct timerqueue_node *node = timerqueue_getnext(&base->queue[queue]);

	return node ? container_of(node, struct hrtimer, queued) : NULL;
}

/* The event is only ever moved to an earlier time. */
static void post_event(struct hrtimer_cpu_base *base)
{
	unsigned int queues = base->soft_raised ? QUEUE_SOFT : NR_QUEUES;
	s64 earliest = base->event_at;

	for (unsigned int queue = 0; queue < queues; queue++) {
		struct hrtimer *timer = first_of(base, queue);

		if (timer && timer->queued.expires < earliest)
			earliest = timer->queued.expires;
	}
	if (earliest == base->event_at)
		return;
	base->event_at = earliest;
	kern_event_post(&base->event, earliest > 0 ? earliest : 0);
}

static void enqueue(struct hrtimer_cpu_base *base, struct hrtimer *timer)
{
	timer->queued.expires = as_mono(timer, timer->node.expires);
	WRITE_ONCE(timer->state, HRTIMER_STATE_ENQUEUED);
	if (timerqueue_add(&base->queue[timer->is_soft], &timer->queued))
		post_event(base);
}

static bool dequeue(struct hrtimer_cpu_base *base, struct hrtimer *timer)
{
	if (!hrtimer_is_queued(timer))
		return false;
	timerqueue_del(&base->queue[timer->is_soft], &timer->queued);
	WRITE_ONCE(timer->state, HRTIMER_STATE_INACTIVE);
	return true;
}

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 range_ns,
			    const enum hrtimer_mode mode)
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;

	WARN_ON_ONCE(!!(mode & HRTIMER_MODE_SOFT) != timer->is_soft);
	base = lock_base(timer, &flags);
	dequeue(base, timer);
	if (base->cpu != smp_processor_id() && base->running[timer->is_soft] != timer) {
		/* Whoever starts it between the two locks has come before this call. */
		smp_store_release(&timer->cpu, smp_processor_id());
		unlock_base(base, flags);
		base = lock_base(timer, &flags);
		dequeue(base, timer);
	}
	if (mode & HRTIMER_MODE_REL)
		tim = ktime_add_safe(tim, hrtimer_cb_get_time(timer));
	timer->is_rel = !!(mode & HRTIMER_MODE_REL);
	hrtimer_set_expires_range_ns(timer, tim, range_ns);
	enqueue(base, timer);
	unlock_base(base, flags);
}
EXPORT_SYMBOL_GPL(hrtimer_start_range_ns);

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;
	int ret = -1;

	base = lock_base(timer, &flags);
	if (base->running[timer->is_soft] != timer)
		ret = dequeue(base, timer);
	unlock_base(base, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(hrtimer_try_to_cancel);

int hrtimer_cancel(struct hrtimer *timer)
{
	int ret;

	while ((ret = hrtimer_try_to_cancel(timer)) < 0)
		vcpu_relax();
	return ret;
}
EXPORT_SYMBOL_GPL(hrtimer_cancel);

bool hrtimer_callback_running(struct hrtimer *timer)
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;
	bool running;

	base = lock_base(timer, &flags);
	running = base->running[timer->is_soft] == timer;
	unlock_base(base, flags);
	return running;
}
EXPORT_SYMBOL_GPL(hrtimer_callback_running);

bool hrtimer_active(const struct hrtimer *timer)
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;
	bool active;

	base = lock_base(timer, &flags);
	active = timer->state || base->running[timer->is_soft] == timer;
	unlock_base(base, flags);
	return active;
}
EXPORT_SYMBOL_GPL(hrtimer_active);

ktime_t __hrtimer_get_remaining(const struct hrtimer *timer, bool adjust)
{
	struct hrtimer_cpu_base *base;
	unsigned long flags;
	ktime_t left;

	base = lock_base(timer, &flags);
	left = hrtimer_expires_remaining(timer);
	unlock_base(base, flags);
	return left;
}
EXPORT_SYMBOL_GPL(__hrtimer_get_remaining);

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	ktime_t late = ktime_sub(now, hrtimer_get_expires(timer));
	u64 steps;

	if (late < 0 || WARN_ON(hrtimer_is_queued(timer)))
		return 0;
	interval = max_t(ktime_t, interval, HIGH_RES_NSEC);
	steps = late / interval + 1;
	hrtimer_add_expires_ns(timer, steps * interval);
	return steps;
}
EXPORT_SYMBOL_GPL(hrtimer_forward);

/*
 * Calls the first timer of a queue. Base locked, irqs off; so are they in a
 * hard callback. The timer is touched afterwards only if it asked to restart.
 */
static void call_hrtimer(struct hrtimer_cpu_base *base, struct hrtimer *timer, unsigned int queue)
{
	enum hrtimer_restart (*fn)(struct hrtimer *) = timer->function;
	enum hrtimer_restart again;

	dequeue(base, timer);
	base->running[queue] = timer;
	raw_spin_unlock(&base->lock);
	if (queue == QUEUE_SOFT)
		local_irq_enable();
	again = fn(timer);
	local_irq_disable();
	raw_spin_lock(&base->lock);
	/* It may have been started by somebody else meanwhile. */
	if (again != HRTIMER_NORESTART && !hrtimer_is_queued(timer))
		enqueue(base, timer);
	base->running[queue] = NULL;
}

static void run_due(struct hrtimer_cpu_base *base, unsigned int queue)
{
	ktime_t now = ktime_get();
	struct hrtimer *timer;

	while ((timer = first_of(base, queue)) && as_mono(timer, timer->_softexpires) <= now)
		call_hrtimer(base, timer, queue);
}

void irq_service_timer(struct vcpu *vcpu)
{
	struct hrtimer_cpu_base *base = &hrtimer_bases[vcpu->cpu];
	struct hrtimer *soft;

	raw_spin_lock(&base->lock);
	/* No event for what callbacks start: the last line posts one for all. */
	base->event_at = KTIME_MIN;
	run_due(base, QUEUE_HARD);
	soft = first_of(base, QUEUE_SOFT);
	if (soft && as_mono(soft, soft->_softexpires) <= ktime_get()) {
		base->soft_raised = true;
		raise_softirq_irqoff(HRTIMER_SOFTIRQ);
	}
	base->event_at = KTIME_MAX;
	post_event(base);
	raw_spin_unlock(&base->lock);
}

static void hrtimer_run_softirq(void)
{
	struct hrtimer_cpu_base *base = &hrtimer_bases[smp_processor_id()];

	raw_spin_lock_irq(&base->lock);
	run_due(base, QUEUE_SOFT);
	base->soft_raised = false;
	post_event(base);
	raw_spin_unlock_irq(&base->lock);
}

int hrtimers_boot(const struct udm_config *cfg)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		struct hrtimer_cpu_base *base = &hrtimer_bases[cpu];

		raw_spin_lock_init(&base->lock);
		base->cpu = cpu;
		base->event_at = KTIME_MAX;
		base->soft_raised = false;
		kern_event_init(&base->event, hrtimer_event);
		for (unsigned int queue = 0; queue < NR_QUEUES; queue++) {
			base->running[queue] = NULL;
			timerqueue_init_head(&base->queue[queue]);
		}
	}
	open_softirq(HRTIMER_SOFTIRQ, hrtimer_run_softirq);
	return 0;
}

static void report_queued(struct hrtimer_cpu_base *base, unsigned int queue)
{
	struct hrtimer *timer;

	while ((timer = first_of(base, queue))) {
		dequeue(base, timer);
		leftover_report("hrtimer %pS is still queued on vCPU %u", timer->function,
				base->cpu);
	}
}

void hrtimers_shutdown(void)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		kern_event_cancel_sync(&hrtimer_bases[cpu].event);
		report_queued(&hrtimer_bases[cpu], QUEUE_HARD);
		report_queued(&hrtimer_bases[cpu], QUEUE_SOFT);
	}
}
