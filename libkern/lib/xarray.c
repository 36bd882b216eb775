// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: the operations, on top of the tree in xa_tree.c.
 *
 * A modifier asks how many nodes it will need, takes them with GFP_NOWAIT, and
 * only then touches the tree. If that fails it leaves -ENOMEM in its cursor; the
 * retry loop then drops the lock if the caller's gfp may block, takes one node
 * with it, and starts over. Nodes taken and not used stay with the cursor, so
 * each round gets further; what is left at the end is given back.
 *
 * A reservation is XA_ZERO_ENTRY in a slot: present for allocation, absent for
 * every reader of the plain interface.
 */
#include <linux/export.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "libkern/lib/xa_tree.h"
#include "libkern/subsystem.h"

int xarray_boot(const struct udm_config *cfg)
{
	return xa_tree_cache_init();
}

void xarray_shutdown(void)
{
	xa_tree_cache_exit();
}

static inline void *hide_zero(void *entry)
{
	return xa_is_zero(entry) ? NULL : entry;
}

static gfp_t node_gfp(const struct xarray *xa, gfp_t gfp)
{
	if (READ_ONCE(xa->xa_flags) & XA_FLAGS_ACCOUNT)
		gfp |= __GFP_ACCOUNT;
	return gfp;
}

/* The cursor. */

static void xas_settle(struct xa_state *xas, struct xa_node *leaf, bool present)
{
	xas->xa_node = leaf || present ? leaf : XAS_RESTART;
}

void *xas_load(struct xa_state *xas)
{
	struct xa_node *leaf;
	void *entry;

	if (xas_error(xas) || xas->xa_node == XAS_BOUNDS)
		return NULL;
	entry = xa_tree_load(xas->xa, xas->xa_index, &leaf);
	xas_settle(xas, leaf, entry);
	return entry;
}
EXPORT_SYMBOL_GPL(xas_load);

void *xas_reload(struct xa_state *xas)
{
	struct xa_node *leaf;

	return xa_tree_load(xas->xa, xas->xa_index, &leaf);
}
EXPORT_SYMBOL_GPL(xas_reload);

/* Takes the nodes a store at xa_index needs, without waiting. */
static bool xas_prepare(struct xa_state *xas)
{
	unsigned int need = xa_tree_missing(xas->xa, xas->xa_index);
	struct xa_node *node;

	for (node = xas->xa_alloc; node && need; node = node->parent)
		need--;
	while (need) {
		if (!xa_spare_push(&xas->xa_alloc, node_gfp(xas->xa, GFP_NOWAIT | __GFP_NOWARN)))
			return false;
		need--;
	}
	return true;
}

void *xas_store(struct xa_state *xas, void *entry)
{
	struct xa_node *leaf;
	void *old;

	if (xas_error(xas))
		return NULL;
	if (entry && !xas_prepare(xas)) {
		xas_set_err(xas, -ENOMEM);
		return NULL;
	}
	old = xa_tree_replace(xas->xa, xas->xa_index, entry, &xas->xa_alloc, &leaf);
	xas_settle(xas, leaf, entry);
	return old;
}
EXPORT_SYMBOL_GPL(xas_store);

void xas_destroy(struct xa_state *xas)
{
	xa_spare_drop(&xas->xa_alloc);
}
EXPORT_SYMBOL_GPL(xas_destroy);

bool xas_nomem(struct xa_state *xas, gfp_t gfp)
{
	if (xas_error(xas) != -ENOMEM) {
		xas_destroy(xas);
		return false;
	}
	if (!xa_spare_push(&xas->xa_alloc, node_gfp(xas->xa, gfp))) {
		xas_destroy(xas);
		return false;
	}
	xas_reset(xas);
	return true;
}
EXPORT_SYMBOL_GPL(xas_nomem);

static void lock_by_flags(struct xarray *xa)
{
	switch (READ_ONCE(xa->xa_flags) & (XA_FLAGS_LOCK_IRQ | XA_FLAGS_LOCK_BH)) {
	case XA_FLAGS_LOCK_IRQ:
		xa_lock_irq(xa);
		break;
	case XA_FLAGS_LOCK_BH:
		xa_lock_bh(xa);
		break;
	default:
		xa_lock(xa);
	}
}

static void unlock_by_flags(struct xarray *xa)
{
	switch (READ_ONCE(xa->xa_flags) & (XA_FLAGS_LOCK_IRQ | XA_FLAGS_LOCK_BH)) {
	case XA_FLAGS_LOCK_IRQ:
		xa_unlock_irq(xa);
		break;
	case XA_FLAGS_LOCK_BH:
		xa_unlock_bh(xa);
		break;
	default:
		xa_unlock(xa);
	}
}

/* xas_nomem for callers inside the lock. */
static bool xas_nomem_locked(struct xa_state *xas, gfp_t gfp)
{
	bool sleeps = xas_error(xas) == -ENOMEM && gfpflags_allow_blocking(gfp);
	bool again;

	if (sleeps)
		unlock_by_flags(xas->xa);
	again = xas_nomem(xas, gfp);
	if (sleeps)
		lock_by_flags(xas->xa);
	return again;
}

static void *xas_result(const struct xa_state *xas, void *entry)
{
	return xas_error(xas) ? xas->xa_node : hide_zero(entry);
}

/* The next raw entry in the leaf the cursor is in; NULL if it has no more, index then advanced. */
static void *find_in_leaf(struct xa_state *xas, unsigned long *index, unsigned long max,
			  xa_mark_t filter)
{
	struct xa_node *leaf = xas->xa_node;
	unsigned int slot;

	while (xa_node_covers(leaf, *index)) {
		slot = xa_node_next(leaf, *index, filter);
		*index = leaf->base + slot;
		if (slot == XA_NODE_SLOTS || *index > max)
			return NULL;
		if (rcu_access_pointer(leaf->slots[slot]))
			return xa_node_get(leaf, *index);
		++*index;
	}
	return NULL;
}

static void *xas_step(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	unsigned long index = xas->xa_index;
	struct xa_node *leaf = NULL;
	void *entry = NULL;

	if (xas_error(xas) || xas->xa_node == XAS_BOUNDS)
		return NULL;
	if (xas->xa_node != XAS_RESTART && ++index == 0)
		goto out_of_bounds;
	if (xas_is_node(xas)) {
		leaf = xas->xa_node;
		entry = find_in_leaf(xas, &index, max, filter);
		if (!entry && !index)
			goto out_of_bounds;
	}
	if (!entry && !xa_tree_seek(xas->xa, &index, max, filter, &entry, &leaf))
		goto out_of_bounds;
	xas->xa_index = index;
	xas->xa_node = leaf;
	return entry;

out_of_bounds:
	xas->xa_node = XAS_BOUNDS;
	return NULL;
}

void *xas_find(struct xa_state *xas, unsigned long max)
{
	return xas_step(xas, max, XA_PRESENT);
}
EXPORT_SYMBOL_GPL(xas_find);

void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	return xas_step(xas, max, mark);
}
EXPORT_SYMBOL_GPL(xas_find_marked);

void xas_pause(struct xa_state *xas)
{
	if (xas_invalid(xas))
		return;
	xas_reset(xas);
	if (++xas->xa_index == 0)
		xas->xa_node = XAS_BOUNDS;
}
EXPORT_SYMBOL_GPL(xas_pause);

static void *xas_move(struct xa_state *xas, unsigned long by)
{
	if (xas_error(xas))
		return NULL;
	/* The first step of a fresh cursor looks where it stands. */
	if (xas->xa_node != XAS_RESTART)
		xas->xa_index += by;
	else
		by = 0;
	xas_reset(xas);
	return xas_load(xas);
}

void *xas_next(struct xa_state *xas)
{
	return xas_move(xas, 1);
}
EXPORT_SYMBOL_GPL(xas_next);

void *xas_prev(struct xa_state *xas)
{
	return xas_move(xas, -1UL);
}
EXPORT_SYMBOL_GPL(xas_prev);

bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark)
{
	return !xas_invalid(xas) &&
	       xa_tree_get_mark(xas->xa, xas->xa_node, xas->xa_index, mark);
}
EXPORT_SYMBOL_GPL(xas_get_mark);

void xas_set_mark(const struct xa_state *xas, xa_mark_t mark)
{
	if (!xas_invalid(xas))
		xa_tree_set_mark(xas->xa, xas->xa_node, xas->xa_index, mark);
}
EXPORT_SYMBOL_GPL(xas_set_mark);

void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark)
{
	if (!xas_invalid(xas))
		xa_tree_clear_mark(xas->xa, xas->xa_node, xas->xa_index, mark);
}
EXPORT_SYMBOL_GPL(xas_clear_mark);

void xas_init_marks(const struct xa_state *xas)
{
	unsigned int first = xa_tracks_free(xas->xa) ? 1 : 0;

	for (; first < XA_MAX_MARKS; first++)
		xas_clear_mark(xas, (__force xa_mark_t)first);
}
EXPORT_SYMBOL_GPL(xas_init_marks);

/* Readers. */

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf;
	void *entry;

	rcu_read_lock();
	entry = xa_tree_load(xa, index, &leaf);
	rcu_read_unlock();
	return hide_zero(entry);
}
EXPORT_SYMBOL(xa_load);

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long at = *index;
	struct xa_node *leaf;
	void *found = NULL;

	rcu_read_lock();
	while (xa_tree_seek(xa, &at, max, filter, &found, &leaf)) {
		found = hide_zero(found);
		if (found)
			break;
		if (++at == 0)
			break;
	}
	rcu_read_unlock();
	if (!found)
		return NULL;
	*index = at;
	return found;
}
EXPORT_SYMBOL(xa_find);

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long at = *index + 1;
	void *found;

	if (!at)
		return NULL;
	found = xa_find(xa, &at, max, filter);
	if (found)
		*index = at;
	return found;
}
EXPORT_SYMBOL(xa_find_after);

bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	struct xa_node *leaf;
	bool marked;

	rcu_read_lock();
	marked = xa_tree_load(xa, index, &leaf) && xa_tree_get_mark(xa, leaf, index, mark);
	rcu_read_unlock();
	return marked;
}
EXPORT_SYMBOL(xa_get_mark);

unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max,
			unsigned int n, xa_mark_t filter)
{
	XA_STATE(xas, xa, start);
	unsigned int taken = 0;
	void *entry;

	if (!n)
		return 0;
	rcu_read_lock();
	while (taken < n && (entry = xas_step(&xas, max, filter))) {
		if (!xas_retry(&xas, entry))
			dst[taken++] = entry;
	}
	rcu_read_unlock();
	return taken;
}
EXPORT_SYMBOL(xa_extract);

/* Modifiers, lock held. */

/* Other internal values would be taken for nodes or errors by the readers. */
static bool storable(const void *entry)
{
	return !WARN_ON_ONCE(xa_is_internal(entry) && !xa_is_zero(entry));
}

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *old;

	if (!storable(entry))
		return XA_ERROR(-EINVAL);
	if (!entry && xa_tracks_free(xa))
		entry = XA_ZERO_ENTRY;
	do {
		old = xas_store(&xas, entry);
	} while (xas_nomem_locked(&xas, gfp));
	return xas_result(&xas, old);
}
EXPORT_SYMBOL(__xa_store);

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf, *spare = NULL;

	return hide_zero(xa_tree_replace(xa, index, NULL, &spare, &leaf));
}
EXPORT_SYMBOL(__xa_erase);

/* Stores entry if the slot holds old, both raw. The raw content before, or an error in xas. */
static void *xas_exchange(struct xa_state *xas, void *old, void *entry, gfp_t gfp)
{
	void *curr;

	do {
		curr = xas_load(xas);
		if (curr == old && curr != entry)
			xas_store(xas, entry);
	} while (xas_nomem_locked(xas, gfp));
	return curr;
}

void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *curr;

	if (!storable(entry))
		return XA_ERROR(-EINVAL);
	curr = xas_exchange(&xas, old, entry, gfp);
	return xas_result(&xas, curr);
}
EXPORT_SYMBOL(__xa_cmpxchg);

int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *curr;

	if (!storable(entry))
		return -EINVAL;
	curr = xas_exchange(&xas, NULL, entry ? entry : XA_ZERO_ENTRY, gfp);
	if (xas_error(&xas))
		return xas_error(&xas);
	return curr ? -EBUSY : 0;
}
EXPORT_SYMBOL(__xa_insert);

/* The lowest free id of the limit goes to xas->xa_index. */
static bool xas_find_free(struct xa_state *xas, struct xa_limit limit)
{
	struct xa_node *leaf;
	void *entry;

	xas->xa_index = limit.min;
	if (!limit.min && READ_ONCE(xas->xa->xa_flags) & XA_FLAGS_ZERO_BUSY)
		xas->xa_index = 1;
	return xa_tree_seek(xas->xa, &xas->xa_index, limit.max, XA_TREE_FREE, &entry, &leaf);
}

int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	XA_STATE(xas, xa, 0);

	if (!storable(entry) || WARN_ON_ONCE(!xa_tracks_free(xa)))
		return -EINVAL;
	do {
		if (xas_find_free(&xas, limit)) {
			*id = xas.xa_index;
			xas_store(&xas, entry ? entry : XA_ZERO_ENTRY);
		} else {
			xas_set_err(&xas, -EBUSY);
		}
	} while (xas_nomem_locked(&xas, gfp));
	return xas_error(&xas);
}
EXPORT_SYMBOL(__xa_alloc);

int __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
		      gfp_t gfp)
{
	struct xa_limit upper = XA_LIMIT(max(limit.min, *next), limit.max);
	bool wrapped = false;
	int err = __xa_alloc(xa, id, entry, upper, gfp);

	if (!err && xa->xa_flags & XA_FLAGS_ALLOC_WRAPPED) {
		xa->xa_flags &= ~XA_FLAGS_ALLOC_WRAPPED;
		wrapped = true;
	} else if (err < 0 && upper.min > limit.min) {
		err = __xa_alloc(xa, id, entry, limit, gfp);
		wrapped = true;
	}
	if (err < 0)
		return err;
	/* The counter itself may overflow to 0; the next allocation then reports the wrap. */
	*next = *id + 1;
	if (!*next)
		xa->xa_flags |= XA_FLAGS_ALLOC_WRAPPED;
	return wrapped;
}
EXPORT_SYMBOL(__xa_alloc_cyclic);

void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (xas_load(&xas))
		xas_set_mark(&xas, mark);
}
EXPORT_SYMBOL(__xa_set_mark);

void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (xas_load(&xas))
		xas_clear_mark(&xas, mark);
}
EXPORT_SYMBOL(__xa_clear_mark);

void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_lock(xa);
	__xa_set_mark(xa, index, mark);
	xa_unlock(xa);
}
EXPORT_SYMBOL(xa_set_mark);

void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_lock(xa);
	__xa_clear_mark(xa, index, mark);
	xa_unlock(xa);
}
EXPORT_SYMBOL(xa_clear_mark);

void xa_destroy(struct xarray *xa)
{
	unsigned long flags;
	unsigned int m;
	void *head;

	xa_lock_irqsave(xa, flags);
	head = rcu_dereference_raw(xa->xa_head);
	RCU_INIT_POINTER(xa->xa_head, NULL);
	for (m = xa_tracks_free(xa) ? 1 : 0; m < XA_MAX_MARKS; m++)
		WRITE_ONCE(xa->xa_flags, xa->xa_flags & ~XA_FLAGS_MARK(m));
	xa_tree_free(head);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_destroy);
