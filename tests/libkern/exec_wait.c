// SPDX-License-Identifier: GPL-2.0-only
/* Sleeping and waking: wait queues, schedule_timeout, completions. */
#include "exec_rig.h"

#include <errno.h>
#include <stdlib.h>
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(ping_queue);
static DECLARE_WAIT_QUEUE_HEAD(pong_queue);
static unsigned int turn;

static void *play(void *second)
{
	struct wait_queue_head *mine = second ? &pong_queue : &ping_queue;
	struct wait_queue_head *theirs = second ? &ping_queue : &pong_queue;
	unsigned int parity = second ? 1 : 0;

	for (unsigned int i = 0; i < rounds(2000); i++) {
		/* In turn: what the other one wrote, turn itself too, is read plainly now. */
		wait_event(*mine, smp_load_acquire(&turn) % 2 == parity);
		smp_store_release(&turn, turn + 1);
		wake_up(theirs);
	}
	return NULL;
}

static void ping_pong_body(void)
{
	struct udm_thread *second;

	turn = 0;
	second = udm_thread_create("pong", play, &turn);
	run_team(1, play, NULL);
	udm_thread_join(second);
	ck_assert_uint_eq(turn, 2 * rounds(2000));
}

START_TEST(no_wake_up_is_lost)
{
	in_every_mode(ping_pong_body);
}
END_TEST

/* The bare protocol: state, condition, schedule(). */
static struct task_struct *sleeper;
static unsigned int given;

static void *sleep_bare(void *unused)
{
	unsigned int taken = 0;

	WRITE_ONCE(sleeper, current);
	while (taken < rounds(3000)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		while (READ_ONCE(given) == taken) {
			schedule();
			set_current_state(TASK_UNINTERRUPTIBLE);
		}
		__set_current_state(TASK_RUNNING);
		taken++;
	}
	return NULL;
}

static void bare_body(void)
{
	struct udm_thread *thread;

	given = 0;
	sleeper = NULL;
	thread = udm_thread_create("sleeper", sleep_bare, NULL);
	while (!READ_ONCE(sleeper))
		udm_yield();
	for (unsigned int i = 0; i < rounds(3000); i++) {
		WRITE_ONCE(given, i + 1);
		wake_up_process(READ_ONCE(sleeper));
		if (i % 7 == 0)
			udm_yield();
	}
	udm_thread_join(thread);
}

START_TEST(wake_between_state_and_schedule_is_seen)
{
	in_every_mode(bare_body);
}
END_TEST

static unsigned int woken;
static int gate_open;

static void *wait_exclusively(void *unused)
{
	ck_assert_int_eq(wait_event_interruptible_exclusive(ping_queue, READ_ONCE(gate_open)), 0);
	__atomic_add_fetch(&woken, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void exclusive_body(void)
{
	struct udm_thread *waiters[3];

	woken = 0;
	WRITE_ONCE(gate_open, 0);
	for (unsigned int i = 0; i < 3; i++)
		waiters[i] = udm_thread_create("waiter", wait_exclusively, NULL);
	udm_run_until_idle();
	WRITE_ONCE(gate_open, 1);
	wake_up(&ping_queue);
	udm_run_until_idle();
	ck_assert_uint_eq(woken, 1);
	wake_up_nr(&ping_queue, 1);
	udm_run_until_idle();
	ck_assert_uint_eq(woken, 2);
	wake_up_all(&ping_queue);
	for (unsigned int i = 0; i < 3; i++)
		udm_thread_join(waiters[i]);
	ck_assert(!waitqueue_active(&ping_queue));
}

START_TEST(exclusive_waiters_wake_one_by_one)
{
	in_sim(exclusive_body);
	in_preempted_sim(exclusive_body);
}
END_TEST

static long waited;

static void *wait_for_signal(void *unused)
{
	waited = wait_event_interruptible(ping_queue, READ_ONCE(gate_open));
	return NULL;
}

static void *wait_for_signal_or_time(void *unused)
{
	waited = wait_event_interruptible_timeout(ping_queue, READ_ONCE(gate_open), 1000 * HZ);
	return NULL;
}

static void interrupt(void *(*fn)(void *))
{
	struct udm_thread *thread = udm_thread_create("waiter", fn, NULL);

	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), false);
	udm_thread_join(thread);
	ck_assert_int_eq(waited, -ERESTARTSYS);
}

static void interrupt_body(void)
{
	WRITE_ONCE(gate_open, 0);
	interrupt(wait_for_signal);
	interrupt(wait_for_signal_or_time);
}

START_TEST(signal_ends_an_interruptible_wait)
{
	in_every_mode(interrupt_body);
}
END_TEST

START_TEST(timeouts_count_jiffies)
{
	u64 before = udm_now();

	ck_assert_int_eq(wait_event_timeout(ping_queue, false, 25), 0);
	ck_assert_uint_eq(udm_now() - before, 25 * NSEC_PER_MSEC);
	ck_assert_int_eq(wait_event_timeout(ping_queue, true, 25), 25);
	ck_assert_int_eq(wait_event_timeout(ping_queue, true, 0), 1);
	ck_assert_int_eq(wait_event_timeout(ping_queue, false, 0), 0);
	before = jiffies;
	ck_assert_int_eq(schedule_timeout_uninterruptible(10), 0);
	ck_assert_uint_eq(jiffies - before, 10);
	/* In TASK_RUNNING it does not sleep. */
	ck_assert_int_eq(schedule_timeout(10), 10);
	ck_assert_int_eq(schedule_timeout(MAX_SCHEDULE_TIMEOUT), MAX_SCHEDULE_TIMEOUT);
}
END_TEST

static void *wake_after_3_jiffies(void *task)
{
	schedule_timeout_uninterruptible(3);
	wake_up_process(task);
	return NULL;
}

START_TEST(early_wake_up_leaves_jiffies)
{
	struct udm_thread *thread = udm_thread_create("waker", wake_after_3_jiffies, current);

	ck_assert_int_eq(schedule_timeout_uninterruptible(10), 7);
	udm_thread_join(thread);
}
END_TEST

START_TEST(woken_flag_survives_until_the_sleep)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(&ping_queue, &wait);
	wake_up(&ping_queue);
	ck_assert_int_eq(wait_woken(&wait, TASK_INTERRUPTIBLE, 100), 100);
	ck_assert_int_eq(wait_woken(&wait, TASK_INTERRUPTIBLE, 5), 0);
	remove_wait_queue(&ping_queue, &wait);
	ck_assert(!waitqueue_active(&ping_queue));
}
END_TEST

static void *key_seen;

static int note_key(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	key_seen = key;
	return 1;
}

START_TEST(locked_poll_wake_up_hands_over_the_key)
{
	struct wait_queue_entry entry;

	init_waitqueue_func_entry(&entry, note_key);
	add_wait_queue(&ping_queue, &entry);
	spin_lock_irq(&ping_queue.lock);
	wake_up_locked_poll(&ping_queue, 5);
	spin_unlock_irq(&ping_queue.lock);
	ck_assert_uint_eq(key_to_poll(key_seen), 5);
	remove_wait_queue(&ping_queue, &entry);
}
END_TEST

/* Completions. */

static struct completion shared;

static void *take_completions(void *unused)
{
	for (unsigned int i = 0; i < rounds(500); i++)
		wait_for_completion(&shared);
	return NULL;
}

static void *give_completions(void *unused)
{
	for (unsigned int i = 0; i < rounds(500); i++) {
		complete(&shared);
		if (i % 5 == 0)
			udm_yield();
	}
	return NULL;
}

static void completion_body(void)
{
	struct udm_thread *givers[3];

	init_completion(&shared);
	for (unsigned int i = 0; i < 3; i++)
		givers[i] = udm_thread_create("giver", give_completions, NULL);
	run_team(3, take_completions, NULL);
	for (unsigned int i = 0; i < 3; i++)
		udm_thread_join(givers[i]);
	ck_assert_uint_eq(shared.done, 0);
	ck_assert(!try_wait_for_completion(&shared));
}

START_TEST(one_wait_per_complete)
{
	in_every_mode(completion_body);
}
END_TEST

/* The waiter frees the completion as soon as its wait has returned. */
static struct completion *handed_over;

static void *complete_what_comes(void *unused)
{
	for (unsigned int i = 0; i < rounds(20000); i++) {
		struct completion *x;

		while (!(x = __atomic_exchange_n(&handed_over, NULL, __ATOMIC_ACQ_REL)))
			udm_yield();
		complete(x);
	}
	return NULL;
}

static void short_lived_body(void)
{
	struct udm_thread *thread;

	handed_over = NULL;
	thread = udm_thread_create("completer", complete_what_comes, NULL);
	for (unsigned int i = 0; i < rounds(20000); i++) {
		struct completion *x = malloc(sizeof(*x));

		init_completion(x);
		__atomic_store_n(&handed_over, x, __ATOMIC_RELEASE);
		wait_for_completion(x);
		free(x);
	}
	udm_thread_join(thread);
}

START_TEST(completion_may_go_after_the_wait)
{
	in_sim(short_lived_body);
	in_threads(short_lived_body);
}
END_TEST

START_TEST(complete_all_is_for_good)
{
	DECLARE_COMPLETION_ONSTACK(x);

	ck_assert_uint_eq(wait_for_completion_timeout(&x, 3), 0);
	complete_all(&x);
	for (unsigned int i = 0; i < 3; i++)
		wait_for_completion(&x);
	ck_assert(completion_done(&x));
	ck_assert(try_wait_for_completion(&x));
	ck_assert_uint_eq(x.done, UINT_MAX);
	reinit_completion(&x);
	ck_assert(!completion_done(&x));
	complete(&x);
	ck_assert_uint_ge(wait_for_completion_timeout(&x, 7), 1);
	ck_assert_int_eq(wait_for_completion_interruptible_timeout(&x, 2), 0);
}
END_TEST

static int completion_result;

static void *wait_interruptibly(void *x)
{
	completion_result = wait_for_completion_interruptible(x);
	return NULL;
}

static void *wait_killably(void *x)
{
	completion_result = wait_for_completion_killable(x);
	return NULL;
}

static void completion_signal_body(void)
{
	void *(*const waits[])(void *) = { wait_interruptibly, wait_killably };

	for (unsigned int i = 0; i < 2; i++) {
		DECLARE_COMPLETION_ONSTACK(x);
		struct udm_thread *thread = udm_thread_create("waiter", waits[i], &x);

		await_sleep(thread);
		udm_task_signal(udm_thread_task(thread), true);
		udm_thread_join(thread);
		ck_assert_int_eq(completion_result, -ERESTARTSYS);
		complete(&x);
		ck_assert(try_wait_for_completion(&x));
	}
}

START_TEST(signal_ends_a_completion_wait)
{
	in_every_mode(completion_signal_body);
}
END_TEST

Suite *exec_wait_suite(void)
{
	Suite *s = suite_create("exec_wait");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, no_wake_up_is_lost);
	tcase_add_test(modes, wake_between_state_and_schedule_is_seen);
	tcase_add_test(modes, exclusive_waiters_wake_one_by_one);
	tcase_add_test(modes, signal_ends_an_interruptible_wait);
	tcase_add_test(modes, one_wait_per_complete);
	tcase_add_test(modes, completion_may_go_after_the_wait);
	tcase_add_test(modes, signal_ends_a_completion_wait);
	tcase_add_test(one, timeouts_count_jiffies);
	tcase_add_test(one, early_wake_up_leaves_jiffies);
	tcase_add_test(one, woken_flag_survives_until_the_sleep);
	tcase_add_test(one, locked_poll_wake_up_hands_over_the_key);
	tcase_add_test(one, complete_all_is_for_good);
	return s;
}
