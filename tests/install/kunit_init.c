// SPDX-License-Identifier: GPL-2.0-only
/* A second KUnit file of the same program; one of its suites runs before all others. */
#include <kunit/test.h>

static int prepared __initdata;

static int prepare(struct kunit_suite *suite)
{
	prepared = 1;
	return 0;
}

static void __init init_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, prepared, 1);
}

static struct kunit_case init_cases[] = { KUNIT_CASE(init_test), {} };

static struct kunit_suite init_suite = {
	.name = "at_init",
	.suite_init = prepare,
	.test_cases = init_cases,
};
kunit_test_init_section_suite(init_suite);

static void last_test(struct kunit *test)
{
	KUNIT_SUCCEED(test);
}

static struct kunit_case last_cases[] = { KUNIT_CASE(last_test), {} };
static struct kunit_suite last_suite = { .name = "last", .test_cases = last_cases };
static struct kunit_suite more_suite = { .name = "more", .test_cases = last_cases };
kunit_test_suites(&last_suite, &more_suite);

MODULE_LICENSE("GPL");
