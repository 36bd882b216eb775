/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Red-black trees whose nodes carry a value about their subtree.
 *
 * Before rb_insert_augmented() the caller brings the values on the way from the root to
 * the new node up to date. From then on the three callbacks keep them: propagate()
 * recomputes from a node upwards until @stop or until nothing changes, copy() hands the
 * value of a node to the one that takes its place, rotate() does the same and computes
 * the old node's, which is now below. Kernel path: linux/rbtree_augmented.h.
 */
#ifndef _UDM_LINUX_RBTREE_AUGMENTED_H
#define _UDM_LINUX_RBTREE_AUGMENTED_H

#include <linux/compiler.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>

#define RB_RED 0
#define RB_BLACK 1

#define __rb_parent(pc) ((struct rb_node *)((pc) & ~3UL))
#define __rb_color(pc) ((pc) & 1)
#define __rb_is_black(pc) __rb_color(pc)
#define __rb_is_red(pc) (!__rb_color(pc))
#define rb_color(rb) __rb_color((rb)->__rb_parent_color)
#define rb_is_red(rb) __rb_is_red((rb)->__rb_parent_color)
#define rb_is_black(rb) __rb_is_black((rb)->__rb_parent_color)

struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new_node);
	void (*rotate)(struct rb_node *old, struct rb_node *new_node);
};

void __rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			   void (*augment_rotate)(struct rb_node *old, struct rb_node *new_node));
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

static inline void rb_set_parent(struct rb_node *rb, struct rb_node *p)
{
	rb->__rb_parent_color = rb_color(rb) | (unsigned long)p;
}

static inline void rb_set_parent_color(struct rb_node *rb, struct rb_node *p, int color)
{
	rb->__rb_parent_color = (unsigned long)p | (unsigned long)color;
}

static inline void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
				       const struct rb_augment_callbacks *augment)
{
	__rb_insert_augmented(node, root, augment->rotate);
}

static inline void rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
					      bool newleft,
					      const struct rb_augment_callbacks *augment)
{
	if (newleft)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

static inline void rb_erase_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
					     const struct rb_augment_callbacks *augment)
{
	if (node == root->rb_leftmost)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

/* As rb_add_cached(); the values above the node are brought up to date here. */
static __always_inline struct rb_node *
rb_add_augmented_cached(struct rb_node *node, struct rb_root_cached *tree,
			bool (*less)(struct rb_node *, const struct rb_node *),
			const struct rb_augment_callbacks *augment)
{
	struct __rb_place at = __rb_find_place(node, &tree->rb_root, less);

	rb_link_node(node, at.parent, at.link);
	augment->propagate(at.parent, NULL);
	rb_insert_augmented_cached(node, tree, at.leftmost, augment);
	return at.leftmost ? node : NULL;
}

/*
 * Callbacks from one function: bool RBCOMPUTE(node, exit) computes and stores the value;
 * with exit it may return true if nothing changed, which ends a propagation.
 */
#define RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED, RBCOMPUTE)          \
	static inline void RBNAME##_propagate(struct rb_node *rb, struct rb_node *stop)            \
	{                                                                                          \
		for (; rb != stop; rb = rb_parent(rb))                                             \
			if (RBCOMPUTE(rb_entry(rb, RBSTRUCT, RBFIELD), true))                      \
				return;                                                            \
	}                                                                                          \
	static inline void RBNAME##_copy(struct rb_node *rb_old, struct rb_node *rb_new)           \
	{                                                                                          \
		rb_entry(rb_new, RBSTRUCT, RBFIELD)->RBAUGMENTED =                                 \
			rb_entry(rb_old, RBSTRUCT, RBFIELD)->RBAUGMENTED;                          \
	}                                                                                          \
	static void RBNAME##_rotate(struct rb_node *rb_old, struct rb_node *rb_new)                \
	{                                                                                          \
		RBNAME##_copy(rb_old, rb_new);                                                     \
		RBCOMPUTE(rb_entry(rb_old, RBSTRUCT, RBFIELD), false);                             \
	}                                                                                          \
	RBSTATIC const struct rb_augment_callbacks RBNAME = {                                      \
		.propagate = RBNAME##_propagate,                                                   \
		.copy = RBNAME##_copy,                                                             \
		.rotate = RBNAME##_rotate,                                                         \
	};

/* The value is the greatest RBCOMPUTE(node) of the subtree. */
#define RB_DECLARE_CALLBACKS_MAX(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBTYPE, RBAUGMENTED,         \
				 RBCOMPUTE)                                                        \
	static inline RBTYPE RBNAME##_greater(RBTYPE most, struct rb_node *child)                  \
	{                                                                                          \
		RBTYPE below = child ? rb_entry(child, RBSTRUCT, RBFIELD)->RBAUGMENTED : most;     \
		return below > most ? below : most;                                                \
	}                                                                                          \
	static inline bool RBNAME##_compute_max(RBSTRUCT *node, bool exit)                         \
	{                                                                                          \
		RBTYPE most = RBNAME##_greater(RBCOMPUTE(node), node->RBFIELD.rb_left);            \
		most = RBNAME##_greater(most, node->RBFIELD.rb_right);                             \
		if (exit && node->RBAUGMENTED == most)                                             \
			return true;                                                               \
		node->RBAUGMENTED = most;                                                          \
		return false;                                                                      \
	}                                                                                          \
	RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED,                     \
			     RBNAME##_compute_max)

#endif
