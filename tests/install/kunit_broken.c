// SPDX-License-Identifier: GPL-2.0-only
/* Suites that make the runner say no, each in its own way. */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/slab.h>

#define SUITE_OF(what)								\
	static struct kunit_case what##_cases[] = { KUNIT_CASE(what), {} };	\
	static struct kunit_suite what##_suite = {				\
		.name = #what, .test_cases = what##_cases,			\
	};									\
	kunit_test_suite(what##_suite)

static void passes(struct kunit *test)
{
	KUNIT_SUCCEED(test);
}
SUITE_OF(passes);

static void fails(struct kunit *test)
{
	KUNIT_ASSERT_STREQ_MSG(test, "left", test->name, "so it %s", "is");
}
SUITE_OF(fails);

static void leaks(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, kmalloc(10, GFP_KERNEL));
}
SUITE_OF(leaks);

static void warns(struct kunit *test)
{
	WARN_ON(test);
}
SUITE_OF(warns);

static void bugs(struct kunit *test)
{
	BUG();
}
SUITE_OF(bugs);

static void crashes(struct kunit *test)
{
	*(volatile int *)16 = 1;
}
SUITE_OF(crashes);
