/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conditions that fail the build.
 *
 * Kernel path: linux/build_bug.h. A condition that is a constant expression is
 * checked by the language. One that only the optimiser can decide is checked
 * by a call to a function that must not survive, so only in optimised builds.
 */
#ifndef _UDM_LINUX_BUILD_BUG_H
#define _UDM_LINUX_BUILD_BUG_H

#include <assert.h>
#include <linux/compiler.h>

#define BUILD_BUG_ON_ZERO(e, ...) ((int)(sizeof(struct { int : (-!!(e)); })))
#define BUILD_BUG_ON_INVALID(e) ((void)(sizeof((long)(e))))
#define __BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON(((n) & ((n) - 1)) != 0)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || (((n) & ((n) - 1)) != 0))

#define __udm_static_part(cond, msg)                                                               \
	_Static_assert(__builtin_choose_expr(__is_constexpr(cond), !(cond), 1), msg)
#ifdef __OPTIMIZE__
#define __udm_build_bug(cond, msg, fn)                                                             \
	do {                                                                                       \
		__udm_static_part(cond, msg);                                                      \
		__attribute__((__noreturn__)) extern void fn(void) __compiletime_error(msg);       \
		if (cond)                                                                          \
			fn();                                                                      \
	} while (0)
#else
#define __udm_build_bug(cond, msg, fn)                                                             \
	do {                                                                                       \
		__udm_static_part(cond, msg);                                                      \
		(void)sizeof((long)(cond));                                                        \
	} while (0)
#endif
#define compiletime_assert(cond, msg) __udm_build_bug(!(cond), msg, __UNIQUE_ID(compiletime_assert))
#define BUILD_BUG_ON_MSG(cond, msg) __udm_build_bug(cond, msg, __UNIQUE_ID(build_bug))
#define BUILD_BUG_ON(cond) BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON failed: " #cond)
#ifdef __OPTIMIZE__
#define BUILD_BUG()                                                                                \
	do {                                                                                       \
		extern void __udm_build_bug_reached(void)                                          \
			__compiletime_error("BUILD_BUG failed");                                   \
		__udm_build_bug_reached();                                                         \
	} while (0)
#else
#define BUILD_BUG() __builtin_trap()
#endif
#define compiletime_assert_atomic_type(t)                                                          \
	_Static_assert(__native_word(t), "atomic access needs a native word")

#undef static_assert
#define static_assert(expr, ...) __udm_static_assert(expr, ##__VA_ARGS__, #expr)
#define __udm_static_assert(expr, msg, ...) _Static_assert(expr, msg)

#endif
