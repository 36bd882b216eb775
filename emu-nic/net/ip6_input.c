// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv6, receive side: the header is checked, padding behind the packet cut off,
 * extension headers stepped over, and the transport chosen. Fragments are not
 * put together: they are dropped and counted. Softirq.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "inet_if.h"
#include "udp.h"

/* What may stand between the IPv6 header and the transport; lengths in their own units. */
struct exthdr {
	u8 nexthdr;
	u8 hdrlen;
	__be16 frag_off;	/* fragment header only */
};

bool ipv6_ext_hdr(u8 nexthdr)
{
	return nexthdr == NEXTHDR_HOP || nexthdr == NEXTHDR_ROUTING ||
	       nexthdr == NEXTHDR_FRAGMENT || nexthdr == NEXTHDR_AUTH ||
	       nexthdr == NEXTHDR_NONE || nexthdr == NEXTHDR_DEST;
}
EXPORT_SYMBOL(ipv6_ext_hdr);

static int exthdr_bytes(u8 type, const struct exthdr *hdr)
{
	if (type == NEXTHDR_FRAGMENT)
		return 8;
	return type == NEXTHDR_AUTH ? (hdr->hdrlen + 2) * 4 : (hdr->hdrlen + 1) * 8;
}

int ipv6_skip_exthdr(const struct sk_buff *skb, int start, u8 *nexthdrp, __be16 *frag_offp)
{
	u8 type = *nexthdrp;
	struct exthdr hdr;

	*frag_offp = 0;
	while (ipv6_ext_hdr(type)) {
		if (type == NEXTHDR_NONE || skb_copy_bits(skb, start, &hdr, sizeof(hdr)))
			return -1;
		if (type == NEXTHDR_FRAGMENT) {
			*frag_offp = hdr.frag_off;
			/* Behind a later fragment's header comes the middle of something. */
			if (ntohs(hdr.frag_off) & ~7)
				break;
		}
		start += exthdr_bytes(type, &hdr);
		type = hdr.nexthdr;
	}
	*nexthdrp = type;
	return start;
}
EXPORT_SYMBOL(ipv6_skip_exthdr);

static enum skb_drop_reason ipv6_check_header(struct sk_buff *skb)
{
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(struct ipv6hdr)))
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	if (ipv6_hdr(skb)->version != 6)
		return SKB_DROP_REASON_IP_INHDR;
	len = sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);
	if (len > skb->len)
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	return pskb_trim_rcsum(skb, len) ? SKB_DROP_REASON_NOMEM : SKB_NOT_DROPPED_YET;
}

/* Bit 0: more fragments follow; bits 3 to 15: where this one begins. */
static bool ipv6_is_fragment(__be16 frag_off)
{
	return ntohs(frag_off) & 0xfff9;
}

/* Makes the transport header the start of @skb; its type is stored. */
static enum skb_drop_reason ipv6_find_transport(struct sk_buff *skb, u8 *nexthdr)
{
	__be16 frag_off;
	int at;

	*nexthdr = ipv6_hdr(skb)->nexthdr;
	at = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), nexthdr, &frag_off);
	if (at < 0)
		return *nexthdr == NEXTHDR_NONE ? SKB_DROP_REASON_IP_NOPROTO
						: SKB_DROP_REASON_IP_INHDR;
	if (ipv6_is_fragment(frag_off))
		return SKB_DROP_REASON_IP_INVALID_FRAGMENT;
	if (!pskb_may_pull(skb, at))
		return SKB_DROP_REASON_HDR_TRUNC;
	skb_pull(skb, at);
	skb_reset_transport_header(skb);
	return SKB_NOT_DROPPED_YET;
}

int ipv6_rcv(struct sk_buff *skb, struct net_device *dev)
{
	enum skb_drop_reason reason = ipv6_check_header(skb);
	u8 nexthdr = 0;

	if (!reason)
		reason = ipv6_find_transport(skb, &nexthdr);
	if (!reason && nexthdr == NEXTHDR_TCP)
		return tcp_v6_rcv(skb);
	if (!reason && nexthdr == NEXTHDR_UDP)
		return udp_rcv(skb);
	if (!reason && nexthdr == NEXTHDR_ICMP && inet_if_rcv(skb))
		return NET_RX_SUCCESS;
	kfree_skb_reason(skb, reason ?: SKB_DROP_REASON_IP_NOPROTO);
	return NET_RX_DROP;
}
EXPORT_SYMBOL(ipv6_rcv);
