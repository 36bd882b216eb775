/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash lists that end in a value instead of NULL.
 *
 * Kernel path: linux/list_nulls.h. The end is an odd pointer that holds the
 * value (the bucket, usually), so that a lockless reader who was carried into
 * another list by an object's reuse notices it.
 */
#ifndef _UDM_LINUX_LIST_NULLS_H
#define _UDM_LINUX_LIST_NULLS_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
};

struct hlist_nulls_node {
	struct hlist_nulls_node *next, **pprev;
};

#define NULLS_MARKER(value) (1UL | (((unsigned long)(value)) << 1))
#define INIT_HLIST_NULLS_HEAD(ptr, nulls)                                                          \
	((ptr)->first = (struct hlist_nulls_node *)NULLS_MARKER(nulls))
#define HLIST_NULLS_HEAD_INIT(nulls)                                                               \
	{ .first = (struct hlist_nulls_node *)NULLS_MARKER(nulls) }
#define hlist_nulls_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_nulls_entry_safe(ptr, type, member)                                                  \
	({                                                                                         \
		typeof(ptr) __node = (ptr);                                                        \
		is_a_nulls(__node) ? NULL : hlist_nulls_entry(__node, type, member);               \
	})

static inline int is_a_nulls(const struct hlist_nulls_node *ptr)
{
	return (unsigned long)ptr & 1;
}

static inline unsigned long get_nulls_value(const struct hlist_nulls_node *ptr)
{
	return (unsigned long)ptr >> 1;
}

static inline int hlist_nulls_unhashed(const struct hlist_nulls_node *h)
{
	return !h->pprev;
}

static inline int hlist_nulls_unhashed_lockless(const struct hlist_nulls_node *h)
{
	return !READ_ONCE(h->pprev);
}

static inline int hlist_nulls_empty(const struct hlist_nulls_head *h)
{
	return is_a_nulls(READ_ONCE(h->first));
}

static inline void hlist_nulls_add_head(struct hlist_nulls_node *n, struct hlist_nulls_head *h)
{
	struct hlist_nulls_node *second = h->first;

	n->next = second;
	WRITE_ONCE(n->pprev, &h->first);
	h->first = n;
	if (!is_a_nulls(second))
		WRITE_ONCE(second->pprev, &n->next);
}

static inline void __hlist_nulls_del(struct hlist_nulls_node *n)
{
	struct hlist_nulls_node *after = n->next;

	WRITE_ONCE(*n->pprev, after);
	if (!is_a_nulls(after))
		WRITE_ONCE(after->pprev, n->pprev);
}

static inline void hlist_nulls_del(struct hlist_nulls_node *n)
{
	__hlist_nulls_del(n);
	WRITE_ONCE(n->pprev, LIST_POISON2);
}

#define __hlist_nulls_at(pos, tpos, member)                                                        \
	(!is_a_nulls(pos) && ((tpos) = hlist_nulls_entry(pos, typeof(*(tpos)), member), 1))
#define hlist_nulls_for_each_entry(tpos, pos, head, member)                                        \
	for (pos = (head)->first; __hlist_nulls_at(pos, tpos, member); pos = (pos)->next)
#define hlist_nulls_for_each_entry_from(tpos, pos, member)                                         \
	for (; __hlist_nulls_at(pos, tpos, member); pos = (pos)->next)

#endif
