/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order in which the timers of one vCPU expire: a hierarchy of 64-slot
 * wheels over the 64-bit jiffies.
 *
 * `clk` is the first jiffy that has not been dealt with. A timer sits in the
 * level of the highest six-bit digit in which its time differs from clk, in the
 * slot of that digit of its time. So all timers of a slot share the higher
 * digits with clk, a slot of level 0 is one jiffy, and a slot of a higher level
 * is taken apart when clk gets to its start. Insertion and removal are O(1);
 * expiry is exact. The caller provides all locking.
 */
#ifndef _UDM_LIBKERN_TIME_TIMER_WHEEL_H
#define _UDM_LIBKERN_TIME_TIMER_WHEEL_H

#include <linux/list.h>
#include <linux/timer_types.h>

#define WHEEL_DIGIT_BITS 6
#define WHEEL_SLOTS (1u << WHEEL_DIGIT_BITS)
#define WHEEL_LEVELS (64 / WHEEL_DIGIT_BITS + 1)

struct timer_wheel {
	u64 clk;
	u64 used[WHEEL_LEVELS]; /* bit n: slot n of the level is not empty */
	struct hlist_head slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

__internal void timer_wheel_init(struct timer_wheel *wheel, u64 clk);

/*
 * Puts an idle timer in by its `expires`; a time before clk counts as clk. The
 * time by which the wheel needs attention for it.
 */
__internal u64 timer_wheel_add(struct timer_wheel *wheel, struct timer_list *timer);

/* Takes a timer out. Its slot may stay marked as used until it is looked at. */
__internal void timer_wheel_del(struct timer_list *timer);

/*
 * When the wheel needs attention next: the earliest time at which a slot
 * expires or must be taken apart. False if there is no timer.
 */
__internal bool timer_wheel_next(struct timer_wheel *wheel, u64 *when);

/*
 * Moves clk towards @now. True as soon as timers are due: they are then in
 * @due, and clk is the jiffy after theirs. False once clk is after @now.
 */
__internal bool timer_wheel_advance(struct timer_wheel *wheel, u64 now, struct hlist_head *due);

/* Any one timer with this callback (NULL: with any); NULL if there is none. */
__internal struct timer_list *timer_wheel_find(struct timer_wheel *wheel,
					       void (*function)(struct timer_list *));

#endif
