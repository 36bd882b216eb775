/* SPDX-License-Identifier: GPL-2.0-only */
/* What family "netdev" keeps per netlink socket: the bindings it owns. */
#ifndef __NET_NETDEV_NETLINK_H
#define __NET_NETDEV_NETLINK_H

#include <linux/list.h>
#include <linux/mutex.h>

/* @bindings, newest first, is protected by @lock, which is outside all device locks. */
struct netdev_nl_sock {
	struct mutex lock;
	struct list_head bindings;
};

#endif
