// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for frames inside the device.
 *
 * A queue keeps what its frames have left, up to the size of its FIFO, for those that come
 * next: they are taken by the wire's thread and given back by the queue's engine, a pattern
 * that makes a general allocator return pages to the host and fault them in again.
 */
#include <stdlib.h>

#include "hw.h"

#define SMALLEST_ROOM 2048u

/* The one on top if the frame fits. */
static struct hw_frame *take_spare(struct hw_queue *q, size_t len)
{
	struct hw_frame *f;

	pthread_mutex_lock(&q->fifo_lock);
	f = q->spare;
	if (f && f->room >= len) {
		q->spare = f->next;
		q->spare_bytes -= f->room;
	} else {
		f = NULL;
	}
	pthread_mutex_unlock(&q->fifo_lock);
	return f;
}

struct hw_frame *hw_frame_alloc(struct hw_queue *q, size_t len)
{
	struct hw_frame *f = take_spare(q, len);

	if (f)
		return f;
	if (len < SMALLEST_ROOM)
		len = SMALLEST_ROOM;
	f = malloc(sizeof(*f) + len);
	if (f)
		f->room = (uint32_t)len;
	return f;
}

static void keep_or_free(struct hw_queue *q, struct hw_frame *f)
{
	if (f->lent)
		f->lent->done(f->lent);
	if (q->spare_bytes + f->room > q->hw->fifo_limit) {
		free(f);
		return;
	}
	f->next = q->spare;
	q->spare = f;
	q->spare_bytes += f->room;
}

void hw_frame_free_locked(struct hw_queue *q, struct hw_frame *f)
{
	struct hw_frame *next;

	for (; f; f = next) {
		next = f->more.next;
		keep_or_free(q, f);
	}
}

void hw_frame_free(struct hw_queue *q, struct hw_frame *f)
{
	pthread_mutex_lock(&q->fifo_lock);
	hw_frame_free_locked(q, f);
	pthread_mutex_unlock(&q->fifo_lock);
}

void hw_frames_discard(struct hw_queue *q)
{
	struct hw_frame *f, *next;

	for (f = q->spare; f; f = next) {
		next = f->next;
		free(f);
	}
	q->spare = NULL;
	q->spare_bytes = 0;
}
