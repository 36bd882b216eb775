// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking into the device from outside, as a debugger on its pins would: what is in its
 * rings now. Nothing is changed; the queue does no DMA meanwhile.
 */
#include <udevmem/bus.h>

#include "hw.h"

/* Calls visit with each descriptor that the device has not taken yet. */
static void ring_walk(struct hw_queue *q, const struct hw_ring *r, void *desc, size_t size,
		      void (*visit)(void *walk, const void *desc), void *walk)
{
	const uint32_t end = atomic_load(&r->driver);

	/* More than the ring holds is a driver's mistake: there is nothing to be found then. */
	if (!r->entries || end - r->device > r->entries)
		return;
	for (uint32_t i = r->device; i != end; i++) {
		if (!udm_bus_read(q->hw->bus, hw_ring_at(r, i, size), desc, size))
			visit(walk, desc);
	}
}

struct walk {
	emunic_hw_buffer_fn fn;
	void *ctx;
	unsigned int queue;
	size_t len;
};

static void show_buffer(void *ctx, const void *desc)
{
	const struct walk *walk = ctx;
	const struct emunic_buf_desc *buffer = desc;

	walk->fn(walk->ctx, walk->queue, buffer->addr, walk->len);
}

static void show_piece(void *ctx, const void *desc)
{
	const struct walk *walk = ctx;
	const struct emunic_tx_desc *piece = desc;

	walk->fn(walk->ctx, walk->queue, piece->addr, piece->len);
}

void emunic_hw_posted(struct emunic_hw *hw, emunic_hw_buffer_fn fn, void *ctx)
{
	struct walk walk = { .fn = fn, .ctx = ctx };
	struct emunic_buf_desc desc;

	for (walk.queue = 0; walk.queue < hw->num_queues; walk.queue++) {
		struct hw_queue *q = &hw->queues[walk.queue];

		pthread_mutex_lock(&q->run_lock);
		walk.len = q->pay.buf_size;
		if (q->enabled)
			ring_walk(q, &q->pay, &desc, sizeof(desc), show_buffer, &walk);
		pthread_mutex_unlock(&q->run_lock);
	}
}

void emunic_hw_sending(struct emunic_hw *hw, emunic_hw_buffer_fn fn, void *ctx)
{
	struct walk walk = { .fn = fn, .ctx = ctx };
	struct emunic_tx_desc desc;

	for (walk.queue = 0; walk.queue < hw->num_queues; walk.queue++) {
		struct hw_queue *q = &hw->queues[walk.queue];

		pthread_mutex_lock(&q->tx.run_lock);
		if (q->tx.enabled)
			ring_walk(q, &q->tx.ring, &desc, sizeof(desc), show_piece, &walk);
		pthread_mutex_unlock(&q->tx.run_lock);
	}
}
