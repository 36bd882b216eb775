// SPDX-License-Identifier: GPL-2.0-only
/* linux/ratelimit.h in virtual time. */
#include "fixture.h"

#include <udevmem/log.h>
#include <udevmem/sim.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>
#include <linux/string.h>

static char logged[512];

static void record_log(void *ctx, int level, const char *text)
{
	size_t len = strlen(logged);

	scnprintf(logged + len, sizeof(logged) - len, "%s", text);
}

static void advance_jiffies(unsigned long n)
{
	udm_advance((u64)jiffies_to_usecs(n) * 1000);
}

static int passed(struct ratelimit_state *rs, int tries)
{
	int n = 0;

	while (tries--)
		n += __ratelimit(rs);
	return n;
}

START_TEST(burst_per_interval)
{
	DEFINE_RATELIMIT_STATE(rs, 2 * HZ, 3);

	logged[0] = '\0';
	udm_log_set_hook(record_log, NULL);
	ck_assert_int_eq(passed(&rs, 10), 3);
	ck_assert_int_eq(ratelimit_state_get_miss(&rs), 7);
	advance_jiffies(HZ);
	ck_assert_int_eq(passed(&rs, 1), 0);
	ck_assert_str_eq(logged, "");
	advance_jiffies(HZ + 2);
	ck_assert_int_eq(passed(&rs, 5), 3);
	ck_assert_str_eq(logged, "passed: 8 callbacks suppressed\n");
	udm_log_set_hook(NULL, NULL);
}
END_TEST

START_TEST(never_and_always)
{
	DEFINE_RATELIMIT_STATE(off, 0, 0);
	DEFINE_RATELIMIT_STATE(none, HZ, 0);

	ck_assert_int_eq(passed(&off, 100), 100);
	ck_assert_int_eq(passed(&none, 100), 0);
}
END_TEST

START_TEST(told_at_the_end)
{
	struct ratelimit_state rs;

	logged[0] = '\0';
	udm_log_set_hook(record_log, NULL);
	ratelimit_state_init(&rs, HZ, 1);
	ratelimit_set_flags(&rs, RATELIMIT_MSG_ON_RELEASE);
	ck_assert_int_eq(passed(&rs, 4), 1);
	advance_jiffies(2 * HZ);
	ck_assert_int_eq(passed(&rs, 4), 1);
	ck_assert_str_eq(logged, "");
	ratelimit_state_exit(&rs);
	ck_assert_ptr_nonnull(strstr(logged, "6 output lines suppressed due to ratelimiting"));
	udm_log_set_hook(NULL, NULL);
}
END_TEST

START_TEST(limits_per_call_site)
{
	unsigned int lines = 0;

	logged[0] = '\0';
	udm_log_set_hook(record_log, NULL);
	for (int i = 0; i < 30; i++)
		pr_warn_ratelimited("a\n");
	for (const char *s = logged; (s = strchr(s, '\n')); s++)
		lines++;
	ck_assert_uint_eq(lines, DEFAULT_RATELIMIT_BURST);
	pr_warn_ratelimited("b\n");
	ck_assert_ptr_nonnull(strstr(logged, "b\n"));
	udm_log_set_hook(NULL, NULL);
}
END_TEST

/* A call site starts afresh when the machine does: its window was one of another clock. */
START_TEST(limits_end_with_the_machine)
{
	static DEFINE_RATELIMIT_STATE(rs, 2 * HZ, 3);

	logged[0] = '\0';
	udm_log_set_hook(record_log, NULL);
	advance_jiffies(100 * HZ);
	ck_assert_int_eq(passed(&rs, 10), 3);
	machine_shutdown();
	machine_boot();
	ck_assert_int_eq(passed(&rs, 10), 3);
	ck_assert_str_eq(logged, "");
	udm_log_set_hook(NULL, NULL);
}
END_TEST

Suite *ratelimit_suite(void)
{
	Suite *s = suite_create("ratelimit");
	TCase *tc = machine_tcase(s, "sim");

	tcase_add_test(tc, burst_per_interval);
	tcase_add_test(tc, never_and_always);
	tcase_add_test(tc, told_at_the_end);
	tcase_add_test(tc, limits_per_call_site);
	tcase_add_test(tc, limits_end_with_the_machine);
	return s;
}
