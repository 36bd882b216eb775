// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jiffies, computed from the machine's clock instead of counted by a tick.
 *
 * Jiffy number INITIAL_JIFFIES begins at time 0 of the machine, each lasts
 * TICK_NSEC. So "the time is at least the start of jiffy n" and "jiffies is at
 * least n" say the same, which the timers rely on.
 */
#include <linux/jiffies.h>
#include <udevmem/sim.h>

u64 get_jiffies_64(void)
{
	return (u64)INITIAL_JIFFIES + udm_now() / TICK_NSEC;
}
