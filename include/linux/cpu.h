/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU hotplug, which does not happen: the set of CPUs is fixed at boot.
 *
 * Kernel path: linux/cpu.h.
 */
#ifndef _UDM_LINUX_CPU_H
#define _UDM_LINUX_CPU_H

#include <linux/cleanup.h>
#include <linux/cpumask.h>

static inline void cpus_read_lock(void)
{
}

static inline void cpus_read_unlock(void)
{
}

static inline int cpus_read_trylock(void)
{
	return 1;
}

#define lockdep_assert_cpus_held() do { } while (0)

DEFINE_LOCK_GUARD_0(cpus_read_lock, cpus_read_lock(), cpus_read_unlock())

#endif
