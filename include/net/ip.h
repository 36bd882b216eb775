/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv4 on the receive path. */
#ifndef _IP_H
#define _IP_H

#include <linux/ip.h>
#include <linux/in.h>
#include <linux/skbuff.h>

#define IP_CE		0x8000
#define IP_OFFSET	0x1fff

struct net_device;
struct sock;

/* A packet is a fragment if more follow or it does not start at offset 0. */
static inline bool ip_is_fragment(const struct iphdr *iph)
{
	return (iph->frag_off & htons(IP_MF | IP_OFFSET)) != 0;
}

/* Takes @skb, network header set, from a device; softirq. Contract: net/ipv4/ip_input.c. */
int ip_rcv(struct sk_buff *skb, struct net_device *dev);

/*
 * recvmsg(MSG_ERRQUEUE) on an AF_INET socket: one entry, which is then gone. Bytes of its
 * payload; -EAGAIN without one; -EFAULT. Task context, no lock. net/ipv4/ip_sockglue.c.
 */
int ip_recv_error(struct sock *sk, struct msghdr *msg, int len);

#endif
