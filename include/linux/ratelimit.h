/* SPDX-License-Identifier: GPL-2.0-only */
/* Rate limiting of messages and warnings. Kernel path: linux/ratelimit.h. */
#ifndef _UDM_LINUX_RATELIMIT_H
#define _UDM_LINUX_RATELIMIT_H

#include <linux/bug.h>
#include <linux/printk.h>
#include <linux/ratelimit_types.h>
#include <linux/atomic.h>

static inline void ratelimit_state_init(struct ratelimit_state *rs, int interval, int burst)
{
	*rs = (struct ratelimit_state)RATELIMIT_STATE_INIT(*rs, interval, burst);
}

static inline void ratelimit_default_init(struct ratelimit_state *rs)
{
	ratelimit_state_init(rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
}

static inline void ratelimit_state_inc_miss(struct ratelimit_state *rs)
{
	atomic_inc(&rs->missed);
}

static inline int ratelimit_state_get_miss(struct ratelimit_state *rs)
{
	return atomic_read(&rs->missed);
}

static inline int ratelimit_state_reset_miss(struct ratelimit_state *rs)
{
	return atomic_xchg(&rs->missed, 0);
}

/* Forgets the current interval, so that the next event starts one. */
void ratelimit_state_reset_interval(struct ratelimit_state *rs, int interval_init);
/* Reports what was suppressed, for states with RATELIMIT_MSG_ON_RELEASE. */
void ratelimit_state_exit(struct ratelimit_state *rs);

static inline void ratelimit_set_flags(struct ratelimit_state *rs, unsigned long flags)
{
	rs->flags = flags;
}

#define WARN_ON_RATELIMIT(condition, state)                                                        \
	({                                                                                         \
		bool __rate_cond = !!(condition);                                                  \
		WARN_ON(__rate_cond && __ratelimit(state));                                        \
		__rate_cond;                                                                       \
	})
#define WARN_RATELIMIT(condition, format, ...)                                                     \
	({                                                                                         \
		static DEFINE_RATELIMIT_STATE(__rs, DEFAULT_RATELIMIT_INTERVAL,                    \
					      DEFAULT_RATELIMIT_BURST);                            \
		bool __rate_cond = !!(condition);                                                  \
		if (unlikely(__rate_cond) && __ratelimit(&__rs))                                   \
			WARN(1, format, ##__VA_ARGS__);                                            \
		__rate_cond;                                                                       \
	})

#endif
