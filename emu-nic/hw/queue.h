/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One queue pair of the device: FIFO, receive rings, engine, interrupt; the transmit
 * direction is in tx_queue.h.
 *
 * Two locks, never nested the other way round: run_lock is held while a frame is
 * moved, and by whoever stops, resets or reconfigures the queue, so a queue that
 * was stopped does no DMA; fifo_lock covers the frame list only. Doorbells and the
 * interrupt arm bit are lock-free.
 */
#ifndef EMUNIC_QUEUE_H
#define EMUNIC_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>

#include "../emunic_regs.h"
#include "coalesce.h"
#include "emunic_hw.h"
#include "fault.h"
#include "parser.h"
#include "ring.h"
#include "steering.h"
#include "tx_queue.h"

struct udm_engine;

struct hw_frame {
	struct hw_frame *next;
	uint32_t room;		/* bytes that fit */
	struct frame_info info;
	struct steering_result steer;
	struct gathered more;
	uint32_t len;		/* of the packet, with the payload of what was gathered */
	uint32_t own_len;	/* of the frame itself */
	uint32_t head;		/* of data: all, or what is in front of the payload */
	struct emunic_frame *lent; /* where all of it is, or NULL */
	uint8_t data[];
};

/* What is at an offset of a frame, and how much of it is in one place. */
static inline const uint8_t *hw_frame_at(const struct hw_frame *f, uint32_t at, uint32_t *len)
{
	*len = (at < f->head ? f->head : f->own_len) - at;
	return at < f->head ? f->data + at : (const uint8_t *)f->lent->data + at;
}

/* Payload bytes of each segment but the last. */
static inline uint32_t coalesce_mss(const struct hw_frame *f)
{
	return f->own_len - f->info.payload_offset;
}

#define HW_CACHE_LINE 64

struct hw_queue {
	_Alignas(HW_CACHE_LINE) struct emunic_hw *hw;
	struct udm_engine *engine;
	pthread_mutex_t run_lock;	/* also of what rings have but doorbells */
	bool enabled;			/* run_lock */
	bool stuck;			/* run_lock: broken until reset */
	_Atomic uint32_t progress;	/* frames that left the FIFO */
	struct hw_faults faults;
	struct hw_ring hdr, pay, cq;
	_Atomic uint32_t cq_written;	/* copy of cq.device for the interrupt decision */
	_Atomic uint32_t irq_armed;
	_Atomic uint32_t vector;
	_Atomic uint32_t mod_usecs, mod_frames;
	_Atomic uint64_t mod_due;	/* udm_now() when an armed line fires; 0: no timer */
	_Atomic bool stalled;
	_Atomic uint64_t counters[EMUNIC_Q_COUNTERS];
	pthread_mutex_t fifo_lock;
	struct hw_frame *first, **last;	/* fifo_lock */
	size_t fifo_bytes;		/* fifo_lock */
	_Atomic uint64_t taken_frames, taken_bytes; /* written under fifo_lock: of the wire, ever */
	struct hw_frame *spare;		/* fifo_lock: memory of frames that have left */
	size_t spare_bytes;		/* fifo_lock */
	struct coalesce open;		/* fifo_lock */
	_Atomic uint32_t gro_bytes;
	struct hw_tx tx;
};

int hw_queue_init(struct hw_queue *q, struct emunic_hw *hw, unsigned int index);
void hw_queue_destroy(struct hw_queue *q);

/* frame.c: memory for len bytes of a frame, of which nothing but room is set; or NULL. */
struct hw_frame *hw_frame_alloc(struct hw_queue *q, size_t len);
/* With all that was gathered behind it. What was lent goes back. */
void hw_frame_free(struct hw_queue *q, struct hw_frame *f);
/* The same under fifo_lock. */
void hw_frame_free_locked(struct hw_queue *q, struct hw_frame *f);
/* At the end: what is kept goes back to the host. */
void hw_frames_discard(struct hw_queue *q);

/* Take a frame over; false, and the frame is still the caller's, when the FIFO is full. */
bool hw_queue_push(struct hw_queue *q, struct hw_frame *frame);
bool hw_queue_empty(struct hw_queue *q);
void hw_queue_count(struct hw_queue *q, enum emunic_queue_counter c, uint64_t n);
/* Under the lock that a counter belongs to. */
static inline void hw_count_locked(_Atomic uint64_t *counter, uint64_t n)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

/* hw_queue_count() under run_lock, for a counter that is counted nowhere else. */
static inline void hw_queue_count_own(struct hw_queue *q, enum emunic_queue_counter c, uint64_t n)
{
	hw_count_locked(&q->counters[c], n);
}

/* A completion was written, and counted: interrupt if the driver asked for it. */
void hw_queue_completed(struct hw_queue *q);
/* The step of the queue's engine: the time of what was held back may have come. */
void hw_queue_moderate(struct hw_queue *q);
/* Stop and forget everything; frames inside are dropped as EMUNIC_Q_DROP_RESET. */
void hw_queue_reset(struct hw_queue *q);

uint64_t hw_queue_reg_read(struct hw_queue *q, uint32_t reg, unsigned int width);
void hw_queue_reg_write(struct hw_queue *q, uint32_t reg, uint64_t val, unsigned int width);

#endif
