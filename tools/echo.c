// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other end of --loop.
 */
#include "echo.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <udevmem/task.h>

enum { BUFFER = 64 << 10 };

struct echo {
	struct udm_thread *thread;
	struct sockaddr_storage addr;
	bool connects;
	int fd;			/* of the connection, or the listener */
	int error;		/* errno of what went wrong, 0: nothing */
	const char *what;
	char buffer[BUFFER];
};

static socklen_t address_len(const struct sockaddr_storage *addr)
{
	return addr->ss_family == AF_INET ? sizeof(struct sockaddr_in) :
					    sizeof(struct sockaddr_in6);
}

static void trouble(struct echo *e, const char *what)
{
	e->error = errno;
	e->what = what;
}

static bool send_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = udm_send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static void converse(struct echo *e)
{
	ssize_t n;

	while ((n = udm_recv(e->fd, e->buffer, BUFFER, 0)) > 0)
		if (!send_all(e->fd, e->buffer, (size_t)n))
			return trouble(e, "sending back");
	if (n < 0)
		return trouble(e, "receiving");
	if (udm_shutdown_socket(e->fd, SHUT_WR))
		trouble(e, "shutting down");
}

static void *run(void *ctx)
{
	struct echo *e = ctx;
	int listener = e->fd;

	if (e->connects) {
		if (udm_connect(e->fd, (struct sockaddr *)&e->addr, address_len(&e->addr))) {
			trouble(e, "connecting");
			return NULL;
		}
	} else {
		e->fd = udm_accept(listener, NULL, NULL);
		udm_close(listener);
		if (e->fd < 0) {
			trouble(e, "accepting");
			return NULL;
		}
	}
	converse(e);
	return NULL;
}

static bool prepare(struct echo *e, const char *ifname)
{
	e->fd = udm_socket(e->addr.ss_family, SOCK_STREAM, IPPROTO_TCP);
	if (e->fd < 0 || udm_setsockopt(e->fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
					(socklen_t)strlen(ifname) + 1))
		return false;
	return e->connects ||
	       (!udm_bind(e->fd, (struct sockaddr *)&e->addr, address_len(&e->addr)) &&
		!udm_listen(e->fd, 1));
}

struct echo *echo_start(const char *ifname, const struct sockaddr_storage *addr, bool connects,
			char *err, size_t size)
{
	struct echo *e = calloc(1, sizeof(*e));

	if (!e) {
		snprintf(err, size, "out of memory");
		return NULL;
	}
	e->addr = *addr;
	e->connects = connects;
	if (prepare(e, ifname))
		e->thread = udm_thread_create("echo", run, e);
	if (e->thread)
		return e;
	snprintf(err, size, "--loop: cannot start the other end: %s", strerror(errno));
	if (e->fd >= 0)
		udm_close(e->fd);
	free(e);
	return NULL;
}

bool echo_finish(struct echo *e, bool now, char *err, size_t size)
{
	bool ok;

	if (!e)
		return true;
	if (now)
		udm_task_signal(udm_thread_task(e->thread), true);
	udm_thread_join(e->thread);
	if (e->fd >= 0)
		udm_close(e->fd);
	ok = now || !e->error;
	if (!ok)
		snprintf(err, size, "--loop: %s: %s", e->what, strerror(e->error));
	free(e);
	return ok;
}
