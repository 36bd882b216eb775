/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree below an XArray; private to lib/xarray.c and lib/xa_tree.c.
 *
 * Each node has 64 slots. A leaf (shift 0) holds entries, the nodes above hold
 * nodes or NULL. A node knows the first index it covers, which never changes,
 * so a node found earlier can be checked against an index without a walk. An
 * array without ids may keep a lone entry at index 0 in the head, with its marks
 * in xa_flags.
 *
 * Mark bits of a slot say that the entry, or some entry below, has the mark. In
 * an allocating array mark 0 means "free": the slot, or some slot below, holds
 * nothing; a missing subtree counts as free.
 *
 * Writers hold xa_lock. Readers hold the RCU read lock; nodes are emptied before
 * they are unlinked and freed after a grace period, so a reader that is inside a
 * dead node sees nothing in it and goes on from the head.
 */
#ifndef LIBKERN_LIB_XA_TREE_H
#define LIBKERN_LIB_XA_TREE_H

#include <linux/rcupdate.h>
#include <linux/xarray.h>

#define XA_NODE_SHIFT 6
#define XA_NODE_SLOTS (1U << XA_NODE_SHIFT)

struct xa_node {
	unsigned char shift;
	/* Slots in use. */
	unsigned char used;
	unsigned long base;
	/* Writers only; the link in a list of spare nodes. */
	struct xa_node *parent;
	struct rcu_head rcu;
	unsigned long marks[XA_MAX_MARKS];
	void __rcu *slots[XA_NODE_SLOTS];
};

/* A filter for xa_tree_seek: the lowest index an allocating array has free. */
#define XA_TREE_FREE ((__force xa_mark_t)16U)

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (long)entry > 4096;
}

static inline struct xa_node *xa_to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static inline bool xa_tracks_free(const struct xarray *xa)
{
	return READ_ONCE(xa->xa_flags) & XA_FLAGS_TRACK_FREE;
}

static inline unsigned long xa_node_last(const struct xa_node *node)
{
	unsigned int bits = node->shift + XA_NODE_SHIFT;

	return bits >= BITS_PER_LONG ? ULONG_MAX : node->base + ((1UL << bits) - 1);
}

static inline bool xa_node_covers(const struct xa_node *node, unsigned long index)
{
	return index >= node->base && index <= xa_node_last(node);
}

static inline unsigned int xa_node_slot(const struct xa_node *node, unsigned long index)
{
	return (index >> node->shift) % XA_NODE_SLOTS;
}

static inline void *xa_node_get(const struct xa_node *node, unsigned long index)
{
	return rcu_dereference_raw(node->slots[xa_node_slot(node, index)]);
}

__internal int xa_tree_cache_init(void);
__internal void xa_tree_cache_exit(void);

/* Spare nodes: a list linked by parent. push fails without memory. */
__internal bool xa_spare_push(struct xa_node **spare, gfp_t gfp);
__internal void xa_spare_drop(struct xa_node **spare);

/* The leaf that covers index, or NULL. */
__internal struct xa_node *xa_tree_leaf(const struct xarray *xa, unsigned long index);
/* The raw entry at index; *leaf is where it is (NULL: in the head, or nowhere). */
__internal void *xa_tree_load(const struct xarray *xa, unsigned long index, struct xa_node **leaf);
/* The first slot of node from index on that passes the filter, or XA_NODE_SLOTS. */
__internal unsigned int xa_node_next(const struct xa_node *node, unsigned long index,
				     xa_mark_t filter);
/*
 * The lowest index in [*index, max] that passes the filter; true if there is one,
 * with *index, *entry (raw) and *leaf set.
 */
__internal bool xa_tree_seek(const struct xarray *xa, unsigned long *index, unsigned long max,
			     xa_mark_t filter, void **entry, struct xa_node **leaf);

/* How many nodes storing at index has to add. */
__internal unsigned int xa_tree_missing(const struct xarray *xa, unsigned long index);
/*
 * Exchanges the entry at index for another. spare must hold what xa_tree_missing
 * says if entry is not NULL. Returns the old entry; *leaf is the leaf that holds
 * the slot now, NULL if there is none (the head, or the leaf went away).
 */
__internal void *xa_tree_replace(struct xarray *xa, unsigned long index, void *entry,
				 struct xa_node **spare, struct xa_node **leaf);

__internal bool xa_tree_get_mark(const struct xarray *xa, const struct xa_node *leaf,
				 unsigned long index, xa_mark_t mark);
__internal void xa_tree_set_mark(struct xarray *xa, struct xa_node *leaf, unsigned long index,
				 xa_mark_t mark);
__internal void xa_tree_clear_mark(struct xarray *xa, struct xa_node *leaf, unsigned long index,
				   xa_mark_t mark);
/* Frees every node below head. */
__internal void xa_tree_free(void *head);

#endif
