// SPDX-License-Identifier: GPL-2.0-only
/*
 * Red-black trees.
 *
 * Red nodes have black children, and every way down from a node to a missing child
 * passes the same number of black nodes. Everything here is written once for both
 * sides: a side is 0 (left) or 1 (right), its opposite !side.
 *
 * Links to children are stored whole, and a rotation hangs the two nodes together from
 * below upwards, so a reader beside a change never runs in a circle.
 */
#include <linux/export.h>
#include <linux/rbtree_augmented.h>

typedef void (*rotate_fn)(struct rb_node *old, struct rb_node *new_node);

enum { LEFT, RIGHT };

static struct rb_node **link_of(struct rb_node *node, int side)
{
	return side == LEFT ? &node->rb_left : &node->rb_right;
}

static struct rb_node *child_of(const struct rb_node *node, int side)
{
	return side == LEFT ? node->rb_left : node->rb_right;
}

static int side_of(const struct rb_node *parent, const struct rb_node *child)
{
	return parent->rb_right == child ? RIGHT : LEFT;
}

/* A missing child is black. */
static bool is_red(const struct rb_node *node)
{
	return node && rb_is_red(node);
}

static void paint(struct rb_node *node, int color)
{
	rb_set_parent_color(node, rb_parent(node), color);
}

/* Makes @new_node, or nothing, the child where @old was one. */
static void replace_child(struct rb_root *root, struct rb_node *parent, const struct rb_node *old,
			  struct rb_node *new_node)
{
	if (parent)
		WRITE_ONCE(*link_of(parent, side_of(parent, old)), new_node);
	else
		WRITE_ONCE(root->rb_node, new_node);
}

/* Lets @top sink towards @side; the child on its other side comes up and is returned. */
static struct rb_node *rotate(struct rb_root *root, struct rb_node *top, int side, rotate_fn tell)
{
	struct rb_node *riser = child_of(top, !side);
	struct rb_node *between = child_of(riser, side);
	struct rb_node *above = rb_parent(top);

	WRITE_ONCE(*link_of(top, !side), between);
	if (between)
		rb_set_parent(between, top);
	WRITE_ONCE(*link_of(riser, side), top);
	replace_child(root, above, top, riser);
	rb_set_parent(riser, above);
	rb_set_parent(top, riser);
	if (tell)
		tell(top, riser);
	return riser;
}

/* A red node is new below a parent that may be red as well. */
static void balance_insert(struct rb_node *node, struct rb_root *root, rotate_fn tell)
{
	struct rb_node *parent;

	while ((parent = rb_parent(node)) && rb_is_red(parent)) {
		struct rb_node *grand = rb_parent(parent);
		int side = side_of(grand, parent);
		struct rb_node *uncle = child_of(grand, !side);

		if (is_red(uncle)) {
			paint(uncle, RB_BLACK);
			paint(parent, RB_BLACK);
			paint(grand, RB_RED);
			node = grand;
			continue;
		}
		if (node == child_of(parent, !side))
			parent = rotate(root, parent, side, tell);
		rotate(root, grand, !side, tell);
		paint(grand, RB_RED);
		paint(parent, RB_BLACK);
		return;
	}
	if (!parent)
		paint(node, RB_BLACK);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	balance_insert(node, root, NULL);
}
EXPORT_SYMBOL(rb_insert_color);

void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, rotate_fn augment_rotate)
{
	balance_insert(node, root, augment_rotate);
}
EXPORT_SYMBOL(__rb_insert_augmented);

/* The sibling can lend a black node: it comes up, and the far nephew pays. */
static void borrow(struct rb_root *root, struct rb_node *parent, int side, rotate_fn tell)
{
	struct rb_node *sibling = child_of(parent, !side);

	if (!is_red(child_of(sibling, !side))) {
		struct rb_node *near = rotate(root, sibling, !side, tell);

		paint(near, RB_BLACK);
		paint(sibling, RB_RED);
		sibling = near;
	}
	rotate(root, parent, side, tell);
	paint(sibling, rb_color(parent));
	paint(parent, RB_BLACK);
	paint(child_of(sibling, !side), RB_BLACK);
}

/* Ways through @parent's child on @side lack one black node. */
static void balance_erase(struct rb_root *root, struct rb_node *parent, int side, rotate_fn tell)
{
	for (;;) {
		struct rb_node *sibling = child_of(parent, !side), *above;

		if (is_red(sibling)) {
			rotate(root, parent, side, tell);
			paint(sibling, RB_BLACK);
			paint(parent, RB_RED);
			sibling = child_of(parent, !side);
		}
		if (is_red(sibling->rb_left) || is_red(sibling->rb_right)) {
			borrow(root, parent, side, tell);
			return;
		}
		paint(sibling, RB_RED);
		if (rb_is_red(parent)) {
			paint(parent, RB_BLACK);
			return;
		}
		above = rb_parent(parent);
		if (!above)
			return;
		side = side_of(above, parent);
		parent = above;
	}
}

/* Where the tree was cut: below @parent, on @side; @lacks: a black node is missing there. */
struct cut {
	struct rb_node *parent;
	int side;
	bool lacks;
};

/* Takes out a node that has one child at most. */
static struct cut unlink_outer(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *child = node->rb_left ? node->rb_left : node->rb_right;
	struct cut cut = { .parent = rb_parent(node) };

	if (cut.parent)
		cut.side = side_of(cut.parent, node);
	replace_child(root, cut.parent, node, child);
	/* An only child is red, so painting it black restores the count. */
	if (child)
		rb_set_parent_color(child, cut.parent, rb_color(node));
	else
		cut.lacks = cut.parent && rb_is_black(node);
	return cut;
}

/* Puts @heir, which is in no tree, where @node is, with its colour and children. */
static void take_place(struct rb_node *node, struct rb_node *heir, struct rb_root *root)
{
	heir->rb_left = node->rb_left;
	heir->rb_right = node->rb_right;
	heir->__rb_parent_color = node->__rb_parent_color;
	if (heir->rb_left)
		rb_set_parent(heir->rb_left, heir);
	if (heir->rb_right)
		rb_set_parent(heir->rb_right, heir);
	/* A reader that comes to the heir must find its links. */
	smp_wmb();
	replace_child(root, rb_parent(node), node, heir);
}

static void erase(struct rb_node *node, struct rb_root *root,
		  const struct rb_augment_callbacks *augment)
{
	struct rb_node *heir = NULL;
	struct cut cut;

	if (node->rb_left && node->rb_right) {
		heir = rb_next(node);
		cut = unlink_outer(heir, root);
		if (cut.parent == node)
			cut.parent = heir;
		take_place(node, heir, root);
	} else {
		cut = unlink_outer(node, root);
	}
	if (augment) {
		if (heir) {
			augment->copy(node, heir);
			augment->propagate(cut.parent, heir);
			augment->propagate(heir, NULL);
		} else if (cut.parent) {
			augment->propagate(cut.parent, NULL);
		}
	}
	if (cut.lacks)
		balance_erase(root, cut.parent, cut.side, augment ? augment->rotate : NULL);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	erase(node, root, NULL);
}
EXPORT_SYMBOL(rb_erase);

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	erase(node, root, augment);
}
EXPORT_SYMBOL(rb_erase_augmented);

static struct rb_node *outermost(struct rb_node *node, int side)
{
	while (node && child_of(node, side))
		node = child_of(node, side);
	return node;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return outermost(root->rb_node, LEFT);
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	return outermost(root->rb_node, RIGHT);
}
EXPORT_SYMBOL(rb_last);

/* The neighbour of @node on @side. */
static struct rb_node *neighbour(const struct rb_node *node, int side)
{
	const struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (child_of(node, side))
		return outermost(child_of(node, side), !side);
	while ((parent = rb_parent(node)) && child_of(parent, side) == node)
		node = parent;
	return (struct rb_node *)parent;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	return neighbour(node, RIGHT);
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	return neighbour(node, LEFT);
}
EXPORT_SYMBOL(rb_prev);

void rb_replace_node(struct rb_node *victim, struct rb_node *new_node, struct rb_root *root)
{
	take_place(victim, new_node, root);
}
EXPORT_SYMBOL(rb_replace_node);

void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new_node, struct rb_root *root)
{
	take_place(victim, new_node, root);
}
EXPORT_SYMBOL(rb_replace_node_rcu);

/* The leaf that comes first when children precede their parents. */
static struct rb_node *first_leaf(struct rb_node *node)
{
	struct rb_node *below = node;

	while (below) {
		node = below;
		below = node->rb_left ? node->rb_left : node->rb_right;
	}
	return node;
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return first_leaf(root->rb_node);
}
EXPORT_SYMBOL(rb_first_postorder);

struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node ? rb_parent(node) : NULL;

	if (parent && parent->rb_left == node && parent->rb_right)
		return first_leaf(parent->rb_right);
	return parent;
}
EXPORT_SYMBOL(rb_next_postorder);
