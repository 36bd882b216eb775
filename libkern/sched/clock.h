/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's clock and its random numbers, for the scheduler.
 *
 * udm_now() and udm_random() are in udevmem/sim.h. The scheduler draws from a
 * stream of its own, so that a program's use of udm_random() does not change
 * which task runs next.
 */
#ifndef _UDM_LIBKERN_SCHED_CLOCK_H
#define _UDM_LIBKERN_SCHED_CLOCK_H

#include <linux/compiler_types.h>
#include <linux/types.h>

/* Starts the clock at 0 and both random streams from @seed. */
__internal void clock_start(bool sim, u64 seed);

/* Sim mode: moves virtual time forward to @when, never back. */
__internal void clock_advance_to(u64 when);

/* CLOCK_MONOTONIC time at which udm_now() is @when; threads mode. */
__internal struct timespec clock_deadline(u64 when);

/* Below @n, from the scheduler's stream. Sim mode only. */
__internal u32 sched_random_below(u32 n);

#endif
