// SPDX-License-Identifier: GPL-2.0-only
/* High-resolution timers, delays and timed polling. */
#include "fixture.h"

#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/iopoll.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/warn.h>

struct probe {
	struct hrtimer timer;
	int fired;
	ktime_t at;
	bool hardirq, softirq, irqs_off, queued;
	ktime_t interval; /* forward by this, as often as `again` says */
	int again;
	u64 steps;
};

static enum hrtimer_restart probe_fn(struct hrtimer *t)
{
	struct probe *p = container_of(t, struct probe, timer);

	p->fired++;
	p->at = ktime_get();
	p->hardirq = in_hardirq();
	p->softirq = in_serving_softirq();
	p->irqs_off = irqs_disabled();
	p->queued = hrtimer_is_queued(t);
	if (p->again-- <= 0)
		return HRTIMER_NORESTART;
	p->steps = hrtimer_forward_now(t, p->interval);
	return HRTIMER_RESTART;
}

static void probe_init(struct probe *p, clockid_t clock, enum hrtimer_mode mode)
{
	memset(p, 0, sizeof(*p));
	hrtimer_setup(&p->timer, probe_fn, clock, mode);
}

START_TEST(fires_to_the_nanosecond_in_hardirq_context)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	ck_assert(!hrtimer_active(&p.timer));
	hrtimer_start(&p.timer, 12345, HRTIMER_MODE_REL);
	ck_assert(hrtimer_active(&p.timer) && hrtimer_is_queued(&p.timer));
	ck_assert_int_eq(hrtimer_get_remaining(&p.timer), 12345);
	udm_advance(12344);
	ck_assert_int_eq(p.fired, 0);
	udm_advance(1);
	ck_assert_int_eq(p.fired, 1);
	ck_assert(p.hardirq && p.irqs_off && !p.softirq && !p.queued);
	ck_assert(!hrtimer_active(&p.timer));
}
END_TEST

START_TEST(soft_mode_runs_in_softirq_context)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	hrtimer_start(&p.timer, 100, HRTIMER_MODE_REL_SOFT);
	udm_advance(100);
	ck_assert(p.fired == 1 && p.softirq && !p.hardirq && !p.irqs_off);
	hrtimer_start(&p.timer, 0, HRTIMER_MODE_REL_SOFT);
	udm_advance(1);
	ck_assert_int_eq(p.fired, 2);
}
END_TEST

START_TEST(absolute_expiry_by_another_clock)
{
	struct probe p;

	probe_init(&p, CLOCK_REALTIME, HRTIMER_MODE_ABS);
	hrtimer_start(&p.timer, ktime_add_us(ktime_get_real(), 50), HRTIMER_MODE_ABS);
	ck_assert_int_eq(hrtimer_get_remaining(&p.timer), 50 * NSEC_PER_USEC);
	udm_advance(50 * NSEC_PER_USEC - 1);
	ck_assert_int_eq(p.fired, 0);
	udm_advance(1);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

START_TEST(results_of_cancelling)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	ck_assert_int_eq(hrtimer_cancel(&p.timer), 0);
	hrtimer_start(&p.timer, 1000, HRTIMER_MODE_REL);
	ck_assert_int_eq(hrtimer_try_to_cancel(&p.timer), 1);
	ck_assert_int_eq(hrtimer_cancel(&p.timer), 0);
	udm_advance(2000);
	ck_assert_int_eq(p.fired, 0);
}
END_TEST

START_TEST(restarting_moves_the_expiry)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, 1000, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, 5000, HRTIMER_MODE_REL);
	udm_advance(4999);
	ck_assert_int_eq(p.fired, 0);
	hrtimer_start(&p.timer, 10, HRTIMER_MODE_REL);
	udm_advance(10);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

START_TEST(callback_forwards_in_whole_intervals)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	p.interval = 100;
	p.again = 4;
	hrtimer_start(&p.timer, 100, HRTIMER_MODE_REL);
	udm_advance(1000);
	ck_assert_int_eq(p.fired, 5);
	ck_assert_uint_eq(p.steps, 1);
	ck_assert_int_eq(p.at, 500);
	hrtimer_set_expires(&p.timer, 500);
	ck_assert_uint_eq(hrtimer_forward(&p.timer, 1000, 100), 6);
	ck_assert_int_eq(hrtimer_get_expires(&p.timer), 1100);
	ck_assert_uint_eq(hrtimer_forward(&p.timer, 1000, 100), 0);
}
END_TEST

START_TEST(forwarding_a_queued_timer_warns)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, 100, HRTIMER_MODE_REL);
	udm_warn_expect("hrtimer_forward", 1);
	ck_assert_uint_eq(hrtimer_forward(&p.timer, 5000, 100), 0);
	ck_assert_uint_eq(udm_warn_count(), 1);
	hrtimer_cancel(&p.timer);
}
END_TEST

static enum hrtimer_restart free_container(struct hrtimer *t)
{
	struct probe *p = container_of(t, struct probe, timer);

	memset(p, 0x5a, sizeof(*p));
	free(p);
	return HRTIMER_NORESTART;
}

START_TEST(callback_may_free_the_timer)
{
	struct probe *p = malloc(sizeof(*p));

	hrtimer_setup(&p->timer, free_container, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p->timer, 10, HRTIMER_MODE_REL);
	udm_advance(10);
}
END_TEST

START_TEST(many_timers_fire_in_order)
{
	enum { NR = 50 };
	struct probe p[NR];

	for (int i = 0; i < NR; i++) {
		probe_init(&p[i], CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer_start(&p[i].timer, (i * 37) % NR + 1, HRTIMER_MODE_REL);
	}
	udm_advance(NR);
	for (int i = 0; i < NR; i++) {
		ck_assert_int_eq(p[i].fired, 1);
		ck_assert_int_eq(p[i].at, (i * 37) % NR + 1);
	}
}
END_TEST

START_TEST(forgotten_timer_is_reported_at_shutdown)
{
	static struct probe p;

	machine_boot();
	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, NSEC_PER_SEC, HRTIMER_MODE_REL);
	ck_assert_int_eq(udm_shutdown(), 1);
}
END_TEST

START_TEST(sleeping_delays_take_virtual_time)
{
	u64 start = udm_now();

	msleep(20);
	ck_assert_uint_eq(udm_now() - start, 20 * NSEC_PER_MSEC);
	ssleep(2);
	ck_assert_uint_eq(udm_now() - start, 2020 * NSEC_PER_MSEC);
	start = udm_now();
	usleep_range(100, 200);
	ck_assert_uint_ge(udm_now() - start, 100 * NSEC_PER_USEC);
	ck_assert_uint_le(udm_now() - start, 200 * NSEC_PER_USEC);
	start = udm_now();
	fsleep(5);
	ck_assert_uint_eq(udm_now() - start, 5 * NSEC_PER_USEC);
}
END_TEST

START_TEST(signal_ends_an_interruptible_sleep)
{
	udm_task_signal(current, false);
	ck_assert_uint_eq(msleep_interruptible(100), 100);
	udm_task_clear_signal(current);
	ck_assert_uint_eq(msleep_interruptible(5), 0);
}
END_TEST

START_TEST(hrtimeout_results)
{
	ktime_t until = ktime_add_us(ktime_get(), 10), zero = 0;

	set_current_state(TASK_UNINTERRUPTIBLE);
	ck_assert_int_eq(schedule_hrtimeout(&until, HRTIMER_MODE_ABS), 0);
	ck_assert_int_eq(ktime_get(), until);
	set_current_state(TASK_INTERRUPTIBLE);
	ck_assert_int_eq(schedule_hrtimeout(&zero, HRTIMER_MODE_REL), 0);
	udm_task_signal(current, false);
	set_current_state(TASK_INTERRUPTIBLE);
	until = NSEC_PER_SEC;
	ck_assert_int_eq(schedule_hrtimeout(&until, HRTIMER_MODE_REL), -EINTR);
	udm_task_clear_signal(current);
}
END_TEST

START_TEST(busy_delay_moves_time_and_lets_interrupts_in)
{
	struct probe p;
	u64 start = udm_now();

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&p.timer, 500, HRTIMER_MODE_REL);
	udelay(1);
	ck_assert_uint_eq(udm_now() - start, NSEC_PER_USEC);
	ck_assert_int_eq(p.fired, 1);
	mdelay(2);
	ck_assert_uint_eq(udm_now() - start, NSEC_PER_USEC + 2 * NSEC_PER_MSEC);
}
END_TEST

START_TEST(busy_delay_in_a_region_keeps_interrupts_out)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	local_irq_disable();
	hrtimer_start(&p.timer, 500, HRTIMER_MODE_REL);
	udelay(1);
	ck_assert_int_eq(p.fired, 0);
	local_irq_enable();
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

static bool count_step(void *ctx)
{
	return ++*(int *)ctx < 5;
}

START_TEST(hardware_goes_on_during_a_busy_delay)
{
	int steps = 0;
	struct udm_engine *engine = udm_engine_create("counter", count_step, &steps);

	udm_engine_kick(engine);
	ck_assert_int_eq(steps, 0);
	udelay(10);
	ck_assert_int_eq(steps, 5);
	udm_engine_destroy(engine);
}
END_TEST

static int countdown;

static int read_countdown(void)
{
	return countdown ? countdown-- : 0;
}

START_TEST(polling_until_a_condition_or_the_limit)
{
	u64 start;
	int val;

	countdown = 5;
	start = udm_now();
	ck_assert_int_eq(read_poll_timeout(read_countdown, val, val == 0, 10, 1000, false), 0);
	ck_assert_uint_le(udm_now() - start, 5 * 10 * NSEC_PER_USEC);
	countdown = INT_MAX;
	start = udm_now();
	ck_assert_int_eq(read_poll_timeout(read_countdown, val, val == 0, 10, 1000, false),
			 -ETIMEDOUT);
	ck_assert_uint_ge(udm_now() - start, 1000 * NSEC_PER_USEC);
	countdown = INT_MAX;
	ck_assert_int_eq(read_poll_timeout_atomic(read_countdown, val, val == 0, 1, 50, true),
			 -ETIMEDOUT);
	countdown = INT_MAX;
	ck_assert_int_eq(read_poll_timeout_atomic(read_countdown, val, val == 0, 0, 50, false),
			 -ETIMEDOUT);
}
END_TEST

START_TEST(threads_cancel_waits_for_the_callback)
{
	struct probe p;

	probe_init(&p, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	for (int i = 0; i < 300; i++) {
		p.again = 1000000;
		p.interval = 20 * NSEC_PER_USEC;
		hrtimer_start(&p.timer, 1000, HRTIMER_MODE_REL);
		udelay(50);
		hrtimer_cancel(&p.timer);
		ck_assert(!hrtimer_active(&p.timer));
	}
	ck_assert_int_gt(p.fired, 0);
}
END_TEST

Suite *hrtimer_suite(void)
{
	Suite *s = suite_create("hrtimer");
	TCase *tc = machine_tcase(s, "sim");
	TCase *delays = machine_tcase(s, "delays");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *reboot = tcase_create("shutdown");

	suite_add_tcase(s, reboot);
	tcase_add_test(tc, fires_to_the_nanosecond_in_hardirq_context);
	tcase_add_test(tc, soft_mode_runs_in_softirq_context);
	tcase_add_test(tc, absolute_expiry_by_another_clock);
	tcase_add_test(tc, results_of_cancelling);
	tcase_add_test(tc, restarting_moves_the_expiry);
	tcase_add_test(tc, callback_forwards_in_whole_intervals);
	tcase_add_test(tc, forwarding_a_queued_timer_warns);
	tcase_add_test(tc, callback_may_free_the_timer);
	tcase_add_test(tc, many_timers_fire_in_order);
	tcase_add_test(delays, sleeping_delays_take_virtual_time);
	tcase_add_test(delays, signal_ends_an_interruptible_sleep);
	tcase_add_test(delays, hrtimeout_results);
	tcase_add_test(delays, busy_delay_moves_time_and_lets_interrupts_in);
	tcase_add_test(delays, busy_delay_in_a_region_keeps_interrupts_out);
	tcase_add_test(delays, hardware_goes_on_during_a_busy_delay);
	tcase_add_test(delays, polling_until_a_condition_or_the_limit);
	tcase_add_test(threads, threads_cancel_waits_for_the_callback);
	tcase_add_test(reboot, forgotten_timer_is_reported_at_shutdown);
	return s;
}
