/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jiffies: machine time in ticks of 1/HZ second.
 *
 * There is no tick. `jiffies` is computed from the machine's clock whenever it
 * is read: virtual time in sim mode, CLOCK_MONOTONIC in threads mode. It starts
 * at INITIAL_JIFFIES when the machine boots, so that the low 32 bits wrap five
 * minutes later. Everything here may be called from any context and never
 * sleeps. Contract: include/linux/jiffies.h.
 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/timex.h>
#include <linux/types.h>
#include <linux/limits.h>
#include <linux/param.h>
#include <linux/time.h>

/* Nanoseconds per jiffy; HZ divides 1000. */
#define TICK_NSEC (NSEC_PER_SEC / HZ)
#define TICK_USEC (USEC_PER_SEC / HZ)

#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))

/* The longest delay that signed comparison of two jiffies values can order. */
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

/* Current jiffies of the machine; INITIAL_JIFFIES while none is booted. */
u64 get_jiffies_64(void);
#define jiffies ((unsigned long)get_jiffies_64())
#define jiffies_64 get_jiffies_64()

/*
 * Order of two jiffies values by signed difference: right while they are less
 * than half the range apart, whatever wrapped between them. Arguments must be
 * unsigned long (u64 in the 64-bit forms): another type draws a warning.
 */
#define __jiffies_diff(type, a, b)                                                                 \
	({                                                                                         \
		(void)sizeof((__typeof__(a) *)0 == (type *)0);                                     \
		(void)sizeof((__typeof__(b) *)0 == (type *)0);                                     \
		(s64)((a) - (b));                                                                  \
	})

#define time_after(a, b) (__jiffies_diff(unsigned long, b, a) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) (__jiffies_diff(unsigned long, a, b) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))

#define time_after64(a, b) (__jiffies_diff(u64, b, a) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_after_eq64(a, b) (__jiffies_diff(u64, a, b) >= 0)
#define time_before_eq64(a, b) time_after_eq64(b, a)
#define time_in_range64(a, b, c) (time_after_eq64(a, b) && time_before_eq64(a, c))

#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a) time_before_eq(jiffies, a)
#define time_is_before_jiffies64(a) time_after64(get_jiffies_64(), a)
#define time_is_after_jiffies64(a) time_before64(get_jiffies_64(), a)
#define time_is_before_eq_jiffies64(a) time_after_eq64(get_jiffies_64(), a)
#define time_is_after_eq_jiffies64(a) time_before_eq64(get_jiffies_64(), a)

/* To jiffies: rounded up, so that a delay is never shorter than asked for. */
static inline unsigned long secs_to_jiffies(unsigned int secs)
{
	return (unsigned long)secs * HZ;
}

/* A value negative as int means "no limit" and gives MAX_JIFFY_OFFSET. */
static inline unsigned long msecs_to_jiffies(const unsigned int m)
{
	if ((int)m < 0)
		return MAX_JIFFY_OFFSET;
	return ((unsigned long)m * HZ + MSEC_PER_SEC - 1) / MSEC_PER_SEC;
}

static inline unsigned long usecs_to_jiffies(const unsigned int u)
{
	return ((unsigned long)u * HZ + USEC_PER_SEC - 1) / USEC_PER_SEC;
}

/* Rounded up and clamped to MAX_JIFFY_OFFSET; the value must not be negative. */
unsigned long timespec64_to_jiffies(const struct timespec64 *value);

/* Nanoseconds to whole jiffies, rounded down. */
static inline u64 nsecs_to_jiffies64(u64 n)
{
	return n / TICK_NSEC;
}

static inline unsigned long nsecs_to_jiffies(u64 n)
{
	return nsecs_to_jiffies64(n);
}

/* From jiffies: exact, because HZ divides 1000; the results wrap at their width. */
static inline unsigned int jiffies_to_msecs(const unsigned long j)
{
	return (MSEC_PER_SEC / HZ) * j;
}

static inline unsigned int jiffies_to_usecs(const unsigned long j)
{
	return (USEC_PER_SEC / HZ) * j;
}

static inline u64 jiffies64_to_nsecs(u64 j)
{
	return j * TICK_NSEC;
}

static inline u64 jiffies_to_nsecs(const unsigned long j)
{
	return jiffies64_to_nsecs(j);
}

static inline u64 jiffies64_to_msecs(u64 j)
{
	return j * (MSEC_PER_SEC / HZ);
}

static inline unsigned int jiffies_delta_to_msecs(long delta)
{
	return jiffies_to_msecs(delta > 0 ? delta : 0);
}

void jiffies_to_timespec64(const unsigned long j, struct timespec64 *value);

/* Between jiffies and the 1/USER_HZ ticks that user space is shown. */
static inline clock_t jiffies_to_clock_t(unsigned long x)
{
	return jiffies64_to_nsecs(x) / (NSEC_PER_SEC / USER_HZ);
}

static inline clock_t jiffies_delta_to_clock_t(long delta)
{
	return jiffies_to_clock_t(delta > 0 ? delta : 0);
}

static inline u64 jiffies_64_to_clock_t(u64 x)
{
	return jiffies64_to_nsecs(x) / (NSEC_PER_SEC / USER_HZ);
}

static inline unsigned long clock_t_to_jiffies(unsigned long x)
{
	return x > ULONG_MAX / HZ ? ULONG_MAX : x * HZ / USER_HZ;
}

#endif
