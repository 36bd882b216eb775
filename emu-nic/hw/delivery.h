/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moving a frame from a queue's FIFO into host buffers.
 */
#ifndef EMUNIC_DELIVERY_H
#define EMUNIC_DELIVERY_H

#include <stdbool.h>

/* The step of a queue's engine: one frame. True when more may be possible at once. */
bool hw_queue_step(void *queue);

#endif
