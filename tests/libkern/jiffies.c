// SPDX-License-Identifier: GPL-2.0-only
/* Jiffies, ktime_t and the clocks: comparison, conversion, virtual time. */
#include "fixture.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>

START_TEST(jiffies_start_five_minutes_before_the_wrap)
{
	ck_assert_uint_eq(jiffies, (unsigned int)(-300 * HZ));
	ck_assert_uint_eq(get_jiffies_64(), INITIAL_JIFFIES);
	udm_advance(10 * NSEC_PER_MSEC);
	ck_assert_uint_eq(jiffies, INITIAL_JIFFIES + 10 * HZ / 1000);
}
END_TEST

START_TEST(order_survives_the_32_bit_wrap)
{
	unsigned long before = jiffies;

	udm_advance(301ULL * NSEC_PER_SEC);
	ck_assert(jiffies >> 32);
	ck_assert(time_after(jiffies, before));
	ck_assert(time_before(before, jiffies));
	ck_assert_uint_eq(jiffies - before, 301 * HZ);
}
END_TEST

START_TEST(order_is_by_signed_difference)
{
	unsigned long a = ULONG_MAX - 5, b = 5;

	ck_assert(time_after(b, a) && !time_after(a, b) && !time_after(a, a));
	ck_assert(time_after_eq(a, a) && time_before_eq(a, a) && time_before(a, b));
	ck_assert(time_in_range(b, a, b) && !time_in_range_open(b, a, b));
	ck_assert(time_after64((u64)5, (u64)-5) && time_before64((u64)-5, (u64)5));
}
END_TEST

START_TEST(order_against_now)
{
	ck_assert(time_is_before_jiffies(jiffies - 1) && !time_is_before_jiffies(jiffies));
	ck_assert(time_is_after_jiffies(jiffies + 1) && !time_is_after_jiffies(jiffies));
	ck_assert(time_is_before_eq_jiffies(jiffies) && time_is_after_eq_jiffies(jiffies));
}
END_TEST

START_TEST(conversion_rounds_delays_up)
{
	ck_assert_uint_eq(msecs_to_jiffies(0), 0);
	ck_assert_uint_eq(msecs_to_jiffies(1), 1);
	ck_assert_uint_eq(msecs_to_jiffies(1000), HZ);
	ck_assert_uint_eq(usecs_to_jiffies(1), 1);
	ck_assert_uint_eq(usecs_to_jiffies(1000001), HZ + 1);
	ck_assert_uint_eq(secs_to_jiffies(3), 3 * HZ);
	ck_assert_uint_eq(jiffies_to_msecs(HZ), 1000);
	ck_assert_uint_eq(jiffies_to_usecs(HZ), 1000000);
	ck_assert_uint_eq(jiffies_to_nsecs(1), TICK_NSEC);
	ck_assert_uint_eq(nsecs_to_jiffies(TICK_NSEC - 1), 0);
}
END_TEST

START_TEST(negative_milliseconds_mean_no_limit)
{
	ck_assert_uint_eq(msecs_to_jiffies(-1), MAX_JIFFY_OFFSET);
	ck_assert_uint_eq(msecs_to_jiffies(0x80000000u), MAX_JIFFY_OFFSET);
	ck_assert_uint_eq(msecs_to_jiffies(INT_MAX), (unsigned long)INT_MAX * HZ / 1000);
	ck_assert_int_eq(MAX_JIFFY_OFFSET, (LONG_MAX >> 1) - 1);
}
END_TEST

START_TEST(timespecs_are_normalised)
{
	struct timespec64 ts;

	set_normalized_timespec64(&ts, 5, -1);
	ck_assert(ts.tv_sec == 4 && ts.tv_nsec == NSEC_PER_SEC - 1);
	set_normalized_timespec64(&ts, 0, 3 * NSEC_PER_SEC + 7);
	ck_assert(ts.tv_sec == 3 && ts.tv_nsec == 7);
	ts = ns_to_timespec64(-1);
	ck_assert(ts.tv_sec == -1 && ts.tv_nsec == NSEC_PER_SEC - 1);
	ck_assert_int_eq(timespec64_to_ns(&ts), -1);
	ts = timespec64_add(ns_to_timespec64(NSEC_PER_SEC - 1), ns_to_timespec64(2));
	ck_assert(ts.tv_sec == 1 && ts.tv_nsec == 1);
	ck_assert_uint_eq(timespec64_to_jiffies(&ts), HZ + 1);
	ts = timespec64_sub(ns_to_timespec64(0), ns_to_timespec64(2));
	ck_assert(ts.tv_sec == -1 && ts.tv_nsec == NSEC_PER_SEC - 2);
	ts = (struct timespec64){ .tv_sec = TIME64_MAX };
	ck_assert_int_eq(timespec64_to_ns(&ts), KTIME_MAX);
	ck_assert_uint_eq(timespec64_to_jiffies(&ts), MAX_JIFFY_OFFSET);
	jiffies_to_timespec64(HZ + 1, &ts);
	ck_assert(ts.tv_sec == 1 && ts.tv_nsec == TICK_NSEC);
}
END_TEST

START_TEST(ktime_arithmetic)
{
	ck_assert_int_eq(ktime_divns(1000, 3), 333);
	ck_assert_int_eq(ktime_divns(-1000, 3), -333);
	ck_assert_int_eq(ktime_add_safe(KTIME_MAX, 1), KTIME_MAX);
	ck_assert_int_eq(ktime_add_safe(1, 2), 3);
	ck_assert_int_eq(ktime_set(KTIME_SEC_MAX, 0), KTIME_MAX);
	ck_assert_int_eq(ktime_set(1, 5), NSEC_PER_SEC + 5);
	ck_assert_int_eq(ktime_to_ms(us_to_ktime(2500)), 2);
	ck_assert_int_eq(ktime_us_delta(ms_to_ktime(2), ms_to_ktime(1)), 1000);
	ck_assert_int_eq(ktime_compare(1, 2), -1);
	ck_assert_int_eq(ktime_compare(2, 2), 0);
}
END_TEST

START_TEST(clocks_follow_virtual_time)
{
	ktime_t mono = ktime_get(), real = ktime_get_real(), boot = ktime_get_boottime();
	struct timespec64 ts;

	ck_assert_int_eq(mono, udm_now());
	udm_advance(1500 * NSEC_PER_MSEC);
	ck_assert_int_eq(ktime_get() - mono, 1500 * NSEC_PER_MSEC);
	ck_assert_int_eq(ktime_get_real() - real, 1500 * NSEC_PER_MSEC);
	ck_assert_int_eq(ktime_get_boottime() - boot, 1500 * NSEC_PER_MSEC);
	ck_assert_int_eq(ktime_mono_to_real(mono), real);
	ck_assert_int_eq(ktime_get_seconds(), 1);
	ktime_get_real_ts64(&ts);
	ck_assert_int_eq(timespec64_to_ns(&ts), ktime_get_real());
	ck_assert_int_eq(ts.tv_sec, ktime_get_real_seconds());
}
END_TEST

START_TEST(wall_clock_of_threads_mode_is_the_hosts)
{
	struct timespec host;
	s64 behind;

	clock_gettime(CLOCK_REALTIME, &host);
	behind = ktime_get_real() - ((s64)host.tv_sec * NSEC_PER_SEC + host.tv_nsec);
	ck_assert(behind > -NSEC_PER_SEC && behind < NSEC_PER_SEC);
	ck_assert(ktime_after(ktime_get_clocktai(), ktime_get_real()));
}
END_TEST

Suite *jiffies_suite(void)
{
	Suite *s = suite_create("jiffies");
	TCase *tc = machine_tcase(s, "sim");
	TCase *plain = tcase_create("values");
	TCase *threads = machine_tcase_threads(s, "threads");

	suite_add_tcase(s, plain);
	tcase_add_test(tc, jiffies_start_five_minutes_before_the_wrap);
	tcase_add_test(tc, order_survives_the_32_bit_wrap);
	tcase_add_test(tc, order_against_now);
	tcase_add_test(tc, clocks_follow_virtual_time);
	tcase_add_test(plain, order_is_by_signed_difference);
	tcase_add_test(plain, conversion_rounds_delays_up);
	tcase_add_test(plain, negative_milliseconds_mean_no_limit);
	tcase_add_test(plain, timespecs_are_normalised);
	tcase_add_test(plain, ktime_arithmetic);
	tcase_add_test(threads, wall_clock_of_threads_mode_is_the_hosts);
	return s;
}
