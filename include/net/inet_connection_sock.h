/* SPDX-License-Identifier: GPL-2.0-only */
/* A connection-oriented socket: its address family's operations. */
#ifndef _INET_CONNECTION_SOCK_H
#define _INET_CONNECTION_SOCK_H

#include <net/sock.h>

struct inet_connection_sock_af_ops {
	/* Finds the route again; 0 or a negative errno. */
	int (*rebuild_header)(struct sock *sk);
};

/*
 * The ends of the flow direction a socket receives: daddr:dport sends to
 * rcv_saddr:sport. IPv4 addresses are kept as v4-mapped IPv6 ones.
 */
struct inet_sock {
	struct sock sk;
	struct in6_addr inet_daddr;
	struct in6_addr inet_rcv_saddr;
	__be16 inet_dport;
	__be16 inet_sport;
	bool ipv6only;
};

/*
 * A listener's lists hold its followers: waiting for data, ready for accept(),
 * and closed by the application but still absorbing segments of their flow.
 */
struct inet_connection_sock {
	struct inet_sock icsk_inet;
	const struct inet_connection_sock_af_ops *icsk_af_ops;
	spinlock_t icsk_accept_lock;		/* BH-safe; protects the lists */
	struct list_head icsk_pending;
	struct list_head icsk_accept_queue;
	struct list_head icsk_closed;
	u32 icsk_idle_len;			/* of icsk_pending and icsk_closed */
	u32 icsk_accept_len;			/* connections in icsk_accept_queue */
	u32 icsk_backlog;			/* how many may wait there */
};

/* ip_recv_error() or ipv6_recv_error(), as the socket's family is. net/ipv4/af_inet.c. */
int inet_recv_error(struct sock *sk, struct msghdr *msg, int len);

static inline struct inet_sock *inet_sk(const struct sock *sk)
{
	return (struct inet_sock *)sk;
}

static inline struct inet_connection_sock *inet_csk(const struct sock *sk)
{
	return (struct inet_connection_sock *)sk;
}

#endif
