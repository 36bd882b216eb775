/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Integer arithmetic: rounding, division, absolute values, roots.
 *
 * Kernel path: linux/math.h. round_up/round_down take powers of two only,
 * roundup/rounddown any divisor. DIV_ROUND_UP works in the type of n and so
 * wraps near its top.
 */
#ifndef _UDM_LINUX_MATH_H
#define _UDM_LINUX_MATH_H

#include <stdlib.h>
#include <sys/param.h>
#include <linux/types.h>
#include <linux/const.h>

#define __round_mask(x, y) ((__typeof__(x))((y) - 1))
#define round_up(x, y) ((((x) - 1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))

#define DIV_ROUND_UP_POW2(n, d) ((n) / (d) + !!((n) & ((d) - 1)))
#undef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_DOWN_ULL(ll, d) ((unsigned long long)(ll) / (d))
#define DIV_ROUND_UP_ULL(ll, d) DIV_ROUND_DOWN_ULL((unsigned long long)(ll) + (d) - 1, (d))
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP_ULL(ll, d)

#undef roundup
#define roundup(x, y)                                                                              \
	({                                                                                         \
		typeof(y) __unit = (y);                                                            \
		(((x) + (__unit - 1)) / __unit) * __unit;                                          \
	})
#define rounddown(x, y)                                                                            \
	({                                                                                         \
		typeof(x) __whole = (x);                                                           \
		__whole - (__whole % (y));                                                         \
	})

/* Half away from zero; for a signed divisor that is negative the result is undefined. */
#define DIV_ROUND_CLOSEST(x, divisor)                                                              \
	({                                                                                         \
		typeof(x) __num = (x);                                                             \
		typeof(divisor) __den = (divisor);                                                 \
		int __same_sign = ((typeof(x))-1) > 0 || ((typeof(divisor))-1) > 0 ||              \
				  ((__num > 0) == (__den > 0));                                    \
		__same_sign ? (__num + __den / 2) / __den : (__num - __den / 2) / __den;           \
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor)                                                          \
	({                                                                                         \
		typeof(divisor) __den = (divisor);                                                 \
		((unsigned long long)(x) + __den / 2) / __den;                                     \
	})
#define mult_frac(x, n, d)                                                                         \
	({                                                                                         \
		typeof(x) __x = (x);                                                               \
		typeof(n) __n = (n);                                                               \
		typeof(d) __d = (d);                                                               \
		(__x / __d) * __n + (__x % __d) * __n / __d;                                       \
	})

/* To a multiple of a power of two; halves go up, or down. */
#define round_closest_up(x, y) round_down((x) + (y) / 2, (y))
#define round_closest_down(x, y) round_down((x) + (y) / 2 - 1, (y))
/* n becomes the quotient, the value is the remainder; n has any unsigned type. */
#define sector_div(n, b)                                                                           \
	({                                                                                         \
		u32 __by = (b), __over = (n) % __by;                                               \
		(n) /= __by;                                                                       \
		__over;                                                                            \
	})

/* The macro keeps the type of x; plain chars and shorts become int. */
#undef abs
#define abs(x)                                                                                     \
	_Generic((x),                                                                              \
		long long: llabs((long long)(x)), unsigned long long: (x),                         \
		long: labs((long)(x)), unsigned long: (x), unsigned int: (x),                      \
		default: (abs)((int)(x)))
#define abs_diff(a, b)                                                                             \
	({                                                                                         \
		typeof(a) __a = (a);                                                               \
		typeof(b) __b = (b);                                                               \
		__a > __b ? __a - __b : __b - __a;                                                 \
	})

/* Largest r with r * r <= x. */
unsigned long int_sqrt(unsigned long x);
u32 int_sqrt64(u64 x);
u64 int_pow(u64 base, unsigned int exp);
unsigned long gcd(unsigned long a, unsigned long b) __attribute_const__;
unsigned long lcm(unsigned long a, unsigned long b) __attribute_const__;

static inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)(((u64)val * ep_ro) >> 32);
}

#endif
