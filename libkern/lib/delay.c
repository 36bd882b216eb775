// SPDX-License-Identifier: GPL-2.0-only
/*
 * Busy delays.
 *
 * Threads mode spins on the clock. Sim mode moves virtual time, while hardware
 * (timed events and engines) goes on and other tasks do not. What becomes
 * pending for the caller's vCPU meanwhile is served at the end, unless the
 * caller is in a region, whose end does that.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/preempt.h>
#include <linux/time64.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../sched/exec.h"
#include "../sched/vcpu.h"

static void busy_wait(u64 ns)
{
	u64 until = udm_now() + ns;

	if (!udm_exec_sim) {
		while (udm_now() < until)
			vcpu_relax();
		return;
	}
	sim_spin_until(until);
	if (preemptible()) {
		preempt_disable();
		preempt_enable();
	}
}

void ndelay(unsigned long nsecs)
{
	busy_wait(nsecs);
}
EXPORT_SYMBOL(ndelay);

void udelay(unsigned long usecs)
{
	busy_wait((u64)usecs * NSEC_PER_USEC);
}
EXPORT_SYMBOL(udelay);

void mdelay(unsigned long msecs)
{
	busy_wait((u64)msecs * NSEC_PER_MSEC);
}
EXPORT_SYMBOL(mdelay);
