/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of a task that the inline fast paths touch: first member of
 * struct task_struct, one cache line, written by its own task only (cpu and
 * vcpu also by set_cpus_allowed_ptr() while it owns the seat).
 *
 * Kernel path: asm/thread_info.h.
 */
#ifndef _UDM_ASM_THREAD_INFO_H
#define _UDM_ASM_THREAD_INFO_H

#include <asm/current.h>
#include <linux/types.h>

struct vcpu;

/*
 * The head of struct vcpu, read by the inline paths. The pending words are set by
 * anybody with atomic operations and cleared by the owner of the vCPU. gate
 * names the task that may enter a region by setting its own context; everybody
 * else takes a lock. It is NULL while nobody may.
 */
struct udm_seat {
	u32 irq_pending;
	u32 softirq_pending;
	struct thread_info *gate;
};

/*
 * context: bits 0-31 are the preempt count, bit 32 is "irqs are off". One word,
 * so that "is this the outermost entry to a non-preemptible region" is one
 * test, and stores forward to loads of the same width. Written by
 * udm_context_store() while its task runs.
 */
struct thread_info {
	u64 context;
	u32 rcu_nesting;	/* depth of rcu_read_lock() */
	u32 region_flags;	/* UDM_REGION_*: why the exit takes the slow path */
	struct vcpu *vcpu;
	u32 cpu;		/* number of vcpu */
	u32 rcu_watched;	/* a sim grace period waits for this task */
	unsigned long cpu_offset;	/* from a per-CPU cookie to this vCPU's copy */
	unsigned long flags;	/* TIF_* */
};

#define UDM_CONTEXT_IRQ_OFF (1ULL << 32)

#define UDM_REGION_SIM 1	/* the machine runs in sim mode */
#define UDM_REGION_LOCKED 2	/* the task holds the lock of its vCPU */
#define UDM_REGION_URCU 4	/* the task is a reader for liburcu */

#define TIF_SIGPENDING 2
#define TIF_NOTIFY_SIGNAL 9

static __always_inline struct thread_info *current_thread_info(void)
{
	return (struct thread_info *)get_current();
}

/*
 * The context of the current task once more, where a predicate needs one load to
 * find it. 0 in a thread that has no task.
 */
extern __thread u64 udm_context __attribute__((tls_model("initial-exec")));

/* @ti is the caller's; @order is that of the store others can see. */
static __always_inline void udm_context_store(struct thread_info *ti, u64 context, int order)
{
	udm_context = context;
	__atomic_store_n(&ti->context, context, order);
}

#endif
