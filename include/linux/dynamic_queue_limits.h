/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic queue limits: how much may be in a queue so that it never runs dry, and not
 * much more. Objects are counted in units of the caller's, such as bytes.
 *
 * dql_queued() and dql_avail() belong to who fills the queue, dql_completed() to who
 * empties it; these two may run at the same time, each alone.
 * Kernel path: linux/dynamic_queue_limits.h, lib/dynamic_queue_limits.c.
 */
#ifndef _UDM_LINUX_DYNAMIC_QUEUE_LIMITS_H
#define _UDM_LINUX_DYNAMIC_QUEUE_LIMITS_H

#include <asm/barrier.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/limits.h>
#include <linux/types.h>

struct dql {
	/* Filling. */
	unsigned int num_queued;	/* all that ever were */
	unsigned int adj_limit;		/* limit + num_completed */
	unsigned int last_obj_cnt;
	unsigned short stall_thrs;
	unsigned long history_head;
	unsigned long history[4];

	/* Emptying. */
	unsigned int limit ____cacheline_aligned_in_smp;
	unsigned int num_completed;
	unsigned int prev_ovlimit;
	unsigned int prev_num_queued;
	unsigned int prev_last_obj_cnt;
	unsigned int lowest_slack;
	unsigned long slack_start_time;

	/* Settings. */
	unsigned int max_limit;
	unsigned int min_limit;
	unsigned int slack_hold_time;	/* jiffies that slack must last */
	unsigned short stall_max;
	unsigned long last_reap;
	unsigned long stall_cnt;
};

#define DQL_MAX_OBJECT (UINT_MAX / 16)
#define DQL_MAX_LIMIT (UINT_MAX / 2 - DQL_MAX_OBJECT)

/* The queue got @count; more than DQL_MAX_OBJECT is a bug. */
static inline void dql_queued(struct dql *dql, unsigned int count)
{
	BUG_ON(count > DQL_MAX_OBJECT);
	WRITE_ONCE(dql->last_obj_cnt, count);
	/* Whoever sees it queued sees how much it was. */
	smp_wmb();
	WRITE_ONCE(dql->num_queued, dql->num_queued + count);
}

/* How much more may be queued; less than 0: it should not be filled. */
static inline int dql_avail(const struct dql *dql)
{
	return READ_ONCE(dql->adj_limit) - READ_ONCE(dql->num_queued);
}

/* @count left the queue; more than was in it is a bug. */
void dql_completed(struct dql *dql, unsigned int count);
/* The queue is empty and begins anew. */
void dql_reset(struct dql *dql);
void dql_init(struct dql *dql, unsigned int hold_time);

#endif
