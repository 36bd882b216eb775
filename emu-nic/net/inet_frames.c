// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames between devices and the stack.
 *
 * Out: the stack makes headers. A frame with payload gets it from the socket's write
 * queue, as references to where the bytes are; the device makes its TCP checksum. One
 * skb may not hold all of a frame's bytes when they are in many places: then the frame
 * becomes several, which TCP does not mind.
 *
 * In: ARP and ICMP are copied for the stack, which answers them.
 */
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "inet_if.h"
#include "tcp_send.h"

/* --- Out ----------------------------------------------------------------- */

static void frame_xmit(const struct inet_if *ifp, struct sk_buff *skb)
{
	skb->dev = ifp->dev;
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb_set_network_header(skb, ETH_HLEN);
	dev_queue_xmit(skb);
}

static void output_headers(const struct inet_if *ifp, const struct stack_frame *frame)
{
	struct sk_buff *skb = alloc_skb(frame->header_len, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return;
	skb_put_data(skb, frame->headers, frame->header_len);
	frame_xmit(ifp, skb);
}

/* Addresses and ports are the frame's; lengths and sums are those of this skb. */
static void headers_fit(struct sk_buff *skb, unsigned int ip_len, unsigned int tcp_bytes)
{
	struct tcphdr *th = tcp_hdr(skb);

	if (skb->protocol == htons(ETH_P_IP)) {
		struct iphdr *iph = ip_hdr(skb);

		iph->tot_len = htons(ip_len + tcp_bytes);
		iph->check = 0;
		iph->check = ip_fast_csum(iph, iph->ihl);
		th->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr, tcp_bytes, IPPROTO_TCP, 0);
	} else {
		struct ipv6hdr *hdr = ipv6_hdr(skb);

		hdr->payload_len = htons(tcp_bytes);
		th->check = ~csum_ipv6_magic(&hdr->saddr, &hdr->daddr, tcp_bytes, IPPROTO_TCP, 0);
	}
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

/* The frame from its byte @done on, or what one skb takes of that; how much it was. */
static unsigned int output_part(const struct inet_if *ifp, const struct stack_frame *frame,
				unsigned int done)
{
	const unsigned int headroom = ALIGN(frame->header_len, 16);
	unsigned int left = frame->payload_len - done, n, ip_len;
	struct sk_buff *skb = tcp_send_segment(frame->owner, frame->seq + done, left, headroom);

	if (!skb)
		return 0;
	n = skb->len;
	memcpy(skb_push(skb, frame->header_len), frame->headers, frame->header_len);
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb_set_network_header(skb, ETH_HLEN);
	ip_len = skb->protocol == htons(ETH_P_IP) ? ip_hdr(skb)->ihl * 4 : sizeof(struct ipv6hdr);
	skb_set_transport_header(skb, ETH_HLEN + ip_len);
	tcp_hdr(skb)->seq = htonl(frame->seq + done);
	if (n < left)
		tcp_hdr(skb)->fin = tcp_hdr(skb)->psh = 0;
	headers_fit(skb, ip_len, skb->len - ETH_HLEN - ip_len);
	frame_xmit(ifp, skb);
	return n;
}

/*
 * When a frame became several, some may have arrived without the others. The stack, which
 * knows of one, repeats it from its beginning; those bytes are in no queue any more.
 */
static unsigned int arrived(const struct stack_frame *frame)
{
	int n = READ_ONCE(tcp_sk(frame->owner)->snd_una) - frame->seq;

	return n > 0 ? n : 0;
}

/* What cannot be sent for want of memory is lost, and will be sent again. */
void inet_if_output(void *iface, const struct stack_frame *frame)
{
	unsigned int done, n;

	if (!frame->payload_len)
		return output_headers(iface, frame);
	if (frame->again)
		WRITE_ONCE(tcp_sk(frame->owner)->total_retrans,
			   tcp_sk(frame->owner)->total_retrans + 1);
	for (done = arrived(frame); done < frame->payload_len; done += n) {
		n = output_part(iface, frame, done);
		if (!n)
			return;
	}
}

/* --- In ------------------------------------------------------------------ */

static bool addressed_to(const struct sk_buff *skb, struct in6_addr *src, struct in6_addr *dst)
{
	if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, src);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, dst);
		return skb->pkt_type == PACKET_HOST;
	}
	*src = ipv6_hdr(skb)->saddr;
	*dst = ipv6_hdr(skb)->daddr;
	return skb->pkt_type == PACKET_HOST || skb->pkt_type == PACKET_MULTICAST;
}

/* The interface a packet is for; neighbours are asked for by multicast. */
static struct inet_if *packet_interface(const struct sk_buff *skb)
{
	struct in6_addr src, dst;
	struct inet_if *ifp;
	struct stack_addr from;

	if (!addressed_to(skb, &src, &dst))
		return NULL;
	if (skb->protocol == htons(ETH_P_IPV6) && ipv6_addr_is_multicast(&dst))
		ifp = inet_if_of(skb->dev);
	else
		ifp = inet_if_owning(skb->dev, &dst);
	from = stack_addr_of(&src);
	/* Who looks for a double of its address has none yet. */
	return ifp && (ipv6_addr_any(&src) || stack_if_credible(ifp->stack, &from)) ? ifp : NULL;
}

static void packet_in(struct inet_if *ifp, const struct sk_buff *skb, bool arp)
{
	const unsigned int offset = skb_network_offset(skb), len = skb->len - offset;
	void *data;
	struct stack_packet *packet = stack_packet_alloc(len, &data);

	if (!packet)
		return;
	skb_copy_bits(skb, offset, data, len);
	stack_if_packet(ifp->stack, packet, arp);
}

bool inet_if_rcv(struct sk_buff *skb)
{
	const bool arp = skb->protocol == htons(ETH_P_ARP);
	struct inet_if *ifp;

	if (!inet_if_any() || skb_vlan_tag_present(skb) || !skb_frags_readable(skb))
		return false;
	inet_stack_lock();
	ifp = arp ? inet_if_of(skb->dev) : packet_interface(skb);
	if (ifp)
		packet_in(ifp, skb, arp);
	inet_stack_unlock();
	if (ifp)
		consume_skb(skb);
	return ifp;
}
