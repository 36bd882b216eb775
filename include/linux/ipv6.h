/* SPDX-License-Identifier: GPL-2.0-only */
/* The IPv6 header, as the system's UAPI defines it. */
#ifndef _KERN_LINUX_IPV6_H
#define _KERN_LINUX_IPV6_H

#include <netinet/in.h>
#include_next <linux/ipv6.h>
#include <linux/types.h>
#include <linux/skbuff.h>

static inline struct ipv6hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return (struct ipv6hdr *)skb_network_header(skb);
}

#endif
