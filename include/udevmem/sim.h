/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time and progress, seen from the host program.
 *
 * In sim mode nothing else runs while a task runs without blocking; these calls
 * are how a test lets the rest of the machine proceed. Time is virtual, starts
 * at 0 at boot and moves only when nothing is ready to run. In threads mode
 * the same calls work on the wall clock: they wait.
 *
 * All of them may sleep: task context, no lock or region held.
 */
#ifndef _UDEVMEM_SIM_H
#define _UDEVMEM_SIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds since boot: virtual in sim mode, CLOCK_MONOTONIC otherwise. Any context. */
uint64_t udm_now(void);

/*
 * udm_run_until_idle - let everything else run until it has nothing to do now
 *
 * Returns when every other task is blocked, no softirq, interrupt or engine
 * has work and no timed event is due. Does not move virtual time beyond what
 * is due now: pending timers stay pending. Threads mode: polls for that state.
 */
void udm_run_until_idle(void);

/*
 * udm_advance - move time forward
 * @ns: by how much
 *
 * Runs everything that becomes ready or falls due meanwhile, in order of time.
 * On return udm_now() has moved by exactly @ns in sim mode, at least @ns else.
 */
void udm_advance(uint64_t ns);

/* Lets other ready tasks go first, once. */
void udm_yield(void);

/*
 * A number from the machine's seeded generator. Sim mode: the same seed gives
 * the same sequence for the same run. Any context, any host thread.
 */
uint64_t udm_random(void);

#ifdef __cplusplus
}
#endif

#endif
