/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines of emulated hardware.
 *
 * A device allocates its lines, its driver installs handlers on them with
 * request_irq, and the device raises them. A line is an edge that is latched:
 * raising it while it is pending, disabled or without a handler is remembered
 * as one delivery, never lost and never duplicated. Needs no kernel header.
 */
#ifndef UDEVMEM_IRQ_H
#define UDEVMEM_IRQ_H

#ifdef __cplusplus
extern "C" {
#endif

/* The most lines a machine has; line numbers are 1 … UDM_NR_IRQS - 1. */
#define UDM_NR_IRQS 1024

/*
 * Makes a line served by virtual CPU @vcpu. Its number, -EINVAL for a vCPU that
 * does not exist or no machine, -ENOSPC when all lines are in use. Any thread.
 */
int udm_irq_alloc(unsigned int vcpu);

/* Gives the line back; its handlers must have been removed (else a WARN, and it stays). */
void udm_irq_free(int irq);

/*
 * Raises the line. Any thread or context, signal handlers excepted; never
 * blocks. Handlers run soon on the line's vCPU, after this call's earlier
 * stores became visible. No effect for a line that does not exist.
 */
void udm_irq_raise(int irq);

/* How often handlers of the line have been run since it was made; 0 for no line. */
unsigned long udm_irq_count(int irq);

#ifdef __cplusplus
}
#endif

#endif
