// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking into the device from outside, as a debugger on its pins would: what is in its
 * rings now. Nothing is changed; the queue does no DMA meanwhile.
 */
#include <udevmem/bus.h>

#include "hw.h"

static void ring_walk(struct hw_queue *q, unsigned int index, const struct hw_ring *r,
		      emunic_hw_buffer_fn fn, void *ctx)
{
	const uint32_t end = atomic_load(&r->driver);
	struct emunic_buf_desc desc;

	/* More than the ring holds is a driver's mistake: there is nothing to be found then. */
	if (!r->entries || end - r->device > r->entries)
		return;
	for (uint32_t i = r->device; i != end; i++) {
		uint64_t at = r->base + (uint64_t)(i & (r->entries - 1)) * sizeof(desc);

		if (!udm_bus_read(q->hw->bus, at, &desc, sizeof(desc)))
			fn(ctx, index, desc.addr, r->buf_size);
	}
}

void emunic_hw_posted(struct emunic_hw *hw, emunic_hw_buffer_fn fn, void *ctx)
{
	for (unsigned int i = 0; i < hw->num_queues; i++) {
		struct hw_queue *q = &hw->queues[i];

		pthread_mutex_lock(&q->run_lock);
		if (q->enabled)
			ring_walk(q, i, &q->pay, fn, ctx);
		pthread_mutex_unlock(&q->run_lock);
	}
}
