/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cursor of an XArray: the advanced interface. Include <linux/xarray.h>.
 *
 * A cursor (struct xa_state) remembers an index, or an aligned range of 2^order
 * of them, and the slot that was found for it, so that steps to neighbours are
 * cheap. It belongs to one thread. Loading and finding need the RCU read lock or
 * xa_lock over the whole time the position is kept; everything that changes the
 * array needs xa_lock. A cursor sees raw entries: reservations show up as
 * XA_ZERO_ENTRY and must be passed to xas_retry().
 *
 * xas_store takes the nodes it needs without waiting; a failure is kept in the
 * cursor (xas_error), and the caller drops the lock, calls xas_nomem, which
 * allocates with the caller's gfp, and tries again while that returns true.
 */
#include <linux/xarray.h>	/* includes this file at its end */

#ifndef _LINUX_XARRAY_STATE_H
#define _LINUX_XARRAY_STATE_H

#include <linux/list.h>
#include <linux/log2.h>

struct list_lru;

/*
 * A node: 64 slots, each with a node that divides its 2^shift indices further, or
 * with an entry. An entry that fills several slots is in the first of them, and the
 * others hold siblings. count is how many slots are not NULL, siblings included, and
 * nr_values how many of those belong to a value entry. Users look at these under
 * xa_lock, in an update callback; private_list is theirs to use.
 */
struct xa_node {
	unsigned char shift;
	/* The slot of parent this node is in. */
	unsigned char offset;
	unsigned char count;
	unsigned char nr_values;
	/* Private to the array: how often ties were undone; the first index below. */
	unsigned int untied;
	struct xa_node __rcu *parent;
	/* NULL once the node has left the array. */
	struct xarray *array;
	union {
		struct list_head private_list;
		struct rcu_head rcu_head;
	};
	unsigned long base;
	unsigned long marks[XA_MAX_MARKS];
	void __rcu *slots[XA_CHUNK_SIZE];
};

/* Called under xa_lock after count or nr_values changed; count 0: about to be freed. */
typedef void (*xa_update_node_t)(struct xa_node *node);

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	/* The range is xa_sibs + 1 slots of 2^xa_shift indices. */
	unsigned char xa_shift;
	unsigned char xa_sibs;
	/* The slot of xa_node that was found; of several the first. */
	unsigned char xa_offset;
	unsigned char xa_pad;
	/* Where that is: a node, NULL (in the head), or one of the marks below. */
	struct xa_node *xa_node;
	/* Nodes taken ahead, linked by their parent pointers; xas_nomem fills it. */
	struct xa_node *xa_alloc;
	xa_update_node_t xa_update;
	struct list_lru *xa_lru;
};

#define XA_ERROR(errno) ((struct xa_node *)(((unsigned long)(errno) << 2) | 2UL))
#define XAS_BOUNDS ((struct xa_node *)1UL)
#define XAS_RESTART ((struct xa_node *)3UL)

#define __XA_STATE(array, index, shift, sibs)							\
	{ .xa = (array), .xa_index = (index), .xa_shift = (shift), .xa_sibs = (sibs),		\
	  .xa_offset = 0, .xa_pad = 0, .xa_node = XAS_RESTART, .xa_alloc = NULL,		\
	  .xa_update = NULL, .xa_lru = NULL }

/* The first of the 2^order indices; order 64 is the whole array. */
#define __XA_ALIGN(index, order) ((order) < BITS_PER_LONG ? (index) >> (order) << (order) : 0)

#define XA_STATE(name, array, index) struct xa_state name = __XA_STATE(array, index, 0, 0)
#define XA_STATE_ORDER(name, array, index, order)						\
	struct xa_state name = __XA_STATE(array, __XA_ALIGN((unsigned long)(index), order),	\
					  (order) - (order) % XA_CHUNK_SHIFT,			\
					  (1U << (order) % XA_CHUNK_SHIFT) - 1)

#define xas_marked(xas, mark) xa_marked((xas)->xa, mark)
#define xas_trylock(xas) xa_trylock((xas)->xa)
#define xas_lock(xas) xa_lock((xas)->xa)
#define xas_unlock(xas) xa_unlock((xas)->xa)
#define xas_lock_bh(xas) xa_lock_bh((xas)->xa)
#define xas_unlock_bh(xas) xa_unlock_bh((xas)->xa)
#define xas_lock_irq(xas) xa_lock_irq((xas)->xa)
#define xas_unlock_irq(xas) xa_unlock_irq((xas)->xa)
#define xas_lock_irqsave(xas, flags) xa_lock_irqsave((xas)->xa, flags)
#define xas_unlock_irqrestore(xas, flags) xa_unlock_irqrestore((xas)->xa, flags)

/* Raw places of an array; the _locked forms under xa_lock, the others under RCU or it. */

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry > 4096;
}

static inline struct xa_node *xa_to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static inline void *xa_mk_node(const struct xa_node *node)
{
	return (void *)((unsigned long)node + 2);
}

static inline void *xa_head(const struct xarray *xa)
{
	return rcu_dereference_check(xa->xa_head, lockdep_is_held(&xa->xa_lock));
}

static inline void *xa_head_locked(const struct xarray *xa)
{
	return rcu_dereference_protected(xa->xa_head, lockdep_is_held(&xa->xa_lock));
}

static inline void *xa_entry(const struct xarray *xa, const struct xa_node *node,
			     unsigned int offset)
{
	return rcu_dereference_check(node->slots[offset], lockdep_is_held(&xa->xa_lock));
}

static inline void *xa_entry_locked(const struct xarray *xa, const struct xa_node *node,
				    unsigned int offset)
{
	return rcu_dereference_protected(node->slots[offset], lockdep_is_held(&xa->xa_lock));
}

static inline struct xa_node *xa_parent(const struct xarray *xa, const struct xa_node *node)
{
	return rcu_dereference_check(node->parent, lockdep_is_held(&xa->xa_lock));
}

static inline struct xa_node *xa_parent_locked(const struct xarray *xa, const struct xa_node *node)
{
	return rcu_dereference_protected(node->parent, lockdep_is_held(&xa->xa_lock));
}

/* The negative errno kept in the cursor, or 0. */
static inline int xas_error(const struct xa_state *xas)
{
	return xa_err(xas->xa_node);
}

static inline void xas_set_err(struct xa_state *xas, long err)
{
	xas->xa_node = XA_ERROR(err);
}

/* Holds no position: an error, out of bounds, or not started yet. */
static inline bool xas_invalid(const struct xa_state *xas)
{
	return (unsigned long)xas->xa_node & 3;
}

static inline bool xas_valid(const struct xa_state *xas)
{
	return !xas_invalid(xas);
}

static inline bool xas_is_node(const struct xa_state *xas)
{
	return xas_valid(xas) && xas->xa_node;
}

/* The same about the node of a cursor: none, an error or a mark; none, out of bounds or new. */
static inline bool xas_not_node(struct xa_node *node)
{
	return !node || (unsigned long)node & 3;
}

static inline bool xas_top(struct xa_node *node)
{
	return (unsigned long)node <= (unsigned long)XAS_RESTART;
}

/* Forget the position (and an error); the next step starts from the head at xa_index. */
static inline void xas_reset(struct xa_state *xas)
{
	xas->xa_node = XAS_RESTART;
}

static inline void xas_set(struct xa_state *xas, unsigned long index)
{
	xas->xa_index = index;
	xas_reset(xas);
}

/* From now on the cursor stands for the aligned 2^order indices around index. */
static inline void xas_set_order(struct xa_state *xas, unsigned long index, unsigned int order)
{
	xas->xa_shift = order - order % XA_CHUNK_SHIFT;
	xas->xa_sibs = (1U << order % XA_CHUNK_SHIFT) - 1;
	xas_set(xas, __XA_ALIGN(index, order));
}

/* To an index of the entry the cursor is at, without looking. */
static inline void xas_advance(struct xa_state *xas, unsigned long index)
{
	unsigned char shift = xas_is_node(xas) ? xas->xa_node->shift : 0;

	xas->xa_index = index;
	xas->xa_offset = (index >> shift) & XA_CHUNK_MASK;
}

/* fn is told of every node this cursor changes, until it is set to NULL. */
static inline void xas_set_update(struct xa_state *xas, xa_update_node_t fn)
{
	xas->xa_update = fn;
}

/* Kept for its users; nodes are not on a list of their memory group, as there are none. */
static inline void xas_set_lru(struct xa_state *xas, struct list_lru *lru)
{
	xas->xa_lru = lru;
}

/* True for entries a walker has to skip; forgets the position if it became stale. */
static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
	if (xa_is_retry(entry))
		xas_reset(xas);
	return xa_is_retry(entry) || xa_is_zero(entry);
}

/*
 * xas_load: the raw entry at xa_index. What a cursor with an order gets is a place
 * for a store, the result may be internal. xas_reload: what is now where the cursor
 * stands; a retry entry if that place has left the array. xas_store: replaces the
 * entries of the range, or the larger entry it lies in, and returns the old raw
 * entry (of a range: any of them); on an error that stays in the cursor and nothing
 * changed. Marks stay unless the entry is NULL; a range gets all that were in it.
 */
void *xas_load(struct xa_state *xas);
void *xas_reload(struct xa_state *xas);
void *xas_store(struct xa_state *xas, void *entry);

/*
 * One step: a fresh cursor gives the entry at or after xa_index, later steps one
 * after it, up to max; NULL when there is none. Then the cursor is in the restart
 * state behind max or, when the array ends before max, out of bounds at the first
 * index that is not in it; either is good for a store. xas_next and xas_prev move
 * by one index, present or not, wrap at the ends and show siblings.
 */
void *xas_find(struct xa_state *xas, unsigned long max);
void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark);
void *xas_next(struct xa_state *xas);
void *xas_prev(struct xa_state *xas);
/* Leave the lock in the middle of a walk: the next step continues after the entry. */
void xas_pause(struct xa_state *xas);

/*
 * Under xa_lock: the next entry that shares an index with the range; NULL, in the
 * restart state, after the last. xa_index stays where it is. Kernel: lib/xarray.c.
 */
void *xas_find_conflict(struct xa_state *xas);

/* Marks of the entry the cursor is at; nothing happens where there is none. */
bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_set_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_init_marks(const struct xa_state *xas);

/* The order of the entry the cursor is at, after a load or a step; 0 where there is none. */
int xas_get_order(struct xa_state *xas);

/* True: memory was found, store again. Otherwise spare nodes are given back. May sleep by gfp. */
bool xas_nomem(struct xa_state *xas, gfp_t gfp);
void xas_destroy(struct xa_state *xas);

/*
 * Under xa_lock: adds the nodes that single entries at all indices of the range
 * need, so that storing them cannot fail, and makes the cursor one for single
 * entries, at the first index. -ENOMEM in the cursor, then nothing was added.
 */
void xas_create_range(struct xa_state *xas);

/*
 * The entry at xa_index, of the given order, becomes several of the cursor's order;
 * each is set to entry and has the marks of the old one. xas_split_alloc, before the
 * lock is taken, gets the memory (-ENOMEM in the cursor; may sleep by gfp); xas_split,
 * under it, does the work. xas_try_split does it with one spare node or one got by
 * GFP_NOWAIT: -ENOMEM, or -EINVAL for an order below xas_try_split_min_order(order).
 */
void xas_split_alloc(struct xa_state *xas, void *entry, unsigned int order, gfp_t gfp);
void xas_split(struct xa_state *xas, void *entry, unsigned int order);
void xas_try_split(struct xa_state *xas, void *entry, unsigned int order);
unsigned int xas_try_split_min_order(unsigned int order);

/* Under xa_lock: takes a node, found in an update callback, and all in it out of its array. */
void xa_delete_node(struct xa_node *node, xa_update_node_t update);

/* xas_find, made short for the next slot of a leaf; a retired node has no array. */
static inline void *xas_next_entry(struct xa_state *xas, unsigned long max)
{
	const struct xa_node *node = xas->xa_node;
	unsigned int next = xas->xa_offset + 1;
	void *entry;

	if (xas_is_node(xas) && !node->shift && next < XA_CHUNK_SIZE && xas->xa_index < max &&
	    xas->xa_index % XA_CHUNK_SIZE == xas->xa_offset) {
		entry = rcu_dereference_raw(node->slots[next]);
		if (entry && !xa_is_internal(entry) && READ_ONCE(node->array)) {
			xas->xa_index++;
			xas->xa_offset = next;
			return entry;
		}
	}
	return xas_find(xas, max);
}

static inline void *xas_next_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	return xas_find_marked(xas, max, mark);
}

#define xas_for_each(xas, entry, max) \
	for ((entry) = xas_find(xas, max); (entry); (entry) = xas_next_entry(xas, max))
#define xas_for_each_marked(xas, entry, max, mark) \
	for ((entry) = xas_find_marked(xas, max, mark); (entry); \
	     (entry) = xas_next_marked(xas, max, mark))
#define xas_for_each_conflict(xas, entry) while (((entry) = xas_find_conflict(xas)) != NULL)

#endif
