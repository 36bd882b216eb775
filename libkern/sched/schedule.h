/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decisions of the sim scheduler.
 *
 * There are two kinds, each numbered from 0 at boot. A choice says which of
 * several candidates goes next; a preemption point is a lock release or wake-up
 * at which another task could run. Each decision is a function of the seed
 * and of its own number alone. So a plan, which cuts off the choices or lists the
 * points to preempt at, leaves the other decisions as they were, and whoever
 * looks for the smallest plan that fails (explore.c) changes one thing at a time.
 */
#ifndef _UDM_LIBKERN_SCHED_SCHEDULE_H
#define _UDM_LIBKERN_SCHED_SCHEDULE_H

#include <linux/compiler_types.h>
#include <linux/types.h>

#define ALL_CHOICES U32_MAX

struct schedule_plan {
	u64 seed;
	unsigned int permille;	/* chance of preemption at a point, at least 1 */
	u32 choices;		/* so many are random, the others take turns; or ALL_CHOICES */
	bool listed;		/* preempt at these points only, instead of at random */
	u32 nr_preempt;
	u32 *preempt;		/* ascending */
};

/* What happened under a plan. */
struct schedule_record {
	u32 choices;
	u32 points;
	u32 nr_preempted;
	u32 capacity;
	u32 *preempted;
};

/*
 * The next boots are made for @plan, which must stay. It holds between schedule_begin() and
 * schedule_end(): decisions are counted from there, and noted in @record, whose list is
 * realloc()ed. Before and after, candidates take turns and nobody is preempted, so
 * that boot and shutdown have no share in a plan. NULL: boots follow their seed.
 */
__internal void schedule_prepare(const struct schedule_plan *plan);
__internal void schedule_begin(struct schedule_record *record);
__internal void schedule_end(void);

/* At boot. A plan's values go before the configuration's. The permille in force. */
__internal unsigned int schedule_start(u64 seed, unsigned int permille);

/* A choice: below @n. Costs none when @n is less than 2. */
__internal u32 schedule_choose(u32 n);

/* A preemption point: whether to preempt; at random by @permille. */
__internal bool schedule_preempts(unsigned int permille);

#endif
