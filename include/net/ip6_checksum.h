/* SPDX-License-Identifier: GPL-2.0-only */
/* Checksums with the pseudo header of IPv6. Kernel path: net/ip6_checksum.h. */
#ifndef _UDM_NET_IP6_CHECKSUM_H
#define _UDM_NET_IP6_CHECKSUM_H

#include <asm/checksum.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>

#ifndef IPPROTO_TCP
#include <netinet/in.h>
#endif

/* The sum of the pseudo header, unfolded, of what follows the network header. */
static inline __wsum ip6_compute_pseudo(struct sk_buff *skb, int proto)
{
	return csum_unfold((__force __sum16)(u16)~(__force u16)csum_ipv6_magic(
		&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, skb->len, proto, 0));
}

static inline __sum16 tcp_v6_check(int len, const struct in6_addr *saddr,
				   const struct in6_addr *daddr, __wsum base)
{
	return csum_ipv6_magic(saddr, daddr, len, IPPROTO_TCP, base);
}

static inline __sum16 udp_v6_check(int len, const struct in6_addr *saddr,
				   const struct in6_addr *daddr, __wsum base)
{
	return csum_ipv6_magic(saddr, daddr, len, IPPROTO_UDP, base);
}

#endif
