// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grace periods in sim mode.
 *
 * One fiber runs at a time, so at the start of a grace period every other fiber
 * that is in a section or region has been switched away inside it. Those are
 * marked; each tells when it leaves its outermost section, and the last one
 * wakes the RCU task. Only that task runs grace periods.
 */
#include <linux/bug.h>
#include <linux/sched.h>

#include "../sched/exec.h"
#include "rcu.h"

static unsigned int readers_awaited;
static struct task_struct *waiting;

static void mark_reader(struct task_struct *task, void *self)
{
	struct thread_info *ti = &task->thread_info;

	if (task == self || (!ti->context && !ti->rcu_nesting))
		return;
	ti->rcu_watched = 1;
	readers_awaited++;
}

void rcu_sim_reader_left(struct thread_info *ti)
{
	ti->rcu_watched = 0;
	if (!--readers_awaited)
		task_wake(waiting, TASK_UNINTERRUPTIBLE);
}

void rcu_sim_synchronize(void)
{
	waiting = current;
	readers_awaited = 0;
	task_for_each(mark_reader, waiting);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!readers_awaited)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}
