/* SPDX-License-Identifier: GPL-2.0-only */
/* 64-bit division and scaled multiplication. Kernel path: linux/math64.h. */
#ifndef _UDM_LINUX_MATH64_H
#define _UDM_LINUX_MATH64_H

#include <linux/compiler.h>
#include <linux/math.h>
#include <linux/types.h>

#define div64_long(x, y) div64_s64((x), (y))
#define div64_ul(x, y) div64_u64((x), (y))

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline s64 div64_s64(s64 dividend, s64 divisor)
{
	return dividend / divisor;
}

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	return dividend / divisor;
}

/* n becomes the quotient, the value is the remainder. */
#define do_div(n, base)                                                                            \
	({                                                                                         \
		u32 __base = (base);                                                               \
		u32 __left = (u64)(n) % __base;                                                    \
		(n) = (u64)(n) / __base;                                                           \
		__left;                                                                            \
	})

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * mul) >> shift);
}

static inline u64 mul_u64_u64_shr(u64 a, u64 mul, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * mul) >> shift);
}

static inline u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor)
{
	return (u64)(((unsigned __int128)a * mul) / divisor);
}

/* (a * b + c) / d, all ones if that is more than 64 bits. */
static inline u64 mul_u64_add_u64_div_u64(u64 a, u64 b, u64 c, u64 d)
{
	unsigned __int128 n = (unsigned __int128)a * b + c;

	return (u64)(n >> 64) >= d ? ~(u64)0 : (u64)(n / d);
}

static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 divisor)
{
	return mul_u64_add_u64_div_u64(a, mul, 0, divisor);
}

static inline u64 mul_u64_u64_div_u64_roundup(u64 a, u64 mul, u64 divisor)
{
	return mul_u64_add_u64_div_u64(a, mul, divisor - 1, divisor);
}

static inline u64 mul_s64_u64_shr(s64 a, u64 b, unsigned int shift)
{
	u64 r = mul_u64_u64_shr(a < 0 ? -(u64)a : (u64)a, b, shift);

	return a < 0 ? -r : r;
}

static inline u64 add_u64_u32(u64 a, u32 b)
{
	return a + b;
}

/* For quotients that are small. */
static inline u32 iter_div_u64_rem(u64 dividend, u32 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

#define DIV_S64_ROUND_CLOSEST(dividend, divisor)                                                   \
	({                                                                                         \
		s64 __num = (dividend);                                                            \
		s32 __by = (divisor);                                                              \
		(__num > 0) == (__by > 0) ? div_s64(__num + __by / 2, __by) :                      \
					    div_s64(__num - __by / 2, __by);                       \
	})

#define DIV64_U64_ROUND_UP(ll, d)                                                                  \
	({                                                                                         \
		u64 __den = (d);                                                                   \
		div64_u64((ll) + __den - 1, __den);                                                \
	})
#define DIV_U64_ROUND_UP(ll, d)                                                                    \
	({                                                                                         \
		u32 __den = (d);                                                                   \
		div_u64((ll) + __den - 1, __den);                                                  \
	})
#define DIV64_U64_ROUND_CLOSEST(dividend, divisor)                                                 \
	({                                                                                         \
		u64 __den = (divisor);                                                             \
		div64_u64((dividend) + __den / 2, __den);                                          \
	})
#define DIV_U64_ROUND_CLOSEST(dividend, divisor)                                                   \
	({                                                                                         \
		u32 __den = (divisor);                                                             \
		div_u64((u64)(dividend) + __den / 2, __den);                                       \
	})
static inline u64 roundup_u64(u64 x, u32 y)
{
	return DIV_U64_ROUND_UP(x, y) * y;
}

#endif
