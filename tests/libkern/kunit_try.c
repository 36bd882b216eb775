// SPDX-License-Identifier: GPL-2.0-only
/* Ends of cases: aborts from nested calls, time limits, faults; and tries inside of cases. */
#include "kunit_rig.h"
#include "libkern/kunit/try-catch-impl.h"

#include <errno.h>
#include <string.h>

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <udevmem/fault.h>

static noinline void deep_down(struct kunit *test, unsigned int depth)
{
	if (depth)
		deep_down(test, depth - 1);
	KUNIT_ASSERT_EQ(test, depth, 1U);
}

static void aborts_deep_down(struct kunit *test)
{
	deep_down(test, 20);
	leave_trail("not-reached");
}

static void trail_exit(struct kunit *test)
{
	leave_trail("exit");
}

static void deep_abort_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = trail_exit, .test_cases = CASES(KUNIT_CASE(aborts_deep_down)),
	};
	const char *text = run_suite(&suite);

	ck_assert_str_eq(take_trail(), "exit");
	assert_line(text, "    Expected depth == 1U, but");
	assert_line(text, "    not ok 1 aborts_deep_down");
}

START_TEST(assertion_leaves_nested_calls)
{
	in_every_mode(deep_abort_body);
}
END_TEST

static int abort_in_init(struct kunit *test)
{
	kunit_skip(test, "from init");
}

static void not_run(struct kunit *test)
{
	leave_trail("not-reached");
}

START_TEST(init_may_skip)
{
	struct kunit_suite suite = {
		.name = "s", .init = abort_in_init, .exit = trail_exit,
		.test_cases = CASES(KUNIT_CASE(not_run)),
	};

	assert_line(run_suite(&suite), "    ok 1 not_run # SKIP from init");
	ck_assert_str_eq(take_trail(), "exit");
}
END_TEST

/* Time limits. */

static void waits_to_be_stopped(struct kunit *test)
{
	while (!kthread_should_stop())
		msleep_interruptible(100000);
	leave_trail("stopped");
}

static void limit_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = trail_exit,
		.test_cases = CASES(KUNIT_CASE(waits_to_be_stopped)),
	};
	const char *text = run_suite(&suite);

	ck_assert_str_eq(take_trail(), "stopped exit");
	assert_line(text, "    # waits_to_be_stopped: try timed out");
	assert_line(text, "    # waits_to_be_stopped: test case timed out");
	assert_line(text, "    not ok 1 waits_to_be_stopped");
}

static void with_limit(enum udm_mode mode, const char *seconds, void (*body)(void))
{
	machine_boot_with(&(struct udm_config){ .mode = mode, .cmdline = seconds });
	body();
	machine_shutdown();
}

START_TEST(case_that_takes_too_long_is_stopped)
{
	with_limit(UDM_MODE_SIM, "kunit.timeout=2", limit_body);
	with_limit(UDM_MODE_THREADS, "kunit.timeout=1", limit_body);
}
END_TEST

static unsigned long stopped_after(struct kunit_case *cases, enum kunit_speed of_suite)
{
	struct kunit_suite suite = { .name = "s", .attr.speed = of_suite, .test_cases = cases };
	u64 start = udm_now();

	run_suite(&suite);
	take_trail();
	return (udm_now() - start + NSEC_PER_SEC / 2) / NSEC_PER_SEC;
}

START_TEST(speed_decides_over_the_limit)
{
	struct kunit_case *plain = CASES(KUNIT_CASE(waits_to_be_stopped));
	struct kunit_case *slow = CASES(KUNIT_CASE_SLOW(waits_to_be_stopped));

	ck_assert_uint_eq(stopped_after(plain, KUNIT_SPEED_UNSET), 300);
	ck_assert_uint_eq(stopped_after(plain, KUNIT_SPEED_VERY_SLOW), 3600);
	ck_assert_uint_eq(stopped_after(slow, KUNIT_SPEED_VERY_SLOW), 900);
}
END_TEST

static void slow_exit(struct kunit *test)
{
	waits_to_be_stopped(test);
}

static void empty(struct kunit *test)
{
}

static void slow_cleanup_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = slow_exit, .test_cases = CASES(KUNIT_CASE(empty)),
	};
	const char *text = run_suite(&suite);

	assert_line(text, "    # empty: try timed out");
	assert_line(text, "    # empty: test case cleanup timed out");
	assert_line(text, "    not ok 1 empty");
	ck_assert_str_eq(take_trail(), "stopped");
}

START_TEST(cleanup_has_a_limit_too)
{
	with_limit(UDM_MODE_SIM, "kunit.timeout=2", slow_cleanup_body);
}
END_TEST

/* Faults. */

static void exits_behind_our_back(struct kunit *test)
{
	KUNIT_SUCCEED(test);
	kthread_exit(0);
}

static void exits_at_once(struct kunit *test)
{
	kthread_exit(0);
}

static void fault_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = trail_exit,
		.test_cases = CASES(KUNIT_CASE(exits_behind_our_back), KUNIT_CASE(exits_at_once)),
	};
	const char *text = run_suite(&suite);

	ck_assert_str_eq(take_trail(), "exit exit");
	ck_assert_ptr_nonnull(strstr(text, "    # exits_behind_our_back: try faulted: last line seen "));
	assert_line(text, "    # exits_at_once: try faulted");
	assert_line(text, "    # exits_at_once: internal error occurred preventing test case from running: -4");
	assert_line(text, "    not ok 1 exits_behind_our_back");
	assert_line(text, "    not ok 2 exits_at_once");
}

START_TEST(thread_that_ends_otherwise_is_a_fault)
{
	in_every_mode(fault_body);
}
END_TEST

static void hits_a_bug(struct kunit *test)
{
	rcu_read_lock();
	preempt_disable();
	local_bh_disable();
	BUG();
}

static void hits_a_bug_while_reading(struct kunit *test)
{
	rcu_read_lock();
	rcu_read_lock();
	BUG();
}

static void bug_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = trail_exit,
		.test_cases = CASES(KUNIT_CASE(hits_a_bug), KUNIT_CASE(hits_a_bug_while_reading),
				    KUNIT_CASE(empty)),
	};
	const char *text = run_suite(&suite);

	ck_assert_ptr_nonnull(strstr(text, "kernel BUG at "));
	assert_line(text, "    # hits_a_bug: try faulted");
	assert_line(text, "    not ok 1 hits_a_bug");
	assert_line(text, "    not ok 2 hits_a_bug_while_reading");
	assert_line(text, "    ok 3 empty");
	ck_assert_str_eq(take_trail(), "exit exit exit");
	/* Neither its CPU nor its read section went down with it. */
	synchronize_rcu();
}

static int faulting_line;

static int operand_with_a_bug(void)
{
	BUG();
}

static void evaluates_a_bug(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, 1);
	faulting_line = __LINE__ + 1;
	KUNIT_EXPECT_EQ(test, operand_with_a_bug(), 0);
}

START_TEST(fault_in_an_operand_is_seen_at_its_check)
{
	const char *text = run_cases(CASES(KUNIT_CASE(evaluates_a_bug)));
	char expected[64];

	sprintf(expected, "kunit_try.c:%d\n", faulting_line);
	ck_assert_ptr_nonnull(strstr(text, "    # evaluates_a_bug: try faulted: last line seen "));
	ck_assert_ptr_nonnull(strstr(text, expected));
}
END_TEST

START_TEST(bug_ends_the_case_only)
{
	in_every_mode(bug_body);
}
END_TEST

static void asserts_in_a_region(struct kunit *test)
{
	rcu_read_lock();
	preempt_disable();
	KUNIT_FAIL_AND_ABORT(test, "in a region");
}

static void region_body(void)
{
	const char *text = run_cases(CASES(KUNIT_CASE(asserts_in_a_region), KUNIT_CASE(empty)));

	ck_assert_ptr_nonnull(strstr(text, "BUG: scheduling while atomic: "));
	assert_line(text, "    not ok 1 asserts_in_a_region");
	assert_line(text, "    ok 2 empty");
	synchronize_rcu();
}

START_TEST(assertion_in_a_region_is_told_and_survived)
{
	in_every_mode(region_body);
}
END_TEST

START_TEST(case_without_a_thread)
{
	const char *text;

	/* The runner allocates nothing before the thread of the case. */
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
	text = run_cases(CASES(KUNIT_CASE(not_run)));
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	assert_line(text, "    # not_run: internal error occurred preventing test case from running: -12");
	ck_assert_ptr_null(strstr(text, "faulted"));
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

/* Cleanup. */

static void failing_exit(struct kunit *test)
{
	KUNIT_FAIL_AND_ABORT(test, "too late");
}

static void not_freed(struct kunit_resource *res)
{
	leave_trail("not-reached");
}

static void adds_a_resource(struct kunit *test)
{
	static struct kunit_resource res;

	/* In storage that is not lost with it. */
	kunit_add_resource(test, NULL, not_freed, &res, NULL);
}

static void aborted_cleanup_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = failing_exit, .test_cases = CASES(KUNIT_CASE(adds_a_resource)),
	};
	const char *text = run_suite(&suite);

	assert_line(text, "    # adds_a_resource: test aborted during cleanup. continuing without cleaning up");
	assert_line(text, "    not ok 1 adds_a_resource");
	ck_assert_str_eq(take_trail(), "");
}

START_TEST(abort_in_exit_ends_the_cleanup)
{
	in_every_mode(aborted_cleanup_body);
}
END_TEST

/* Tries in cases. */

static void try_and_return(void *ctx)
{
	leave_trail("returned");
}

static void try_and_throw(void *ctx)
{
	kunit_try_catch_throw(ctx);
}

static void try_and_fail(void *ctx)
{
	struct kunit_try_catch *inner = ctx;

	KUNIT_ASSERT_TRUE(inner->test, false);
}

static void try_and_wait(void *ctx)
{
	while (!kthread_should_stop())
		msleep_interruptible(100000);
}

static void caught(void *ctx)
{
	leave_trail("caught");
	ck_assert_ptr_eq(((struct kunit_try_catch *)ctx)->context, ctx);
}

static int result_of(struct kunit *test, kunit_try_catch_func_t try, unsigned long limit)
{
	struct kunit_try_catch inner;

	kunit_try_catch_init(&inner, test, try, caught, limit);
	kunit_try_catch_run(&inner, &inner);
	return kunit_try_catch_get_result(&inner);
}

static void tries(struct kunit *test)
{
	struct task_struct *self = current;

	KUNIT_EXPECT_EQ(test, result_of(test, try_and_return, HZ), 0);
	KUNIT_EXPECT_EQ(test, result_of(test, try_and_throw, 300 * HZ), 0);
	leave_trail("went-on");
	KUNIT_EXPECT_EQ(test, result_of(test, try_and_wait, HZ / 50), -ETIMEDOUT);
	KUNIT_EXPECT_PTR_EQ(test, current, self);
	KUNIT_EXPECT_PTR_EQ(test, current->kunit_test, test);
}

static void nested_body(void)
{
	assert_line(run_cases(CASES(KUNIT_CASE(tries))), "    ok 1 tries");
	ck_assert_str_eq(take_trail(), "returned caught went-on caught");
}

START_TEST(inner_throw_ends_only_the_inner_function)
{
	in_every_mode(nested_body);
}
END_TEST

static void tries_what_asserts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, result_of(test, try_and_fail, 300 * HZ), -EINTR);
	leave_trail("went-on");
}

static void nested_assert_body(void)
{
	const char *text = run_cases(CASES(KUNIT_CASE(tries_what_asserts)));

	ck_assert_str_eq(take_trail(), "caught went-on");
	ck_assert_ptr_nonnull(strstr(text, "ASSERTION FAILED"));
	ck_assert_ptr_nonnull(strstr(text, "try faulted: last line seen "));
	ck_assert_ptr_null(strstr(text, "internal error"));
	assert_line(text, "    not ok 1 tries_what_asserts");
}

START_TEST(assertion_of_the_test_in_an_inner_try_looks_like_a_fault_of_it)
{
	in_every_mode(nested_assert_body);
}
END_TEST

/* The cleanup runs when the stack of the case is gone: on another thread. */
static const void *place_of_case, *place_of_exit;

static void note_case(struct kunit *test)
{
	place_of_case = current;
	get_task_struct(current);
	kunit_skip(test, "leaves");
}

static void note_exit(struct kunit *test)
{
	place_of_exit = current;
}

static void threads_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = note_exit, .test_cases = CASES(KUNIT_CASE(note_case)),
	};

	run_suite(&suite);
	ck_assert_ptr_ne(place_of_case, place_of_exit);
	ck_assert_ptr_ne(place_of_case, current);
	put_task_struct((struct task_struct *)place_of_case);
}

START_TEST(case_and_cleanup_have_threads_of_their_own)
{
	in_every_mode(threads_body);
}
END_TEST

Suite *kunit_try_suite(void)
{
	Suite *s = suite_create("kunit_try");
	TCase *sim = machine_tcase(s, "sim"), *every = tcase_create("every");

	suite_add_tcase(s, every);
	tcase_add_test(every, assertion_leaves_nested_calls);
	tcase_add_test(every, case_that_takes_too_long_is_stopped);
	tcase_add_test(every, cleanup_has_a_limit_too);
	tcase_add_test(every, thread_that_ends_otherwise_is_a_fault);
	tcase_add_test(every, bug_ends_the_case_only);
	tcase_add_test(every, assertion_in_a_region_is_told_and_survived);
	tcase_add_test(every, abort_in_exit_ends_the_cleanup);
	tcase_add_test(every, inner_throw_ends_only_the_inner_function);
	tcase_add_test(every, assertion_of_the_test_in_an_inner_try_looks_like_a_fault_of_it);
	tcase_add_test(every, case_and_cleanup_have_threads_of_their_own);
	tcase_add_test(sim, init_may_skip);
	tcase_add_test(sim, speed_decides_over_the_limit);
	tcase_add_test(sim, fault_in_an_operand_is_seen_at_its_check);
	tcase_add_test(sim, case_without_a_thread);
	return s;
}
