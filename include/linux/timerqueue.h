/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A queue of nodes ordered by time, first in first out among equal times.
 *
 * Add is O(1), del and looking at the first are O(log n) amortised and O(1).
 * The caller provides all locking and owns the nodes. Contract:
 * include/linux/timerqueue.h, lib/timerqueue.c.
 */
#ifndef _LINUX_TIMERQUEUE_H
#define _LINUX_TIMERQUEUE_H

#include <linux/stddef.h>
#include <linux/timerqueue_types.h>

/* Queues an idle node by its expires; true if it is now the first. */
bool timerqueue_add(struct timerqueue_head *head, struct timerqueue_node *node);

/* Takes a queued node out; true if others are left. */
bool timerqueue_del(struct timerqueue_head *head, struct timerqueue_node *node);

static inline void timerqueue_init(struct timerqueue_node *node)
{
	node->link = NULL;
}

static inline void timerqueue_init_head(struct timerqueue_head *head)
{
	head->root = NULL;
	head->seq = 0;
}

static inline bool timerqueue_node_queued(const struct timerqueue_node *node)
{
	return node->link != NULL;
}

/* The node that expires first, NULL if there is none. */
static inline struct timerqueue_node *timerqueue_getnext(struct timerqueue_head *head)
{
	return head->root;
}

#endif
