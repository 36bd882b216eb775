// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: allocation, the linear part, release, queues.
 *
 * An skb is two slab objects: the header and the head, with the shared info at
 * the end of the head. Clones share the head; skb_shared_info.dataref counts
 * them. What fragments hold is released by the layer that attached them, through
 * the table set with skb_set_frag_release(). Drops of packets are counted by
 * reason.
 */
#include <linux/skbuff.h>
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <udevmem/netdev.h>
#include "net.h"

static const struct skb_frag_release *frag_release;
static atomic_long_t drop_counts[SKB_DROP_REASON_MAX];

void skb_set_frag_release(const struct skb_frag_release *release)
{
	WRITE_ONCE(frag_release, release);
}
EXPORT_SYMBOL(skb_set_frag_release);

static const char *const drop_reasons[] = {
	[SKB_NOT_DROPPED_YET] = "NOT_DROPPED_YET",
	[SKB_CONSUMED] = "CONSUMED",
#define DROP_NAME(name) [SKB_DROP_REASON_##name] = #name,
	DEFINE_DROP_REASON(DROP_NAME, DROP_NAME)
#undef DROP_NAME
};

/* The names as the host sees them; they stay valid after the call that gave them out. */
static char drop_names[SKB_DROP_REASON_MAX][32];

void skb_drop_counts_reset(void)
{
	int i, at;

	for (i = 0; i < SKB_DROP_REASON_MAX; i++) {
		atomic_long_set(&drop_counts[i], 0);
		for (at = 0; drop_reasons[i][at] && at < (int)sizeof(drop_names[i]) - 1; at++)
			drop_names[i][at] = tolower(drop_reasons[i][at]);
	}
}

const char *udm_net_drop_name(unsigned int reason)
{
	return reason < SKB_DROP_REASON_MAX ? drop_names[reason] : NULL;
}
EXPORT_SYMBOL(udm_net_drop_name);

unsigned long udm_net_drops(unsigned int reason)
{
	return reason < SKB_DROP_REASON_MAX ? atomic_long_read(&drop_counts[reason]) : 0;
}
EXPORT_SYMBOL(udm_net_drops);

/* --- Allocation ---------------------------------------------------------- */

static void skb_init_head(struct sk_buff *skb, void *head, unsigned int size)
{
	refcount_set(&skb->users, 1);
	skb->head = head;
	skb->data = head;
	skb->tail = 0;
	skb->end = size;
	skb->truesize = SKB_TRUESIZE(size);
	skb->mac_header = U16_MAX;
	skb->transport_header = U16_MAX;
	memset(skb_shinfo(skb), 0, offsetof(struct skb_shared_info, frags));
	atomic_set(&skb_shinfo(skb)->dataref, 1);
}

struct sk_buff *__alloc_skb(unsigned int size, gfp_t gfp_mask, int flags, int node)
{
	unsigned int room = SKB_DATA_ALIGN(size);
	struct sk_buff *skb;
	void *head;

	skb = kzalloc_node(sizeof(*skb), gfp_mask, node);
	if (!skb)
		return NULL;
	head = kmalloc_node(room + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), gfp_mask, node);
	if (!head) {
		kfree(skb);
		return NULL;
	}
	skb_init_head(skb, head, room);
	return skb;
}
EXPORT_SYMBOL(__alloc_skb);

struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int length, gfp_t gfp_mask)
{
	struct sk_buff *skb = alloc_skb(length + NET_SKB_PAD, gfp_mask);

	if (skb) {
		skb_reserve(skb, NET_SKB_PAD);
		skb->dev = dev;
	}
	return skb;
}
EXPORT_SYMBOL(__netdev_alloc_skb);

struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int length)
{
	return __netdev_alloc_skb(napi->dev, length, GFP_ATOMIC | __GFP_NOWARN);
}
EXPORT_SYMBOL(napi_alloc_skb);

struct sk_buff *build_skb(void *data, unsigned int frag_size)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	skb_init_head(skb, data, SKB_WITH_OVERHEAD(frag_size));
	skb->head_frag = 1;
	if (page_is_pfmemalloc(virt_to_head_page(data)))
		skb->pfmemalloc = 1;
	return skb;
}
EXPORT_SYMBOL(build_skb);

struct sk_buff *napi_build_skb(void *data, unsigned int frag_size)
{
	return build_skb(data, frag_size);
}
EXPORT_SYMBOL(napi_build_skb);

/* --- Release ------------------------------------------------------------- */

void skb_release_head_state(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
	skb->sk = NULL;
}
EXPORT_SYMBOL(skb_release_head_state);

void skb_free_head(struct sk_buff *skb)
{
	if (!skb->head_frag)
		kfree(skb->head);
	else if (!frag_release || !frag_release->head(skb))
		put_page(virt_to_head_page(skb->head));
}

/*
 * Drops this skb's share of the head; the last one releases what the head refers
 * to. An skb that goes on with another head must not return page-pool memory for
 * the old one again, so its pp_recycle mark goes.
 */
void skb_release_data(struct sk_buff *skb, enum skb_drop_reason reason)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (skb->cloned && atomic_dec_return(&shinfo->dataref)) {
		skb->pp_recycle = 0;
		return;
	}
	if (shinfo->nr_frags) {
		BUG_ON(!frag_release);
		frag_release->frags(skb, shinfo);
	}
	if (shinfo->frag_list)
		kfree_skb_list_reason(shinfo->frag_list, reason);
	/* Last: whoever is told that the memory is its own again finds it so. */
	skb_zcopy_clear(skb, true);
	skb_free_head(skb);
	skb->pp_recycle = 0;
}

static void skb_free_all(struct sk_buff *skb, enum skb_drop_reason reason)
{
	skb_release_head_state(skb);
	if (skb->head)
		skb_release_data(skb, reason);
	kfree(skb);
}

void __kfree_skb(struct sk_buff *skb)
{
	skb_free_all(skb, SKB_DROP_REASON_NOT_SPECIFIED);
}
EXPORT_SYMBOL(__kfree_skb);

static void skb_put_reason(struct sk_buff *skb, enum skb_drop_reason reason)
{
	if (!skb || !refcount_dec_and_test(&skb->users))
		return;
	/* Messages between kernel and user, which no device brought, are no packets. */
	if (reason != SKB_CONSUMED && skb->dev)
		atomic_long_inc(&drop_counts[reason]);
	skb_free_all(skb, reason);
}

void sk_skb_reason_drop(struct sock *sk, struct sk_buff *skb, enum skb_drop_reason reason)
{
	if (WARN_ON_ONCE((unsigned int)reason >= SKB_DROP_REASON_MAX))
		reason = SKB_DROP_REASON_NOT_SPECIFIED;
	skb_put_reason(skb, reason);
}
EXPORT_SYMBOL(sk_skb_reason_drop);

void consume_skb(struct sk_buff *skb)
{
	skb_put_reason(skb, SKB_CONSUMED);
}
EXPORT_SYMBOL(consume_skb);

void napi_consume_skb(struct sk_buff *skb, int budget)
{
	consume_skb(skb);
}
EXPORT_SYMBOL(napi_consume_skb);

void kfree_skb_list_reason(struct sk_buff *segs, enum skb_drop_reason reason)
{
	struct sk_buff *rest;

	for (; segs; segs = rest) {
		rest = segs->next;
		skb_put_reason(segs, reason);
	}
}
EXPORT_SYMBOL(kfree_skb_list_reason);

/* --- The linear part ----------------------------------------------------- */

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	unsigned char *start = skb_tail_pointer(skb);

	BUG_ON(skb_is_nonlinear(skb) || len > skb->end - skb->tail);
	skb->tail += len;
	skb->len += len;
	return start;
}
EXPORT_SYMBOL(skb_put);

void *skb_push(struct sk_buff *skb, unsigned int len)
{
	BUG_ON(len > skb_headroom(skb));
	skb->data -= len;
	skb->len += len;
	return skb->data;
}
EXPORT_SYMBOL(skb_push);

void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->len)
		return NULL;
	BUG_ON(len > skb_headlen(skb));
	skb->len -= len;
	skb->data += len;
	return skb->data;
}
EXPORT_SYMBOL(skb_pull);

void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len >= skb->len || WARN_ON_ONCE(skb_is_nonlinear(skb)))
		return;
	skb->len = len;
	skb_set_tail_pointer(skb, len);
}
EXPORT_SYMBOL(skb_trim);

/* --- Queues -------------------------------------------------------------- */

void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk)
{
	guard(spinlock_irqsave)(&list->lock);
	__skb_queue_head(list, newsk);
}
EXPORT_SYMBOL(skb_queue_head);

void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk)
{
	guard(spinlock_irqsave)(&list->lock);
	__skb_queue_tail(list, newsk);
}
EXPORT_SYMBOL(skb_queue_tail);

void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	guard(spinlock_irqsave)(&list->lock);
	__skb_unlink(skb, list);
}
EXPORT_SYMBOL(skb_unlink);

struct sk_buff *skb_dequeue(struct sk_buff_head *list)
{
	guard(spinlock_irqsave)(&list->lock);
	return __skb_dequeue(list);
}
EXPORT_SYMBOL(skb_dequeue);

void skb_queue_purge_reason(struct sk_buff_head *list, enum skb_drop_reason reason)
{
	struct sk_buff *doomed;

	while ((doomed = skb_dequeue(list)))
		kfree_skb_reason(doomed, reason);
}
EXPORT_SYMBOL(skb_queue_purge_reason);
