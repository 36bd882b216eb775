/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receiving through the driver: a NIC, an application with one TCP direction, device
 * memory bound to queue 0 or not, and the test as the sender, which sends again what
 * did not arrive.
 */
#ifndef UDM_TESTS_RX_RIG_H
#define UDM_TESTS_RX_RIG_H

#include <linux/netdevice.h>
#include <net/netdev_queues.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <udevmem/netdev.h>
#include <udevmem/socket.h>

#include "frames.h"

enum { RX_PAGES = 128, RX_PAGE = 4096, RX_TOKENS = 1024 };

struct rx_rig {
	struct udm_netdev *nic;
	int netlink, memfd, dmabuf;	/* -1: none */
	uint32_t binding;		/* 0: none */
	unsigned char *map;		/* the dma-buf, as the application sees it */
	int listener, sock;
	uint32_t next_read;		/* of the next byte the application reads */
	struct dmabuf_token tokens[RX_TOKENS];	/* not given back yet, */
	struct {
		uint64_t offset;
		uint32_t len, seq;
	} pieces[RX_TOKENS];		/* and what each covers */
	unsigned int held;
};

extern struct rx_rig rx;

/* Loops over 4: bit 0 is threads mode, bit 1 device memory. cfg's queues count, and its times. */
void rx_open(int i, const struct udm_netdev_config *cfg);
void rx_close(void);
/* The binding's netlink socket goes. */
void rx_unbind(void);

/* A segment of the application's stream, at seq. */
struct frame_spec rx_segment(uint32_t seq, unsigned int len);
int rx_send(const struct frame_spec *s);
/* Have n more pages reach the application, each segment sent again until it is there. */
void rx_transfer(unsigned int n);
/* Receive what is there, check every byte, keep the tokens. */
void rx_receive(void);
/* What the application holds has not changed; then give it back. */
void rx_return(void);
uint64_t rx_drops(const char *reason);
/* Let machine time pass until cond(); false if it takes too long. */
bool rx_eventually(bool (*cond)(void));
struct net_device *rx_device(struct udm_netdev *nic);
struct netdev_queue_stats_rx rx_qstats(struct udm_netdev *nic);	/* of queue 0 */
/* What ioctl(SIOCETHTOOL) says to this structure: 0 or a negative errno. */
int rx_ethtool(void *cmd);

#endif
