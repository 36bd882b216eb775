/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines as irq chips see them: the part that drivers ask about.
 * Contract: include/linux/irq.h.
 */
#ifndef _LINUX_IRQ_H
#define _LINUX_IRQ_H

#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irqreturn.h>

/* The mask last asked for, and the vCPU that really serves the line; NULL for no line. */
const struct cpumask *irq_get_affinity_mask(int irq);
const struct cpumask *irq_get_effective_affinity_mask(unsigned int irq);

#endif
