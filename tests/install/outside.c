// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program outside the tree: libc, the host API and kernel-style code in one
 * file, built together with module.c by pkg-config --cflags --libs libpagepool.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/slab.h>
#include <udevmem/file.h>
#include <udevmem/udevmem.h>

int recycler_cycles(void);

static int fail(const char *what)
{
	fprintf(stderr, "outside: %s\n", what);
	return EXIT_FAILURE;
}

/* Nothing in this program refers to udmabuf: its initcall brings it. */
static int open_by_name(void)
{
	int fd = udm_open("/dev/udmabuf", O_RDWR);

	return fd < 0 ? fd : udm_close(fd);
}

int main(void)
{
	struct msghdr libc_one = { .msg_flags = 0 };

	for (int round = 0; round < 2; round++) {
		if (udm_boot(NULL))
			return fail("no boot");
		if (recycler_cycles() != 2)
			return fail("the module did not run");
		if (open_by_name())
			return fail("the initcalls of the libraries did not run");
		if (udm_shutdown())
			return fail("something leaked");
		if (recycler_cycles() != -ENODEV)
			return fail("the module is still there");
	}
	return libc_one.msg_flags ? EXIT_FAILURE : EXIT_SUCCESS;
}
