// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options and results of the benchmarks (report.h).
 */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *bench_name, *json_path, *word;
static bool check, missed;
static json_t *rows, *limits;

static void usage(const char *help, FILE *to)
{
	fprintf(to, "usage: %s [--json FILE] [--check] %s\n", bench_name, help);
}

void report_begin(int argc, char **argv, const char *bench, const char *help)
{
	bench_name = bench;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json") && i + 1 < argc) {
			json_path = argv[++i];
		} else if (!strcmp(argv[i], "--check")) {
			check = true;
		} else if (!strcmp(argv[i], "--help")) {
			usage(help, stdout);
			exit(EXIT_SUCCESS);
		} else if (argv[i][0] != '-' && !word) {
			word = argv[i];
		} else {
			usage(help, stderr);
			exit(2);
		}
	}
	rows = json_object();
	limits = json_object();
}

const char *report_word(void)
{
	return word;
}

void report_value(const char *row, const char *column, double value)
{
	json_t *values = json_object_get(rows, row);

	if (!values) {
		values = json_object();
		json_object_set_new(rows, row, values);
	}
	json_object_set_new(values, column, json_real(value));
}

static bool report_limit(const char *what, double value, double limit, bool met)
{
	missed |= !met;
	json_object_set_new(limits, what,
			    json_pack("{s:f, s:f, s:b}", "value", value, "limit", limit, "met",
				      met));
	printf("%-48s %10.2f   limit %g%s\n", what, value, limit, met ? "" : "   NOT MET");
	return met;
}

bool report_at_most(const char *what, double value, double limit)
{
	return report_limit(what, value, limit, value <= limit);
}

bool report_at_least(const char *what, double value, double limit)
{
	return report_limit(what, value, limit, value >= limit);
}

int report_end(void)
{
	int bad = 0;

	if (json_path) {
		json_t *all = json_pack("{s:s, s:O, s:O}", "bench", bench_name, "rows", rows,
					"limits", limits);

		bad = json_dump_file(all, json_path, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
		if (bad)
			fprintf(stderr, "%s: %s: %s\n", bench_name, json_path, strerror(errno));
		json_decref(all);
	}
	json_decref(rows);
	json_decref(limits);
	return bad || (check && missed) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double report_median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}
