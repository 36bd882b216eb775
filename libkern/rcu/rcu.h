/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RCU as the scheduler sees it.
 *
 * A task is a reader while it is in a read section or in a region. tree.c has
 * the callbacks and the waiting side; urcu.c and sim.c know what a grace period
 * is to the respective executor. Only urcu.c includes liburcu.
 */
#ifndef _UDM_LIBKERN_RCU_RCU_H
#define _UDM_LIBKERN_RCU_RCU_H

#include <linux/sched.h>

/* Threads mode: the calling host thread starts and ends to be known to liburcu. */
__internal void rcu_thread_online(void);
__internal void rcu_thread_offline(void);

/* Threads mode: the calling task becomes a reader for liburcu, ceases to be one. */
__internal void rcu_reader_begin(struct thread_info *ti);
__internal void rcu_reader_end(struct thread_info *ti);
/*
 * Threads mode: the calling host thread is a reader for liburcu meanwhile, whatever else
 * it is and whether it still has a task. Sim mode: nothing, as no other fiber runs.
 */
__internal void rcu_caller_begin(void);
__internal void rcu_caller_end(void);
/* Waits for the readers of liburcu. */
__internal void rcu_urcu_synchronize(void);

/* Sim mode: the task for which a grace period waits has left its outermost section. */
__internal void rcu_sim_reader_left(struct thread_info *ti);
__internal void rcu_sim_synchronize(void);

/* False before rcu_boot() and after rcu_shutdown(): nobody else is there to wait for. */
__internal bool rcu_running(void);

#endif
