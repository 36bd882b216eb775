// SPDX-License-Identifier: GPL-2.0-only
/*
 * UDP sockets, receive side.
 *
 * A bound socket gets the datagrams to its address and port. Device memory is not
 * for UDP: of an unreadable datagram the linear part can be had, the rest gives
 * -EFAULT, and the flags for it mean nothing. The list of bound sockets is under
 * udp_lock; each socket's queue has its own lock.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/checksum.h>
#include <net/inet_connection_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "udp.h"

struct udp_sock {
	struct inet_sock inet;
	struct list_head node;		/* under udp_lock */
};

/* Where a datagram came from and went to, kept with it; and where its payload is. */
struct udp_skb_cb {
	struct in6_addr saddr;
	__be16 source;
	u16 offset;
};

#define UDP_SKB_CB(skb)	((struct udp_skb_cb *)&((skb)->cb[0]))

static LIST_HEAD(udp_sockets);
static DEFINE_SPINLOCK(udp_lock);

static struct udp_sock *udp_sk(struct sock *sk)
{
	return container_of(sk, struct udp_sock, inet.sk);
}

static bool udp_takes_addr(const struct inet_sock *inet, const struct in6_addr *daddr)
{
	bool four = IN6_IS_ADDR_V4MAPPED(daddr);

	if (inet->sk.sk_family == AF_INET ? !four : four && inet->ipv6only)
		return false;
	return ipv6_addr_any(&inet->inet_rcv_saddr) ||
	       ipv6_addr_equal(&inet->inet_rcv_saddr, daddr);
}

int udp_get_port(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	struct udp_sock *other;

	guard(spinlock_bh)(&udp_lock);
	list_for_each_entry(other, &udp_sockets, node)
		if (other->inet.inet_sport == inet->inet_sport && !sk->sk_reuse &&
		    other->inet.sk.sk_family == sk->sk_family &&
		    ipv6_addr_equal(&other->inet.inet_rcv_saddr, &inet->inet_rcv_saddr))
			return -EADDRINUSE;
	list_add(&udp_sk(sk)->node, &udp_sockets);
	return 0;
}

static struct sock *udp_lookup(const struct net *net, const struct in6_addr *daddr, __be16 dest)
{
	struct udp_sock *up;

	guard(spinlock_bh)(&udp_lock);
	list_for_each_entry(up, &udp_sockets, node) {
		if (net_eq(sock_net(&up->inet.sk), net) && up->inet.inet_sport == dest &&
		    udp_takes_addr(&up->inet, daddr)) {
			sock_hold(&up->inet.sk);
			return &up->inet.sk;
		}
	}
	return NULL;
}

/* --- Receiving ----------------------------------------------------------- */

static enum skb_drop_reason udp_check(struct sk_buff *skb, const struct in6_addr *saddr,
				      const struct in6_addr *daddr)
{
	const struct udphdr *uh;
	__wsum sum;
	u16 len;

	if (!pskb_may_pull(skb, sizeof(*uh)))
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	uh = udp_hdr(skb);
	len = ntohs(uh->len);
	if (len < sizeof(*uh) || len > skb->len)
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	if (pskb_trim_rcsum(skb, len))
		return SKB_DROP_REASON_NOMEM;
	if (skb->ip_summed == CHECKSUM_UNNECESSARY || !udp_hdr(skb)->check)
		return SKB_NOT_DROPPED_YET;
	if (!skb_frags_readable(skb))
		return SKB_DROP_REASON_SKB_CSUM;
	sum = skb_checksum(skb, 0, skb->len, 0);
	if (IN6_IS_ADDR_V4MAPPED(daddr) ?
	    csum_tcpudp_magic(saddr->s6_addr32[3], daddr->s6_addr32[3], len, IPPROTO_UDP, sum) :
	    csum_ipv6_magic(saddr, daddr, len, IPPROTO_UDP, sum))
		return SKB_DROP_REASON_SKB_CSUM;
	return SKB_NOT_DROPPED_YET;
}

static enum skb_drop_reason udp_queue(struct sock *sk, struct sk_buff *skb,
				      const struct in6_addr *saddr)
{
	if (atomic_read(&sk->sk_rmem_alloc) > READ_ONCE(sk->sk_rcvbuf)) {
		sk_drops_add(sk, 1);
		return SKB_DROP_REASON_SOCKET_RCVBUFF;
	}
	*UDP_SKB_CB(skb) = (struct udp_skb_cb){
		.saddr = *saddr,
		.source = udp_hdr(skb)->source,
		.offset = sizeof(struct udphdr),
	};
	skb_set_owner_r(skb, sk);
	skb_queue_tail(&sk->sk_receive_queue, skb);
	sk->sk_data_ready(sk);
	return SKB_NOT_DROPPED_YET;
}

static void udp_addresses(const struct sk_buff *skb, struct in6_addr *saddr,
			  struct in6_addr *daddr)
{
	if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, saddr);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, daddr);
	} else {
		*saddr = ipv6_hdr(skb)->saddr;
		*daddr = ipv6_hdr(skb)->daddr;
	}
}

int udp_rcv(struct sk_buff *skb)
{
	struct in6_addr saddr, daddr;
	enum skb_drop_reason reason;
	struct sock *sk = NULL;

	udp_addresses(skb, &saddr, &daddr);
	reason = udp_check(skb, &saddr, &daddr);
	if (!reason) {
		sk = udp_lookup(dev_net(skb->dev), &daddr, udp_hdr(skb)->dest);
		reason = sk ? udp_queue(sk, skb, &saddr) : SKB_DROP_REASON_NO_SOCKET;
	}
	if (sk)
		sock_put(sk);
	if (reason)
		kfree_skb_reason(skb, reason);
	return 0;
}

/* --- The socket ---------------------------------------------------------- */

static int udp_init_sock(struct sock *sk)
{
	INIT_LIST_HEAD(&udp_sk(sk)->node);
	return 0;
}

static void udp_close(struct sock *sk, long timeout)
{
	spin_lock_bh(&udp_lock);
	list_del_init(&udp_sk(sk)->node);
	spin_unlock_bh(&udp_lock);
	sock_orphan(sk);
	skb_queue_purge(&sk->sk_receive_queue);
	sock_put(sk);
}

static void udp_name(const struct sock *sk, struct msghdr *msg, const struct sk_buff *skb)
{
	const struct udp_skb_cb *cb = UDP_SKB_CB(skb);
	struct sockaddr_in6 v6 = { AF_INET6, cb->source, 0, cb->saddr, 0 };
	struct sockaddr_in v4 = { AF_INET, cb->source, { cb->saddr.s6_addr32[3] }, {} };
	bool inet6 = sk->sk_family == AF_INET6;
	socklen_t len = inet6 ? sizeof(v6) : sizeof(v4);

	if (!msg->msg_name)
		return;
	memcpy(msg->msg_name, inet6 ? (void *)&v6 : (void *)&v4, min(len, msg->msg_namelen));
	msg->msg_namelen = len;
}

static int udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int flags)
{
	struct iov_iter to;
	struct sk_buff *skb;
	int err = 0, whole, copied;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (flags & MSG_ERRQUEUE)
		return inet_recv_error(sk, msg, len);
	skb = skb_recv_datagram(sk, flags, &err);
	if (!skb)
		return err;
	whole = skb->len - UDP_SKB_CB(skb)->offset;
	copied = min_t(size_t, whole, len);
	if (copied < whole)
		msg->msg_flags |= MSG_TRUNC;
	iov_iter_init(&to, ITER_DEST, msg->msg_iov, msg->msg_iovlen, len);
	err = skb_copy_datagram_iter(skb, UDP_SKB_CB(skb)->offset, &to, copied);
	udp_name(sk, msg, skb);
	consume_skb(skb);
	return err ?: flags & MSG_TRUNC ? whole : copied;
}

struct proto udp_prot = {
	.name = "UDP",
	.obj_size = sizeof(struct udp_sock),
	.init = udp_init_sock,
	.close = udp_close,
	.recvmsg = udp_recvmsg,
};
EXPORT_SYMBOL(udp_prot);
