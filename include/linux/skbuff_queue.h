/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues of socket buffers: part of linux/skbuff.h, include that.
 *
 * A queue is a ring of next/prev pointers through its head. Forms with two
 * underscores leave locking to the caller; the others take the queue's lock.
 */
#ifndef _LINUX_SKBUFF_QUEUE_H
#define _LINUX_SKBUFF_QUEUE_H

#include <linux/skbuff.h>

static inline void __skb_queue_head_init(struct sk_buff_head *list)
{
	list->next = list->prev = (struct sk_buff *)list;
	list->qlen = 0;
}

static inline void skb_queue_head_init(struct sk_buff_head *list)
{
	spin_lock_init(&list->lock);
	__skb_queue_head_init(list);
}

static inline int skb_queue_empty(const struct sk_buff_head *list)
{
	return list->next == (const struct sk_buff *)list;
}

static inline bool skb_queue_empty_lockless(const struct sk_buff_head *list)
{
	return READ_ONCE(list->next) == (const struct sk_buff *)list;
}

static inline u32 skb_queue_len(const struct sk_buff_head *list)
{
	return list->qlen;
}

static inline u32 skb_queue_len_lockless(const struct sk_buff_head *list)
{
	return READ_ONCE(list->qlen);
}

static inline struct sk_buff *skb_peek(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->next;
}

static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->prev;
}

static inline struct sk_buff *skb_peek_next(struct sk_buff *skb, const struct sk_buff_head *list)
{
	return skb->next == (const struct sk_buff *)list ? NULL : skb->next;
}

static inline struct sk_buff *skb_peek_prev(struct sk_buff *skb, const struct sk_buff_head *list)
{
	return skb->prev == (const struct sk_buff *)list ? NULL : skb->prev;
}

/* Links @skb between two neighbours of @list. */
static inline void __skb_insert(struct sk_buff *skb, struct sk_buff *before,
				struct sk_buff *after, struct sk_buff_head *list)
{
	WRITE_ONCE(skb->prev, before);
	WRITE_ONCE(skb->next, after);
	WRITE_ONCE(before->next, skb);
	WRITE_ONCE(after->prev, skb);
	WRITE_ONCE(list->qlen, list->qlen + 1);
}

static inline void __skb_queue_after(struct sk_buff_head *list, struct sk_buff *prev,
				     struct sk_buff *skb)
{
	__skb_insert(skb, prev, prev->next, list);
}

static inline void __skb_queue_before(struct sk_buff_head *list, struct sk_buff *next,
				      struct sk_buff *skb)
{
	__skb_insert(skb, next->prev, next, list);
}

static inline void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_queue_after(list, (struct sk_buff *)list, skb);
}

static inline void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_queue_before(list, (struct sk_buff *)list, skb);
}

static inline void __skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	WRITE_ONCE(list->qlen, list->qlen - 1);
	WRITE_ONCE(skb->prev->next, skb->next);
	WRITE_ONCE(skb->next->prev, skb->prev);
	skb->next = skb->prev = NULL;
}

static inline struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *first = skb_peek(list);

	if (first)
		__skb_unlink(first, list);
	return first;
}

/* Moves everything on @list to the end of @head. */
static inline void skb_queue_splice_tail_init(struct sk_buff_head *list, struct sk_buff_head *head)
{
	struct sk_buff *moved;

	while ((moved = __skb_dequeue(list)))
		__skb_queue_tail(head, moved);
}

#define skb_queue_walk(queue, skb)					\
	for (skb = (queue)->next; skb != (struct sk_buff *)(queue); skb = skb->next)

#define skb_queue_walk_safe(queue, skb, tmp)				\
	for (skb = (queue)->next, tmp = skb->next;			\
	     skb != (struct sk_buff *)(queue); skb = tmp, tmp = skb->next)

#define skb_walk_frags(skb, iter)					\
	for (iter = skb_shinfo(skb)->frag_list; iter; iter = iter->next)

/* Any context: the lock is taken with interrupts off. Contract: net/core/skbuff.c. */
void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk);
void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk);
void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list);
struct sk_buff *skb_dequeue(struct sk_buff_head *list);
void skb_queue_purge_reason(struct sk_buff_head *list, enum skb_drop_reason reason);

static inline void skb_queue_purge(struct sk_buff_head *list)
{
	skb_queue_purge_reason(list, SKB_DROP_REASON_QUEUE_PURGE);
}

static inline void __skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *doomed;

	while ((doomed = __skb_dequeue(list)))
		kfree_skb_reason(doomed, SKB_DROP_REASON_QUEUE_PURGE);
}

#endif
