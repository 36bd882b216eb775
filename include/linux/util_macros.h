/* SPDX-License-Identifier: GPL-2.0-only */
/* Closest elements, and pointers out of 64-bit integers. Kernel path: linux/util_macros.h. */
#ifndef _UDM_LINUX_UTIL_MACROS_H
#define _UDM_LINUX_UTIL_MACROS_H

#include <linux/math.h>
#include <linux/typecheck.h>
#include <linux/types.h>

#define for_each_if(condition) if (!(condition)) {} else
#define u64_to_user_ptr(x)                                                                         \
	({                                                                                         \
		(void)typecheck(u64, (x));                                                         \
		(void __user *)(uintptr_t)(x);                                                     \
	})
/*
 * The index of the element nearest to @x in an array that rises, or falls; the lower index
 * of two equally near ones.
 */
#define __find_nearest(x, a, as, sign)                                                             \
	({                                                                                         \
		typeof(as) __at = 0, __last = (as) - 1;                                            \
		long __x = (x);                                                                    \
		typeof(&(a)[0]) __a = (a);                                                         \
		while (__at < __last && (sign) * ((long)__a[__at + 1] - __x) <                     \
						(sign) * (__x - (long)__a[__at]))                  \
			__at++;                                                                    \
		__at;                                                                              \
	})
#define find_closest(x, a, as) __find_nearest(x, a, as, 1)
#define find_closest_descending(x, a, as) __find_nearest(x, a, as, -1)
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define is_insidevar(ptr, var)                                                                     \
	((uintptr_t)(ptr) >= (uintptr_t)(var) && (uintptr_t)(ptr) < (uintptr_t)(var) + sizeof(var))

#endif
