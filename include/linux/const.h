/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Constants with a type, and the test for being a constant.
 *
 * Kernel path: linux/const.h (vdso/const.h). Adds to the UAPI header.
 */
#ifndef _UDM_LINUX_CONST_H
#define _UDM_LINUX_CONST_H

#include_next <linux/const.h>

#define UL(x) (_UL(x))
#define ULL(x) (_ULL(x))

/*
 * 1 if x is an integer constant expression, itself one. The type of the
 * conditional is int * only when its second operand is a null pointer
 * constant, which (void *)0 is and (void *)variable is not.
 */
#define __is_constexpr(x)                                                                          \
	__builtin_types_compatible_p(typeof(8 ? ((void *)((long)(x) * 0l)) : (int *)8), int *)

#endif
