// SPDX-License-Identifier: GPL-2.0-only
/* Logs: string streams, kunit_log(), the files in debugfs. And what asks for the current test. */
#include "kunit_rig.h"
#include "libkern/kunit/string-stream.h"

#include <errno.h>
#include <string.h>

#include <kunit/resource.h>
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>

/* String streams. */

#define assert_stream(stream, expected)                                                            \
	do {                                                                                       \
		char *__text = string_stream_get_string(stream);                                   \
		ck_assert_str_eq(__text, expected);                                                \
		ck_assert_uint_eq((stream)->length, strlen(expected));                             \
		kfree(__text);                                                                     \
	} while (0)

START_TEST(stream_grows)
{
	struct string_stream *stream = alloc_string_stream(GFP_KERNEL);
	struct string_stream *other = alloc_string_stream(GFP_KERNEL);

	ck_assert(string_stream_is_empty(stream));
	assert_stream(stream, "");
	ck_assert_int_eq(string_stream_add(stream, "%s", ""), 0);
	ck_assert(string_stream_is_empty(stream));
	ck_assert_int_eq(string_stream_add(stream, "one %d", 1), 0);
	ck_assert_int_eq(string_stream_add(other, ", 100%%"), 0);
	ck_assert_int_eq(string_stream_append(stream, other), 0);
	assert_stream(stream, "one 1, 100%");
	ck_assert_int_eq(string_stream_append(stream, stream), 0);
	assert_stream(stream, "one 1, 100%one 1, 100%");
	string_stream_clear(stream);
	ck_assert(string_stream_is_empty(stream));
	assert_stream(stream, "");
	string_stream_destroy(stream);
	string_stream_destroy(other);
	string_stream_destroy(NULL);
	string_stream_destroy(ERR_PTR(-ENOMEM));
}
END_TEST

START_TEST(stream_may_end_lines)
{
	struct string_stream *stream = alloc_string_stream(GFP_KERNEL);

	string_stream_set_append_newlines(stream, true);
	string_stream_add(stream, "a");
	string_stream_add(stream, "b\n");
	string_stream_add(stream, "%s", "");
	string_stream_add(stream, "\n");
	assert_stream(stream, "a\nb\n\n");
	string_stream_destroy(stream);
}
END_TEST

static int use_a_stream(void *unused)
{
	struct string_stream *stream = alloc_string_stream(GFP_KERNEL);
	char *text = NULL;
	int err;

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	err = string_stream_add(stream, "text") ?: string_stream_append(stream, stream);
	if (!err) {
		text = string_stream_get_string(stream);
		err = text ? 0 : -ENOMEM;
	}
	kfree(text);
	string_stream_destroy(stream);
	return err;
}

START_TEST(stream_without_memory)
{
	ck_assert_int_eq(udm_fault_sweep(use_a_stream, NULL), 5);
}
END_TEST

static void uses_streams(struct kunit *test)
{
	struct string_stream *kept = kunit_alloc_string_stream(test, GFP_KERNEL);
	struct string_stream *freed = kunit_alloc_string_stream(test, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kept);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, freed);
	KUNIT_EXPECT_EQ(test, string_stream_add(kept, "goes with the test"), 0);
	kunit_free_string_stream(test, freed);
}

START_TEST(stream_goes_with_its_test)
{
	assert_line(run_cases(CASES(KUNIT_CASE(uses_streams))), "ok 1 suite");
}
END_TEST

/* Messages. */

START_TEST(messages_have_names_and_levels)
{
	struct string_stream *log = alloc_string_stream(GFP_KERNEL);
	struct kunit_suite suite = { .name = "a suite", .log = log };
	struct kunit test;

	kunit_init_test(&test, "a test", NULL);
	string_stream_set_append_newlines(log, true);
	listen_to_log();
	kunit_info(&test, "text %d", 1);
	kunit_warn(&suite, "two\n");
	kunit_err(&suite, "three");
	kunit_log(KERN_INFO, &suite, "plain");
	ck_assert_str_eq(heard(), "    # a test: text 1\n    # a suite: two\n    # a suite: three\nplain");
	assert_stream(log, "    # a suite: two\n    # a suite: three\nplain\n");
	kunit_init_test(&test, "clears its log", log);
	assert_stream(log, "");
	string_stream_destroy(log);
}
END_TEST

/* The files. */

static bool should_fail;

static void says_something(struct kunit *test)
{
	kunit_info(test, "something");
	KUNIT_EXPECT_FALSE(test, should_fail);
}

static const int numbers[] = { 1, 2 };
KUNIT_ARRAY_PARAM(number, numbers, NULL);

static void empty(struct kunit *test)
{
}

static struct kunit_suite shown = {
	.name = "shown",
	.test_cases = CASES(KUNIT_CASE(says_something), KUNIT_CASE_PARAM(empty, number_gen_params)),
};
static struct kunit_suite *shown_list[] = { &shown };

static const char shown_results[] =
	"KTAP version 1\n1..1\n"
	"    KTAP version 1\n    # Subtest: shown\n    # module: udevmem\n    1..2\n"
	"    # says_something: something\n    ok 1 says_something\n"
	"        KTAP version 1\n        # Subtest: empty\n        ok 1 param-1\n"
	"        ok 2 param-2\n    # empty: pass:2 fail:0 skip:0 total:2\n    ok 2 empty\n"
	"# shown: pass:2 fail:0 skip:0 total:2\n# Totals: pass:3 fail:0 skip:0 total:3\n"
	"ok 1 shown\n";

static const char *results(void)
{
	static char buf[8192];

	ck_assert_int_gt(udm_debugfs_read("kunit/shown/results", buf, sizeof(buf)), 0);
	assert_ktap(buf);
	return buf;
}

START_TEST(results_are_a_document)
{
	struct kunit_suite other = { .name = "before", .test_cases = CASES(KUNIT_CASE(empty)) };
	struct kunit_suite *list[] = { &other, &shown };

	listen_to_log();
	ck_assert_int_eq(__kunit_test_suites_init(list, 2, true), 0);
	assert_line(heard(), "ok 2 shown");
	ck_assert_str_eq(results(), shown_results);
	__kunit_test_suites_exit(list, 2);
	ck_assert(!udm_debugfs_exists("kunit/shown"));
	ck_assert_ptr_null(shown.log);
}
END_TEST

START_TEST(suite_runs_again_on_request)
{
	should_fail = true;
	listen_to_log();
	__kunit_test_suites_init(shown_list, 1, true);
	assert_line(results(), "not ok 1 shown");
	should_fail = false;
	listen_to_log();
	ck_assert_int_eq(udm_debugfs_write("kunit/shown/run", "1", 1), 1);
	assert_line(heard(), "ok 1 shown");
	ck_assert_str_eq(results(), shown_results);
	__kunit_test_suites_exit(shown_list, 1);
}
END_TEST

START_TEST(init_suite_does_not_run_again)
{
	shown.is_init = true;
	__kunit_test_suites_init(shown_list, 1, false);
	ck_assert(udm_debugfs_exists("kunit/shown/results"));
	ck_assert(!udm_debugfs_exists("kunit/shown/run"));
	__kunit_test_suites_exit(shown_list, 1);
	shown.is_init = false;
}
END_TEST

/* The current test. */

static int is_nobodys_test(void *done)
{
	ck_assert_ptr_null(kunit_get_current_test());
	kunit_fail_current_test("nobody is told");
	complete(done);
	return 0;
}

static void is_current(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);

	KUNIT_EXPECT_PTR_EQ(test, kunit_get_current_test(), test);
	kthread_run(is_nobodys_test, &done, "other");
	wait_for_completion(&done);
}

static void fails_from_below(struct kunit *test)
{
	kunit_fail_current_test("found %d", 5);
}

static void exit_is_current(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, kunit_get_current_test(), test);
}

static void current_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = exit_is_current,
		.test_cases = CASES(KUNIT_CASE(is_current), KUNIT_CASE(fails_from_below)),
	};
	const char *text;

	ck_assert_ptr_null(kunit_get_current_test());
	text = run_suite(&suite);
	ck_assert_ptr_null(kunit_get_current_test());
	assert_line(text, "    ok 1 is_current");
	ck_assert_ptr_nonnull(strstr(text, "    # fails_from_below: "));
	ck_assert_ptr_nonnull(strstr(text, "kunit_log.c:"));
	ck_assert_ptr_nonnull(strstr(text, ": found 5\n    not ok 2 fails_from_below\n"));
}

START_TEST(code_under_test_knows_the_test)
{
	in_every_mode(current_body);
}
END_TEST

/* Stubs. */

static int add_one(int i)
{
	KUNIT_STATIC_STUB_REDIRECT(add_one, i);
	return i + 1;
}

static int add_two(int i)
{
	return i + 2;
}

static int add_three(int i)
{
	return i + 3;
}

static void note(const char *text)
{
	KUNIT_STATIC_STUB_REDIRECT(note, text);
	leave_trail("real");
}

static void note_otherwise(const char *text)
{
	leave_trail(text);
}

static void stubs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, add_one(1), 2);
	kunit_activate_static_stub(test, add_one, add_two);
	KUNIT_EXPECT_EQ(test, add_one(1), 3);
	KUNIT_EXPECT_EQ(test, add_two(1), 3);
	kunit_activate_static_stub(test, add_one, add_three);
	KUNIT_EXPECT_EQ(test, add_one(1), 4);
	kunit_activate_static_stub(test, add_one, NULL);
	KUNIT_EXPECT_EQ(test, add_one(1), 2);
	kunit_activate_static_stub(test, add_one, add_two);
	kunit_deactivate_static_stub(test, add_one);
	KUNIT_EXPECT_EQ(test, add_one(1), 2);
	kunit_activate_static_stub(test, note, note_otherwise);
	note("stub");
}

static void stubs_are_gone(struct kunit *test)
{
	note("stub");
	kunit_deactivate_static_stub(test, note);
	leave_trail("not-reached");
}

static void stub_body(void)
{
	const char *text = run_cases(CASES(KUNIT_CASE(stubs), KUNIT_CASE(stubs_are_gone)));

	assert_line(text, "    ok 1 stubs");
	assert_line(text, "    not ok 2 stubs_are_gone");
	ck_assert_str_eq(take_trail(), "stub real");
	ck_assert_int_eq(add_one(1), 2);
}

START_TEST(stubs_last_as_long_as_the_test)
{
	in_every_mode(stub_body);
}
END_TEST

Suite *kunit_log_suite(void)
{
	Suite *s = suite_create("kunit_log");
	TCase *sim = machine_tcase(s, "sim"), *every = tcase_create("every");

	suite_add_tcase(s, every);
	tcase_add_test(every, code_under_test_knows_the_test);
	tcase_add_test(every, stubs_last_as_long_as_the_test);
	tcase_add_test(sim, stream_grows);
	tcase_add_test(sim, stream_may_end_lines);
	tcase_add_test(sim, stream_without_memory);
	tcase_add_test(sim, stream_goes_with_its_test);
	tcase_add_test(sim, messages_have_names_and_levels);
	tcase_add_test(sim, results_are_a_document);
	tcase_add_test(sim, suite_runs_again_on_request);
	tcase_add_test(sim, init_suite_does_not_run_again);
	return s;
}
