/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets that take part in connections, by the stack of emu-nic/lwip.
 *
 * An active socket has a connection of the stack (tcp_sk(sk)->conn) and the connection a
 * reference on the socket. conn and the fields beside it change under the stack's lock;
 * NULL: there is none, or it is over. See inet_if.h for the order of locks.
 */
#ifndef _EMUNIC_NET_TCP_ACTIVE_H
#define _EMUNIC_NET_TCP_ACTIVE_H

#include <net/tcp.h>

struct stack_info;
struct tcp_flow;

__internal int tcp_active_init(void);
__internal void tcp_active_exit(void);

/*
 * A segment at its TCP header, checked and summed, TCP_SKB_CB() filled in: consumed if it
 * is for an address of its device, else false. Softirq.
 */
__internal bool tcp_active_rcv(struct sk_buff *skb, const struct tcp_flow *flow);

/*
 * Begins to connect @sk, whose lock is held; it is TCP_SYN_SENT then. -EADDRINUSE,
 * -EADDRNOTAVAIL, -ENETUNREACH, -ENOMEM.
 */
__internal int tcp_active_connect(struct sock *sk, const struct in6_addr *daddr, __be16 dport);
/* Nothing will be sent behind what is queued. Socket lock held. */
__internal void tcp_active_shutdown(struct sock *sk);
/* The application is gone. True if @sk goes on sending. Socket lock held. */
__internal bool tcp_active_close(struct sock *sk);
/*
 * Resets the connection: on return the stack calls for it no more. False if there was none, or
 * none any more. Socket lock held.
 */
__internal bool tcp_active_abort(struct sock *sk);
/* Nobody will ever accept connections of @sk any more. */
__internal void tcp_active_listen_stop(struct sock *sk);
/* What the application has read makes room. Socket lock held. */
__internal void tcp_cleanup_rbuf(struct sock *sk);
__internal void tcp_active_nodelay(struct sock *sk, bool on);
/* False: there is no connection, or none any more. */
__internal bool tcp_active_info(struct sock *sk, struct stack_info *info);
/* A segment that waited on the backlog; socket lock held. */
__internal void tcp_active_queue(struct sock *sk, struct sk_buff *skb);
/* The owner of @sk lets go; its spinlock is held. */
__internal void tcp_release_cb(struct sock *sk);
/* Calls @fn for skbs that wait in the stack for bytes before them. */
__internal void tcp_active_waiting(struct sock *sk, void (*fn)(void *ctx, struct sk_buff *skb),
				   void *ctx);

#endif
