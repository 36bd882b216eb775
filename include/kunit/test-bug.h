/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What code under test may ask about the test. Kernel path: kunit/test-bug.h.
 *
 * One load and a branch while no suite runs.
 */
#ifndef _KUNIT_TEST_BUG_H
#define _KUNIT_TEST_BUG_H

#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/stddef.h>

struct kunit;

#if IS_ENABLED(CONFIG_KUNIT)

#include <linux/jump_label.h>
#include <linux/sched.h>

/* On while a suite runs. */
DECLARE_STATIC_KEY_FALSE(kunit_running);

/*
 * kunit_get_current_test - the test whose case or cleanup the calling thread runs
 *
 * NULL in any other thread, also in threads that the case started. Task context.
 */
static inline struct kunit *kunit_get_current_test(void)
{
	return static_branch_unlikely(&kunit_running) ? current->kunit_test : NULL;
}

/* The current test fails and says where and why. Nothing happens if there is none. */
#define kunit_fail_current_test(fmt, ...) \
	__kunit_fail_current_test(__FILE__, __LINE__, fmt, ##__VA_ARGS__)

__printf(3, 4) void __kunit_fail_current_test(const char *file, int line, const char *fmt, ...);

#else

static inline struct kunit *kunit_get_current_test(void)
{
	return NULL;
}

#define kunit_fail_current_test(fmt, ...) do { } while (0)

#endif

#endif
