// SPDX-License-Identifier: GPL-2.0-only
/* The schedule explorer: what it finds, how small it makes it, what it refuses. */
#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <udevmem/explore.h>

static struct udm_explore_result result;

static void quiet_log(void *ctx, int level, const char *text)
{
}

static const struct udm_config quiet = { .log = { .fn = quiet_log } };

/* What the explorer finds is expected here and need not be read. */
static void hush(void)
{
	udm_log_set_hook(quiet_log, NULL);
}

static void unhush(void)
{
	udm_log_set_hook(NULL, NULL);
}

static int explore_with(enum udm_explore_mode mode, int (*scenario)(void *ctx),
			unsigned int schedules)
{
	return udm_explore(&(struct udm_explore){ .scenario = scenario, .mode = mode,
						  .schedules = schedules, .config = &quiet },
			   &result);
}

static void run_two(void *(*first)(void *ctx), void *(*second)(void *ctx))
{
	struct udm_thread *a = udm_thread_create("first", first, NULL);
	struct udm_thread *b = udm_thread_create("second", second, NULL);

	udm_thread_join(a);
	udm_thread_join(b);
}

/* A read and a write, each under the lock, but not both together. */
static DEFINE_SPINLOCK(lock);
static unsigned int counter;

static void *add_one(void *unused)
{
	unsigned int seen;

	spin_lock(&lock);
	seen = counter;
	spin_unlock(&lock);
	spin_lock(&lock);
	counter = seen + 1;
	spin_unlock(&lock);
	return NULL;
}

static int lost_update(void *unused)
{
	counter = 0;
	run_two(add_one, add_one);
	return counter == 2 ? 0 : -EILSEQ;
}

static void *add_one_rightly(void *unused)
{
	spin_lock(&lock);
	counter++;
	spin_unlock(&lock);
	return NULL;
}

static int sound(void *unused)
{
	counter = 0;
	run_two(add_one_rightly, add_one_rightly);
	return counter == 2 ? 0 : -EILSEQ;
}

static int repeat(const char *schedule, int (*scenario)(void *ctx))
{
	int ret;

	ck_assert_int_eq(setenv("UDM_SCHEDULE", schedule, 1), 0);
	ret = explore_with(UDM_EXPLORE_BOUNDED, scenario, 1);
	unsetenv("UDM_SCHEDULE");
	return ret;
}

static unsigned int count(const char *text, char c)
{
	unsigned int n = 0;

	while (*text)
		n += *text++ == c;
	return n;
}

/* One preemption is enough; the explorer may end at a few that need each other. */
static void finds_the_lost_update(enum udm_explore_mode mode, unsigned int most)
{
	char schedule[sizeof(result.schedule)], *preempt;

	ck_assert_int_eq(explore_with(mode, lost_update, 0), 1);
	ck_assert_str_eq(result.why, "it returned -84");
	strcpy(schedule, result.schedule);
	preempt = strstr(schedule, " preempt=");
	ck_assert_msg(preempt, "schedule \"%s\" preempts nowhere", schedule);
	ck_assert_msg(count(preempt, ',') < most, "\"%s\" preempts too often", schedule);
	ck_assert_int_eq(repeat(schedule, lost_update), 1);
	ck_assert_str_eq(result.schedule, schedule);
	ck_assert_str_eq(result.why, "it returned -84");
	*preempt = '\0';
	ck_assert_int_eq(repeat(schedule, lost_update), 0);
	ck_assert_uint_eq(result.schedules, 1);
}

START_TEST(preemption_loses_the_update)
{
	finds_the_lost_update(UDM_EXPLORE_BOUNDED, 2);
	finds_the_lost_update(UDM_EXPLORE_RANDOM, 4);
}
END_TEST

START_TEST(sound_code_passes_every_schedule)
{
	ck_assert_int_eq(explore_with(UDM_EXPLORE_BOUNDED, sound, 30), 0);
	ck_assert_uint_eq(result.schedules, 30);
	ck_assert_str_eq(result.schedule, "");
	ck_assert_int_eq(explore_with(UDM_EXPLORE_RANDOM, sound, 30), 0);
	ck_assert_uint_eq(result.schedules, 30);
}
END_TEST

/* Both orders of two mutexes. */
static DEFINE_MUTEX(left);
static DEFINE_MUTEX(right);

static void *left_first(void *unused)
{
	mutex_lock(&left);
	mutex_lock(&right);
	mutex_unlock(&right);
	mutex_unlock(&left);
	return NULL;
}

static void *right_first(void *unused)
{
	mutex_lock(&right);
	mutex_lock(&left);
	mutex_unlock(&left);
	mutex_unlock(&right);
	return NULL;
}

static int deadlock(void *unused)
{
	run_two(left_first, right_first);
	return 0;
}

START_TEST(lock_order_is_a_deadlock)
{
	ck_assert_int_eq(explore_with(UDM_EXPLORE_RANDOM, deadlock, 0), 1);
	ck_assert_msg(strstr(result.why, "deadlock") || strstr(result.why, "circular"), "%s",
		      result.why);
}
END_TEST

/* Ways to fail, each under every schedule: nothing is left of the plan but its seed. */

static int warns(void *unused)
{
	WARN(1, "never mind\n");
	return 0;
}

static int bugs(void *unused)
{
	BUG();
	return 0;
}

static int leaks(void *unused)
{
	return kmalloc(32, GFP_KERNEL) ? 0 : -ENOMEM;
}

static int is_killed(void *unused)
{
	return raise(SIGKILL);
}

static int leaves(void *unused)
{
	_exit(7);
}

static const struct {
	int (*scenario)(void *ctx);
	const char *why;
	const char *schedule;
} ways[] = {
	{ warns, "warns", "seed=1 choices=0" },
	{ bugs, "bugs", "seed=1 choices=0" },
	{ leaks, "1 objects leaked", "seed=1 choices=0" },
	{ is_killed, "killed by signal 9", "seed=1" },
	{ leaves, "the process ended with status 7", "seed=1" },
};

START_TEST(each_way_to_fail)
{
	ck_assert_int_eq(explore_with(UDM_EXPLORE_BOUNDED, ways[_i].scenario, 5), 1);
	ck_assert_msg(strstr(result.why, ways[_i].why), "\"%s\" lacks \"%s\"", result.why,
		      ways[_i].why);
	ck_assert_str_eq(result.schedule, ways[_i].schedule);
	ck_assert_uint_eq(result.schedules, 0);
}
END_TEST

/* Expected warnings are none, and the context arrives. */
static int warns_as_announced(void *ctx)
{
	udm_warn_expect("announced", 1);
	WARN(1, "announced\n");
	return *(int *)ctx == 5 ? 0 : -EINVAL;
}

START_TEST(announced_warnings_are_none)
{
	int five = 5;
	struct udm_explore what = { .scenario = warns_as_announced, .ctx = &five,
				    .schedules = 3 };

	ck_assert_int_eq(udm_explore(&what, NULL), 0);
}
END_TEST

static int seed_is(void *wanted)
{
	return udm_config()->mode == UDM_MODE_SIM && udm_config()->ram_bytes == 64 << 20 &&
	       udm_config()->cpus == 2 ? 0 : -EINVAL;
}

START_TEST(machines_have_the_configuration)
{
	struct udm_config config = { .ram_bytes = 64 << 20, .cpus = 2 };

	ck_assert_int_eq(udm_explore(&(struct udm_explore){ .scenario = seed_is, .schedules = 2,
							    .config = &config }, &result), 0);
}
END_TEST

START_TEST(bad_requests)
{
	static const struct udm_config threads = { .mode = UDM_MODE_THREADS };
	static const struct udm_explore bad[] = {
		{ .scenario = NULL },
		{ .scenario = sound, .mode = 2 },
		{ .scenario = sound, .permille = 1001 },
		{ .scenario = sound, .preemptions = 41 },
		{ .scenario = sound, .config = &threads },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(udm_explore(&bad[i], NULL), -EINVAL);
	machine_boot();
	ck_assert_int_eq(udm_explore(&(struct udm_explore){ .scenario = sound }, NULL), -EBUSY);
	machine_shutdown();
}
END_TEST

static const char *const nonsense[] = {
	"x", "seed", "seed=", "seed=x", "seed=1 preempt=", "seed=1 preempt=3,2",
	"seed=1 preempt=2,2", "seed=1 preempt=1 preempt=2", "permille=0", "preempt=1,,2",
	"choices=-1", "seeds=3",
};

START_TEST(schedules_that_are_none)
{
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++)
		ck_assert_msg(repeat(nonsense[i], sound) < 0, "\"%s\" was taken", nonsense[i]);
	ck_assert_int_eq(repeat("seed=9  permille=300", sound), 0);
}
END_TEST

Suite *explore_suite(void)
{
	Suite *s = suite_create("explore");
	TCase *tc = tcase_create("explorer");

	tcase_set_timeout(tc, 180);
	tcase_add_checked_fixture(tc, hush, unhush);
	tcase_add_test(tc, preemption_loses_the_update);
	tcase_add_test(tc, sound_code_passes_every_schedule);
	tcase_add_test(tc, lock_order_is_a_deadlock);
	tcase_add_loop_test(tc, each_way_to_fail, 0, sizeof(ways) / sizeof(*ways));
	tcase_add_test(tc, announced_warnings_are_none);
	tcase_add_test(tc, machines_have_the_configuration);
	tcase_add_test(tc, bad_requests);
	tcase_add_test(tc, schedules_that_are_none);
	suite_add_tcase(s, tc);
	return s;
}
