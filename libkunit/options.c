// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of KUnit programs.
 *
 * Every refusal is one line on stderr: what was given, and what would do.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

static const char help[] =
	"usage: %s [options] [GLOB...]\n"
	"\n"
	"Run the KUnit suites that this program was linked with, and print KTAP.\n"
	"A GLOB is SUITE or SUITE.CASE with *, ? and [a-z]; cases that match none of them are\n"
	"left out.\n"
	"\n"
	"  --filter LIST        only cases with these attributes, such as 'speed>slow' or\n"
	"                       'module=example, is_init!=true'\n"
	"  --filter-action skip show the others as skipped\n"
	"  --list               print suites and cases, run nothing\n"
	"  --list-attr          the same with attributes\n"
	"  --mode sim|threads   one thread and virtual time, or real threads (sim)\n"
	"  --seed N             seed of the sim schedule; same seed, same run (1)\n"
	"  --cmdline TEXT       kernel command line, such as 'kunit.timeout=60'\n"
	"  --allow-leaks        objects nobody freed are no failure\n"
	"  --allow-warnings     WARNs are no failure\n"
	"  --help               this text\n"
	"\n"
	"Environment: UDM_MODE, UDM_SEED, UDM_CMDLINE, UDM_RAM, UDM_CPUS, ... as for any machine;\n"
	"options win.\n"
	"Exit status: 0 all is well; 1 a suite is not ok, something leaked or warned; 2 nothing was\n"
	"run: bad usage, or nothing matches.\n";

void udm_kunit_help(const char *program)
{
	printf(help, program);
}

__attribute__((format(printf, 1, 2)))
static int refuse(const char *fmt, ...)
{
	va_list args;

	fputs("kunit: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("; see --help\n", stderr);
	return RUNNER_NOT_RUN;
}

static int parse_mode(const char *text, struct runner_options *opt)
{
	if (strcmp(text, "sim") && strcmp(text, "threads"))
		return refuse("--mode %s: give sim or threads", text);
	opt->machine.mode = *text == 's' ? UDM_MODE_SIM : UDM_MODE_THREADS;
	opt->mode_given = true;
	return RUNNER_OK;
}

static int parse_seed(const char *text, struct runner_options *opt)
{
	char *end;

	errno = 0;
	opt->machine.seed = strtoull(text, &end, 0);
	opt->seed_given = true;
	if (*text < '0' || *text > '9' || *end || errno || !opt->machine.seed)
		return refuse("--seed %s: not a number from 1", text);
	return RUNNER_OK;
}

enum option_id {
	OPT_FILTER = 1000, OPT_FILTER_ACTION, OPT_LIST, OPT_LIST_ATTR, OPT_MODE, OPT_SEED,
	OPT_CMDLINE, OPT_ALLOW_LEAKS, OPT_ALLOW_WARNINGS, OPT_HELP,
};

static const struct option long_options[] = {
	{ "filter", required_argument, NULL, OPT_FILTER },
	{ "filter-action", required_argument, NULL, OPT_FILTER_ACTION },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "list-attr", no_argument, NULL, OPT_LIST_ATTR },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "cmdline", required_argument, NULL, OPT_CMDLINE },
	{ "allow-leaks", no_argument, NULL, OPT_ALLOW_LEAKS },
	{ "allow-warnings", no_argument, NULL, OPT_ALLOW_WARNINGS },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static void set_plain_option(int id, const char *arg, struct runner_options *opt)
{
	if (id == OPT_FILTER)
		opt->what.filter = arg;
	else if (id == OPT_LIST)
		opt->what.action = "list";
	else if (id == OPT_LIST_ATTR)
		opt->what.action = "list_attr";
	else if (id == OPT_CMDLINE)
		opt->machine.cmdline = arg;
	else if (id == OPT_ALLOW_LEAKS)
		opt->allow_leaks = true;
	else if (id == OPT_ALLOW_WARNINGS)
		opt->allow_warnings = true;
	else
		opt->help = true;
}

static int parse_option(int id, const char *arg, struct runner_options *opt)
{
	switch (id) {
	case OPT_MODE:
		return parse_mode(arg, opt);
	case OPT_SEED:
		return parse_seed(arg, opt);
	case OPT_FILTER_ACTION:
		if (strcmp(arg, "skip"))
			return refuse("--filter-action %s: there is skip", arg);
		opt->what.filter_action = arg;
		return RUNNER_OK;
	default:
		set_plain_option(id, arg, opt);
		return RUNNER_OK;
	}
}

int udm_kunit_parse(int argc, char **argv, struct runner_options *opt)
{
	int c, ret;

	*opt = (struct runner_options){ .help = false };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (c == ':')
			return refuse("%s needs a value", argv[optind - 1]);
		if (c == '?')
			return refuse("unknown option %s", argv[optind - 1]);
		ret = parse_option(c, optarg, opt);
		if (ret)
			return ret;
	}
	opt->what.globs = (const char *const *)argv + optind;
	opt->what.num_globs = (size_t)(argc - optind);
	return RUNNER_OK;
}
