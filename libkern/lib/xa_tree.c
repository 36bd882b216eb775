// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree below an XArray: finding things in it, without a lock.
 *
 * Searches do not climb: when a node is exhausted they start again at the head with
 * the next index, which needs no parent pointers and therefore no care about nodes
 * that die meanwhile. What they may find in a node that changes or dies under them,
 * and why that is right, is said in xa_tree.h.
 */
#include <linux/bitops.h>

#include "libkern/lib/xa_tree.h"

void *xa_node_follow(const struct xa_node *node, unsigned int *slot)
{
	for (;;) {
		/* Acquire: a reader that sees an increment sees the slots changed before it. */
		unsigned int untied = smp_load_acquire(&node->untied);
		void *entry = xa_node_get(node, *slot);
		unsigned int first;

		if (!xa_is_sibling(entry))
			return entry;
		first = xa_to_sibling(entry);
		entry = xa_node_get(node, first);
		/* The acquire load of the entry keeps this one behind it. */
		if (READ_ONCE(node->untied) == untied) {
			*slot = first;
			return entry;
		}
	}
}

static void *leave_bounds(struct xa_state *xas)
{
	xas->xa_node = XAS_BOUNDS;
	return NULL;
}

void *xa_tree_walk(struct xa_state *xas)
{
	void *entry = xa_tree_head(xas->xa);
	struct xa_node *node = NULL;

	if (xa_is_node(entry)) {
		node = xa_to_node(entry);
		if (!xa_node_covers(node, xas->xa_index) || node->shift < xas->xa_shift)
			return leave_bounds(xas);
	} else if (xas->xa_index) {
		return leave_bounds(xas);
	}
	xas->xa_offset = 0;
	while (xa_is_node(entry)) {
		node = xa_to_node(entry);
		xas->xa_offset = xa_node_slot(node, xas->xa_index);
		entry = xa_node_get(node, xas->xa_offset);
		if (node->shift <= xas->xa_shift)
			break;
	}
	xas->xa_node = node;
	return entry;
}

/* The first slot from this one on that is not NULL or has the mark; 64 if there is none. */
static unsigned int next_slot(const struct xa_node *node, unsigned int slot, xa_mark_t filter)
{
	unsigned long marked;

	if (filter != XA_PRESENT) {
		marked = slot < XA_CHUNK_SIZE ? xa_node_marks(node, filter) & ~0UL << slot : 0;
		return marked ? __ffs(marked) : XA_CHUNK_SIZE;
	}
	while (slot < XA_CHUNK_SIZE && !rcu_access_pointer(node->slots[slot]))
		slot++;
	return slot;
}

/* The first slot after the tie that slot belongs to. */
static unsigned int slot_after(const struct xa_node *node, unsigned int slot)
{
	do {
		slot++;
	} while (slot < XA_CHUNK_SIZE && xa_is_sibling(rcu_access_pointer(node->slots[slot])));
	return slot;
}

/*
 * At a slot of the index at where no entry begins: the entry that began before, if
 * that is wanted. A node if the slot has been changed into one, NULL if it is to be
 * skipped.
 */
static noinline void *entry_around(const struct xa_node *node, unsigned int *slot, bool wanted)
{
	void *entry = wanted ? xa_node_follow(node, slot) : NULL;

	if (!entry)
		*slot = slot_after(node, *slot);
	return entry;
}

/*
 * One descent from node. NULL: nothing up to the advanced xa_index, from where the
 * search goes on at the head; that may be above max, or 0 after the last index.
 *
 * An entry that began before the index where the descent started is taken if within
 * says so. Where the search came by itself it skips such an entry: it was not there
 * when the search passed its first slot, so it need not be shown, and if it replaced
 * one that was, it would be shown twice.
 */
static void *seek_below(struct xa_state *xas, struct xa_node *node, unsigned long max,
			xa_mark_t filter, bool within)
{
	unsigned long at = xas->xa_index, first;
	unsigned int slot = xa_node_slot(node, at);
	void *entry;

	for (;;) {
		slot = next_slot(node, slot, filter);
		first = xa_node_first(node, slot);
		if (slot == XA_CHUNK_SIZE) {
			xas->xa_index = first;
			return NULL;
		}
		if (first > at) {
			at = first;
			within = false;
			if (at > max)
				break;
		}
		entry = xa_node_get(node, slot);
		if (unlikely(!entry || first < at || xa_is_internal(entry))) {
			if (!xa_node_leads_to_node(node, entry) &&
			    (first < at || xa_is_sibling(entry) || !entry))
				entry = entry_around(node, &slot, within);
			if (!entry)
				continue;
			if (xa_node_leads_to_node(node, entry)) {
				node = xa_to_node(entry);
				slot = xa_node_slot(node, at);
				continue;
			}
		}
		xas->xa_node = node;
		xas->xa_offset = slot;
		xas->xa_index = at;
		return entry;
	}
	xas->xa_index = at;
	return NULL;
}

/* The rest of a search where there are no nodes. */
static void *seek_head(struct xa_state *xas, void *head, xa_mark_t filter)
{
	if (!head || xas->xa_index)
		return leave_bounds(xas);
	/*
	 * The flags are those of the head entry as long as it is in the head. (If it left
	 * and came back in between, the mark may be that of another: a mark read without
	 * the lock is a hint.)
	 */
	if (filter != XA_PRESENT &&
	    (!xa_marked(xas->xa, filter) || xa_tree_head(xas->xa) != head)) {
		xas->xa_index = 1;
		return leave_bounds(xas);
	}
	xas->xa_node = NULL;
	xas->xa_offset = 0;
	return head;
}

void *xa_tree_seek(struct xa_state *xas, unsigned long max, xa_mark_t filter, bool within)
{
	while (xas->xa_index <= max) {
		unsigned long from = xas->xa_index;
		void *entry = xa_tree_head(xas->xa);

		if (!xa_is_node(entry))
			return seek_head(xas, entry, filter);
		if (!xa_node_covers(xa_to_node(entry), from))
			return leave_bounds(xas);
		entry = seek_below(xas, xa_to_node(entry), max, filter, within);
		if (entry)
			return entry;
		if (xas->xa_index <= from)	/* wrapped */
			return leave_bounds(xas);
		within = false;
	}
	xas->xa_node = XAS_RESTART;
	return NULL;
}

void *xa_tree_step(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	struct xa_node *node = xas->xa_node;
	unsigned long from = xas->xa_index + 1;
	void *entry;

	if (from > max || !from) {
		/* Not into the rest of this entry, should max be raised later. */
		xas_pause(xas);
		return NULL;
	}
	xas->xa_index = from;
	if (node && xa_node_covers(node, from)) {
		entry = seek_below(xas, node, max, filter, false);
		if (unlikely(!xa_node_alive(node)))
			xas->xa_index = from;
		else if (entry)
			return entry;
		else if (xas->xa_index < from)
			return leave_bounds(xas);
	}
	return xa_tree_seek(xas, max, filter, false);
}

/* One descent: true at a free slot; else nothing is free up to the advanced xa_index. */
static bool free_below(struct xa_state *xas, struct xa_node *node, unsigned long max)
{
	for (;;) {
		unsigned int from = xa_node_slot(node, xas->xa_index);
		unsigned int slot = next_slot(node, from, XA_FREE_MARK);
		unsigned long first = xa_node_first(node, slot);
		void *entry;

		if (first > xas->xa_index || slot == XA_CHUNK_SIZE)
			xas->xa_index = first;
		if (slot == XA_CHUNK_SIZE || xas->xa_index > max)
			return false;
		entry = xa_node_get(node, slot);
		if (!xa_is_node(entry)) {
			xas->xa_node = node;
			xas->xa_offset = slot;
			return true;
		}
		node = xa_to_node(entry);
	}
}

bool xa_tree_seek_free(struct xa_state *xas, unsigned long max)
{
	void *head = xa_tree_head(xas->xa);

	xas_reset(xas);
	if (head && !xa_is_node(head) && !xas->xa_index)
		xas->xa_index = 1;
	while (xas->xa_index <= max) {
		unsigned long from = xas->xa_index;

		if (!xa_is_node(head) || !xa_node_covers(xa_to_node(head), from))
			return true;
		if (free_below(xas, xa_to_node(head), max))
			return true;
		if (xas->xa_index <= from)	/* wrapped */
			return false;
	}
	return false;
}
