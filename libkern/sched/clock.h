/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's clock and its random numbers, for the scheduler.
 *
 * udm_now() and udm_random() are in udevmem/sim.h. The scheduler's decisions have
 * numbers of their own (schedule.h), so that a program's use of udm_random() does
 * not change which task runs next.
 */
#ifndef _UDM_LIBKERN_SCHED_CLOCK_H
#define _UDM_LIBKERN_SCHED_CLOCK_H

#include <linux/compiler_types.h>
#include <linux/types.h>

/* Starts the clock at 0 and the program's random stream from @seed. */
__internal void clock_start(bool sim, u64 seed);

/* Counts the starts: what was noted in another run of the clock means nothing in this one. */
__internal unsigned int clock_run(void);

/* Sim mode: moves virtual time forward to @when, never back. */
__internal void clock_advance_to(u64 when);

/* CLOCK_MONOTONIC time at which udm_now() is @when; threads mode. */
__internal struct timespec clock_deadline(u64 when);

/* The random number below @n that stands at place @number of a stream. */
__internal u32 clock_hash_below(u64 stream, u32 number, u32 n);

#endif
