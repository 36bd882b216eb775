/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls on sockets of a cable's ends that wait, each on a thread of its own.
 */
#ifndef UDM_TESTS_LINK_WAITER_H
#define UDM_TESTS_LINK_WAITER_H

#include <stdbool.h>
#include <udevmem/task.h>

struct waiter {
	int fd;
	bool v6;
	long ret;			/* of the call */
	int err;			/* errno, or what connect() or poll() told */
	struct udm_thread *thread;	/* to be joined */
};

/* fn: one of those below, or of the test's own. */
void waiter_start(struct waiter *w, void *(*fn)(void *ctx), int fd, bool v6);

void *wait_to_connect(void *waiter);	/* to port 7 */
void *wait_to_accept(void *waiter);
void *wait_for_events(void *waiter);	/* POLLIN, and what is always told */

#endif
