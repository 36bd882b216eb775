// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: entries that occupy more than one index, and ranges of indices.
 *
 * A range that is not an aligned power of two is stored as several entries that are.
 * Going up from its first index they grow as far as the alignment lets them, then
 * shrink towards its last one, so every node that holds one of them lies on the way
 * from the top to the first or to the last: having these two paths is enough for all.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "libkern/lib/xa_tree.h"

int xas_get_order(struct xa_state *xas)
{
	unsigned int slot = xas->xa_offset;
	void *entry;

	if (!xas_is_node(xas))
		return 0;
	entry = xa_node_read(xas->xa_node, &slot);
	if (!entry || xa_node_leads_to_node(xas->xa_node, entry))
		return 0;
	return xas->xa_node->shift + ilog2(xa_node_tie(xas->xa_node, slot));
}
EXPORT_SYMBOL_GPL(xas_get_order);

int xa_get_order(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);
	void *entry;
	int order;

	rcu_read_lock();
	while (xa_is_retry(entry = xas_load(&xas)))
		cpu_relax();
	order = entry ? xas_get_order(&xas) : 0;
	rcu_read_unlock();
	return order;
}
EXPORT_SYMBOL(xa_get_order);

void *xas_find_conflict(struct xa_state *xas)
{
	unsigned long index = xas->xa_index, last = xas_last(xas);
	void *entry = NULL;

	if (xas_error(xas))
		return NULL;
	if (xas_is_node(xas)) {
		/* Behind the first index of the entry, whose rest the search skips. */
		xas->xa_index = xa_node_first(xas->xa_node, xas->xa_offset) + 1;
		if (xas->xa_index)
			entry = xa_tree_seek(xas, last, XA_PRESENT, false);
	} else if (xas->xa_node) {
		xas->xa_index = xas_first(xas);
		entry = xa_tree_seek(xas, last, XA_PRESENT, true);
	}
	xas->xa_index = index;
	if (!entry)
		xas_reset(xas);
	return entry;
}
EXPORT_SYMBOL_GPL(xas_find_conflict);

/* Nodes that a missing subtree in a slot of this level consists of, down to the leaves. */
static unsigned long nodes_in_slot(unsigned int level)
{
	unsigned long n = 0;

	for (; level; level -= XA_CHUNK_SHIFT)
		n = n * XA_CHUNK_SIZE + 1;
	return n;
}

/* Nodes that are missing below a slot. Where an entry is, none is needed. */
static unsigned long slot_lacks(void *entry, unsigned int level)
{
	unsigned long n = 0;
	unsigned int i;

	if (!level || !entry)
		return nodes_in_slot(level);
	if (!xa_is_node(entry))
		return 0;
	level -= XA_CHUNK_SHIFT;
	for (i = 0; level && i < XA_CHUNK_SIZE; i++)
		n += slot_lacks(xa_node_get(xa_to_node(entry), i), level);
	return n;
}

/* The same for a slot that gets the old tree, of a lower level, at its beginning. */
static unsigned long slot_lacks_around(void *head, unsigned int level)
{
	unsigned int old = xa_is_node(head) ? xa_to_node(head)->shift + XA_CHUNK_SHIFT : 0;
	unsigned long n = slot_lacks(head, old);

	while (level > old) {
		level -= XA_CHUNK_SHIFT;
		n += XA_CHUNK_MASK * nodes_in_slot(level);
	}
	return n;
}

/* How many nodes single entries lack in the slots of the cursor, below the node they are in. */
static unsigned long range_lacks(const struct xa_state *range)
{
	struct xa_state xas = *range;
	unsigned long n = (range->xa_sibs + 1UL) * nodes_in_slot(range->xa_shift);
	void *entry = xa_tree_walk(&xas), *head = xa_tree_head(range->xa);
	unsigned int i;

	if (!xas_is_node(&xas)) {
		if (head && !range->xa_index)
			n -= nodes_in_slot(range->xa_shift) -
			     slot_lacks_around(head, range->xa_shift);
		return n;
	}
	if (xas.xa_node->shift > range->xa_shift)
		return entry ? 0 : n;
	for (n = 0, i = 0; i <= range->xa_sibs; i++)
		n += slot_lacks(xa_node_get(xas.xa_node, xas.xa_offset + i), range->xa_shift);
	return n;
}

void xas_create_range(struct xa_state *xas)
{
	unsigned long index, last = xas_last(xas), n;
	struct xa_state range = *xas;

	if (xas_error(xas))
		return;
	/* All slots of one node, rather than the one slot above it. */
	if (range.xa_shift && !range.xa_sibs) {
		range.xa_shift -= XA_CHUNK_SHIFT;
		range.xa_sibs = XA_CHUNK_MASK;
	}
	range.xa_index = xas_first(xas);
	n = xa_tree_missing(xas->xa, range.xa_index, range.xa_shift, last) + range_lacks(&range);
	if (!xa_spare_fill(xas, n, GFP_NOWAIT | __GFP_NOWARN)) {
		xas_set_err(xas, -ENOMEM);
		return;
	}
	for (index = range.xa_index; last - index >= XA_CHUNK_SIZE; index += XA_CHUNK_SIZE)
		xa_tree_reach(xas, index, 0, last);
	xa_tree_reach(xas, index, 0, last);
	xas_set_order(xas, range.xa_index, 0);
	xa_tree_walk(xas);
}
EXPORT_SYMBOL_GPL(xas_create_range);

/* Nodes to divide an entry of one order into entries of another. */
static unsigned long split_needs(unsigned int order, unsigned int new_order)
{
	unsigned long slots = 1UL << order % XA_CHUNK_SHIFT, n = 0;
	unsigned int levels = order / XA_CHUNK_SHIFT - new_order / XA_CHUNK_SHIFT;

	for (; levels; levels--, slots *= XA_CHUNK_SIZE)
		n += slots;
	return n;
}

void xas_split_alloc(struct xa_state *xas, void *entry, unsigned int order, gfp_t gfp)
{
	if (xas_order(xas) >= order ||
	    xa_spare_fill(xas, split_needs(order, xas_order(xas)), gfp))
		return;
	xas_destroy(xas);
	xas_set_err(xas, -ENOMEM);
}
EXPORT_SYMBOL_GPL(xas_split_alloc);

void xas_split(struct xa_state *xas, void *entry, unsigned int order)
{
	XA_STATE(place, xas->xa, xas->xa_index);

	if (xas_error(xas) || xas_order(xas) >= order)
		return;
	xas_load(&place);
	if (WARN_ON_ONCE(!entry || xas_get_order(&place) != (int)order)) {
		xas_set_err(xas, -EINVAL);
	} else if (!xa_spare_fill(xas, split_needs(order, xas_order(xas)),
				  GFP_NOWAIT | __GFP_NOWARN)) {
		xas_set_err(xas, -ENOMEM);
	} else {
		xa_tree_split(xas, place.xa_node, place.xa_offset,
			      xa_node_tie(place.xa_node, place.xa_offset), entry);
		xas_reset(xas);
	}
}
EXPORT_SYMBOL_GPL(xas_split);

unsigned int xas_try_split_min_order(unsigned int order)
{
	unsigned int in_node = order % XA_CHUNK_SHIFT;

	/* Within its node an entry divides for free; an entry of one slot needs a node. */
	return in_node || !order ? order - in_node : order - 1;
}
EXPORT_SYMBOL_GPL(xas_try_split_min_order);

void xas_try_split(struct xa_state *xas, void *entry, unsigned int order)
{
	if (xas_order(xas) < xas_try_split_min_order(order))
		xas_set_err(xas, -EINVAL);
	else
		xas_split(xas, entry, order);
}
EXPORT_SYMBOL_GPL(xas_try_split);

/* The order of the largest aligned range that begins at first and ends by last. */
static unsigned int order_from(unsigned long first, unsigned long last)
{
	unsigned int aligned = first ? __ffs(first) : BITS_PER_LONG;
	unsigned long n = last - first + 1;	/* 0: all there are */

	return n ? min_t(unsigned int, aligned, ilog2(n)) : aligned;
}

/* Every node that entries for [first, last] need. */
static bool reach_range(struct xa_state *xas, unsigned long first, unsigned long last)
{
	/* Seen from the end, the order of the last entry is that of the first from there. */
	unsigned int low = order_from(first, last), high = order_from(~last, ~first);
	struct xa_place from = { first, low - low % XA_CHUNK_SHIFT };
	struct xa_place to = { last, high - high % XA_CHUNK_SHIFT };

	if (!xa_spare_fill(xas, xa_tree_missing_pair(xas->xa, from, to, last),
			   GFP_NOWAIT | __GFP_NOWARN)) {
		xas_set_err(xas, -ENOMEM);
		return false;
	}
	xa_tree_reach(xas, from.index, from.shift, last);
	xa_tree_reach(xas, to.index, to.shift, last);
	return true;
}

static void store_range(struct xa_state *xas, unsigned long first, unsigned long last, void *entry)
{
	unsigned long end;

	do {
		xas_set_order(xas, first, order_from(first, last));
		end = xas_last(xas);
		xas_store(xas, entry);
		first = end + 1;
	} while (end != last);
}

void *xa_store_range(struct xarray *xa, unsigned long first, unsigned long last, void *entry,
		     gfp_t gfp)
{
	XA_STATE(xas, xa, first);

	might_alloc(gfp);
	if (WARN_ON_ONCE(xa_is_internal(entry)) || last < first)
		return XA_ERROR(-EINVAL);
	do {
		xas_lock(&xas);
		if (!entry || first == last || reach_range(&xas, first, last))
			store_range(&xas, first, last, entry);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, gfp));
	return xas_error(&xas) ? xas.xa_node : NULL;
}
EXPORT_SYMBOL(xa_store_range);
