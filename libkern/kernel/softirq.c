// SPDX-License-Identifier: GPL-2.0-only
/*
 * Softirqs, interrupt entry and exit, tasklets.
 *
 * Which softirqs are pending is a word of the vCPU (sched/vcpu.h); anybody sets
 * bits, only the owner of the vCPU serves them. Serving is a pass over what is
 * pending, in ascending order, repeated while there is more, for at most
 * MAX_PASSES or MAX_TIME_NS; the rest is left to the vCPU's softirq thread.
 *
 * The queues of tasklets belong to their vCPU and are touched only by its
 * owner with irqs off. A tasklet found disabled is parked instead of being
 * tried again and again; enabling wakes the vCPUs that have parked tasklets.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time64.h>
#include <linux/wait.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../sched/vcpu.h"
#include "../subsystem.h"
#include "leftover.h"
#include "softirq.h"

#define MAX_PASSES 10
#define MAX_TIME_NS (2 * NSEC_PER_MSEC)

const char *const softirq_to_name[NR_SOFTIRQS] = {
	"HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER",
	"RCU",
};

static struct softirq_action softirq_vec[NR_SOFTIRQS];

void open_softirq(int nr, void (*action)(void))
{
	WRITE_ONCE(softirq_vec[nr].action, action);
}

unsigned int local_softirq_pending(void)
{
	return READ_ONCE(this_vcpu()->softirq_pending);
}

static void call_action(unsigned int nr)
{
	void (*action)(void) = READ_ONCE(softirq_vec[nr].action);
	int count = preempt_count();

	if (WARN_ON_ONCE(!action))
		return;
	action();
	if (unlikely(preempt_count() != count)) {
		pr_err("huh, entered softirq %u %s %p with preempt_count %08x, exited with %08x?\n",
		       nr, softirq_to_name[nr], action, count, preempt_count());
		softirq_restore_count(count);
	}
	if (unlikely(irqs_disabled()))
		local_irq_enable();
}

/* In softirq context, irqs on. Interrupts that arrive are served between two softirqs. */
static void run_pass(struct vcpu *vcpu, unsigned int pending)
{
	while (pending) {
		unsigned int nr = __ffs(pending);

		pending &= pending - 1;
		call_action(nr);
		if (READ_ONCE(vcpu->irq_pending))
			vcpu_irq_service();
	}
}

void softirq_service(void)
{
	struct vcpu *vcpu = this_vcpu();
	u64 started = udm_now();
	unsigned int passes = 0;
	unsigned int pending;

	preempt_count_add(SOFTIRQ_OFFSET);
	do {
		pending = xchg(&vcpu->softirq_pending, 0);
		run_pass(vcpu, pending);
		pending = READ_ONCE(vcpu->softirq_pending);
	} while (pending && ++passes < MAX_PASSES && udm_now() - started < MAX_TIME_NS);
	/* The caller's region keeps the vCPU: this is not the outermost exit. */
	preempt_count_sub(SOFTIRQ_OFFSET);
	if (pending)
		vcpu_kick(vcpu->cpu);
}

void do_softirq(void)
{
	if (in_interrupt() || irqs_disabled())
		return;
	preempt_disable();
	if (local_softirq_pending())
		softirq_service();
	preempt_enable();
}

/* BH has just become enabled; a preempt count of the caller keeps the vCPU. */
static noinline void serve_at_bh_enable(struct vcpu *vcpu)
{
	if (READ_ONCE(vcpu->irq_pending))
		vcpu_irq_service();
	if (READ_ONCE(vcpu->softirq_pending))
		softirq_service();
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	struct vcpu *vcpu = this_vcpu();

	WARN_ON_ONCE(in_hardirq());
	lockdep_assert_irqs_enabled();
	/* BH on, but still in the region: what runs now runs on this vCPU. */
	preempt_count_sub(cnt - PREEMPT_OFFSET);
	if (unlikely(READ_ONCE(vcpu->irq_pending) | READ_ONCE(vcpu->softirq_pending)) &&
	    !in_interrupt() && !irqs_disabled())
		serve_at_bh_enable(vcpu);
	preempt_count_sub(PREEMPT_OFFSET);
}
EXPORT_SYMBOL(__local_bh_enable_ip);

void _local_bh_enable(void)
{
	WARN_ON_ONCE(in_hardirq());
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET);
}
EXPORT_SYMBOL(_local_bh_enable);

void irq_enter(void)
{
	preempt_count_add(HARDIRQ_OFFSET);
}

void irq_exit(void)
{
	preempt_count_sub(HARDIRQ_OFFSET);
	if (in_interrupt() || !local_softirq_pending())
		return;
	/* Softirqs run with irqs on; the count keeps the vCPU meanwhile. */
	preempt_disable();
	local_irq_enable();
	softirq_service();
	local_irq_disable();
	preempt_enable();
}

void __raise_softirq_irqoff(unsigned int nr)
{
	vcpu_softirq_set(smp_processor_id(), 1u << nr);
}

void raise_softirq_irqoff(unsigned int nr)
{
	__raise_softirq_irqoff(nr);
	if (!in_interrupt())
		vcpu_kick(smp_processor_id());
}

void raise_softirq(unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	raise_softirq_irqoff(nr);
	local_irq_restore(flags);
}

/* The tasklets of one vCPU and one softirq. */
struct tasklet_queue {
	struct tasklet_struct *head;
	struct tasklet_struct **tail;
	struct tasklet_struct *parked; /* were found disabled; read by anybody as a hint */
} ____cacheline_aligned_in_smp;

enum { TASKLET_NORMAL, TASKLET_HI, NR_TASKLET_QUEUES };

static const unsigned int tasklet_softirq[NR_TASKLET_QUEUES] = { TASKLET_SOFTIRQ, HI_SOFTIRQ };
static struct tasklet_queue tasklet_queues[NR_CPUS][NR_TASKLET_QUEUES];

/* Sleepers in tasklet_unlock_wait() and tasklet_kill(), and how many there are. */
static DECLARE_WAIT_QUEUE_HEAD(tasklet_waiters);
static atomic_t tasklet_nr_waiters = ATOMIC_INIT(0);

static void enqueue_tasklet(struct tasklet_queue *queue, struct tasklet_struct *t)
{
	t->next = NULL;
	*queue->tail = t;
	queue->tail = &t->next;
}

static void schedule_tasklet(struct tasklet_struct *t, unsigned int which)
{
	unsigned long flags;

	local_irq_save(flags);
	enqueue_tasklet(&tasklet_queues[smp_processor_id()][which], t);
	raise_softirq_irqoff(tasklet_softirq[which]);
	local_irq_restore(flags);
}

void __tasklet_schedule(struct tasklet_struct *t)
{
	schedule_tasklet(t, TASKLET_NORMAL);
}
EXPORT_SYMBOL(__tasklet_schedule);

void __tasklet_hi_schedule(struct tasklet_struct *t)
{
	schedule_tasklet(t, TASKLET_HI);
}
EXPORT_SYMBOL(__tasklet_hi_schedule);

/*
 * Clears a state bit that others may sleep for. The barrier orders the clearing
 * before the look at the waiters, as waiters count themselves before they look
 * at the bit: one of the two sees the other.
 */
static void clear_tasklet_state(struct tasklet_struct *t, unsigned int bit)
{
	clear_bit_unlock(bit, &t->state);
	smp_mb__after_atomic();
	if (unlikely(atomic_read(&tasklet_nr_waiters)))
		wake_up_all(&tasklet_waiters);
}

/* Everything that is to be looked at now: the queue, and what was parked. */
static struct tasklet_struct *take_tasklets(struct tasklet_queue *queue)
{
	struct tasklet_struct *list;

	local_irq_disable();
	*queue->tail = queue->parked;
	list = queue->head;
	queue->head = NULL;
	queue->tail = &queue->head;
	WRITE_ONCE(queue->parked, NULL);
	local_irq_enable();
	return list;
}

/*
 * Parks a disabled tasklet. The barrier pairs with the one in tasklet_enable's
 * decrement: either this sees the tasklet enabled and tries again, or the
 * enabler sees it parked and raises the softirq.
 */
static void park_tasklet(struct tasklet_queue *queue, struct tasklet_struct *t, unsigned int nr)
{
	local_irq_disable();
	t->next = queue->parked;
	WRITE_ONCE(queue->parked, t);
	smp_mb();
	if (!atomic_read(&t->count))
		__raise_softirq_irqoff(nr);
	local_irq_enable();
}

/* It runs on another vCPU at this moment: look again in the next pass. */
static void retry_tasklet(struct tasklet_queue *queue, struct tasklet_struct *t, unsigned int nr)
{
	local_irq_disable();
	enqueue_tasklet(queue, t);
	__raise_softirq_irqoff(nr);
	local_irq_enable();
	vcpu_relax();
}

static void call_tasklet(struct tasklet_struct *t)
{
	clear_tasklet_state(t, TASKLET_STATE_SCHED);
	if (t->use_callback)
		t->callback(t);
	else
		t->func(t->data);
	clear_tasklet_state(t, TASKLET_STATE_RUN);
}

static void run_tasklets(unsigned int which)
{
	struct tasklet_queue *queue = &tasklet_queues[smp_processor_id()][which];
	struct tasklet_struct *list = take_tasklets(queue);
	unsigned int nr = tasklet_softirq[which];
	struct tasklet_struct *t;

	while ((t = list)) {
		list = t->next;
		/*
		 * A full barrier between the mark and the count, as between the
		 * two in tasklet_disable(): either this sees it disabled or that
		 * sees it running.
		 */
		if (test_and_set_bit(TASKLET_STATE_RUN, &t->state)) {
			retry_tasklet(queue, t, nr);
		} else if (atomic_read(&t->count)) {
			clear_tasklet_state(t, TASKLET_STATE_RUN);
			park_tasklet(queue, t, nr);
		} else {
			call_tasklet(t);
		}
	}
}

static void tasklet_action(void)
{
	workqueue_softirq_action(false);
	run_tasklets(TASKLET_NORMAL);
}

static void tasklet_hi_action(void)
{
	workqueue_softirq_action(true);
	run_tasklets(TASKLET_HI);
}

void tasklet_wake_parked(struct tasklet_struct *t)
{
	if (!test_bit(TASKLET_STATE_SCHED, &t->state))
		return;
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		for (unsigned int which = 0; which < NR_TASKLET_QUEUES; which++) {
			if (!READ_ONCE(tasklet_queues[cpu][which].parked))
				continue;
			vcpu_softirq_set(cpu, 1u << tasklet_softirq[which]);
			vcpu_kick(cpu);
		}
	}
}
EXPORT_SYMBOL(tasklet_wake_parked);

void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	*t = (struct tasklet_struct){ .callback = callback, .use_callback = true };
}
EXPORT_SYMBOL(tasklet_setup);

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)
{
	*t = (struct tasklet_struct){ .func = func, .data = data };
}
EXPORT_SYMBOL(tasklet_init);

void tasklet_unlock_spin_wait(struct tasklet_struct *t)
{
	while (test_bit_acquire(TASKLET_STATE_RUN, &t->state))
		vcpu_relax();
}
EXPORT_SYMBOL(tasklet_unlock_spin_wait);

/* Counted before the condition is tested; see clear_tasklet_state(). */
#define wait_for_tasklet(condition)                                                                \
	do {                                                                                       \
		atomic_inc(&tasklet_nr_waiters);                                                   \
		smp_mb__after_atomic();                                                            \
		wait_event(tasklet_waiters, condition);                                            \
		atomic_dec(&tasklet_nr_waiters);                                                   \
	} while (0)

void tasklet_unlock_wait(struct tasklet_struct *t)
{
	might_sleep();
	if (test_bit_acquire(TASKLET_STATE_RUN, &t->state))
		wait_for_tasklet(!test_bit_acquire(TASKLET_STATE_RUN, &t->state));
}
EXPORT_SYMBOL(tasklet_unlock_wait);

void tasklet_kill(struct tasklet_struct *t)
{
	if (in_interrupt())
		pr_notice("Attempt to kill tasklet from interrupt\n");
	/* Holding the mark ourselves keeps everybody else from scheduling it. */
	if (test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		wait_for_tasklet(!test_and_set_bit(TASKLET_STATE_SCHED, &t->state));
	tasklet_unlock_wait(t);
	clear_tasklet_state(t, TASKLET_STATE_SCHED);
}
EXPORT_SYMBOL(tasklet_kill);

int softirq_boot(const struct udm_config *cfg)
{
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		open_softirq(nr, NULL);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		for (unsigned int which = 0; which < NR_TASKLET_QUEUES; which++) {
			struct tasklet_queue *queue = &tasklet_queues[cpu][which];

			queue->head = queue->parked = NULL;
			queue->tail = &queue->head;
		}
	}
	open_softirq(TASKLET_SOFTIRQ, tasklet_action);
	open_softirq(HI_SOFTIRQ, tasklet_hi_action);
	return 0;
}

/* Runs with no other task left: what is queued stays queued for ever. */
static void report_tasklets(struct tasklet_struct *list, unsigned int cpu)
{
	while (list) {
		struct tasklet_struct *t = list;

		list = t->next;
		clear_bit(TASKLET_STATE_SCHED, &t->state);
		leftover_report("tasklet %pS is still scheduled on vCPU %u", t->callback, cpu);
	}
}

void softirq_shutdown(void)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		for (unsigned int which = 0; which < NR_TASKLET_QUEUES; which++) {
			struct tasklet_queue *queue = &tasklet_queues[cpu][which];

			*queue->tail = queue->parked;
			report_tasklets(queue->head, cpu);
		}
	}
}
