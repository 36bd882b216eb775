/* SPDX-License-Identifier: GPL-2.0-only */
/* list_nulls.h with RCU readers. Kernel path: linux/rculist_nulls.h. */
#ifndef _UDM_LINUX_RCULIST_NULLS_H
#define _UDM_LINUX_RCULIST_NULLS_H

#include <linux/list_nulls.h>
#include <linux/rcupdate.h>

#define hlist_nulls_first_rcu(head) (*((struct hlist_nulls_node __rcu __force **)&(head)->first))
#define hlist_nulls_next_rcu(node) (*((struct hlist_nulls_node __rcu __force **)&(node)->next))

/* Readers may go on from @n. */
#define hlist_nulls_del_rcu(n) hlist_nulls_del(n)

/* Does nothing to a node that is in no list, and leaves it so. */
static inline void hlist_nulls_del_init_rcu(struct hlist_nulls_node *n)
{
	if (hlist_nulls_unhashed(n))
		return;
	__hlist_nulls_del(n);
	WRITE_ONCE(n->pprev, NULL);
}

static inline void hlist_nulls_add_head_rcu(struct hlist_nulls_node *n, struct hlist_nulls_head *h)
{
	struct hlist_nulls_node *second = h->first;

	WRITE_ONCE(n->next, second);
	WRITE_ONCE(n->pprev, &h->first);
	rcu_assign_pointer(hlist_nulls_first_rcu(h), n);
	if (!is_a_nulls(second))
		WRITE_ONCE(second->pprev, &n->next);
}

/* At the end, so that a reader who is on the way does not miss it. */
static inline void hlist_nulls_add_tail_rcu(struct hlist_nulls_node *n, struct hlist_nulls_head *h)
{
	struct hlist_nulls_node *last = h->first;

	if (is_a_nulls(last)) {
		hlist_nulls_add_head_rcu(n, h);
		return;
	}
	while (!is_a_nulls(last->next))
		last = last->next;
	n->next = last->next;
	WRITE_ONCE(n->pprev, &last->next);
	rcu_assign_pointer(hlist_nulls_next_rcu(last), n);
}

/* A node that is in no list, and whose own links only say so. */
static inline void hlist_nulls_add_fake(struct hlist_nulls_node *n)
{
	n->pprev = &n->next;
	n->next = (struct hlist_nulls_node *)NULLS_MARKER(NULL);
}

#define hlist_nulls_for_each_entry_rcu(tpos, pos, head, member)                                    \
	for (pos = rcu_dereference_raw(hlist_nulls_first_rcu(head));                               \
	     __hlist_nulls_at(pos, tpos, member);                                                  \
	     pos = rcu_dereference_raw(hlist_nulls_next_rcu(pos)))
#define hlist_nulls_for_each_entry_safe(tpos, pos, head, member)                                   \
	for (pos = rcu_dereference_raw(hlist_nulls_first_rcu(head));                               \
	     __hlist_nulls_at(pos, tpos, member) &&                                                \
	     ((pos) = rcu_dereference_raw(hlist_nulls_next_rcu(pos)), 1);)

#endif
