/* SPDX-License-Identifier: GPL-2.0-only */
/* UDP, receive side: what the other files of the stack need of it. */
#ifndef _EMUNIC_NET_UDP_H
#define _EMUNIC_NET_UDP_H

#include <linux/udp.h>
#include <net/sock.h>

extern struct proto udp_prot;

/* Publishes a bound socket; -EADDRINUSE. Socket lock held. */
__internal int udp_get_port(struct sock *sk);
/* Takes @skb, network and transport header set; softirq. */
__internal int udp_rcv(struct sk_buff *skb);

#endif
