// SPDX-License-Identifier: GPL-2.0-only
/* linux/kconfig.h: tests on options, in the preprocessor and in expressions; the configuration. */
#include "plain.h"

#include <linux/kernel.h>
#include <linux/sched.h>

#define CONFIG_TEST_BUILT_IN 1
#define CONFIG_TEST_LOADABLE_MODULE 1
#define CONFIG_TEST_NUMBER 250
#define CONFIG_TEST_ZERO 0
#define CONFIG_TEST_EMPTY

#if !IS_ENABLED(CONFIG_TEST_BUILT_IN) || !IS_ENABLED(CONFIG_TEST_LOADABLE) || \
	IS_ENABLED(CONFIG_TEST_NUMBER) || IS_ENABLED(CONFIG_TEST_ZERO) || \
	IS_ENABLED(CONFIG_TEST_ABSENT) || !IS_BUILTIN(CONFIG_TEST_BUILT_IN) || \
	IS_BUILTIN(CONFIG_TEST_LOADABLE) || IS_MODULE(CONFIG_TEST_BUILT_IN) || \
	!IS_MODULE(CONFIG_TEST_LOADABLE) || IS_REACHABLE(CONFIG_TEST_LOADABLE)
#error options are told apart wrongly
#endif

#define MODULE
/* Defined to nothing is not defined to 1. */
#if IS_REACHABLE(CONFIG_TEST_LOADABLE)
#error MODULE counts only if it is 1
#endif
#undef MODULE
#define MODULE 1
#if !IS_REACHABLE(CONFIG_TEST_LOADABLE) || !IS_REACHABLE(CONFIG_TEST_BUILT_IN) || \
	IS_REACHABLE(CONFIG_TEST_ABSENT)
#error what a module can reach
#endif
#undef MODULE

START_TEST(options_in_expressions)
{
	ck_assert_int_eq(IS_ENABLED(CONFIG_TEST_BUILT_IN), 1);
	ck_assert_int_eq(IS_ENABLED(CONFIG_TEST_LOADABLE), 1);
	ck_assert_int_eq(IS_ENABLED(CONFIG_TEST_ABSENT), 0);
	ck_assert_int_eq(IS_ENABLED(CONFIG_TEST_EMPTY), 0);
	ck_assert_int_eq(IS_REACHABLE(CONFIG_TEST_BUILT_IN), 1);
	ck_assert_int_eq(IS_REACHABLE(CONFIG_TEST_LOADABLE), 0);
	ck_assert_int_eq(IS_BUILTIN(CONFIG_TEST_LOADABLE) + IS_MODULE(CONFIG_TEST_LOADABLE), 1);
}
END_TEST

/* What code may rely on: where the answer decides which code is right. */
START_TEST(the_machine)
{
	ck_assert(!IS_ENABLED(CONFIG_PREEMPT_RT) && !IS_ENABLED(CONFIG_OF));
	ck_assert(!IS_ENABLED(CONFIG_MEMCG) && !IS_ENABLED(CONFIG_COMPAT));
	ck_assert(!IS_ENABLED(CONFIG_KMSAN) && IS_ENABLED(CONFIG_DMA_CMA));
	ck_assert(IS_ENABLED(CONFIG_64BIT) && IS_ENABLED(CONFIG_SMP) && IS_ENABLED(CONFIG_NUMA));
	ck_assert(IS_ENABLED(CONFIG_PAGE_POOL_STATS) && IS_ENABLED(CONFIG_DMA_NEED_SYNC));
	ck_assert_int_eq(IS_ENABLED(CONFIG_LOCKDEP), IS_ENABLED(CONFIG_DEBUG_VM));
	ck_assert_int_eq(CONFIG_HZ, HZ);
	ck_assert_int_eq((char)-1, 255);
	ck_assert_str_eq(KBUILD_MODNAME, "udevmem");
}
END_TEST

Suite *kconfig_suite(void)
{
	Suite *s = suite_create("kconfig");
	TCase *tc = plain_tcase(s, "options");

	tcase_add_test(tc, options_in_expressions);
	tcase_add_test(tc, the_machine);
	return s;
}
