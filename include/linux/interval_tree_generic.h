/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trees of closed intervals [start, last] for structures of any kind.
 *
 * INTERVAL_TREE_DEFINE() writes PREFIX_insert(), _remove(), _subtree_search(),
 * _iter_first() and _iter_next() for structures STRUCT with the rb_node RB, a member
 * SUBTREE of TYPE for the tree's own use, and START(node), LAST(node) for the ends.
 * Nodes are ordered by start, equal ones as they came; SUBTREE is the greatest LAST
 * below and at a node. Iteration goes through all intervals that share a value with
 * [start, last], in order; each step is O(log n). The caller provides the locking.
 * Kernel path: linux/interval_tree_generic.h.
 */
#ifndef _UDM_LINUX_INTERVAL_TREE_GENERIC_H
#define _UDM_LINUX_INTERVAL_TREE_GENERIC_H

#include <linux/rbtree_augmented.h>

#define INTERVAL_TREE_DEFINE(ITSTRUCT, ITRB, ITTYPE, ITSUBTREE, ITSTART, ITLAST, ITSTATIC,    \
			     ITPREFIX)                                                             \
	RB_DECLARE_CALLBACKS_MAX(static, ITPREFIX##_augment, ITSTRUCT, ITRB, ITTYPE, ITSUBTREE,    \
				 ITLAST)                                                           \
                                                                                                   \
	ITSTATIC void ITPREFIX##_insert(ITSTRUCT *node, struct rb_root_cached *root)               \
	{                                                                                          \
		struct rb_node **link = &root->rb_root.rb_node, *above = NULL;                     \
		ITTYPE start = ITSTART(node), last = ITLAST(node);                                 \
		bool leftmost = true;                                                              \
                                                                                                   \
		node->ITSUBTREE = last;                                                            \
		while (*link) {                                                                    \
			ITSTRUCT *here = rb_entry(*link, ITSTRUCT, ITRB);                          \
			bool before = start < ITSTART(here);                                       \
                                                                                                   \
			if (last > here->ITSUBTREE)                                                \
				here->ITSUBTREE = last;                                            \
			above = *link;                                                             \
			link = before ? &above->rb_left : &above->rb_right;                        \
			leftmost &= before;                                                        \
		}                                                                                  \
		rb_link_node(&node->ITRB, above, link);                                            \
		rb_insert_augmented_cached(&node->ITRB, root, leftmost, &ITPREFIX##_augment);      \
	}                                                                                          \
                                                                                                   \
	ITSTATIC void ITPREFIX##_remove(ITSTRUCT *node, struct rb_root_cached *root)               \
	{                                                                                          \
		rb_erase_augmented_cached(&node->ITRB, root, &ITPREFIX##_augment);                 \
	}                                                                                          \
                                                                                                   \
	static inline bool ITPREFIX##_reaches(struct rb_node *rb, ITTYPE start)                    \
	{                                                                                          \
		return rb && rb_entry(rb, ITSTRUCT, ITRB)->ITSUBTREE >= start;                     \
	}                                                                                          \
                                                                                                   \
	/*                                                                                         \
	 * The first node of a subtree that reaches start. If it begins after last, so do all      \
	 * that follow it, and nothing overlaps.                                                   \
	 */                                                                                        \
	static inline ITSTRUCT *ITPREFIX##_first_reaching(struct rb_node *rb, ITTYPE start)        \
	{                                                                                          \
		for (;;) {                                                                         \
			ITSTRUCT *here = rb_entry(rb, ITSTRUCT, ITRB);                             \
                                                                                                   \
			if (ITPREFIX##_reaches(rb->rb_left, start))                                \
				rb = rb->rb_left;                                                  \
			else if (ITLAST(here) >= start)                                            \
				return here;                                                       \
			else                                                                       \
				rb = rb->rb_right;                                                 \
		}                                                                                  \
	}                                                                                          \
                                                                                                   \
	ITSTATIC ITSTRUCT *ITPREFIX##_subtree_search(ITSTRUCT *node, ITTYPE start, ITTYPE last)    \
	{                                                                                          \
		if (!ITPREFIX##_reaches(&node->ITRB, start))                                       \
			return NULL;                                                               \
		node = ITPREFIX##_first_reaching(&node->ITRB, start);                              \
		return ITSTART(node) <= last ? node : NULL;                                        \
	}                                                                                          \
                                                                                                   \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_first(struct rb_root_cached *root, ITTYPE start,        \
						 ITTYPE last)                                      \
	{                                                                                          \
		struct rb_node *top = root->rb_root.rb_node;                                       \
                                                                                                   \
		if (!top || ITSTART(rb_entry(root->rb_leftmost, ITSTRUCT, ITRB)) > last)           \
			return NULL;                                                               \
		return ITPREFIX##_subtree_search(rb_entry(top, ITSTRUCT, ITRB), start, last);      \
	}                                                                                          \
                                                                                                   \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_next(ITSTRUCT *node, ITTYPE start, ITTYPE last)         \
	{                                                                                          \
		struct rb_node *rb = &node->ITRB, *below;                                          \
                                                                                                   \
		/* Upwards, until a node reaches start or has one to its right that does. */       \
		while (!ITPREFIX##_reaches(rb->rb_right, start)) {                                 \
			do {                                                                       \
				below = rb;                                                        \
				rb = rb_parent(rb);                                                \
			} while (rb && rb->rb_right == below);                                     \
			if (!rb)                                                                   \
				return NULL;                                                       \
			node = rb_entry(rb, ITSTRUCT, ITRB);                                       \
			if (ITLAST(node) >= start)                                                 \
				return ITSTART(node) <= last ? node : NULL;                        \
		}                                                                                  \
		return ITPREFIX##_subtree_search(rb_entry(rb->rb_right, ITSTRUCT, ITRB), start,    \
						 last);                                            \
	}

#endif
