/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The UDP header. libc and the system's UAPI both define struct udphdr and
 * cannot be combined; libc's, which has the kernel's member names too, is used.
 */
#ifndef _KERN_LINUX_UDP_H
#define _KERN_LINUX_UDP_H

#include <netinet/udp.h>
#include <linux/types.h>
#include <linux/skbuff.h>

static inline struct udphdr *udp_hdr(const struct sk_buff *skb)
{
	return (struct udphdr *)skb_transport_header(skb);
}

#endif
