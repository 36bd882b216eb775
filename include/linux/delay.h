/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delays.
 *
 * Sleeping delays (msleep and below) may only be called where schedule() may;
 * in sim mode they take virtual time and let everything else run. Busy delays
 * may be called from any context. In sim mode a busy delay moves virtual time
 * forward without running any task or softirq; interrupts and timers that fall
 * due meanwhile become pending and are served where the caller next lets them.
 * Contract: include/linux/delay.h, kernel/time/sleep_timeout.c.
 */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/jiffies.h>
#include <linux/sched.h>

#define MAX_UDELAY_MS 5

/* Busy delays of at least the given time. */
void ndelay(unsigned long nsecs);
void udelay(unsigned long usecs);
void mdelay(unsigned long msecs);

/* Sleeps at least @msecs milliseconds; wake-ups do not shorten it. */
void msleep(unsigned int msecs);

/* As msleep, but a signal ends it; the milliseconds left. */
unsigned long msleep_interruptible(unsigned int msecs);

/* Sleeps between @min and @max microseconds in task state @state. */
void usleep_range_state(unsigned long min, unsigned long max, unsigned int state);

static inline void usleep_range(unsigned long min, unsigned long max)
{
	usleep_range_state(min, max, TASK_UNINTERRUPTIBLE);
}

static inline void usleep_range_idle(unsigned long min, unsigned long max)
{
	usleep_range_state(min, max, TASK_IDLE);
}

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

/* Picks the busy or sleeping delay that suits @usecs; may sleep. */
static inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else if (usecs < 4 * TICK_USEC)
		usleep_range(usecs, usecs + usecs / 4);
	else
		msleep((usecs + 999) / 1000);
}

#endif
