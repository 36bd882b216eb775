/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree below an XArray; private to lib/xarray*.c, lib/xa_*.c and lib/idr.c.
 *
 * A node of level (shift) s has 64 slots of 2^s indices each. A slot is NULL, a node
 * of level s - 6, or in use by an entry: of order s if alone, of order s + k if it
 * is tied to the 2^k - 1 slots after it, which hold siblings. Ties are aligned like
 * the ranges they stand for. A node knows the first index it covers, which never
 * changes, so one found earlier can be checked against an index without a walk.
 * A lone entry of order 0 at index 0 is kept in the head, its marks in xa_flags,
 * unless it has to have a node: see xa_fits_head(). Leaves, of level 0, have no nodes in
 * them, so there, but nowhere else, an entry may be a pointer of any alignment.
 *
 * Mark bits of a slot say that the entry, or some entry below, has the mark; all
 * slots of a tie have the same. In an allocating array mark 0 means "free": the
 * slot, or some slot below, is NULL; a missing subtree counts as free.
 *
 * Writers hold xa_lock. Readers hold the RCU read lock. A node that left the tree
 * keeps its contents, loses its array pointer, and is freed after a grace period.
 * (One thing changes: where a lone entry moved from a leaf to the head the leaf says
 * XA_RETRY_ENTRY, as users of cursors know it.)
 *
 * - A search that came to it from the head reads what was true when it was unlinked,
 *   which was after the search began; nothing changes in it afterwards.
 * - A cursor that stayed in it reads first, and then whether the node still has its
 *   array. If it has, the content was read before the writer that unlinked the node
 *   was through, so it is not older than the step; if not, the step starts again at
 *   the head.
 *
 * A reader in a slot with a sibling looks at another slot, where the tie may have been
 * undone meanwhile. The rule for writers is: before the first slot of a tie gets
 * something that another slot of the tie must not show, that slot has been changed
 * and untied been incremented, in this order, all with release. The reader reads
 * untied, its slot, the first slot, and untied again, with acquire. If what it got
 * from the first slot is not for it, then that store, and the increment before it,
 * came after its first look at untied (else it would not have seen the sibling
 * any more), and its second look tells. A wrap of untied within these four loads is
 * out of reach. No reader waits: one that looks again does so because a writer got on.
 */
#ifndef LIBKERN_LIB_XA_TREE_H
#define LIBKERN_LIB_XA_TREE_H

#include <linux/rcupdate.h>
#include <linux/xarray.h>

static inline void *xa_tree_head(const struct xarray *xa)
{
	return rcu_dereference_raw(xa->xa_head);
}

static inline void *xa_node_get(const struct xa_node *node, unsigned int slot)
{
	return rcu_dereference_raw(node->slots[slot]);
}

static inline unsigned int xa_node_slot(const struct xa_node *node, unsigned long index)
{
	return (index >> node->shift) & XA_CHUNK_MASK;
}

/* The first index of a slot; of slot 64 the one after the node, which wraps to 0 at the end. */
static inline unsigned long xa_node_first(const struct xa_node *node, unsigned int slot)
{
	return node->base + ((unsigned long)slot << node->shift);
}

static inline bool xa_node_covers(const struct xa_node *node, unsigned long index)
{
	return (index - node->base) >> node->shift < XA_CHUNK_SIZE;
}

/* For cursors that kept a node; to be asked after reading from it. */
static inline bool xa_node_alive(const struct xa_node *node)
{
	return READ_ONCE(node->array);
}

/* Marks are read without the lock. */
static inline unsigned long xa_node_marks(const struct xa_node *node, xa_mark_t mark)
{
	return READ_ONCE(node->marks[(__force unsigned int)mark]);
}

/* Slots that the entry in slot, the first of its tie, occupies. */
static inline unsigned int xa_node_tie(const struct xa_node *node, unsigned int slot)
{
	void *sibling = xa_mk_sibling(slot);
	unsigned int n = 1;

	while (slot + n < XA_CHUNK_SIZE && rcu_access_pointer(node->slots[slot + n]) == sibling)
		n *= 2;
	return n;
}

/* The bits of n slots from slot on. */
static inline unsigned long xa_slot_mask(unsigned int slot, unsigned int n)
{
	return (~0UL >> (BITS_PER_LONG - n)) << slot;
}

static inline unsigned int xas_order(const struct xa_state *xas)
{
	return xas->xa_shift + fls(xas->xa_sibs);
}

static inline unsigned long xas_first(const struct xa_state *xas)
{
	return __XA_ALIGN(xas->xa_index, xas_order(xas));
}

static inline unsigned long xas_last(const struct xa_state *xas)
{
	return xas->xa_index | (((xas->xa_sibs + 1UL) << xas->xa_shift) - 1);
}

/* Reading: xa_tree.c. */

/* From a slot with a sibling to the entry; *slot becomes the first one of the tie. */
__internal void *xa_node_follow(const struct xa_node *node, unsigned int *slot);

/* The entry in a slot, or the node. */
static inline void *xa_node_read(const struct xa_node *node, unsigned int *slot)
{
	void *entry = xa_node_get(node, *slot);

	return unlikely(xa_is_sibling(entry)) ? xa_node_follow(node, slot) : entry;
}

/* Is this, read from a slot of the node, a node? In a leaf it is an entry that looks like one. */
static inline bool xa_node_leads_to_node(const struct xa_node *node, const void *entry)
{
	return node->shift && xa_is_node(entry);
}

/* Can be kept without a node: not a reservation, which promises one, nor what looks like one. */
static inline bool xa_fits_head(const void *entry)
{
	return !xa_is_node(entry) && !xa_is_zero(entry);
}

/*
 * Goes to the slot of the cursor's index, down to its level at most, and returns what
 * is in it, maybe a sibling. Out of bounds if the nodes do not reach there.
 */
__internal void *xa_tree_walk(struct xa_state *xas);
/*
 * The first raw entry that passes filter (XA_PRESENT or a mark) in [xa_index, max],
 * with the cursor at it; within: also one that began before xa_index. NULL leaves
 * the cursor as xas_find() promises.
 */
__internal void *xa_tree_seek(struct xa_state *xas, unsigned long max, xa_mark_t filter,
			      bool within);
/* The same from a walked cursor, on from its entry. */
__internal void *xa_tree_step(struct xa_state *xas, unsigned long max, xa_mark_t filter);
/* Under xa_lock, allocating arrays: moves to the first free index in [xa_index, max]. */
__internal bool xa_tree_seek_free(struct xa_state *xas, unsigned long max);

/* Memory and growing: xa_grow.c. */

__internal int xa_tree_cache_init(void);
__internal void xa_tree_cache_exit(void);
/* Spare nodes: a list in xa_alloc linked by parent. Fails without memory. */
__internal bool xa_spare_push(struct xa_state *xas, gfp_t gfp);
/* At least n spares; those missing are taken with gfp. */
__internal bool xa_spare_fill(struct xa_state *xas, unsigned long n, gfp_t gfp);
__internal void xa_spare_drop(struct xa_state *xas);
__internal struct xa_node *xa_spare_take(struct xa_state *xas, unsigned int shift,
					 unsigned long index);
/* Counts as empty now; freed after a grace period. Call it when no reader can come there. */
__internal void xa_node_retire(struct xa_state *xas, struct xa_node *node);

/* Tells the cursor's update function. */
static inline void xa_node_changed(const struct xa_state *xas, struct xa_node *node)
{
	if (unlikely(xas->xa_update))
		xas->xa_update(node);
}

/*
 * What the array lacks for single or larger entries at index, in nodes of level
 * shift; and for those at two places at once. last is the highest index to reach.
 */
__internal unsigned int xa_tree_missing(const struct xarray *xa, unsigned long index,
					unsigned int shift, unsigned long last);
struct xa_place {
	unsigned long index;
	unsigned int shift;
};
__internal unsigned int xa_tree_missing_pair(const struct xarray *xa, struct xa_place low,
					     struct xa_place high, unsigned long last);
/* Adds those nodes, out of the spares; returns the lowest, which an entry may bar from shift. */
__internal struct xa_node *xa_tree_reach(struct xa_state *xas, unsigned long index,
					 unsigned int shift, unsigned long last);

/* Changing what is there: xa_store.c. */

/*
 * Goes where xas_store() can put this entry, adding nodes that are missing; the raw
 * entry that is there. -ENOMEM in the cursor if nodes cannot be had without waiting.
 */
__internal void *xa_tree_make_room(struct xa_state *xas, const void *entry);
/* The same without adding; out of bounds, or in a node above the level, if there is none. */
__internal void *xa_tree_place(struct xa_state *xas);
/* Puts entry, or NULL, where one of these two went; old is what they returned. */
__internal void xa_tree_put(struct xa_state *xas, void *old, void *entry);
/* Divides the entry in n tied slots into pieces of the cursor's order; spares must suffice. */
__internal void xa_tree_split(struct xa_state *xas, struct xa_node *node, unsigned int slot,
			      unsigned int n, void *entry);
/* Marks for all slots in the mask, and what that means above. */
__internal void xa_tree_set_mark(struct xarray *xa, struct xa_node *node, unsigned long slots,
				 xa_mark_t mark);
__internal void xa_tree_clear_mark(struct xarray *xa, struct xa_node *node, unsigned long slots,
				   xa_mark_t mark);
/* Empties the array. */
__internal void xa_tree_clear(struct xa_state *xas);

/*
 * xarray.c: an entry for the lowest free index in limit. *id, which counts from base, is
 * written before anybody can find the entry, and only then. stock: spare nodes to begin
 * with; what is left of them is freed. -EBUSY, -ENOMEM.
 */
__internal int xa_alloc_based(struct xarray *xa, u32 *id, u32 base, void *entry,
			      struct xa_limit limit, gfp_t gfp, struct xa_node *stock);

#endif
