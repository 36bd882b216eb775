/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running one test body on every kind of machine, and teams of tasks.
 *
 * A body starts on a fresh machine and must leave it clean. in_every_mode()
 * runs it in sim mode, in sim mode with seeded preemption under several seeds,
 * and in threads mode.
 */
#ifndef UDM_TESTS_LIBKERN_EXEC_RIG_H
#define UDM_TESTS_LIBKERN_EXEC_RIG_H

#include "fixture.h"

void in_sim(void (*body)(void));
void in_threads(void (*body)(void));
/* Sim mode, every lock release and wake-up may switch tasks; seeds 1 ... test_seeds(8). */
void in_preempted_sim(void (*body)(void));
void in_every_mode(void (*body)(void));

/* Runs fn(ctx) in @n tasks at once and waits for all of them. */
void run_team(unsigned int n, void *(*fn)(void *ctx), void *ctx);

/* Busy for a moment, so that others get between two steps: host time or a hand-over. */
void dawdle(void);

/* How often a loop of a race test goes round: fewer times where everything is slow. */
unsigned int rounds(unsigned int n);

/* Lets other tasks run until @thread sleeps in a wait. */
void await_sleep(struct udm_thread *thread);

/* Lets other tasks run until *@flag is set by one of them. */
void await_flag(const int *flag);
void set_flag(int *flag);
int read_flag(const int *flag);

#endif
