/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Least common multiple; 0 if an argument is 0, but lcm_not_zero() gives the other one.
 * Kernel path: linux/lcm.h.
 */
#ifndef _LCM_H
#define _LCM_H

#include <linux/math.h>

static inline unsigned long lcm_not_zero(unsigned long a, unsigned long b)
{
	unsigned long l = lcm(a, b);

	return l ? l : b ? b : a;
}

#endif
