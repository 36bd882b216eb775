/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pseudo random generator with its state in the caller's hands (L'Ecuyer's
 * LFSR113). Kernel path: linux/prandom.h, lib/random32.c.
 */
#ifndef _UDM_LINUX_PRANDOM_H
#define _UDM_LINUX_PRANDOM_H

#include <linux/types.h>

struct rnd_state {
	__u32 s1, s2, s3, s4;
};

u32 prandom_u32_state(struct rnd_state *state);
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t nbytes);
void prandom_seed_state(struct rnd_state *state, u64 seed);

#define prandom_init_once(state) DO_ONCE(prandom_seed_state, (state), get_random_u64())

/* Both ends count. */
static inline u32 prandom_u32_inclusive(struct rnd_state *state, u32 floor, u32 ceil)
{
	return floor + prandom_u32_state(state) % (ceil - floor + 1);
}

/* One step of a full-period linear congruential generator. */
static inline u32 next_pseudo_random32(u32 seed)
{
	return seed * 1664525 + 1013904223;
}

#endif
