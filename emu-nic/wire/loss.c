// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames lost on purpose.
 */
#include "loss.h"

enum { MILLION = 1000000 };

void wire_loss_set(struct wire_loss *loss, unsigned int per_million, uint64_t seed,
		   unsigned int direction)
{
	loss->per_million = per_million;
	/* Neighbouring seeds begin far apart, and no state is 0. */
	loss->random = (seed * 2 + direction + 1) * 0x9e3779b97f4a7c15ull | 1;
}

/* xorshift64*: any state but 0. */
static uint64_t random_next(struct wire_loss *loss)
{
	loss->random ^= loss->random >> 12;
	loss->random ^= loss->random << 25;
	loss->random ^= loss->random >> 27;
	return loss->random * 0x2545f4914f6cdd1dull;
}

void wire_loss_choose(struct wire_loss *loss, uint64_t lose, uint64_t late)
{
	loss->lose = lose;
	loss->late = late;
}

static bool next_bit(uint64_t *bits)
{
	const bool set = *bits & 1;

	*bits >>= 1;
	return set;
}

bool wire_loss_delays(struct wire_loss *loss)
{
	return next_bit(&loss->late);
}

bool wire_loss_takes(struct wire_loss *loss)
{
	const bool chosen = next_bit(&loss->lose);

	if (!loss->per_million)
		return chosen;
	return (random_next(loss) >> 32) % MILLION < loss->per_million || chosen;
}
