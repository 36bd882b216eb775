// SPDX-License-Identifier: GPL-2.0-only
#include "trapped.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <udevmem/log.h>

static sigjmp_buf back;
static char text[8192];

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	siglongjmp(back, 1);
}

void trapped_prepare(void)
{
	const struct sigaction action = { .sa_sigaction = on_segv,
					  .sa_flags = SA_SIGINFO | SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
}

static void collect(void *ctx, int level, const char *line)
{
	size_t len = strlen(text);

	(void)ctx, (void)level;
	snprintf(text + len, sizeof(text) - len, "%s", line);
}

/* The sanitizers would look at memory of their own first, and trap there. */
static __attribute__((noinline, no_sanitize("address"), no_sanitize("thread"),
	       no_sanitize("undefined")))
void touch(volatile char *byte, bool write)
{
	char value = *byte;

	if (write)
		*byte = value;
}

static const char *trapped_access(volatile char *byte, bool write)
{
	volatile bool went_well = false;

	text[0] = '\0';
	udm_log_set_hook(collect, NULL);
	if (!sigsetjmp(back, 1)) {
		touch(byte, write);
		went_well = true;
	}
	udm_log_set_hook(NULL, NULL);
	return went_well ? NULL : text;
}

const char *trapped_read(const volatile void *addr)
{
	return trapped_access((volatile char *)addr, false);
}

const char *trapped_write(volatile void *addr)
{
	return trapped_access(addr, true);
}
