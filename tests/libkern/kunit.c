// SPDX-License-Identifier: GPL-2.0-only
/* Suites: order of calls, results, and the lines that tell them. */
#include "kunit_rig.h"

#include <string.h>

#include <linux/delay.h>
#include <linux/sched.h>

static void passes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, 1);
}

static void expects_in_vain(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, test == NULL);
	leave_trail("went-on");
}

static void asserts_in_vain(struct kunit *test)
{
	KUNIT_ASSERT_NULL(test, test);
	leave_trail("not-reached");
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "for reason %d", 7);
	leave_trail("not-reached");
}

static int note_init(struct kunit *test)
{
	ck_assert_ptr_null(test->priv);
	test->priv = test;
	ck_assert_ptr_eq(current->kunit_test, test);
	return 0;
}

static void note_exit(struct kunit *test)
{
	ck_assert_ptr_eq(test->priv, test);
	ck_assert_ptr_eq(current->kunit_test, test);
	leave_trail("exit");
}

static void four_kinds_body(void)
{
	struct kunit_suite suite = {
		.name = "four", .init = note_init, .exit = note_exit,
		.test_cases = CASES(KUNIT_CASE(passes), KUNIT_CASE(expects_in_vain),
				    KUNIT_CASE(asserts_in_vain), KUNIT_CASE(skips)),
	};
	const char *text = run_suite(&suite), *at;
	static const char *const lines[] = {
		"    KTAP version 1\n    # Subtest: four\n    # module: udevmem\n    1..4\n"
		"    ok 1 passes\n    # expects_in_vain: EXPECTATION FAILED at ",
		"\n    Expected test == ((void *)0) to be true, but is false\n"
		"    not ok 2 expects_in_vain\n    # asserts_in_vain: ASSERTION FAILED at ",
		"\n        ((void *)0) == 0000000000000000\n    not ok 3 asserts_in_vain\n"
		"    ok 4 skips # SKIP for reason 7\n# four: pass:1 fail:2 skip:1 total:4\n"
		"# Totals: pass:1 fail:2 skip:1 total:4\nnot ok ",
	};

	at = text;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		at = strstr(at, lines[i]);
		ck_assert_msg(at && (i || at == text), "part %zu is missing in:\n%s", i, text);
	}
	ck_assert_str_eq(take_trail(), "exit went-on exit exit exit");
	ck_assert_int_eq(kunit_suite_has_succeeded(&suite), KUNIT_FAILURE);
	ck_assert_ptr_null(current->kunit_test);
}

START_TEST(a_pass_an_expectation_an_assertion_and_a_skip)
{
	in_every_mode(four_kinds_body);
}
END_TEST

static int suite_init_fails(struct kunit_suite *suite)
{
	leave_trail("suite_init");
	return -ENODEV;
}

static void note_suite_exit(struct kunit_suite *suite)
{
	leave_trail("suite_exit");
}

START_TEST(failing_suite_init_is_all_that_happens)
{
	struct kunit_suite suite = {
		.name = "s", .suite_init = suite_init_fails, .suite_exit = note_suite_exit,
		.test_cases = CASES(KUNIT_CASE(expects_in_vain)),
	};
	const char *text = run_suite(&suite);

	ck_assert_str_eq(take_trail(), "suite_init");
	ck_assert_str_eq(text, "    # s:     # failed to initialize (-19)\nnot ok 1 s\n");
}
END_TEST

static int suite_init_works(struct kunit_suite *suite)
{
	leave_trail("suite_init");
	return 0;
}

static int init_fails_at_first(struct kunit *test)
{
	leave_trail(test->name);
	return strcmp(test->name, "passes") ? 0 : -EIO;
}

static void trail_exit(struct kunit *test)
{
	leave_trail("exit");
}

static void leaves_trail(struct kunit *test)
{
	leave_trail("body");
}

static void failing_init_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .suite_init = suite_init_works, .suite_exit = note_suite_exit,
		.init = init_fails_at_first, .exit = trail_exit,
		.test_cases = CASES(KUNIT_CASE(passes), KUNIT_CASE(leaves_trail)),
	};
	const char *text = run_suite(&suite);

	ck_assert_str_eq(take_trail(),
			 "suite_init passes exit leaves_trail body exit suite_exit");
	assert_line(text, "    # passes: failed to initialize: -5");
	assert_line(text, "    not ok 1 passes");
	assert_line(text, "    ok 2 leaves_trail");
}

START_TEST(failing_init_fails_its_case_and_exit_runs)
{
	in_every_mode(failing_init_body);
}
END_TEST

START_TEST(suite_without_cases_is_skipped)
{
	assert_line(run_cases(CASES({ })), "ok 1 suite # SKIP ");
}
END_TEST

START_TEST(single_case_has_no_statistics)
{
	ck_assert_str_eq(run_cases(CASES(KUNIT_CASE(passes))),
			 "    KTAP version 1\n    # Subtest: suite\n    # module: udevmem\n    1..1\n"
			 "    ok 1 passes\nok 1 suite\n");
}
END_TEST

static void fails_then_skips(struct kunit *test)
{
	KUNIT_FAIL(test, "hidden");
	kunit_mark_skipped(test, "after all");
	leave_trail("went-on");
}

static void skips_then_fails(struct kunit *test)
{
	kunit_mark_skipped(test, "not shown");
	KUNIT_FAIL(test, "seen");
}

START_TEST(last_writer_of_the_status_wins)
{
	const char *text = run_cases(CASES(KUNIT_CASE(fails_then_skips),
					   KUNIT_CASE(skips_then_fails), KUNIT_CASE(passes)));

	assert_line(text, "    ok 1 fails_then_skips # SKIP after all");
	assert_line(text, "    not ok 2 skips_then_fails");
	ck_assert_str_eq(take_trail(), "went-on");
}
END_TEST

START_TEST(only_skips_make_a_skipped_suite)
{
	const char *text = run_cases(CASES(KUNIT_CASE(skips), KUNIT_CASE(skips)));

	assert_line(text, "ok 1 suite # SKIP ");
	assert_line(text, "# suite: pass:0 fail:0 skip:2 total:2");
}
END_TEST

START_TEST(filtered_case_is_not_run)
{
	struct kunit_case *cases = CASES(KUNIT_CASE(leaves_trail), KUNIT_CASE(passes));
	struct kunit_suite suite = { .name = "s", .test_cases = cases };
	const char *text;

	cases[0].status = KUNIT_SKIPPED;
	listen_to_log();
	kunit_run_tests(&suite);
	text = heard();
	assert_ktap(text);
	assert_line(text, "    ok 1 leaves_trail # SKIP ");
	assert_line(text, "    ok 2 passes");
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

static void sleeps_1999_ms(struct kunit *test)
{
	msleep(1999);
}

static void sleeps_2001_ms(struct kunit *test)
{
	msleep(2001);
}

START_TEST(slow_case_has_to_be_marked)
{
	const char *text = run_cases(CASES(KUNIT_CASE(sleeps_1999_ms), KUNIT_CASE(sleeps_2001_ms),
					   KUNIT_CASE_SLOW(sleeps_2001_ms)));

	ck_assert_ptr_null(strstr(text, "sleeps_1999_ms: Test should"));
	assert_line(text, "    # sleeps_2001_ms: Test should be marked slow (runtime: 2.001000000s)");
	assert_line(text, "    ok 2 sleeps_2001_ms");
	/* Once, for the one that is not marked; and the mark shows. */
	ck_assert_ptr_null(strstr(strstr(text, "should be") + 1, "should be"));
	assert_line(text, "    # sleeps_2001_ms.speed: slow");
}
END_TEST

START_TEST(attributes_of_the_suite_are_in_its_header)
{
	struct kunit_suite suite = {
		.name = "s", .attr.speed = KUNIT_SPEED_VERY_SLOW, .is_init = true,
		.test_cases = CASES(KUNIT_CASE_ATTR(sleeps_2001_ms, { KUNIT_SPEED_NORMAL })),
	};
	const char *text = run_suite(&suite);

	ck_assert_ptr_nonnull(strstr(text, "    # Subtest: s\n    # speed: very_slow\n"
				     "    # module: udevmem\n    # is_init: true\n    1..1\n"));
	assert_line(text, "    # sleeps_2001_ms.speed: normal");
	/* The mark of the suite does not excuse the case. */
	ck_assert_ptr_nonnull(strstr(text, "should be marked slow"));
}
END_TEST

START_TEST(suites_are_numbered_through)
{
	assert_line(run_cases(CASES(KUNIT_CASE(passes))), "ok 1 suite");
	assert_line(run_cases(CASES(KUNIT_CASE(passes))), "ok 2 suite");
	__kunit_test_suites_exit(NULL, 0);
	assert_line(run_cases(CASES(KUNIT_CASE(passes))), "ok 1 suite");
}
END_TEST

START_TEST(cases_have_numbers)
{
	struct kunit_suite suite = {
		.name = "s", .test_cases = CASES(KUNIT_CASE(passes), KUNIT_CASE(skips)),
	};

	ck_assert_uint_eq(kunit_suite_num_test_cases(&suite), 2);
	ck_assert_uint_eq(kunit_test_case_num(&suite, &suite.test_cases[1]), 2);
}
END_TEST

START_TEST(test_made_by_hand_keeps_only_priv)
{
	struct kunit test = { .priv = &test, .status = KUNIT_FAILURE, .status_comment = "x" };

	test.params_array.num_params = 3;
	test.last_seen.line = 5;
	kunit_init_test(&test, "hand", NULL);
	ck_assert_ptr_eq(test.priv, &test);
	ck_assert_int_eq(test.status, KUNIT_SUCCESS);
	ck_assert_str_eq(test.status_comment, "");
	ck_assert_str_eq(test.name, "hand");
	ck_assert_uint_eq(test.params_array.num_params, 0);
	ck_assert_int_eq(test.last_seen.line, 0);
	ck_assert(list_empty(&test.resources));
}
END_TEST

Suite *kunit_suite(void)
{
	Suite *s = suite_create("kunit");
	TCase *sim = machine_tcase(s, "sim"), *every = tcase_create("every");

	suite_add_tcase(s, every);
	tcase_add_test(every, a_pass_an_expectation_an_assertion_and_a_skip);
	tcase_add_test(every, failing_init_fails_its_case_and_exit_runs);
	tcase_add_test(sim, failing_suite_init_is_all_that_happens);
	tcase_add_test(sim, suite_without_cases_is_skipped);
	tcase_add_test(sim, single_case_has_no_statistics);
	tcase_add_test(sim, last_writer_of_the_status_wins);
	tcase_add_test(sim, only_skips_make_a_skipped_suite);
	tcase_add_test(sim, filtered_case_is_not_run);
	tcase_add_test(sim, slow_case_has_to_be_marked);
	tcase_add_test(sim, attributes_of_the_suite_are_in_its_header);
	tcase_add_test(sim, suites_are_numbered_through);
	tcase_add_test(sim, cases_have_numbers);
	tcase_add_test(sim, test_made_by_hand_keeps_only_priv);
	return s;
}
