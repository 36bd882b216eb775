// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared test fixture: suite runner and a machine per test.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <linux/compiler_types.h>
#include <udevmem/warn.h>

int run_suites(const char *name, const suite_fn *suites, size_t n)
{
	SRunner *runner = srunner_create(suites[0]());
	int failed, run;

	for (size_t i = 1; i < n; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	run = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	printf("%s: %d passed, %d failed\n", name, run - failed, failed);
	return failed || !run ? EXIT_FAILURE : EXIT_SUCCESS;
}

void machine_boot_with(const struct udm_config *cfg)
{
	udm_warn_reset();
	ck_assert_int_eq(udm_boot(cfg), 0);
}

void machine_boot(void)
{
	machine_boot_with(NULL);
}

void machine_boot_threads(void)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS };

	machine_boot_with(&cfg);
}

void machine_shutdown(void)
{
	ck_assert_int_eq(udm_shutdown(), 0);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
}

TCase *machine_tcase(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, machine_boot, machine_shutdown);
	suite_add_tcase(s, tc);
	return tc;
}

TCase *machine_tcase_threads(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, machine_boot_threads, machine_shutdown);
	suite_add_tcase(s, tc);
	return tc;
}

unsigned int test_rounds(unsigned int n)
{
	const char *env = getenv("UDM_TEST_DIVISOR");
	unsigned int divisor = env ? (unsigned int)strtoul(env, NULL, 0) : 0;

#ifdef __UDM_TSAN__
	divisor = divisor ?: 8;
#endif
	return divisor > 1 ? n / divisor + 1 : n;
}

unsigned int test_seeds(unsigned int n)
{
	const char *env = getenv("UDM_TEST_SEEDS");

	return env ? (unsigned int)strtoul(env, NULL, 0) : test_rounds(n);
}
