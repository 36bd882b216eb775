// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running suites: order of calls, results, and the lines that tell them.
 *
 * The runner's thread walks suites, cases and parameters and prints; what
 * belongs to a case runs in two kernel threads, one for init and body, one for
 * exit and the release of resources. Only these write the status of a test
 * while it runs; the runner reads it when they have ended. The log of a case is
 * appended to its suite's when the case is over, so the latter reads in order.
 */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/sections.h>

#include "attributes.h"
#include "debugfs.h"
#include "run.h"
#include "string-stream.h"
#include "try-catch-impl.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kunit."

/* Seconds a case may take before it has to be marked slow. */
#define SLOW_SECONDS 2

static int stats_enabled = 1;
module_param(stats_enabled, int, 0644);
MODULE_PARM_DESC(stats_enabled, "Print statistics: 0 never, 1 for more than one test, 2 always");

/* Seconds, for a test of normal speed. */
static unsigned long timeout = 300;
module_param(timeout, ulong, 0644);
MODULE_PARM_DESC(timeout, "Time a test may take in seconds");

/* How many tests ended how. */
struct tally {
	unsigned long passed;
	unsigned long failed;
	unsigned long skipped;
};

/* Under the run lock of executor.c, or by whoever calls kunit_run_tests(). */
static unsigned int suite_number;
static struct udm_kunit_result so_far;

void kunit_restart_numbers(void)
{
	suite_number = 0;
}

void kunit_restart_result(void)
{
	so_far = (struct udm_kunit_result){ };
}

struct udm_kunit_result udm_kunit_result(void)
{
	return so_far;
}

/* Status. */

void kunit_set_failure(struct kunit *test)
{
	WRITE_ONCE(test->status, KUNIT_FAILURE);
}
EXPORT_SYMBOL_GPL(kunit_set_failure);

const char *kunit_status_to_ok_not_ok(enum kunit_status status)
{
	return status == KUNIT_FAILURE ? "not ok" : "ok";
}
EXPORT_SYMBOL_GPL(kunit_status_to_ok_not_ok);

static void count(struct tally *tally, enum kunit_status status)
{
	tally->passed += status == KUNIT_SUCCESS;
	tally->failed += status == KUNIT_FAILURE;
	tally->skipped += status == KUNIT_SKIPPED;
}

static void count_all(struct tally *tally, const struct tally *more)
{
	tally->passed += more->passed;
	tally->failed += more->failed;
	tally->skipped += more->skipped;
}

/* A failure outweighs everything, a success what was skipped. */
static enum kunit_status status_of(const struct tally *tally)
{
	if (tally->failed)
		return KUNIT_FAILURE;
	return tally->passed ? KUNIT_SUCCESS : KUNIT_SKIPPED;
}

enum kunit_status kunit_suite_has_succeeded(struct kunit_suite *suite)
{
	struct kunit_case *test_case;
	struct tally cases = { };

	if (suite->suite_init_err)
		return KUNIT_FAILURE;
	kunit_suite_for_each_test_case(suite, test_case)
		count(&cases, test_case->status);
	return status_of(&cases);
}
EXPORT_SYMBOL_GPL(kunit_suite_has_succeeded);

size_t kunit_suite_num_test_cases(struct kunit_suite *suite)
{
	struct kunit_case *test_case;
	size_t num = 0;

	kunit_suite_for_each_test_case(suite, test_case)
		num++;
	return num;
}
EXPORT_SYMBOL_GPL(kunit_suite_num_test_cases);

unsigned int kunit_test_case_num(struct kunit_suite *suite, struct kunit_case *test_case)
{
	return test_case - suite->test_cases + 1;
}
EXPORT_SYMBOL_GPL(kunit_test_case_num);

/* Lines. */

void kunit_log_append(struct string_stream *log, const char *fmt, ...)
{
	va_list args;

	if (!log)
		return;
	va_start(args, fmt);
	string_stream_vadd(log, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(kunit_log_append);

/* What follows a name in a result line: the reason it was skipped for. */
#define RESULT_FORMAT "%s %u %s%s%s\n"
#define RESULT_ARGS(status, number, name, comment)                                                 \
	kunit_status_to_ok_not_ok(status), number, name,                                           \
		(status) == KUNIT_SKIPPED ? " # SKIP " : "",                                       \
		(status) == KUNIT_SKIPPED ? (comment) : ""

static void print_suite_header(struct kunit_suite *suite)
{
	kunit_log(KERN_INFO, suite, KUNIT_SUBTEST_INDENT "KTAP version 1\n");
	kunit_log(KERN_INFO, suite, KUNIT_SUBTEST_INDENT "# Subtest: %s\n", suite->name);
	kunit_print_attr(suite, NULL, true);
	kunit_log(KERN_INFO, suite, KUNIT_SUBTEST_INDENT "1..%zd\n",
		  kunit_suite_num_test_cases(suite));
}

/* The number of a suite is one of the run, so its line is not in its log. */
static void print_suite_result(struct kunit_suite *suite)
{
	enum kunit_status status = kunit_suite_has_succeeded(suite);

	so_far.suites++;
	so_far.failed_suites += status == KUNIT_FAILURE;
	pr_info(RESULT_FORMAT, RESULT_ARGS(status, ++suite_number, suite->name, ""));
}

static bool wants_stats(const struct tally *tally)
{
	unsigned long total = tally->passed + tally->failed + tally->skipped;

	return stats_enabled > 1 || (stats_enabled == 1 && total > 1);
}

#define STATS_FORMAT "pass:%lu fail:%lu skip:%lu total:%lu\n"
#define STATS_ARGS(tally)                                                                          \
	(tally)->passed, (tally)->failed, (tally)->skipped,                                        \
		(tally)->passed + (tally)->failed + (tally)->skipped

static void print_suite_stats(struct kunit_suite *suite, const struct tally *cases,
			      const struct tally *runs)
{
	if (wants_stats(cases))
		kunit_log(KERN_INFO, suite, "# %s: " STATS_FORMAT, suite->name,
			  STATS_ARGS(cases));
	if (wants_stats(runs))
		kunit_log(KERN_INFO, suite, "# Totals: " STATS_FORMAT, STATS_ARGS(runs));
}

/* One test. */

struct test_run {
	struct kunit_suite *suite;
	struct kunit_case *test_case;
	struct kunit *test;
};

void kunit_init_test(struct kunit *test, const char *name, struct string_stream *log)
{
	spin_lock_init(&test->lock);
	INIT_LIST_HEAD(&test->resources);
	test->name = name;
	test->log = log;
	if (log)
		string_stream_clear(log);
	test->status = KUNIT_SUCCESS;
	test->status_comment[0] = '\0';
	test->params_array = (struct kunit_params){ };
	test->last_seen = (struct kunit_loc){ };
}
EXPORT_SYMBOL_GPL(kunit_init_test);

static void warn_of_slowness(const struct test_run *run, ktime_t start)
{
	struct timespec64 took = ktime_to_timespec64(ktime_sub(ktime_get(), start));
	enum kunit_speed speed = run->test_case->attr.speed;

	if (took.tv_sec >= SLOW_SECONDS && speed != KUNIT_SPEED_SLOW &&
	    speed != KUNIT_SPEED_VERY_SLOW)
		kunit_warn(run->test, "Test should be marked slow (runtime: %lld.%09lds)\n",
			   (long long)took.tv_sec, took.tv_nsec);
}

static void try_case(void *context)
{
	struct test_run *run = context;
	struct kunit *test = run->test;
	ktime_t start;
	int err = 0;

	current->kunit_test = test;
	if (run->suite->init)
		err = run->suite->init(test);
	if (err) {
		kunit_err(test, "failed to initialize: %d\n", err);
		kunit_set_failure(test);
		return;
	}
	start = ktime_get();
	run->test_case->run_case(test);
	warn_of_slowness(run, start);
}

/* An abort has left its status behind. */
static void catch_case(void *context)
{
	struct kunit *test = ((struct test_run *)context)->test;
	int result = kunit_try_catch_get_result(&test->try_catch);

	if (!result)
		return;
	kunit_set_failure(test);
	if (result == -ETIMEDOUT)
		kunit_err(test, "test case timed out\n");
	else
		kunit_err(test, "internal error occurred preventing test case from running: %d\n",
			  result);
}

static void try_cleanup(void *context)
{
	struct test_run *run = context;

	current->kunit_test = run->test;
	if (run->suite->exit)
		run->suite->exit(run->test);
	kunit_cleanup(run->test);
}

static void catch_cleanup(void *context)
{
	struct kunit *test = ((struct test_run *)context)->test;
	int result = kunit_try_catch_get_result(&test->try_catch);

	kunit_set_failure(test);
	if (result == -ETIMEDOUT)
		kunit_err(test, "test case cleanup timed out\n");
	else if (result)
		kunit_err(test, "internal error occurred during test case cleanup: %d\n", result);
	else
		kunit_err(test, "test aborted during cleanup. continuing without cleaning up\n");
}

/* In jiffies. Endless where it does not fit. */
static unsigned long time_limit(const struct test_run *run)
{
	static const unsigned int factors[] = {
		[KUNIT_SPEED_VERY_SLOW] = 12,
		[KUNIT_SPEED_SLOW] = 3,
		[KUNIT_SPEED_NORMAL] = 1,
	};
	unsigned long limit;

	if (check_mul_overflow(timeout, factors[kunit_speed_of(run->suite, run->test_case)] * HZ,
			       &limit))
		return MAX_SCHEDULE_TIMEOUT;
	return limit;
}

static void run_test(struct test_run *run)
{
	struct kunit_try_catch *try_catch = &run->test->try_catch;

	kunit_try_catch_init(try_catch, run->test, try_case, catch_case, time_limit(run));
	kunit_try_catch_run(try_catch, run);
	kunit_try_catch_init(try_catch, run->test, try_cleanup, catch_cleanup, time_limit(run));
	kunit_try_catch_run(try_catch, run);
}

/* Parameters. */

const void *kunit_array_gen_params(struct kunit *test, const void *prev, char *desc)
{
	const struct kunit_params *array = &test->params_array;
	const char *param = array->params;

	if (test->param_index >= array->num_params)
		return NULL;
	param += test->param_index * array->elem_size;
	if (array->get_description)
		array->get_description(test, param, desc);
	return param;
}
EXPORT_SYMBOL_GPL(kunit_array_gen_params);

static void print_param_header(struct kunit *parent, const struct kunit_case *test_case)
{
	kunit_log(KERN_INFO, parent, KUNIT_SUBSUBTEST_INDENT "KTAP version 1\n");
	kunit_log(KERN_INFO, parent, KUNIT_SUBSUBTEST_INDENT "# Subtest: %s\n", parent->name);
	if (test_case->generate_params == kunit_array_gen_params && parent->params_array.params)
		kunit_log(KERN_INFO, parent, KUNIT_SUBSUBTEST_INDENT "1..%zd\n",
			  parent->params_array.num_params);
}

static void run_param(struct kunit_suite *suite, struct kunit_case *test_case,
		      struct kunit *parent, const void *param, const char *desc,
		      struct tally *runs)
{
	struct kunit test = { .parent = parent, .param_value = param };
	char number[24];

	kunit_init_test(&test, test_case->name, NULL);
	test.log = test_case->log;
	test.param_index = ++parent->param_index;
	run_test(&(struct test_run){ suite, test_case, &test });
	snprintf(number, sizeof(number), "param-%d", test.param_index);
	kunit_log(KERN_INFO, parent, KUNIT_SUBSUBTEST_INDENT RESULT_FORMAT,
		  RESULT_ARGS(test.status, test.param_index, *desc ? desc : number,
			      test.status_comment));
	count(runs, test.status);
}

static void run_params(struct kunit_suite *suite, struct kunit_case *test_case,
		       struct kunit *parent, struct tally *runs)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param = NULL;

	print_param_header(parent, test_case);
	while ((param = test_case->generate_params(parent, param, desc))) {
		run_param(suite, test_case, parent, param, desc, runs);
		desc[0] = '\0';
	}
}

/* The status of the case: that of its runs, unless there was no way to begin. */
static enum kunit_status run_parameterised(struct kunit_suite *suite,
					   struct kunit_case *test_case, struct kunit *parent,
					   struct tally *runs)
{
	int err = test_case->param_init ? test_case->param_init(parent) : 0;

	if (err) {
		kunit_err(parent, KUNIT_SUBSUBTEST_INDENT
			  "# failed to initialize parent parameter test (%d)\n", err);
		count(runs, KUNIT_FAILURE);
		return KUNIT_FAILURE;
	}
	run_params(suite, test_case, parent, runs);
	if (test_case->param_exit)
		test_case->param_exit(parent);
	kunit_cleanup(parent);
	return status_of(runs);
}

/* Cases. */

static enum kunit_status run_case_as_it_is(struct kunit_suite *suite,
					   struct kunit_case *test_case, struct kunit *test,
					   struct tally *runs)
{
	if (test_case->status == KUNIT_SKIPPED) {
		count(runs, KUNIT_SKIPPED);
		return KUNIT_SKIPPED;
	}
	if (test_case->generate_params)
		return run_parameterised(suite, test_case, test, runs);
	run_test(&(struct test_run){ suite, test_case, test });
	count(runs, test->status);
	return test->status;
}

static void run_case(struct kunit_suite *suite, struct kunit_case *test_case,
		     struct tally *all_runs)
{
	struct kunit test = { .priv = NULL };
	struct tally runs = { };
	const char *comment;

	kunit_init_test(&test, test_case->name, test_case->log);
	test_case->status = run_case_as_it_is(suite, test_case, &test, &runs);
	comment = test_case->generate_params ? "" : test.status_comment;
	kunit_print_attr(suite, test_case, true);
	if (wants_stats(&runs))
		kunit_log(KERN_INFO, &test, KUNIT_SUBTEST_INDENT "# %s: " STATS_FORMAT,
			  test_case->name, STATS_ARGS(&runs));
	kunit_log(KERN_INFO, &test, KUNIT_SUBTEST_INDENT RESULT_FORMAT,
		  RESULT_ARGS(test_case->status, kunit_test_case_num(suite, test_case),
			      test_case->name, comment));
	if (suite->log && test_case->log)
		string_stream_append(suite->log, test_case->log);
	count_all(all_runs, &runs);
}

/* Suites. */

static void run_cases(struct kunit_suite *suite)
{
	struct tally cases = { }, runs = { };
	struct kunit_case *test_case;

	print_suite_header(suite);
	kunit_suite_for_each_test_case(suite, test_case) {
		run_case(suite, test_case, &runs);
		count(&cases, test_case->status);
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
	print_suite_stats(suite, &cases, &runs);
	so_far.passed += runs.passed;
	so_far.failed += runs.failed;
	so_far.skipped += runs.skipped;
}

int kunit_run_tests(struct kunit_suite *suite)
{
	static_branch_inc(&kunit_running);
	suite->suite_init_err = suite->suite_init ? suite->suite_init(suite) : 0;
	if (suite->suite_init_err)
		kunit_err(suite, KUNIT_SUBTEST_INDENT "# failed to initialize (%d)\n",
			  suite->suite_init_err);
	else
		run_cases(suite);
	print_suite_result(suite);
	static_branch_dec(&kunit_running);
	return 0;
}
EXPORT_SYMBOL_GPL(kunit_run_tests);

void kunit_forget_results(struct kunit_suite *suite)
{
	struct kunit_case *test_case;

	kunit_suite_for_each_test_case(suite, test_case)
		test_case->status = KUNIT_SUCCESS;
	suite->suite_init_err = 0;
	suite->status_comment[0] = '\0';
}

/* Memory. */

KUNIT_DEFINE_ACTION_WRAPPER(free_memory, kfree, const void *);

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	void *memory = kmalloc_array(n, size, gfp);

	if (!memory || kunit_add_action_or_reset(test, free_memory, memory))
		return NULL;
	return memory;
}
EXPORT_SYMBOL_GPL(kunit_kmalloc_array);

void kunit_kfree(struct kunit *test, const void *ptr)
{
	if (ptr)
		kunit_release_action(test, free_memory, (void *)ptr);
}
EXPORT_SYMBOL_GPL(kunit_kfree);

char *kunit_kstrdup(struct kunit *test, const char *str, gfp_t gfp)
{
	size_t size;
	char *copy;

	if (!str)
		return NULL;
	size = strlen(str) + 1;
	copy = kunit_kmalloc(test, size, gfp);
	return copy ? memcpy(copy, str, size) : NULL;
}
EXPORT_SYMBOL_GPL(kunit_kstrdup);

const char *kunit_kstrdup_const(struct kunit *test, const char *str, gfp_t gfp)
{
	return is_kernel_rodata((unsigned long)str) ? str : kunit_kstrdup(test, str, gfp);
}
EXPORT_SYMBOL_GPL(kunit_kstrdup_const);

/* Read-only data is nobody's memory, and so ignored. */
void kunit_kfree_const(struct kunit *test, const void *x)
{
	kunit_kfree(test, x);
}
EXPORT_SYMBOL_GPL(kunit_kfree_const);
