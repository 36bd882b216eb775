/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry to and exit from simulated interrupt context.
 *
 * Kernel path: linux/hardirq.h. irq_enter() is called by whoever runs a handler
 * on the vCPU it owns; irq_exit() runs the softirqs that became pending, unless
 * the interrupted context was itself an interrupt or had BH off.
 */
#ifndef _UDM_LINUX_HARDIRQ_H
#define _UDM_LINUX_HARDIRQ_H

#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>

/* Waits for every running handler of an interrupt line. May sleep. kernel/irq/manage.c. */
void synchronize_irq(unsigned int irq);
bool synchronize_hardirq(unsigned int irq);

/* Both with irqs off. Kernel file: kernel/softirq.c. */
void irq_enter(void);
void irq_exit(void);
#define irq_enter_rcu() irq_enter()
#define irq_exit_rcu() irq_exit()

#define __irq_enter() preempt_count_add(HARDIRQ_OFFSET)
#define __irq_exit() preempt_count_sub(HARDIRQ_OFFSET)
#define __irq_enter_raw() __irq_enter()
#define __irq_exit_raw() __irq_exit()

#define nmi_enter() preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET)
#define nmi_exit() preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET)

#endif
