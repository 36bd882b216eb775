/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every benchmark does alike: options, and results as JSON for bench/compare.
 *
 * Options: --json FILE, besides the table on standard output; --check, exit with 1 if
 * a limit is not met; --help. A program may take one word of its own.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>

/* Reads the options; ends the program after --help (0) and bad usage (2). */
void report_begin(int argc, char **argv, const char *bench, const char *help);
/* The word, or NULL. */
const char *report_word(void);

/* A figure, such as ("cache", "ns", 2.9). Lower is better. */
void report_value(const char *row, const char *column, double value);
/* A line that says whether value is within its limit. False if not. */
bool report_at_most(const char *what, double value, double limit);
bool report_at_least(const char *what, double value, double limit);

/* Writes the JSON; the program's exit status. */
int report_end(void);

/* The middle of n values, which are sorted for it. */
double report_median(double *values, unsigned int n);

#endif
