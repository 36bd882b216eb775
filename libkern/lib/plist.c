// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists in the order of a priority: see linux/plist.h.
 *
 * The ring of first nodes has no head: it is entered at the first node of the
 * list, and its order is that of the priorities, so a place for a new node is
 * found in as many steps as there are priorities.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/plist.h>

/* The first node of the first priority above @prio, or NULL; *same: that of @prio, or NULL. */
static struct plist_node *first_above(struct plist_head *head, int prio, struct plist_node **same)
{
	struct plist_node *first = plist_first(head), *at = first;

	*same = NULL;
	do {
		if (at->prio > prio)
			return at;
		if (at->prio == prio)
			*same = at;
		at = list_next_entry(at, prio_list);
	} while (at != first);
	return NULL;
}

void plist_add(struct plist_node *node, struct plist_head *head)
{
	struct plist_node *above = NULL, *same = NULL;

	WARN_ON(!plist_node_empty(node));
	WARN_ON(!list_empty(&node->prio_list));
	if (!plist_head_empty(head)) {
		above = first_above(head, node->prio, &same);
		if (!same)
			list_add_tail(&node->prio_list,
				      &(above ?: plist_first(head))->prio_list);
	}
	list_add_tail(&node->node_list, above ? &above->node_list : &head->node_list);
}
EXPORT_SYMBOL_GPL(plist_add);

void plist_del(struct plist_node *node, struct plist_head *head)
{
	if (!list_empty(&node->prio_list) || plist_first(head) == node) {
		struct plist_node *heir = list_next_entry(node, node_list);

		/* The next one of this priority takes the place in the ring. */
		if (&heir->node_list != &head->node_list && heir->prio == node->prio)
			list_add(&heir->prio_list, &node->prio_list);
		list_del_init(&node->prio_list);
	}
	list_del_init(&node->node_list);
}
EXPORT_SYMBOL_GPL(plist_del);

void plist_requeue(struct plist_node *node, struct plist_head *head)
{
	plist_del(node, head);
	plist_add(node, head);
}
EXPORT_SYMBOL_GPL(plist_requeue);
