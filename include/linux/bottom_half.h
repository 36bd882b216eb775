/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keeping softirqs off this vCPU.
 *
 * Kernel path: linux/bottom_half.h. local_bh_disable() nests and is a region
 * of its own. The enable after which no interrupt bits are left in the preempt
 * count first serves pending interrupts, then runs the softirqs pending on
 * this vCPU, in softirq context of the caller, before it returns.
 */
#ifndef _UDM_LINUX_BOTTOM_HALF_H
#define _UDM_LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>

/*
 * Drops @cnt from the preempt count and runs what became runnable. @ip is only
 * for reports. WARN_ON_ONCE in hardirq. Kernel file: kernel/softirq.c.
 */
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt);

static __always_inline void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	(void)ip;
	preempt_count_add(cnt);
}

static __always_inline void local_bh_disable(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
}

/*
 * The end of an outermost section with nothing to serve needs no call. What becomes
 * pending after the look is served by the softirq thread, as for any task whose
 * section has just ended.
 */
static __always_inline void udm_bh_enable(unsigned long ip, unsigned int cnt)
{
	struct thread_info *ti = current_thread_info();
	struct udm_seat *seat = (struct udm_seat *)ti->vcpu;

	barrier();
	if (likely(ti->context == cnt && udm_exit_is_plain(ti, seat)))
		udm_context_clear(ti);
	else
		__local_bh_enable_ip(ip, cnt);
}

static __always_inline void local_bh_enable(void)
{
	udm_bh_enable(0, SOFTIRQ_DISABLE_OFFSET);
}

static __always_inline void local_bh_enable_ip(unsigned long ip)
{
	udm_bh_enable(ip, SOFTIRQ_DISABLE_OFFSET);
}

/* Drops the count without running softirqs: for the end of a softirq itself. */
void _local_bh_enable(void);

static inline bool local_bh_blocked(void)
{
	return false;
}

DEFINE_LOCK_GUARD_0(bh, local_bh_disable(), local_bh_enable())

#endif
