/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BUG and WARN.
 *
 * Kernel path: asm/bug.h (asm-generic/bug.h). The value of every WARN form is
 * !!condition, whether or not it reported; the condition is evaluated once.
 * Reports are counted and can be expected, intercepted and re-armed:
 * udevmem/warn.h. BUG() does not return: it calls the bug hook, which may leave
 * with longjmp, and otherwise aborts.
 */
#ifndef _UDM_ASM_BUG_H
#define _UDM_ASM_BUG_H

#include <linux/compiler.h>
#include <linux/once_lite.h>
#include <linux/types.h>

#define TAINT_PROPRIETARY_MODULE 0
#define TAINT_BAD_PAGE 5
#define TAINT_DIE 7
#define TAINT_WARN 9
#define TAINT_CRAP 10
#define TAINT_FIRMWARE_WORKAROUND 11
#define TAINT_OOT_MODULE 12
#define TAINT_LOCKUP 14
#define TAINT_TEST 18

/* Where a WARN or BUG stands in the source. */
struct udm_site {
	const char *file;
	int line;
	const char *func;
	const char *cond;
};

__cold noinline void udm_warn_report(const struct udm_site *site, unsigned int taint,
				     const char *fmt, ...) __printf(3, 4);
__cold __noreturn noinline void udm_bug_report(const struct udm_site *site);

#define __UDM_SITE(condstr)                                                                        \
	({                                                                                         \
		static const struct udm_site __site = { __FILE__, __LINE__, __func__, condstr };   \
		&__site;                                                                           \
	})

#define BUG() udm_bug_report(__UDM_SITE(NULL))
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			udm_bug_report(__UDM_SITE(#condition));                                    \
	} while (0)

#define __WARN_IF(condition, condstr, taint, fmt...)                                               \
	({                                                                                         \
		bool __warn_cond = !!(condition);                                                  \
		if (unlikely(__warn_cond))                                                         \
			udm_warn_report(__UDM_SITE(condstr), taint, fmt);                          \
		unlikely(__warn_cond);                                                             \
	})
#define __WARN_IF_ONCE(condition, condstr, taint, fmt...)                                          \
	({                                                                                         \
		bool __warn_cond = !!(condition);                                                  \
		if (__ONCE_LITE_IF(__warn_cond))                                                   \
			udm_warn_report(__UDM_SITE(condstr), taint, fmt);                          \
		unlikely(__warn_cond);                                                             \
	})

#define WARN_ON(condition) __WARN_IF(condition, #condition, TAINT_WARN, NULL)
#define WARN(condition, format...) __WARN_IF(condition, #condition, TAINT_WARN, format)
#define WARN_TAINT(condition, taint, format...) __WARN_IF(condition, #condition, taint, format)
#define WARN_ON_ONCE(condition) __WARN_IF_ONCE(condition, #condition, TAINT_WARN, NULL)
#define WARN_ONCE(condition, format...) __WARN_IF_ONCE(condition, #condition, TAINT_WARN, format)
#define WARN_TAINT_ONCE(condition, taint, format...)                                               \
	__WARN_IF_ONCE(condition, #condition, taint, format)
#define WARN_ON_SMP(x) WARN_ON(x)
#define WARN_ON_FUNCTION_MISMATCH(x, fn) WARN_ON_ONCE((x) != (fn))

#endif
