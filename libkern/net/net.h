/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of libkern/net tell each other, and what the network stack
 * above needs of them beyond the kernel API.
 */
#ifndef _UDM_LIBKERN_NET_H
#define _UDM_LIBKERN_NET_H

#include <linux/net.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

/* skbuff.c: drop this skb's share of head and fragments. */
void skb_release_data(struct sk_buff *skb, enum skb_drop_reason reason);
/* skbuff.c: free the memory of a head nobody else uses, not what it refers to. */
void skb_free_head(struct sk_buff *skb);
__internal void skb_drop_counts_reset(void);

/* net_namespace.c */
__internal int net_ns_init(void);
__internal void net_ns_exit(void);

/* loopback.c */
__internal int loopback_net_init(struct net *net);

/* dev.c: drops RTNL and waits for the references of devices unregistered under it. */
__internal void netdev_run_todo(void);

/* rtnetlink.c: drops RTNL and nothing else. */
__internal void __rtnl_unlock(void);

/* af_netlink.c, genetlink.c, genl_ctrl.c, socket.c */
__internal int netlink_core_init(void);
__internal void netlink_core_exit(void);
__internal int genl_core_init(void);
__internal void genl_core_exit(void);
__internal int genl_ctrl_init(void);
__internal void genl_ctrl_exit(void);
__internal void genl_sock_release(struct sock *sk);
__internal void genl_rcv(struct sk_buff *skb);

#endif
