// SPDX-License-Identifier: GPL-2.0-only
/* The suites of a program: registration, the run at boot, parameters, the host's calls. */
#include "kunit_rig.h"

#include <errno.h>
#include <string.h>

#include <linux/delay.h>
#include <linux/sched.h>
#include <udevmem/kunit.h>

static void passes(struct kunit *test)
{
	leave_trail(test->name);
}

static void fails(struct kunit *test)
{
	KUNIT_FAIL(test, "as it should");
}

static struct kunit_suite first = { .name = "first", .test_cases = CASES(KUNIT_CASE(passes)) };
static struct kunit_suite second = {
	.name = "second",
	.test_cases = CASES(KUNIT_CASE(fails), KUNIT_CASE_SLOW(passes)),
};
static struct kunit_suite third = { .name = "third", .test_cases = CASES(KUNIT_CASE(passes)) };
static struct kunit_suite early = { .name = "early", .test_cases = CASES(KUNIT_CASE(passes)) };

/* As the constructors of two files may come: the lines of one in any order. */
static struct udm_kunit_suites entries[4];

static void register_all(void)
{
	static struct kunit_suite *const ones[] = { &first, &second, &third, &early };

	entries[0] = (struct udm_kunit_suites){ .file = "a.c", .line = 20, .suites = &ones[1] };
	entries[1] = (struct udm_kunit_suites){ .file = "b.c", .line = 5, .suites = &ones[2] };
	entries[2] = (struct udm_kunit_suites){ .file = "a.c", .line = 10, .suites = &ones[0] };
	entries[3] = (struct udm_kunit_suites){ .file = "b.c", .line = 9, .suites = &ones[3],
						.init_section = true };
	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++) {
		entries[i].num = 1;
		udm_kunit_suites_add(&entries[i]);
	}
	take_trail();
}

static void forget_all(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++)
		udm_kunit_suites_remove(&entries[i]);
}

/* What a boot with this command line prints. */
static const char *boot_log(enum udm_mode mode, const char *cmdline)
{
	listen_to_log();
	machine_boot_with(&(struct udm_config){ .mode = mode, .cmdline = cmdline });
	assert_ktap(heard());
	return heard();
}

static const char *sim_boot_log(const char *cmdline)
{
	return boot_log(UDM_MODE_SIM, cmdline);
}

static void assert_whole_run(enum udm_mode mode)
{
	const char *text = boot_log(mode, "");
	struct udm_kunit_result result = udm_kunit_result();

	ck_assert(!strncmp(text, "KTAP version 1\n1..4\n    KTAP version 1\n    # Subtest: early\n", 60));
	assert_line(text, "    # is_init: true");
	assert_line(text, "ok 1 early");
	assert_line(text, "ok 2 first");
	assert_line(text, "not ok 3 second");
	assert_line(text, "ok 4 third");
	ck_assert_str_eq(take_trail(), "passes passes passes passes");
	ck_assert_uint_eq(result.suites, 4);
	ck_assert_uint_eq(result.failed_suites, 1);
	ck_assert_uint_eq(result.passed, 4);
	ck_assert_uint_eq(result.failed, 1);
	ck_assert_uint_eq(result.skipped, 0);
	machine_shutdown();
}

START_TEST(registered_suites_run_at_boot_in_order)
{
	/* Nothing of a run is left for the next. */
	assert_whole_run(UDM_MODE_SIM);
	assert_whole_run(UDM_MODE_SIM);
	assert_whole_run(UDM_MODE_THREADS);
}
END_TEST

START_TEST(program_without_suites_prints_nothing)
{
	forget_all();
	ck_assert_str_eq(sim_boot_log(""), "");
	ck_assert_int_eq(udm_kunit_run(NULL), 0);
	machine_shutdown();
}
END_TEST

START_TEST(kunit_can_be_switched_off)
{
	ck_assert_str_eq(sim_boot_log("kunit.enable=0"), "kunit: disabled\n");
	ck_assert(!kunit_enabled());
	ck_assert_str_eq(take_trail(), "");
	listen_to_log();
	ck_assert_int_eq(udm_kunit_run(NULL), 0);
	ck_assert_int_eq(__kunit_test_suites_init(entries[0].suites, 1, true), 0);
	ck_assert_str_eq(heard(), "kunit: disabled\nkunit: disabled\n");
	machine_shutdown();
}
END_TEST

START_TEST(suites_may_be_set_up_only)
{
	ck_assert_str_eq(sim_boot_log("kunit.autorun=0"), "");
	ck_assert_str_eq(take_trail(), "");
	ck_assert_int_eq(udm_kunit_run(NULL), 4);
	ck_assert_str_eq(take_trail(), "passes passes passes passes");
	machine_shutdown();
}
END_TEST

START_TEST(actions_list)
{
	ck_assert_str_eq(sim_boot_log("kunit.action=list kunit.filter_glob=second"),
			 "KTAP version 1\nsecond\nsecond.fails\nsecond.passes\n");
	machine_shutdown();
	ck_assert_str_eq(sim_boot_log("kunit.action=list_attr kunit.filter_glob=[es]*.passes"),
			 "KTAP version 1\nearly\n# module: udevmem\n# is_init: true\nearly.passes\n"
			 "second\n# module: udevmem\nsecond.passes\n# passes.speed: slow\n");
	machine_shutdown();
	ck_assert_str_eq(sim_boot_log("kunit.action=dance"),
			 "kunit executor: unknown action 'dance'\n");
	machine_shutdown();
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

START_TEST(parameters_choose)
{
	const char *text = sim_boot_log("kunit.filter_glob=s*.p* kunit.filter=speed<normal");

	assert_line(text, "1..1");
	assert_line(text, "    ok 1 passes");
	assert_line(text, "ok 1 second");
	machine_shutdown();
	text = sim_boot_log("kunit.filter=\"speed<normal, module=udevmem\" "
			    "kunit.filter_action=skip");
	assert_line(text, "    ok 1 fails # SKIP ");
	assert_line(text, "ok 2 first # SKIP ");
	machine_shutdown();
	text = sim_boot_log("kunit.filter_glob=nosuch");
	ck_assert_str_eq(text, "KTAP version 1\n1..0\n");
	machine_shutdown();
	take_trail();
}
END_TEST

START_TEST(bad_parameters_run_nothing)
{
	ck_assert_str_eq(sim_boot_log("kunit.filter=speed>snail"),
			 "kunit executor: invalid filter value: >snail\n");
	ck_assert_int_eq(udm_kunit_run(NULL), -EINVAL);
	machine_shutdown();
	ck_assert_str_eq(sim_boot_log("kunit.filter=module=x kunit.filter_action=hide"),
			 "kunit executor: unknown filter action 'hide'\n");
	machine_shutdown();
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

START_TEST(host_chooses_by_several_globs)
{
	static const char *const globs[] = { "third", "*.fails", "t*" };
	const struct udm_kunit_selection what = { .globs = globs, .num_globs = 3 };
	const char *text;

	/* What the host does not say, parameters do; what it says counts instead. */
	sim_boot_log("kunit.autorun=0 kunit.filter_glob=first kunit.filter=speed>slow");
	listen_to_log();
	ck_assert_int_eq(udm_kunit_run(&what), 2);
	text = heard();
	assert_ktap(text);
	assert_line(text, "not ok 1 second");
	assert_line(text, "ok 2 third");
	ck_assert_uint_eq(udm_kunit_result().failed, 1);
	ck_assert_uint_eq(udm_kunit_result().passed, 1);
	machine_shutdown();
	take_trail();
}
END_TEST

START_TEST(host_runs_again_as_if_for_the_first_time)
{
	sim_boot_log("");
	for (int i = 0; i < 2; i++) {
		listen_to_log();
		ck_assert_int_eq(udm_kunit_run(NULL), 4);
		assert_line(heard(), "ok 4 third");
		ck_assert_uint_eq(udm_kunit_result().suites, 4);
	}
	machine_shutdown();
	take_trail();
}
END_TEST

/* One run at a time. */

static void sleeps(struct kunit *test)
{
	msleep(100);
}

static struct kunit_suite sleepy = { .name = "sleepy", .test_cases = CASES(KUNIT_CASE(sleeps)) };
static struct kunit_suite *const sleepy_list[] = { &sleepy };

static void *run_sleepy(void *unused)
{
	return (void *)(long)__kunit_test_suites_init(sleepy_list, 1, true);
}

START_TEST(run_that_has_to_wait_may_be_interrupted)
{
	struct kunit_suite *first_list[] = { &first };
	struct udm_thread *other;

	sim_boot_log("kunit.autorun=0");
	other = udm_thread_create("other", run_sleepy, NULL);
	udm_run_until_idle();
	udm_task_signal(current, false);
	ck_assert_int_eq(__kunit_test_suites_init(first_list, 1, true), -EINTR);
	udm_task_clear_signal(current);
	ck_assert_str_eq(take_trail(), "");
	ck_assert_int_eq(__kunit_test_suites_init(first_list, 1, true), 0);
	ck_assert_str_eq(take_trail(), "passes");
	ck_assert_ptr_null(udm_thread_join(other));
	__kunit_test_suites_exit((struct kunit_suite **)sleepy_list, 1);
	__kunit_test_suites_exit(first_list, 1);
	machine_shutdown();
}
END_TEST

START_TEST(module_without_suites_prints_nothing)
{
	struct kunit_suite_set empty = { };

	sim_boot_log("kunit.autorun=0");
	listen_to_log();
	kunit_exec_run_tests(&empty, false);
	ck_assert_int_eq(__kunit_test_suites_init(NULL, 0, true), 0);
	ck_assert_str_eq(heard(), "");
	machine_shutdown();
}
END_TEST

Suite *kunit_boot_suite(void)
{
	Suite *s = suite_create("kunit_boot");
	TCase *tc = tcase_create("registered");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, register_all, forget_all);
	tcase_add_test(tc, registered_suites_run_at_boot_in_order);
	tcase_add_test(tc, program_without_suites_prints_nothing);
	tcase_add_test(tc, kunit_can_be_switched_off);
	tcase_add_test(tc, suites_may_be_set_up_only);
	tcase_add_test(tc, actions_list);
	tcase_add_test(tc, parameters_choose);
	tcase_add_test(tc, bad_parameters_run_nothing);
	tcase_add_test(tc, host_chooses_by_several_globs);
	tcase_add_test(tc, host_runs_again_as_if_for_the_first_time);
	tcase_add_test(tc, run_that_has_to_wait_may_be_interrupted);
	tcase_add_test(tc, module_without_suites_prints_nothing);
	return s;
}
