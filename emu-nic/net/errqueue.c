// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error queue of a socket, and how applications read it.
 *
 * Entries are skbs that carry a struct sock_extended_err in their control block. They
 * may be queued in any context; reading needs no socket lock and never waits. While
 * the queue is not empty the socket polls EPOLLERR. Contract: net/core/skbuff.c,
 * net/ipv4/ip_sockglue.c, net/ipv6/datagram.c.
 */
#include <linux/errno.h>
#include <linux/errqueue.h>
#include <linux/export.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/inet_connection_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

int sock_queue_err_skb(struct sock *sk, struct sk_buff *skb)
{
	unsigned int used = atomic_read(&sk->sk_rmem_alloc);

	if (used + skb->truesize >= (unsigned int)READ_ONCE(sk->sk_rcvbuf))
		return -ENOMEM;
	skb_set_owner_r(skb, sk);
	skb_queue_tail(&sk->sk_error_queue, skb);
	if (!sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
	return 0;
}
EXPORT_SYMBOL(sock_queue_err_skb);

static bool is_icmp_err_skb(const struct sk_buff *skb)
{
	u8 origin = SKB_EXT_ERR(skb)->ee.ee_origin;

	return origin == SO_EE_ORIGIN_ICMP || origin == SO_EE_ORIGIN_ICMP6;
}

/* What the socket's own error is after @first was taken and @next comes first. */
static void sock_next_icmp_error(struct sock *sk, const struct sk_buff *first,
				 const struct sk_buff *next)
{
	if (next && is_icmp_err_skb(next))
		WRITE_ONCE(sk->sk_err, SKB_EXT_ERR(next)->ee.ee_errno);
	else if (is_icmp_err_skb(first))
		WRITE_ONCE(sk->sk_err, 0);
}

struct sk_buff *sock_dequeue_err_skb(struct sock *sk)
{
	struct sk_buff_head *q = &sk->sk_error_queue;
	struct sk_buff *skb = NULL;
	bool more = false;

	if (skb_queue_empty_lockless(q))
		return NULL;
	scoped_guard(spinlock_irqsave, &q->lock) {
		skb = __skb_dequeue(q);
		if (skb) {
			struct sk_buff *next = skb_peek(q);

			more = next != NULL;
			sock_next_icmp_error(sk, skb, next);
		}
	}
	if (more)
		sk_error_report(sk);
	return skb;
}
EXPORT_SYMBOL(sock_dequeue_err_skb);

/* --- Reading ------------------------------------------------------------- */

/* The entry's payload goes to the iovec. Bytes, or -EFAULT. */
static int err_payload(struct msghdr *msg, const struct sk_buff *skb, int len)
{
	int n = min_t(int, skb->len, len);
	struct iov_iter to;

	iov_iter_init(&to, ITER_DEST, msg->msg_iov, msg->msg_iovlen, len);
	if (skb_copy_datagram_iter(skb, 0, &to, n))
		return -EFAULT;
	if (n < (int)skb->len)
		msg->msg_flags |= MSG_TRUNC;
	return n;
}

/* @offender_len zeroes follow the entry: no address is known here. */
static int recv_error(struct sock *sk, struct msghdr *msg, int len, int level, int type,
		      size_t offender_len)
{
	struct {
		struct sock_extended_err ee;
		struct sockaddr_in6 offender;
	} report = {};
	struct sk_buff *skb = sock_dequeue_err_skb(sk);
	int ret;

	if (!skb)
		return -EAGAIN;
	report.ee = SKB_EXT_ERR(skb)->ee;
	msg->msg_namelen = 0;
	ret = err_payload(msg, skb, len);
	if (ret >= 0)
		put_cmsg(msg, level, type, sizeof(report.ee) + offender_len, &report);
	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return ret;
}

int ip_recv_error(struct sock *sk, struct msghdr *msg, int len)
{
	return recv_error(sk, msg, len, SOL_IP, IP_RECVERR, sizeof(struct sockaddr_in));
}
EXPORT_SYMBOL(ip_recv_error);

int ipv6_recv_error(struct sock *sk, struct msghdr *msg, int len)
{
	return recv_error(sk, msg, len, SOL_IPV6, IPV6_RECVERR, sizeof(struct sockaddr_in6));
}
EXPORT_SYMBOL(ipv6_recv_error);

int inet_recv_error(struct sock *sk, struct msghdr *msg, int len)
{
	return sk->sk_family == AF_INET6 ? ipv6_recv_error(sk, msg, len)
					 : ip_recv_error(sk, msg, len);
}
EXPORT_SYMBOL(inet_recv_error);
