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

/* Smallest k with 2^k >= n; 0 for 0 and 1. */
#define __const_order(n) ((n) > 1 ? const_ilog2((unsigned long long)(n) - 1) + 1 : 0)

static __always_inline __attribute_const__ int __order_base_2(unsigned long n)
{
	return __const_order(n);
}

static __always_inline __attribute_const__ unsigned long __roundup_pow_of_two(unsigned long n)
{
	return 1UL << __const_order(n);
}

static __always_inline __attribute_const__ unsigned long __rounddown_pow_of_two(unsigned long n)
{
	return 1UL << const_ilog2(n);
}

/* A constant stays a constant expression; anything else is evaluated once. */
#define __log2_pick(n, constant, function)                                                         \
	__builtin_choose_expr(__is_constexpr(n), constant, function(n))
#define roundup_pow_of_two(n)                                                                      \
	__log2_pick(n, 1UL << __const_order((unsigned long)(n)), __roundup_pow_of_two)
#define rounddown_pow_of_two(n) (1UL << const_ilog2((unsigned long)(n)))
#define order_base_2(n) __log2_pick(n, __const_order(n), __order_base_2)
/* The largest power of two that divides n; 0 for 0. */
#define max_pow_of_two_factor(n) ((n) & (~(n) + 1))
/* Bits needed to store n; 1 for 0. */
#define bits_per(n) (const_ilog2((unsigned long long)(n)) + 1)

#endif
