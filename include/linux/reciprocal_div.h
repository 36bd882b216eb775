/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Division by a number that stays the same, as a multiplication.
 *
 * Kernel path: linux/reciprocal_div.h, lib/math/reciprocal_div.c. Exact for every
 * 32-bit dividend: m is the part above 2^32 of 2^(32 + l) / d rounded up.
 */
#ifndef _UDM_LINUX_RECIPROCAL_DIV_H
#define _UDM_LINUX_RECIPROCAL_DIV_H

#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/types.h>

struct reciprocal_value {
	u32 m;
	u8 sh1, sh2;
};

/* @d is not 0. */
static inline struct reciprocal_value reciprocal_value(u32 d)
{
	int l = fls(d - 1);

	return (struct reciprocal_value){
		.m = div_u64((1ULL << 32) * ((1ULL << l) - d), d) + 1,
		.sh1 = l > 1 ? 1 : l,
		.sh2 = l > 1 ? l - 1 : 0,
	};
}

static inline u32 reciprocal_divide(u32 a, struct reciprocal_value R)
{
	u32 high = ((u64)a * R.m) >> 32;

	return (high + ((a - high) >> R.sh1)) >> R.sh2;
}

#endif
