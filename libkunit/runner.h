/* SPDX-License-Identifier: GPL-2.0-only */
/* The runner of KUnit programs: what its command line says. */
#ifndef UDM_LIBKUNIT_RUNNER_H
#define UDM_LIBKUNIT_RUNNER_H

#include <stdbool.h>
#include <udevmem/boot.h>
#include <udevmem/kunit.h>

/* Exit statuses. */
enum {
	RUNNER_OK = 0,
	RUNNER_FAILED = 1,	/* a test failed, something leaked or warned */
	RUNNER_NOT_RUN = 2,	/* bad usage, nothing chosen, no machine */
};

struct runner_options {
	struct udm_kunit_selection what;
	struct udm_config machine;
	bool mode_given;
	bool seed_given;
	bool allow_leaks;
	bool allow_warnings;
	bool help;
};

/* RUNNER_OK, or RUNNER_NOT_RUN after a line on stderr. Points into @argv. */
int udm_kunit_parse(int argc, char **argv, struct runner_options *opt);
void udm_kunit_help(const char *program);

#endif
