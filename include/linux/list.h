/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doubly linked lists with the links inside the entries, and hash list heads.
 *
 * Kernel path: linux/list.h. The caller serialises writers. list_empty() and
 * hlist_empty() may race with them; they use READ_ONCE against the WRITE_ONCE
 * of next/first. Deleted entries are poisoned. Only the _safe iterators allow
 * the current entry to go away. <sys/queue.h> has a LIST_HEAD of two arguments,
 * which keeps working.
 */
#ifndef _UDM_LINUX_LIST_H
#define _UDM_LINUX_LIST_H

#if __has_include(<sys/queue.h>)
#include <sys/queue.h>
#undef LIST_HEAD
#endif
#include <asm/barrier.h>
#include <linux/const.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define __LIST_HEAD_1(name) struct list_head name = LIST_HEAD_INIT(name)
#define __LIST_HEAD_2(name, type)                                                                  \
	struct name {                                                                              \
		struct type *lh_first;                                                             \
	}
#define __LIST_HEAD_PICK(a, b, which, ...) which
#define LIST_HEAD(...) __LIST_HEAD_PICK(__VA_ARGS__, __LIST_HEAD_2, __LIST_HEAD_1, )(__VA_ARGS__)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->prev, list);
	WRITE_ONCE(list->next, list);
}

/*
 * Links first ... last in between two neighbours. One of them may be the head, whose two
 * words list_empty() and list_empty_careful() read without the lock.
 */
static inline void __list_link(struct list_head *prev, struct list_head *first,
			       struct list_head *last, struct list_head *next)
{
	WRITE_ONCE(next->prev, last);
	last->next = next;
	first->prev = prev;
	WRITE_ONCE(prev->next, first);
}

/* Makes two entries neighbours, leaving out whatever was between them. */
static inline void __list_join(struct list_head *prev, struct list_head *next)
{
	WRITE_ONCE(next->prev, prev);
	WRITE_ONCE(prev->next, next);
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	__list_link(head, entry, entry, head->next);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	__list_link(head->prev, entry, entry, head);
}

static inline void __list_del_entry(struct list_head *entry)
{
	__list_join(entry->prev, entry->next);
}

static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_replace(struct list_head *old, struct list_head *entry)
{
	/* A list without entries leaves a list without entries. */
	if (old->next == old)
		INIT_LIST_HEAD(entry);
	else
		__list_link(old->prev, entry, entry, old->next);
}

static inline void list_replace_init(struct list_head *old, struct list_head *entry)
{
	list_replace(old, entry);
	INIT_LIST_HEAD(old);
}

/* Exchanges the places of two entries; they may be neighbours. */
static inline void list_swap(struct list_head *a, struct list_head *b)
{
	struct list_head *before_b = b->prev;

	list_del(b);
	list_replace(a, b);
	if (before_b == a)
		before_b = b;
	list_add(a, before_b);
}

/* As list_del() for a list that only list_empty() and this are used on: clears prev. */
static inline void __list_del_clearprev(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = NULL;
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

/* Moves first ... last, neighbours on one list, to the end of head's list. */
static inline void list_bulk_move_tail(struct list_head *head, struct list_head *first,
				       struct list_head *last)
{
	__list_join(first->prev, last->next);
	__list_link(head->prev, first, last, head);
}

static inline int list_is_head(const struct list_head *entry, const struct list_head *head)
{
	return entry == head;
}

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return head == entry->prev;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return head == entry->next;
}

static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/*
 * Pair with list_empty_careful(): whoever sees the entry unlinked by an acquire
 * of next also sees everything the deleter did before.
 */
static inline void list_del_init_careful(struct list_head *entry)
{
	__list_del_entry(entry);
	WRITE_ONCE(entry->prev, entry);
	smp_store_release(&entry->next, entry);
}

static inline int list_empty_careful(const struct list_head *head)
{
	struct list_head *after = smp_load_acquire(&head->next);

	return after == head && READ_ONCE(head->prev) == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return head->next == head->prev && !list_empty(head);
}

static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* Makes entry the first one and keeps the cyclic order: the head moves before it. */
static inline void list_rotate_to_front(struct list_head *entry, struct list_head *head)
{
	list_move_tail(head, entry);
}

/* Gives to the empty `list` what is between head and the entry `stop`. */
static inline void __list_cut(struct list_head *list, struct list_head *head,
			      struct list_head *stop)
{
	struct list_head *first = head->next, *last = stop->prev;

	if (first == stop) {
		INIT_LIST_HEAD(list);
		return;
	}
	__list_join(head, stop);
	__list_link(list, first, last, list);
}

/* Moves the entries up to and including entry: none if that is the head. */
static inline void list_cut_position(struct list_head *list, struct list_head *head,
				     struct list_head *entry)
{
	bool only_another = list_is_singular(head) && entry != head->next && entry != head;

	if (list_empty(head) || only_another)
		return;
	__list_cut(list, head, entry == head ? head->next : entry->next);
}

/* Moves the entries before entry: all of them if that is the head. */
static inline void list_cut_before(struct list_head *list, struct list_head *head,
				   struct list_head *entry)
{
	__list_cut(list, head, entry);
}

static inline void __list_splice(struct list_head *list, struct list_head *prev,
				 struct list_head *next)
{
	if (!list_empty(list))
		__list_link(prev, list->next, list->prev, next);
}

static inline void list_splice(struct list_head *list, struct list_head *head)
{
	__list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	__list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member)                                               \
	({                                                                                         \
		struct list_head *__h = (head), *__first = READ_ONCE(__h->next);                   \
		__first != __h ? list_entry(__first, type, member) : NULL;                         \
	})
#define list_last_entry_or_null(head, type, member)                                                \
	({                                                                                         \
		struct list_head *__h = (head), *__last = READ_ONCE(__h->prev);                    \
		__last != __h ? list_entry(__last, type, member) : NULL;                           \
	})
/*
 * The node in an entry, by arithmetic: walks apply this to the head too, where no
 * entry is, and an access through a type would claim that type's alignment.
 */
#define __list_node(pos, member)                                                                   \
	((struct list_head *)((unsigned long)(pos) + offsetof(typeof(*(pos)), member)))
#define list_next_entry(pos, member)                                                               \
	list_entry(__list_node(pos, member)->next, typeof(*(pos)), member)
#define list_prev_entry(pos, member)                                                               \
	list_entry(__list_node(pos, member)->prev, typeof(*(pos)), member)
#define list_next_entry_circular(pos, head, member)                                                \
	(list_is_last(&(pos)->member, head) ?                                                      \
		 list_first_entry(head, typeof(*(pos)), member) :                                  \
		 list_next_entry(pos, member))
#define list_prev_entry_circular(pos, head, member)                                                \
	(list_is_first(&(pos)->member, head) ?                                                     \
		 list_last_entry(head, typeof(*(pos)), member) :                                   \
		 list_prev_entry(pos, member))
#define list_entry_is_head(pos, head, member) list_is_head(__list_node(pos, member), (head))

#define list_for_each(pos, head)                                                                   \
	for (pos = (head)->next; !list_is_head(pos, (head)); pos = pos->next)
#define list_for_each_from(pos, head) for (; !list_is_head(pos, (head)); pos = pos->next)
#define list_for_each_rcu(pos, head)                                                               \
	for (pos = rcu_dereference((head)->next); !list_is_head(pos, (head));                      \
	     pos = rcu_dereference(pos->next))
#define list_for_each_continue(pos, head)                                                          \
	for (pos = pos->next; !list_is_head(pos, (head)); pos = pos->next)
#define list_for_each_prev(pos, head)                                                              \
	for (pos = (head)->prev; !list_is_head(pos, (head)); pos = pos->prev)
#define list_for_each_safe(pos, n, head)                                                           \
	for (pos = (head)->next, n = pos->next; !list_is_head(pos, (head)); pos = n, n = pos->next)
#define list_for_each_prev_safe(pos, n, head)                                                      \
	for (pos = (head)->prev, n = pos->prev; !list_is_head(pos, (head)); pos = n, n = pos->prev)

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *pos;
	size_t count = 0;

	list_for_each(pos, head)
		count++;
	return count;
}

/* Walks from `from` by the given step until the head is reached. */
#define __list_walk(pos, head, member, from, step)                                                 \
	for (pos = from; !list_entry_is_head(pos, head, member); pos = step(pos, member))
#define __list_walk_safe(pos, n, head, member, from, step)                                         \
	for (pos = from, n = step(pos, member); !list_entry_is_head(pos, head, member);            \
	     pos = n, n = step(n, member))

#define list_for_each_entry(pos, head, member)                                                     \
	__list_walk(pos, head, member, list_first_entry(head, typeof(*pos), member),               \
		    list_next_entry)
#define list_for_each_entry_reverse(pos, head, member)                                             \
	__list_walk(pos, head, member, list_last_entry(head, typeof(*pos), member),                \
		    list_prev_entry)
#define list_prepare_entry(pos, head, member) ((pos) ?: list_entry(head, typeof(*pos), member))
#define list_for_each_entry_continue(pos, head, member)                                            \
	__list_walk(pos, head, member, list_next_entry(pos, member), list_next_entry)
#define list_for_each_entry_continue_reverse(pos, head, member)                                    \
	__list_walk(pos, head, member, list_prev_entry(pos, member), list_prev_entry)
#define list_for_each_entry_from(pos, head, member)                                                \
	for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_from_reverse(pos, head, member)                                        \
	for (; !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	__list_walk_safe(pos, n, head, member, list_first_entry(head, typeof(*pos), member),       \
			 list_next_entry)
#define list_for_each_entry_safe_continue(pos, n, head, member)                                    \
	__list_walk_safe(pos, n, head, member, list_next_entry(pos, member), list_next_entry)
#define list_for_each_entry_safe_from(pos, n, head, member)                                        \
	for (n = list_next_entry(pos, member); !list_entry_is_head(pos, head, member);             \
	     pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)                                     \
	__list_walk_safe(pos, n, head, member, list_last_entry(head, typeof(*pos), member),        \
			 list_prev_entry)
#define list_safe_reset_next(pos, n, member) n = list_next_entry(pos, member)

/* Hash lists: one pointer per head; an entry knows the pointer that points at it. */
#define HLIST_HEAD_INIT { .first = NULL }
#define HLIST_HEAD(name) struct hlist_head name = { .first = NULL }
#define INIT_HLIST_HEAD(ptr) ((ptr)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *h)
{
	h->next = NULL;
	h->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *h)
{
	return !h->pprev;
}

static inline int hlist_unhashed_lockless(const struct hlist_node *h)
{
	return !READ_ONCE(h->pprev);
}

static inline int hlist_empty(const struct hlist_head *h)
{
	return !READ_ONCE(h->first);
}

/* Puts n where *link points, in front of what was there. */
static inline void __hlist_insert(struct hlist_node *n, struct hlist_node **link)
{
	struct hlist_node *next = *link;

	WRITE_ONCE(n->next, next);
	if (next)
		WRITE_ONCE(next->pprev, &n->next);
	WRITE_ONCE(n->pprev, link);
	WRITE_ONCE(*link, n);
}

static inline void __hlist_del(struct hlist_node *n)
{
	struct hlist_node *next = n->next, **link = n->pprev;

	WRITE_ONCE(*link, next);
	if (next)
		WRITE_ONCE(next->pprev, link);
}

static inline void hlist_del(struct hlist_node *n)
{
	__hlist_del(n);
	n->next = LIST_POISON1;
	n->pprev = LIST_POISON2;
}

static inline void hlist_del_init(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	__hlist_del(n);
	INIT_HLIST_NODE(n);
}

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
{
	__hlist_insert(n, &h->first);
}

static inline void hlist_add_before(struct hlist_node *n, struct hlist_node *next)
{
	__hlist_insert(n, next->pprev);
}

static inline void hlist_add_behind(struct hlist_node *n, struct hlist_node *prev)
{
	__hlist_insert(n, &prev->next);
}

/* On no list, but hlist_del() works and hlist_unhashed() is false. */
static inline void hlist_add_fake(struct hlist_node *n)
{
	n->pprev = &n->next;
}

static inline bool hlist_fake(struct hlist_node *h)
{
	return h->pprev == &h->next;
}

static inline bool hlist_is_singular_node(struct hlist_node *n, struct hlist_head *h)
{
	return !n->next && n->pprev == &h->first;
}

static inline void hlist_move_list(struct hlist_head *old, struct hlist_head *to)
{
	to->first = old->first;
	if (to->first)
		to->first->pprev = &to->first;
	old->first = NULL;
}

/* from is not empty and ends in last. */
static inline void hlist_splice_init(struct hlist_head *from, struct hlist_node *last,
				     struct hlist_head *to)
{
	last->next = to->first;
	if (last->next)
		last->next->pprev = &last->next;
	hlist_move_list(from, to);
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member)                                                        \
	({                                                                                         \
		typeof(ptr) __node = (ptr);                                                        \
		__node ? hlist_entry(__node, type, member) : NULL;                                 \
	})
#define hlist_for_each(pos, head) for (pos = (head)->first; pos; pos = pos->next)
#define hlist_for_each_safe(pos, n, head)                                                          \
	for (pos = (head)->first; pos && ({ n = pos->next; 1; }); pos = n)
#define hlist_for_each_entry(pos, head, member)                                                    \
	for (pos = hlist_entry_safe((head)->first, typeof(*(pos)), member); pos;                   \
	     pos = hlist_entry_safe((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_continue(pos, member)                                                 \
	for (pos = hlist_entry_safe((pos)->member.next, typeof(*(pos)), member); pos;              \
	     pos = hlist_entry_safe((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_from(pos, member)                                                     \
	for (; pos; pos = hlist_entry_safe((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_safe(pos, n, head, member)                                            \
	for (pos = hlist_entry_safe((head)->first, typeof(*pos), member);                          \
	     pos && ({ n = pos->member.next; 1; });                                                \
	     pos = hlist_entry_safe(n, typeof(*pos), member))

static inline size_t hlist_count_nodes(struct hlist_head *head)
{
	struct hlist_node *pos;
	size_t count = 0;

	hlist_for_each(pos, head)
		count++;
	return count;
}

#endif
