// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree below an XArray: putting entries in, taking them out, marks.
 *
 * A change is made in one node, where the cursor was brought; after it the counts,
 * the marks and the levels above are put right. Taking out prunes: empty nodes go,
 * and so does a top node of which only the first slot is in use. Nodes below a slot
 * that gets an entry of its own go as they are. In which order slots change, so that
 * readers are never misled, is said in xa_tree.h.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>

#include "libkern/lib/xa_tree.h"

static struct xa_node *parent_of(const struct xa_node *node)
{
	return rcu_access_pointer(node->parent);
}

static void write_marks(struct xa_node *node, xa_mark_t mark, unsigned long word)
{
	WRITE_ONCE(node->marks[(__force unsigned int)mark], word);
}

static void root_change_mark(struct xarray *xa, xa_mark_t mark, bool on)
{
	gfp_t bit = XA_FLAGS_MARK(mark);

	/* Whether an allocating array has free ids is never asked of the root. */
	if (mark == XA_FREE_MARK && xa_track_free(xa))
		return;
	WRITE_ONCE(xa->xa_flags, on ? xa->xa_flags | bit : xa->xa_flags & ~bit);
}

static void root_clear_marks(struct xarray *xa)
{
	unsigned int m;

	for (m = 0; m < XA_MAX_MARKS; m++)
		root_change_mark(xa, (__force xa_mark_t)m, false);
}

void xa_tree_set_mark(struct xarray *xa, struct xa_node *node, unsigned long slots, xa_mark_t mark)
{
	for (; node; slots = BIT(node->offset), node = parent_of(node)) {
		unsigned long word = xa_node_marks(node, mark);

		if ((word & slots) == slots)
			return;
		write_marks(node, mark, word | slots);
	}
	root_change_mark(xa, mark, true);
}

void xa_tree_clear_mark(struct xarray *xa, struct xa_node *node, unsigned long slots,
			xa_mark_t mark)
{
	for (; node; slots = BIT(node->offset), node = parent_of(node)) {
		unsigned long word = xa_node_marks(node, mark);

		if (!(word & slots))
			return;
		write_marks(node, mark, word & ~slots);
		if (word & ~slots)
			return;
	}
	root_change_mark(xa, mark, false);
}

/* These slots became empty: no mark of an entry stays, only "free". */
static void reset_marks(struct xarray *xa, struct xa_node *node, unsigned long slots)
{
	unsigned int m = 0;

	if (xa_track_free(xa))
		xa_tree_set_mark(xa, node, slots, (__force xa_mark_t)m++);
	for (; m < XA_MAX_MARKS; m++)
		if (node->marks[m] & slots)
			xa_tree_clear_mark(xa, node, slots, (__force xa_mark_t)m);
}

/* These slots became one entry's: it has each mark that one of them had. */
static void join_marks(struct xarray *xa, struct xa_node *node, unsigned long slots)
{
	unsigned int m;

	for (m = xa_track_free(xa) ? 1 : 0; m < XA_MAX_MARKS; m++) {
		unsigned long word = xa_node_marks(node, (__force xa_mark_t)m);

		if (word & slots)
			write_marks(node, (__force xa_mark_t)m, word | slots);
	}
}

/* Frees a node that is unlinked, with all below it: into each child, then back behind it. */
static void free_nodes(struct xa_state *xas, struct xa_node *top)
{
	struct xa_node *node = top;
	unsigned int slot = 0;

	while (node) {
		struct xa_node *parent = node == top ? NULL : parent_of(node);
		void *entry = NULL;

		for (; node->shift && slot < XA_CHUNK_SIZE; slot++) {
			entry = rcu_access_pointer(node->slots[slot]);
			if (xa_is_node(entry))
				break;
		}
		if (node->shift && slot < XA_CHUNK_SIZE) {
			node = xa_to_node(entry);
			slot = 0;
			continue;
		}
		slot = node->offset + 1;
		xa_node_retire(xas, node);
		node = parent;
	}
}

static void set_head(struct xarray *xa, void *entry)
{
	rcu_assign_pointer(xa->xa_head, entry);
	if (!entry)
		root_clear_marks(xa);
}

void xa_tree_clear(struct xa_state *xas)
{
	void *head = xa_tree_head(xas->xa);

	set_head(xas->xa, NULL);
	xas->xa_node = XAS_BOUNDS;
	if (xa_is_node(head))
		free_nodes(xas, xa_to_node(head));
}

/* Takes levels off the top that lead nowhere but to their first slot. */
static void shrink_top(struct xa_state *xas)
{
	for (;;) {
		void *head = xa_tree_head(xas->xa);
		struct xa_node *top = xa_to_node(head);
		void *first;

		if (!xa_is_node(head) || top->count != 1)
			return;
		first = xa_node_get(top, 0);
		if (!first || (top->shift ? !xa_is_node(first) : !xa_fits_head(first)))
			return;
		/*
		 * Readers inside the old top still find the node below in its first slot. What
		 * the flags say of marks holds for a lone entry.
		 */
		if (top->shift)
			RCU_INIT_POINTER(xa_to_node(first)->parent, NULL);
		rcu_assign_pointer(xas->xa->xa_head, first);
		if (!top->shift)
			rcu_assign_pointer(top->slots[0], XA_RETRY_ENTRY);
		if (xas->xa_node == top)
			xas->xa_node = XAS_BOUNDS;
		xa_node_retire(xas, top);
	}
}

/* Unlinks the cursor's node and those above as long as they are empty, and follows. */
static void prune(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;

	while (node && !node->count) {
		struct xa_node *parent = parent_of(node);

		if (parent) {
			xas->xa_offset = node->offset;
			rcu_assign_pointer(parent->slots[node->offset], NULL);
			parent->count--;
			reset_marks(xas->xa, parent, BIT(node->offset));
			if (parent->count)
				xa_node_changed(xas, parent);
		} else {
			set_head(xas->xa, NULL);
		}
		xa_node_retire(xas, node);
		node = parent;
	}
	xas->xa_node = node ? node : XAS_BOUNDS;
	shrink_top(xas);
}

/* After slots changed: how many more are in use, and hold values. */
static __always_inline void settle(struct xa_state *xas, struct xa_node *node,
				   unsigned long slots, int used, int values, bool present)
{
	node->count += used;
	node->nr_values += values;
	if (present) {
		if (xa_track_free(xas->xa))
			xa_tree_clear_mark(xas->xa, node, slots, XA_FREE_MARK);
	} else if (node->count) {
		reset_marks(xas->xa, node, slots);
	}
	if ((used || values) && node->count)
		xa_node_changed(xas, node);
	/* A node may go when it is empty, or the top and down to one entry. */
	if (!present && node->count <= !parent_of(node))
		prune(xas);
}

/* What the rule for writers asks for between the other slots of a tie and its first. */
static void note_untied(struct xa_node *node)
{
	smp_store_release(&node->untied, node->untied + 1);
}

/* Entry, or NULL, for n slots, tied together; what was there, and below, goes. */
static void fill_slots(struct xa_state *xas, struct xa_node *node, unsigned int first,
		       unsigned int n, void *entry)
{
	void *sibling = entry ? xa_mk_sibling(first) : NULL;
	int used = entry ? n : 0, values = xa_is_value(entry) ? n : 0;
	bool was_value = false, untied = false;
	void *below = NULL;
	unsigned int slot;

	for (slot = first; slot < first + n; slot++) {
		void *old = xa_node_get(node, slot);

		if (!xa_is_sibling(old))
			was_value = xa_is_value(old);
		used -= !!old;
		values -= was_value;
	}
	if (entry) {
		/* First, as the siblings will lead here; its old ties lead to the right entry. */
		below = xa_node_get(node, first);
		rcu_assign_pointer(node->slots[first], entry);
	}
	/* Downwards a tie is undone before its first slot is reached. */
	for (slot = first + n; slot-- > first + !!entry;) {
		void *old = xa_node_get(node, slot);

		if (untied && !xa_is_sibling(old))
			note_untied(node);
		untied = xa_is_sibling(old);
		rcu_assign_pointer(node->slots[slot], sibling);
		if (xa_node_leads_to_node(node, old))
			free_nodes(xas, xa_to_node(old));
	}
	if (xa_node_leads_to_node(node, below))
		free_nodes(xas, xa_to_node(below));
	if (entry)
		join_marks(xas->xa, node, xa_slot_mask(first, n));
	settle(xas, node, xa_slot_mask(first, n), used, values, entry);
}

/* In place of an entry, or of nothing, in one slot or tie, entry or NULL for all of it. */
static inline void replace_entry(struct xa_state *xas, struct xa_node *node, unsigned int slot,
				 unsigned int n, void *old, void *entry)
{
	int values;

	if (n > 1 && !entry) {
		fill_slots(xas, node, slot, n, NULL);
		return;
	}
	if (old == entry && node->count)
		return;
	values = xa_is_value(entry) - xa_is_value(old);
	rcu_assign_pointer(node->slots[slot], entry);
	/* A replaced entry leaves the marks as they are. */
	if (old && entry) {
		node->nr_values += values * (int)n;
		if (values)
			xa_node_changed(xas, node);
		return;
	}
	settle(xas, node, BIT(slot), !!entry - !!old, values, entry);
}

/* Is the cursor already in the node and at the level that its index asks for? */
static bool stays(const struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;

	return xas_is_node(xas) && node->shift == xas->xa_shift && node->array &&
	       xa_node_covers(node, xas->xa_index);
}

void *xa_tree_place(struct xa_state *xas)
{
	unsigned int slot;
	void *entry;

	if (!stays(xas)) {
		entry = xa_tree_walk(xas);
		if (!xas_is_node(xas) || likely(!xas->xa_sibs && !xa_is_sibling(entry)))
			return entry;
	}
	slot = xa_node_slot(xas->xa_node, xas->xa_index);
	if (xas->xa_node->shift == xas->xa_shift)
		slot &= ~(unsigned int)xas->xa_sibs;
	entry = xa_node_read(xas->xa_node, &slot);
	xas->xa_offset = slot;
	return entry;
}

/* Does the place lack nodes below it, or in the case of the head, around it? */
static inline bool lacks_nodes(const struct xa_state *xas, const void *old, const void *entry)
{
	if (xas_is_node(xas))
		return !old && xas->xa_node->shift > xas->xa_shift;
	return xas->xa_node || xas_order(xas) || !xa_fits_head(entry);
}

void *xa_tree_make_room(struct xa_state *xas, const void *entry)
{
	void *old = xa_tree_place(xas);
	unsigned int shift = xas->xa_shift;

	if (likely(!lacks_nodes(xas, old, entry)))
		return old;
	if (!xa_spare_fill(xas, xa_tree_missing(xas->xa, xas->xa_index, shift, xas_last(xas)),
			   GFP_NOWAIT | __GFP_NOWARN)) {
		xas_set_err(xas, -ENOMEM);
		return NULL;
	}
	xas->xa_node = xa_tree_reach(xas, xas->xa_index, shift, xas_last(xas));
	xas->xa_offset = xa_node_slot(xas->xa_node, xas->xa_index);
	return xas->xa_sibs ? xa_tree_place(xas) : xa_node_get(xas->xa_node, xas->xa_offset);
}

void xa_tree_put(struct xa_state *xas, void *old, void *entry)
{
	struct xa_node *node = xas->xa_node;
	unsigned int n = 1;
	bool below;

	if (!xas_is_node(xas)) {
		/* In the head, or, to be cleared, more than what the nodes reach. */
		if (!node)
			set_head(xas->xa, entry);
		else if (!entry && !xas_first(xas) && xas_order(xas))
			xa_tree_clear(xas);
		return;
	}
	below = xa_node_leads_to_node(node, old);
	if (old && !below)
		n = xa_node_tie(node, xas->xa_offset);
	if (node->shift == xas->xa_shift && (below || n <= xas->xa_sibs))
		fill_slots(xas, node, xas->xa_offset, xas->xa_sibs + 1, entry);
	else
		replace_entry(xas, node, xas->xa_offset, n, old, entry);
}

/* A node for a slot, with all below it down to the cursor's level: full of pieces. */
static struct xa_node *make_pieces(struct xa_state *xas, struct xa_node *parent, unsigned int slot,
				   void *entry)
{
	struct xa_node *node = xa_spare_take(xas, parent->shift - XA_CHUNK_SHIFT,
					     xa_node_first(parent, slot));
	bool last = node->shift == xas->xa_shift;
	unsigned int i;

	node->offset = slot;
	RCU_INIT_POINTER(node->parent, parent);
	node->count = XA_CHUNK_SIZE;
	node->nr_values = last && xa_is_value(entry) ? XA_CHUNK_SIZE : 0;
	for (i = 0; i < XA_MAX_MARKS; i++)
		node->marks[i] = parent->marks[i] & BIT(slot) ? ~0UL : 0;
	for (i = 0; i < XA_CHUNK_SIZE; i++) {
		void *piece = entry;

		if (!last)
			piece = xa_mk_node(make_pieces(xas, node, i, entry));
		else if (i & xas->xa_sibs)
			piece = xa_mk_sibling(i & ~(unsigned int)xas->xa_sibs);
		RCU_INIT_POINTER(node->slots[i], piece);
	}
	xa_node_changed(xas, node);
	return node;
}

/* One piece of n slots, or a node with many in one slot. */
static void put_piece(struct xa_state *xas, struct xa_node *node, unsigned int slot,
		      unsigned int n, void *entry)
{
	unsigned int i;

	if (node->shift > xas->xa_shift)
		entry = xa_mk_node(make_pieces(xas, node, slot, entry));
	rcu_assign_pointer(node->slots[slot], entry);
	for (i = 1; i < n; i++)
		rcu_assign_pointer(node->slots[slot + i], xa_mk_sibling(slot));
}

void xa_tree_split(struct xa_state *xas, struct xa_node *node, unsigned int slot, unsigned int n,
		   void *entry)
{
	bool below = node->shift > xas->xa_shift;
	unsigned int step = below ? 1 : xas->xa_sibs + 1;
	unsigned int at = slot + n;

	if (xa_is_value(xa_node_get(node, slot)))
		node->nr_values -= n;
	if (!below && xa_is_value(entry))
		node->nr_values += n;
	/* The first slot last: until then the others may lead to it. */
	while ((at -= step) > slot)
		put_piece(xas, node, at, step, entry);
	note_untied(node);
	put_piece(xas, node, slot, step, entry);
	xa_node_changed(xas, node);
}
