/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Powers of two. Constant arguments give constant expressions. ilog2(0) and
 * roundup_pow_of_two(0) are undefined. Kernel path: linux/log2.h.
 */
#ifndef _UDM_LINUX_LOG2_H
#define _UDM_LINUX_LOG2_H

#include <linux/bitops.h>
#include <linux/types.h>

#define const_ilog2(n) (63 - __builtin_clzll((n) | 1ULL))
#define ilog2(n) ((int)const_ilog2((unsigned long long)(n)))

static inline __attribute_const__ bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

#define roundup_pow_of_two(n)                                                                      \
	((n) == 1 ? 1UL : 1UL << (const_ilog2((unsigned long)(n) - 1) + 1))
#define rounddown_pow_of_two(n) (1UL << const_ilog2((unsigned long)(n)))
#define __roundup_pow_of_two(n) roundup_pow_of_two(n)
#define __rounddown_pow_of_two(n) rounddown_pow_of_two(n)

/* Smallest k with 2^k >= n; 0 for 0 and 1. */
#define order_base_2(n) ((n) > 1 ? const_ilog2((unsigned long long)(n) - 1) + 1 : 0)
/* Bits needed to store n; 1 for 0. */
#define bits_per(n) ((n) > 1 ? const_ilog2((unsigned long long)(n)) + 1 : 1)

#endif
