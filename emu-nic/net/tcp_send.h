/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP, the sending half: between the application and a transport.
 *
 * sk_write_queue holds the bytes [snd_una, write_seq) of a connection as skbs whose
 * data is all in fragments: bytes copied from the application, its own pages, or
 * device memory. sendmsg() appends at the end; a transport, which knows nothing of
 * where bytes come from, takes segments out of the middle as often as it likes and
 * says what was acknowledged, which goes off the front.
 *
 * Publishing. The sender fills bytes in that no fragment of the queue covers yet,
 * without a lock, and then makes them part of the queue and moves write_seq, both
 * under sk_write_queue.lock. The transport looks at the queue under that lock only,
 * so what it finds there is complete; the bytes of a fragment in the queue are never
 * written again. It may read write_seq with READ_ONCE() without the lock: bytes up to
 * the value it sees are found under the lock afterwards. The lock is taken with
 * interrupts off and is inside the socket lock; nothing is freed under it.
 */
#ifndef _EMUNIC_NET_TCP_SEND_H
#define _EMUNIC_NET_TCP_SEND_H

#include <net/tcp.h>

struct page_frag;
struct ubuf_info;

/**
 * struct tcp_transport_ops - who carries the bytes of a socket
 * @push: there are bytes up to write_seq. Task context, socket lock held by the sender.
 */
struct tcp_transport_ops {
	void (*push)(struct sock *sk);
};

/*
 * The connection's first byte will have number @seq. To be called once for each, before
 * sk_state says TCP_ESTABLISHED; without it sendmsg() says -EPIPE. Any context.
 */
void tcp_send_start(struct sock *sk, u32 seq, const struct tcp_transport_ops *ops);

/*
 * An skb for the wire that starts with byte @seq: all of [@seq, @seq + @len) that is
 * queued and fits one skb, which is at least one byte. skb->len says how much; there is
 * less than asked for when more than MAX_SKB_FRAGS fragments or the completion objects
 * of two sendmsg() calls would be needed, and the rest is another segment. Everything is
 * in fragments with references of their own, behind @headroom bytes for headers; the
 * skb is unreadable if one of them is a net_iov, and keeps the sender's completion
 * (skb_zcopy()) from firing until it is freed. NULL without memory or if byte @seq is not
 * in the queue. Any context.
 */
struct sk_buff *tcp_send_segment(struct sock *sk, u32 seq, unsigned int len,
				 unsigned int headroom);

/*
 * All bytes before @una have arrived: they leave the queue, completions fire as their
 * last references go, writers are woken. Old news is ignored, and what is beyond
 * write_seq (a FIN). Any context but hard interrupts.
 */
void tcp_send_acked(struct sock *sk, u32 una);

/* Nothing will be sent any more: empties the queue. Any context but hard interrupts. */
void tcp_send_purge(struct sock *sk);

/*
 * The proto operation: takes the socket lock, may sleep. Bytes queued, or -EPIPE,
 * -EAGAIN, -EFAULT, -EINVAL (control messages, device memory), -ENOBUFS (zerocopy
 * accounting), -ENODEV and -EHOSTUNREACH (device memory of another device, no route),
 * -ERESTARTSYS or -EINTR, what a connection died of. net/ipv4/tcp.c.
 */
int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
/* The same with the lock held already; it is dropped while waiting. */
int tcp_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size);

/* --- tcp_send.c for tcp_sendmsg.c; socket lock held ---------------------- */

/*
 * Publishes @n bytes at pf->offset of pf->page, in the last skb or in *@spare, which is
 * then NULL. False: the last skb cannot take them and there is no spare one.
 */
__internal bool tcp_queue_copied(struct sock *sk, struct page_frag *pf, unsigned int n,
				 struct sk_buff **spare);
/* The completion object of the last skb, with a reference, or NULL. */
__internal struct ubuf_info *tcp_queue_tail_zcopy(struct sock *sk);
/* Publishes all of @skb, whose data is in fragments. */
__internal void tcp_queue_skb(struct sock *sk, struct sk_buff *skb);

#endif
