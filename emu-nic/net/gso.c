// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cutting packets into segments: which protocol does it, and what IP has to say in each.
 *
 * Headers are looked at one by one, each made linear and taken off; offsets from the head
 * keep where they were. skb_segment() puts all of them back, and so does an early end. A
 * packet whose sender left no sum to the device is made one that did, which is a matter
 * of its headers. Contract: net/core/gso.c, net/ipv4/af_inet.c, net/ipv6/ip6_offload.c.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

/* --- TCP with its pseudo header ------------------------------------------ */

/* The checksum becomes the device's business; @sum is that of the pseudo header. */
static int leave_checksum(struct sk_buff *skb, __sum16 sum)
{
	if (skb_ensure_writable(skb, sizeof(struct tcphdr)))
		return -ENOMEM;
	tcp_hdr(skb)->check = sum;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	return 0;
}

/* Not inverted, as it stands in the header of a packet whose sum is left to the device. */
static __sum16 tcp_pseudo_sum(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	const struct iphdr *ip4 = ip_hdr(skb);
	__sum16 sum;

	if (skb->protocol == htons(ETH_P_IP))
		sum = csum_tcpudp_magic(ip4->saddr, ip4->daddr, skb->len, IPPROTO_TCP, 0);
	else
		sum = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, skb->len, IPPROTO_TCP, 0);
	return (__force __sum16)(u16)~(__force u16)sum;
}

/* @gso_type: what the IP header in front of TCP's says it must be. */
static struct sk_buff *ip_tcp_gso_segment(struct sk_buff *skb, netdev_features_t features,
					  unsigned int gso_type)
{
	int err = 0;

	if (!(skb_shinfo(skb)->gso_type & gso_type) || !pskb_may_pull(skb, sizeof(struct tcphdr)))
		return ERR_PTR(-EINVAL);
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		err = leave_checksum(skb, tcp_pseudo_sum(skb));
	return err ? ERR_PTR(err) : tcp_gso_segment(skb, features);
}

/* --- IPv4 ---------------------------------------------------------------- */

/* Takes the IPv4 header off. 0 or -EINVAL. */
static int inet_gso_pull(struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, sizeof(struct iphdr)))
		return -EINVAL;
	if (ip_hdr(skb)->ihl < 5 || !pskb_may_pull(skb, ip_hdr(skb)->ihl * 4))
		return -EINVAL;
	skb_pull(skb, ip_hdr(skb)->ihl * 4);
	skb_reset_transport_header(skb);
	return 0;
}

static struct sk_buff *inet_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	const bool fixed_id = skb_shinfo(skb)->gso_type & SKB_GSO_TCP_FIXEDID;
	struct sk_buff *segs, *seg;
	u16 id;

	if (inet_gso_pull(skb))
		return ERR_PTR(-EINVAL);
	id = ntohs(ip_hdr(skb)->id);
	if (ip_hdr(skb)->protocol != IPPROTO_TCP)
		return ERR_PTR(-EPROTONOSUPPORT);
	segs = ip_tcp_gso_segment(skb, features, SKB_GSO_TCPV4);
	if (IS_ERR(segs))
		return segs;
	for (seg = segs; seg; seg = seg->next) {
		struct iphdr *iph = ip_hdr(seg);

		iph->id = htons(id);
		id += !fixed_id;
		iph->tot_len = htons(seg->len - skb_network_offset(seg));
		iph->check = 0;
		iph->check = ip_fast_csum(iph, iph->ihl);
	}
	return segs;
}

/* --- IPv6 ---------------------------------------------------------------- */

/* Takes the IPv6 header and those behind it off, up to that of TCP. 0 or an errno. */
static int ipv6_gso_pull(struct sk_buff *skb)
{
	__be16 frag_off;
	u8 nexthdr;
	int at;

	if (!pskb_may_pull(skb, sizeof(struct ipv6hdr)))
		return -EINVAL;
	nexthdr = ipv6_hdr(skb)->nexthdr;
	at = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &nexthdr, &frag_off);
	if (at < 0 || frag_off || !pskb_may_pull(skb, at))
		return -EINVAL;
	if (nexthdr != NEXTHDR_TCP)
		return -EPROTONOSUPPORT;
	skb_pull(skb, at);
	skb_reset_transport_header(skb);
	return 0;
}

static struct sk_buff *ipv6_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	struct sk_buff *segs, *seg;
	int err = ipv6_gso_pull(skb);

	if (err)
		return ERR_PTR(err);
	segs = ip_tcp_gso_segment(skb, features, SKB_GSO_TCPV6);
	if (IS_ERR(segs))
		return segs;
	for (seg = segs; seg; seg = seg->next)
		ipv6_hdr(seg)->payload_len = htons(seg->len - skb_network_offset(seg) -
						   sizeof(struct ipv6hdr));
	return segs;
}

/* --- Any protocol -------------------------------------------------------- */

static struct sk_buff *protocol_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	switch (ntohs(skb->protocol)) {
	case ETH_P_IP:
		return inet_gso_segment(skb, features);
	case ETH_P_IPV6:
		return ipv6_gso_segment(skb, features);
	case 0:
		return ERR_PTR(-EINVAL);
	default:
		return ERR_PTR(-EPROTONOSUPPORT);
	}
}

struct sk_buff *skb_mac_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	struct sk_buff *segs;

	if (!pskb_may_pull(skb, skb->mac_len))
		return ERR_PTR(-EINVAL);
	skb_pull(skb, skb->mac_len);
	skb_reset_network_header(skb);
	segs = protocol_gso_segment(skb, features);
	skb_push(skb, skb->data - skb_mac_header(skb));
	return segs;
}
EXPORT_SYMBOL(skb_mac_gso_segment);

struct sk_buff *__skb_gso_segment(struct sk_buff *skb, netdev_features_t features,
				  bool tx_path __always_unused)
{
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	return skb_mac_gso_segment(skb, features);
}
EXPORT_SYMBOL(__skb_gso_segment);
