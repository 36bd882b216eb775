/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stopping a task at a tracepoint, sim mode.
 *
 * A breakpoint names a trace event. The task that causes it stops there, in the
 * middle of what it does, with its locks and its vCPU, while the test looks around and
 * other tasks run:
 *
 *	struct udm_breakpoint *bp = udm_break_at("page_pool_release", NULL, 1);
 *
 *	if (udm_break_wait(bp, 0))	// some task is about to free a pool
 *		poke_the_pool();
 *	udm_break_clear(bp);		// it goes on
 *
 * The task that set the breakpoint never stops, neither does hardware (engines and
 * timed events), which is no task. A stopped task is inside an RCU read section: a grace
 * period does not end before it goes on. All calls: task context, no lock or
 * region held; a breakpoint belongs to the task that set it.
 */
#ifndef _UDEVMEM_BREAKPOINT_H
#define _UDEVMEM_BREAKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct udm_breakpoint;

/*
 * udm_break_at - set a breakpoint
 * @event: "name" or "system:name" of the event
 * @text: only events whose text contains this; NULL for all of them
 * @nth: stop at the nth of these from now on, 1 or more
 *
 * NULL with errno: ENOENT for an unknown event, EINVAL for nth 0, ENOMEM, or
 * EOPNOTSUPP in threads mode or without a machine.
 */
struct udm_breakpoint *udm_break_at(const char *event, const char *text, unsigned int nth);

/*
 * udm_break_wait - let others run until a task stops there
 * @ns: virtual time this may take; 0: only what is ready or due now
 *
 * True as soon as a task is stopped (also when one was already), false when there
 * is nothing left to do up to the end of that time.
 */
bool udm_break_wait(struct udm_breakpoint *bp, uint64_t ns);

/* The text of the event at which a task is stopped; "" while none is. */
const char *udm_break_text(const struct udm_breakpoint *bp);
/* Its name; NULL while none is stopped. */
const char *udm_break_task(const struct udm_breakpoint *bp);

/* The stopped task may go on; the breakpoint then waits for the nth event from here. */
void udm_break_continue(struct udm_breakpoint *bp, unsigned int nth);

/* The stopped task may go on, and the breakpoint is gone. NULL is ignored. */
void udm_break_clear(struct udm_breakpoint *bp);

#ifdef __cplusplus
}
#endif

#endif
