/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The irq flag of the calling task.
 *
 * Kernel path: linux/irqflags.h. Irqs off is a non-preemptible region. Handlers
 * never interrupt a task at an arbitrary point: pending ones are served when
 * the outermost region is left. local_irq_save(flags) stores the state that
 * local_irq_restore(flags) puts back, so pairs nest. Any context.
 */
#ifndef _UDM_LINUX_IRQFLAGS_H
#define _UDM_LINUX_IRQFLAGS_H

#include <linux/cleanup.h>
#include <linux/preempt.h>
#include <linux/typecheck.h>

static __always_inline bool udm_irqs_off(void)
{
	return current_thread_info()->context & UDM_CONTEXT_IRQ_OFF;
}

static __always_inline void udm_irq_off(void)
{
	if (!udm_irqs_off())
		udm_context_add(UDM_CONTEXT_IRQ_OFF);
}

static __always_inline void udm_irq_on(void)
{
	if (udm_irqs_off())
		udm_context_sub(UDM_CONTEXT_IRQ_OFF);
}

static __always_inline unsigned long udm_irq_save(void)
{
	unsigned long was_off = udm_irqs_off();

	udm_irq_off();
	return was_off;
}

static __always_inline void udm_irq_restore(unsigned long was_off)
{
	if (was_off)
		udm_irq_off();
	else
		udm_irq_on();
}

#define irqs_disabled()                                                                            \
	((__atomic_load_n(&udm_context, __ATOMIC_RELAXED) & UDM_CONTEXT_IRQ_OFF) != 0)
#define irqs_disabled_flags(flags)                                                                 \
	({                                                                                         \
		typecheck(unsigned long, flags);                                                   \
		(flags) != 0;                                                                      \
	})
#define raw_irqs_disabled() irqs_disabled()

#define local_irq_disable() udm_irq_off()
#define local_irq_enable() udm_irq_on()
#define local_irq_save(flags)                                                                      \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = udm_irq_save();                                                          \
	} while (0)
#define local_irq_restore(flags)                                                                   \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		udm_irq_restore(flags);                                                            \
	} while (0)
#define local_save_flags(flags)                                                                    \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = udm_irqs_off();                                                          \
	} while (0)
#define raw_local_irq_disable() local_irq_disable()
#define raw_local_irq_enable() local_irq_enable()
#define raw_local_irq_save(flags) local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)
#define raw_local_save_flags(flags) local_save_flags(flags)
#define safe_halt() local_irq_enable()

DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, local_irq_save(_T->flags), local_irq_restore(_T->flags),
		    unsigned long flags)

#endif
