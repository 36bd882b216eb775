/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Completions: one task waits until another says "done".
 *
 * Kernel path: linux/completion.h. complete() adds one, wait_for_completion()
 * takes one; complete_all() opens it for good, until reinit_completion(). Waits
 * may sleep; complete*() from any context. A waiter may free the completion as
 * soon as wait_for_completion() has returned, and anybody after
 * completion_done() has given true.
 */
#ifndef _UDM_LINUX_COMPLETION_H
#define _UDM_LINUX_COMPLETION_H

#include <linux/swait.h>

struct completion {
	unsigned int done;
	struct swait_queue_head wait;
};

#define COMPLETION_INITIALIZER(work) { 0, __SWAIT_QUEUE_HEAD_INITIALIZER((work).wait) }
#define COMPLETION_INITIALIZER_ONSTACK(work) (*({ init_completion(&work); &work; }))
#define DECLARE_COMPLETION(work) struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) DECLARE_COMPLETION(work)
#define COMPLETION_INITIALIZER_ONSTACK_MAP(work, map) COMPLETION_INITIALIZER_ONSTACK(work)
#define DECLARE_COMPLETION_ONSTACK_MAP(work, map) DECLARE_COMPLETION(work)

#define init_completion(x)                                                                         \
	do {                                                                                       \
		struct completion *__completion = (x);                                             \
		__completion->done = 0;                                                            \
		init_swait_queue_head(&__completion->wait);                                        \
	} while (0)
#define init_completion_map(x, m) init_completion(x)

static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/* kernel/sched/completion.c */
void complete(struct completion *x);
void complete_on_current_cpu(struct completion *x);
void complete_all(struct completion *x);

void wait_for_completion(struct completion *x);
void wait_for_completion_io(struct completion *x);
/* 0, or -ERESTARTSYS after a signal (killable: a fatal one). */
int wait_for_completion_interruptible(struct completion *x);
int wait_for_completion_killable(struct completion *x);
int wait_for_completion_state(struct completion *x, unsigned int state);
/* Jiffies left, at least 1; 0 when the time ran out; the signal forms also -ERESTARTSYS. */
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
unsigned long wait_for_completion_io_timeout(struct completion *x, unsigned long timeout);
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout);
long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout);
/* True if it took one without waiting. Any context. */
bool try_wait_for_completion(struct completion *x);
/* True if done; waits for a complete() that is still inside. Any context. */
bool completion_done(struct completion *x);

#endif
