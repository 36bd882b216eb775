// SPDX-License-Identifier: GPL-2.0-only
/* Kernel threads: life, stopping, parking, binding. */
#include "exec_rig.h"

#include <errno.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/wait.h>
#include <pthread.h>
#include <sched.h>

static DECLARE_WAIT_QUEUE_HEAD(never);

static int loop_until_stopped(void *slept)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
		++*(unsigned int *)slept;
	}
	__set_current_state(TASK_RUNNING);
	return 42;
}

static void stop_body(void)
{
	unsigned int slept = 0;
	struct task_struct *k = kthread_run(loop_until_stopped, &slept, "worker/%d", 7);

	ck_assert(!IS_ERR(k));
	ck_assert_str_eq(k->comm, "worker/7");
	ck_assert_uint_eq(k->flags & PF_KTHREAD, PF_KTHREAD);
	ck_assert_ptr_eq(kthread_data(k), &slept);
	udm_run_until_idle();
	wake_up_process(k);
	udm_run_until_idle();
	ck_assert_int_eq(kthread_stop(k), 42);
	ck_assert_uint_ge(slept, 1);
}

START_TEST(stop_returns_the_value)
{
	in_every_mode(stop_body);
}
END_TEST

static int not_reached(void *unused)
{
	ck_abort_msg("the function must not run");
	return 0;
}

static void never_started_body(void)
{
	struct task_struct *k = kthread_create(not_reached, NULL, "still");

	udm_run_until_idle();
	ck_assert_int_eq(kthread_stop(k), -EINTR);
}

START_TEST(thread_that_never_ran_gives_eintr)
{
	in_every_mode(never_started_body);
}
END_TEST

/* The race of a stop against the test and the state store, with random delays. */
static int racy_loop(void *unused)
{
	while (!kthread_should_stop()) {
		for (u64 i = udm_random() % 64; i; i--)
			barrier();
		if (udm_random() % 4 == 0)
			udm_yield();
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return 1;
}

static void race_body(void)
{
	for (unsigned int i = 0; i < rounds(1200); i++) {
		struct task_struct *k = kthread_run(racy_loop, NULL, "racy");
		int result;

		for (u64 j = udm_random() % 64; j; j--)
			barrier();
		if (udm_random() % 2)
			udm_yield();
		result = kthread_stop(k);
		/* Or it was stopped before it got to its function. */
		ck_assert(result == 1 || result == -EINTR);
	}
}

START_TEST(stop_races_with_going_to_sleep)
{
	in_every_mode(race_body);
}
END_TEST

static int wait_interruptibly(void *unused)
{
	int ret = wait_event_interruptible(never, false);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return ret;
}

static int sleep_uninterruptibly(void *woken)
{
	/* One wake-up, no signal: the second sleep lasts its time. */
	schedule_timeout_uninterruptible(1000000);
	set_flag(woken);
	schedule_timeout_uninterruptible(2);
	return signal_pending(current);
}

static void sleeps_body(void)
{
	struct task_struct *k = kthread_run(wait_interruptibly, NULL, "sleeper");
	int woken = 0;

	udm_run_until_idle();
	ck_assert_int_eq(kthread_stop(k), -ERESTARTSYS);
	k = kthread_run(sleep_uninterruptibly, &woken, "sleeper");
	udm_run_until_idle();
	ck_assert_int_eq(kthread_stop(k), 1);
	ck_assert_int_eq(read_flag(&woken), 1);
}

START_TEST(stop_ends_interruptible_sleeps)
{
	in_every_mode(sleeps_body);
}
END_TEST

static int end_by_itself(void *done)
{
	complete(done);
	return 5;
}

static void own_end_body(void)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *k = kthread_create(end_by_itself, &done, "short");

	get_task_struct(k);
	wake_up_process(k);
	wait_for_completion(&done);
	udm_run_until_idle();
	put_task_struct(k);
	k = kthread_run(end_by_itself, &done, "short");
	wait_for_completion(&done);
}

START_TEST(thread_may_end_by_itself)
{
	in_every_mode(own_end_body);
}
END_TEST

static unsigned int rounds_made;

static int parkable(void *unused)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		WRITE_ONCE(rounds_made, rounds_made + 1);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static void await_rounds(unsigned int more_than)
{
	while (READ_ONCE(rounds_made) <= more_than)
		udm_advance(1000000);
}

static void park_body(void)
{
	struct task_struct *k;
	unsigned int seen;

	rounds_made = 0;
	k = kthread_run(parkable, NULL, "parkable");
	await_rounds(0);
	ck_assert_int_eq(kthread_park(k), 0);
	seen = READ_ONCE(rounds_made);
	udm_advance(5000000);
	ck_assert_uint_eq(READ_ONCE(rounds_made), seen);
	kthread_unpark(k);
	await_rounds(seen);
	ck_assert_int_eq(kthread_park(k), 0);
	/* A stop reaches a parked thread too. */
	ck_assert_int_eq(kthread_stop(k), 0);
}

START_TEST(parked_thread_stands_still)
{
	in_every_mode(park_body);
}
END_TEST

static int report_cpu(void *cpu)
{
	WRITE_ONCE(*(int *)cpu, raw_smp_processor_id());
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return raw_smp_processor_id();
}

static void await_cpu(const int *cpu)
{
	while (READ_ONCE(*cpu) < 0)
		udm_yield();
}

static void bind_body(void)
{
	int cpu = -1;
	struct task_struct *k = kthread_create(report_cpu, &cpu, "bound");

	kthread_bind(k, 6);
	wake_up_process(k);
	await_cpu(&cpu);
	ck_assert_int_eq(set_cpus_allowed_ptr(k, cpu_none_mask), -EINVAL);
	ck_assert_int_eq(kthread_stop(k), 6);
	ck_assert_int_eq(cpu, 6);
	cpu = -1;
	k = kthread_create(report_cpu, &cpu, "moved");
	kthread_bind(k, 6);
	wake_up_process(k);
	await_cpu(&cpu);
	ck_assert_int_eq(set_cpus_allowed_ptr(k, cpumask_of(1)), 0);
	ck_assert_int_eq(kthread_stop(k), 1);
	cpu = -1;
	k = kthread_run_on_cpu(report_cpu, &cpu, 4, "bound/%u");
	ck_assert_str_eq(k->comm, "bound/4");
	await_cpu(&cpu);
	ck_assert_int_eq(kthread_stop(k), 4);
	ck_assert_int_eq(cpu, 4);
}

START_TEST(bound_thread_stays_on_its_cpu)
{
	in_every_mode(bind_body);
}
END_TEST

static int exit_early(void *unused)
{
	kthread_exit(-9);
}

static void exit_body(void)
{
	struct task_struct *k = kthread_create(exit_early, NULL, "exits");

	get_task_struct(k);
	wake_up_process(k);
	udm_run_until_idle();
	ck_assert_int_eq(k->exit_code, -9);
	put_task_struct(k);
}

START_TEST(kthread_exit_ends_the_thread)
{
	in_sim(exit_body);
	in_threads(exit_body);
}
END_TEST

static int ends_at_once(void *done)
{
	complete(done);
	return 17;
}

/* Who holds a reference to the task may stop it at any time after its end. */
static void stop_after_end_body(void)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *k = kthread_create(ends_at_once, &done, "short");

	ck_assert(!IS_ERR(k));
	get_task_struct(k);
	wake_up_process(k);
	wait_for_completion(&done);
	udm_run_until_idle();
	ck_assert_int_eq(kthread_stop(k), 17);
	ck_assert_ptr_eq(kthread_data(k), &done);
	ck_assert_int_eq(kthread_stop_put(k), 17);
}

START_TEST(stop_after_the_end)
{
	in_every_mode(stop_after_end_body);
}
END_TEST

static pthread_key_t at_the_very_end;
static unsigned int ended;

/* What a thread does last, after it has left the machine; takes its time. */
static void count_end(void *unused)
{
	for (int i = 0; i < 200; i++)
		sched_yield();
	__atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
}

static int has_an_end(void *unused)
{
	return pthread_setspecific(at_the_very_end, &ended);
}

/* A program may unload the library, or end, right after the shutdown. */
START_TEST(shutdown_outlives_every_host_thread)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS };

	ck_assert_int_eq(pthread_key_create(&at_the_very_end, count_end), 0);
	for (unsigned int round = 1; round <= 5; round++) {
		ck_assert_int_eq(udm_boot(&cfg), 0);
		for (int i = 0; i < 10; i++)
			ck_assert(!IS_ERR(kthread_run(has_an_end, NULL, "short")));
		udm_run_until_idle();
		ck_assert_int_eq(udm_shutdown(), 0);
		ck_assert_uint_eq(__atomic_load_n(&ended, __ATOMIC_RELAXED), round * 10);
	}
	pthread_key_delete(at_the_very_end);
}
END_TEST

Suite *exec_kthread_suite(void)
{
	Suite *s = suite_create("exec_kthread");
	TCase *modes = tcase_create("modes");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, stop_returns_the_value);
	tcase_add_test(modes, thread_that_never_ran_gives_eintr);
	tcase_add_test(modes, stop_races_with_going_to_sleep);
	tcase_add_test(modes, stop_ends_interruptible_sleeps);
	tcase_add_test(modes, thread_may_end_by_itself);
	tcase_add_test(modes, parked_thread_stands_still);
	tcase_add_test(modes, bound_thread_stays_on_its_cpu);
	tcase_add_test(modes, kthread_exit_ends_the_thread);
	tcase_add_test(modes, stop_after_the_end);
	tcase_add_test(modes, shutdown_outlives_every_host_thread);
	return s;
}
