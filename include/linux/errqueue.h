/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of a socket's error queue: the system's UAPI, and where an skb on the queue
 * keeps its entry. Contract: include/linux/errqueue.h.
 */
#ifndef _KERN_LINUX_ERRQUEUE_H
#define _KERN_LINUX_ERRQUEUE_H

#include_next <linux/errqueue.h>
#include <linux/types.h>

#define SKB_EXT_ERR(skb) ((struct sock_exterr_skb *)&((skb)->cb[0]))

/* In skb->cb while the skb is on the queue; its data is the payload of the entry. */
struct sock_exterr_skb {
	struct sock_extended_err ee;
	u16 addr_offset;
	__be16 port;
	u8 opt_stats : 1;
	u8 unused : 7;
};

#endif
