// SPDX-License-Identifier: GPL-2.0-only
/*
 * References to tasks and address spaces.
 *
 * The last reference to a task may be dropped by its own thread at the very end,
 * while a waker still looks at it; so the memory goes after a grace period.
 */
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "../rcu/rcu.h"
#include "../sched/exec.h"

static void task_unused(struct rcu_head *head)
{
	task_free(container_of(head, struct task_struct, rcu));
}

void put_task_struct(struct task_struct *task)
{
	if (__atomic_fetch_sub(&task->usage.counter, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	/* The host thread may be without a task already: no region is entered here. */
	call_rcu(&task->rcu, task_unused);
}
EXPORT_SYMBOL_GPL(put_task_struct);

void __mmdrop(struct mm_struct *mm)
{
	kfree(mm);
}
EXPORT_SYMBOL_GPL(__mmdrop);
