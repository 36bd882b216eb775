// SPDX-License-Identifier: GPL-2.0-only
/* What the tests of XArray share. */
#include "xarray_rig.h"

#include <linux/bitops.h>

#include "fixture.h"

int store_order(struct xarray *xa, unsigned long index, unsigned int order, void *entry,
		gfp_t gfp)
{
	XA_STATE_ORDER(xas, xa, index, order);

	do {
		xas_lock(&xas);
		xas_store(&xas, entry);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, gfp));
	return xas_error(&xas);
}

void *item(unsigned int i)
{
	static unsigned long items[1024];

	return &items[i % ARRAY_SIZE(items)];
}

struct audit {
	struct xarray *xa;
	bool empties;
	unsigned int nodes;
};

/* A sibling must lead back to the first slot of an aligned power of two. */
static void check_tie(struct xa_node *node, unsigned int slot)
{
	unsigned int first = xa_to_sibling(node->slots[slot]);
	unsigned int n = rounddown_pow_of_two(slot - first) * 2;

	same(first < slot, true);
	same(first % n, 0);
	same(!!node->slots[first], true);
	same(node->shift && xa_is_node(node->slots[first]), false);
	same(!xa_is_sibling(node->slots[first]), true);
	for (unsigned int i = first + 1; i < first + n; i++)
		same(node->slots[i], node->slots[slot]);
	for (unsigned int m = 0; m < XA_MAX_MARKS; m++)
		same(!!(node->marks[m] & BIT(slot)), !!(node->marks[m] & BIT(first)));
}

static void check_node(struct audit *a, struct xa_node *node);

/* Whether the slot must have a mark; for a single entry that is its own affair. */
static void check_slot_marks(struct audit *a, struct xa_node *node, unsigned int slot)
{
	void *entry = node->slots[slot];

	for (unsigned int m = 0; m < XA_MAX_MARKS; m++) {
		bool marked = node->marks[m] & BIT(slot);
		bool frees = !m && xa_track_free(a->xa);

		if (node->shift && xa_is_node(entry))
			same(marked, !!xa_to_node(entry)->marks[m]);
		else if (frees || !entry)
			same(marked, frees && !entry);
	}
}

static void check_node(struct audit *a, struct xa_node *node)
{
	unsigned int used = 0, values = 0;
	bool value = false;

	a->nodes++;
	same(node->array, a->xa);
	same(node->shift % XA_CHUNK_SHIFT, 0);
	for (unsigned int slot = 0; slot < XA_CHUNK_SIZE; slot++) {
		void *entry = node->slots[slot];
		struct xa_node *child = xa_to_node(entry);

		check_slot_marks(a, node, slot);
		used += !!entry;
		if (xa_is_sibling(entry))
			check_tie(node, slot);
		else
			value = xa_is_value(entry);
		values += value;
		if (!node->shift || !xa_is_node(entry))
			continue;
		same(child->shift + XA_CHUNK_SHIFT, node->shift);
		same(child->offset, slot);
		same(child->parent, node);
		same(child->base, node->base + ((unsigned long)slot << node->shift));
		check_node(a, child);
	}
	same(node->count, used);
	same(node->nr_values, values);
	same(used || a->empties, true);
}

unsigned int check_nodes_locked(struct xarray *xa, bool empties)
{
	struct audit a = { .xa = xa, .empties = empties };
	struct xa_node *top;

	if (!xa_is_node(xa->xa_head))
		return 0;
	top = xa_to_node(xa->xa_head);
	same(top->base, 0);
	same(top->parent, NULL);
	check_node(&a, top);
	for (unsigned int m = xa_track_free(xa); m < XA_MAX_MARKS; m++)
		same(!!top->marks[m], xa_marked(xa, (__force xa_mark_t)m));
	return a.nodes;
}

unsigned int check_nodes(struct xarray *xa, bool empties)
{
	unsigned long flags;
	unsigned int nodes;

	xa_lock_irqsave(xa, flags);
	nodes = check_nodes_locked(xa, empties);
	xa_unlock_irqrestore(xa, flags);
	return nodes;
}
