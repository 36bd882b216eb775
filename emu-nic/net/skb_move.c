// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: bytes of one for another, by reference.
 *
 * A fragment that two skbs have is held once by each, by the kind of reference that the
 * skb at hand gives back (skbuff.h), and makes both unreadable if it is a net_iov. Only
 * bytes of linear parts are ever copied.
 */
#include <linux/cache.h>
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/string.h>
#include "skbuff.h"

/* --- Sharing ------------------------------------------------------------- */

/* Appends a fragment for bytes [@at, @at + @n) of @frag; false if there is no slot left. */
static bool skb_append_ref(struct sk_buff *to, skb_frag_t *frag, unsigned int at, unsigned int n)
{
	int i = skb_shinfo(to)->nr_frags;

	if (i == MAX_SKB_FRAGS)
		return false;
	skb_ref_frag_as(to, frag);
	skb_add_rx_frag_netmem(to, i, skb_frag_netmem(frag), skb_frag_off(frag) + at, n, n);
	return true;
}

bool skb_share_frags(struct sk_buff *to, const struct sk_buff *from, unsigned int at,
		     unsigned int len)
{
	struct skb_shared_info *shinfo = skb_shinfo(from);

	for (int i = 0; i < shinfo->nr_frags && len; i++) {
		unsigned int size = skb_frag_size(&shinfo->frags[i]), n;

		if (at >= size) {
			at -= size;
			continue;
		}
		n = min(size - at, len);
		if (!skb_append_ref(to, &shinfo->frags[i], at, n))
			return false;
		len -= n;
		at = 0;
	}
	return !len;
}

/* --- skb_zerocopy -------------------------------------------------------- */

unsigned int skb_zerocopy_headlen(const struct sk_buff *from)
{
	unsigned int linear = skb_headlen(from);

	if (skb_has_frag_list(from))
		return from->len;
	/* The head may become a fragment, if it is one by itself and worth it. */
	if (from->head_frag && linear >= L1_CACHE_BYTES &&
	    skb_shinfo(from)->nr_frags < MAX_SKB_FRAGS)
		return 0;
	return linear ?: from->len;
}
EXPORT_SYMBOL(skb_zerocopy_headlen);

/* Copies @n leading bytes behind the linear part, which grows only if all are there. */
static int skb_copy_to_tail(struct sk_buff *to, const struct sk_buff *from, int n)
{
	int err;

	BUG_ON(n > skb_tailroom(to));
	err = skb_copy_bits(from, 0, skb_tail_pointer(to), n);
	if (!err)
		skb_put(to, n);
	return err;
}

/* Up to @len linear bytes from byte @at on, as the page they are in; how many. */
static int skb_share_head(struct sk_buff *to, const struct sk_buff *from, int at, int len)
{
	int n = min((int)skb_headlen(from) - at, len);
	struct page *page;
	skb_frag_t frag;

	if (n <= 0 || !from->head_frag)
		return 0;
	page = virt_to_head_page(from->head);
	skb_frag_fill_page_desc(&frag, page,
				from->data + at - (unsigned char *)page_address(page), n);
	return skb_append_ref(to, &frag, 0, n) ? n : 0;
}

int skb_zerocopy(struct sk_buff *to, struct sk_buff *from, int len, int hlen)
{
	int linear = skb_headlen(from), done = min(hlen, len), err = 0;

	BUG_ON(!hlen && !from->head_frag);
	/* No reference is worth so little. */
	if (len <= skb_tailroom(to))
		return skb_copy_to_tail(to, from, len);
	if (done)
		err = skb_copy_to_tail(to, from, done);
	if (err)
		return err;
	done += skb_share_head(to, from, done, len - done);
	if (done == len)
		return 0;
	if (done < linear)
		return -EFAULT;
	if (skb_orphan_frags(from, GFP_ATOMIC))
		return -ENOMEM;
	skb_zcopy_set(to, skb_zcopy(from), NULL);
	return skb_share_frags(to, from, done - linear, len - done) ? 0 : -EFAULT;
}
EXPORT_SYMBOL(skb_zerocopy);

/* --- skb_shift ----------------------------------------------------------- */

/* How many fragments the first @len bytes behind the linear part are in; -1: there are fewer. */
static int skb_frags_holding(const struct sk_buff *skb, unsigned int len)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	int n = 0;

	while (len && n < shinfo->nr_frags)
		len -= min(len, skb_frag_size(&shinfo->frags[n++]));
	return len ? -1 : n;
}

/* References are moved as they are, so both must be of the same kind. */
static bool skb_may_shift(const struct sk_buff *tgt, const struct sk_buff *skb)
{
	return !skb_headlen(skb) && !skb_has_zcopy(tgt) && !skb_has_zcopy(skb) &&
	       !skb_has_frag_list(tgt) && !skb_has_frag_list(skb) &&
	       tgt->pp_recycle == skb->pp_recycle;
}

/* Bytes of @frag to a new fragment of @tgt: with its reference, or one more if some stay. */
static void skb_take_frag(struct sk_buff *tgt, skb_frag_t *frag, unsigned int n)
{
	struct skb_shared_info *shinfo = skb_shinfo(tgt);
	skb_frag_t *taken = &shinfo->frags[shinfo->nr_frags++];

	*taken = *frag;
	skb_frag_size_set(taken, n);
	if (n < skb_frag_size(frag))
		skb_ref_frag_as(tgt, taken);
	tgt->unreadable |= skb_frag_is_net_iov(frag);
}

/* Bytes of @frag that go on where the last fragment of @tgt ends. */
static void skb_merge_frag(struct sk_buff *tgt, skb_frag_t *frag, unsigned int n)
{
	struct skb_shared_info *shinfo = skb_shinfo(tgt);

	skb_frag_size_add(&shinfo->frags[shinfo->nr_frags - 1], n);
	if (n == skb_frag_size(frag))
		__skb_frag_unref(frag, tgt->pp_recycle);
}

/* The first @len bytes, and the fragments that held nothing else. */
static void skb_shift_frags(struct sk_buff *tgt, struct sk_buff *skb, unsigned int len, bool merge)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	int emptied = 0;

	while (len) {
		skb_frag_t *frag = &shinfo->frags[emptied];
		unsigned int n = min(len, skb_frag_size(frag));

		if (merge)
			skb_merge_frag(tgt, frag, n);
		else
			skb_take_frag(tgt, frag, n);
		merge = false;
		len -= n;
		if (n < skb_frag_size(frag)) {
			skb_frag_off_add(frag, n);
			skb_frag_size_sub(frag, n);
			break;
		}
		emptied++;
	}
	shinfo->nr_frags -= emptied;
	memmove(shinfo->frags, shinfo->frags + emptied, shinfo->nr_frags * sizeof(skb_frag_t));
	if (!shinfo->nr_frags)
		skb->unreadable = 0;
}

int skb_shift(struct sk_buff *tgt, struct sk_buff *skb, int shiftlen)
{
	const skb_frag_t *first = &skb_shinfo(skb)->frags[0];
	int have = skb_shinfo(tgt)->nr_frags, need = skb_frags_holding(skb, shiftlen);
	bool merge;

	BUG_ON(shiftlen > (int)skb->len);
	DEBUG_NET_WARN_ON_ONCE(tgt->pp_recycle != skb->pp_recycle);
	if (need <= 0 || !skb_may_shift(tgt, skb))
		return 0;
	/* A net_iov has no page and is never merged. */
	merge = skb_can_coalesce(tgt, have, skb_frag_page(first), skb_frag_off(first));
	if (have + need - merge > MAX_SKB_FRAGS)
		return 0;
	if (skb_unclone_keeptruesize(skb, GFP_ATOMIC) ||
	    skb_unclone_keeptruesize(tgt, GFP_ATOMIC))
		return 0;
	/* Who got a private head has another kind of reference now. */
	if (!skb_may_shift(tgt, skb))
		return 0;
	skb_shift_frags(tgt, skb, shiftlen, merge);
	tgt->ip_summed = CHECKSUM_PARTIAL;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb_len_add(skb, -shiftlen);
	skb_len_add(tgt, shiftlen);
	return shiftlen;
}
EXPORT_SYMBOL(skb_shift);
