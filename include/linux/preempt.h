/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The preempt count and the regions it makes.
 *
 * Kernel path: linux/preempt.h. A task with a non-zero count or with irqs off
 * is in a non-preemptible region: it owns its emulated CPU (no other task is in
 * a region of the same one), smp_processor_id() is constant, it must not sleep,
 * and RCU grace periods wait for it. The outermost entry takes the CPU and may
 * wait for it; the outermost exit serves interrupts that are pending for this
 * CPU and gives it back. Sim mode may switch tasks at the exit when the
 * configuration asks for preemption.
 */
#ifndef _UDM_LINUX_PREEMPT_H
#define _UDM_LINUX_PREEMPT_H

#include <asm/thread_info.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define PREEMPT_BITS 8
#define SOFTIRQ_BITS 8
#define HARDIRQ_BITS 4
#define NMI_BITS 4

#define PREEMPT_SHIFT 0
#define SOFTIRQ_SHIFT 8
#define HARDIRQ_SHIFT 16
#define NMI_SHIFT 20

#define PREEMPT_MASK 0x000000ffUL
#define SOFTIRQ_MASK 0x0000ff00UL
#define HARDIRQ_MASK 0x000f0000UL
#define NMI_MASK 0x00f00000UL

#define PREEMPT_OFFSET 0x1UL
#define SOFTIRQ_OFFSET 0x100UL
#define HARDIRQ_OFFSET 0x10000UL
#define NMI_OFFSET 0x100000UL
#define SOFTIRQ_DISABLE_OFFSET 0x200UL
#define PREEMPT_DISABLED PREEMPT_OFFSET
#define PREEMPT_ENABLED 0
#define PREEMPT_LOCK_OFFSET PREEMPT_OFFSET
#define SOFTIRQ_LOCK_OFFSET (SOFTIRQ_DISABLE_OFFSET + PREEMPT_LOCK_OFFSET)

/*
 * The slow halves, not to be called directly. enter: context is set, but the
 * gate of the vCPU is not the task's. exit: context is still set, something is
 * to be done before or after the region. left: somebody waits for its end.
 */
void udm_region_enter(struct thread_info *ti);
void udm_region_exit(struct thread_info *ti);
void udm_region_left(struct udm_seat *seat);
/* Debug builds: the count would go below zero. */
void udm_region_underflow(u64 val) __cold;

/*
 * The store of context is ordered before the load of the gate by the membarrier
 * of whoever closes the gate, see libkern/sched/vcpu.c; here the compiler has
 * to keep the order, and gate and context have to be read and written once.
 */
static __always_inline void udm_context_add(u64 val)
{
	struct thread_info *ti = current_thread_info();
	u64 before = ti->context;

	udm_context_store(ti, before + val, __ATOMIC_RELAXED);
	barrier();
	if (!before) {
		struct udm_seat *seat = (struct udm_seat *)ti->vcpu;

		if (unlikely(__atomic_load_n(&seat->gate, __ATOMIC_ACQUIRE) != ti))
			udm_region_enter(ti);
	}
}

static __always_inline bool udm_exit_is_plain(const struct thread_info *ti,
					      const struct udm_seat *seat)
{
	return !(__atomic_load_n(&seat->irq_pending, __ATOMIC_RELAXED) |
		 __atomic_load_n(&seat->softirq_pending, __ATOMIC_RELAXED) | ti->rcu_nesting |
		 ti->region_flags);
}

static __always_inline void udm_context_clear(struct thread_info *ti)
{
	struct udm_seat *seat = (struct udm_seat *)ti->vcpu;

	if (unlikely(!udm_exit_is_plain(ti, seat))) {
		udm_region_exit(ti);
		return;
	}
	udm_context_store(ti, 0, __ATOMIC_RELEASE);
	barrier();
	if (unlikely(__atomic_load_n(&seat->gate, __ATOMIC_RELAXED) != ti))
		udm_region_left(seat);
}

static __always_inline void udm_context_sub(u64 val)
{
	struct thread_info *ti = current_thread_info();

	barrier();
#ifdef CONFIG_PROVE_LOCKING
	if (unlikely((u32)ti->context < (u32)val)) {
		udm_region_underflow(val);
		return;
	}
#endif
	if (ti->context == val)
		udm_context_clear(ti);
	else
		udm_context_store(ti, ti->context - val, __ATOMIC_RELAXED);
}

static __always_inline int preempt_count(void)
{
	return (int)(u32)__atomic_load_n(&udm_context, __ATOMIC_RELAXED);
}

#define preempt_count_add(val) udm_context_add((u32)(val))
#define preempt_count_sub(val) udm_context_sub((u32)(val))
#define __preempt_count_add(val) preempt_count_add(val)
#define __preempt_count_sub(val) preempt_count_sub(val)
#define preempt_count_inc() preempt_count_add(1)
#define preempt_count_dec() preempt_count_sub(1)

/* Any context; nests; compiler barriers. May wait for the vCPU at the outermost disable. */
#define preempt_disable() preempt_count_inc()
#define preempt_enable() preempt_count_dec()
#define preempt_enable_no_resched() preempt_count_dec()
#define sched_preempt_enable_no_resched() preempt_count_dec()
#define preempt_disable_notrace() preempt_count_inc()
#define preempt_enable_notrace() preempt_count_dec()
#define preempt_enable_no_resched_notrace() preempt_count_dec()
#define preempt_check_resched() do { } while (0)

/* The masked value, not 0 or 1. */
#define nmi_count() (preempt_count() & NMI_MASK)
#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define irq_count() (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_nmi() nmi_count()
#define in_hardirq() hardirq_count()
#define in_irq() hardirq_count()
#define in_softirq() softirq_count()
#define in_serving_softirq() (softirq_count() & SOFTIRQ_OFFSET)
#define in_interrupt() irq_count()

/* 0 or 1. */
#define in_task() (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic() (preempt_count() != 0)
#define in_atomic_preempt_off() (preempt_count() != PREEMPT_DISABLE_OFFSET)
#define PREEMPT_DISABLE_OFFSET PREEMPT_OFFSET
#define preemptible() (__atomic_load_n(&udm_context, __ATOMIC_RELAXED) == 0)

/* One vCPU for the task until migrate_enable(): a preemption count does that here. */
#define migrate_disable() preempt_disable()
#define migrate_enable() preempt_enable()

/* PREEMPT_RT is off, so the nested forms do nothing. */
#define preempt_disable_nested() do { } while (0)
#define preempt_enable_nested() do { } while (0)

static __always_inline bool preempt_model_none(void)
{
	return false;
}

static __always_inline bool preempt_model_rt(void)
{
	return false;
}

static __always_inline bool preempt_model_preemptible(void)
{
	return true;
}

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(migrate, migrate_disable(), migrate_enable())
DEFINE_LOCK_GUARD_0(preempt_notrace, preempt_disable_notrace(), preempt_enable_notrace())

#endif
