// SPDX-License-Identifier: GPL-2.0-only
/*
 * L'Ecuyer's LFSR113: four combined Tausworthe generators, period near 2^113.
 *
 * Component k must not start below a minimum (2, 8, 16, 128), or the bits its
 * recurrence drops would be all it has.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <linux/string.h>

struct component {
	u32 keep;
	unsigned int mix, fold, shift;
};

static const struct component components[4] = {
	{ 0xfffffffe, 6, 13, 18 },
	{ 0xfffffff8, 2, 27, 2 },
	{ 0xfffffff0, 13, 21, 7 },
	{ 0xffffff80, 3, 12, 13 },
};

static inline u32 component_step(u32 *s, const struct component *c)
{
	*s = (*s & c->keep) << c->shift ^ ((*s << c->mix ^ *s) >> c->fold);
	return *s;
}

u32 prandom_u32_state(struct rnd_state *state)
{
	return component_step(&state->s1, &components[0]) ^
	       component_step(&state->s2, &components[1]) ^
	       component_step(&state->s3, &components[2]) ^
	       component_step(&state->s4, &components[3]);
}
EXPORT_SYMBOL(prandom_u32_state);

void prandom_bytes_state(struct rnd_state *state, void *buf, size_t nbytes)
{
	for (u8 *out = buf; nbytes; ) {
		u32 word = prandom_u32_state(state);
		size_t n = min(nbytes, sizeof(word));

		memcpy(out, &word, n);
		out += n;
		nbytes -= n;
	}
}
EXPORT_SYMBOL(prandom_bytes_state);

static u32 at_least(u32 x, u32 least)
{
	return x < least ? x + least : x;
}

void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	u32 x = seed >> 32 ^ seed << 10 ^ seed;

	state->s1 = at_least(x, 2);
	state->s2 = at_least(x, 8);
	state->s3 = at_least(x, 16);
	state->s4 = at_least(x, 128);
}
EXPORT_SYMBOL(prandom_seed_state);
