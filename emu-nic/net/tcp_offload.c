// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: segments of a packet.
 *
 * Their numbers go on, the flags that end something are the last one's, and those that
 * answer congestion the first one's. The checksum field of a packet holds the sum of its
 * pseudo header, in which a segment differs by its length; the rest of the sum is the
 * device's, or software's where it cannot.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/tcp.h>

/* The sum of a pseudo header for @from bytes, as it is for @to. */
static __sum16 pseudo_sum_resized(__sum16 sum, unsigned int from, unsigned int to)
{
	__wsum diff = csum_sub((__force __wsum)htonl(to), (__force __wsum)htonl(from));

	return (__force __sum16)(u16)~(__force u16)csum_fold(csum_add(csum_unfold(sum), diff));
}

/* What was @from bytes of TCP, and is a segment. 0 or an errno. */
static int segment_sum(struct sk_buff *seg, unsigned int from, netdev_features_t features)
{
	struct tcphdr *th = tcp_hdr(seg);

	th->check = pseudo_sum_resized(th->check, from, seg->len - skb_transport_offset(seg));
	if (can_checksum_protocol(features, seg->protocol))
		return 0;
	return skb_checksum_help(seg);
}

/* Numbers, flags and sums of a list of segments, from a packet of @len bytes of TCP. */
static int segments_finish(struct sk_buff *segs, unsigned int len, u32 mss, bool keep_cwr,
			   netdev_features_t features)
{
	u32 seq = ntohl(tcp_hdr(segs)->seq);
	struct sk_buff *seg;
	int err;

	for (seg = segs; seg; seg = seg->next, seq += mss) {
		struct tcphdr *th = tcp_hdr(seg);

		th->seq = htonl(seq);
		if (seg->next)
			th->fin = th->psh = 0;
		/* libc's header knows the flag by its place only. */
		if (seg != segs && !keep_cwr)
			th->th_flags &= ~TCPHDR_CWR;
		err = segment_sum(seg, len, features);
		if (err)
			return err;
	}
	return 0;
}

/* Makes the TCP header linear, and what is behind it the start of @skb. 0 or -EINVAL. */
static int tcp_gso_pull(struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, sizeof(struct tcphdr)))
		return -EINVAL;
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || !pskb_may_pull(skb, tcp_hdrlen(skb)))
		return -EINVAL;
	skb_pull(skb, tcp_hdrlen(skb));
	return 0;
}

struct sk_buff *tcp_gso_segment(struct sk_buff *skb, netdev_features_t features)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	const bool keep_cwr = shinfo->gso_type & SKB_GSO_TCP_ACCECN;
	const unsigned int len = skb->len, mss = shinfo->gso_size;
	struct sk_buff *segs;
	int err;

	err = tcp_gso_pull(skb);
	if (err || skb->len <= mss)
		return ERR_PTR(-EINVAL);
	if (skb_gso_ok(skb, features | NETIF_F_GSO_ROBUST)) {
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len, mss);
		return NULL;
	}
	segs = skb_segment(skb, features);
	if (IS_ERR(segs))
		return segs;
	err = segments_finish(segs, len, mss, keep_cwr, features);
	if (!err)
		return segs;
	kfree_skb_list(segs);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(tcp_gso_segment);
