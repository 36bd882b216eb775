/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of network devices, and the stack behind them (emu-nic/lwip).
 *
 * A device that has an address has a struct inet_if, an interface of the stack: frames to
 * its addresses go to the stack instead of to the passive receivers, and what the stack
 * sends leaves by the device.
 *
 * Locking. One spinlock with bottom halves off is around all that the stack does, from
 * inet_stack_lock() to inet_stack_unlock(), and around the list of interfaces. The stack
 * calls back under it. Inside of it come, in this order, a socket's spinlock half
 * (bh_lock_sock), the queues of sockets, and the transmit locks of devices; a listener's
 * accept lock and the lock of the listeners' table too. None of these is held by anybody
 * who asks for the stack: softirqs take it with no lock of theirs, tasks while they own a
 * socket, which is the other half of its lock and not its spinlock.
 */
#ifndef _EMUNIC_NET_INET_IF_H
#define _EMUNIC_NET_INET_IF_H

#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include "emu-nic/lwip/stack.h"

struct sock;

struct inet_if {
	struct list_head node;
	struct net_device *dev;
	struct stack_if *stack;
};

static inline struct stack_addr stack_addr_of(const struct in6_addr *ip)
{
	struct stack_addr addr;

	memcpy(&addr, ip, sizeof(addr));
	return addr;
}

static inline struct in6_addr stack_addr_to(const struct stack_addr *addr)
{
	struct in6_addr ip;

	memcpy(&ip, addr, sizeof(ip));
	return ip;
}

__internal void inet_stack_lock(void);
/* Sees to it that time goes on for the stack if it needs that. */
__internal void inet_stack_unlock(void);

__internal int inet_if_init(const struct stack_ops *ops);
__internal void inet_if_exit(void);

/* RTNL. IPv4 addresses mapped. As stack_if_add_address(), and -ENOMEM. */
__internal int inet_if_add_address(struct net_device *dev, const struct in6_addr *ip,
				   unsigned int prefix);
__internal int inet_if_remove_address(struct net_device *dev, const struct in6_addr *ip);
__internal int inet_if_set_gateway(struct net_device *dev, const struct in6_addr *ip);

/* Without the lock: is there any interface? A guess that is right where it matters. */
__internal bool inet_if_any(void);
/* The interface of @dev, or NULL. Stack lock held. */
__internal struct inet_if *inet_if_of(const struct net_device *dev);
/* The interface of @dev if it has address @ip, or NULL. Stack lock held. */
__internal struct inet_if *inet_if_owning(const struct net_device *dev,
					  const struct in6_addr *ip);
/* The interface that has address @ip, or NULL. Stack lock held. */
__internal struct inet_if *inet_if_with(const struct in6_addr *ip);
/*
 * By which interface does @sk talk to @daddr? *@saddr is the address it is bound to or the
 * zero one, and becomes the one to use. -EADDRNOTAVAIL, -ENETUNREACH. Stack lock held.
 */
__internal struct inet_if *inet_if_route(const struct sock *sk, struct in6_addr *saddr,
					 const struct in6_addr *daddr);

/* inet_frames.c: what the stack sends; stack_ops.output. */
__internal void inet_if_output(void *iface, const struct stack_frame *frame);
/* ARP and ICMP, network header set, the data beginning there: true if it was taken. */
__internal bool inet_if_rcv(struct sk_buff *skb);

#endif
