/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State of a rate limit: burst events per interval (in jiffies).
 *
 * Kernel path: linux/ratelimit_types.h. Interval 0 never limits; otherwise a
 * burst of 0 or less always does. The lock is taken by the slow path only.
 */
#ifndef _UDM_LINUX_RATELIMIT_TYPES_H
#define _UDM_LINUX_RATELIMIT_TYPES_H

#include <linux/bits.h>
#include <linux/types.h>

#define DEFAULT_RATELIMIT_INTERVAL (5 * CONFIG_HZ)
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_MSG_ON_RELEASE BIT(0)
#define RATELIMIT_INITIALIZED BIT(1)

struct ratelimit_state {
	int lock;
	int interval;
	int burst;
	int rs_n_left;
	atomic_t missed;
	unsigned int flags;
	unsigned int machine;	/* the boot that begin belongs to */
	unsigned long begin;
};

#define RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, flags_init)                    \
	{                                                                                          \
		.interval = interval_init, .burst = burst_init, .flags = flags_init                \
	}
#define RATELIMIT_STATE_INIT(name, interval_init, burst_init)                                      \
	RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, 0)
#define RATELIMIT_STATE_INIT_DISABLED RATELIMIT_STATE_INIT(ratelimit_state, 0, 0)
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init)                                    \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval_init, burst_init)

/* Any context. 1: the caller may go on; 0: suppressed, and counted. */
int ___ratelimit(struct ratelimit_state *rs, const char *func);
#define __ratelimit(state) ___ratelimit(state, __func__)

#endif
