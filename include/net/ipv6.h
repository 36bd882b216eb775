/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6 on the receive path. */
#ifndef _NET_IPV6_H
#define _NET_IPV6_H

#include <linux/ipv6.h>
#include <linux/in6.h>
#include <linux/skbuff.h>

#define NEXTHDR_HOP		0
#define NEXTHDR_TCP		6
#define NEXTHDR_UDP		17
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_AUTH		51
#define NEXTHDR_ICMP		58
#define NEXTHDR_NONE		59
#define NEXTHDR_DEST		60

struct net_device;
struct sock;

static inline bool ipv6_addr_equal(const struct in6_addr *a1, const struct in6_addr *a2)
{
	return memcmp(a1, a2, sizeof(*a1)) == 0;
}

/* ::ffff:a.b.c.d */
static inline void ipv6_addr_set_v4mapped(__be32 addr, struct in6_addr *v4mapped)
{
	*v4mapped = (struct in6_addr){ .s6_addr = { [10] = 0xff, [11] = 0xff } };
	v4mapped->s6_addr32[3] = addr;
}

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	return IN6_IS_ADDR_UNSPECIFIED(a);
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_MULTICAST(addr);
}

/* True if @nexthdr is an extension header that ipv6_skip_exthdr() can step over. */
bool ipv6_ext_hdr(u8 nexthdr);

/**
 * ipv6_skip_exthdr - step over extension headers
 *
 * @start is the offset of the first header from skb->data, *@nexthdrp its type.
 * Returns the offset of the first other header and stores its type; *@frag_offp
 * is the fragment field in network order (0 if none). -1 if the chain is cut
 * short or not readable. Any context. Contract: net/ipv6/exthdrs_core.c.
 */
int ipv6_skip_exthdr(const struct sk_buff *skb, int start, u8 *nexthdrp, __be16 *frag_offp);

/* Takes @skb, network header set, from a device; softirq. Contract: net/ipv6/ip6_input.c. */
int ipv6_rcv(struct sk_buff *skb, struct net_device *dev);

/* As ip_recv_error(), of an AF_INET6 socket. Contract: net/ipv6/datagram.c. */
int ipv6_recv_error(struct sock *sk, struct msghdr *msg, int len);

#endif
