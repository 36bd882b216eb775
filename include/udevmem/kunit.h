/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running the KUnit suites of a program from outside.
 *
 * They run by themselves at the end of udm_boot(), as the kernel runs its own,
 * unless the command line has kunit.autorun=0. What they print is in the log,
 * at level info (6), failures at level error (3). -lkunit (libkunit.pc) brings
 * a main() that boots, runs them and prints the log on stdout.
 */
#ifndef _UDEVMEM_KUNIT_H
#define _UDEVMEM_KUNIT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Which suites and what to do. What is NULL comes from the parameters kunit.NAME. */
struct udm_kunit_selection {
	const char *const *globs;	/* SUITE or SUITE.CASE; a case may match any of them */
	size_t num_globs;		/* 0: kunit.filter_glob */
	const char *filter;		/* such as "speed>slow, module!=example" */
	const char *filter_action;	/* "skip" or NULL */
	const char *action;		/* "list", "list_attr" or NULL: run */
};

/* What ran since the boot or the start of the last udm_kunit_run(). */
struct udm_kunit_result {
	unsigned int suites;		/* "ok" and "not ok" lines of suites */
	unsigned int failed_suites;	/* "not ok" ones */
	/* Cases without parameters, and runs of cases with some. */
	unsigned long passed;
	unsigned long failed;
	unsigned long skipped;
};

/*
 * udm_kunit_run - run the registered suites of the program now
 * @what: NULL as if all of it were NULL
 *
 * Returns the number of suites that were chosen, -EINVAL for a selection that
 * cannot be understood (said in the log), -EINTR or -ENOMEM. Failing tests are
 * no error. By a task that may sleep, between udm_boot() and udm_shutdown().
 */
int udm_kunit_run(const struct udm_kunit_selection *what);

struct udm_kunit_result udm_kunit_result(void);

/*
 * What the main() of libkunit does; for a main() that has more to do. The exit
 * status: 0 all is well, 1 a test failed, something leaked or warned, 2 nothing
 * was run. Not while the machine is booted.
 */
int udm_kunit_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
