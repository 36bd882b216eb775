// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the sim scheduler decides, from a seed or by a plan. See schedule.h.
 *
 * Used by the one host thread of sim mode.
 */
#include <stdlib.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "clock.h"
#include "schedule.h"

/* Keeps the numbers for choices and for points apart. */
#define POINT_STREAM 0x6a09e667f3bcc908ULL

static const struct schedule_plan *plan;
static struct schedule_record *record;
static bool following;		/* no plan, or between its begin and end */
static u64 seed;
static u32 choices;
static u32 points;
static u32 listed;		/* entries of the plan's list that are behind us */

static void restart(void)
{
	choices = points = listed = 0;
}

void schedule_prepare(const struct schedule_plan *new_plan)
{
	plan = new_plan;
}

unsigned int schedule_start(u64 config_seed, unsigned int permille)
{
	seed = plan ? plan->seed : config_seed;
	record = NULL;
	following = !plan;
	restart();
	return plan ? plan->permille : permille;
}

void schedule_begin(struct schedule_record *new_record)
{
	record = new_record;
	if (record)
		record->choices = record->points = record->nr_preempted = 0;
	following = true;
	restart();
}

void schedule_end(void)
{
	record = NULL;
	following = false;
}

u32 schedule_choose(u32 n)
{
	u32 number;

	if (n < 2)
		return 0;
	number = choices++;
	if (record)
		record->choices = choices;
	if (!following || (plan && number >= plan->choices))
		return number % n;
	return clock_hash_below(~seed, number, n);
}

static bool plan_lists(u32 point)
{
	while (listed < plan->nr_preempt && plan->preempt[listed] < point)
		listed++;
	return listed < plan->nr_preempt && plan->preempt[listed] == point;
}

/* An entry that finds no memory is missing from the record; its run cannot be shrunk then. */
static void note_preempted(u32 point)
{
	if (record->nr_preempted == record->capacity) {
		u32 capacity = max(64u, record->capacity * 2);
		u32 *larger = realloc(record->preempted, capacity * sizeof(*larger));

		if (!larger)
			return;
		record->preempted = larger;
		record->capacity = capacity;
	}
	record->preempted[record->nr_preempted++] = point;
}

bool schedule_preempts(unsigned int permille)
{
	u32 point = points;
	bool yes;

	if (!following)
		return false;
	points++;
	if (plan && plan->listed)
		yes = plan_lists(point);
	else
		yes = clock_hash_below(seed ^ POINT_STREAM, point, 1000) < permille;
	if (record) {
		record->points = points;
		if (yes)
			note_preempted(point);
	}
	return yes;
}
