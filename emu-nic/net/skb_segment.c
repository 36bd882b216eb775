// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: one packet as many.
 *
 * Each segment has a copy of the headers in front of a part of the payload, with the same
 * headroom, so that offsets of headers hold in all of them. Payload in the linear part is
 * copied, fragments are shared. What headers and checksums of a segment say is left to
 * its protocol (tcp_offload.c, gso.c).
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include "skbuff.h"

/* The first @len bytes again, @room of which are to be in the linear part. */
static struct sk_buff *segment_begin(const struct sk_buff *head_skb, unsigned int len,
				     unsigned int room)
{
	const unsigned int headroom = skb_headroom(head_skb);
	struct sk_buff *seg = alloc_skb(headroom + room, GFP_ATOMIC | __GFP_NOWARN);

	if (!seg)
		return NULL;
	skb_reserve(seg, headroom);
	skb_copy_header(seg, head_skb);
	seg->unreadable = 0;
	skb_put_data(seg, head_skb->data, len);
	return seg;
}

/* Behind the headers come bytes [@at, @at + @n): some copied, then fragments. 0 or an errno. */
static int segment_fill(struct sk_buff *seg, struct sk_buff *head_skb, unsigned int at,
			unsigned int copied, unsigned int n)
{
	unsigned int shared = n - copied;

	if (copied && skb_copy_bits(head_skb, at, skb_put(seg, copied), copied))
		return -EFAULT;
	if (!shared)
		return 0;
	skb_zcopy_set(seg, skb_zcopy(head_skb), NULL);
	skb_shinfo(seg)->flags |= skb_shinfo(head_skb)->flags & SKBFL_SHARED_FRAG;
	return skb_share_frags(seg, head_skb, at + copied - skb_headlen(head_skb), shared) ?
		       0 : -EINVAL;
}

/* A packet with @headers leading bytes of @head_skb and @n bytes of its payload at @at. */
static struct sk_buff *segment_new(struct sk_buff *head_skb, unsigned int headers, unsigned int at,
				   unsigned int n, bool sg)
{
	unsigned int linear = skb_headlen(head_skb), copied = n;
	struct sk_buff *seg;
	int err;

	if (sg)
		copied = linear > at ? min(linear - at, n) : 0;
	seg = segment_begin(head_skb, headers, headers + copied);
	if (!seg)
		return ERR_PTR(-ENOMEM);
	err = segment_fill(seg, head_skb, at, copied, n);
	if (!err)
		return seg;
	kfree_skb(seg);
	return ERR_PTR(err);
}

/* Fragments that are the packet's own and all it has. 0 or an errno. */
static int segment_prepare(struct sk_buff *head_skb)
{
	if (!skb_shinfo(head_skb)->gso_size)
		return -EINVAL;
	if (skb_has_frag_list(head_skb) && skb_linearize(head_skb))
		return -ENOMEM;
	return skb_orphan_frags(head_skb, GFP_ATOMIC) ? -ENOMEM : 0;
}

struct sk_buff *skb_segment(struct sk_buff *head_skb, netdev_features_t features)
{
	unsigned int headers = head_skb->data - skb_mac_header(head_skb), at = headers, n;
	struct sk_buff *segs = NULL, **next = &segs, *seg = NULL;
	int err;

	skb_push(head_skb, headers);
	err = segment_prepare(head_skb);
	if (err)
		return ERR_PTR(err);
	do {
		n = min_t(unsigned int, head_skb->len - at, skb_shinfo(head_skb)->gso_size);
		seg = segment_new(head_skb, headers, at, n, features & NETIF_F_SG);
		if (IS_ERR(seg)) {
			kfree_skb_list(segs);
			return seg;
		}
		*next = seg;
		next = &seg->next;
		at += n;
	} while (at < head_skb->len);
	segs->prev = seg;
	return segs;
}
EXPORT_SYMBOL(skb_segment);
