/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transmit direction of a queue: rings, engine, the packet being sent.
 *
 * run_lock is held while the engine works on a packet, and by whoever stops,
 * resets or reconfigures the queue, so a queue that was stopped does no DMA.
 * Doorbells are lock-free and kick the engine. One packet at a time is inside.
 */
#ifndef EMUNIC_TX_QUEUE_H
#define EMUNIC_TX_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "../emunic_regs.h"
#include "ring.h"
#include "segment.h"

struct hw_queue;
struct udm_engine;

#define HW_TX_MAX_ENTRIES 65536u	/* a ring of more is one that was not set up */

struct hw_tx {
	struct hw_queue *queue;
	struct udm_engine *engine;
	pthread_mutex_t run_lock;
	bool enabled;			/* run_lock */
	struct hw_ring ring, cq;
	_Atomic uint32_t taken;		/* the driver's again: the HEAD register */
	_Atomic uint32_t cq_written;	/* copy of cq.device */
	_Atomic bool waiting;		/* for room in the completion ring */
	bool held;			/* run_lock: the wire asked to wait */
	bool stuck;			/* run_lock: broken until reset */
	/* The packet inside; run_lock. */
	bool loaded;
	bool report;
	uint32_t cookie;
	uint32_t why;			/* 0, or the counter of the reason to drop it */
	uint32_t frames, bytes;		/* of it, handed to the wire */
	uint32_t frame_len;		/* in frame, not taken by the wire yet */
	struct segment_packet packet;
	uint8_t *frame;			/* EMUNIC_TX_MAX_BYTES, as packet.data */
	_Atomic uint64_t counters[EMUNIC_TQ_COUNTERS];
};

int hw_tx_init(struct hw_tx *t, struct hw_queue *q, unsigned int index);
void hw_tx_destroy(struct hw_tx *t);
void hw_tx_count(struct hw_tx *t, enum emunic_tx_counter c, uint64_t n);
/* Stop and forget everything. */
void hw_tx_reset(struct hw_tx *t);
/* Nothing is inside and a running queue has nothing posted. */
bool hw_tx_idle(struct hw_tx *t);
/* The wire has room again. */
void hw_tx_kick(struct hw_tx *t);

/* reg: offset in the queue's registers, from EMUNIC_TQ_CTRL on. */
uint64_t hw_tx_reg_read(struct hw_tx *t, uint32_t reg, unsigned int width);
void hw_tx_reg_write(struct hw_tx *t, uint32_t reg, uint64_t val, unsigned int width);

/* transmit.c: the step of the engine: fetch a packet, or send one frame of it, or finish it. */
bool hw_tx_step(void *tx);

#endif
