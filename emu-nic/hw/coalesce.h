/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive coalescing: TCP segments that follow each other become one large packet.
 *
 * Frames are gathered while they wait in the FIFO. The first segment of a packet is open
 * while it may still grow; the queue knows a few such segments of different flows. What
 * continues one of them is chained to it and takes no place of its own in the FIFO. A
 * packet is closed by the first frame of its flow that does not continue it, and at the
 * latest when its turn comes: nothing is held back. All frames of a flow go through the
 * same queue, in their order, and so do the packets made of them.
 *
 * Nothing is lost that could not be told from the packet: the segments differ in length
 * fields, sequence number, checksums and PSH only, and each but the last has as much
 * payload as the first.
 */
#ifndef EMUNIC_COALESCE_H
#define EMUNIC_COALESCE_H

#include <stdbool.h>
#include <stdint.h>

#include "../emunic_regs.h"

#define COALESCE_FLOWS 8

struct hw_queue;
struct hw_frame;

/* Of the first segment of a packet: those behind it. */
struct gathered {
	struct hw_frame *next;		/* each segment's; NULL in the last */
	struct hw_frame *last;		/* the first segment's: last of the chain */
	uint32_t segments;		/* the first segment's: with itself */
	uint32_t wire_len;		/* the first segment's: bytes of all frames */
};

/* Of a queue, under its fifo_lock: what can still grow, in no order, NULL where none. */
struct coalesce {
	struct hw_frame *flow[COALESCE_FLOWS];
	unsigned int victim;		/* the next to be closed for another */
};

/* A frame from the wire, not in any queue yet. */
void coalesce_init(struct hw_frame *f);

/*
 * fifo_lock. The frame comes behind everything in the FIFO: true if it was chained to an
 * open packet, else it has to be queued.
 */
bool coalesce_take(struct hw_queue *q, struct hw_frame *f);
/* fifo_lock. The packet's turn has come: it grows no more. */
void coalesce_close(struct hw_queue *q, const struct hw_frame *f);
/* fifo_lock. No packet grows any more. */
void coalesce_close_all(struct hw_queue *q);

/* The engine, packet closed. Leave the first n segments in it; returns a packet of the rest. */
struct hw_frame *coalesce_cut(struct hw_frame *f, uint32_t n);
/* The engine, once per packet: make the headers those of the whole packet. */
void coalesce_finish(struct hw_frame *f);

#endif
