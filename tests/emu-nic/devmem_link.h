/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two NICs on a cable (link_rig.h) with device memory at both ends: sent from at end 0, and
 * received into at end 1, where a flow rule brings IPv4 connections to port 7 to its queue.
 */
#ifndef UDM_TESTS_DEVMEM_LINK_H
#define UDM_TESTS_DEVMEM_LINK_H

#include <linux/types.h>
#include <net/netdev_netlink.h>

#include "link_rig.h"

struct net_devmem_dmabuf_binding;

struct devmem_link {
	int in, netlink, out;			/* dma-bufs, and what owns the binding of in */
	unsigned char *in_map, *out_map;
	u32 in_id;
	struct netdev_nl_sock owner;		/* of the binding for sending */
	struct net_devmem_dmabuf_binding *binding;
};

extern struct devmem_link mem;

void open_memory(enum udm_mode mode, u64 seed);
void close_memory(void);

#endif
