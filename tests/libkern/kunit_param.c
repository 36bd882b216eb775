// SPDX-License-Identifier: GPL-2.0-only
/* Cases that run once per parameter. */
#include "kunit_rig.h"

#include <errno.h>
#include <string.h>

#include <kunit/resource.h>
#include <linux/sched.h>

static const struct fruit {
	const char *name;
	int number;
} fruits[] = { { "apple", 1 }, { "", 2 }, { "cherry", 3 } };

static void name_of(const struct fruit *fruit, char *desc)
{
	strcpy(desc, fruit->name);
}

KUNIT_ARRAY_PARAM(fruit, fruits, name_of);
KUNIT_ARRAY_PARAM(nameless, fruits, NULL);
KUNIT_ARRAY_PARAM_DESC(described, fruits, name);

static void not_two(struct kunit *test)
{
	const struct fruit *fruit = test->param_value;

	KUNIT_EXPECT_EQ(test, fruit->number, test->param_index);
	KUNIT_EXPECT_NOT_NULL(test, test->parent);
	KUNIT_EXPECT_NULL(test, test->priv);
	test->priv = test;
	KUNIT_EXPECT_NE(test, fruit->number, 2);
}

static void one_of_three_body(void)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(not_two, fruit_gen_params)));

	ck_assert_ptr_nonnull(strstr(text, "    1..1\n        KTAP version 1\n        # Subtest: not_two\n"
				     "        ok 1 apple\n    # not_two: EXPECTATION FAILED at "));
	ck_assert_ptr_nonnull(strstr(text, "        not ok 2 param-2\n        ok 3 cherry\n"
				     "    # not_two: pass:2 fail:1 skip:0 total:3\n"
				     "    not ok 1 not_two\n"
				     "# Totals: pass:2 fail:1 skip:0 total:3\nnot ok "));
}

START_TEST(one_of_three_fails)
{
	in_every_mode(one_of_three_body);
}
END_TEST

START_TEST(descriptions_come_from_functions_and_members)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(not_two, described_gen_params)));

	assert_line(text, "        ok 1 apple");
	assert_line(text, "        not ok 2 param-2");
	text = run_cases(CASES(KUNIT_CASE_PARAM(not_two, nameless_gen_params)));
	assert_line(text, "        ok 1 param-1");
	assert_line(text, "        ok 3 param-3");
}
END_TEST

static const void *no_params(struct kunit *test, const void *prev, char *desc)
{
	return NULL;
}

static void not_run(struct kunit *test)
{
	leave_trail("not-reached");
}

START_TEST(case_without_parameters_is_skipped)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(not_run, no_params)));

	assert_line(text, "        # Subtest: not_run");
	assert_line(text, "    ok 1 not_run # SKIP ");
	assert_line(text, "ok 1 suite # SKIP ");
	ck_assert_ptr_null(strstr(text, "total:"));
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

static void skips_odd(struct kunit *test)
{
	if (test->param_index % 2)
		kunit_skip(test, "odd");
}

static void skips_all(struct kunit *test)
{
	kunit_skip(test, "all");
}

START_TEST(some_skipped_is_a_success_all_skipped_is_not)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(skips_odd, fruit_gen_params),
					   KUNIT_CASE_PARAM(skips_all, fruit_gen_params)));

	assert_line(text, "        ok 1 apple # SKIP odd");
	assert_line(text, "    # skips_odd: pass:1 fail:0 skip:2 total:3");
	assert_line(text, "    ok 1 skips_odd");
	/* Not the reason of one of its runs. */
	assert_line(text, "    ok 2 skips_all # SKIP ");
	assert_line(text, "# suite: pass:1 fail:0 skip:1 total:2");
	assert_line(text, "# Totals: pass:1 fail:0 skip:5 total:6");
}
END_TEST

/* What the generator sees. */

static struct kunit *parent_seen;

static const void *count_to_two(struct kunit *test, const void *prev, char *desc)
{
	static const int two = 2;

	ck_assert_str_eq(desc, "");
	ck_assert_ptr_null(test->parent);
	ck_assert(!test->param_index == !prev);
	parent_seen = test;
	sprintf(desc, "after %d", test->param_index);
	return test->param_index < 2 ? &two : NULL;
}

static void knows_its_parent(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, test->parent, parent_seen);
	KUNIT_EXPECT_EQ(test, *(const int *)test->param_value, 2);
}

START_TEST(generator_gets_the_parent)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(knows_its_parent, count_to_two)));

	assert_line(text, "        ok 1 after 0");
	assert_line(text, "        ok 2 after 1");
	assert_no_line(text, "        1..2");
}
END_TEST

/* Around all parameters. */

static void parent_goes(void *ctx)
{
	leave_trail("action");
}

static void describe_number(struct kunit *test, const void *param, char *desc)
{
	sprintf(desc, "number %d", *(const int *)param);
}

static int init_params(struct kunit *parent)
{
	int *numbers = kunit_kmalloc_array(parent, 3, sizeof(*numbers), GFP_KERNEL);

	leave_trail("init");
	ck_assert_ptr_null(parent->parent);
	ck_assert_int_eq(kunit_add_action(parent, parent_goes, NULL), 0);
	parent->priv = numbers;
	for (int i = 0; i < 3; i++)
		numbers[i] = 10 * i;
	kunit_register_params_array(parent, numbers, 3, describe_number);
	return 0;
}

static void exit_params(struct kunit *parent)
{
	ck_assert_int_eq(*(int *)parent->priv, 0);
	leave_trail("exit");
}

static void uses_parent(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, test->param_value,
			    (int *)test->parent->priv + test->param_index - 1);
	leave_trail("run");
}

static void around_body(void)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM_WITH_INIT(
		uses_parent, kunit_array_gen_params, init_params, exit_params)));

	ck_assert_str_eq(take_trail(), "init run run run exit action");
	ck_assert_ptr_nonnull(strstr(text, "        # Subtest: uses_parent\n        1..3\n"
				     "        ok 1 number 0\n        ok 2 number 10\n"
				     "        ok 3 number 20\n"));
	ck_assert_ptr_null(current->kunit_test);
}

START_TEST(parent_lives_from_init_to_exit)
{
	in_every_mode(around_body);
}
END_TEST

static int init_fails(struct kunit *parent)
{
	leave_trail("init");
	return -ENXIO;
}

START_TEST(failing_param_init_is_all_that_happens)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM_WITH_INIT(
		not_run, fruit_gen_params, init_fails, exit_params)));

	ck_assert_str_eq(take_trail(), "init");
	assert_line(text, "    # not_run:         # failed to initialize parent parameter test (-6)");
	assert_line(text, "    not ok 1 not_run");
	ck_assert_ptr_null(strstr(text, "        KTAP"));
}
END_TEST

START_TEST(generator_of_arrays_without_an_array)
{
	const char *text = run_cases(CASES(KUNIT_CASE_PARAM(not_run, kunit_array_gen_params)));

	assert_line(text, "    ok 1 not_run # SKIP ");
	ck_assert_ptr_null(strstr(text, "1..0"));
}
END_TEST

START_TEST(statistics_can_be_had_always_and_never)
{
	struct kunit_case *one = CASES(KUNIT_CASE(skips_all));

	machine_boot_with(&(struct udm_config){ .cmdline = "kunit.stats_enabled=2" });
	assert_line(run_cases(one), "    # skips_all: pass:0 fail:0 skip:1 total:1");
	assert_line(run_cases(one), "# suite: pass:0 fail:0 skip:1 total:1");
	assert_line(run_cases(one), "# Totals: pass:0 fail:0 skip:1 total:1");
	machine_shutdown();
	machine_boot_with(&(struct udm_config){ .cmdline = "kunit.stats_enabled=0" });
	ck_assert_ptr_null(strstr(run_cases(CASES(KUNIT_CASE_PARAM(skips_odd, fruit_gen_params),
						  KUNIT_CASE(skips_all))), "total:"));
	machine_shutdown();
}
END_TEST

Suite *kunit_param_suite(void)
{
	Suite *s = suite_create("kunit_param");
	TCase *sim = machine_tcase(s, "sim"), *every = tcase_create("every");

	suite_add_tcase(s, every);
	tcase_add_test(every, one_of_three_fails);
	tcase_add_test(every, parent_lives_from_init_to_exit);
	tcase_add_test(every, statistics_can_be_had_always_and_never);
	tcase_add_test(sim, descriptions_come_from_functions_and_members);
	tcase_add_test(sim, case_without_parameters_is_skipped);
	tcase_add_test(sim, some_skipped_is_a_success_all_skipped_is_not);
	tcase_add_test(sim, generator_gets_the_parent);
	tcase_add_test(sim, failing_param_init_is_all_that_happens);
	tcase_add_test(sim, generator_of_arrays_without_an_array);
	return s;
}
