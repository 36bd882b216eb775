// SPDX-License-Identifier: GPL-2.0-only
/*
 * Works for hardirq context: they go to a vCPU on the way of the calls from other vCPUs,
 * and are told from these by their type.
 */
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/wait.h>

#include "../sched/vcpu.h"
#include "irq_work.h"

/* A work may be freed when it is not busy any more, so what is waited on is nobody's. */
static DECLARE_WAIT_QUEUE_HEAD(finished);

/* True if the work was not pending and is the caller's to queue. */
static bool claim(struct irq_work *work)
{
	int before = atomic_fetch_or(IRQ_WORK_PENDING | IRQ_WORK_BUSY | CSD_TYPE_IRQ_WORK,
				     &work->node.a_flags);

	return !(before & IRQ_WORK_PENDING);
}

bool irq_work_queue_on(struct irq_work *work, int cpu)
{
	if (!claim(work))
		return false;
	preempt_disable();
	llist_add(&work->node.llist, &vcpu_of(cpu)->calls);
	vcpu_irq_raise(cpu, VCPU_IRQ_IPI);
	preempt_enable();
	return true;
}
EXPORT_SYMBOL_GPL(irq_work_queue_on);

bool irq_work_queue(struct irq_work *work)
{
	bool queued;

	preempt_disable();
	queued = irq_work_queue_on(work, smp_processor_id());
	preempt_enable();
	return queued;
}
EXPORT_SYMBOL_GPL(irq_work_queue);

void irq_work_single(struct irq_work *work)
{
	/* Full barriers: who fails to claim it has its data seen by the function. */
	int flags = atomic_fetch_andnot(IRQ_WORK_PENDING, &work->node.a_flags) & ~IRQ_WORK_PENDING;

	work->func(work);
	/* Queued again meanwhile, it stays busy. */
	atomic_cmpxchg(&work->node.a_flags, flags, flags & ~IRQ_WORK_BUSY);
	if (wq_has_sleeper(&finished))
		wake_up_all(&finished);
}

void irq_work_sync(struct irq_work *work)
{
	might_sleep();
	/* What the function did comes before what the caller does now. */
	wait_event(finished, !(atomic_read_acquire(&work->node.a_flags) & IRQ_WORK_BUSY));
}
EXPORT_SYMBOL_GPL(irq_work_sync);
