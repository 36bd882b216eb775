// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work a task does when it leaves the kernel side.
 *
 * Each host API call is bracketed by udm_call_begin and udm_call_end. The end of
 * the outermost one runs what was queued, oldest first, and what that queues in
 * turn. Items may be added by any task; they are taken by the task itself only.
 */
#include <linux/export.h>
#include <linux/task_work.h>
#include <udevmem/file.h>

int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode mode)
{
	struct callback_head *head = READ_ONCE(task->task_works);

	if (task->flags & PF_KTHREAD || !READ_ONCE(task->call_depth))
		return -ESRCH;
	do {
		work->next = head;
	} while (!try_cmpxchg(&task->task_works, &head, work));
	return 0;
}
EXPORT_SYMBOL_GPL(task_work_add);

static struct callback_head *reverse(struct callback_head *newest_first)
{
	struct callback_head *oldest_first = NULL;

	while (newest_first) {
		struct callback_head *next = newest_first->next;

		newest_first->next = oldest_first;
		oldest_first = newest_first;
		newest_first = next;
	}
	return oldest_first;
}

void task_work_run(void)
{
	struct callback_head *work;

	while ((work = reverse(xchg(&current->task_works, NULL)))) {
		while (work) {
			/* The function may free its item. */
			struct callback_head *next = work->next;

			work->func(work);
			work = next;
		}
	}
}

void udm_call_begin(void)
{
	struct task_struct *task = current;

	WRITE_ONCE(task->call_depth, task->call_depth + 1);
}

void udm_call_end(void)
{
	struct task_struct *task = current;

	if (task->call_depth == 1)
		task_work_run();
	WRITE_ONCE(task->call_depth, task->call_depth - 1);
}
