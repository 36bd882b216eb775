/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cursor of an XArray: the advanced interface. Include <linux/xarray.h>.
 *
 * A cursor (struct xa_state) remembers an index and the node that holds it, so
 * that steps to neighbours are cheap. It belongs to one thread. Loading and
 * finding need the RCU read lock or xa_lock over the whole time the position is
 * kept; storing and marking need xa_lock. It sees raw slots: reservations show
 * up as XA_ZERO_ENTRY and must be passed to xas_retry().
 *
 * xas_store takes the nodes it needs without waiting; a failure is kept in the
 * cursor (xas_error), and the caller drops the lock, calls xas_nomem, which
 * allocates with the caller's gfp, and tries again while that returns true.
 */
#include <linux/xarray.h>	/* includes this file at its end */

#ifndef _LINUX_XARRAY_STATE_H
#define _LINUX_XARRAY_STATE_H

struct xa_node;
typedef void (*xa_update_node_t)(struct xa_node *node);

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	/* Where index is: a node, NULL (in the head), or one of the marks below. */
	struct xa_node *xa_node;
	/* Nodes taken ahead, linked by their parent pointers; xas_nomem fills it. */
	struct xa_node *xa_alloc;
};

#define XA_ERROR(errno) ((struct xa_node *)(((unsigned long)(errno) << 2) | 2UL))
#define XAS_BOUNDS ((struct xa_node *)1UL)
#define XAS_RESTART ((struct xa_node *)3UL)

#define __XA_STATE(array, index) \
	{ .xa = (array), .xa_index = (index), .xa_node = XAS_RESTART, .xa_alloc = NULL }
#define XA_STATE(name, array, index) struct xa_state name = __XA_STATE(array, index)

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

/* True for entries a walker has to skip; forgets the position if it became stale. */
static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
	if (!xa_is_internal(entry))
		return false;
	if (!xa_is_zero(entry))
		xas_reset(xas);
	return true;
}

/*
 * xas_load: the raw entry at xa_index. xas_reload: the same without moving.
 * xas_store: replaces it and returns the old raw entry; on an error the error
 * stays in the cursor and nothing changed. Lock rules as in the head comment.
 */
void *xas_load(struct xa_state *xas);
void *xas_reload(struct xa_state *xas);
void *xas_store(struct xa_state *xas, void *entry);

/*
 * One step: a fresh cursor gives the entry at or after xa_index, later steps one
 * after it, up to max; NULL when there is none. xas_next and xas_prev move by one
 * index, present or not, and wrap at the ends.
 */
void *xas_find(struct xa_state *xas, unsigned long max);
void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark);
void *xas_next(struct xa_state *xas);
void *xas_prev(struct xa_state *xas);
/* Leave the lock in the middle of a walk: the next step continues after xa_index. */
void xas_pause(struct xa_state *xas);

bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_set_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_init_marks(const struct xa_state *xas);

/* True: memory was found, store again. Otherwise spare nodes are given back. May sleep by gfp. */
bool xas_nomem(struct xa_state *xas, gfp_t gfp);
void xas_destroy(struct xa_state *xas);

static inline void *xas_next_entry(struct xa_state *xas, unsigned long max)
{
	return xas_find(xas, max);
}

static inline void *xas_next_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	return xas_find_marked(xas, max, mark);
}

#define xas_for_each(xas, entry, max) \
	for ((entry) = xas_find(xas, max); (entry); (entry) = xas_find(xas, max))
#define xas_for_each_marked(xas, entry, max, mark) \
	for ((entry) = xas_find_marked(xas, max, mark); (entry); \
	     (entry) = xas_find_marked(xas, max, mark))

#endif
