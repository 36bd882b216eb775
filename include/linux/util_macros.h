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
#define is_insidevar(ptr, var)                                                                     \
	((uintptr_t)(ptr) >= (uintptr_t)(var) && (uintptr_t)(ptr) < (uintptr_t)(var) + sizeof(var))

#endif
