/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames lost on purpose: a seeded choice per frame and direction, or frames that somebody
 * has chosen.
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
	uint64_t lose, late;		/* of the next 64 frames, the next one is bit 0 */
};

/* Begin at a seed; the two directions of one seed differ. */
void wire_loss_set(struct wire_loss *loss, unsigned int per_million, uint64_t seed,
		   unsigned int direction);
void wire_loss_choose(struct wire_loss *loss, uint64_t lose, uint64_t late);
/* Is the next frame lost? And: shall the one behind it be faster? Each asked once per frame. */
bool wire_loss_takes(struct wire_loss *loss);
bool wire_loss_delays(struct wire_loss *loss);

#endif
