/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Setting up a network interface of the host by rtnetlink.
 *
 * Each call is a system call or two and allocates nothing: it may be made by the child
 * of a program with threads. 0 or a negative errno.
 */
#ifndef EMUNIC_WIRE_RTNL_H
#define EMUNIC_WIRE_RTNL_H

/* An NETLINK_ROUTE socket in the caller's network namespace. */
int rtnl_open(void);
/* Up, with this MTU (0: as it is). */
int rtnl_link_up(int nl, unsigned int ifindex, unsigned int mtu);
/* "ADDRESS/BITS", IPv4 or IPv6, usable at once. -EINVAL for other text. */
int rtnl_add_address(int nl, unsigned int ifindex, const char *text);

#endif
