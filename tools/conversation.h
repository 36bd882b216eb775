/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both directions of one connection: what comes goes to a file and is checked, what a
 * file gives goes out, until both have ended.
 */
#ifndef UDM_TOOLS_CONVERSATION_H
#define UDM_TOOLS_CONVERSATION_H

#include "station.h"

/* The files of the command; -1: none. They stay open from connection to connection. */
struct files {
	int input, output;
};

/*
 * On the connected socket fd, which stays open. The result is filled in as far as it
 * went. *stop ends it early. False with a line in err.
 */
bool converse(struct station *st, int fd, const struct files *files, const volatile int *stop,
	      struct connection_result *r, char *err, size_t size);

/* "ADDRESS:PORT" or "[ADDRESS]:PORT". */
void format_address(const struct sockaddr_storage *addr, char *out, size_t size);

#endif
