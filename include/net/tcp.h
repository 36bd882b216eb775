/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP, receive side only: passive followers of flows.
 *
 * A follower socket takes one direction of one flow. It never answers; it puts
 * the segments it sees in sequence order, whoever sent them and however often.
 * Contract: include/net/tcp.h, net/ipv4/tcp*.c.
 */
#ifndef _TCP_H
#define _TCP_H

#include <linux/tcp.h>
#include <linux/skbuff.h>
#include <net/sock.h>
#include <net/inet_connection_sock.h>
#include <net/tcp_states.h>
#include <net/dst.h>

#define TCPHDR_FIN	0x01
#define TCPHDR_SYN	0x02
#define TCPHDR_RST	0x04
#define TCPHDR_PSH	0x08
#define TCPHDR_ACK	0x10
#define TCPHDR_URG	0x20
#define TCPHDR_CWR	0x80

#define TCP_URG_VALID	0x0100	/* urg_data holds the byte */
#define TCP_URG_NOTYET	0x0200	/* the byte has not arrived */
#define TCP_URG_READ	0x0400	/* it was taken out of line */

/* In skb->cb while a segment is with TCP; the skb then starts with the payload. */
struct tcp_skb_cb {
	u32 seq;		/* of the first payload byte */
	u32 end_seq;		/* behind the last one */
	u16 urg_ptr;
	u8 tcp_flags;
};

#define TCP_SKB_CB(skb)	((struct tcp_skb_cb *)&((skb)->cb[0]))

/* Sequence comparison modulo 2^32: right while both lie within 2^31 of each other. */
static inline bool before(u32 seq1, u32 seq2)
{
	return (s32)(seq1 - seq2) < 0;
}
#define after(seq2, seq1)	before(seq1, seq2)

static inline bool between(u32 seq1, u32 seq2, u32 seq3)
{
	return seq3 - seq2 >= seq1 - seq2;
}

/* A segment this far ahead of what is expected belongs to no window TCP can have. */
#define TCP_MAX_AHEAD	(1u << 30)

extern struct proto tcp_prot;

/* Takes @skb, network and transport header set; softirq. Contract: net/ipv4/tcp_ipv4.c. */
int tcp_v4_rcv(struct sk_buff *skb);
int tcp_v6_rcv(struct sk_buff *skb);

/*
 * The segments of @skb, which begins at its TCP header and has CHECKSUM_PARTIAL, for a device
 * with @features. As skb_mac_gso_segment() in net/gso.h. Contract: net/ipv4/tcp_offload.c.
 */
struct sk_buff *tcp_gso_segment(struct sk_buff *skb, netdev_features_t features);

/*
 * Contract: net/ipv4/tcp.c; all may sleep. Two of them have names for the linker that are
 * not their own: lwIP's library, which carries connections, has functions of these names.
 */
int tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags);
__poll_t tcp_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait)
	__asm__("__udm_tcp_poll");
void tcp_close(struct sock *sk, long timeout) __asm__("__udm_tcp_close");
/*
 * The socket is as it was before connect(), listen() or accept(), but for its options, what
 * bind() said, what the application has tokens for, and the error queue. Whoever waits for
 * something of it is woken. @flags mean nothing; 0. Socket lock held, may sleep.
 */
int tcp_disconnect(struct sock *sk, int flags);
int tcp_init_sock(struct sock *sk);
/* What TCP_INFO says; zero is what does not apply. Socket lock held or not. */
void tcp_get_info(struct sock *sk, struct tcp_info *info);
/* Gives back what tokens and queues hold. */
void tcp_v4_destroy_sock(struct sock *sk);

typedef int (*sk_read_actor_t)(read_descriptor_t *desc, struct sk_buff *skb, unsigned int offset,
			       size_t len);
/* Hands in-order data to @recv_actor without copying; socket lock held. Bytes or errno. */
int tcp_read_sock(struct sock *sk, read_descriptor_t *desc, sk_read_actor_t recv_actor);

#endif
