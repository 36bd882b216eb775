/* SPDX-License-Identifier: GPL-2.0-only */
/* How the spinning locks wait. */
#ifndef _UDM_LIBKERN_LOCKING_SPIN_H
#define _UDM_LIBKERN_LOCKING_SPIN_H

#include <linux/compiler_types.h>

/*
 * spin_backoff - one round of waiting for a lock somebody else holds
 * @round: 0 at first, counted up here
 * @lock: what sim_wake_spinners_on() will be called for
 *
 * Threads mode: spins, then yields, then sleeps for some microseconds. Interrupts
 * pending for the caller's vCPU are served, as they would be on a spinning CPU.
 */
__internal void spin_backoff(unsigned int *round, const void *lock);

#endif
