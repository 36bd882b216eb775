/* SPDX-License-Identifier: GPL-2.0-only */
/* list_bl.h with RCU readers. Kernel path: linux/rculist_bl.h. */
#ifndef _UDM_LINUX_RCULIST_BL_H
#define _UDM_LINUX_RCULIST_BL_H

#include <linux/list_bl.h>
#include <linux/rcupdate.h>

/* The head is published with release by hlist_bl_add_head() already. */
#define hlist_bl_add_head_rcu(n, h) hlist_bl_add_head(n, h)

/* Readers may go on from @n. */
static inline void hlist_bl_del_rcu(struct hlist_bl_node *n)
{
	__hlist_bl_del(n);
	n->pprev = LIST_POISON2;
}

static inline struct hlist_bl_node *hlist_bl_first_rcu(struct hlist_bl_head *h)
{
	return (struct hlist_bl_node *)((unsigned long)rcu_dereference_check(
						h->first, hlist_bl_is_locked(h)) &
					~LIST_BL_LOCKMASK);
}

#define hlist_bl_for_each_entry_rcu(tpos, pos, head, member)                                       \
	for (pos = hlist_bl_first_rcu(head); __hlist_bl_at(pos, tpos, member);                     \
	     pos = rcu_dereference_raw((pos)->next))

#endif
