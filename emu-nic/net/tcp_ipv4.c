// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: from the IP layers to the follower of a flow.
 *
 * A segment is checked here: header complete, checksum right (by the device, or
 * computed if the payload can be read), flags that make sense. Then the skb is
 * cut down to the payload, with sequence numbers beside it, and handed to the
 * follower, or left on its backlog while a task has it. Both families end in
 * the same code; IPv4 addresses are mapped.
 */
#include <linux/export.h>
#include <linux/in6.h>
#include <linux/netdevice.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "tcp_active.h"
#include "tcp_flow.h"

#define TCP_BACKLOG_LIMIT	(64u << 20)

static enum skb_drop_reason tcp_check_flags(const struct tcphdr *th)
{
	if (th->syn && (th->fin || th->rst))
		return SKB_DROP_REASON_TCP_FLAGS;
	if (!th->ack && !th->syn && !th->rst)
		return SKB_DROP_REASON_TCP_FLAGS;
	return SKB_NOT_DROPPED_YET;
}

/* The whole header in the linear part, its length possible, its flags too. */
static enum skb_drop_reason tcp_check_header(struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, sizeof(struct tcphdr)))
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr))
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	if (!pskb_may_pull(skb, tcp_hdrlen(skb)))
		return SKB_DROP_REASON_HDR_TRUNC;
	return tcp_check_flags(tcp_hdr(skb));
}

/* The sum over the segment, or a wrong one if the device did not look and nobody else can. */
static bool tcp_checksum_bad(struct sk_buff *skb, const struct tcp_flow *flow)
{
	__wsum sum;

	if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		return false;
	if (!skb_frags_readable(skb))
		return true;
	sum = skb_checksum(skb, 0, skb->len, 0);
	if (IN6_IS_ADDR_V4MAPPED(&flow->daddr))
		return csum_tcpudp_magic(flow->saddr.s6_addr32[3], flow->daddr.s6_addr32[3],
					 skb->len, IPPROTO_TCP, sum);
	return csum_ipv6_magic(&flow->saddr, &flow->daddr, skb->len, IPPROTO_TCP, sum);
}

/* A SYN takes one sequence number before the payload. */
static void tcp_fill_cb(struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct tcp_skb_cb *cb = TCP_SKB_CB(skb);
	u32 seq = ntohl(th->seq) + th->syn;

	*cb = (struct tcp_skb_cb){
		.seq = seq,
		.end_seq = seq + skb->len - tcp_hdrlen(skb),
		.urg_ptr = th->urg ? ntohs(th->urg_ptr) : 0,
		.tcp_flags = (th->fin ? TCPHDR_FIN : 0) | (th->syn ? TCPHDR_SYN : 0) |
			     (th->rst ? TCPHDR_RST : 0) | (th->psh ? TCPHDR_PSH : 0) |
			     (th->ack ? TCPHDR_ACK : 0) | (th->urg ? TCPHDR_URG : 0),
	};
}

static int tcp_rcv(struct sk_buff *skb, struct tcp_flow *flow)
{
	enum skb_drop_reason reason = tcp_check_header(skb);

	if (!reason && tcp_checksum_bad(skb, flow))
		reason = SKB_DROP_REASON_TCP_CSUM;
	if (reason) {
		kfree_skb_reason(skb, reason);
		return 0;
	}
	flow->source = tcp_hdr(skb)->source;
	flow->dest = tcp_hdr(skb)->dest;
	tcp_fill_cb(skb);
	if (tcp_active_rcv(skb, flow))
		return 0;
	skb_pull(skb, tcp_hdrlen(skb));
	tcp_deliver(dev_net(skb->dev), skb, flow);
	return 0;
}

int tcp_v4_rcv(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct tcp_flow flow = {};

	ipv6_addr_set_v4mapped(iph->saddr, &flow.saddr);
	ipv6_addr_set_v4mapped(iph->daddr, &flow.daddr);
	return tcp_rcv(skb, &flow);
}
EXPORT_SYMBOL(tcp_v4_rcv);

int tcp_v6_rcv(struct sk_buff *skb)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);
	struct tcp_flow flow = { .saddr = hdr->saddr, .daddr = hdr->daddr };

	return tcp_rcv(skb, &flow);
}
EXPORT_SYMBOL(tcp_v6_rcv);

/* --- Delivery ------------------------------------------------------------ */

/* The flow's follower; a new one only for a segment that brings something. */
static struct sock *tcp_find_follower(struct net *net, const struct sk_buff *skb,
				      const struct tcp_flow *flow)
{
	struct sock *sk = tcp_flow_lookup(net, flow);

	if (sk || (!skb->len && !(TCP_SKB_CB(skb)->tcp_flags & TCPHDR_SYN)))
		return sk;
	return tcp_flow_create(net, flow, skb);
}

static void tcp_finish(struct sk_buff *skb, enum tcp_verdict verdict, enum skb_drop_reason reason)
{
	if (verdict == TCP_DONE)
		consume_skb(skb);
	else if (verdict == TCP_DROPPED)
		kfree_skb_reason(skb, reason);
}

/* Gives the segment to @sk. TCP_ANEW is the only answer that leaves it to the caller. */
static enum tcp_verdict tcp_deliver_to(struct sock *sk, struct sk_buff *skb)
{
	enum skb_drop_reason reason = SKB_DROP_REASON_NOT_SPECIFIED;
	enum tcp_verdict verdict;

	bh_lock_sock(sk);
	if (!tcp_sk(sk)->listener) {
		/* Disconnected since it was looked up. */
		verdict = TCP_ANEW;
	} else if (!sock_owned_by_user(sk)) {
		verdict = tcp_rcv_segment(sk, skb, &reason);
	} else if (sk_add_backlog(sk, skb, TCP_BACKLOG_LIMIT)) {
		verdict = TCP_DROPPED;
		reason = SKB_DROP_REASON_SOCKET_RCVBUFF;
	} else {
		verdict = TCP_TAKEN;
	}
	bh_unlock_sock(sk);
	if (verdict != TCP_ANEW)
		tcp_finish(skb, verdict, reason);
	return verdict;
}

void tcp_deliver(struct net *net, struct sk_buff *skb, const struct tcp_flow *flow)
{
	enum tcp_verdict verdict;
	struct sock *sk;

	do {
		sk = tcp_find_follower(net, skb, flow);
		if (!sk) {
			/* What brings nothing is nobody's loss. */
			if (skb->len)
				kfree_skb_reason(skb, SKB_DROP_REASON_NO_SOCKET);
			else
				consume_skb(skb);
			return;
		}
		verdict = tcp_deliver_to(sk, skb);
		sock_put(sk);
	} while (verdict == TCP_ANEW);
}

/* The task that has the socket works off what came meanwhile; socket lock held. */
int tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb)
{
	enum skb_drop_reason reason = SKB_DROP_REASON_NOT_SPECIFIED;
	enum tcp_verdict verdict;
	struct tcp_flow flow;

	if (tcp_sk(sk)->active) {
		tcp_active_queue(sk, skb);
		return 0;
	}
	verdict = tcp_rcv_segment(sk, skb, &reason);
	if (verdict != TCP_ANEW) {
		tcp_finish(skb, verdict, reason);
		return 0;
	}
	tcp_flow_of(sk, &flow);
	local_bh_disable();
	tcp_deliver(sock_net(sk), skb, &flow);
	local_bh_enable();
	return 0;
}
