// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree below an XArray: memory of nodes, and adding them.
 *
 * Nodes are added only with all of them at hand, so an operation either takes effect
 * as a whole or leaves the tree as it was. What is missing is found by looking at
 * the path to an index: new levels on top lead to the old tree at slot 0, and away
 * from it elsewhere; below, a path ends where a slot is empty, or where an entry that
 * is larger than the level asked for bars it: such an entry is replaced, not divided.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
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

bool xa_spare_push(struct xa_state *xas, gfp_t gfp)
{
	struct xa_node *node;

	if (xas->xa && READ_ONCE(xas->xa->xa_flags) & XA_FLAGS_ACCOUNT)
		gfp |= __GFP_ACCOUNT;
	node = kmem_cache_alloc(node_cache, gfp | __GFP_ZERO);
	if (!node)
		return false;
	RCU_INIT_POINTER(node->parent, xas->xa_alloc);
	xas->xa_alloc = node;
	return true;
}

static struct xa_node *spare_pop(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_alloc;

	xas->xa_alloc = rcu_access_pointer(node->parent);
	return node;
}

bool xa_spare_fill(struct xa_state *xas, unsigned long n, gfp_t gfp)
{
	struct xa_node *node;

	for (node = xas->xa_alloc; node && n; node = rcu_access_pointer(node->parent))
		n--;
	for (; n; n--)
		if (!xa_spare_push(xas, gfp))
			return false;
	return true;
}

void xa_spare_drop(struct xa_state *xas)
{
	while (xas->xa_alloc)
		kmem_cache_free(node_cache, spare_pop(xas));
}

struct xa_node *xa_spare_take(struct xa_state *xas, unsigned int shift, unsigned long index)
{
	struct xa_node *node = spare_pop(xas);

	node->shift = shift;
	node->base = __XA_ALIGN(index, shift + XA_CHUNK_SHIFT);
	node->array = xas->xa;
	RCU_INIT_POINTER(node->parent, NULL);
	INIT_LIST_HEAD(&node->private_list);
	if (xa_track_free(xas->xa))
		node->marks[(__force unsigned int)XA_FREE_MARK] = ~0UL;
	return node;
}

static void node_rcu_free(struct rcu_head *head)
{
	kmem_cache_free(node_cache, container_of(head, struct xa_node, rcu_head));
}

void xa_node_retire(struct xa_state *xas, struct xa_node *node)
{
	node->count = 0;
	node->nr_values = 0;
	xa_node_changed(xas, node);
	/* After the store that unlinked it or a node above: see xa_node_alive(). */
	smp_store_release(&node->array, NULL);
	call_rcu(&node->rcu_head, node_rcu_free);
}

/* The level of the lowest node that reaches from 0 to last. */
static unsigned int level_for(unsigned long last)
{
	unsigned int shift = 0;

	while (last >> shift >= XA_CHUNK_SIZE)
		shift += XA_CHUNK_SHIFT;
	return shift;
}

/* Nodes to put on top so that the tree has level top. */
static unsigned int levels_to_add(const void *head, unsigned int top)
{
	unsigned int have = 0;

	if (!head)
		return 1;	/* the top node; nothing below needs others */
	if (xa_is_node(head))
		have = xa_to_node(head)->shift + XA_CHUNK_SHIFT;
	return top + XA_CHUNK_SHIFT > have ? (top + XA_CHUNK_SHIFT - have) / XA_CHUNK_SHIFT : 0;
}

/*
 * The level of the lowest node on the way to index in a tree grown to level top, but
 * not below shift; shift itself if an entry bars the way.
 */
static unsigned int path_floor(const void *head, unsigned long index, unsigned int shift,
			       unsigned int top)
{
	int lowest = top, have = xa_is_node(head) ? xa_to_node(head)->shift : -1;
	struct xa_node *node;

	if (!head)
		return top;
	/* New levels: index goes along with the old tree as long as it is in slot 0. */
	for (; lowest > have; lowest -= XA_CHUNK_SHIFT)
		if (lowest == (int)shift || index >> lowest)
			return lowest;
	for (node = xa_to_node(head); node->shift > shift; node = xa_to_node(head)) {
		head = xa_node_get(node, xa_node_slot(node, index));
		if (!xa_is_node(head))
			return head ? shift : node->shift;
	}
	return shift;
}

unsigned int xa_tree_missing(const struct xarray *xa, unsigned long index, unsigned int shift,
			     unsigned long last)
{
	void *head = xa_tree_head(xa);
	unsigned int top = max(level_for(last), shift);
	unsigned int lowest = path_floor(head, index, shift, top);

	return levels_to_add(head, top) + (lowest - shift) / XA_CHUNK_SHIFT;
}

unsigned int xa_tree_missing_pair(const struct xarray *xa, struct xa_place low,
				  struct xa_place high, unsigned long last)
{
	void *head = xa_tree_head(xa);
	unsigned int top = max3(level_for(last), low.shift, high.shift);
	unsigned int low_floor = path_floor(head, low.index, low.shift, top);
	unsigned int high_floor = path_floor(head, high.index, high.shift, top);
	unsigned int level = max(low.shift, high.shift);
	unsigned int n = levels_to_add(head, top);

	n += (low_floor - low.shift + high_floor - high.shift) / XA_CHUNK_SHIFT;
	/* Nodes that are missing on both ways and lie on both are counted twice. */
	for (; level < min(low_floor, high_floor); level += XA_CHUNK_SHIFT)
		if (__XA_ALIGN(low.index, level + XA_CHUNK_SHIFT) ==
		    __XA_ALIGN(high.index, level + XA_CHUNK_SHIFT))
			n--;
	return n;
}

/* Does anything below this head carry the mark? */
static bool head_marked(const struct xarray *xa, const void *head, xa_mark_t mark)
{
	if (xa_is_node(head))
		return xa_node_marks(xa_to_node(head), mark);
	return !(mark == XA_FREE_MARK && xa_track_free(xa)) && xa_marked(xa, mark);
}

/* Puts a node on top; the old head, if any, becomes its first slot. */
static void grow_top(struct xa_state *xas, unsigned int shift)
{
	void *head = xa_tree_head(xas->xa);
	struct xa_node *top = xa_spare_take(xas, shift, 0);
	unsigned int m;

	if (head) {
		RCU_INIT_POINTER(top->slots[0], head);
		top->count = 1;
		top->nr_values = xa_is_value(head);
		for (m = 0; m < XA_MAX_MARKS; m++) {
			top->marks[m] &= ~1UL;
			top->marks[m] |= head_marked(xas->xa, head, (__force xa_mark_t)m);
		}
		if (xa_is_node(head))
			RCU_INIT_POINTER(xa_to_node(head)->parent, top);
	}
	/* Publishes a node that shows the same entries and marks as the head did. */
	rcu_assign_pointer(xas->xa->xa_head, xa_mk_node(top));
	if (head)
		xa_node_changed(xas, top);
}

static struct xa_node *grow_child(struct xa_state *xas, struct xa_node *node, unsigned int slot)
{
	struct xa_node *child = xa_spare_take(xas, node->shift - XA_CHUNK_SHIFT,
					      xa_node_first(node, slot));

	child->offset = slot;
	RCU_INIT_POINTER(child->parent, node);
	rcu_assign_pointer(node->slots[slot], xa_mk_node(child));
	node->count++;
	xa_node_changed(xas, node);
	return child;
}

struct xa_node *xa_tree_reach(struct xa_state *xas, unsigned long index, unsigned int shift,
			      unsigned long last)
{
	unsigned int top = max(level_for(last), shift);
	void *entry = xa_tree_head(xas->xa);
	struct xa_node *node;

	if (!entry)
		grow_top(xas, top);
	else if (!xa_is_node(entry))
		grow_top(xas, 0);
	for (node = xa_to_node(xa_tree_head(xas->xa)); node->shift < top;
	     node = xa_to_node(xa_tree_head(xas->xa)))
		grow_top(xas, node->shift + XA_CHUNK_SHIFT);

	while (node->shift > shift) {
		unsigned int slot = xa_node_slot(node, index);

		entry = xa_node_get(node, slot);
		if (entry && !xa_is_node(entry))
			break;
		node = entry ? xa_to_node(entry) : grow_child(xas, node, slot);
	}
	return node;
}
