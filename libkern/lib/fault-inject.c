// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deciding whether a call shall fail (lib/fault-inject.c).
 *
 * A task with fail_nth counts its eligible calls down and fails the one that
 * reaches 0; nothing else matters to it meanwhile. Otherwise the attribute
 * decides, cheapest question first. Counters of an attribute that several
 * threads use are exact only as far as atomic_t goes, as in the kernel.
 */
#include <stdio.h>

#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>

#include "../mm/fault.h"
#include "../mm/thread_cache.h"

#define MAX_STACK_TRACE_DEPTH 32

/* Tasks with fail_nth. One that ends armed is never taken off: that costs speed only. */
static atomic_t nth_armed;

void fault_settings_changed(void)
{
	if (atomic_read(&nth_armed) || READ_ONCE(udm_inject_armed) ||
	    READ_ONCE(udm_failslab.attr.probability) ||
	    READ_ONCE(udm_fail_page_alloc.attr.probability))
		thread_caches_close(THREAD_CACHE_FAULTS);
	else
		thread_caches_open(THREAD_CACHE_FAULTS);
}

void fault_settings_reset(void)
{
	fault_sources_reset();
	atomic_set(&nth_armed, 0);
	fault_settings_changed();
}

void fault_set_nth(unsigned int n)
{
	int change = !!n - !!current->fail_nth;

	current->fail_nth = n;
	atomic_add(change, &nth_armed);
	if (change)
		fault_settings_changed();
}

int setup_fault_attr(struct fault_attr *attr, char *str)
{
	unsigned long interval, probability;
	int space, times;

	if (sscanf(str, "%lu,%lu,%d,%d", &interval, &probability, &space, &times) != 4) {
		pr_warn("FAULT_INJECTION: failed to parse arguments\n");
		return 0;
	}
	attr->interval = interval;
	attr->probability = probability;
	atomic_set(&attr->space, space);
	atomic_set(&attr->times, times);
	fault_settings_changed();
	return 1;
}

/* Is the caller's chain one that the attribute is about? */
static bool right_stack(const struct fault_attr *attr)
{
	unsigned long frames[MAX_STACK_TRACE_DEPTH];
	bool required = !attr->require_start && attr->require_end == ULONG_MAX;
	unsigned int nr = 0, i;

	if (required && !attr->reject_start && !attr->reject_end)
		return true;
	if (attr->stacktrace_depth)
		nr = stack_trace_save(frames, min(attr->stacktrace_depth,
						  (unsigned long)MAX_STACK_TRACE_DEPTH), 1);
	for (i = 0; i < nr; i++) {
		if (frames[i] >= attr->reject_start && frames[i] < attr->reject_end)
			return false;
		if (frames[i] >= attr->require_start && frames[i] < attr->require_end)
			required = true;
	}
	return required;
}

static void fail_dump(struct fault_attr *attr)
{
	if (!attr->verbose || !__ratelimit(&attr->ratelimit_state))
		return;
	if (attr->dname)
		pr_notice("FAULT_INJECTION: forcing a failure.\nname %pd, interval %lu, probability %lu, space %d, times %d\n",
			  attr->dname, attr->interval, attr->probability,
			  atomic_read(&attr->space), atomic_read(&attr->times));
	else
		pr_notice("FAULT_INJECTION: forcing a failure.\nname %s, interval %lu, probability %lu, space %d, times %d\n",
			  attr->udm_name ? attr->udm_name : "(null)", attr->interval,
			  attr->probability, atomic_read(&attr->space), atomic_read(&attr->times));
	if (attr->verbose > 1)
		dump_stack();
}

static bool fail_now(struct fault_attr *attr, int flags)
{
	if (!(flags & FAULT_NOWARN))
		fail_dump(attr);
	if (atomic_read(&attr->times) != -1)
		atomic_add_unless(&attr->times, -1, 0);
	return true;
}

static bool wrong_task(const struct fault_attr *attr, const struct task_struct *task)
{
	return READ_ONCE(attr->task_filter) && !(task && in_task() && task->make_it_fail);
}

/* The budget lets calls pass until it is smaller than a request. */
static bool within_space(struct fault_attr *attr, ssize_t size)
{
	if (atomic_read(&attr->space) <= size)
		return false;
	atomic_sub(size, &attr->space);
	return true;
}

static bool off_beat(struct fault_attr *attr)
{
	unsigned long interval = READ_ONCE(attr->interval);

	return interval > 1 && ++attr->count % interval;
}

/* Counts the task's call; true if it is the one. */
static bool nth_call(struct task_struct *task)
{
	if (--task->fail_nth)
		return false;
	atomic_dec(&nth_armed);
	return true;
}

bool should_fail_ex(struct fault_attr *attr, ssize_t size, int flags)
{
	struct task_struct *task = udm_current_or_null();

	if (task && task->fail_nth && in_task())
		return right_stack(attr) && nth_call(task) && fail_now(attr, flags);
	if (!READ_ONCE(attr->probability) || wrong_task(attr, task) || !atomic_read(&attr->times) ||
	    !right_stack(attr))
		return false;
	if (within_space(attr, size) || off_beat(attr))
		return false;
	if (get_random_u32_below(100) >= READ_ONCE(attr->probability))
		return false;
	return fail_now(attr, flags);
}

bool should_fail(struct fault_attr *attr, ssize_t size)
{
	return should_fail_ex(attr, size, 0);
}

static int probability_get(void *data, u64 *value)
{
	*value = ((struct fault_attr *)data)->probability;
	return 0;
}

static int probability_set(void *data, u64 value)
{
	WRITE_ONCE(((struct fault_attr *)data)->probability, value);
	fault_settings_changed();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(probability_fops, probability_get, probability_set, "%llu\n");

static int depth_get(void *data, u64 *value)
{
	*value = ((struct fault_attr *)data)->stacktrace_depth;
	return 0;
}

static int depth_set(void *data, u64 value)
{
	((struct fault_attr *)data)->stacktrace_depth = min(value, (u64)MAX_STACK_TRACE_DEPTH);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(depth_fops, depth_get, depth_set, "%llu\n");

static void create_stack_files(umode_t mode, struct dentry *dir, struct fault_attr *attr)
{
	debugfs_create_file("stacktrace-depth", mode, dir, attr, &depth_fops);
	debugfs_create_x64("require-start", mode, dir, (u64 *)&attr->require_start);
	debugfs_create_x64("require-end", mode, dir, (u64 *)&attr->require_end);
	debugfs_create_x64("reject-start", mode, dir, (u64 *)&attr->reject_start);
	debugfs_create_x64("reject-end", mode, dir, (u64 *)&attr->reject_end);
}

struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr)
{
	const umode_t mode = S_IFREG | 0600;
	struct dentry *dir = debugfs_create_dir(name, parent);

	if (IS_ERR(dir))
		return dir;
	debugfs_create_file("probability", mode, dir, attr, &probability_fops);
	debugfs_create_ulong("interval", mode, dir, &attr->interval);
	debugfs_create_atomic_t("times", mode, dir, &attr->times);
	debugfs_create_atomic_t("space", mode, dir, &attr->space);
	debugfs_create_ulong("verbose", mode, dir, &attr->verbose);
	debugfs_create_u32("verbose_ratelimit_interval_ms", mode, dir,
			   (u32 *)&attr->ratelimit_state.interval);
	debugfs_create_u32("verbose_ratelimit_burst", mode, dir,
			   (u32 *)&attr->ratelimit_state.burst);
	debugfs_create_bool("task-filter", mode, dir, &attr->task_filter);
	create_stack_files(mode, dir, attr);
	attr->dname = dir;
	return dir;
}
