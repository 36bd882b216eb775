/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending through the driver: a NIC whose frames are kept (tx_rig.h), device memory
 * bound to it for transmit, and skbs of every shape.
 */
#ifndef UDM_TESTS_NIC_RIG_H
#define UDM_TESTS_NIC_RIG_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/netdev_netlink.h>
#include <udevmem/boot.h>
#include <udevmem/netdev.h>

#include "tx_rig.h"

#define NIC_PAGES 64

struct net_devmem_dmabuf_binding;

struct nic_rig {
	struct udm_netdev *nic;
	struct net_device *dev;
	int dmabuf;
	u8 *map;			/* the dma-buf, as the application sees it */
	struct netdev_nl_sock owner;
	struct net_devmem_dmabuf_binding *binding;
	unsigned int next;		/* where in it the next fragment comes from */
};

extern struct nic_rig nic;

enum where { NO_FRAGS, IN_PAGES, IN_DEVICE, IN_BOTH };

/* Zero: TCP over IPv4, the checksum left to the device. */
struct shape {
	bool ipv6, udp;
	unsigned int payload;
	unsigned int linear;	/* bytes of it in the linear part, the rest is in fragments */
	enum where where;
	unsigned int piece;	/* bytes per fragment, 0: a page */
	unsigned int gso;	/* segment size */
	bool tagged;		/* a tag beside the packet */
	bool summed;		/* nothing left to the device */
	u16 sport;
	u32 seq;
};

/* A machine of this mode with the NIC up, its link too. cfg may be NULL. */
void nic_open(enum udm_mode mode, const struct udm_netdev_config *cfg);
void nic_close(void);
/* The device memory alone, for a rig whose nic and dev a test has filled in. */
void nic_bind(void);
void nic_memory_close(void);
/* Give the device memory back early; the binding lives on as long as packets need it. */
void nic_unbind(void);

/* The skb, and the frame it stands for in out (70000 bytes); NULL if memory ran out. */
struct sk_buff *nic_skb(const struct shape *s, u8 *out, size_t *len);
/* Send one; what dev_queue_xmit() said. */
int nic_send(const struct shape *s);
/* Until nothing is on its way. */
void nic_settle(void);
/* The i-th frame sent is that of the shape, byte by byte. */
void nic_expect(unsigned int i, const struct shape *s);
struct netdev_queue_stats_tx;
void nic_qstats(unsigned int q, struct netdev_queue_stats_tx *stats);

#endif
