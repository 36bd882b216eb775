// SPDX-License-Identifier: GPL-2.0-only
/*
 * `udevmem replay` of a file of any bytes, in this process.
 *
 * A file is refused or replayed; what is replayed comes back whole, however wrong
 * its frames are: exit status 1 would mean a leak, a warning or a stall.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/replay.h"

static int file;
static char path[64];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	file = memfd_create("capture", MFD_CLOEXEC);
	if (file < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return 0;
}

/* The input's length picks the variant, so a corpus covers them all. */
static int replay(size_t pick)
{
	const char *argv[] = {
		"replay", path, "--dmabuf", "8M",
		"--bind", pick & 1 ? "0,1" : "all",
		"--exporter", pick & 2 ? "gpu" : "udmabuf",
		"--hds", pick & 4 ? "off" : "on",
		"--overrun", pick & 8 ? "drop" : "pause", NULL,
	};

	optind = 0;
	return replay_main(sizeof(argv) / sizeof(argv[0]) - 1, (char **)argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	if (replay(size) == EXIT_UNCLEAN)
		abort();
	return 0;
}
