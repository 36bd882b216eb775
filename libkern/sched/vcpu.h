/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Emulated CPUs, seen from inside libkern.
 *
 * A vCPU is a seat: at most one task at a time is in a non-preemptible region
 * of it. The outermost entry to a region takes the seat (udm_region_enter),
 * the outermost exit gives it back (udm_region_exit); the holder is the owner.
 *
 * Each vCPU has two words of pending work. Anybody sets bits; only the owner
 * clears and serves them, so the work of one vCPU is never concurrent:
 *  - irq_pending: VCPU_IRQ_*, served in hardirq context by vcpu_irq_service(),
 *    at the latest when the owner leaves its outermost region;
 *  - softirq_pending: bit n is softirq n, served by softirq_service() where
 *    local_bh_enable() and irq_exit() find it, else by the softirq thread
 *    (ksoftirqd/N), which is made on first use.
 * vcpu_kick() makes sure that somebody serves what is pending.
 */
#ifndef _UDM_LIBKERN_SCHED_VCPU_H
#define _UDM_LIBKERN_SCHED_VCPU_H

#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/threads.h>
#include <linux/types.h>

enum vcpu_irq {
	VCPU_IRQ_IPI = 1u << 0,		/* functions of other vCPUs: smp_call_service() */
	VCPU_IRQ_TIMER = 1u << 1,	/* the clock event of this vCPU: irq_service_timer() */
	VCPU_IRQ_LINE = 1u << 2,	/* latched device interrupts: irq_service_lines() */
};

struct vcpu {
	struct udm_seat;		/* irq_pending, softirq_pending, gate */

	/* Threads mode: the seat. Written with the lock held. */
	struct task_struct *bias;	/* whom the gate is opened for at unlock */
	struct task_struct *last;	/* who took the lock last */
	unsigned int streak;		/* how often in a row */
	u32 lock;			/* host_lock() */
	u32 waiting;			/* how many wait for it */
	u32 turn;			/* changes whenever somebody gets it */
	u32 deferring;			/* somebody sleeps until `turn` changes */
	u32 left;			/* counts favourites that left with the gate closed */

	struct task_struct *owner;	/* sim: in the region; threads: debugging aid */
	struct list_head waiters;	/* sim: fibers that wait for the seat */

	unsigned int cpu;
	int node;
	unsigned int assigned;		/* tasks whose home this is; atomic */
	struct task_struct *softirqd;	/* NULL until needed */
	u32 softirqd_wake;		/* the thread has been told to look */
	struct llist_head calls;	/* call_single_data of smp.c */
} ____cacheline_aligned_in_smp;

extern __internal struct vcpu vcpus[NR_CPUS];

static inline struct vcpu *vcpu_of(unsigned int cpu)
{
	return &vcpus[cpu];
}

/* The caller's vCPU. Stable only inside a region. */
static inline struct vcpu *this_vcpu(void)
{
	return current_thread_info()->vcpu;
}

/* True if the calling task owns the seat of its vCPU. */
static inline bool vcpu_owned(void)
{
	return current_thread_info()->context != 0;
}

/*
 * vcpu_irq_raise - latch interrupt work for a vCPU and have it served
 * @bits: VCPU_IRQ_*
 *
 * Any context, any host thread, with or without a current task. Everything
 * written before is visible to the service routine.
 */
__internal void vcpu_irq_raise(unsigned int cpu, u32 bits);

/* Sets softirq bits without telling anybody; see vcpu_kick(). Same contexts. */
static inline void vcpu_softirq_set(unsigned int cpu, u32 bits)
{
	__atomic_fetch_or(&vcpus[cpu].softirq_pending, bits, __ATOMIC_SEQ_CST);
}

/*
 * vcpu_kick - have the pending work of a vCPU served
 *
 * Wakes its softirq thread unless the caller is the owner in interrupt context
 * (BH off, softirq, hardirq), where the exit of that context serves it. Any
 * context, any host thread, with or without a current task; never lost.
 */
__internal void vcpu_kick(unsigned int cpu);

/*
 * vcpu_irq_service - run all pending interrupt work of the caller's vCPU
 *
 * Caller owns the seat and is not in hardirq. Runs each service routine with
 * HARDIRQ_OFFSET in the preempt count and irqs off, between irq_enter() and
 * irq_exit(); the latter runs softirqs when the interrupted context allows it.
 */
__internal void vcpu_irq_service(void);

/*
 * vcpu_seize - keep every task out of the regions of @vcpu, without a region
 *
 * May sleep; the caller is outside all regions and holds no other seat.
 */
__internal void vcpu_seize(struct vcpu *vcpu);
__internal void vcpu_release_seat(struct vcpu *vcpu);

/*
 * vcpus_wait_for_favourites - wait for regions that were entered through a gate
 *
 * Those in progress at the call have ended at the return. Threads mode; may
 * sleep; the caller is outside all regions.
 */
__internal void vcpus_wait_for_favourites(void);

/* Called while waiting for another vCPU: lets it proceed (yield, sim hand-over). */
__internal void vcpu_relax(void);

/*
 * Provided by libkern/kernel/softirq.c.
 *
 * softirq_service: runs the pending softirqs of the caller's vCPU as described
 * for softirq passes (ascending order, at most 10 passes or 2 ms). The caller
 * owns the seat with no interrupt bits in the preempt count and irqs on;
 * what is left over stays pending, and the routine kicks for it.
 */
__internal void softirq_service(void);

/* Provided by libkern/kernel/irq.c and libkern/time/hrtimer.c; hardirq context, irqs off. */
__internal void irq_service_lines(struct vcpu *vcpu);
__internal void irq_service_timer(struct vcpu *vcpu);

/* Provided by libkern/kernel/smp.c; hardirq context, irqs off. */
__internal void smp_call_service(struct vcpu *vcpu);

#endif
