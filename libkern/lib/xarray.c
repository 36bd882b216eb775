// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: the operations, on top of the tree in xa_tree.c, xa_grow.c, xa_store.c.
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

/* The cursor. */

void *xas_load(struct xa_state *xas)
{
	unsigned int slot;
	void *entry;

	if (xas_error(xas))
		return NULL;
	entry = xa_tree_walk(xas);
	while (unlikely(xa_is_sibling(entry))) {
		slot = xas->xa_offset;
		entry = xa_node_follow(xas->xa_node, &slot);
		xas->xa_offset = slot;
		/* The tie has been undone, for nodes: further down. */
		if (xa_is_node(entry) && xas->xa_node->shift > xas->xa_shift)
			entry = xa_tree_walk(xas);
	}
	return entry;
}
EXPORT_SYMBOL_GPL(xas_load);

void *xas_reload(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;
	unsigned int slot;
	void *entry;

	if (!xas_is_node(xas))
		return xa_tree_head(xas->xa);
	slot = xa_node_slot(node, xas->xa_index);
	entry = xa_node_read(node, &slot);
	return xa_node_alive(node) ? entry : XA_RETRY_ENTRY;
}
EXPORT_SYMBOL_GPL(xas_reload);

/* xas_store for a cursor without an error. */
static inline void *store(struct xa_state *xas, void *entry)
{
	void *old = entry ? xa_tree_make_room(xas, entry) : xa_tree_place(xas);

	if (unlikely(xas_error(xas)))
		return NULL;
	xa_tree_put(xas, old, entry);
	return old;
}

void *xas_store(struct xa_state *xas, void *entry)
{
	return xas_error(xas) ? NULL : store(xas, entry);
}
EXPORT_SYMBOL_GPL(xas_store);

void xas_destroy(struct xa_state *xas)
{
	xa_spare_drop(xas);
}
EXPORT_SYMBOL_GPL(xas_destroy);

bool xas_nomem(struct xa_state *xas, gfp_t gfp)
{
	if (xas_error(xas) != -ENOMEM || !xa_spare_push(xas, gfp)) {
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

static noinline bool xas_nomem_relock(struct xa_state *xas, gfp_t gfp)
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

/* xas_nomem for callers inside the lock, of the flavour the array's flags say. */
static inline bool xas_nomem_locked(struct xa_state *xas, gfp_t gfp)
{
	return unlikely(xas_error(xas) || xas->xa_alloc) && xas_nomem_relock(xas, gfp);
}

static void *xas_result(const struct xa_state *xas, void *entry)
{
	return xas_error(xas) ? xas->xa_node : hide_zero(entry);
}

static void *xas_step(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	if (xas->xa_node == XAS_RESTART)
		return xa_tree_seek(xas, max, filter, true);
	return xas_invalid(xas) ? NULL : xa_tree_step(xas, max, filter);
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
	struct xa_node *node = xas->xa_node;
	unsigned int slot = xas->xa_offset;
	void *entry;

	if (xas_invalid(xas))
		return;
	xas_reset(xas);
	entry = node ? xa_node_get(node, slot) : NULL;
	if (entry && !xa_node_leads_to_node(node, entry) && !xa_is_sibling(entry))
		xas->xa_index = xa_node_first(node, slot + xa_node_tie(node, slot));
	else
		xas->xa_index++;
	if (!xas->xa_index)
		xas->xa_node = XAS_BOUNDS;
}
EXPORT_SYMBOL_GPL(xas_pause);

static void *xas_move(struct xa_state *xas, unsigned long by)
{
	struct xa_node *node = xas->xa_node;
	void *entry;

	if (xas_error(xas))
		return NULL;
	/* The first step of a fresh cursor looks where it stands. */
	if (node == XAS_RESTART)
		return xa_tree_walk(xas);
	xas->xa_index += by;
	if (!xas_is_node(xas) || node->shift || !xa_node_covers(node, xas->xa_index))
		return xa_tree_walk(xas);
	xas->xa_offset = xa_node_slot(node, xas->xa_index);
	entry = xa_node_get(node, xas->xa_offset);
	return likely(xa_node_alive(node)) ? entry : xa_tree_walk(xas);
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
	if (xas_invalid(xas))
		return false;
	if (!xas->xa_node)
		return xa_marked(xas->xa, mark);
	return xa_node_marks(xas->xa_node, mark) & BIT(xas->xa_offset);
}
EXPORT_SYMBOL_GPL(xas_get_mark);

/* The slots of the entry the cursor is at; 0 if there is none. */
static unsigned long xas_slots(const struct xa_state *xas)
{
	unsigned int slot = xas->xa_offset;
	void *entry = xa_node_read(xas->xa_node, &slot);

	if (!entry || xa_node_leads_to_node(xas->xa_node, entry))
		return 0;
	return xa_slot_mask(slot, xa_node_tie(xas->xa_node, slot));
}

void xas_set_mark(const struct xa_state *xas, xa_mark_t mark)
{
	unsigned long slots = xas_is_node(xas) ? xas_slots(xas) : 0;

	if (slots || (!xas->xa_node && xa_tree_head(xas->xa)))
		xa_tree_set_mark(xas->xa, xas->xa_node, slots, mark);
}
EXPORT_SYMBOL_GPL(xas_set_mark);

void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark)
{
	unsigned long slots = xas_is_node(xas) ? xas_slots(xas) : 0;

	if (slots || (!xas->xa_node && xa_tree_head(xas->xa)))
		xa_tree_clear_mark(xas->xa, xas->xa_node, slots, mark);
}
EXPORT_SYMBOL_GPL(xas_clear_mark);

void xas_init_marks(const struct xa_state *xas)
{
	unsigned int first = xa_track_free(xas->xa) ? 1 : 0;

	for (; first < XA_MAX_MARKS; first++)
		xas_clear_mark(xas, (__force xa_mark_t)first);
}
EXPORT_SYMBOL_GPL(xas_init_marks);

/* Readers. */


/*
 * The raw entry at an index, and where it is; node NULL: in the head, or nowhere. Each
 * load is an acquire: a node, or an object, is seen as it was when it was put there.
 */
static void *find(const struct xarray *xa, unsigned long index, const struct xa_node **node,
		  unsigned int *slot)
{
	void *entry = xa_tree_head(xa);

	*node = NULL;
	if (!xa_is_node(entry))
		return index ? NULL : entry;
	if (!xa_node_covers(xa_to_node(entry), index))
		return NULL;
	do {
		*node = xa_to_node(entry);
		*slot = xa_node_slot(*node, index);
		entry = xa_node_read(*node, slot);
	} while (xa_node_leads_to_node(*node, entry));
	return entry;
}

/* What the plain interface shows where something internal is. */
static noinline void *load_internal(struct xarray *xa, unsigned long index)
{
	const struct xa_node *node;
	unsigned int slot;
	void *entry;

	do {
		entry = find(xa, index, &node, &slot);
	} while (xa_is_retry(entry));
	return hide_zero(entry);
}

/*
 * The same for pointers and values. Levels are counted, not read: of each node below
 * the top only the slot is touched.
 */
static __always_inline void *load(struct xarray *xa, unsigned long index)
{
	void *entry = xa_tree_head(xa);
	unsigned int shift;

	if (!xa_is_internal(entry))
		return index ? NULL : entry;
	if (unlikely(!xa_is_node(entry)))
		return load_internal(xa, index);
	shift = xa_to_node(entry)->shift;
	if (index >> shift >= XA_CHUNK_SIZE)
		return NULL;
	for (;; shift -= XA_CHUNK_SHIFT) {
		entry = xa_node_get(xa_to_node(entry), (index >> shift) & XA_CHUNK_MASK);
		if (!xa_is_internal(entry))
			return entry;
		if (unlikely(!shift || !xa_is_node(entry)))
			return load_internal(xa, index);
	}
}

static noinline void *load_in_section(struct xarray *xa, unsigned long index)
{
	void *entry;

	rcu_read_lock();
	entry = load(xa, index);
	rcu_read_unlock();
	return entry;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	const struct thread_info *ti = current_thread_info();

	/* Nesting would cost as much as the lookup. Tail calls: the fast path has no frame. */
	return ti->rcu_nesting || ti->context ? load(xa, index) : load_in_section(xa, index);
}
EXPORT_SYMBOL(xa_load);

/* The first entry for the plain interface from *index on, or that begins after it. */
static void *find_shown(struct xarray *xa, unsigned long *index, unsigned long max,
			xa_mark_t filter, bool within)
{
	XA_STATE(xas, xa, *index);
	void *entry;

	rcu_read_lock();
	entry = xa_tree_seek(&xas, max, filter, within);
	while (unlikely(xas_retry(&xas, entry)))
		entry = xas_step(&xas, max, filter);
	rcu_read_unlock();
	if (entry)
		*index = xas.xa_index;
	return entry;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	return find_shown(xa, index, max, filter, true);
}
EXPORT_SYMBOL(xa_find);

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long at = *index + 1;
	void *found;

	if (!at)
		return NULL;
	found = find_shown(xa, &at, max, filter, false);
	if (found)
		*index = at;
	return found;
}
EXPORT_SYMBOL(xa_find_after);

bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	const struct xa_node *node;
	bool marked = false;
	unsigned int slot;
	void *entry;

	rcu_read_lock();
	do {
		marked = false;
		entry = find(xa, index, &node, &slot);
		if (entry && node)
			marked = xa_node_marks(node, mark) & BIT(slot);
		else
			marked = entry && xa_marked(xa, mark);
		/* The flags are the entry's only while it is in the head. */
	} while (xa_is_retry(entry) || (marked && !node && xa_tree_head(xa) != entry));
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

/* Readers would misunderstand other internal values; what may be an address is none. */
static inline bool storable(const void *entry)
{
	if (likely(!xa_is_internal(entry)) || xa_is_zero(entry))
		return true;
	return !WARN_ON_ONCE(!xa_is_node(entry) || xa_is_err(entry));
}

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *old;

	if (!storable(entry))
		return XA_ERROR(-EINVAL);
	if (!entry && xa_track_free(xa))
		entry = XA_ZERO_ENTRY;
	do {
		old = store(&xas, entry);
	} while (xas_nomem_locked(&xas, gfp));
	return xas_result(&xas, old);
}
EXPORT_SYMBOL(__xa_store);

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);

	return hide_zero(store(&xas, NULL));
}
EXPORT_SYMBOL(__xa_erase);

/* Stores entry if the slot holds old, both raw. The raw content before, or an error in xas. */
static void *xas_exchange(struct xa_state *xas, void *old, void *entry, gfp_t gfp)
{
	void *curr;

	do {
		curr = xa_tree_place(xas);
		if (curr == old && curr != entry)
			store(xas, entry);
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

int xa_alloc_based(struct xarray *xa, u32 *id, u32 base, void *entry, struct xa_limit limit,
		   gfp_t gfp, struct xa_node *stock)
{
	XA_STATE(xas, xa, 0);

	xas.xa_alloc = stock;
	if (!entry)
		entry = XA_ZERO_ENTRY;
	if (!limit.min && READ_ONCE(xa->xa_flags) & XA_FLAGS_ZERO_BUSY)
		limit.min = 1;
	do {
		xas.xa_index = limit.min;
		if (!xa_tree_seek_free(&xas, limit.max)) {
			xas_set_err(&xas, -EBUSY);
			continue;
		}
		xa_tree_make_room(&xas, entry);
		if (xas_error(&xas))
			continue;
		/* Before the entry can be found: the id may be part of the object. */
		*id = base + xas.xa_index;
		xa_tree_put(&xas, NULL, entry);
	} while (xas_nomem_locked(&xas, gfp));
	return xas_error(&xas);
}

int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	if (!storable(entry) || WARN_ON_ONCE(!xa_track_free(xa)))
		return -EINVAL;
	return xa_alloc_based(xa, id, 0, entry, limit, gfp, NULL);
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
	XA_STATE(xas, xa, 0);
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	xa_tree_clear(&xas);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_destroy);

void xa_delete_node(struct xa_node *node, xa_update_node_t update)
{
	XA_STATE(xas, node->array, node->base);

	xas_set_update(&xas, update);
	xas.xa_shift = node->shift + XA_CHUNK_SHIFT;
	xas_store(&xas, NULL);
}
EXPORT_SYMBOL_GPL(xa_delete_node);
