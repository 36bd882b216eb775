// SPDX-License-Identifier: GPL-2.0-only
/*
 * udevmem: the command line program; one function per subcommand.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "replay.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "replay", replay_main, "play a capture through the NIC into device memory" },
	{ "listen", listen_main, "take connections, payload in device memory" },
	{ "connect", connect_main, "make a connection, payload in device memory" },
};

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void usage(FILE *to)
{
	fputs("usage: udevmem COMMAND [options]\n\n", to);
	for (int i = 0; i < NUM_COMMANDS; i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].what);
	fputs("\nudevmem COMMAND --help says more; udevmem --version says which this is.\n", to);
}

static bool is_option(const char *arg, const char *name, const char *letter)
{
	return !strcmp(arg, name) || !strcmp(arg, letter);
}

int main(int argc, char **argv)
{
	if (argc > 1 && (is_option(argv[1], "--help", "-h") || !strcmp(argv[1], "help"))) {
		usage(stdout);
		return EXIT_CLEAN;
	}
	if (argc > 1 && is_option(argv[1], "--version", "-V")) {
		puts("udevmem " UDEVMEM_VERSION);
		return EXIT_CLEAN;
	}
	if (argc < 2) {
		usage(stderr);
		return EXIT_BAD_INPUT;
	}
	for (int i = 0; i < NUM_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].main(argc - 1, argv + 1);
	fprintf(stderr, "udevmem: no command '%s'; see udevmem --help\n", argv[1]);
	return EXIT_BAD_INPUT;
}
