/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that run in hardirq context soon, queued from any context.
 *
 * A work is pending from its queueing until its function begins, and may be queued again
 * from then on; it is busy until the function returns. It runs on the CPU that queued it
 * or that it was queued on. Kernel path: linux/irq_work.h, kernel/irq_work.c.
 */
#ifndef _UDM_LINUX_IRQ_WORK_H
#define _UDM_LINUX_IRQ_WORK_H

#include <linux/atomic.h>
#include <linux/smp_types.h>
#include <linux/types.h>

struct irq_work {
	struct __call_single_node node;
	void (*func)(struct irq_work *work);
};

/* Lazy ones may wait for the next tick in the kernel; here all run at once. */
#define __IRQ_WORK_INIT(_func, _flags)                                                             \
	(struct irq_work){ .node = { .u_flags = (_flags) }, .func = (_func) }
#define IRQ_WORK_INIT(_func) __IRQ_WORK_INIT(_func, 0)
#define IRQ_WORK_INIT_LAZY(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_LAZY)
#define IRQ_WORK_INIT_HARD(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_HARD_IRQ)
#define DEFINE_IRQ_WORK(name, _f) struct irq_work name = IRQ_WORK_INIT(_f)

static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *))
{
	*work = IRQ_WORK_INIT(func);
}

static inline bool irq_work_is_pending(struct irq_work *work)
{
	return atomic_read(&work->node.a_flags) & IRQ_WORK_PENDING;
}

static inline bool irq_work_is_busy(struct irq_work *work)
{
	return atomic_read(&work->node.a_flags) & IRQ_WORK_BUSY;
}

static inline bool irq_work_is_hard(struct irq_work *work)
{
	return atomic_read(&work->node.a_flags) & IRQ_WORK_HARD_IRQ;
}

/* Any context, interrupts included. False: it is pending already. */
bool irq_work_queue(struct irq_work *work);
bool irq_work_queue_on(struct irq_work *work, int cpu);
/* Waits until it is not busy. May sleep. */
void irq_work_sync(struct irq_work *work);

#endif
