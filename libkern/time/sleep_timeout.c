// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeping for a time: schedule() ended by a high-resolution timer, and the
 * sleeping delays. All of them may sleep, so task context without a region.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

/* On the sleeper's stack; `task` is cleared by the callback. */
struct timed_sleep {
	struct hrtimer timer;
	struct task_struct *task;
};

static enum hrtimer_restart time_is_up(struct hrtimer *timer)
{
	struct timed_sleep *sleep = container_of(timer, struct timed_sleep, timer);
	struct task_struct *task = sleep->task;

	WRITE_ONCE(sleep->task, NULL);
	wake_up_process(task);
	return HRTIMER_NORESTART;
}

int schedule_hrtimeout_range_clock(ktime_t *expires, u64 delta, const enum hrtimer_mode mode,
				   clockid_t clock_id)
{
	struct timed_sleep sleep = { .task = current };

	if (!expires) {
		schedule();
		return -EINTR;
	}
	if (*expires != 0) {
		hrtimer_setup_on_stack(&sleep.timer, time_is_up, clock_id, mode);
		hrtimer_start_range_ns(&sleep.timer, *expires, delta, mode);
		if (READ_ONCE(sleep.task))
			schedule();
		hrtimer_cancel(&sleep.timer);
		destroy_hrtimer_on_stack(&sleep.timer);
	}
	__set_current_state(TASK_RUNNING);
	return *expires != 0 && sleep.task ? -EINTR : 0;
}
EXPORT_SYMBOL_GPL(schedule_hrtimeout_range_clock);

int schedule_hrtimeout_range(ktime_t *expires, u64 delta, const enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range_clock(expires, delta, mode, CLOCK_MONOTONIC);
}
EXPORT_SYMBOL_GPL(schedule_hrtimeout_range);

int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range(expires, 0, mode);
}
EXPORT_SYMBOL_GPL(schedule_hrtimeout);

void msleep(unsigned int msecs)
{
	unsigned long left = msecs_to_jiffies(msecs);

	while (left)
		left = schedule_timeout_uninterruptible(left);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int msecs)
{
	unsigned long left = msecs_to_jiffies(msecs);

	while (left && !signal_pending(current))
		left = schedule_timeout_interruptible(left);
	return jiffies_to_msecs(left);
}
EXPORT_SYMBOL(msleep_interruptible);

void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)
{
	ktime_t until = ktime_add_us(ktime_get(), min);
	u64 slack = WARN_ON_ONCE(max < min) ? 0 : (u64)(max - min) * NSEC_PER_USEC;

	/* A wake-up by somebody else does not end the sleep. */
	do {
		set_current_state(state);
	} while (schedule_hrtimeout_range(&until, slack, HRTIMER_MODE_ABS));
}
EXPORT_SYMBOL(usleep_range_state);
