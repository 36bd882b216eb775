// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree below an XArray: growing, pruning, searching, marks.
 *
 * Growing happens only with all nodes at hand, so an operation either takes
 * effect as a whole or leaves the tree as it was. Pruning removes empty nodes and
 * a top node that has only its first slot in use. Searches do not climb: when a
 * node is exhausted they start again at the head with the next index, which needs
 * no parent pointers and therefore no care about nodes that die meanwhile.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/slab.h>

#include "libkern/lib/xa_tree.h"

static struct kmem_cache *node_cache;

int xa_tree_cache_init(void)
{
	node_cache = kmem_cache_create("xarray_node", sizeof(struct xa_node), 0,
				       SLAB_RECLAIM_ACCOUNT, NULL);
	return node_cache ? 0 : -ENOMEM;
}

void xa_tree_cache_exit(void)
{
	kmem_cache_destroy(node_cache);
	node_cache = NULL;
}

bool xa_spare_push(struct xa_node **spare, gfp_t gfp)
{
	struct xa_node *node = kmem_cache_alloc(node_cache, gfp | __GFP_ZERO);

	if (!node)
		return false;
	node->parent = *spare;
	*spare = node;
	return true;
}

void xa_spare_drop(struct xa_node **spare)
{
	while (*spare) {
		struct xa_node *node = *spare;

		*spare = node->parent;
		kmem_cache_free(node_cache, node);
	}
}

static void node_rcu_free(struct rcu_head *head)
{
	kmem_cache_free(node_cache, container_of(head, struct xa_node, rcu));
}

static void node_retire(struct xa_node *node)
{
	call_rcu(&node->rcu, node_rcu_free);
}

static inline void *tree_head(const struct xarray *xa)
{
	return rcu_dereference_raw(xa->xa_head);
}

static inline void *node_to_entry(const struct xa_node *node)
{
	return (void *)((unsigned long)node + 2);
}

/* Marks are read without the lock. */
static inline unsigned long node_marks(const struct xa_node *node, xa_mark_t mark)
{
	return READ_ONCE(node->marks[(__force unsigned int)mark]);
}

static inline void node_change_mark(struct xa_node *node, xa_mark_t mark, unsigned int slot,
				    bool on)
{
	unsigned long *word = &node->marks[(__force unsigned int)mark];

	WRITE_ONCE(*word, on ? *word | BIT(slot) : *word & ~BIT(slot));
}

/* Levels of nodes that a tree needs to reach index. */
static unsigned int levels_for(unsigned long index)
{
	unsigned int levels = 1;

	while (index >>= XA_NODE_SHIFT)
		levels++;
	return levels;
}

static unsigned int levels_of(const void *head)
{
	return xa_is_node(head) ? xa_to_node(head)->shift / XA_NODE_SHIFT + 1 : 0;
}

struct xa_node *xa_tree_leaf(const struct xarray *xa, unsigned long index)
{
	void *entry = tree_head(xa);

	if (!xa_is_node(entry) || index > xa_node_last(xa_to_node(entry)))
		return NULL;
	while (xa_is_node(entry)) {
		struct xa_node *node = xa_to_node(entry);

		if (!node->shift)
			return node;
		entry = xa_node_get(node, index);
	}
	return NULL;
}

void *xa_tree_load(const struct xarray *xa, unsigned long index, struct xa_node **leaf)
{
	void *head = tree_head(xa);

	*leaf = NULL;
	if (!xa_is_node(head))
		return index ? NULL : head;
	*leaf = xa_tree_leaf(xa, index);
	return *leaf ? xa_node_get(*leaf, index) : NULL;
}

unsigned int xa_node_next(const struct xa_node *node, unsigned long index, xa_mark_t filter)
{
	unsigned int slot = xa_node_slot(node, index);
	unsigned long marked;

	if (filter == XA_PRESENT) {
		while (slot < XA_NODE_SLOTS && !rcu_access_pointer(node->slots[slot]))
			slot++;
		return slot;
	}
	marked = node_marks(node, filter == XA_TREE_FREE ? XA_FREE_MARK : filter);
	marked &= ~0UL << slot;
	return marked ? __ffs(marked) : XA_NODE_SLOTS;
}

/* The part of a seek for indices the nodes do not reach: an entry in the head, or free space. */
static bool seek_outside(const struct xarray *xa, unsigned long index, xa_mark_t filter,
			 void *head, void **entry)
{
	*entry = NULL;
	if (filter == XA_TREE_FREE)
		return true;
	if (xa_is_node(head) || index || !head)
		return false;
	*entry = head;
	return filter == XA_PRESENT || xa_marked(xa, filter);
}

/*
 * One descent. Returns the slot content that passes the filter; NULL with *leaf
 * set if the search must go on from the advanced *index; NULL without a leaf if
 * a free subtree was found or *index went past max.
 */
static void *seek_down(struct xa_node *node, unsigned long *index, unsigned long max,
		       xa_mark_t filter, struct xa_node **leaf)
{
	for (;;) {
		unsigned int slot = xa_node_next(node, *index, filter);
		unsigned long first;
		void *entry;

		*leaf = node;
		if (slot == XA_NODE_SLOTS) {
			*index = xa_node_last(node) + 1;
			return NULL;
		}
		first = node->base + ((unsigned long)slot << node->shift);
		if (first > *index)
			*index = first;
		if (*index > max)
			return NULL;
		entry = rcu_dereference_raw(node->slots[slot]);
		if (xa_is_node(entry)) {
			node = xa_to_node(entry);
			continue;
		}
		if (filter == XA_TREE_FREE)
			*leaf = NULL;
		else if (!entry)
			/* Emptied by a writer after the slot was chosen: step over it. */
			*index = first + (1UL << node->shift);
		return entry;
	}
}

bool xa_tree_seek(const struct xarray *xa, unsigned long *index, unsigned long max,
		  xa_mark_t filter, void **entry, struct xa_node **leaf)
{
	unsigned long at = *index;

	while (at <= max) {
		void *head = tree_head(xa);
		unsigned long from = at;

		*leaf = NULL;
		if (!xa_is_node(head) || at > xa_node_last(xa_to_node(head))) {
			if (!seek_outside(xa, at, filter, head, entry))
				return false;
			*index = at;
			return true;
		}
		*entry = seek_down(xa_to_node(head), &at, max, filter, leaf);
		if (*entry || !*leaf) {
			*index = at;
			return true;
		}
		if (at <= from)	/* wrapped: the last index of all was passed */
			return false;
	}
	return false;
}

/* Index 0 of a plain array without nodes. */
static bool lives_in_head(const struct xarray *xa, unsigned long index)
{
	return !index && !xa_is_node(tree_head(xa)) && !xa_tracks_free(xa);
}

unsigned int xa_tree_missing(const struct xarray *xa, unsigned long index)
{
	void *head = tree_head(xa);
	unsigned int need = levels_for(index);
	unsigned int have = levels_of(head);

	if (lives_in_head(xa, index))
		return 0;
	if (!head)
		return need;
	/* New levels on top lead to the old tree at slot 0 and to index at another slot. */
	if (need > have)
		return need - have + need - 1;
	for (;;) {
		struct xa_node *node = xa_to_node(head);

		if (!node->shift)
			return 0;
		head = xa_node_get(node, index);
		if (!head)
			return node->shift / XA_NODE_SHIFT;
	}
}

static struct xa_node *spare_take(const struct xarray *xa, struct xa_node **spare,
				  unsigned int shift, unsigned long index)
{
	struct xa_node *node = *spare;
	unsigned int bits = shift + XA_NODE_SHIFT;

	*spare = node->parent;
	node->parent = NULL;
	node->shift = shift;
	node->base = bits >= BITS_PER_LONG ? 0 : index >> bits << bits;
	if (xa_tracks_free(xa))
		node->marks[(__force unsigned int)XA_FREE_MARK] = ~0UL;
	return node;
}

/* Does anything below this head carry the mark? */
static bool head_marked(const struct xarray *xa, const void *head, xa_mark_t mark)
{
	return xa_is_node(head) ? node_marks(xa_to_node(head), mark) : xa_marked(xa, mark);
}

/* Puts a level on top; the old head, if any, becomes its first slot. */
static void grow_top(struct xarray *xa, struct xa_node **spare, unsigned int shift)
{
	void *head = tree_head(xa);
	struct xa_node *top = spare_take(xa, spare, shift, 0);
	unsigned int m;

	if (head) {
		RCU_INIT_POINTER(top->slots[0], head);
		top->used = 1;
		for (m = 0; m < XA_MAX_MARKS; m++) {
			xa_mark_t mark = (__force xa_mark_t)m;

			node_change_mark(top, mark, 0, head_marked(xa, head, mark));
		}
		if (xa_is_node(head))
			xa_to_node(head)->parent = top;
	}
	rcu_assign_pointer(xa->xa_head, node_to_entry(top));
}

/* The leaf for index, with every node above it. */
static struct xa_node *grow_to(struct xarray *xa, unsigned long index, struct xa_node **spare)
{
	unsigned int need = levels_for(index);
	unsigned int have = levels_of(tree_head(xa));
	struct xa_node *node;

	if (!tree_head(xa))
		grow_top(xa, spare, (need - 1) * XA_NODE_SHIFT);
	else
		for (; have < need; have++)
			grow_top(xa, spare, have * XA_NODE_SHIFT);

	node = xa_to_node(tree_head(xa));
	while (node->shift) {
		void *entry = xa_node_get(node, index);

		if (!entry) {
			struct xa_node *child =
				spare_take(xa, spare, node->shift - XA_NODE_SHIFT, index);

			child->parent = node;
			entry = node_to_entry(child);
			rcu_assign_pointer(node->slots[xa_node_slot(node, index)], entry);
			node->used++;
		}
		node = xa_to_node(entry);
	}
	return node;
}

static void root_change_mark(struct xarray *xa, xa_mark_t mark, bool on)
{
	gfp_t bit = XA_FLAGS_MARK(mark);

	/* Whether an allocating array has free ids is never asked of the root. */
	if (mark == XA_FREE_MARK && xa_tracks_free(xa))
		return;
	WRITE_ONCE(xa->xa_flags, on ? xa->xa_flags | bit : xa->xa_flags & ~bit);
}

static void root_clear_marks(struct xarray *xa)
{
	unsigned int m;

	for (m = 0; m < XA_MAX_MARKS; m++)
		root_change_mark(xa, (__force xa_mark_t)m, false);
}

static void set_mark_up(struct xarray *xa, struct xa_node *node, unsigned long index,
			xa_mark_t mark)
{
	for (; node; node = node->parent) {
		if (node_marks(node, mark) & BIT(xa_node_slot(node, index)))
			return;
		node_change_mark(node, mark, xa_node_slot(node, index), true);
	}
	root_change_mark(xa, mark, true);
}

static void clear_mark_up(struct xarray *xa, struct xa_node *node, unsigned long index,
			  xa_mark_t mark)
{
	for (; node; node = node->parent) {
		if (!(node_marks(node, mark) & BIT(xa_node_slot(node, index))))
			return;
		node_change_mark(node, mark, xa_node_slot(node, index), false);
		if (node_marks(node, mark))
			return;
	}
	root_change_mark(xa, mark, false);
}

/* The slot of index in node became empty: no mark of an entry stays, only "free". */
static void reset_marks(struct xarray *xa, struct xa_node *node, unsigned long index)
{
	unsigned int m;

	for (m = 0; m < XA_MAX_MARKS; m++) {
		xa_mark_t mark = (__force xa_mark_t)m;

		if (mark == XA_FREE_MARK && xa_tracks_free(xa))
			set_mark_up(xa, node, index, mark);
		else
			clear_mark_up(xa, node, index, mark);
	}
}

/* Takes levels off the top that lead nowhere but to their first slot. */
static void shrink_top(struct xarray *xa)
{
	for (;;) {
		void *head = tree_head(xa);
		struct xa_node *top = xa_to_node(head);
		void *first;

		if (!xa_is_node(head) || !top->shift || top->used != 1)
			return;
		first = xa_node_get(top, 0);
		if (!first)
			return;
		xa_to_node(first)->parent = NULL;
		/* Readers inside the old top still find the same subtree in its first slot. */
		rcu_assign_pointer(xa->xa_head, first);
		node_retire(top);
	}
}

/* Unlinks nodes upwards as long as they are empty. False if node stays. */
static bool prune(struct xarray *xa, struct xa_node *node)
{
	bool gone = false;

	while (node && !node->used) {
		struct xa_node *parent = node->parent;
		unsigned long index = node->base;

		if (parent) {
			RCU_INIT_POINTER(parent->slots[xa_node_slot(parent, index)], NULL);
			parent->used--;
			reset_marks(xa, parent, index);
		} else {
			RCU_INIT_POINTER(xa->xa_head, NULL);
			root_clear_marks(xa);
		}
		node_retire(node);
		node = parent;
		gone = true;
	}
	shrink_top(xa);
	return gone;
}

static void *replace_in_head(struct xarray *xa, unsigned long index, void *entry)
{
	void *head = tree_head(xa);

	if (index || xa_is_node(head))
		return NULL;
	rcu_assign_pointer(xa->xa_head, entry);
	if (!entry)
		root_clear_marks(xa);
	return head;
}

void *xa_tree_replace(struct xarray *xa, unsigned long index, void *entry, struct xa_node **spare,
		      struct xa_node **leaf)
{
	struct xa_node *node = xa_tree_leaf(xa, index);
	void *old;

	*leaf = NULL;
	if (!node && (!entry || lives_in_head(xa, index)))
		return replace_in_head(xa, index, entry);
	if (!node)
		node = grow_to(xa, index, spare);
	*leaf = node;
	old = xa_node_get(node, index);
	if (old == entry)
		return old;
	rcu_assign_pointer(node->slots[xa_node_slot(node, index)], entry);
	if (!old) {
		node->used++;
		if (xa_tracks_free(xa))
			clear_mark_up(xa, node, index, XA_FREE_MARK);
	} else if (!entry) {
		node->used--;
		reset_marks(xa, node, index);
		if (prune(xa, node))
			*leaf = NULL;
	}
	return old;
}

bool xa_tree_get_mark(const struct xarray *xa, const struct xa_node *leaf, unsigned long index,
		      xa_mark_t mark)
{
	if (leaf)
		return node_marks(leaf, mark) & BIT(xa_node_slot(leaf, index));
	return xa_marked(xa, mark);
}

void xa_tree_set_mark(struct xarray *xa, struct xa_node *leaf, unsigned long index, xa_mark_t mark)
{
	set_mark_up(xa, leaf, index, mark);
}

void xa_tree_clear_mark(struct xarray *xa, struct xa_node *leaf, unsigned long index,
			xa_mark_t mark)
{
	clear_mark_up(xa, leaf, index, mark);
}

/* Post order without recursion: down into the last child, up when a node is empty. */
void xa_tree_free(void *head)
{
	struct xa_node *node = xa_is_node(head) ? xa_to_node(head) : NULL;

	while (node) {
		struct xa_node *parent = node->parent;
		void *child = NULL;
		unsigned int slot;

		for (slot = 0; node->shift && slot < XA_NODE_SLOTS && !child; slot++) {
			child = rcu_access_pointer(node->slots[slot]);
			if (child)
				RCU_INIT_POINTER(node->slots[slot], NULL);
		}
		if (child) {
			node = xa_to_node(child);
			continue;
		}
		node_retire(node);
		node = parent;
	}
}
