/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minimum, maximum, clamping and swapping.
 *
 * Kernel path: linux/minmax.h. Each argument is evaluated once and the result
 * has the usual common type. A comparison that would silently turn a negative
 * number into a huge one fails the build. <sys/param.h> is included first
 * because it has macros of the same names.
 */
#ifndef _UDM_LINUX_MINMAX_H
#define _UDM_LINUX_MINMAX_H

#include <sys/param.h>
#include <linux/build_bug.h>
#include <linux/const.h>
#include <linux/types.h>

/* Signedness after integer promotion; pointers count as unsigned. */
#define __mm_is_signed(x)                                                                          \
	_Generic((x) + 0,                                                                          \
		int: 1, long: 1, long long: 1, __int128: 1, float: 1, double: 1, default: 0)
#define __mm_nonneg_const(x)                                                                       \
	(__builtin_choose_expr(__is_constexpr(x), __mm_is_signed(x), 0) &&                         \
	 (__builtin_choose_expr(__is_constexpr(x) && __mm_is_signed(x), x, -1) >= 0))
/* A wider signed type holds every value of a narrower unsigned one. */
#define __mm_widens(x, y)                                                                          \
	(sizeof((x) + 0) > sizeof((y) + 0) && __mm_is_signed(x) && !__mm_is_signed(y))
#define __mm_types_ok(x, y)                                                                        \
	(__mm_is_signed(x) == __mm_is_signed(y) || __mm_nonneg_const(x) || __mm_nonneg_const(y) || \
	 __mm_widens(x, y) || __mm_widens(y, x))
#ifdef __OPTIMIZE__
#define __mm_top_bit(v) ((unsigned long long)(long long)(v) >> 63)
#define __mm_known_nonneg(x, v)                                                                    \
	(__mm_is_signed(x) && __builtin_constant_p(__mm_top_bit(v)) && !__mm_top_bit(v))
#define __mm_check(x, y, vx, vy, msg)                                                              \
	__udm_build_bug(!(__mm_types_ok(x, y) || __mm_known_nonneg(x, vx) ||                       \
			  __mm_known_nonneg(y, vy)),                                               \
			msg, __UNIQUE_ID(signedness))
#else
#define __mm_check(x, y, vx, vy, msg) _Static_assert(__mm_types_ok(x, y), msg)
#endif

#define __mm_pick(x, op, y, vx, vy)                                                                \
	({                                                                                         \
		__auto_type vx = (x);                                                              \
		__auto_type vy = (y);                                                              \
		__mm_check(x, y, vx, vy, "min/max: signedness differs");                           \
		vx op vy ? vx : vy;                                                                \
	})
#define __mm_once(x, op, y) __mm_pick(x, op, y, __UNIQUE_ID(mm_x), __UNIQUE_ID(mm_y))

#undef min
#undef max
#define min(x, y) __mm_once(x, <, y)
#define max(x, y) __mm_once(x, >, y)
#define min3(x, y, z) min(min(x, y), z)
#define max3(x, y, z) max(max(x, y), z)

#define __mm_pick_type(type, x, op, y, vx, vy)                                                     \
	({                                                                                         \
		type vx = (type)(x);                                                               \
		type vy = (type)(y);                                                               \
		vx op vy ? vx : vy;                                                                \
	})
#define __mm_once_type(type, x, op, y)                                                             \
	__mm_pick_type(type, x, op, y, __UNIQUE_ID(mm_x), __UNIQUE_ID(mm_y))
#define min_t(type, x, y) __mm_once_type(type, x, <, y)
#define max_t(type, x, y) __mm_once_type(type, x, >, y)

/* Compared as unsigned; a negative int is a value of 32 bits, not extended to 64. */
#define __mm_unsigned(x) ((x) + 0u + 0ul + 0ull)
#define umin(x, y) __mm_once_type(unsigned long long, __mm_unsigned(x), <, __mm_unsigned(y))
#define umax(x, y) __mm_once_type(unsigned long long, __mm_unsigned(x), >, __mm_unsigned(y))

/* 0 means "no limit": the smaller of the ones that are not 0. */
#define __mm_not_zero(x, y, vx, vy)                                                                \
	({                                                                                         \
		__auto_type vx = (x);                                                              \
		__auto_type vy = (y);                                                              \
		!vx ? vy : !vy ? vx : min(vx, vy);                                                 \
	})
#define min_not_zero(x, y) __mm_not_zero(x, y, __UNIQUE_ID(mm_x), __UNIQUE_ID(mm_y))

#define __mm_clamp(val, lo, hi, v, l, h)                                                           \
	({                                                                                         \
		__auto_type v = (val);                                                             \
		__auto_type l = (lo);                                                              \
		__auto_type h = (hi);                                                              \
		_Static_assert(__builtin_choose_expr(__is_constexpr((lo) > (hi)), (lo) <= (hi), 1),\
			       "clamp: limits swapped");                                           \
		BUILD_BUG_ON_MSG(__builtin_constant_p(l > h) && l > h, "clamp: limits swapped");   \
		__mm_check(val, lo, v, l, "clamp: signedness differs");                            \
		__mm_check(val, hi, v, h, "clamp: signedness differs");                            \
		v < l ? l : v > h ? h : v;                                                         \
	})
#define clamp(val, lo, hi)                                                                         \
	__mm_clamp(val, lo, hi, __UNIQUE_ID(mm_v), __UNIQUE_ID(mm_lo), __UNIQUE_ID(mm_hi))
#define clamp_t(type, val, lo, hi) clamp((type)(val), (type)(lo), (type)(hi))
#define clamp_val(val, lo, hi) clamp_t(typeof(val), val, lo, hi)

#undef MIN
#undef MAX
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN_T(type, a, b) MIN((type)(a), (type)(b))
#define MAX_T(type, a, b) MAX((type)(a), (type)(b))

#define min_array(array, len) __mm_array(array, len, <)
#define max_array(array, len) __mm_array(array, len, >)
#define __mm_array(array, len, op)                                                                 \
	({                                                                                         \
		typeof(&(array)[0]) __a = &(array)[0];                                             \
		size_t __n = (len);                                                                \
		__unqual_scalar_typeof(__a[0]) __best = __a[--__n];                                \
		while (__n--)                                                                      \
			__best = __a[__n] op __best ? __a[__n] : __best;                           \
		__best;                                                                            \
	})

static inline bool in_range64(u64 val, u64 start, u64 len)
{
	return val - start < len;
}

static inline bool in_range32(u32 val, u32 start, u32 len)
{
	return val - start < len;
}

#define in_range(val, start, len)                                                                  \
	((sizeof(start) | sizeof(len) | sizeof(val)) <= sizeof(u32) ?                              \
		 in_range32(val, start, len) :                                                     \
		 in_range64(val, start, len))

#undef swap
#define swap(a, b)                                                                                 \
	do {                                                                                       \
		typeof(a) __swapped = (a);                                                         \
		(a) = (b);                                                                         \
		(b) = __swapped;                                                                   \
	} while (0)

#endif
