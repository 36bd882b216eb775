/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IPv4 header. libc and the system's UAPI both define struct iphdr with the
 * same members and cannot be combined; libc's is used.
 */
#ifndef _KERN_LINUX_IP_H
#define _KERN_LINUX_IP_H

#include <netinet/ip.h>
#include <linux/types.h>
#include <linux/skbuff.h>

static inline struct iphdr *ip_hdr(const struct sk_buff *skb)
{
	return (struct iphdr *)skb_network_header(skb);
}

#endif
