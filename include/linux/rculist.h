/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists whose readers hold only rcu_read_lock().
 *
 * Kernel path: linux/rculist.h. Writers exclude each other. An entry is
 * published by a release store of the pointer that leads to it, and stays
 * readable after removal (its next pointer is kept) until a grace period ends.
 */
#ifndef _UDM_LINUX_RCULIST_H
#define _UDM_LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) (*((struct list_head __rcu **)(&(list)->next)))
#define list_tail_rcu(head) (*((struct list_head __rcu **)(&(head)->prev)))
#define hlist_first_rcu(head) (*((struct hlist_node __rcu **)(&(head)->first)))
#define hlist_next_rcu(node) (*((struct hlist_node __rcu **)(&(node)->next)))
#define hlist_pprev_rcu(node) (*((struct hlist_node __rcu **)((node)->pprev)))

static inline void INIT_LIST_HEAD_RCU(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

/* Links entry between two neighbours; readers come in by prev->next. */
static inline void __list_publish(struct list_head *entry, struct list_head *prev,
				  struct list_head *next)
{
	entry->next = next;
	entry->prev = prev;
	smp_store_release(&prev->next, entry);
	next->prev = entry;
}

static inline void list_add_rcu(struct list_head *entry, struct list_head *head)
{
	__list_publish(entry, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *entry, struct list_head *head)
{
	__list_publish(entry, head->prev, head);
}

/*
 * Takes entry out while readers walk. Those who come by its predecessor from now on reach
 * the next entry by this store, not by the one that published it: it releases, too.
 */
static inline void __list_unpublish(struct list_head *entry)
{
	struct list_head *prev = entry->prev, *next = entry->next;

	WRITE_ONCE(next->prev, prev);
	smp_store_release(&prev->next, next);
}

static inline void list_del_rcu(struct list_head *entry)
{
	__list_unpublish(entry);
	entry->prev = LIST_POISON2;
}

/* For lists that readers also walk backwards: both links of the entry stay. */
static inline void list_bidir_del_rcu(struct list_head *entry)
{
	__list_unpublish(entry);
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *entry)
{
	__list_publish(entry, old->prev, old->next);
	old->prev = LIST_POISON2;
}

#define list_entry_rcu(ptr, type, member) container_of(rcu_dereference_raw(ptr), type, member)
#define list_entry_lockless(ptr, type, member) list_entry_rcu(ptr, type, member)
#define list_first_or_null_rcu(head, type, member)                                                 \
	({                                                                                         \
		struct list_head *__h = (head), *__first = rcu_dereference_raw(__h->next);         \
		likely(__h != __first) ? list_entry(__first, type, member) : NULL;                 \
	})
#define list_next_or_null_rcu(head, ptr, type, member)                                             \
	({                                                                                         \
		struct list_head *__h = (head), *__after = rcu_dereference_raw((ptr)->next);       \
		likely(__h != __after) ? list_entry(__after, type, member) : NULL;                 \
	})

#define list_for_each_entry_rcu(pos, head, member, cond...)                                        \
	for (pos = list_entry_rcu((head)->next, typeof(*pos), member); &pos->member != (head);     \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_srcu(pos, head, member, cond)                                          \
	list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_lockless(pos, head, member) list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_continue_rcu(pos, head, member)                                        \
	for (pos = list_entry_rcu(pos->member.next, typeof(*pos), member); &pos->member != (head); \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_from_rcu(pos, head, member)                                            \
	for (; &(pos)->member != (head);                                                           \
	     pos = list_entry_rcu(pos->member.next, typeof(*(pos)), member))

/* Moves everything in between prev and next; sync() waits until no reader of `list` is left. */
static inline void __list_splice_init_rcu(struct list_head *list, struct list_head *prev,
					  struct list_head *next, void (*sync)(void))
{
	struct list_head *first = list->next, *last = list->prev;

	INIT_LIST_HEAD_RCU(list);
	sync();
	last->next = next;
	first->prev = prev;
	next->prev = last;
	smp_store_release(&prev->next, first);
}

static inline void list_splice_init_rcu(struct list_head *list, struct list_head *head,
					void (*sync)(void))
{
	if (!list_empty(list))
		__list_splice_init_rcu(list, head, head->next, sync);
}

static inline void list_splice_tail_init_rcu(struct list_head *list, struct list_head *head,
					     void (*sync)(void))
{
	if (!list_empty(list))
		__list_splice_init_rcu(list, head->prev, head, sync);
}

/* Publishes n where *link points, in front of what was there. */
static inline void __hlist_publish(struct hlist_node *n, struct hlist_node **link)
{
	struct hlist_node *next = *link;

	n->next = next;
	WRITE_ONCE(n->pprev, link);
	smp_store_release(link, n);
	if (next)
		WRITE_ONCE(next->pprev, &n->next);
}

static inline void hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h)
{
	__hlist_publish(n, &h->first);
}

static inline void hlist_add_before_rcu(struct hlist_node *n, struct hlist_node *next)
{
	__hlist_publish(n, next->pprev);
}

static inline void hlist_add_behind_rcu(struct hlist_node *n, struct hlist_node *prev)
{
	__hlist_publish(n, &prev->next);
}

static inline void hlist_add_tail_rcu(struct hlist_node *n, struct hlist_head *h)
{
	struct hlist_node **link = &h->first;

	while (*link)
		link = &(*link)->next;
	__hlist_publish(n, link);
}

/* As __list_unpublish(). */
static inline void __hlist_unpublish(struct hlist_node *n)
{
	struct hlist_node *next = n->next, **link = n->pprev;

	smp_store_release(link, next);
	if (next)
		WRITE_ONCE(next->pprev, link);
}

static inline void hlist_del_rcu(struct hlist_node *n)
{
	__hlist_unpublish(n);
	WRITE_ONCE(n->pprev, LIST_POISON2);
}

static inline void hlist_del_init_rcu(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	__hlist_unpublish(n);
	WRITE_ONCE(n->pprev, NULL);
}

static inline void hlist_replace_rcu(struct hlist_node *old, struct hlist_node *n)
{
	struct hlist_node *next = old->next;

	n->next = next;
	WRITE_ONCE(n->pprev, old->pprev);
	smp_store_release(n->pprev, n);
	if (next)
		WRITE_ONCE(next->pprev, &n->next);
	WRITE_ONCE(old->pprev, LIST_POISON2);
}

/* Exchanges the nodes of two lists; a reader sees either list, or the other from there on. */
static inline void hlists_swap_heads_rcu(struct hlist_head *left, struct hlist_head *right)
{
	struct hlist_node *was_left = left->first, *was_right = right->first;

	smp_store_release(&right->first, was_left);
	smp_store_release(&left->first, was_right);
	if (was_left)
		WRITE_ONCE(was_left->pprev, &right->first);
	if (was_right)
		WRITE_ONCE(was_right->pprev, &left->first);
}

#define __hlist_deref(ptr, type, member)                                                           \
	hlist_entry_safe(rcu_dereference_raw(ptr), type, member)
#define __hlist_for_each_rcu(pos, head)                                                            \
	for (pos = rcu_dereference((head)->first); pos; pos = rcu_dereference(pos->next))
#define hlist_for_each_entry_rcu(pos, head, member, cond...)                                       \
	for (pos = __hlist_deref((head)->first, typeof(*(pos)), member); pos;                      \
	     pos = __hlist_deref((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_srcu(pos, head, member, cond)                                         \
	hlist_for_each_entry_rcu(pos, head, member)
#define hlist_for_each_entry_rcu_notrace(pos, head, member)                                        \
	hlist_for_each_entry_rcu(pos, head, member)
#define hlist_for_each_entry_rcu_bh(pos, head, member) hlist_for_each_entry_rcu(pos, head, member)
#define hlist_for_each_entry_continue_rcu(pos, member)                                             \
	for (pos = __hlist_deref((pos)->member.next, typeof(*(pos)), member); pos;                 \
	     pos = __hlist_deref((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_continue_rcu_bh(pos, member)                                          \
	hlist_for_each_entry_continue_rcu(pos, member)
#define hlist_for_each_entry_from_rcu(pos, member)                                                 \
	for (; pos; pos = __hlist_deref((pos)->member.next, typeof(*(pos)), member))

#endif
