/* SPDX-License-Identifier: GPL-2.0-only */
/* What smp.c does with a work among the calls to its vCPU. */
#ifndef LIBKERN_KERNEL_IRQ_WORK_H
#define LIBKERN_KERNEL_IRQ_WORK_H

#include <linux/compiler.h>

struct irq_work;

/* Runs it, in hardirq context; it may be gone afterwards. */
__internal void irq_work_single(struct irq_work *work);

#endif
