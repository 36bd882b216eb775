// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random numbers: SplitMix64 over one counter.
 *
 * Taking a number is one atomic addition, so any context may, and the sequence
 * depends only on the seed and on who asks when: a simulated run repeats
 * exactly.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#include <udevmem/boot.h>
#include "libkern/subsystem.h"

/* 2^64 divided by the golden ratio: odd, so the counter has full period. */
#define WEYL_STEP 0x9e3779b97f4a7c15ULL

static atomic64_t counter;

u64 get_random_u64(void)
{
	u64 x = atomic64_add_return_relaxed(WEYL_STEP, &counter);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}
EXPORT_SYMBOL(get_random_u64);

void get_random_bytes(void *buf, size_t len)
{
	for (u8 *out = buf; len; ) {
		u64 word = get_random_u64();
		size_t n = min(len, sizeof(word));

		memcpy(out, &word, n);
		out += n;
		len -= n;
	}
}
EXPORT_SYMBOL(get_random_bytes);

/*
 * The high half of a 32x32 product is nearly uniform; rejecting the lowest
 * 2^32 mod ceil fractions makes it exactly so.
 */
u32 get_random_u32_below(u32 ceil)
{
	u64 product = (u64)get_random_u32() * ceil;

	if (!ceil)
		return get_random_u32();
	while ((u32)product < ceil && (u32)product < -ceil % ceil)
		product = (u64)get_random_u32() * ceil;
	return product >> 32;
}
EXPORT_SYMBOL(get_random_u32_below);

int random_boot(const struct udm_config *cfg)
{
	/* Apart from the scheduler's sequence, which has the same seed. */
	atomic64_set(&counter, cfg->seed * GOLDEN_RATIO_64);
	return 0;
}

void random_shutdown(void)
{
}
