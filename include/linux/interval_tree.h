/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree of closed intervals of unsigned long.
 *
 * The span iterator cuts a range into used parts, covered by one interval or several,
 * and the holes between them, by turns. The tree must not change meanwhile.
 * Kernel path: linux/interval_tree.h, lib/interval_tree.c.
 */
#ifndef _UDM_LINUX_INTERVAL_TREE_H
#define _UDM_LINUX_INTERVAL_TREE_H

#include <linux/rbtree.h>

struct interval_tree_node {
	struct rb_node rb;
	unsigned long start;
	unsigned long last;	/* inclusive */
	unsigned long __subtree_last;
};

void interval_tree_insert(struct interval_tree_node *node, struct rb_root_cached *root);
void interval_tree_remove(struct interval_tree_node *node, struct rb_root_cached *root);
struct interval_tree_node *interval_tree_subtree_search(struct interval_tree_node *node,
							unsigned long start, unsigned long last);
/* The first interval that shares a value with [start, last], and the one after @node. */
struct interval_tree_node *interval_tree_iter_first(struct rb_root_cached *root,
						    unsigned long start, unsigned long last);
struct interval_tree_node *interval_tree_iter_next(struct interval_tree_node *node,
						   unsigned long start, unsigned long last);

/* is_hole: 1 start_hole ... last_hole are free, 0 start_used ... last_used are covered, -1 end. */
struct interval_tree_span_iter {
	/* The first interval not yet dealt with. */
	struct interval_tree_node *nodes[2];
	unsigned long first_index;
	unsigned long last_index;
	union {
		unsigned long start_hole;
		unsigned long start_used;
	};
	union {
		unsigned long last_hole;
		unsigned long last_used;
	};
	int is_hole;
};

void interval_tree_span_iter_first(struct interval_tree_span_iter *state,
				   struct rb_root_cached *itree, unsigned long first_index,
				   unsigned long last_index);
void interval_tree_span_iter_next(struct interval_tree_span_iter *state);
/* Goes on at @new_index, which may lie within the span at hand: its front is cut off. */
void interval_tree_span_iter_advance(struct interval_tree_span_iter *iter,
				     struct rb_root_cached *itree, unsigned long new_index);

static inline bool interval_tree_span_iter_done(struct interval_tree_span_iter *state)
{
	return state->is_hole == -1;
}

#define interval_tree_for_each_span(span, itree, first_index, last_index)                          \
	for (interval_tree_span_iter_first(span, itree, first_index, last_index);                  \
	     !interval_tree_span_iter_done(span); interval_tree_span_iter_next(span))

#endif
