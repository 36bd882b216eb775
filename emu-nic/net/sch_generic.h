/* SPDX-License-Identifier: GPL-2.0-only */
/* What dev.c asks of the backlog of a transmit queue. */
#ifndef _EMUNIC_NET_SCH_GENERIC_H
#define _EMUNIC_NET_SCH_GENERIC_H

#include <linux/netdevice.h>

/*
 * Send the packets of a list, or let them wait behind others; consumed in any case. The
 * queue's lock is held. NET_XMIT_SUCCESS, or NET_XMIT_DROP if the backlog has room for none
 * of them or the device is going down.
 */
__internal int txq_send(struct sk_buff *skb, struct netdev_queue *txq);
__internal void txq_backlog_init(void);
__internal void txq_backlog_exit(void);

#endif
