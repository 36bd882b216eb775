// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that can be left from nested calls: see kunit/try-catch.h.
 *
 * The runner and the thread share an attempt on the runner's stack. The thread
 * finds it as its kthread data, so leaving always ends the attempt of the
 * calling thread, whichever try-catch is named; only if that is its own does it
 * count as left, else as ended for no reason. The runner waits for the end of
 * the thread, not for the function, so an end of any kind is seen.
 */
#include <kunit/test.h>
#include <kunit/try-catch.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "../sched/exec.h"
#include "try-catch-impl.h"

enum attempt_end {
	ENDED_SOMEHOW,
	RETURNED,
	THROWN,
};

struct attempt {
	struct kunit_try_catch *try_catch;
	enum attempt_end end;
};

static int attempt_main(void *data)
{
	struct attempt *attempt = data;

	attempt->try_catch->try(attempt->try_catch->context);
	attempt->end = RETURNED;
	return 0;
}

static bool is_kthread(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD && task->worker_private;
}

/* The attempt whose thread is calling, or NULL. */
static struct attempt *own_attempt(void)
{
	if (!is_kthread(current) || kthread_func(current) != attempt_main)
		return NULL;
	return kthread_data(current);
}

/* A thread must not take its regions and read sections along: its CPU would never be free. */
static void leave_sections(void)
{
	struct thread_info *ti = current_thread_info();

	if (ti->context) {
		ti->rcu_nesting = 0;
		__atomic_store_n(&ti->context, PREEMPT_OFFSET, __ATOMIC_RELAXED);
		preempt_enable();
	} else if (ti->rcu_nesting) {
		ti->rcu_nesting = 1;
		rcu_read_unlock();
	}
}

void kunit_try_catch_throw(struct kunit_try_catch *try_catch)
{
	struct attempt *attempt = own_attempt();

	if (attempt && attempt->try_catch == try_catch)
		attempt->end = THROWN;
	if (!in_task())
		panic("KUnit: an assertion failed in interrupt context, which cannot end");
	if (!is_kthread(current))
		panic("KUnit: an assertion failed in %s/%d, which is no kernel thread",
		      current->comm, current->pid);
	if (!preemptible() || rcu_preempt_depth())
		pr_err("BUG: scheduling while atomic: %s/%d/0x%08x\n", current->comm, current->pid,
		       preempt_count());
	leave_sections();
	kthread_exit(0);
}
EXPORT_SYMBOL_GPL(kunit_try_catch_throw);

void kunit_end_faulted_thread(void)
{
	if (!udm_current_or_null() || !in_task() || !own_attempt())
		return;
	if (preempt_count())
		pr_info("note: %s[%d] exited with preempt_count %d\n", current->comm, current->pid,
			preempt_count());
	leave_sections();
	kthread_exit(-EINTR);
}

/* Waits for the end of the thread, and asks it to stop when its time is over. */
static int outcome_of(struct attempt *attempt, struct task_struct *task,
		      struct completion *exited)
{
	struct kunit_try_catch *try_catch = attempt->try_catch;
	struct kunit *test = try_catch->test;
	struct kunit_loc seen;

	if (!wait_for_completion_timeout(exited, try_catch->timeout)) {
		kunit_err(test, "try timed out\n");
		kthread_stop(task);
		return -ETIMEDOUT;
	}
	if (attempt->end != ENDED_SOMEHOW)
		return 0;
	seen.file = READ_ONCE(test->last_seen.file);
	seen.line = READ_ONCE(test->last_seen.line);
	if (seen.file)
		kunit_err(test, "try faulted: last line seen %s:%d\n", seen.file, seen.line);
	else
		kunit_err(test, "try faulted\n");
	return -EINTR;
}

static int make_attempt(struct attempt *attempt)
{
	struct task_struct *task;
	int result;

	task = kthread_create(attempt_main, attempt, "kunit_try_catch_thread");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	wake_up_process(task);
	result = outcome_of(attempt, task, kthread_exited(task));
	put_task_struct(task);
	return result;
}

void kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context)
{
	struct attempt attempt = { .try_catch = try_catch, .end = ENDED_SOMEHOW };
	int result;

	try_catch->context = context;
	result = make_attempt(&attempt);
	try_catch->try_result = result;
	if (result || attempt.end != RETURNED)
		try_catch->catch(context);
}
EXPORT_SYMBOL_GPL(kunit_try_catch_run);
