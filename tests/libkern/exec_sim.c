// SPDX-License-Identifier: GPL-2.0-only
/* The sim scheduler: determinism, virtual time, deadlocks; engines in both modes. */
#include "exec_rig.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <udevmem/engine.h>

/* A trace of who did what, in the order it happened. */
static char trace[4096];
static size_t trace_len;

static void note(char c)
{
	if (trace_len < sizeof(trace) - 1)
		trace[trace_len++] = c;
}

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(lock);
static DECLARE_WAIT_QUEUE_HEAD(queue);

static void *busy_task(void *letter)
{
	for (unsigned int i = 0; i < 20; i++) {
		note(*(char *)letter);
		switch (udm_random() % 4) {
		case 0:
			udm_yield();
			break;
		case 1:
			mutex_lock(&mutex);
			cond_resched();
			mutex_unlock(&mutex);
			break;
		case 2:
			msleep(1);
			break;
		default:
			spin_lock(&lock);
			spin_unlock(&lock);
			wake_up(&queue);
		}
	}
	return NULL;
}

static bool trace_step(void *left)
{
	note('e');
	return --*(int *)left > 0;
}

static void record(u64 seed, unsigned int preempt)
{
	static char letters[] = "ABCDEF";
	struct udm_thread *tasks[6];
	struct udm_engine *engine;
	int left = 5;

	memset(trace, 0, sizeof(trace));
	trace_len = 0;
	machine_boot_with(&(struct udm_config){ .seed = seed, .preempt_permille = preempt });
	engine = udm_engine_create("tracer", trace_step, &left);
	udm_engine_kick(engine);
	for (unsigned int i = 0; i < 6; i++)
		tasks[i] = udm_thread_create("busy", busy_task, &letters[i]);
	for (unsigned int i = 0; i < 6; i++)
		udm_thread_join(tasks[i]);
	snprintf(trace + trace_len, sizeof(trace) - trace_len, " %llu",
		 (unsigned long long)udm_now());
	udm_engine_destroy(engine);
	machine_shutdown();
}

static void same_seed_same_trace(unsigned int preempt)
{
	static char first[sizeof(trace)], other[sizeof(trace)];

	record(7, preempt);
	memcpy(first, trace, sizeof(trace));
	record(8, preempt);
	memcpy(other, trace, sizeof(trace));
	record(7, preempt);
	ck_assert_str_eq(trace, first);
	ck_assert_str_ne(other, first);
}

START_TEST(seed_decides_the_order)
{
	same_seed_same_trace(0);
	same_seed_same_trace(250);
}
END_TEST

/* With preemption, a task is really switched away inside a region. */
static unsigned int in_region, most_in_region;

static void *enter_regions(void *unused)
{
	for (unsigned int i = 0; i < 100; i++) {
		preempt_disable();
		if (++in_region > most_in_region)
			most_in_region = in_region;
		sched_point();
		in_region--;
		preempt_enable();
	}
	return NULL;
}

static void regions_body(void)
{
	in_region = most_in_region = 0;
	run_team(3, enter_regions, NULL);
}

START_TEST(preemption_reaches_into_regions)
{
	in_sim(regions_body);
	ck_assert_uint_eq(most_in_region, 1);
	in_preempted_sim(regions_body);
	ck_assert_uint_gt(most_in_region, 1);
}
END_TEST

static void *note_time(void *ms)
{
	msleep(*(int *)ms);
	note('0' + *(int *)ms);
	return NULL;
}

START_TEST(time_moves_only_when_nothing_is_ready)
{
	static int ms[] = { 5, 2, 9 };
	struct udm_thread *tasks[3];

	trace_len = 0;
	for (unsigned int i = 0; i < 3; i++)
		tasks[i] = udm_thread_create("timed", note_time, &ms[i]);
	ck_assert_uint_eq(udm_now(), 0);
	udm_run_until_idle();
	ck_assert_uint_eq(udm_now(), 0);
	ck_assert_uint_eq(trace_len, 0);
	udm_advance(4 * NSEC_PER_MSEC);
	ck_assert_uint_eq(udm_now(), 4 * NSEC_PER_MSEC);
	ck_assert_uint_eq(trace_len, 1);
	udm_advance(NSEC_PER_MSEC);
	ck_assert_uint_eq(trace_len, 2);
	udm_thread_join(tasks[2]);
	ck_assert_uint_eq(udm_now(), 9 * NSEC_PER_MSEC);
	ck_assert(!memcmp(trace, "259", 3));
	udm_thread_join(tasks[0]);
	udm_thread_join(tasks[1]);
}
END_TEST

START_TEST(polling_lets_time_pass)
{
	u64 until = udm_now() + 3 * NSEC_PER_MSEC;

	preempt_disable();
	while (udm_now() < until)
		cpu_relax();
	preempt_enable();
	ck_assert_uint_ge(udm_now(), until);
}
END_TEST

static jmp_buf out;
static char bug_text[256];

static void leave_bug(void *unused, const char *text)
{
	snprintf(bug_text, sizeof(bug_text), "%s", text);
	longjmp(out, 1);
}

static void swallow(void *log, int level, const char *text)
{
	strncat(log, text, 4000 - strlen(log));
}

static void *hold_mutex(void *unused)
{
	mutex_lock(&mutex);
	wait_event(queue, false);
	return NULL;
}

/* The machine is lost after a BUG, so this test has a process of its own (or is the last). */
START_TEST(deadlock_is_reported_with_every_task)
{
	static char log[4096];

	ck_assert_int_eq(udm_boot(NULL), 0);
	udm_bug_set_hook(leave_bug, NULL);
	udm_log_set_hook(swallow, log);
	udm_thread_create("holder", hold_mutex, NULL);
	udm_run_until_idle();
	if (!setjmp(out)) {
		mutex_lock(&mutex);
		ck_abort_msg("got the mutex");
	}
	udm_log_set_hook(NULL, NULL);
	udm_bug_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(bug_text, "deadlock"));
	ck_assert_ptr_nonnull(strstr(log, "deadlock: task holder/"));
	ck_assert_ptr_nonnull(strstr(log, "deadlock: task main/1"));
}
END_TEST

static void *call_from_outside(void *caught)
{
	if (!setjmp(out))
		preempt_disable();
	else
		set_flag(caught);
	return NULL;
}

START_TEST(second_host_thread_is_refused)
{
	static char log[4096];
	int caught = 0;
	pthread_t thread;

	udm_bug_set_hook(leave_bug, NULL);
	udm_log_set_hook(swallow, log);
	ck_assert_int_eq(pthread_create(&thread, NULL, call_from_outside, &caught), 0);
	pthread_join(thread, NULL);
	udm_log_set_hook(NULL, NULL);
	udm_bug_set_hook(NULL, NULL);
	ck_assert_int_eq(caught, 1);
	ck_assert_ptr_nonnull(strstr(bug_text, "sim mode"));
}
END_TEST

/* Engines. */

static unsigned long doorbells, served;

static bool serve_doorbells(void *unused)
{
	unsigned long rung = __atomic_load_n(&doorbells, __ATOMIC_ACQUIRE);

	if (served < rung)
		served++;
	return served < rung;
}

static void *ring(void *engine)
{
	for (unsigned int i = 0; i < rounds(3000); i++) {
		__atomic_fetch_add(&doorbells, 1, __ATOMIC_RELEASE);
		udm_engine_kick(engine);
		if (i % 64 == 0)
			udm_yield();
	}
	return NULL;
}

static void engine_body(void)
{
	struct udm_engine *engine = udm_engine_create("bell", serve_doorbells, NULL);

	doorbells = served = 0;
	run_team(3, ring, engine);
	udm_run_until_idle();
	udm_engine_destroy(engine);
	ck_assert_uint_eq(served, 3 * rounds(3000));
}

START_TEST(no_kick_is_lost)
{
	in_every_mode(engine_body);
}
END_TEST

static bool endless_step(void *steps)
{
	__atomic_fetch_add((unsigned long *)steps, 1, __ATOMIC_RELAXED);
	return true;
}

static void destroy_body(void)
{
	static unsigned long steps;
	struct udm_engine *engine = udm_engine_create("endless", endless_step, &steps);
	unsigned long seen;

	udm_engine_kick(engine);
	for (unsigned int i = 0; i < 10; i++)
		udm_yield();
	udm_engine_destroy(engine);
	seen = __atomic_load_n(&steps, __ATOMIC_RELAXED);
	udm_advance(1000000);
	ck_assert_uint_eq(__atomic_load_n(&steps, __ATOMIC_RELAXED), seen);
	udm_engine_destroy(NULL);
}

START_TEST(destroyed_engine_stands_still)
{
	in_sim(destroy_body);
	in_threads(destroy_body);
}
END_TEST

struct alarm {
	struct udm_engine *engine;
	unsigned int steps;
	uint64_t at[3];		/* when each step ran */
};

/* The first step asks for a second one. */
static bool alarmed_step(void *ctx)
{
	struct alarm *a = ctx;
	unsigned int n = __atomic_load_n(&a->steps, __ATOMIC_RELAXED);

	a->at[n % 3] = udm_now();
	if (!n)
		udm_engine_kick_at(a->engine, udm_now() + 2000000);
	__atomic_store_n(&a->steps, n + 1, __ATOMIC_RELEASE);
	return false;
}

static void wait_steps(const struct alarm *a, unsigned int n)
{
	while (__atomic_load_n(&a->steps, __ATOMIC_ACQUIRE) < n)
		udm_advance(1000000);
}

static void alarm_body(void)
{
	static struct alarm a;
	uint64_t start = udm_now();

	memset(&a, 0, sizeof(a));
	a.engine = udm_engine_create("alarm", alarmed_step, &a);
	udm_engine_kick_at(a.engine, start + 3600000000000ull);
	udm_engine_kick_at(a.engine, start + 3000000);	/* moved, not added */
	wait_steps(&a, 2);
	ck_assert_uint_ge(a.at[0], start + 3000000);
	ck_assert_uint_ge(a.at[1], a.at[0] + 2000000);
	udm_engine_kick_at(a.engine, 0);
	wait_steps(&a, 3);
	/* One that is still to come goes with the engine. */
	udm_engine_kick_at(a.engine, udm_now() + 1000000);
	udm_engine_destroy(a.engine);
	udm_advance(2000000);
	ck_assert_uint_eq(a.steps, 3);
}

START_TEST(engine_is_kicked_at_a_time)
{
	in_sim(alarm_body);
	in_threads(alarm_body);
}
END_TEST

static struct udm_engine *second;
static unsigned int relayed;

static bool relay_step(void *unused)
{
	udm_engine_kick(second);
	return false;
}

static bool count_step(void *unused)
{
	__atomic_add_fetch(&relayed, 1, __ATOMIC_RELEASE);
	return false;
}

static void relay_body(void)
{
	struct udm_engine *first = udm_engine_create("first", relay_step, NULL);

	relayed = 0;
	second = udm_engine_create("second", count_step, NULL);
	udm_engine_kick(first);
	while (!__atomic_load_n(&relayed, __ATOMIC_ACQUIRE))
		udm_yield();
	udm_engine_destroy(first);
	udm_engine_destroy(second);
}

START_TEST(engine_kicks_engine)
{
	in_every_mode(relay_body);
}
END_TEST

START_TEST(forgotten_engine_is_counted)
{
	ck_assert_int_eq(udm_boot(&(struct udm_config){ .quiet = true }), 0);
	ck_assert_ptr_nonnull(udm_engine_create("left", count_step, NULL));
	ck_assert_int_eq(udm_shutdown(), 1);
}
END_TEST

Suite *exec_sim_suite(void)
{
	Suite *s = suite_create("exec_sim");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, seed_decides_the_order);
	tcase_add_test(modes, preemption_reaches_into_regions);
	tcase_add_test(modes, no_kick_is_lost);
	tcase_add_test(modes, destroyed_engine_stands_still);
	tcase_add_test(modes, engine_is_kicked_at_a_time);
	tcase_add_test(modes, engine_kicks_engine);
	tcase_add_test(modes, forgotten_engine_is_counted);
	tcase_add_test(modes, deadlock_is_reported_with_every_task);
	tcase_add_test(one, time_moves_only_when_nothing_is_ready);
	tcase_add_test(one, polling_lets_time_pass);
	tcase_add_test(one, second_host_thread_is_refused);
	return s;
}
