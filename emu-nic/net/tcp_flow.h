/* SPDX-License-Identifier: GPL-2.0-only */
/* What the TCP files share: flows, followers, segments. */
#ifndef _EMUNIC_NET_TCP_FLOW_H
#define _EMUNIC_NET_TCP_FLOW_H

#include <linux/in6.h>
#include <net/tcp.h>

/* One direction of a flow: saddr:source sends to daddr:dest. */
struct tcp_flow {
	struct in6_addr saddr, daddr;
	__be16 source, dest;
};

/* What became of a segment. */
enum tcp_verdict {
	TCP_TAKEN,	/* queued */
	TCP_DONE,	/* nothing (more) in it */
	TCP_DROPPED,	/* for a reason */
	TCP_ANEW,	/* it begins another connection: look the flow up again */
};

/* tcp_flow.c: the table of followers, listeners. Softirq or BH on. */
__internal struct sock *tcp_flow_lookup(const struct net *net, const struct tcp_flow *flow);
/* A follower for @flow if somebody listens for it, else NULL; with a reference. */
__internal struct sock *tcp_flow_create(struct net *net, const struct tcp_flow *flow,
					const struct sk_buff *skb);
__internal void tcp_flow_of(const struct sock *sk, struct tcp_flow *flow);
/* Out of the table; the reference of the table is dropped. */
__internal void tcp_flow_remove(struct sock *sk);
/* The follower has payload: hand it to accept(). */
__internal void tcp_flow_announce(struct sock *sk);
/* The application closed @sk: keep its place in the table, or free it. */
__internal void tcp_flow_closed(struct sock *sk);
/*
 * @sk, which was accepted, follows its flow no more and nobody finds it by its addresses; a
 * closed follower takes its place. Socket lock held, may sleep.
 */
__internal void tcp_flow_leave(struct sock *sk);
/* Nobody will ever take or miss @sk: out of the table and of its listener's lists. */
__internal void tcp_flow_forget(struct sock *sk);
__internal int tcp_listen_start(struct sock *sk, int backlog);
__internal void tcp_listen_stop(struct sock *sk);
/* A socket for one direction of @flow, like @listener; with one reference, or NULL. */
__internal struct sock *tcp_child_alloc(struct net *net, struct sock *listener,
					const struct tcp_flow *flow);
/* Who listens on the flow's destination port; with a reference, or NULL. */
__internal struct sock *tcp_listener_find(const struct net *net, const struct tcp_flow *flow,
					  int ifindex);
/* Hands a connection with a reference to accept(); false if nobody will take it. */
__internal bool tcp_accept_enqueue(struct sock *listener, struct sock *sk);
/* A reference on the next follower ready for accept(), or NULL. */
__internal struct sock *tcp_accept_next(struct sock *listener);
__internal bool tcp_accept_ready(const struct sock *listener);
__internal void tcp_flow_exit(void);

/* tcp_input.c: one segment for @sk, socket lock held. */
__internal enum tcp_verdict tcp_rcv_segment(struct sock *sk, struct sk_buff *skb,
					    enum skb_drop_reason *reason);
/* @skb continues the stream; it may be joined to the one before. Socket lock held. */
__internal void tcp_queue_rcv(struct sock *sk, struct sk_buff *skb);
/* tcp_ipv4.c: find or make the follower and hand it the segment; consumes @skb. */
__internal void tcp_deliver(struct net *net, struct sk_buff *skb, const struct tcp_flow *flow);
__internal int tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb);

/* tcp_holder.c */
__internal void tcp_receiver_add(struct sock *sk);
/* Its queues and tokens are gone. */
__internal void tcp_receiver_remove(struct sock *sk);
__internal void tcp_receivers_init(void);
__internal void tcp_receivers_exit(void);

/* tcp_devmem.c */
__internal int tcp_recvmsg_dmabuf(struct sock *sk, const struct sk_buff *skb, unsigned int offset,
				  struct msghdr *msg, struct iov_iter *to, int remaining_len);
__internal void tcp_put_user_frags(struct sock *sk);

#endif
