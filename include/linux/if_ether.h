/* SPDX-License-Identifier: GPL-2.0-only */
/* The Ethernet header: the system's UAPI plus the accessor on an skb. */
#ifndef _KERN_LINUX_IF_ETHER_H
#define _KERN_LINUX_IF_ETHER_H

#include_next <linux/if_ether.h>
#include <linux/types.h>
#include <linux/skbuff.h>

static inline struct ethhdr *eth_hdr(const struct sk_buff *skb)
{
	return (struct ethhdr *)skb_mac_header(skb);
}

#endif
