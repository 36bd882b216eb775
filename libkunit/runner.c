// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the KUnit suites of a program on a machine of its own.
 *
 * While they run, the kernel log is the output: messages from level info up go
 * to stdout, so that KTAP has its diagnostics where a console shows them. What
 * is said before and after, by the machine or this runner, goes to stderr.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <udevmem/kunit.h>
#include <udevmem/log.h>
#include <udevmem/warn.h>

#include "runner.h"

enum { LEVEL_CONT = -1, LEVEL_WARNING = 4, LEVEL_INFO = 6 };

static struct {
	bool running;
	bool line_open;
	int last_level;
} console;

/* A message that does not end its line is ended by the next one, unless that continues it. */
static void write_log(void *unused, int level, const char *text)
{
	FILE *out = console.running ? stdout : stderr;
	size_t length = strlen(text);
	bool continues = level == LEVEL_CONT;

	(void)unused;
	console.last_level = continues ? console.last_level : level;
	if (console.last_level > (console.running ? LEVEL_INFO : LEVEL_WARNING))
		return;
	if (console.line_open && !continues)
		fputc('\n', out);
	fputs(text, out);
	console.line_open = length && text[length - 1] != '\n';
	/* The next thing may be a crash. */
	fflush(out);
}

static void set_running(bool running)
{
	if (console.line_open)
		fputc('\n', console.running ? stdout : stderr);
	fflush(stdout);
	console.line_open = false;
	console.running = running;
}

/* A test that dies of a signal takes the program along: the document says so. */
static void bail_out(int sig)
{
	static const char line[] = "\nBail out! The program was killed by a signal.\n";

	if (console.running && write(STDOUT_FILENO, line, sizeof(line) - 1) < 0)
		_exit(RUNNER_FAILED);
	/* Its default action is back. */
	raise(sig);
}

/* Sanitizers have handlers of their own. */
static void watch_signal(int sig)
{
	struct sigaction action = { .sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK };
	struct sigaction old;

	action.sa_handler = bail_out;
	if (!sigaction(sig, NULL, &old) && old.sa_handler == SIG_DFL)
		sigaction(sig, &action, NULL);
}

static void watch_signals(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		watch_signal(deadly[i]);
}

/*
 * Options win over the environment, which wins over a configuration. The suites
 * wait for udm_kunit_run(); that comes first, as "--" ends a command line.
 */
static int settle_environment(const struct runner_options *opt)
{
	static const char wait[] = "kunit.autorun=0 ";
	const char *given = opt->machine.cmdline;
	char *cmdline;
	int err;

	if (opt->mode_given)
		unsetenv("UDM_MODE");
	if (opt->seed_given)
		unsetenv("UDM_SEED");
	if (!given)
		given = getenv("UDM_CMDLINE");
	if (!given)
		given = "";
	cmdline = malloc(sizeof(wait) + strlen(given));
	if (!cmdline)
		return -ENOMEM;
	strcpy(cmdline, wait);
	strcat(cmdline, given);
	err = setenv("UDM_CMDLINE", cmdline, 1) ? -errno : 0;
	free(cmdline);
	return err;
}

static int start_machine(struct runner_options *opt)
{
	int err = settle_environment(opt);

	opt->machine.log.fn = write_log;
	if (!err)
		err = udm_boot(&opt->machine);
	if (err)
		fprintf(stderr, "kunit: the machine does not boot: %s\n", strerror(-err));
	return err;
}

static int judge_run(const struct runner_options *opt, int chosen)
{
	const struct udm_kunit_result result = udm_kunit_result();

	if (chosen <= 0) {
		fprintf(stderr, "kunit: %s\n", chosen ? strerror(-chosen) : "there is nothing to run");
		return RUNNER_NOT_RUN;
	}
	if (opt->what.action)
		return RUNNER_OK;
	fprintf(stderr, "kunit: suites: %u, not ok: %u; tests passed: %lu, failed: %lu, skipped: %lu\n",
		result.suites, result.failed_suites, result.passed, result.failed, result.skipped);
	return result.failed_suites ? RUNNER_FAILED : RUNNER_OK;
}

/* Tests that pass and leave a mess have not passed. */
static int judge_machine(const struct runner_options *opt, unsigned int warnings, int leaked)
{
	int status = RUNNER_OK;

	if (warnings) {
		fprintf(stderr, "kunit: %u warnings, the last one: %s\n", warnings, udm_warn_last());
		status = opt->allow_warnings ? status : RUNNER_FAILED;
	}
	if (leaked) {
		fprintf(stderr, "kunit: %d objects leaked\n", leaked);
		status = opt->allow_leaks ? status : RUNNER_FAILED;
	}
	return status;
}

static int run_and_judge(struct runner_options *opt)
{
	int chosen, leaked, status, also;

	if (start_machine(opt))
		return RUNNER_NOT_RUN;
	set_running(true);
	chosen = udm_kunit_run(&opt->what);
	set_running(false);
	status = judge_run(opt, chosen);
	leaked = udm_shutdown();
	also = judge_machine(opt, udm_warn_unexpected(), leaked);
	return status ? status : also;
}

int udm_kunit_main(int argc, char **argv)
{
	struct runner_options opt;
	int status = udm_kunit_parse(argc, argv, &opt);

	if (status)
		return status;
	if (opt.help) {
		udm_kunit_help(argv[0]);
		return RUNNER_OK;
	}
	watch_signals();
	status = run_and_judge(&opt);
	if (ferror(stdout)) {
		fprintf(stderr, "kunit: the output could not be written\n");
		return status ? status : RUNNER_FAILED;
	}
	return status;
}
