// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt lines.
 *
 * A line is latched in two steps that need no lock, because hardware raises it:
 * `latched` says that an edge is to be delivered, and the line's bit in the
 * word map of its vCPU says that the vCPU shall look. The vCPU looks in hardirq
 * context (irq_service_lines). What cannot be delivered there (the line is
 * disabled, masked for its thread, without handler, or running) stays latched
 * and is offered again when the obstacle goes away.
 *
 * desc->lock protects everything else of a line. Handlers run without it;
 * `running` says so and keeps the line from running twice.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <udevmem/boot.h>
#include <udevmem/irq.h>

#include "../sched/vcpu.h"
#include "../subsystem.h"
#include "leftover.h"

struct irqaction {
	irq_handler_t handler;
	irq_handler_t thread_fn;
	void *dev_id;
	const char *name;
	unsigned long flags;
	unsigned int irq;
	struct task_struct *thread;
	bool thread_wanted; /* under desc->lock: the thread shall call thread_fn */
	struct irqaction *next;
};

struct irq_desc {
	u32 allocated; /* atomic; the line exists */
	u32 latched; /* atomic; an edge waits for delivery */
	u32 cpu; /* atomic for hardware; which vCPU serves the line */

	raw_spinlock_t lock;
	struct irqaction *action; /* in order of request */
	unsigned int depth; /* disables; 1 without a handler */
	bool running;
	bool oneshot_masked; /* until threads_active is 0 */
	unsigned int threads_active;
	unsigned long count;
	struct cpumask affinity;
	wait_queue_head_t waiters; /* for running and threads_active to end */
};

#define IRQ_WORDS (UDM_NR_IRQS / BITS_PER_LONG)

static struct irq_desc irq_descs[UDM_NR_IRQS];
static unsigned long irq_raised[NR_CPUS][IRQ_WORDS]; /* atomic */
static u32 irq_nr_cpus; /* 0: no machine */

static struct irq_desc *desc_of(unsigned int irq)
{
	if (!irq || irq >= UDM_NR_IRQS)
		return NULL;
	if (!__atomic_load_n(&irq_descs[irq].allocated, __ATOMIC_ACQUIRE))
		return NULL;
	return &irq_descs[irq];
}

static unsigned int irq_of(const struct irq_desc *desc)
{
	return desc - irq_descs;
}

/* Has the line's vCPU look at it. Any host thread. */
static void offer(struct irq_desc *desc)
{
	unsigned int irq = irq_of(desc);
	unsigned int cpu = __atomic_load_n(&desc->cpu, __ATOMIC_RELAXED);

	__atomic_fetch_or(&irq_raised[cpu][irq / BITS_PER_LONG], 1UL << irq % BITS_PER_LONG,
			  __ATOMIC_SEQ_CST);
	vcpu_irq_raise(cpu, VCPU_IRQ_LINE);
}

static void offer_if_latched(struct irq_desc *desc)
{
	if (__atomic_load_n(&desc->latched, __ATOMIC_SEQ_CST))
		offer(desc);
}

void udm_irq_raise(int irq)
{
	struct irq_desc *desc = desc_of(irq);

	/* An edge on a latched line is the same edge: whoever latched it has offered it. */
	if (desc && !__atomic_exchange_n(&desc->latched, 1, __ATOMIC_SEQ_CST))
		offer(desc);
}

static void wake_thread(struct irq_desc *desc, struct irqaction *action)
{
	if (action->thread_wanted)
		return;
	action->thread_wanted = true;
	desc->threads_active++;
	if (action->flags & IRQF_ONESHOT)
		desc->oneshot_masked = true;
	wake_up_process(action->thread);
}

/* Calls every handler of a line. While desc->running, the list may only grow at its end. */
static void call_handlers(struct irq_desc *desc)
{
	struct irqaction *action = smp_load_acquire(&desc->action);

	for (; action; action = smp_load_acquire(&action->next)) {
		irqreturn_t ret = IRQ_WAKE_THREAD;

		if (action->handler)
			ret = action->handler(action->irq, action->dev_id);
		if (WARN_ONCE(!irqs_disabled(), "irq %u handler %pS enabled interrupts\n",
			      action->irq, action->handler))
			local_irq_disable();
		if (!(ret & IRQ_WAKE_THREAD))
			continue;
		if (WARN_ONCE(!action->thread_fn,
			      "IRQ %d device %s returned IRQ_WAKE_THREAD but no thread function available.",
			      action->irq, action->name))
			continue;
		raw_spin_lock(&desc->lock);
		wake_thread(desc, action);
		raw_spin_unlock(&desc->lock);
	}
}

static bool deliverable(const struct irq_desc *desc)
{
	return desc->action && !desc->depth && !desc->oneshot_masked && !desc->running;
}

static void wake_waiters(struct irq_desc *desc)
{
	if (waitqueue_active(&desc->waiters))
		wake_up_all(&desc->waiters);
}

/* One delivery, on the vCPU that was told to look. Hardirq context, irqs off. */
static void serve_line(struct irq_desc *desc, unsigned int cpu)
{
	raw_spin_lock(&desc->lock);
	if (desc->cpu != cpu) {
		/* Moved since it was raised. */
		raw_spin_unlock(&desc->lock);
		offer_if_latched(desc);
		return;
	}
	if (!deliverable(desc) || !__atomic_exchange_n(&desc->latched, 0, __ATOMIC_SEQ_CST)) {
		raw_spin_unlock(&desc->lock);
		return;
	}
	desc->running = true;
	WRITE_ONCE(desc->count, desc->count + 1);
	raw_spin_unlock(&desc->lock);

	call_handlers(desc);

	raw_spin_lock(&desc->lock);
	desc->running = false;
	wake_waiters(desc);
	raw_spin_unlock(&desc->lock);
	/* What another vCPU found running it left for us to offer again. */
	offer_if_latched(desc);
}

void irq_service_lines(struct vcpu *vcpu)
{
	for (unsigned int word = 0; word < IRQ_WORDS; word++) {
		unsigned long bits = READ_ONCE(irq_raised[vcpu->cpu][word]);

		if (!bits)
			continue;
		bits = __atomic_exchange_n(&irq_raised[vcpu->cpu][word], 0, __ATOMIC_SEQ_CST);
		for (; bits; bits &= bits - 1) {
			struct irq_desc *desc = desc_of(word * BITS_PER_LONG + __ffs(bits));

			if (desc)
				serve_line(desc, vcpu->cpu);
		}
	}
}

/* The hardirq half of quiet: no handler is running. */
static bool no_handler_runs(struct irq_desc *desc)
{
	unsigned long flags;
	bool quiet;

	raw_spin_lock_irqsave(&desc->lock, flags);
	quiet = !desc->running;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return quiet;
}

static bool no_thread_runs(struct irq_desc *desc)
{
	unsigned long flags;
	bool quiet;

	raw_spin_lock_irqsave(&desc->lock, flags);
	quiet = !desc->threads_active;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return quiet;
}

bool synchronize_hardirq(unsigned int irq)
{
	struct irq_desc *desc = desc_of(irq);

	if (!desc)
		return true;
	while (!no_handler_runs(desc))
		vcpu_relax();
	return no_thread_runs(desc);
}
EXPORT_SYMBOL(synchronize_hardirq);

void synchronize_irq(unsigned int irq)
{
	struct irq_desc *desc = desc_of(irq);

	might_sleep();
	if (desc)
		wait_event(desc->waiters, no_handler_runs(desc) && no_thread_runs(desc));
}
EXPORT_SYMBOL(synchronize_irq);

void disable_irq_nosync(unsigned int irq)
{
	struct irq_desc *desc = desc_of(irq);
	unsigned long flags;

	if (!desc)
		return;
	raw_spin_lock_irqsave(&desc->lock, flags);
	desc->depth++;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
}
EXPORT_SYMBOL(disable_irq_nosync);

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}
EXPORT_SYMBOL(disable_irq);

bool disable_hardirq(unsigned int irq)
{
	disable_irq_nosync(irq);
	return synchronize_hardirq(irq);
}
EXPORT_SYMBOL_GPL(disable_hardirq);

void enable_irq(unsigned int irq)
{
	struct irq_desc *desc = desc_of(irq);
	unsigned long flags;
	bool balanced;

	if (!desc)
		return;
	raw_spin_lock_irqsave(&desc->lock, flags);
	balanced = desc->action && desc->depth;
	if (balanced)
		desc->depth--;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	WARN(!balanced, KERN_WARNING "Unbalanced enable for IRQ %d\n", irq);
	offer_if_latched(desc);
}
EXPORT_SYMBOL(enable_irq);

/* The thread is done with one wake-up; the last of a masked line unmasks it. */
static void thread_is_done(struct irq_desc *desc)
{
	raw_spin_lock_irq(&desc->lock);
	if (!--desc->threads_active)
		desc->oneshot_masked = false;
	wake_waiters(desc);
	raw_spin_unlock_irq(&desc->lock);
	offer_if_latched(desc);
}

static bool take_wanted(struct irq_desc *desc, struct irqaction *action)
{
	bool wanted;

	raw_spin_lock_irq(&desc->lock);
	wanted = action->thread_wanted;
	action->thread_wanted = false;
	raw_spin_unlock_irq(&desc->lock);
	return wanted;
}

static int irq_thread(void *data)
{
	struct irqaction *action = data;
	struct irq_desc *desc = &irq_descs[action->irq];

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (take_wanted(desc, action)) {
			__set_current_state(TASK_RUNNING);
			action->thread_fn(action->irq, action->dev_id);
			thread_is_done(desc);
			continue;
		}
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* All handlers of a line must agree to share and on how the line behaves. */
static bool may_share(const struct irqaction *old, unsigned long flags)
{
	const unsigned long both = IRQF_SHARED;
	const unsigned long same = IRQF_TRIGGER_MASK | IRQF_ONESHOT | IRQF_PERCPU;

	return (old->flags & flags & both) && !((old->flags ^ flags) & same);
}

static int install(struct irq_desc *desc, struct irqaction *action)
{
	struct irqaction **link = &desc->action;
	int err = 0;

	raw_spin_lock_irq(&desc->lock);
	if (*link && (action->flags & IRQF_COND_ONESHOT) && ((*link)->flags & IRQF_ONESHOT))
		action->flags |= IRQF_ONESHOT;
	if (*link && !may_share(*link, action->flags)) {
		err = -EBUSY;
	} else {
		if (!*link)
			desc->depth = !!(action->flags & IRQF_NO_AUTOEN);
		while (*link)
			link = &(*link)->next;
		/* Readable without the lock by a running call_handlers(). */
		smp_store_release(link, action);
	}
	raw_spin_unlock_irq(&desc->lock);
	return err;
}

static int check_request(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id)
{
	if (irq == IRQ_NOTCONNECTED)
		return -ENOTCONN;
	if ((flags & IRQF_SHARED) && (!dev_id || (flags & IRQF_NO_AUTOEN)))
		return -EINVAL;
	if ((!handler && !thread_fn) || !desc_of(irq))
		return -EINVAL;
	if (!handler && !(flags & IRQF_ONESHOT)) {
		pr_err("Threaded irq requested with handler=NULL and !ONESHOT for %s (irq %d)\n",
		       name, irq);
		return -EINVAL;
	}
	return 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id)
{
	struct irqaction *action;
	struct irq_desc *desc;
	int err;

	err = check_request(irq, handler, thread_fn, flags, name, dev_id);
	if (err)
		return err;
	desc = desc_of(irq);
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	*action = (struct irqaction){
		.handler = handler, .thread_fn = thread_fn, .dev_id = dev_id,
		.name = name, .flags = flags, .irq = irq,
	};
	if (thread_fn) {
		action->thread = kthread_create(irq_thread, action, "irq/%d-%s", irq, name);
		err = PTR_ERR_OR_ZERO(action->thread);
		if (err)
			goto free_action;
		get_task_struct(action->thread);
		wake_up_process(action->thread);
	}
	err = install(desc, action);
	if (err)
		goto stop_thread;
	offer_if_latched(desc);
	return 0;

stop_thread:
	if (action->thread) {
		kthread_stop(action->thread);
		put_task_struct(action->thread);
	}
free_action:
	kfree(action);
	return err;
}
EXPORT_SYMBOL(request_threaded_irq);

/* Unlinks the action of @dev_id once nobody walks the list. NULL: none. */
static struct irqaction *uninstall(struct irq_desc *desc, void *dev_id)
{
	struct irqaction **link, *action;
	unsigned long flags;

	for (;;) {
		raw_spin_lock_irqsave(&desc->lock, flags);
		if (!desc->running)
			break;
		raw_spin_unlock_irqrestore(&desc->lock, flags);
		vcpu_relax();
	}
	for (link = &desc->action; *link && (*link)->dev_id != dev_id; link = &(*link)->next)
		;
	action = *link;
	if (action)
		*link = action->next;
	if (!desc->action)
		desc->depth = 1;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return action;
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	struct irq_desc *desc = desc_of(irq);
	struct irqaction *action;
	const char *name;

	WARN(in_interrupt(), "Trying to free IRQ %d from IRQ context!\n", irq);
	action = desc ? uninstall(desc, dev_id) : NULL;
	if (!action) {
		WARN(1, "Trying to free already-free IRQ %d\n", irq);
		return NULL;
	}
	synchronize_irq(irq);
	if (action->thread) {
		kthread_stop(action->thread);
		put_task_struct(action->thread);
	}
	name = action->name;
	kfree(action);
	return name;
}
EXPORT_SYMBOL(free_irq);

static int set_line_cpu(struct irq_desc *desc, const struct cpumask *mask)
{
	unsigned int cpu = cpumask_first_and(mask, cpu_online_mask);
	unsigned long flags;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	raw_spin_lock_irqsave(&desc->lock, flags);
	cpumask_copy(&desc->affinity, mask);
	__atomic_store_n(&desc->cpu, cpu, __ATOMIC_RELAXED);
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	offer_if_latched(desc);
	return 0;
}

int irq_set_affinity(unsigned int irq, const struct cpumask *cpumask)
{
	struct irq_desc *desc = desc_of(irq);

	return desc ? set_line_cpu(desc, cpumask) : -EINVAL;
}
EXPORT_SYMBOL_GPL(irq_set_affinity);

int irq_force_affinity(unsigned int irq, const struct cpumask *cpumask)
{
	return irq_set_affinity(irq, cpumask);
}
EXPORT_SYMBOL_GPL(irq_force_affinity);

int irq_can_set_affinity(unsigned int irq)
{
	return desc_of(irq) != NULL;
}

int __irq_apply_affinity_hint(unsigned int irq, const struct cpumask *m, bool setaffinity)
{
	if (!desc_of(irq))
		return -EINVAL;
	if (m && setaffinity)
		irq_set_affinity(irq, m);
	return 0;
}
EXPORT_SYMBOL_GPL(__irq_apply_affinity_hint);

const struct cpumask *irq_get_affinity_mask(int irq)
{
	struct irq_desc *desc = desc_of(irq);

	return desc ? &desc->affinity : NULL;
}
EXPORT_SYMBOL_GPL(irq_get_affinity_mask);

const struct cpumask *irq_get_effective_affinity_mask(unsigned int irq)
{
	struct irq_desc *desc = desc_of(irq);

	return desc ? cpumask_of(READ_ONCE(desc->cpu)) : NULL;
}
EXPORT_SYMBOL_GPL(irq_get_effective_affinity_mask);

/* Takes a number for a new line: 0 free, 1 in use, 2 between the two. */
static struct irq_desc *claim_desc(void)
{
	for (unsigned int irq = 1; irq < UDM_NR_IRQS; irq++) {
		u32 unused = 0;

		if (__atomic_compare_exchange_n(&irq_descs[irq].allocated, &unused, 2, false,
						__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			return &irq_descs[irq];
	}
	return NULL;
}

int udm_irq_alloc(unsigned int vcpu)
{
	struct irq_desc *desc;

	if (vcpu >= __atomic_load_n(&irq_nr_cpus, __ATOMIC_ACQUIRE))
		return -EINVAL;
	desc = claim_desc();
	if (!desc)
		return -ENOSPC;
	__atomic_store_n(&desc->latched, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&desc->cpu, vcpu, __ATOMIC_RELAXED);
	desc->depth = 1;
	desc->count = 0;
	cpumask_copy(&desc->affinity, cpumask_of(vcpu));
	__atomic_store_n(&desc->allocated, 1, __ATOMIC_RELEASE);
	return irq_of(desc);
}

void udm_irq_free(int irq)
{
	struct irq_desc *desc = desc_of(irq);

	if (!desc || WARN(desc->action, "IRQ %d is freed with a handler\n", irq))
		return;
	__atomic_store_n(&desc->allocated, 0, __ATOMIC_RELEASE);
}

unsigned long udm_irq_count(int irq)
{
	struct irq_desc *desc = desc_of(irq);

	return desc ? READ_ONCE(desc->count) : 0;
}

int irq_boot(const struct udm_config *cfg)
{
	memset(irq_raised, 0, sizeof(irq_raised));
	for (unsigned int irq = 0; irq < UDM_NR_IRQS; irq++) {
		struct irq_desc *desc = &irq_descs[irq];

		*desc = (struct irq_desc){ .depth = 1 };
		raw_spin_lock_init(&desc->lock);
		init_waitqueue_head(&desc->waiters);
	}
	__atomic_store_n(&irq_nr_cpus, cfg->cpus, __ATOMIC_RELEASE);
	return 0;
}

void irq_shutdown(void)
{
	__atomic_store_n(&irq_nr_cpus, 0, __ATOMIC_RELEASE);
	for (unsigned int irq = 1; irq < UDM_NR_IRQS; irq++) {
		struct irq_desc *desc = desc_of(irq);

		if (!desc)
			continue;
		leftover_report("irq %u is still allocated", irq);
		while (desc->action) {
			leftover_report("irq %u: handler of %s", irq, desc->action->name);
			free_irq(irq, desc->action->dev_id);
		}
		udm_irq_free(irq);
	}
}
