// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers with fragments: attaching, sharing, copying headers, releasing.
 *
 * Every fragment holds one reference; skb->pp_recycle says of which kind. A skb
 * that gets fragments another one keeps takes references of its own: pool ones
 * if it is marked for recycling, else the memory's. Contents of unreadable
 * fragments are never looked at here; what does look at contents is in
 * datagram.c, what cuts and joins in skb_shape.c.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>
#include "libkern/net/net.h"
#include "libpagepool/netmem_priv.h"
#include "skbuff.h"

bool napi_pp_put_page(netmem_ref netmem)
{
	netmem = netmem_compound_head(netmem);
	if (!netmem_is_pp(netmem))
		return false;
	page_pool_put_full_netmem(netmem_get_pp(netmem), netmem, false);
	return true;
}
EXPORT_SYMBOL(napi_pp_put_page);

/* --- Releasing ----------------------------------------------------------- */

static void skb_release_frags(struct sk_buff *skb, struct skb_shared_info *shinfo)
{
	int i;

	if (shinfo->flags & SKBFL_MANAGED_FRAG_REFS)
		return;
	for (i = 0; i < shinfo->nr_frags; i++)
		__skb_frag_unref(&shinfo->frags[i], skb->pp_recycle);
}

static bool skb_recycle_head(struct sk_buff *skb)
{
	return skb->pp_recycle &&
	       napi_pp_put_page(page_to_netmem(virt_to_head_page(skb->head)));
}

static const struct skb_frag_release frag_release = {
	.frags = skb_release_frags,
	.head = skb_recycle_head,
};

static int __init skb_init(void)
{
	skb_set_frag_release(&frag_release);
	return 0;
}
core_initcall(skb_init);

/* --- Attaching ----------------------------------------------------------- */

static void skb_account_frag(struct sk_buff *skb, int size, unsigned int truesize)
{
	DEBUG_NET_WARN_ON_ONCE(size > truesize);
	skb->len += size;
	skb->data_len += size;
	skb->truesize += truesize;
}

void skb_add_rx_frag_netmem(struct sk_buff *skb, int i, netmem_ref netmem, int off, int size,
			    unsigned int truesize)
{
	skb_fill_netmem_desc(skb, i, netmem, off, size);
	skb_account_frag(skb, size, truesize);
}
EXPORT_SYMBOL(skb_add_rx_frag_netmem);

void skb_coalesce_rx_frag(struct sk_buff *skb, int i, int size, unsigned int truesize)
{
	skb_frag_size_add(&skb_shinfo(skb)->frags[i], size);
	skb_account_frag(skb, size, truesize);
}
EXPORT_SYMBOL(skb_coalesce_rx_frag);

bool skb_can_coalesce_netmem(struct sk_buff *skb, int i, netmem_ref netmem, int off)
{
	const skb_frag_t *last;

	if (skb_has_zcopy(skb) || !i)
		return false;
	last = &skb_shinfo(skb)->frags[i - 1];
	return skb_frag_netmem(last) == netmem && off == skb_frag_off(last) + skb_frag_size(last);
}
EXPORT_SYMBOL(skb_can_coalesce_netmem);

dma_addr_t __skb_frag_dma_map(struct device *dev, const skb_frag_t *frag, size_t offset,
			      size_t size, enum dma_data_direction dir)
{
	offset += skb_frag_off(frag);
	if (skb_frag_is_net_iov(frag))
		return netmem_get_dma_addr(skb_frag_netmem(frag)) + offset;
	return dma_map_page(dev, skb_frag_page(frag), offset, size, dir);
}
EXPORT_SYMBOL(__skb_frag_dma_map);

/* --- Sharing ------------------------------------------------------------- */

void skb_ref_frag_as(const struct sk_buff *owner, skb_frag_t *frag)
{
	netmem_ref head = netmem_compound_head(skb_frag_netmem(frag));

	if (owner->pp_recycle && netmem_is_pp(head))
		page_pool_ref_netmem(head);
	else
		__skb_frag_ref(frag);
}

void skb_copy_header(struct sk_buff *to, const struct sk_buff *from)
{
	to->tstamp = from->tstamp;
	to->dev = from->dev;
	memcpy(to->cb, from->cb, sizeof(to->cb));
	to->queue_mapping = from->queue_mapping;
	to->mac_len = from->mac_len;
	to->hdr_len = from->hdr_len;
	memcpy(&to->headers, &from->headers, sizeof(to->headers));
}

/* The header offsets count from the head; a copy may have another headroom. */
static void skb_shift_headers(struct sk_buff *skb, int by)
{
	if (skb->transport_header != U16_MAX)
		skb->transport_header += by;
	skb->network_header += by;
	if (skb->mac_header != U16_MAX)
		skb->mac_header += by;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		skb->csum_start += by;
}

struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp_mask)
{
	struct sk_buff *twin = kmalloc(sizeof(*twin), gfp_mask);

	if (!twin)
		return NULL;
	*twin = *skb;
	twin->next = twin->prev = NULL;
	twin->sk = NULL;
	twin->destructor = NULL;
	twin->peeked = 0;
	refcount_set(&twin->users, 1);
	atomic_inc(&skb_shinfo(skb)->dataref);
	skb->cloned = twin->cloned = 1;
	return twin;
}
EXPORT_SYMBOL(skb_clone);

/* All in the linear part, with this much room around it. */
static struct sk_buff *skb_copy_whole(const struct sk_buff *skb, int headroom, int tailroom,
				      gfp_t gfp_mask)
{
	struct sk_buff *copy;

	if (!skb_frags_readable(skb))
		return NULL;
	copy = alloc_skb(headroom + skb->len + tailroom, gfp_mask);
	if (!copy)
		return NULL;
	skb_reserve(copy, headroom);
	skb_put(copy, skb->len);
	BUG_ON(skb_copy_bits(skb, 0, copy->data, skb->len));
	skb_copy_header(copy, skb);
	skb_shift_headers(copy, headroom - (int)skb_headroom(skb));
	return copy;
}

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask)
{
	return skb_copy_whole(skb, skb_headroom(skb), skb->end - skb->tail, gfp_mask);
}
EXPORT_SYMBOL(skb_copy);

struct sk_buff *skb_copy_expand(const struct sk_buff *skb, int newheadroom, int newtailroom,
				gfp_t gfp_mask)
{
	return skb_copy_whole(skb, newheadroom, newtailroom, gfp_mask);
}
EXPORT_SYMBOL(skb_copy_expand);

/* One more reference on each member of the frag_list, which two heads now have. */
static void skb_share_frag_list(struct sk_buff *skb)
{
	struct sk_buff *member;

	skb_walk_frags(skb, member)
		skb_get(member);
}

/* A head with @size bytes before its shared info, and the old shared info in it. */
static u8 *skb_new_head(const struct sk_buff *skb, unsigned int size, gfp_t gfp)
{
	u8 *head = kmalloc(size + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), gfp);

	if (head)
		memcpy(head + size, skb_shinfo(skb),
		       offsetof(struct skb_shared_info, frags[skb_shinfo(skb)->nr_frags]));
	return head;
}

/* Gives up the head @skb has now but keeps its fragments. */
static void skb_leave_head(struct sk_buff *skb)
{
	int i;

	if (!skb_cloned(skb)) {
		skb_free_head(skb);
		return;
	}
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		__skb_frag_ref(&skb_shinfo(skb)->frags[i]);
	skb_share_frag_list(skb);
	if (skb_zcopy(skb))
		net_zcopy_get(skb_zcopy(skb));
	skb_release_data(skb, SKB_CONSUMED);
}

int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp_mask)
{
	unsigned int size = SKB_DATA_ALIGN(skb_end_offset(skb) + nhead + ntail);
	u8 *head;

	BUG_ON(nhead < 0 || skb_shared(skb));
	head = skb_new_head(skb, size, gfp_mask);
	if (!head)
		return -ENOMEM;
	memcpy(head + nhead, skb->head, skb->tail);
	skb_leave_head(skb);
	skb->truesize += size - skb_end_offset(skb);
	skb->data = head + nhead + (skb->data - skb->head);
	skb->head = head;
	skb->head_frag = 0;
	skb->end = size;
	skb->tail += nhead;
	skb_shift_headers(skb, nhead);
	skb->cloned = 0;
	atomic_set(&skb_shinfo(skb)->dataref, 1);
	return 0;
}
EXPORT_SYMBOL(pskb_expand_head);

/* The copy's fragments are held by their own references: it is not marked for recycling. */
struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp_mask)
{
	struct skb_shared_info *from = skb_shinfo(skb);
	struct sk_buff *copy = alloc_skb(skb_end_offset(skb), gfp_mask);
	int i;

	if (!copy)
		return NULL;
	skb_reserve(copy, skb_headroom(skb));
	skb_put_data(copy, skb->data, skb_headlen(skb));
	skb_copy_header(copy, skb);
	copy->len = skb->len;
	copy->data_len = skb->data_len;
	copy->truesize += skb->truesize - SKB_TRUESIZE(skb_end_offset(skb));
	for (i = 0; i < from->nr_frags; i++) {
		skb_shinfo(copy)->frags[i] = from->frags[i];
		__skb_frag_ref(&from->frags[i]);
	}
	skb_shinfo(copy)->nr_frags = from->nr_frags;
	skb_shinfo(copy)->frag_list = from->frag_list;
	skb_share_frag_list(copy);
	skb_zcopy_set(copy, skb_zcopy(skb), NULL);
	return copy;
}
EXPORT_SYMBOL(pskb_copy);

/* --- Looking ------------------------------------------------------------- */

static void skb_dump_frags(const char *level, const struct sk_buff *skb, bool full)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	int i;

	for (i = 0; i < shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];

		if (skb_frag_is_net_iov(frag))
			printk("%sskb frag %d: not readable\n", level, i);
		else if (full)
			print_hex_dump(level, "skb frag:     ", DUMP_PREFIX_OFFSET, 16, 1,
				       skb_frag_address(frag), skb_frag_size(frag), false);
	}
}

void skb_dump(const char *level, const struct sk_buff *skb, bool full_pkt)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct sk_buff *member;

	printk("%sskb len=%u data_len=%u headroom=%u headlen=%u tailroom=%u\n", level, skb->len,
	       skb->data_len, skb_headroom(skb), skb_headlen(skb), skb->end - skb->tail);
	printk("%sshinfo(nr_frags=%d dataref=%d) csum=%#x ip_summed=%d unreadable=%d hash=%#x\n",
	       level, shinfo->nr_frags, atomic_read(&shinfo->dataref), (__force u32)skb->csum,
	       skb->ip_summed, skb->unreadable, skb->hash);
	if (skb->dev)
		printk("%sdev name=%s\n", level, skb->dev->name);
	if (full_pkt)
		print_hex_dump(level, "skb linear:   ", DUMP_PREFIX_OFFSET, 16, 1, skb->data,
			       skb_headlen(skb), false);
	skb_dump_frags(level, skb, full_pkt);
	skb_walk_frags(skb, member)
		skb_dump(level, member, full_pkt);
}
EXPORT_SYMBOL(skb_dump);
