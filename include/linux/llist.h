/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock-free singly linked lists, newest first.
 *
 * Kernel path: linux/llist.h. Any number of producers (llist_add) and takers of
 * everything (llist_del_all) may run together. llist_del_first() needs callers
 * that exclude each other and llist_del_all().
 */
#ifndef _UDM_LINUX_LLIST_H
#define _UDM_LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

/* A node on no list points at itself. */
static inline void init_llist_node(struct llist_node *node)
{
	WRITE_ONCE(node->next, node);
}

static inline bool llist_on_list(const struct llist_node *node)
{
	return READ_ONCE(node->next) != node;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
/*
 * The loops end at the "entry" of a NULL node. It lies before address 0, so it
 * is computed and tested as an integer.
 */
#define __llist_pos(node, pos, member)                                                             \
	((typeof(pos))((uintptr_t)(node) - offsetof(typeof(*(pos)), member)))
#define __llist_node_of(pos, member) ((uintptr_t)(pos) + offsetof(typeof(*(pos)), member))
#define llist_for_each(pos, node) for (pos = (node); pos; pos = pos->next)
#define llist_for_each_safe(pos, n, node)                                                          \
	for (pos = (node); pos && (n = pos->next, true); pos = n)
#define llist_for_each_entry(pos, node, member)                                                    \
	for (pos = __llist_pos(node, pos, member); __llist_node_of(pos, member);                   \
	     pos = __llist_pos((pos)->member.next, pos, member))
#define llist_for_each_entry_safe(pos, n, node, member)                                            \
	for (pos = __llist_pos(node, pos, member);                                                 \
	     __llist_node_of(pos, member) &&                                                       \
	     (n = __llist_pos((pos)->member.next, n, member), true);                               \
	     pos = n)

static inline bool llist_empty(const struct llist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

/* Adds the chain first ... last; true if the list was empty. */
static inline bool llist_add_batch(struct llist_node *first, struct llist_node *last,
				   struct llist_head *head)
{
	struct llist_node *top = READ_ONCE(head->first);

	/* The exchange publishes the nodes' contents: it is fully ordered. */
	do {
		WRITE_ONCE(last->next, top);
	} while (!try_cmpxchg(&head->first, &top, first));
	return !top;
}

static inline bool llist_add(struct llist_node *node, struct llist_head *head)
{
	return llist_add_batch(node, node, head);
}

/* The __ forms: nobody else uses the list. */
static inline bool __llist_add_batch(struct llist_node *first, struct llist_node *last,
				     struct llist_head *head)
{
	last->next = head->first;
	head->first = first;
	return !last->next;
}

static inline bool __llist_add(struct llist_node *node, struct llist_head *head)
{
	return __llist_add_batch(node, node, head);
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, NULL);
}

static inline struct llist_node *__llist_del_all(struct llist_head *head)
{
	struct llist_node *all = head->first;

	head->first = NULL;
	return all;
}

/*
 * The node seen at the top cannot leave the list meanwhile (single consumer), so
 * its next pointer stays valid and an equal top means an unchanged one.
 */
static inline struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *top = smp_load_acquire(&head->first);

	while (top && !try_cmpxchg(&head->first, &top, READ_ONCE(top->next)))
		;
	return top;
}

/* As llist_del_first(); the node points at itself then. */
static inline struct llist_node *llist_del_first_init(struct llist_head *head)
{
	struct llist_node *node = llist_del_first(head);

	if (node)
		init_llist_node(node);
	return node;
}

/* Takes @node away if it is the newest. */
static inline bool llist_del_first_this(struct llist_head *head, struct llist_node *node)
{
	struct llist_node *top = smp_load_acquire(&head->first);

	do {
		if (top != node)
			return false;
	} while (!try_cmpxchg(&head->first, &top, READ_ONCE(node->next)));
	return true;
}

static inline struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;

	while (head) {
		struct llist_node *rest = head->next;

		head->next = reversed;
		reversed = head;
		head = rest;
	}
	return reversed;
}

#endif
