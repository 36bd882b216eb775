// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading under a handler that jumps back.
 */
#include "sigbus.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

static sigjmp_buf landing;

static void on_sigbus(int sig)
{
	(void)sig;
	siglongjmp(landing, 1);
}

bool raises_sigbus(const volatile char *p)
{
	struct sigaction act = { .sa_handler = on_sigbus }, old;
	volatile bool raised = true;

	sigaction(SIGBUS, &act, &old);
	if (!sigsetjmp(landing, 1)) {
		(void)*p;
		raised = false;
	}
	sigaction(SIGBUS, &old, NULL);
	return raised;
}
