// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"

#include <errno.h>
#include <poll.h>

#include "link_rig.h"
#include "link_waiter.h"

void waiter_start(struct waiter *w, void *(*fn)(void *ctx), int fd, bool v6)
{
	*w = (struct waiter){ .fd = fd, .v6 = v6 };
	w->thread = udm_thread_create("waiter", fn, w);
	ck_assert_ptr_nonnull(w->thread);
}

void *wait_to_connect(void *waiter)
{
	struct waiter *w = waiter;

	w->err = link_connect(w->fd, w->v6, 7);
	return NULL;
}

void *wait_to_accept(void *waiter)
{
	struct waiter *w = waiter;

	w->ret = udm_accept(w->fd, NULL, NULL);
	w->err = errno;
	return NULL;
}

void *wait_for_events(void *waiter)
{
	struct waiter *w = waiter;
	struct pollfd p = { .fd = w->fd, .events = POLLIN };

	w->ret = udm_poll(&p, 1, -1);
	w->err = p.revents;
	return NULL;
}
