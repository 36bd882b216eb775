/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash lists whose lock is bit 0 of the head.
 *
 * Kernel path: linux/list_bl.h. Changes need the lock (or the head to oneself);
 * the bit survives them.
 */
#ifndef _UDM_LINUX_LIST_BL_H
#define _UDM_LINUX_LIST_BL_H

#include <linux/bit_spinlock.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

#define LIST_BL_LOCKMASK 1UL

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct hlist_bl_head {
	struct hlist_bl_node *first;
};

#define INIT_HLIST_BL_HEAD(ptr) ((ptr)->first = NULL)
#define hlist_bl_entry(ptr, type, member) container_of(ptr, type, member)

static inline void INIT_HLIST_BL_NODE(struct hlist_bl_node *n)
{
	n->next = NULL;
	n->pprev = NULL;
}

static inline bool hlist_bl_unhashed(const struct hlist_bl_node *n)
{
	return !n->pprev;
}

static inline struct hlist_bl_node *hlist_bl_first(struct hlist_bl_head *h)
{
	return (struct hlist_bl_node *)((unsigned long)h->first & ~LIST_BL_LOCKMASK);
}

/* Keeps the lock bit as it is. */
static inline void hlist_bl_set_first(struct hlist_bl_head *h, struct hlist_bl_node *n)
{
	unsigned long locked = (unsigned long)h->first & LIST_BL_LOCKMASK;

	smp_store_release(&h->first, (struct hlist_bl_node *)((unsigned long)n | locked));
}

static inline bool hlist_bl_empty(const struct hlist_bl_head *h)
{
	return !((unsigned long)READ_ONCE(h->first) & ~LIST_BL_LOCKMASK);
}

static inline void hlist_bl_add_head(struct hlist_bl_node *n, struct hlist_bl_head *h)
{
	struct hlist_bl_node *second = hlist_bl_first(h);

	n->next = second;
	n->pprev = &h->first;
	if (second)
		second->pprev = &n->next;
	hlist_bl_set_first(h, n);
}

static inline void hlist_bl_add_behind(struct hlist_bl_node *n, struct hlist_bl_node *prev)
{
	n->next = prev->next;
	n->pprev = &prev->next;
	if (n->next)
		n->next->pprev = &n->next;
	WRITE_ONCE(prev->next, n);
}

/* @next is in a list; @n goes before it. */
static inline void hlist_bl_add_before(struct hlist_bl_node *n, struct hlist_bl_node *next)
{
	unsigned long bit = (unsigned long)*next->pprev & LIST_BL_LOCKMASK;

	n->next = next;
	n->pprev = next->pprev;
	WRITE_ONCE(*n->pprev, (struct hlist_bl_node *)((unsigned long)n | bit));
	next->pprev = &n->next;
}

static inline void __hlist_bl_del(struct hlist_bl_node *n)
{
	unsigned long bit = (unsigned long)*n->pprev & LIST_BL_LOCKMASK;

	WRITE_ONCE(*n->pprev, (struct hlist_bl_node *)((unsigned long)n->next | bit));
	if (n->next)
		n->next->pprev = n->pprev;
}

static inline void hlist_bl_del(struct hlist_bl_node *n)
{
	__hlist_bl_del(n);
	n->next = LIST_POISON1;
	n->pprev = LIST_POISON2;
}

static inline void hlist_bl_del_init(struct hlist_bl_node *n)
{
	if (hlist_bl_unhashed(n))
		return;
	__hlist_bl_del(n);
	INIT_HLIST_BL_NODE(n);
}

static inline void hlist_bl_lock(struct hlist_bl_head *b)
{
	bit_spin_lock(0, (unsigned long *)b);
}

static inline void hlist_bl_unlock(struct hlist_bl_head *b)
{
	__bit_spin_unlock(0, (unsigned long *)b);
}

static inline bool hlist_bl_is_locked(struct hlist_bl_head *b)
{
	return bit_spin_is_locked(0, (unsigned long *)b);
}

#define __hlist_bl_at(pos, tpos, member)                                                           \
	((pos) && ((tpos) = hlist_bl_entry(pos, typeof(*(tpos)), member), 1))
#define hlist_bl_for_each_entry(tpos, pos, head, member)                                           \
	for (pos = hlist_bl_first(head); __hlist_bl_at(pos, tpos, member); pos = (pos)->next)
#define hlist_bl_for_each_entry_safe(tpos, pos, n, head, member)                                   \
	for (pos = hlist_bl_first(head);                                                           \
	     (pos) && ((n) = (pos)->next, 1) && __hlist_bl_at(pos, tpos, member); pos = n)

#endif
