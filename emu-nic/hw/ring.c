// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all rings of the device have in common, and reading counters.
 */
#include "ring.h"

#include <stdbool.h>

static bool power_of_two(uint32_t v)
{
	return v && !(v & (v - 1));
}

static void write_base(struct hw_ring *r, uint32_t reg, uint64_t val, unsigned int width)
{
	if (width == 8)
		r->base = val;
	else if (reg & 4)
		r->base = (uint32_t)r->base | val << 32;
	else
		r->base = (r->base & ~0xffffffffull) | (uint32_t)val;
}

void hw_ring_write(struct hw_ring *r, uint32_t reg, uint64_t val, unsigned int width)
{
	if (reg < 8)
		write_base(r, reg, val, width);
	else if (reg == 8)
		r->entries = power_of_two((uint32_t)val) ? (uint32_t)val : 0;
	else
		r->buf_size = (uint32_t)val;
}

void hw_ring_forget(struct hw_ring *r)
{
	r->device = 0;
	atomic_store(&r->driver, 0);
}

uint64_t hw_ring_at(const struct hw_ring *r, uint32_t index, uint32_t entry_size)
{
	return r->base + (uint64_t)(index & (r->entries - 1)) * entry_size;
}

uint32_t hw_ring_room(struct hw_ring *cq)
{
	return cq->entries - (cq->device - atomic_load(&cq->driver));
}

uint32_t hw_ring_phase(const struct hw_ring *cq, uint32_t index)
{
	return !(index / cq->entries & 1);
}

uint64_t hw_counter_part(uint64_t val, uint32_t off, unsigned int width)
{
	if (width == 8)
		return val;
	return off & 4 ? val >> 32 : (uint32_t)val;
}

uint64_t hw_counter_read(_Atomic uint64_t *counters, uint32_t n, uint32_t off, unsigned int width)
{
	if (off / 8 >= n)
		return 0;
	return hw_counter_part(atomic_load_explicit(&counters[off / 8], memory_order_relaxed), off,
			       width);
}
