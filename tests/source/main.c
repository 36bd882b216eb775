// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel-style modules as they are: each of the other files here is compiled like a
 * kernel file, starts from its module_init() at boot, and leaves its result behind.
 */
#include <udevmem/debugfs.h>
#include <udevmem/udevmem.h>

#include "fixture.h"

extern int objects_result, bench_result, provider_result;

static void check_results(void)
{
	ck_assert_int_eq(objects_result, 0);
	ck_assert_int_eq(bench_result, 0);
	ck_assert_int_eq(provider_result, 0);
}

START_TEST(modules_run_under_every_seed)
{
	struct udm_config cfg = { .cmdline = "udevmem.loops=64" };

	for (cfg.seed = 1; cfg.seed <= test_seeds(20); cfg.seed++) {
		machine_boot_with(&cfg);
		check_results();
		machine_shutdown();
	}
}
END_TEST

START_TEST(modules_run_in_threads)
{
	struct udm_config cfg = { .mode = UDM_MODE_THREADS };

	for (unsigned int i = 0; i < test_rounds(3); i++) {
		machine_boot_with(&cfg);
		check_results();
		machine_shutdown();
	}
}
END_TEST

/* A module's files in debugfs are read and written from outside. */
START_TEST(module_files_work)
{
	char text[64];

	machine_boot();
	check_results();
	ck_assert_int_gt(udm_debugfs_read("objects/list", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "1 obj01\n2 obj02\n");
	ck_assert_int_gt(udm_debugfs_read("objects/walk", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "obj01\nobj02\n");
	ck_assert_int_eq(udm_debugfs_write("objects/cap", "17\n", 3), 3);
	ck_assert_int_gt(udm_debugfs_read("objects/raw", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "17\n");
	ck_assert_int_eq(udm_debugfs_write("objects/raw", " 16 \n", 5), 5);
	ck_assert_int_gt(udm_debugfs_read("objects/count", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "16\n");
	ck_assert_int_lt(udm_debugfs_write("objects/cap", "101\n", 4), 0);
	machine_shutdown();
}
END_TEST

static Suite *modules_suite(void)
{
	Suite *s = suite_create("modules");
	TCase *tc = tcase_create("modules");

	tcase_add_test(tc, modules_run_under_every_seed);
	tcase_add_test(tc, modules_run_in_threads);
	tcase_add_test(tc, module_files_work);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	static const suite_fn suites[] = { modules_suite };

	return run_suites("source", suites, 1);
}
