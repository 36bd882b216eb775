// SPDX-License-Identifier: GPL-2.0-only
/* The interval tree of unsigned long, and the walk over used and free spans. */
#include <linux/export.h>
#include <linux/interval_tree.h>
#include <linux/interval_tree_generic.h>

#define START(node) ((node)->start)
#define LAST(node) ((node)->last)

INTERVAL_TREE_DEFINE(struct interval_tree_node, rb, unsigned long, __subtree_last, START, LAST, ,
		     interval_tree)

EXPORT_SYMBOL(interval_tree_insert);
EXPORT_SYMBOL(interval_tree_remove);
EXPORT_SYMBOL(interval_tree_subtree_search);
EXPORT_SYMBOL(interval_tree_iter_first);
EXPORT_SYMBOL(interval_tree_iter_next);

static struct interval_tree_node *following(const struct interval_tree_span_iter *it)
{
	return interval_tree_iter_next(it->nodes[0], it->first_index, it->last_index);
}

/* The span that begins at @from: a hole up to the next interval, or intervals that touch. */
static void span_at(struct interval_tree_span_iter *it, unsigned long from)
{
	struct interval_tree_node *next = it->nodes[0];

	it->start_used = from;
	it->is_hole = !next || next->start > from;
	if (it->is_hole) {
		it->last_hole = next ? next->start - 1 : it->last_index;
		return;
	}
	it->last_used = from;
	for (; next; next = it->nodes[0]) {
		/* Intervals that follow each other without a gap are one span. */
		if (next->start > it->last_used && next->start - it->last_used > 1)
			break;
		if (next->last > it->last_used)
			it->last_used = next->last;
		it->nodes[0] = following(it);
	}
	if (it->last_used > it->last_index)
		it->last_used = it->last_index;
}

void interval_tree_span_iter_first(struct interval_tree_span_iter *iter,
				   struct rb_root_cached *itree, unsigned long first_index,
				   unsigned long last_index)
{
	*iter = (struct interval_tree_span_iter){
		.first_index = first_index,
		.last_index = last_index,
		.nodes = { interval_tree_iter_first(itree, first_index, last_index) },
	};
	span_at(iter, first_index);
}
EXPORT_SYMBOL(interval_tree_span_iter_first);

void interval_tree_span_iter_next(struct interval_tree_span_iter *iter)
{
	if (iter->last_used == iter->last_index)
		iter->is_hole = -1;
	else
		span_at(iter, iter->last_used + 1);
}
EXPORT_SYMBOL(interval_tree_span_iter_next);

void interval_tree_span_iter_advance(struct interval_tree_span_iter *iter,
				     struct rb_root_cached *itree, unsigned long new_index)
{
	if (iter->is_hole == -1)
		return;
	if (new_index > iter->last_index)
		iter->is_hole = -1;
	else
		interval_tree_span_iter_first(iter, itree, new_index, iter->last_index);
}
EXPORT_SYMBOL(interval_tree_span_iter_advance);
