/* SPDX-License-Identifier: GPL-2.0-only */
/* What softirq.c shares with the other parts of the runtime. */
#ifndef _UDM_LIBKERN_KERNEL_SOFTIRQ_H
#define _UDM_LIBKERN_KERNEL_SOFTIRQ_H

#include <linux/preempt.h>
#include <linux/types.h>

/*
 * Puts back the preempt count that a function called in a region changed by
 * mistake. The caller has been in the region since before the call.
 */
static inline void softirq_restore_count(int count)
{
	struct thread_info *ti = current_thread_info();

	udm_context_store(ti, (ti->context & ~(u64)U32_MAX) | (u32)count, __ATOMIC_RELAXED);
}

/* Provided by workqueue.c: runs the BH work of the current vCPU, in softirq context. */
__internal void workqueue_softirq_action(bool highpri);

#endif
