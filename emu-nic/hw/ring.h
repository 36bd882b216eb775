/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A descriptor or completion ring, seen from the device. Indices run freely, so
 * their differences survive the wrap.
 */
#ifndef EMUNIC_RING_H
#define EMUNIC_RING_H

#include <stdatomic.h>
#include <stdint.h>

/* All but driver belong to the queue's run_lock. */
struct hw_ring {
	uint64_t base;
	uint32_t entries;	/* power of two, 0: not set up */
	uint32_t buf_size;	/* of buffer rings */
	uint32_t device;	/* descriptors taken or completions written */
	_Atomic uint32_t driver;	/* doorbell: buffers posted or completions consumed */
};

/* Ring set-up: base (two words), entries, buffer size follow each other from reg 0. */
void hw_ring_write(struct hw_ring *r, uint32_t reg, uint64_t val, unsigned int width);
void hw_ring_forget(struct hw_ring *r);
/* The bus address of the entry with this index. */
uint64_t hw_ring_at(const struct hw_ring *r, uint32_t index, uint32_t entry_size);
/* Entries of a completion ring that may be written. */
uint32_t hw_ring_room(struct hw_ring *cq);
/* 1 on the first pass over the ring, flips with each pass: bit 0 of a completion's flags. */
uint32_t hw_ring_phase(const struct hw_ring *cq, uint32_t index);
/* A 64-bit counter read whole or by halves. */
uint64_t hw_counter_part(uint64_t val, uint32_t off, unsigned int width);
/* The same of one of n. */
uint64_t hw_counter_read(_Atomic uint64_t *counters, uint32_t n, uint32_t off, unsigned int width);

#endif
