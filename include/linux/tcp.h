/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TCP header and the per-socket receive state.
 *
 * libc and the system's UAPI both define struct tcphdr and cannot be combined;
 * libc's, which has the kernel's member names too, is used. struct tcp_sock
 * holds what a passive receiver keeps per direction of a flow: it never sends.
 */
#ifndef _KERN_LINUX_TCP_H
#define _KERN_LINUX_TCP_H

#include <netinet/tcp.h>
#include <linux/types.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/sock.h>
#include <net/inet_connection_sock.h>

static inline struct tcphdr *tcp_hdr(const struct sk_buff *skb)
{
	return (struct tcphdr *)skb_transport_header(skb);
}

static inline unsigned int __tcp_hdrlen(const struct tcphdr *th)
{
	return th->doff * 4;
}

static inline unsigned int tcp_hdrlen(const struct sk_buff *skb)
{
	return __tcp_hdrlen(tcp_hdr(skb));
}

struct stack_conn;
struct tcp_transport_ops;

/*
 * One direction of a flow, or a connection. All fields from @rcv_nxt on are protected by
 * the socket lock unless they say otherwise, those before by the listener's accept lock.
 * Sequence numbers are 32 bits and compared by signed difference (before/after).
 */
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	struct hlist_node flow_node;	/* table of flows, RCU */
	struct list_head child_node;	/* one of the listener's lists */
	struct list_head receiver_node;	/* all that may have net_iovs */
	struct sock *listener;		/* of a follower, with a reference; socket lock */
	bool hashed;			/* under the table's lock */

	u32 rcv_nxt;			/* next sequence number expected in order */
	u32 copied_seq;			/* next sequence number the application reads */
	u32 start_seq;			/* first sequence number of the stream */
	u32 fin_seq;			/* where the stream ends, if fin_seen */
	u32 rst_seq;			/* where it breaks off, if rst_seen */
	u32 urg_seq;			/* sequence number of the urgent byte */
	u16 urg_data;			/* TCP_URG_* and the byte; 0: none */
	bool started;			/* rcv_nxt means something */
	bool syn_seen;
	bool fin_seen;
	bool rst_seen;
	bool announced;			/* has had payload: ready for accept() */
	bool closed;			/* the application is gone; active: and stack lock */
	bool superseded;		/* the addresses belong to a newer connection */
	bool urg_inline;
	bool recvmsg_inq;
	struct sk_buff_head out_of_order_queue;	/* by seq; nothing inside a neighbour */

	/*
	 * Taking part in a connection: set when it begins, until the socket is disconnected;
	 * the others under the stack's lock.
	 */
	bool active;
	bool nodelay;
	bool fin_wanted;		/* the stream we send ends with write_seq */
	bool fin_sent;			/* the stack knows */
	struct stack_conn *conn;	/* with a reference on this; NULL: over */
	u32 read_seq;			/* the stack knows that so much was read */
	int conn_err;			/* why it is over */
	unsigned int events;		/* what happened while a task owns this; slock */

	/* Sending: the numbers and the hint are under the write queue's lock. */
	const struct tcp_transport_ops *transport;	/* NULL: not connected */
	struct dst_entry route;		/* sk_dst_cache while there is a connection */
	u32 write_seq;			/* behind the last byte queued */
	u32 snd_una;			/* the first byte that is not acknowledged */
	struct sk_buff *send_hint;	/* in the write queue, or NULL */
	u32 total_retrans;		/* segments sent again, some of them often; stack lock */
};

static inline struct tcp_sock *tcp_sk(const struct sock *sk)
{
	return (struct tcp_sock *)sk;
}

#endif
