/* SPDX-License-Identifier: GPL-2.0-only */
/* Nanoseconds since boot, any context. Kernel path: linux/sched/clock.h. */
#ifndef _UDM_LINUX_SCHED_CLOCK_H
#define _UDM_LINUX_SCHED_CLOCK_H

#include <linux/types.h>
#include <udevmem/sim.h>

static inline u64 sched_clock(void)
{
	return udm_now();
}

static inline u64 local_clock(void)
{
	return udm_now();
}

static inline u64 cpu_clock(int cpu)
{
	(void)cpu;
	return udm_now();
}

#endif
