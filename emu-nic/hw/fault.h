/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Broken hardware on request: how often each fault of a queue is still to happen.
 *
 * Whoever comes to a place where a fault can show takes one of them; the place then
 * does the wrong thing. Any thread may ask for faults, and take them.
 */
#ifndef EMUNIC_FAULT_H
#define EMUNIC_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "emunic_hw.h"

struct hw_queue;

struct hw_faults {
	_Atomic uint32_t left[EMUNIC_HW_FAULTS];
	uint64_t late_addr;		/* run_lock of the queue: where the DMA after a stop goes */
	uint64_t late_at;		/* run_lock: udm_now() of it; 0: none is to come */
};

/* True, and one less is left, if the fault is to happen now. */
bool hw_fault_take(struct hw_queue *q, enum emunic_hw_fault fault);
/* run_lock. The queue stops: remember a buffer it may not use any more, if it is to do so. */
void hw_fault_late_begin(struct hw_queue *q);
/* run_lock. The step of the queue's engine: use it, once its time has come. */
void hw_fault_late_run(struct hw_queue *q);

#endif
