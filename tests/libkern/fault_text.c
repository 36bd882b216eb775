// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection by UDM_FAULT and boot parameters, of functions by name, and the sweep. */
#include "mem_rig.h"

#include <errno.h>
#include <stdlib.h>

#include <linux/error-injection.h>
#include <linux/fault-inject.h>
#include <linux/slab.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

static noinline void *give_pointer(void)
{
	udm_inject_return_ptr(give_pointer);
	return &errno;
}
ALLOW_ERROR_INJECTION(give_pointer, NULL);

static noinline int give_error(void)
{
	udm_inject_return(give_error);
	return 5;
}
ALLOW_ERROR_INJECTION(give_error, ERRNO);

static noinline long give_either(void)
{
	udm_inject_return(give_either);
	return 6;
}
ALLOW_ERROR_INJECTION(give_either, ERRNO_NULL);

static noinline bool give_truth(void)
{
	udm_inject_return(give_truth);
	return false;
}
ALLOW_ERROR_INJECTION(give_truth, TRUE);

static void quiet_functions(void)
{
	ck_assert_int_eq(udm_fault_set("fail_function", "verbose", 0), 0);
}

START_TEST(armed_functions_do_not_run)
{
	quiet_functions();
	ck_assert_int_eq(udm_inject_arm("give_pointer"), 0);
	ck_assert_int_eq(udm_inject_arm("give_error"), 0);
	ck_assert_int_eq(udm_inject_arm("give_either"), 0);
	ck_assert_int_eq(udm_inject_arm("give_truth"), 0);
	ck_assert_ptr_null(give_pointer());
	ck_assert_int_eq(give_error(), -EINVAL);
	ck_assert_int_eq(give_either(), 0);
	ck_assert(give_truth());
	ck_assert_int_eq(udm_inject_disarm("give_error"), 0);
	ck_assert_int_eq(give_error(), 5);
	ck_assert_int_eq(udm_inject_disarm(NULL), 0);
	ck_assert_ptr_nonnull(give_pointer());
	ck_assert_int_eq(give_either(), 6);
	ck_assert(!give_truth());
}
END_TEST

START_TEST(arming_can_be_wrong)
{
	ck_assert_int_eq(udm_inject_arm("") == -1 ? errno : 0, EINVAL);
	ck_assert_int_eq(udm_inject_arm("nobody_knows_it") == -1 ? errno : 0, ERANGE);
	ck_assert_int_eq(udm_inject_arm("give_error"), 0);
	ck_assert_int_eq(udm_inject_arm("give_error") == -1 ? errno : 0, EBUSY);
	ck_assert_int_eq(udm_inject_disarm("give_truth") == -1 ? errno : 0, ENOENT);
	ck_assert_int_eq(udm_inject_retval("give_truth", 1) == -1 ? errno : 0, ENOENT);
}
END_TEST

static const struct {
	const char *function;
	long value;
	bool allowed;
} retvals[] = {
	{ "give_pointer", 0, true }, { "give_pointer", -ENOMEM, false },
	{ "give_truth", 1, true }, { "give_truth", 0, false }, { "give_truth", 2, false },
	{ "give_error", -ENOMEM, true }, { "give_error", -4095, true },
	{ "give_error", -4096, false }, { "give_error", 0, false }, { "give_error", 1, false },
	{ "give_either", 0, true }, { "give_either", -1, true }, { "give_either", 1, false },
};

START_TEST(types_bound_the_value)
{
	int err = retvals[_i].allowed ? 0 : EINVAL;
	char path[64], text[32];

	ck_assert_int_eq(udm_inject_arm(retvals[_i].function), 0);
	ck_assert_int_eq(udm_inject_retval(retvals[_i].function, retvals[_i].value) ? errno : 0,
			 err);
	snprintf(path, sizeof(path), "fail_function/%s/retval", retvals[_i].function);
	snprintf(text, sizeof(text), "0x%lx", retvals[_i].value);
	ck_assert_int_eq(udm_debugfs_write(path, text, strlen(text)) < 0 ? errno : 0, err);
	ck_assert_int_eq(udm_debugfs_write(path, "-12", 3) < 0 ? errno : 0, EINVAL);
}
END_TEST

static int inject_file(const char *text)
{
	return udm_debugfs_write("fail_function/inject", text, strlen(text)) < 0 ? errno : 0;
}

START_TEST(the_file_arms_too)
{
	char text[64];

	quiet_functions();
	ck_assert_int_eq(inject_file("give_error\n"), 0);
	/* Only armed: the attribute decides, and it is off. */
	ck_assert_int_eq(give_error(), 5);
	udm_fault_set("fail_function", "probability", 100);
	ck_assert_int_eq(give_error(), -EINVAL);
	ck_assert_int_eq(give_error(), 5);
	ck_assert_int_gt(udm_debugfs_read("fail_function/inject", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "give_error\n");
	ck_assert_int_eq(inject_file("no_such_function"), ERANGE);
	ck_assert_int_eq(inject_file("give_error"), EBUSY);
	ck_assert_int_eq(inject_file("!give_truth"), ENOENT);
	ck_assert_int_eq(inject_file("!give_error"), 0);
	ck_assert(!udm_debugfs_exists("fail_function/give_error"));
	ck_assert_int_eq(inject_file("give_truth"), 0);
	ck_assert_int_eq(inject_file("\n"), 0);
	ck_assert(!udm_debugfs_exists("fail_function/give_truth"));
}
END_TEST

/* --- UDM_FAULT and the command line --- */

static void boot_with(const char *faults, const char *cmdline)
{
	const struct udm_config cfg = { .faults = faults, .cmdline = cmdline };

	unsetenv("UDM_FAULT");
	machine_boot_with(&cfg);
}

static bool atomic_works(void)
{
	void *p = kmalloc(64, GFP_ATOMIC | __GFP_NOWARN);

	kfree(p);
	return p;
}

START_TEST(a_text_sets_attributes)
{
	boot_with("failslab:probability=100,times=2,verbose=0;fail_page_alloc:min-order=0;;"
		  "fail_function:inject=give_error,retval=-12,times=1,verbose=N", NULL);
	ck_assert(!atomic_works());
	ck_assert(!atomic_works());
	ck_assert(atomic_works());
	ck_assert_int_eq(give_error(), -12);
	ck_assert_int_eq(give_error(), 5);
	machine_shutdown();
	/* The next machine knows nothing of it. */
	boot_with(NULL, NULL);
	ck_assert(atomic_works());
	ck_assert_int_eq(give_error(), 5);
	machine_shutdown();
}
END_TEST

START_TEST(a_text_arms_the_booting_task)
{
	boot_with("fail-nth=2;failslab:verbose=0", NULL);
	ck_assert(atomic_works());
	ck_assert(!atomic_works());
	ck_assert(atomic_works());
	machine_shutdown();
}
END_TEST

START_TEST(the_environment_wins)
{
	const struct udm_config cfg = { .faults = "failslab:times=bad" };

	setenv("UDM_FAULT", "failslab:probability=100,verbose=0", 1);
	machine_boot_with(&cfg);
	ck_assert(!atomic_works());
	ck_assert(atomic_works());
	machine_shutdown();
	unsetenv("UDM_FAULT");
}
END_TEST

static const char * const bad_texts[] = {
	"failslab", "failslab:", "failslab:times", "failslab:times=", "failslab:times=x",
	"failslab:interval=-1", "failslab:no-such=1", "fail_nobody:times=1", "fail-nth=",
	"fail-nth=-1", "fail-nth=5000000000", "failslab:times=1;rest",
	"fail_function:inject=nobody_knows_it", "fail_function:inject=give_error,retval=1",
	":", "failslab:times=1,", "failslab:times=0x",
};

START_TEST(a_bad_text_is_refused_before_anything_starts)
{
	const struct udm_config cfg = { .faults = bad_texts[_i] };

	unsetenv("UDM_FAULT");
	log_capture();
	ck_assert_int_eq(udm_boot(&cfg), -EINVAL);
	log_text();
	ck_assert_int_eq(udm_boot(NULL), 0);
	ck_assert(atomic_works());
	ck_assert_int_eq(give_error(), 5);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

START_TEST(boot_parameters_set_attributes)
{
	boot_with(NULL, "failslab=1,100,0,1 fail_page_alloc=2,100,0,-1");
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("fail_page_alloc", "verbose", 0);
	ck_assert(!atomic_works());
	ck_assert(atomic_works());
	for (unsigned int i = 0; i < 4; i++) {
		struct page *page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 1);

		ck_assert_int_eq(!page, i % 2);
		if (page)
			__free_pages(page, 1);
	}
	machine_shutdown();
}
END_TEST

/* --- The sweep --- */

struct scenario {
	unsigned int runs;
	bool leak;
	bool forget_error;
	bool fail_always;
};

static int build_three(void *ctx)
{
	struct scenario *s = ctx;
	void *a, *b = NULL;
	struct page *page = NULL;
	int err = -ENOMEM;

	s->runs++;
	if (s->fail_always && s->runs > 3)
		return -EIO;
	a = kmalloc(30, GFP_KERNEL);
	if (a)
		b = kmalloc(20000, GFP_KERNEL);
	if (b)
		page = alloc_page(GFP_HIGHUSER);
	if (page)
		err = 0;
	if (page)
		__free_page(page);
	kfree(b);
	if (!s->leak || !err)
		kfree(a);
	return s->forget_error ? 0 : err;
}

START_TEST(a_sweep_meets_every_allocation)
{
	struct scenario s = { .runs = 0 };

	ck_assert_int_eq(udm_fault_sweep(build_three, &s), 3);
	/* Once to begin with, three failures, and the run that ends it. */
	ck_assert_uint_eq(s.runs, 5);
	ck_assert_str_eq(udm_fault_sweep_message(), "");
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	s = (struct scenario){ .forget_error = true };
	ck_assert_int_eq(udm_fault_sweep(build_three, &s), 3);
}
END_TEST

START_TEST(a_sweep_finds_leaks)
{
	struct scenario s = { .leak = true };

	log_capture();
	ck_assert_int_eq(udm_fault_sweep(build_three, &s), -1);
	ck_assert_ptr_nonnull(strstr(log_text(), "fault sweep: with failure 2: 1 objects leaked"));
	ck_assert_ptr_nonnull(strstr(udm_fault_sweep_message(), "build_three()"));
	ck_assert_int_eq(udm_shutdown(), 1);
	ck_assert_int_eq(udm_boot(NULL), 0);
}
END_TEST

START_TEST(a_sweep_finds_errors_without_failures)
{
	struct scenario s = { .fail_always = true };

	log_capture();
	ck_assert_int_eq(udm_fault_sweep(build_three, &s), -1);
	log_text();
	ck_assert_ptr_nonnull(strstr(udm_fault_sweep_message(),
				     "error -5 although nothing failed"));
}
END_TEST

START_TEST(a_sweep_of_mappings_needs_somebody_who_maps)
{
	struct scenario s = { .runs = 0 };

	log_capture();
	ck_assert_int_eq(udm_fault_sweep_with(UDM_SWEEP_DMA_MAP, build_three, &s), -1);
	log_text();
	ck_assert_uint_eq(s.runs, 0);
}
END_TEST

START_TEST(a_sweep_restores_the_settings)
{
	struct scenario s = { .runs = 0 };

	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "verbose", 0);
	ck_assert_int_eq(udm_fault_sweep(build_three, &s), 3);
	ck_assert(!atomic_works());
	udm_fault_reset();
	ck_assert(atomic_works());
}
END_TEST

Suite *fault_text_suite(void)
{
	Suite *s = suite_create("fault_text");
	TCase *tc = machine_tcase(s, "functions");

	tcase_add_test(tc, armed_functions_do_not_run);
	tcase_add_test(tc, arming_can_be_wrong);
	tcase_add_loop_test(tc, types_bound_the_value, 0, ARRAY_SIZE(retvals));
	tcase_add_test(tc, the_file_arms_too);
	tc = machine_tcase(s, "sweep");
	tcase_add_test(tc, a_sweep_meets_every_allocation);
	tcase_add_test(tc, a_sweep_finds_leaks);
	tcase_add_test(tc, a_sweep_finds_errors_without_failures);
	tcase_add_test(tc, a_sweep_of_mappings_needs_somebody_who_maps);
	tcase_add_test(tc, a_sweep_restores_the_settings);
	tc = tcase_create("text");
	tcase_add_test(tc, a_text_sets_attributes);
	tcase_add_test(tc, a_text_arms_the_booting_task);
	tcase_add_test(tc, the_environment_wins);
	tcase_add_loop_test(tc, a_bad_text_is_refused_before_anything_starts, 0,
			    ARRAY_SIZE(bad_texts));
	tcase_add_test(tc, boot_parameters_set_attributes);
	suite_add_tcase(s, tc);
	return s;
}
