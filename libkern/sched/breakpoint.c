// SPDX-License-Identifier: GPL-2.0-only
/*
 * Breakpoints on trace events. See udevmem/breakpoint.h.
 *
 * Everything here happens on the one host thread of sim mode. A stopped fiber is
 * blocked and in no list of the scheduler; its breakpoint is what refers to it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <udevmem/boot.h>
#include <udevmem/breakpoint.h>
#include <udevmem/sim.h>
#include <udevmem/trace.h>

#include "exec.h"

struct udm_breakpoint {
	struct udm_breakpoint *next;	/* in `cleared` */
	const struct udm_trace_event *event;
	char *match;			/* or NULL */
	unsigned int left;		/* events until one stops its task; 0: disarmed */
	struct task_struct *owner;
	struct task_struct *stopped;
	bool awaited;			/* the owner is in udm_break_wait() */
	char text[256];
};

/*
 * Detaching waits for a grace period, which does not end while a task is stopped: what is
 * cleared meanwhile waits here.
 */
static unsigned int nr_stopped;
static struct udm_breakpoint *cleared;

static const struct udm_trace_event *find_event(const char *name)
{
	const char *colon = strchr(name, ':');
	size_t system = colon ? colon - name : 0;
	const struct udm_trace_event *event = NULL;

	while ((event = udm_trace_next(event))) {
		if (strcmp(event->name, colon ? colon + 1 : name))
			continue;
		if (!colon || (strlen(event->system) == system &&
			       !memcmp(event->system, name, system)))
			return event;
	}
	return NULL;
}

static void stop_here(struct udm_breakpoint *bp)
{
	bp->stopped = current;
	bp->stopped->exec->where = (unsigned long)bp->event->probe;
	nr_stopped++;
	if (bp->awaited)
		sim_unblock(bp->owner->exec);
	bp->awaited = false;
	sim_block(SIM_BLOCKED_BREAK);
}

static void on_event(void *ctx, const struct udm_trace_event *event, const void *record,
		     size_t size)
{
	struct udm_breakpoint *bp = ctx;
	char text[sizeof(bp->text)];

	if (sim_runs_hardware() || current == bp->owner || !bp->left)
		return;
	udm_trace_text(event, record, text, sizeof(text));
	if ((bp->match && !strstr(text, bp->match)) || --bp->left)
		return;
	memcpy(bp->text, text, sizeof(text));
	stop_here(bp);
}

static void free_breakpoint(struct udm_breakpoint *bp)
{
	free(bp->match);
	free(bp);
}

static int arm(struct udm_breakpoint *bp, const char *text)
{
	if (text) {
		bp->match = strdup(text);
		if (!bp->match)
			return -ENOMEM;
	}
	return udm_trace_attach(bp->event, on_event, bp);
}

struct udm_breakpoint *udm_break_at(const char *event, const char *text, unsigned int nth)
{
	struct udm_breakpoint *bp = NULL;
	int err = 0;

	if (!udm_booted() || !udm_sim())
		err = -EOPNOTSUPP;
	else if (!nth)
		err = -EINVAL;
	else if (!find_event(event))
		err = -ENOENT;
	else
		bp = calloc(1, sizeof(*bp));
	if (bp) {
		bp->event = find_event(event);
		bp->left = nth;
		bp->owner = current;
		err = arm(bp, text);
		if (!err)
			return bp;
		free_breakpoint(bp);
	}
	errno = err ? -err : ENOMEM;
	return NULL;
}

bool udm_break_wait(struct udm_breakpoint *bp, uint64_t ns)
{
	might_sleep();
	if (!bp->stopped) {
		bp->awaited = true;
		sim_wait_idle(udm_now() + ns);
		bp->awaited = false;
	}
	return bp->stopped;
}

const char *udm_break_text(const struct udm_breakpoint *bp)
{
	return bp->stopped ? bp->text : "";
}

const char *udm_break_task(const struct udm_breakpoint *bp)
{
	return bp->stopped ? bp->stopped->comm : NULL;
}

void udm_break_continue(struct udm_breakpoint *bp, unsigned int nth)
{
	struct task_struct *task = bp->stopped;

	bp->left = nth;
	bp->stopped = NULL;
	if (task) {
		nr_stopped--;
		sim_unblock(task->exec);
	}
}

static void free_cleared(void)
{
	while (cleared) {
		struct udm_breakpoint *bp = cleared;

		cleared = bp->next;
		udm_trace_detach(bp->event, on_event, bp);
		free_breakpoint(bp);
	}
}

void udm_break_clear(struct udm_breakpoint *bp)
{
	if (!bp)
		return;
	udm_break_continue(bp, 0);
	bp->next = cleared;
	cleared = bp;
	if (!nr_stopped)
		free_cleared();
}
