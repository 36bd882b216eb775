// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic queue limits.
 *
 * The queue was starved if it is empty though the limit had kept something out: the
 * limit grows by what it lacked. It has slack if it stayed busy for a whole interval
 * with more in it than was consumed: when the least slack has lasted long enough, the
 * limit shrinks by it. Counters run freely; differences are taken modulo 2^32.
 */
#include <linux/dynamic_queue_limits.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

/* a - b, or 0 if a is behind b. */
static unsigned int ahead(unsigned int a, unsigned int b)
{
	return (int)(a - b) > 0 ? a - b : 0;
}

/* One interval between completions. */
struct interval {
	unsigned int queued;	/* all that ever were, now */
	unsigned int completed;
	unsigned int over;	/* what was queued above the limit */
};

static void forget_slack(struct dql *dql)
{
	dql->lowest_slack = UINT_MAX;
	dql->slack_start_time = jiffies;
}

static bool was_starved(const struct dql *dql, const struct interval *now)
{
	bool empty = now->queued == now->completed;
	bool all_before_done = (int)(now->completed - dql->prev_num_queued) >= 0;

	return (now->over && empty) || (dql->prev_ovlimit && all_before_done);
}

static bool stayed_busy(const struct dql *dql, const struct interval *now)
{
	return now->queued != now->completed && dql->prev_num_queued != dql->num_completed &&
	       (int)(now->completed - dql->prev_num_queued) < 0;
}

/* The limit after the slack of this interval is known. */
static unsigned int give_back_slack(struct dql *dql, const struct interval *now)
{
	unsigned int used = now->completed - dql->num_completed, slack, of_last = 0;

	slack = ahead(dql->limit + dql->prev_ovlimit, 2 * used);
	/* An object that only just went over the limit could have waited. */
	if (dql->prev_ovlimit)
		of_last = ahead(dql->prev_last_obj_cnt, dql->prev_ovlimit);
	dql->lowest_slack = min(dql->lowest_slack, max(slack, of_last));
	if (!time_after(jiffies, dql->slack_start_time + dql->slack_hold_time))
		return dql->limit;
	slack = dql->lowest_slack;
	forget_slack(dql);
	return ahead(dql->limit, slack);
}

void dql_completed(struct dql *dql, unsigned int count)
{
	struct interval now = { .queued = READ_ONCE(dql->num_queued) };
	unsigned int last_obj_cnt, limit = dql->limit;

	smp_rmb();
	last_obj_cnt = READ_ONCE(dql->last_obj_cnt);
	BUG_ON(count > now.queued - dql->num_completed);
	now.completed = dql->num_completed + count;
	now.over = ahead(now.queued - dql->num_completed, limit);
	if (was_starved(dql, &now)) {
		limit += ahead(now.completed, dql->prev_num_queued) + dql->prev_ovlimit;
		forget_slack(dql);
	} else if (stayed_busy(dql, &now)) {
		limit = give_back_slack(dql, &now);
	}
	limit = clamp(limit, dql->min_limit, dql->max_limit);
	if (limit != dql->limit) {
		dql->limit = limit;
		now.over = 0;
	}
	WRITE_ONCE(dql->adj_limit, limit + now.completed);
	dql->prev_ovlimit = now.over;
	dql->prev_last_obj_cnt = last_obj_cnt;
	dql->prev_num_queued = now.queued;
	dql->num_completed = now.completed;
}
EXPORT_SYMBOL(dql_completed);

void dql_reset(struct dql *dql)
{
	dql->num_queued = dql->num_completed = dql->prev_num_queued = 0;
	dql->last_obj_cnt = dql->prev_last_obj_cnt = 0;
	dql->prev_ovlimit = 0;
	dql->limit = dql->adj_limit = dql->min_limit;
	forget_slack(dql);
}
EXPORT_SYMBOL(dql_reset);

void dql_init(struct dql *dql, unsigned int hold_time)
{
	*dql = (struct dql){ .max_limit = DQL_MAX_LIMIT, .slack_hold_time = hold_time };
	dql_reset(dql);
}
EXPORT_SYMBOL(dql_init);
