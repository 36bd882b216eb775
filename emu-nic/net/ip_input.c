// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv4, receive side: the header is checked, padding behind the packet cut off,
 * and the transport chosen. Fragments are not put together: they are dropped and
 * counted. Softirq.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/tcp.h>
#include "inet_if.h"
#include "udp.h"

static enum skb_drop_reason ip_check_header(struct sk_buff *skb)
{
	const struct iphdr *iph;
	unsigned int hlen;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	hlen = ip_hdr(skb)->ihl * 4;
	if (hlen < sizeof(*iph) || ip_hdr(skb)->version != 4)
		return SKB_DROP_REASON_IP_INHDR;
	if (!pskb_may_pull(skb, hlen))
		return SKB_DROP_REASON_IP_INHDR;
	iph = ip_hdr(skb);
	if (ip_fast_csum(iph, iph->ihl))
		return SKB_DROP_REASON_IP_CSUM;
	if (ntohs(iph->tot_len) > skb->len)
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	if (ntohs(iph->tot_len) < hlen)
		return SKB_DROP_REASON_IP_INHDR;
	return ip_is_fragment(iph) ? SKB_DROP_REASON_IP_INVALID_FRAGMENT : SKB_NOT_DROPPED_YET;
}

static int ip_local_deliver(struct sk_buff *skb)
{
	u8 protocol = ip_hdr(skb)->protocol;

	if (protocol == IPPROTO_ICMP && inet_if_rcv(skb))
		return NET_RX_SUCCESS;
	skb_pull(skb, ip_hdr(skb)->ihl * 4);
	skb_reset_transport_header(skb);
	if (protocol == IPPROTO_TCP)
		return tcp_v4_rcv(skb);
	if (protocol == IPPROTO_UDP)
		return udp_rcv(skb);
	kfree_skb_reason(skb, SKB_DROP_REASON_IP_NOPROTO);
	return NET_RX_DROP;
}

int ip_rcv(struct sk_buff *skb, struct net_device *dev)
{
	enum skb_drop_reason reason = ip_check_header(skb);

	if (!reason && pskb_trim_rcsum(skb, ntohs(ip_hdr(skb)->tot_len)))
		reason = SKB_DROP_REASON_NOMEM;
	if (!reason)
		return ip_local_deliver(skb);
	kfree_skb_reason(skb, reason);
	return NET_RX_DROP;
}
EXPORT_SYMBOL(ip_rcv);
