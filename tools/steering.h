/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which receive queue a connection's segments come to: what `ethtool -X` and `ethtool -N`
 * do, by the same ioctl.
 *
 * 0, or -1 with errno. fd is any socket of the machine.
 */
#ifndef UDM_TOOLS_STEERING_H
#define UDM_TOOLS_STEERING_H

#include <stdbool.h>

/* Spread what no rule is about over the first queues only. */
int steering_spread(int fd, const char *ifname, unsigned int queues);
/* TCP segments to our port, or from the peer's port, of either address family. */
int steering_port(int fd, const char *ifname, unsigned int port, bool ours, unsigned int queue);
/* Has the interface a link? */
bool steering_link(int fd, const char *ifname);

#endif
