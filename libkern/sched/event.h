/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timed events: the one queue of everything that happens at a point in time.
 *
 * An event's function runs at "hardware" level, like an interrupt line going
 * up: no current task, no kernel locks, no sleeping. It does its bookkeeping
 * under host primitives or atomics and then calls vcpu_irq_raise() or
 * udm_engine_kick(). Sim mode: the scheduler runs it once virtual time is there;
 * events of the same time run in an order chosen by the seed. Threads mode: the
 * timekeeper thread runs it.
 * The event is off the queue when its function is entered, so the function may
 * post it again or free it.
 */
#ifndef _UDM_LIBKERN_SCHED_EVENT_H
#define _UDM_LIBKERN_SCHED_EVENT_H

#include <linux/types.h>

struct kern_event {
	u64 when;			/* udm_now() at which it is due */
	void (*fn)(struct kern_event *event);
	/* Private to event.c: a pairing heap, and the order among equal times. */
	u64 seq;
	struct kern_event *child;	/* first child */
	struct kern_event *next;	/* next sibling */
	struct kern_event *prev;	/* previous sibling, or the parent of a first child */
	bool queued;
};

__internal void kern_event_init(struct kern_event *event, void (*fn)(struct kern_event *event));

/*
 * kern_event_post - have fn run at @when
 *
 * Any context, any host thread. An event that is queued already is moved. A
 * time that has passed means as soon as possible.
 */
__internal void kern_event_post(struct kern_event *event, u64 when);

/*
 * kern_event_cancel - take an event off the queue
 *
 * True if it was queued; then fn does not run. False: not queued; fn may be
 * running at this moment in threads mode. Any context, any host thread.
 */
__internal bool kern_event_cancel(struct kern_event *event);

/* As above, and waits for a running fn to return. Not from fn itself, not from a region. */
__internal bool kern_event_cancel_sync(struct kern_event *event);

__internal bool kern_event_pending(const struct kern_event *event);

/* For the sim scheduler: when the first event is due (U64_MAX: none), and running it. */
__internal u64 kern_event_next(void);
__internal void kern_event_run_first(void);

#endif
