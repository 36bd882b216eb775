/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames lost on purpose: a seeded choice per frame and direction.
 *
 * The state belongs to one direction of a wire, which serialises the calls.
 */
#ifndef EMUNIC_WIRE_LOSS_H
#define EMUNIC_WIRE_LOSS_H

#include <stdbool.h>
#include <stdint.h>

struct wire_loss {
	uint64_t random;		/* state of the generator */
	unsigned int per_million;
};

/* Begin at a seed; the two directions of one seed differ. */
void wire_loss_set(struct wire_loss *loss, unsigned int per_million, uint64_t seed,
		   unsigned int direction);
/* Is the next frame lost? */
bool wire_loss_takes(struct wire_loss *loss);

#endif
