// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: cutting, pulling, splitting and joining.
 *
 * These change which bytes belong to an skb and where. Trimming and joining only
 * move boundaries and references and so work on unreadable skbs; pulling copies
 * and does not. An skb that loses its last fragment is readable again. The
 * caller is the only user of the skb header; a head shared with clones is
 * replaced by a private one first.
 */
#include <linux/export.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <linux/slab.h>
#include <net/checksum.h>
#include <net/gro.h>
#include "libkern/net/net.h"
#include "skbuff.h"

/* --- Pulling ------------------------------------------------------------- */

/*
 * Drops @n leading bytes of the frag_list; a partly used member becomes private. Members that
 * others have too still link to what is behind them.
 */
static bool skb_eat_frag_list(struct sk_buff *skb, unsigned int n)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct sk_buff *member;

	while (n && (member = shinfo->frag_list)) {
		if (member->len <= n) {
			n -= member->len;
			shinfo->frag_list = member->next;
			consume_skb(member);
			continue;
		}
		if (skb_shared(member) || skb_cloned(member)) {
			struct sk_buff *own = pskb_copy(member, GFP_ATOMIC);

			if (!own)
				return false;
			own->next = member->next;
			consume_skb(member);
			member = shinfo->frag_list = own;
		}
		return pskb_pull(member, n) != NULL;
	}
	return true;
}

static unsigned int skb_frags_len(const struct sk_buff *skb)
{
	unsigned int sum = 0;
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		sum += skb_frag_size(&skb_shinfo(skb)->frags[i]);
	return sum;
}

/* Drops @n leading fragment bytes, or all there are. */
static void skb_eat_frags(struct sk_buff *skb, unsigned int n)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	int i, kept = 0;

	for (i = 0; i < shinfo->nr_frags; i++) {
		skb_frag_t *frag = &shinfo->frags[i];
		unsigned int cut = min(n, skb_frag_size(frag));

		n -= cut;
		if (cut == skb_frag_size(frag) && cut) {
			skb_frag_unref(skb, i);
			continue;
		}
		skb_frag_off_add(frag, cut);
		skb_frag_size_sub(frag, cut);
		shinfo->frags[kept++] = *frag;
	}
	shinfo->nr_frags = kept;
}

void *__pskb_pull_tail(struct sk_buff *skb, int delta)
{
	int lack = skb->tail + delta - skb->end;

	if (!skb_frags_readable(skb))
		return NULL;
	if (lack > 0 || skb_cloned(skb)) {
		if (pskb_expand_head(skb, 0, lack > 0 ? lack + 128 : 0, GFP_ATOMIC))
			return NULL;
	}
	/* A member of the frag_list may be unreadable though the skb is not. */
	if (skb_copy_bits(skb, skb_headlen(skb), skb_tail_pointer(skb), delta))
		return NULL;
	if (!skb_eat_frag_list(skb, max(delta - (int)skb_frags_len(skb), 0)))
		return NULL;
	skb_eat_frags(skb, delta);
	skb->tail += delta;
	skb->data_len -= delta;
	return skb_tail_pointer(skb);
}
EXPORT_SYMBOL(__pskb_pull_tail);

int skb_ensure_writable(struct sk_buff *skb, unsigned int write_len)
{
	if (!pskb_may_pull(skb, write_len))
		return -ENOMEM;
	return skb_unclone(skb, GFP_ATOMIC);
}
EXPORT_SYMBOL(skb_ensure_writable);

/* Drops the first @off bytes, which are there, wherever they are; none is looked at. */
static bool pskb_carve(struct sk_buff *skb, unsigned int off)
{
	unsigned int linear = min(off, skb_headlen(skb)), listed;

	skb_pull(skb, linear);
	off -= linear;
	listed = off - min(off, skb_frags_len(skb));
	if (!skb_eat_frag_list(skb, listed))
		return false;
	skb_eat_frags(skb, off);
	skb->len -= off;
	skb->data_len -= off;
	return true;
}

struct sk_buff *pskb_extract(struct sk_buff *skb, int off, int to_copy, gfp_t gfp)
{
	struct sk_buff *part;

	if (off < 0 || to_copy < 0 || off > (int)skb->len - to_copy)
		return NULL;
	part = skb_clone(skb, gfp);
	if (!part)
		return NULL;
	if (!skb_unclone(part, gfp) && pskb_carve(part, off) && !___pskb_trim(part, to_copy))
		return part;
	kfree_skb(part);
	return NULL;
}
EXPORT_SYMBOL(pskb_extract);

void skb_condense(struct sk_buff *skb)
{
	if (skb->data_len) {
		if (skb->data_len > skb->end - skb->tail || skb_cloned(skb) ||
		    !skb_frags_readable(skb))
			return;
		__pskb_pull_tail(skb, skb->data_len);
	}
	skb->truesize = SKB_TRUESIZE(skb_end_offset(skb));
}
EXPORT_SYMBOL(skb_condense);

/* --- Trimming ------------------------------------------------------------ */

/* Keeps @len bytes of the fragments; returns how many bytes the frag_list may keep. */
static unsigned int skb_cut_frags(struct sk_buff *skb, unsigned int len)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	int i, kept = 0;

	for (i = 0; i < shinfo->nr_frags; i++) {
		skb_frag_t *frag = &shinfo->frags[i];
		unsigned int keep = min(len, skb_frag_size(frag));

		len -= keep;
		if (!keep) {
			skb_frag_unref(skb, i);
			continue;
		}
		skb_frag_size_set(frag, keep);
		kept = i + 1;
	}
	shinfo->nr_frags = kept;
	return len;
}

/* The member at @link, or a clone in its place if other lists go on from it; NULL: no memory. */
static struct sk_buff *skb_own_member(struct sk_buff **link)
{
	struct sk_buff *member = *link, *own;

	if (!skb_shared(member))
		return member;
	own = skb_clone(member, GFP_ATOMIC);
	if (!own)
		return NULL;
	own->next = member->next;
	consume_skb(member);
	*link = own;
	return own;
}

static int skb_cut_frag_list(struct sk_buff *skb, unsigned int len)
{
	struct sk_buff **link = &skb_shinfo(skb)->frag_list, *member;
	int err = 0;

	for (; *link && len && !err; link = &member->next) {
		member = skb_own_member(link);
		if (!member)
			return -ENOMEM;
		if (member->len > len)
			err = pskb_trim(member, len);
		len -= min(len, member->len);
	}
	if (err)
		return err;
	if (*link) {
		kfree_skb_list_reason(*link, SKB_CONSUMED);
		*link = NULL;
	}
	return 0;
}

int ___pskb_trim(struct sk_buff *skb, unsigned int len)
{
	unsigned int linear = skb_headlen(skb);
	unsigned int behind = len > linear ? len - linear : 0;
	int err;

	err = skb_unclone(skb, GFP_ATOMIC);
	if (err)
		return err;
	err = skb_cut_frag_list(skb, skb_cut_frags(skb, behind));
	if (err)
		return err;
	skb->len = len;
	skb->data_len = behind;
	if (len <= linear)
		skb_set_tail_pointer(skb, len);
	if (!skb_shinfo(skb)->nr_frags && !skb_has_frag_list(skb))
		skb->unreadable = 0;
	return 0;
}
EXPORT_SYMBOL(___pskb_trim);

int pskb_trim_rcsum_slow(struct sk_buff *skb, unsigned int len)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE) {
		if (skb_frags_readable(skb))
			skb->csum = csum_sub(skb->csum,
				csum_block_add(0, skb_checksum(skb, len, skb->len - len, 0), len));
		else if (len > skb_headlen(skb))
			return -EFAULT;
		else
			skb->ip_summed = CHECKSUM_NONE;
	}
	return ___pskb_trim(skb, len);
}
EXPORT_SYMBOL(pskb_trim_rcsum_slow);

/* --- Splitting ----------------------------------------------------------- */

/* Moves the fragments from byte @at of them on to the end of @to's; the cut one is shared. */
static void skb_move_frags_from(struct sk_buff *skb, struct sk_buff *to, unsigned int at)
{
	struct skb_shared_info *from = skb_shinfo(skb), *dest = skb_shinfo(to);
	int i, kept = 0;

	for (i = 0; i < from->nr_frags; i++) {
		skb_frag_t *frag = &from->frags[i], *moved;
		unsigned int keep = min(at, skb_frag_size(frag));

		at -= keep;
		if (keep == skb_frag_size(frag)) {
			kept = i + 1;
			continue;
		}
		moved = &dest->frags[dest->nr_frags++];
		*moved = *frag;
		if (!keep)
			continue;
		skb_ref_frag_as(to, moved);
		skb_frag_off_add(moved, keep);
		skb_frag_size_sub(moved, keep);
		skb_frag_size_set(frag, keep);
		kept = i + 1;
	}
	from->nr_frags = kept;
}

void skb_split(struct sk_buff *skb, struct sk_buff *skb1, const u32 len)
{
	unsigned int linear = skb_headlen(skb), rest = skb->len - len;
	unsigned int at = len > linear ? len - linear : 0;

	BUG_ON(skb_cloned(skb) || len > skb->len);
	skb1->pp_recycle = skb->pp_recycle;
	skb1->unreadable = skb->unreadable;
	skb_zcopy_set(skb1, skb_zcopy(skb), NULL);
	if (len < linear) {
		skb_put_data(skb1, skb->data + len, linear - len);
		skb_set_tail_pointer(skb, len);
	}
	skb_move_frags_from(skb, skb1, at);
	skb1->data_len = rest - skb_headlen(skb1);
	skb1->len = rest;
	skb->len = len;
	skb->data_len = at;
	if (!skb_shinfo(skb)->nr_frags)
		skb->unreadable = 0;
	if (!skb_shinfo(skb1)->nr_frags)
		skb1->unreadable = 0;
}
EXPORT_SYMBOL(skb_split);

/* --- Joining ------------------------------------------------------------- */

void kfree_skb_partial(struct sk_buff *skb, bool head_stolen)
{
	if (head_stolen) {
		skb_release_head_state(skb);
		kfree(skb);
	} else {
		__kfree_skb(skb);
	}
}
EXPORT_SYMBOL(kfree_skb_partial);

/* Appends @from's fragments to @to's: moved, or shared if a clone keeps them too. */
static void skb_append_frags(struct sk_buff *to, struct sk_buff *from)
{
	struct skb_shared_info *dest = skb_shinfo(to), *src = skb_shinfo(from);
	int i;

	for (i = 0; i < src->nr_frags; i++) {
		dest->frags[dest->nr_frags++] = src->frags[i];
		if (skb_cloned(from))
			skb_ref_frag_as(to, &src->frags[i]);
	}
	if (!skb_cloned(from))
		src->nr_frags = 0;
	to->unreadable |= from->unreadable;
}

/* The head of @from as a fragment of @to: it must be a page fragment of its own. */
static bool skb_append_head(struct sk_buff *to, struct sk_buff *from)
{
	struct skb_shared_info *dest = skb_shinfo(to);
	struct page *page;

	if (!from->head_frag || skb_cloned(from))
		return false;
	page = virt_to_head_page(from->head);
	skb_frag_fill_page_desc(&dest->frags[dest->nr_frags++], page,
				from->data - (unsigned char *)page_address(page),
				skb_headlen(from));
	return true;
}

static bool skb_may_join(const struct sk_buff *to, const struct sk_buff *from)
{
	if (skb_cloned(to) || to->pp_recycle != from->pp_recycle)
		return false;
	return skb_frags_readable(to) == skb_frags_readable(from);
}

static bool skb_may_move_frags(const struct sk_buff *to, const struct sk_buff *from)
{
	int frags = skb_shinfo(to)->nr_frags + skb_shinfo(from)->nr_frags;

	if (skb_has_frag_list(to) || skb_has_frag_list(from) || skb_has_zcopy(to) ||
	    skb_has_zcopy(from))
		return false;
	/* Linear bytes would become a page among net_iovs, which no reader takes. */
	if (skb_headlen(from) && !skb_frags_readable(from))
		return false;
	return frags + (skb_headlen(from) != 0) <= MAX_SKB_FRAGS;
}

bool skb_try_coalesce(struct sk_buff *to, struct sk_buff *from, bool *fragstolen,
		      int *delta_truesize)
{
	unsigned int len = from->len;
	int delta;

	*fragstolen = false;
	if (!skb_may_join(to, from))
		return false;
	if (skb_frags_readable(from) && len <= skb_tailroom(to)) {
		if (len && skb_copy_bits(from, 0, skb_tail_pointer(to), len))
			return false;
		skb_put(to, len);
		*delta_truesize = 0;
		return true;
	}
	if (!skb_may_move_frags(to, from))
		return false;
	delta = from->truesize - SKB_TRUESIZE(skb_end_offset(from));
	if (skb_headlen(from)) {
		if (!skb_append_head(to, from))
			return false;
		*fragstolen = true;
		delta = from->truesize - SKB_DATA_ALIGN(sizeof(struct sk_buff));
	}
	skb_append_frags(to, from);
	WARN_ON_ONCE(delta < 0);
	to->truesize += delta;
	to->len += len;
	to->data_len += len;
	*delta_truesize = delta;
	return true;
}
EXPORT_SYMBOL(skb_try_coalesce);

int skb_gro_receive(struct sk_buff *p, struct sk_buff *skb)
{
	int frags = skb_shinfo(p)->nr_frags + skb_shinfo(skb)->nr_frags;
	unsigned int len = skb->len;

	if (p->pp_recycle != skb->pp_recycle || skb_has_zcopy(p) || skb_has_zcopy(skb) ||
	    skb_frags_readable(p) != skb_frags_readable(skb))
		return -ETOOMANYREFS;
	/* Unreadable segments may bring no payload that is not in a net_iov. */
	if (skb_headlen(skb))
		return skb_frags_readable(skb) ? -E2BIG : -ETOOMANYREFS;
	if (frags > MAX_SKB_FRAGS || p->len + len > U16_MAX || skb_has_frag_list(p))
		return -E2BIG;
	p->truesize += skb->truesize - SKB_TRUESIZE(skb_end_offset(skb));
	skb->truesize = SKB_TRUESIZE(skb_end_offset(skb));
	skb_append_frags(p, skb);
	p->len += len;
	p->data_len += len;
	skb->len -= len;
	skb->data_len -= len;
	return 0;
}
EXPORT_SYMBOL(skb_gro_receive);
