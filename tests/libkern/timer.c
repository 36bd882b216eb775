// SPDX-License-Identifier: GPL-2.0-only
/* Timers with jiffies resolution. */
#include "fixture.h"

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/warn.h>

struct probe {
	struct timer_list timer;
	int fired;
	unsigned long at;
	unsigned int cpu;
	bool softirq, hardirq, irqs_off, pending;
	unsigned long rearm; /* jiffies from the callback on, as often as `again` says */
	int again;
};

static void probe_fn(struct timer_list *t)
{
	struct probe *p = timer_container_of(p, t, timer);

	p->fired++;
	p->at = jiffies;
	p->cpu = smp_processor_id();
	p->softirq = in_serving_softirq();
	p->hardirq = in_hardirq();
	p->irqs_off = irqs_disabled();
	p->pending = timer_pending(t);
	if (p->again-- > 0)
		mod_timer(t, jiffies + p->rearm);
}

static void probe_init(struct probe *p, unsigned int flags)
{
	memset(p, 0, sizeof(*p));
	timer_setup(&p->timer, probe_fn, flags);
}

static void advance_jiffies(unsigned long n)
{
	udm_advance(jiffies_to_nsecs(n));
}

START_TEST(fires_at_its_jiffy_in_softirq_context)
{
	struct probe p;
	unsigned long due = jiffies + 1000;

	probe_init(&p, 0);
	ck_assert_int_eq(mod_timer(&p.timer, due), 0);
	ck_assert(timer_pending(&p.timer));
	advance_jiffies(999);
	ck_assert_int_eq(p.fired, 0);
	advance_jiffies(1);
	ck_assert_int_eq(p.fired, 1);
	ck_assert_uint_eq(p.at, due);
	ck_assert(p.softirq && !p.hardirq && !p.irqs_off && !p.pending);
	ck_assert(!timer_pending(&p.timer));
}
END_TEST

START_TEST(irqsafe_callback_runs_with_irqs_off)
{
	struct probe p;

	probe_init(&p, TIMER_IRQSAFE);
	mod_timer(&p.timer, jiffies + 1);
	advance_jiffies(1);
	ck_assert(p.fired == 1 && p.irqs_off && p.softirq);
}
END_TEST

START_TEST(arming_in_the_middle_of_a_jiffy_is_never_early)
{
	struct probe p;
	u64 start;

	udm_advance(TICK_NSEC / 3);
	start = jiffies;
	probe_init(&p, 0);
	mod_timer(&p.timer, start + 5);
	udm_advance(5 * TICK_NSEC - TICK_NSEC / 3 - 1);
	ck_assert_int_eq(p.fired, 0);
	udm_advance(1);
	ck_assert_int_eq(p.fired, 1);
	ck_assert_uint_eq(p.at, start + 5);
}
END_TEST

START_TEST(results_of_arming_and_deleting)
{
	struct probe p;

	probe_init(&p, 0);
	ck_assert_int_eq(timer_delete(&p.timer), 0);
	ck_assert_int_eq(mod_timer_pending(&p.timer, jiffies + 5), 0);
	ck_assert(!timer_pending(&p.timer));
	ck_assert_int_eq(timer_reduce(&p.timer, jiffies + 50), 0);
	ck_assert_int_eq(timer_reduce(&p.timer, jiffies + 60), 1);
	ck_assert_uint_eq(p.timer.expires, jiffies + 50);
	ck_assert_int_eq(timer_reduce(&p.timer, jiffies + 40), 1);
	ck_assert_uint_eq(p.timer.expires, jiffies + 40);
	ck_assert_int_eq(mod_timer(&p.timer, jiffies + 70), 1);
	ck_assert_int_eq(mod_timer_pending(&p.timer, jiffies + 80), 1);
	ck_assert_int_eq(mod_timer(&p.timer, jiffies + 80), 1);
	ck_assert_int_eq(timer_delete(&p.timer), 1);
	ck_assert_int_eq(timer_delete_sync(&p.timer), 0);
	advance_jiffies(100);
	ck_assert_int_eq(p.fired, 0);
}
END_TEST

START_TEST(adding_a_pending_timer_warns)
{
	struct probe p;

	probe_init(&p, 0);
	p.timer.expires = jiffies + 5;
	add_timer(&p.timer);
	udm_warn_expect("add_timer", 1);
	add_timer(&p.timer);
	ck_assert_uint_eq(udm_warn_count(), 1);
	advance_jiffies(5);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

START_TEST(shutdown_forbids_arming)
{
	struct probe p;

	probe_init(&p, 0);
	mod_timer(&p.timer, jiffies + 5);
	ck_assert_int_eq(timer_shutdown(&p.timer), 1);
	ck_assert_ptr_null(p.timer.function);
	ck_assert_int_eq(mod_timer(&p.timer, jiffies + 1), 0);
	add_timer(&p.timer);
	ck_assert(!timer_pending(&p.timer));
	ck_assert_int_eq(timer_shutdown_sync(&p.timer), 0);
	advance_jiffies(10);
	ck_assert_int_eq(p.fired, 0);
	probe_init(&p, 0);
	mod_timer(&p.timer, jiffies + 1);
	advance_jiffies(1);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

START_TEST(past_expiry_fires_at_once)
{
	struct probe p;

	advance_jiffies(100);
	probe_init(&p, 0);
	mod_timer(&p.timer, jiffies - 50);
	advance_jiffies(1);
	ck_assert_int_eq(p.fired, 1);
}
END_TEST

START_TEST(callback_may_arm_its_timer_again)
{
	struct probe p;
	unsigned long start = jiffies;

	probe_init(&p, 0);
	p.rearm = 10;
	p.again = 3;
	mod_timer(&p.timer, start + 10);
	advance_jiffies(100);
	ck_assert_int_eq(p.fired, 4);
	ck_assert_uint_eq(p.at, start + 40);
}
END_TEST

START_TEST(rearming_for_now_does_not_stop_time)
{
	struct probe p;

	probe_init(&p, 0);
	p.again = 20;
	mod_timer(&p.timer, jiffies + 1);
	advance_jiffies(50);
	ck_assert_int_eq(p.fired, 21);
}
END_TEST

static void free_container(struct timer_list *t)
{
	struct probe *p = timer_container_of(p, t, timer);

	memset(p, 0x5a, sizeof(*p));
	free(p);
}

START_TEST(callback_may_free_the_timer)
{
	struct probe *p = malloc(sizeof(*p));

	timer_setup(&p->timer, free_container, 0);
	mod_timer(&p->timer, jiffies + 1);
	advance_jiffies(2);
}
END_TEST

START_TEST(add_timer_on_names_the_vcpu)
{
	struct probe p;

	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		probe_init(&p, 0);
		p.timer.expires = jiffies + 2;
		add_timer_on(&p.timer, cpu);
		advance_jiffies(2);
		ck_assert_int_eq(p.fired, 1);
		ck_assert_uint_eq(p.cpu, cpu);
	}
}
END_TEST

/* Distances that use every level of the wheel, armed in an order of no help. */
START_TEST(far_timers_fire_exactly_and_in_order)
{
	static const unsigned long distance[] = {
		70, 3, 63, 64, 65, 4095, 4096, 4097, 300000, 262144, 20000000,
	};
	struct probe p[ARRAY_SIZE(distance)];
	unsigned long start = jiffies;

	for (unsigned int i = 0; i < ARRAY_SIZE(distance); i++) {
		probe_init(&p[i], 0);
		mod_timer(&p[i].timer, start + distance[i]);
	}
	advance_jiffies(20000000);
	for (unsigned int i = 0; i < ARRAY_SIZE(distance); i++) {
		ck_assert_int_eq(p[i].fired, 1);
		ck_assert_uint_eq(p[i].at, start + distance[i]);
	}
}
END_TEST

START_TEST(rounding_goes_to_whole_seconds)
{
	unsigned long second = roundup(jiffies, HZ) + 5 * HZ;

	ck_assert_uint_eq(__round_jiffies(second + HZ / 4 - 1, 0), second);
	ck_assert_uint_eq(__round_jiffies(second + HZ / 4, 0), second + HZ);
	ck_assert_uint_eq(__round_jiffies_up(second + 1, 0), second + HZ);
	ck_assert_uint_eq((__round_jiffies(second + HZ / 2, 2) + 6) % HZ, 0);
	ck_assert_uint_eq(__round_jiffies(jiffies - 2 * HZ, 0), jiffies - 2 * HZ);
	ck_assert_uint_eq((jiffies + __round_jiffies_relative(HZ + HZ / 2, 0)) % HZ, 0);
}
END_TEST

static void leak_preempt(struct timer_list *t)
{
	preempt_disable();
}

START_TEST(preempt_leak_is_reported_and_repaired)
{
	struct timer_list t;

	udm_warn_expect("preempt leak", 1);
	timer_setup(&t, leak_preempt, 0);
	mod_timer(&t, jiffies + 1);
	advance_jiffies(1);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(preemptible());
}
END_TEST

START_TEST(forgotten_timer_is_reported_at_shutdown)
{
	static struct probe p;

	machine_boot();
	probe_init(&p, 0);
	mod_timer(&p.timer, jiffies + 1000);
	ck_assert_int_eq(udm_shutdown(), 1);
	ck_assert(!timer_pending(&p.timer));
	machine_boot();
	mod_timer(&p.timer, jiffies + 1);
	advance_jiffies(1);
	ck_assert_int_eq(p.fired, 1);
	machine_shutdown();
}
END_TEST

static int running_now, worst, total;

static void count_overlap(struct timer_list *t)
{
	int now = __atomic_add_fetch(&running_now, 1, __ATOMIC_SEQ_CST);

	if (now > worst)
		worst = now;
	udelay(20);
	__atomic_add_fetch(&total, 1, __ATOMIC_SEQ_CST);
	__atomic_sub_fetch(&running_now, 1, __ATOMIC_SEQ_CST);
}

static struct timer_list shared;
static bool stop;

/* Moving it later all the time would keep it from expiring. */
static void *keep_arming(void *ctx)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		timer_reduce(&shared, jiffies + 1);
	return NULL;
}

/* Armed from several vCPUs at once, a timer still runs one callback at a time. */
START_TEST(threads_arming_one_timer)
{
	struct udm_thread *threads[3];

	worst = total = 0;
	stop = false;
	timer_setup(&shared, count_overlap, 0);
	for (int i = 0; i < 3; i++)
		threads[i] = udm_thread_create("armer", keep_arming, NULL);
	msleep(50);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (int i = 0; i < 3; i++)
		udm_thread_join(threads[i]);
	timer_delete_sync(&shared);
	ck_assert_int_le(worst, 1);
	ck_assert_int_gt(total, 0);
	ck_assert_int_eq(running_now, 0);
}
END_TEST

/* After timer_delete_sync the callback neither runs nor will run. */
START_TEST(threads_delete_sync_waits)
{
	total = 0;
	timer_setup(&shared, count_overlap, 0);
	for (int i = 0; i < 200; i++) {
		int before;

		mod_timer(&shared, jiffies + 1);
		usleep_range(500, 1500);
		timer_delete_sync(&shared);
		ck_assert_int_eq(__atomic_load_n(&running_now, __ATOMIC_SEQ_CST), 0);
		before = __atomic_load_n(&total, __ATOMIC_SEQ_CST);
		udelay(50);
		ck_assert_int_eq(__atomic_load_n(&total, __ATOMIC_SEQ_CST), before);
	}
}
END_TEST

Suite *timer_suite(void)
{
	Suite *s = suite_create("timer");
	TCase *tc = machine_tcase(s, "sim");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *reboot = tcase_create("shutdown");

	suite_add_tcase(s, reboot);
	tcase_add_test(tc, fires_at_its_jiffy_in_softirq_context);
	tcase_add_test(tc, irqsafe_callback_runs_with_irqs_off);
	tcase_add_test(tc, arming_in_the_middle_of_a_jiffy_is_never_early);
	tcase_add_test(tc, results_of_arming_and_deleting);
	tcase_add_test(tc, adding_a_pending_timer_warns);
	tcase_add_test(tc, shutdown_forbids_arming);
	tcase_add_test(tc, past_expiry_fires_at_once);
	tcase_add_test(tc, callback_may_arm_its_timer_again);
	tcase_add_test(tc, rearming_for_now_does_not_stop_time);
	tcase_add_test(tc, callback_may_free_the_timer);
	tcase_add_test(tc, add_timer_on_names_the_vcpu);
	tcase_add_test(tc, far_timers_fire_exactly_and_in_order);
	tcase_add_test(tc, rounding_goes_to_whole_seconds);
	tcase_add_test(tc, preempt_leak_is_reported_and_repaired);
	tcase_add_test(threads, threads_arming_one_timer);
	tcase_add_test(threads, threads_delete_sync_waits);
	tcase_add_test(reboot, forgotten_timer_is_reported_at_shutdown);
	return s;
}
