/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running KUnit suites inside of a test and looking at what they print.
 *
 * The rig listens to the log, level info and more urgent. The suites of these
 * tests are not registered, as every boot of the program would run them.
 */
#ifndef UDM_TESTS_LIBKERN_KUNIT_RIG_H
#define UDM_TESTS_LIBKERN_KUNIT_RIG_H

#include "exec_rig.h"

#include <kunit/test.h>

/* From here on the log is kept; heard() is what came since, and ends it. */
void listen_to_log(void);
const char *heard(void);

/* Runs a suite as if for the first time; what it printed. */
const char *run_suite(struct kunit_suite *suite);
/* A suite made of these cases and nothing else. */
const char *run_cases(struct kunit_case *cases);

/* Each level has its plan, if any, fulfilled, and its results numbered from 1. */
void assert_ktap(const char *text);

bool has_line(const char *text, const char *line);
void assert_line(const char *text, const char *line);
void assert_no_line(const char *text, const char *line);

/* A trail of what was called, in order, separated by blanks. */
void leave_trail(const char *step);
const char *take_trail(void);

#define CASES(...) ((struct kunit_case[]){ __VA_ARGS__, {} })

#endif
