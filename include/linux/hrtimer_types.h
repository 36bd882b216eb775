/* SPDX-License-Identifier: GPL-2.0-only */
/* struct hrtimer and what its callback returns, for headers that embed one. */
#ifndef _LINUX_HRTIMER_TYPES_H
#define _LINUX_HRTIMER_TYPES_H

#include <linux/timerqueue_types.h>
#include <linux/types.h>

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART,
};

/*
 * node.expires is the expiry by the timer's own clock, _softexpires the same
 * without the slack. `queued` is the place in the queue, ordered by monotonic
 * time. The rest is private to libkern/time/hrtimer.c.
 */
struct hrtimer {
	struct timerqueue_node node;
	struct timerqueue_node queued;
	ktime_t _softexpires;
	enum hrtimer_restart (*function)(struct hrtimer *);
	u32 cpu;
	u8 clock;
	u8 state;
	u8 is_rel;
	u8 is_soft;
};

#endif
