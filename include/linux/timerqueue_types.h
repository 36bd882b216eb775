/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Node and head of a queue ordered by time; see linux/timerqueue.h. Only
 * `expires` is the user's, the rest belongs to libkern/lib/timerqueue.c.
 */
#ifndef _LINUX_TIMERQUEUE_TYPES_H
#define _LINUX_TIMERQUEUE_TYPES_H

#include <linux/types.h>

#ifndef _UDM_KTIME_T
#define _UDM_KTIME_T
typedef s64 ktime_t;
#endif

struct timerqueue_node {
	struct timerqueue_node *child; /* first child */
	struct timerqueue_node *next; /* next sibling */
	struct timerqueue_node **link; /* the pointer that points here; NULL when not queued */
	u64 seq; /* order of insertion, decides between equal times */
	ktime_t expires;
};

struct timerqueue_head {
	struct timerqueue_node *root;
	u64 seq;
};

#endif
