/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classes of a driver's messages, switched in its msg_enable. Part of linux/netdevice.h.
 */
#ifndef _UDM_LINUX_NETDEVICE_MSG_H
#define _UDM_LINUX_NETDEVICE_MSG_H

#include <linux/types.h>

enum {
	NETIF_MSG_DRV = 1 << 0,
	NETIF_MSG_PROBE = 1 << 1,
	NETIF_MSG_LINK = 1 << 2,
	NETIF_MSG_TIMER = 1 << 3,
	NETIF_MSG_IFDOWN = 1 << 4,
	NETIF_MSG_IFUP = 1 << 5,
	NETIF_MSG_RX_ERR = 1 << 6,
	NETIF_MSG_TX_ERR = 1 << 7,
	NETIF_MSG_TX_QUEUED = 1 << 8,
	NETIF_MSG_INTR = 1 << 9,
	NETIF_MSG_TX_DONE = 1 << 10,
	NETIF_MSG_RX_STATUS = 1 << 11,
	NETIF_MSG_PKTDATA = 1 << 12,
	NETIF_MSG_HW = 1 << 13,
	NETIF_MSG_WOL = 1 << 14,
};

#define netif_msg_class(p, class) ((p)->msg_enable & NETIF_MSG_##class)
#define netif_msg_drv(p) netif_msg_class(p, DRV)
#define netif_msg_probe(p) netif_msg_class(p, PROBE)
#define netif_msg_link(p) netif_msg_class(p, LINK)
#define netif_msg_timer(p) netif_msg_class(p, TIMER)
#define netif_msg_ifdown(p) netif_msg_class(p, IFDOWN)
#define netif_msg_ifup(p) netif_msg_class(p, IFUP)
#define netif_msg_rx_err(p) netif_msg_class(p, RX_ERR)
#define netif_msg_tx_err(p) netif_msg_class(p, TX_ERR)
#define netif_msg_tx_queued(p) netif_msg_class(p, TX_QUEUED)
#define netif_msg_intr(p) netif_msg_class(p, INTR)
#define netif_msg_tx_done(p) netif_msg_class(p, TX_DONE)
#define netif_msg_rx_status(p) netif_msg_class(p, RX_STATUS)
#define netif_msg_pktdata(p) netif_msg_class(p, PKTDATA)
#define netif_msg_hw(p) netif_msg_class(p, HW)
#define netif_msg_wol(p) netif_msg_class(p, WOL)

/* The first debug_value classes are on; a value out of range means the default set. */
static inline u32 netif_msg_init(int debug_value, int default_msg_enable_bits)
{
	if (debug_value < 0 || debug_value >= 32)
		return default_msg_enable_bits;
	return (1U << debug_value) - 1;
}

#endif
