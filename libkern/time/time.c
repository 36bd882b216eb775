// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conversions between representations of a span of time. Pure functions; none
 * reads a clock.
 */
#include <linux/jiffies.h>
#include <linux/time64.h>

void set_normalized_timespec64(struct timespec64 *ts, time64_t sec, s64 nsec)
{
	s64 carry = nsec / NSEC_PER_SEC;
	s64 rest = nsec % NSEC_PER_SEC;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		carry--;
	}
	ts->tv_sec = sec + carry;
	ts->tv_nsec = rest;
}

struct timespec64 ns_to_timespec64(s64 nsec)
{
	struct timespec64 ts;

	set_normalized_timespec64(&ts, 0, nsec);
	return ts;
}

unsigned long timespec64_to_jiffies(const struct timespec64 *value)
{
	u64 part = ((u64)value->tv_nsec + TICK_NSEC - 1) / TICK_NSEC;

	if ((u64)value->tv_sec >= MAX_JIFFY_OFFSET / HZ)
		return MAX_JIFFY_OFFSET;
	return (u64)value->tv_sec * HZ + part;
}

void jiffies_to_timespec64(const unsigned long j, struct timespec64 *value)
{
	value->tv_sec = j / HZ;
	value->tv_nsec = j % HZ * TICK_NSEC;
}
