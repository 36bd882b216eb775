/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Red-black trees whose nodes are embedded in the caller's structures.
 *
 * The tree knows no keys: the caller walks from the root to the place of a new node,
 * links it there with rb_link_node() and lets rb_insert_color() restore the balance, or
 * leaves the walk to rb_add() and rb_find_add(). No function sleeps or allocates; the
 * caller's lock excludes changes against everything, except that look-ups of the _rcu
 * forms may run beside changes: they never loop, but may miss a node that is being
 * moved. Kernel path: linux/rbtree.h, lib/rbtree.c.
 */
#ifndef _UDM_LINUX_RBTREE_H
#define _UDM_LINUX_RBTREE_H

#include <linux/container_of.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define rb_parent(r) ((struct rb_node *)((r)->__rb_parent_color & ~3UL))
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                                                           \
	({                                                                                         \
		typeof(ptr) __rb_at = (ptr);                                                       \
		__rb_at ? rb_entry(__rb_at, type, member) : NULL;                                  \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
/* A node outside every tree is its own parent, once RB_CLEAR_NODE() said so. */
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))

/* Balances after @node was linked. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);
/* Takes @node out; its own fields keep what they had. */
void rb_erase(struct rb_node *node, struct rb_root *root);

/* In order; NULL at the end, and for a node that RB_EMPTY_NODE(). */
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);

/* Children before their parents. */
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);

/* Puts @new in @victim's place; their order must be the same. */
void rb_replace_node(struct rb_node *victim, struct rb_node *new_node, struct rb_root *root);
void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new_node, struct rb_root *root);

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **rb_link)
{
	*node = (struct rb_node){ (unsigned long)parent, NULL, NULL };
	*rb_link = node;
}

static inline void rb_link_node_rcu(struct rb_node *node, struct rb_node *parent,
				    struct rb_node **rb_link)
{
	*node = (struct rb_node){ (unsigned long)parent, NULL, NULL };
	rcu_assign_pointer(*rb_link, node);
}

/* @n is kept ahead, so @pos may be freed; nothing may be erased or balanced meanwhile. */
#define rbtree_postorder_for_each_entry_safe(pos, n, root, field)                                  \
	for (pos = rb_entry_safe(rb_first_postorder(root), typeof(*pos), field);                   \
	     pos && (n = rb_entry_safe(rb_next_postorder(&pos->field), typeof(*pos), field), 1);   \
	     pos = n)

#define rb_first_cached(root) ((root)->rb_leftmost)

static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

/* The new first node if @node was the first one, else NULL. */
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	struct rb_node *first = NULL;

	if (node == root->rb_leftmost)
		first = root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
	return first;
}

static inline void rb_replace_node_cached(struct rb_node *victim, struct rb_node *new_node,
					  struct rb_root_cached *root)
{
	rb_replace_node(victim, new_node, &root->rb_root);
	if (victim == root->rb_leftmost)
		root->rb_leftmost = new_node;
}

/* Where the walk for a place stands: the link to fill and the node it is in. */
struct __rb_place {
	struct rb_node **link;
	struct rb_node *parent;
	bool leftmost;
};

static __always_inline struct __rb_place
__rb_find_place(const struct rb_node *node, struct rb_root *tree,
		bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at = { &tree->rb_node, NULL, true };

	for (struct rb_node *here; (here = *at.link); at.parent = here) {
		bool before = less((struct rb_node *)node, here);

		at.link = before ? &here->rb_left : &here->rb_right;
		at.leftmost &= before;
	}
	return at;
}

/* Among equal nodes the new one comes last. */
static __always_inline void rb_add(struct rb_node *node, struct rb_root *tree,
				   bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at = __rb_find_place(node, tree, less);

	rb_link_node(node, at.parent, at.link);
	rb_insert_color(node, tree);
}

/* @node if it became the first one, else NULL. */
static __always_inline struct rb_node *
rb_add_cached(struct rb_node *node, struct rb_root_cached *tree,
	      bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at = __rb_find_place(node, &tree->rb_root, less);

	rb_link_node(node, at.parent, at.link);
	rb_insert_color_cached(node, tree, at.leftmost);
	return at.leftmost ? node : NULL;
}

/* The node that compares equal, or NULL and the place where @node belongs. */
static __always_inline struct rb_node *
__rb_find_equal(struct rb_node *node, struct rb_root *tree,
		int (*cmp)(struct rb_node *, const struct rb_node *), struct __rb_place *at)
{
	*at = (struct __rb_place){ &tree->rb_node, NULL, true };
	for (struct rb_node *here; (here = *at->link); at->parent = here) {
		int order = cmp(node, here);

		if (!order)
			return here;
		at->link = order < 0 ? &here->rb_left : &here->rb_right;
		at->leftmost &= order < 0;
	}
	return NULL;
}

/* NULL: @node was added. Else the equal node that is there already. */
static __always_inline struct rb_node *
rb_find_add(struct rb_node *node, struct rb_root *tree,
	    int (*cmp)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at;
	struct rb_node *equal = __rb_find_equal(node, tree, cmp, &at);

	if (!equal) {
		rb_link_node(node, at.parent, at.link);
		rb_insert_color(node, tree);
	}
	return equal;
}

static __always_inline struct rb_node *
rb_find_add_cached(struct rb_node *node, struct rb_root_cached *tree,
		   int (*cmp)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at;
	struct rb_node *equal = __rb_find_equal(node, &tree->rb_root, cmp, &at);

	if (!equal) {
		rb_link_node(node, at.parent, at.link);
		rb_insert_color_cached(node, tree, at.leftmost);
	}
	return equal;
}

static __always_inline struct rb_node *
rb_find_add_rcu(struct rb_node *node, struct rb_root *tree,
		int (*cmp)(struct rb_node *, const struct rb_node *))
{
	struct __rb_place at;
	struct rb_node *equal = __rb_find_equal(node, tree, cmp, &at);

	if (!equal) {
		rb_link_node_rcu(node, at.parent, at.link);
		rb_insert_color(node, tree);
	}
	return equal;
}

/* Any node that @key equals, or NULL. */
static __always_inline struct rb_node *
rb_find(const void *key, const struct rb_root *tree,
	int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *here = tree->rb_node;
	int order;

	while (here && (order = cmp(key, here)))
		here = order < 0 ? here->rb_left : here->rb_right;
	return here;
}

/* Beside changes: what it finds was there; finding nothing means nothing. RCU read section. */
static __always_inline struct rb_node *
rb_find_rcu(const void *key, const struct rb_root *tree,
	    int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *here = rcu_dereference_raw(tree->rb_node);
	int order;

	while (here && (order = cmp(key, here)))
		here = rcu_dereference_raw(*(order < 0 ? &here->rb_left : &here->rb_right));
	return here;
}

/* The first of the nodes that @key equals, or NULL. */
static __always_inline struct rb_node *
rb_find_first(const void *key, const struct rb_root *tree,
	      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *best = NULL;

	for (struct rb_node *here = tree->rb_node; here; ) {
		int order = cmp(key, here);

		if (!order)
			best = here;
		here = order <= 0 ? here->rb_left : here->rb_right;
	}
	return best;
}

/* The node after @node if @key equals it too, else NULL. */
static __always_inline struct rb_node *
rb_next_match(const void *key, struct rb_node *node,
	      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *after = rb_next(node);

	return after && !cmp(key, after) ? after : NULL;
}

#define rb_for_each(node, key, tree, cmp)                                                          \
	for ((node) = rb_find_first((key), (tree), (cmp)); (node);                                 \
	     (node) = rb_next_match((key), (node), (cmp)))

#endif
