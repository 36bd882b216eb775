// SPDX-License-Identifier: GPL-2.0-only
/* The forms of waiting: under a lock, killable, by variable; who is woken; bad limits. */
#include "exec_rig.h"

#include <errno.h>
#include <string.h>
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/swait.h>
#include <linux/time64.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <udevmem/log.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static int stock, taken;

static void *take_from_stock(void *unused)
{
	for (unsigned int i = 0; i < rounds(200); i++) {
		spin_lock_irq(&lock);
		wait_event_lock_irq(queue, stock, lock);
		ck_assert(irqs_disabled() && spin_is_locked(&lock));
		ck_assert_int_gt(stock, 0);
		stock--;
		taken++;
		spin_unlock_irq(&lock);
	}
	return NULL;
}

static void *put_into_stock(void *unused)
{
	for (unsigned int i = 0; i < 3 * rounds(200); i++) {
		spin_lock_irq(&lock);
		stock++;
		wake_up(&queue);
		spin_unlock_irq(&lock);
		if (i % 8 == 0)
			udm_yield();
	}
	return NULL;
}

/* The condition is looked at with the lock held, so no two take the same. */
static void locked_body(void)
{
	struct udm_thread *putter;

	stock = taken = 0;
	putter = udm_thread_create("putter", put_into_stock, NULL);
	run_team(3, take_from_stock, NULL);
	udm_thread_join(putter);
	ck_assert_int_eq(taken, 3 * rounds(200));
	ck_assert_int_eq(stock, 0);
}

START_TEST(condition_is_tested_under_the_lock)
{
	in_every_mode(locked_body);
}
END_TEST

static long result;

static void *wait_locked_interruptible(void *unused)
{
	spin_lock_irq(&lock);
	result = wait_event_interruptible_lock_irq(queue, false, lock);
	ck_assert(spin_is_locked(&lock) && irqs_disabled());
	spin_unlock_irq(&lock);
	return NULL;
}

static void *wait_locked_with_limit(void *unused)
{
	spin_lock_irq(&lock);
	result = wait_event_lock_irq_timeout(queue, false, lock, 5);
	ck_assert(spin_is_locked(&lock) && irqs_disabled());
	spin_unlock_irq(&lock);
	return NULL;
}

static void locked_ends_body(void)
{
	struct udm_thread *thread = udm_thread_create("locked", wait_locked_interruptible, NULL);

	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), false);
	udm_thread_join(thread);
	ck_assert_int_eq(result, -ERESTARTSYS);
	udm_thread_join(udm_thread_create("limit", wait_locked_with_limit, NULL));
	ck_assert_int_eq(result, 0);
}

START_TEST(lock_is_held_again_however_the_wait_ends)
{
	in_every_mode(locked_ends_body);
}
END_TEST

static int opened;

static void *wait_killable(void *unused)
{
	result = wait_event_killable(queue, read_flag(&opened));
	return NULL;
}

static void killable_body(void)
{
	struct udm_thread *thread;

	opened = 0;
	thread = udm_thread_create("killable", wait_killable, NULL);
	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), false);
	udm_advance(NSEC_PER_MSEC);
	ck_assert(!task_is_running(udm_thread_task(thread)));
	udm_task_signal(udm_thread_task(thread), true);
	udm_thread_join(thread);
	ck_assert_int_eq(result, -ERESTARTSYS);
	thread = udm_thread_create("opened", wait_killable, NULL);
	await_sleep(thread);
	set_flag(&opened);
	wake_up(&queue);
	udm_thread_join(thread);
	ck_assert_int_eq(result, 0);
}

START_TEST(only_fatal_signals_end_a_killable_wait)
{
	in_every_mode(killable_body);
}
END_TEST

static void *wait_deaf(void *unused)
{
	wait_event(queue, read_flag(&opened));
	return NULL;
}

static void choosy_body(void)
{
	struct udm_thread *thread;

	opened = 0;
	thread = udm_thread_create("deaf", wait_deaf, NULL);
	await_sleep(thread);
	wake_up_interruptible(&queue);
	ck_assert_int_eq(wake_up_state(udm_thread_task(thread), TASK_INTERRUPTIBLE), 0);
	udm_advance(NSEC_PER_MSEC);
	ck_assert(!task_is_running(udm_thread_task(thread)));
	ck_assert(waitqueue_active(&queue));
	set_flag(&opened);
	wake_up(&queue);
	udm_thread_join(thread);
	ck_assert(!waitqueue_active(&queue));
}

START_TEST(wake_up_interruptible_wakes_no_others)
{
	in_every_mode(choosy_body);
}
END_TEST

static int variable;

static void *wait_for_variable(void *unused)
{
	wait_var_event(&variable, READ_ONCE(variable) == 3);
	return NULL;
}

static void variable_body(void)
{
	struct udm_thread *thread;

	variable = 0;
	thread = udm_thread_create("variable", wait_for_variable, NULL);
	for (int i = 1; i <= 3; i++) {
		udm_yield();
		WRITE_ONCE(variable, i);
		smp_mb();
		wake_up_var(&variable);
	}
	udm_thread_join(thread);
}

START_TEST(a_variable_can_be_waited_for)
{
	in_every_mode(variable_body);
}
END_TEST

static DECLARE_SWAIT_QUEUE_HEAD(simple);
static int tickets, order[3], arrived;

static void *queue_up(void *number)
{
	swait_event_exclusive(simple, READ_ONCE(tickets) > READ_ONCE(arrived));
	order[arrived] = (int)(long)number;
	WRITE_ONCE(arrived, arrived + 1);
	return NULL;
}

/* Simple queues wake in order of arrival, one at a time. */
static void simple_body(void)
{
	struct udm_thread *threads[3];

	tickets = arrived = 0;
	for (long i = 0; i < 3; i++) {
		threads[i] = udm_thread_create("simple", queue_up, (void *)i);
		/* Asleep, and not only about to be: it would look at the tickets again. */
		udm_run_until_idle();
	}
	ck_assert(swait_active(&simple));
	for (int i = 0; i < 3; i++) {
		WRITE_ONCE(tickets, i + 1);
		swake_up_one(&simple);
		udm_thread_join(threads[i]);
		ck_assert_int_eq(order[i], i);
	}
	ck_assert(!swait_active(&simple));
}

START_TEST(simple_queues_are_fair)
{
	in_sim(simple_body);
	in_preempted_sim(simple_body);
}
END_TEST

static char reported[512];

static void collect(void *ctx, int level, const char *text)
{
	strncat(reported, text, sizeof(reported) - strlen(reported) - 1);
}

START_TEST(a_negative_limit_is_reported)
{
	u64 before = udm_now();

	udm_log_set_hook(collect, NULL);
	set_current_state(TASK_UNINTERRUPTIBLE);
	ck_assert_int_eq(schedule_timeout(-5), 0);
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(reported, "schedule_timeout: wrong timeout value"));
	ck_assert(task_is_running(current));
	ck_assert_uint_eq(udm_now(), before);
}
END_TEST

/* The count stops below "open for good". */
START_TEST(completions_are_counted_up_to_the_end)
{
	struct completion done;

	init_completion(&done);
	ck_assert(!completion_done(&done));
	complete(&done);
	complete(&done);
	ck_assert_int_eq(wait_for_completion_timeout(&done, 7), 7);
	ck_assert_int_eq(wait_for_completion_timeout(&done, 0), 1);
	ck_assert_int_eq(wait_for_completion_timeout(&done, 0), 0);
	ck_assert_int_eq(wait_for_completion_timeout(&done, 3), 0);
	complete_all(&done);
	complete(&done);
	ck_assert_uint_eq(done.done, UINT_MAX);
	reinit_completion(&done);
	ck_assert(!try_wait_for_completion(&done));
}
END_TEST

Suite *exec_wait_forms_suite(void)
{
	Suite *s = suite_create("exec_wait_forms");
	TCase *modes = tcase_create("modes"), *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, condition_is_tested_under_the_lock);
	tcase_add_test(modes, lock_is_held_again_however_the_wait_ends);
	tcase_add_test(modes, only_fatal_signals_end_a_killable_wait);
	tcase_add_test(modes, wake_up_interruptible_wakes_no_others);
	tcase_add_test(modes, a_variable_can_be_waited_for);
	tcase_add_test(modes, simple_queues_are_fair);
	tcase_add_test(one, a_negative_limit_is_reported);
	tcase_add_test(one, completions_are_counted_up_to_the_end);
	return s;
}
