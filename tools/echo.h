/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other end of --loop: an application behind a second NIC of the same machine. It
 * sends back what it gets until there is no more.
 */
#ifndef UDM_TOOLS_ECHO_H
#define UDM_TOOLS_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct echo;

/*
 * Connect to an address, or listen on it and accept, through one interface. NULL with a
 * line in err. A listener listens on return.
 */
struct echo *echo_start(const char *ifname, const struct sockaddr_storage *addr, bool connects,
			char *err, size_t size);
/*
 * Wait for its end, or make it end now; false, with a line in err, if it waited for its
 * end and that was not a good one. NULL is fine.
 */
bool echo_finish(struct echo *echo, bool now, char *err, size_t size);

#endif
