// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rate limits: at most `burst` events per window of `interval` jiffies.
 *
 * A window opens with the first event that comes when none is open or the open
 * one is over. What was suppressed in a window is reported when the next opens,
 * or at the end of the state's life if it asks for that; not in the next boot. The lock word is a
 * spinlock of its own: rate limits are used by the locks' own reports.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/ratelimit.h>
#include "libkern/subsystem.h"

/* Counts boots: jiffies start again, so windows of an earlier machine mean nothing. */
static unsigned int machine;

static void rs_lock(struct ratelimit_state *rs)
{
	while (cmpxchg_acquire(&rs->lock, 0, 1))
		cpu_relax();
}

static void rs_unlock(struct ratelimit_state *rs)
{
	smp_store_release(&rs->lock, 0);
}

/* Opens a window if none is open; returns what the previous one suppressed and is to be told. */
static int open_window(struct ratelimit_state *rs)
{
	bool ours = rs->machine == machine;
	bool open = ours && rs->flags & RATELIMIT_INITIALIZED &&
		    !time_is_before_jiffies(rs->begin + rs->interval);

	if (open)
		return 0;
	if (!ours && rs->flags & RATELIMIT_INITIALIZED)
		ratelimit_state_reset_miss(rs);
	rs->machine = machine;
	rs->begin = jiffies;
	rs->rs_n_left = rs->burst;
	rs->flags |= RATELIMIT_INITIALIZED;
	return rs->flags & RATELIMIT_MSG_ON_RELEASE ? 0 : ratelimit_state_reset_miss(rs);
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	int missed, allowed;

	if (!READ_ONCE(rs->interval))
		return 1;
	if (READ_ONCE(rs->burst) <= 0) {
		ratelimit_state_inc_miss(rs);
		return 0;
	}
	rs_lock(rs);
	missed = open_window(rs);
	allowed = rs->rs_n_left > 0;
	rs->rs_n_left -= allowed;
	rs_unlock(rs);

	if (!allowed)
		ratelimit_state_inc_miss(rs);
	if (missed)
		printk(KERN_WARNING "%s: %d callbacks suppressed\n", func, missed);
	return allowed;
}
EXPORT_SYMBOL(___ratelimit);

void ratelimit_state_reset_interval(struct ratelimit_state *rs, int interval_init)
{
	rs_lock(rs);
	rs->interval = interval_init;
	rs->flags &= ~RATELIMIT_INITIALIZED;
	atomic_set(&rs->missed, 0);
	rs_unlock(rs);
}
EXPORT_SYMBOL(ratelimit_state_reset_interval);

void ratelimit_state_exit(struct ratelimit_state *rs)
{
	int missed;

	if (!(rs->flags & RATELIMIT_MSG_ON_RELEASE))
		return;
	missed = ratelimit_state_reset_miss(rs);
	if (missed)
		pr_warn("%d output lines suppressed due to ratelimiting\n", missed);
}
EXPORT_SYMBOL(ratelimit_state_exit);

int ratelimit_boot(const struct udm_config *cfg)
{
	machine++;
	return 0;
}

void ratelimit_shutdown(void)
{
}
