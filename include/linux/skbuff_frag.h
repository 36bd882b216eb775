/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments of socket buffers: part of linux/skbuff.h, include that.
 *
 * A fragment holds one reference on its netmem, of the kind skb->pp_recycle
 * says: a page-pool reference if set, else what get_netmem() takes. The filling
 * functions take over the caller's reference.
 */
#ifndef _LINUX_SKBUFF_FRAG_H
#define _LINUX_SKBUFF_FRAG_H

#include <linux/skbuff.h>

/* --- One fragment -------------------------------------------------------- */

static inline unsigned int skb_frag_size(const skb_frag_t *frag)
{
	return frag->len;
}

static inline void skb_frag_size_set(skb_frag_t *frag, unsigned int size)
{
	frag->len = size;
}

static inline void skb_frag_size_add(skb_frag_t *frag, int delta)
{
	frag->len += delta;
}

static inline void skb_frag_size_sub(skb_frag_t *frag, int delta)
{
	frag->len -= delta;
}

static inline unsigned int skb_frag_off(const skb_frag_t *frag)
{
	return frag->offset;
}

static inline void skb_frag_off_set(skb_frag_t *frag, unsigned int offset)
{
	frag->offset = offset;
}

static inline void skb_frag_off_add(skb_frag_t *frag, int delta)
{
	frag->offset += delta;
}

static inline void skb_frag_off_copy(skb_frag_t *fragto, const skb_frag_t *fragfrom)
{
	fragto->offset = fragfrom->offset;
}

static inline netmem_ref skb_frag_netmem(const skb_frag_t *frag)
{
	return frag->netmem;
}

static inline bool skb_frag_is_net_iov(const skb_frag_t *frag)
{
	return netmem_is_net_iov(frag->netmem);
}

/* NULL for a page. */
static inline struct net_iov *skb_frag_net_iov(const skb_frag_t *frag)
{
	return skb_frag_is_net_iov(frag) ? netmem_to_net_iov(frag->netmem) : NULL;
}

/* NULL for a net_iov. */
static inline struct page *skb_frag_page(const skb_frag_t *frag)
{
	return skb_frag_is_net_iov(frag) ? NULL : netmem_to_page(frag->netmem);
}

/* NULL for a net_iov. */
static inline void *skb_frag_address(const skb_frag_t *frag)
{
	struct page *page = skb_frag_page(frag);

	return page ? (char *)page_address(page) + skb_frag_off(frag) : NULL;
}

/* All memory is mapped here, so this is the same. */
static inline void *skb_frag_address_safe(const skb_frag_t *frag)
{
	return skb_frag_address(frag);
}

static inline void skb_frag_page_copy(skb_frag_t *fragto, const skb_frag_t *fragfrom)
{
	fragto->netmem = fragfrom->netmem;
}

static inline void skb_frag_fill_netmem_desc(skb_frag_t *frag, netmem_ref netmem, int off,
					     int size)
{
	*frag = (skb_frag_t){ .netmem = netmem, .len = size, .offset = off };
}

static inline void skb_frag_fill_page_desc(skb_frag_t *frag, struct page *page, int off, int size)
{
	skb_frag_fill_netmem_desc(frag, page_to_netmem(page), off, size);
}

/* The address a device uses: a net_iov is mapped already, a page is mapped now. */
dma_addr_t __skb_frag_dma_map(struct device *dev, const skb_frag_t *frag, size_t offset,
			      size_t size, enum dma_data_direction dir);

#define skb_frag_dma_map(dev, frag, ...)				\
	udm_skb_frag_dma_map(dev, frag, ##__VA_ARGS__, 3, 2, 1, 0)
#define udm_skb_frag_dma_map(dev, frag, a, b, c, n, ...)		\
	udm_skb_frag_dma_map_##n(dev, frag, a, b, c)
#define udm_skb_frag_dma_map_0(dev, frag, a, b, c)			\
	__skb_frag_dma_map(dev, frag, 0, skb_frag_size(frag), DMA_TO_DEVICE)
#define udm_skb_frag_dma_map_1(dev, frag, offset, b, c)			\
	__skb_frag_dma_map(dev, frag, offset, skb_frag_size(frag) - (offset), DMA_TO_DEVICE)
#define udm_skb_frag_dma_map_2(dev, frag, offset, size, c)		\
	__skb_frag_dma_map(dev, frag, offset, size, DMA_TO_DEVICE)
#define udm_skb_frag_dma_map_3(dev, frag, offset, size, dir)		\
	__skb_frag_dma_map(dev, frag, offset, size, dir)

/* --- The fragments of an skb --------------------------------------------- */

static inline bool skb_frags_readable(const struct sk_buff *skb)
{
	return !skb->unreadable;
}

static inline bool skb_has_frag_list(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->frag_list != NULL;
}

static inline bool skb_zcopy_managed(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->flags & SKBFL_MANAGED_FRAG_REFS;
}

static inline bool skb_has_zcopy(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->flags & SKBFL_ZEROCOPY_ENABLE;
}

static inline void __skb_fill_netmem_desc_noacc(struct skb_shared_info *shinfo, int i,
						netmem_ref netmem, int off, int size)
{
	skb_frag_fill_netmem_desc(&shinfo->frags[i], netmem, off, size);
}

static inline void __skb_fill_page_desc_noacc(struct skb_shared_info *shinfo, int i,
					      struct page *page, int off, int size)
{
	__skb_fill_netmem_desc_noacc(shinfo, i, page_to_netmem(page), off, size);
}

/* Fills fragment @i and notes what it makes of the skb; nr_frags is left alone. */
static inline void __skb_fill_netmem_desc(struct sk_buff *skb, int i, netmem_ref netmem, int off,
					  int size)
{
	__skb_fill_netmem_desc_noacc(skb_shinfo(skb), i, netmem, off, size);
	if (netmem_is_net_iov(netmem))
		skb->unreadable = 1;
	else if (page_is_pfmemalloc(compound_head(netmem_to_page(netmem))))
		skb->pfmemalloc = 1;
}

static inline void skb_fill_netmem_desc(struct sk_buff *skb, int i, netmem_ref netmem, int off,
					int size)
{
	__skb_fill_netmem_desc(skb, i, netmem, off, size);
	skb_shinfo(skb)->nr_frags = i + 1;
}

static inline void skb_fill_page_desc(struct sk_buff *skb, int i, struct page *page, int off,
				      int size)
{
	skb_fill_netmem_desc(skb, i, page_to_netmem(page), off, size);
}

static inline void skb_fill_page_desc_noacc(struct sk_buff *skb, int i, struct page *page, int off,
					    int size)
{
	__skb_fill_page_desc_noacc(skb_shinfo(skb), i, page, off, size);
	skb_shinfo(skb)->nr_frags = i + 1;
}

/* Adds @size bytes held in @truesize bytes of memory as fragment @i; any context. */
void skb_add_rx_frag_netmem(struct sk_buff *skb, int i, netmem_ref netmem, int off, int size,
			    unsigned int truesize);

static inline void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off,
				   int size, unsigned int truesize)
{
	skb_add_rx_frag_netmem(skb, i, page_to_netmem(page), off, size, truesize);
}

/* Extends fragment @i, whose memory goes on behind it, by @size bytes. */
void skb_coalesce_rx_frag(struct sk_buff *skb, int i, int size, unsigned int truesize);

/* True if bytes at @off of @netmem continue the last fragment, which must be i - 1. */
bool skb_can_coalesce_netmem(struct sk_buff *skb, int i, netmem_ref netmem, int off);

static inline bool skb_can_coalesce(struct sk_buff *skb, int i, const struct page *page, int off)
{
	return page && skb_can_coalesce_netmem(skb, i, page_to_netmem(page), off);
}

static inline void skb_mark_for_recycle(struct sk_buff *skb)
{
	skb->pp_recycle = 1;
}

/* --- Whole skbs with fragments: emu-nic/net/skbuff.c --------------------- */

static inline bool skb_cloned(const struct sk_buff *skb)
{
	return skb->cloned && atomic_read(&skb_shinfo(skb)->dataref) != 1;
}

/* A second skb on the same data; NULL without memory. */
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp_mask);

/*
 * skb_share_check - a packet that is the caller's alone: @skb, or a clone in its place if others
 * have it too. The caller's reference is gone in any case; NULL without memory.
 */
static inline struct sk_buff *skb_share_check(struct sk_buff *skb, gfp_t pri)
{
	struct sk_buff *own;

	if (likely(!skb_shared(skb)))
		return skb;
	own = skb_clone(skb, pri);
	if (own)
		consume_skb(skb);
	else
		kfree_skb(skb);
	return own;
}
/* A private linear copy; NULL without memory or for an unreadable skb. */
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask);
/* The same with so much room before and behind the data. */
struct sk_buff *skb_copy_expand(const struct sk_buff *skb, int newheadroom, int newtailroom,
				gfp_t gfp_mask);
/*
 * Gives @skb, which must not be shared, a private head with more room around the
 * data; header pointers taken before are stale. 0 or -ENOMEM. Fragments shared
 * with a clone are then held by their own references and pp_recycle is cleared.
 */
int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp_mask);

/* Makes the head of @skb, which must not be shared, nobody else's; 0 or -ENOMEM, as above. */
static inline int skb_unclone(struct sk_buff *skb, gfp_t pri)
{
	return skb_cloned(skb) ? pskb_expand_head(skb, 0, 0, pri) : 0;
}

/* The same for who has accounted for the skb as it was. */
static inline int skb_unclone_keeptruesize(struct sk_buff *skb, gfp_t pri)
{
	unsigned int truesize = skb->truesize;
	int err = skb_unclone(skb, pri);

	skb->truesize = truesize;
	return err;
}

/* @delta bytes of fragments came, or went. */
static inline void skb_len_add(struct sk_buff *skb, int delta)
{
	skb->len += delta;
	skb->data_len += delta;
	skb->truesize += delta;
}

/* Private linear part, the same fragments by reference; NULL without memory. */
struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp_mask);
/*
 * Bytes out of or into the packet, linear ones first. 0; -EFAULT past the end or
 * where fragment bytes of an unreadable skb are needed (linear ones are done).
 */
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len);
/* Copies to the application; -EFAULT, iterator as at the start, on a short copy. */
int skb_copy_datagram_iter(const struct sk_buff *from, int offset, struct iov_iter *to, int size);
/* One's complement sum; 0 and a WARN where fragment bytes of an unreadable skb are needed. */
__wsum skb_checksum(const struct sk_buff *skb, int offset, int len, __wsum csum);
/* The same for CRC32C, seeded with @crc. */
u32 skb_crc32c(const struct sk_buff *skb, int offset, int len, u32 crc);
/* Copies and sums; 0 where fragment bytes of an unreadable skb are needed. */
__wsum skb_copy_and_csum_bits(const struct sk_buff *skb, int offset, u8 *to, int len);

/* Reading bytes [@from, @to) of a packet in place, a contiguous piece at a time. */
struct skb_seq_state {
	u32 lower_offset, upper_offset;
	struct sk_buff *root_skb;
};

void skb_prepare_seq_read(struct sk_buff *skb, unsigned int from, unsigned int to,
			  struct skb_seq_state *st);
/*
 * Where the bytes behind the first @consumed ones are and how many lie together, which may
 * go beyond the end; 0 when there are no more, or in unreadable fragments.
 */
unsigned int skb_seq_read(unsigned int consumed, const u8 **data, struct skb_seq_state *st);
void skb_abort_seq_read(struct skb_seq_state *st);

/* Moves @delta bytes from fragments to the linear part; NULL, skb unchanged, on failure. */
void *__pskb_pull_tail(struct sk_buff *skb, int delta);
/*
 * Makes the first @write_len bytes linear and private, so that they may be written to; header
 * pointers taken before are stale. 0, or -ENOMEM: @skb, which must not be shared, has fewer
 * bytes, they are in unreadable fragments, or there is no memory; nothing is lost then. Any
 * context. net/core/skbuff.c.
 */
int skb_ensure_writable(struct sk_buff *skb, unsigned int write_len);
/*
 * A packet of @to_copy bytes of @skb from @off on: its own linear part, fragments by reference
 * (held by the memory's own, so not marked for recycling), of which none is read. NULL if they
 * are not there, without memory, and where an unreadable packet on a frag_list would have to be
 * cut in front. Any context. net/core/skbuff.c.
 */
struct sk_buff *pskb_extract(struct sk_buff *skb, int off, int to_copy, gfp_t gfp);
/* Cuts to @len bytes, releasing fragments behind; 0 or -ENOMEM. */
int ___pskb_trim(struct sk_buff *skb, unsigned int len);
/* Keeps a complete checksum right: -EFAULT if that needs unreadable bytes. */
int pskb_trim_rcsum_slow(struct sk_buff *skb, unsigned int len);
/* Moves a small readable skb's fragments into its tailroom and corrects its truesize. */
void skb_condense(struct sk_buff *skb);
/*
 * Appends @from's data to @to by moving fragments or copying. True: *@delta is
 * the truesize @to gained and @from is to be freed with kfree_skb_partial();
 * false: nothing done.
 */
bool skb_try_coalesce(struct sk_buff *to, struct sk_buff *from, bool *fragstolen,
		      int *delta_truesize);
void kfree_skb_partial(struct sk_buff *skb, bool head_stolen);
/* @skb keeps @len bytes, the rest goes to the empty @skb1, which has room for linear bytes. */
void skb_split(struct sk_buff *skb, struct sk_buff *skb1, const u32 len);
/**
 * skb_zerocopy - the first @len bytes of @from for the empty skb @to, by reference
 *
 * What fits into @to's tailroom is copied. Otherwise the first @hlen bytes are, as
 * skb_zerocopy_headlen() said, and fragments shared, each with a reference of @to's;
 * @to is unreadable if one is a net_iov. @hlen of 0: @from's head is a page fragment
 * and is shared too; a BUG if it is none. Any context. 0; -EFAULT if bytes are to be
 * copied that cannot be read, or are not in @from; -ENOMEM if @from's fragments are
 * somebody's who does not wait, and cannot be copied. After an error @to is to be freed.
 * net/core/skbuff.c.
 */
int skb_zerocopy(struct sk_buff *to, struct sk_buff *from, int len, int hlen);
/* How much linear room skb_zerocopy() needs in its target for all of @from. */
unsigned int skb_zerocopy_headlen(const struct sk_buff *from);
/**
 * skb_shift - move the first @shiftlen bytes of @skb to the end of @tgt
 *
 * Fragments move with their references; one that is cut is held by both, and @tgt is
 * unreadable if it gets a net_iov. @skb is to be freed by the caller if nothing is left.
 * All or nothing: @shiftlen, or 0 if @skb has linear bytes, either is tied to a
 * zerocopy object or has a frag_list, their references are of different kinds (a debug
 * warning) or become so because one is a clone, @tgt runs out of slots, or there is no
 * memory for a private head. Neither is shared; @shiftlen beyond @skb->len is a BUG.
 * Both are left with CHECKSUM_PARTIAL: summing is the sender's. Any context.
 * net/core/skbuff.c.
 */
int skb_shift(struct sk_buff *tgt, struct sk_buff *skb, int shiftlen);
/**
 * skb_segment - a packet as many, with gso_size bytes of payload in each but the last
 *
 * @head_skb begins at its payload; what is between its MAC header and there is in front of
 * every segment as it is, and of @head_skb again afterwards, which stays the caller's.
 * Fragments are shared, with references of each segment's; a segment is unreadable if it
 * has a net_iov. Linear payload is copied, and all of it where @features lack NETIF_F_SG.
 * Any context. A list of packets by ->next, the caller's, the last of which is the first
 * one's ->prev; or -EINVAL, no gso_size; -ENOMEM, also where a frag_list or fragments of
 * somebody who does not wait cannot be copied; -EFAULT, bytes are to be copied that cannot be
 * read. What headers and checksums say is not touched. net/core/skbuff.c.
 */
struct sk_buff *skb_segment(struct sk_buff *head_skb, netdev_features_t features);
/* Logs what the skb holds, contents only of readable parts if @full_pkt. */
void skb_dump(const char *level, const struct sk_buff *skb, bool full_pkt);

static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (likely(len <= skb_headlen(skb)))
		return true;
	return len <= skb->len && __pskb_pull_tail(skb, len - skb_headlen(skb));
}

/* NULL if @len bytes are not there or cannot be made linear. */
static inline void *pskb_pull(struct sk_buff *skb, unsigned int len)
{
	if (!pskb_may_pull(skb, len))
		return NULL;
	skb->len -= len;
	return skb->data += len;
}

static inline int skb_linearize(struct sk_buff *skb)
{
	return !skb->data_len || __pskb_pull_tail(skb, skb->data_len) ? 0 : -ENOMEM;
}

static inline int pskb_trim(struct sk_buff *skb, unsigned int len)
{
	return len < skb->len ? ___pskb_trim(skb, len) : 0;
}

static inline int pskb_trim_rcsum(struct sk_buff *skb, unsigned int len)
{
	return len < skb->len ? pskb_trim_rcsum_slow(skb, len) : 0;
}

#include <linux/skbuff_zcopy.h>

#endif
