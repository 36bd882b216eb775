/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XArray: a sparse array of pointers indexed by unsigned long.
 *
 * An entry is NULL, a pointer aligned to at least four bytes, or a small number
 * packed by xa_mk_value(). Entries whose low two bits are 10 belong to the array
 * itself: tree nodes, siblings, the reservation mark (XA_ZERO_ENTRY), errors. One
 * that stays alone at its index may be any pointer; of two bytes alignment it takes
 * a node also at index 0.
 *
 * An entry may occupy 2^order indices, aligned to as many; the cursor interface
 * and xa_store_range() make such entries. Whatever is done at one of the indices
 * is done to the entry: a load finds it, a store replaces it, a mark marks it, all
 * over its range. A walk that comes from before it visits it once, at its first
 * index; one that begins inside reports the index it began at.
 *
 * Readers (xa_load, xa_find*, xa_for_each*, xa_get_mark, xa_extract) take only
 * the RCU read lock. Modifiers take xa_lock; the _bh and _irq names take it in
 * that flavour, the __xa_ names expect the caller to hold it. If a tree node has
 * to be allocated and gfp allows blocking, the lock is dropped and taken again
 * and the operation starts over, also in the __xa_ forms, which therefore need
 * the flavour recorded in the flags (XA_FLAGS_LOCK_BH, XA_FLAGS_LOCK_IRQ).
 * The array never owns what its entries point to. Contract: lib/xarray.c.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kconfig.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Entries. */

#define BITS_PER_XA_VALUE (BITS_PER_LONG - 1)

/* Pack a number below 2^63; a larger one warns and loses its top bit. */
static inline void *xa_mk_value(unsigned long v)
{
	WARN_ON((long)v < 0);
	return (void *)(2 * v + 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry / 2;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry % 2;
}

/* A pointer that carries a tag of 0, 1 or 3; only xa_untag_pointer() may look inside. */
static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & -4UL);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry % 4;
}

/* Values of the array's own: internal number v is v * 4 + 2. */
static inline void *xa_mk_internal(unsigned long v)
{
	return (void *)(4 * v + 2);
}

static inline unsigned long xa_to_internal(const void *entry)
{
	return (unsigned long)entry / 4;
}

static inline bool xa_is_internal(const void *entry)
{
	return (unsigned long)entry % 4 == 2;
}

#define XA_RETRY_ENTRY xa_mk_internal(256)
#define XA_ZERO_ENTRY xa_mk_internal(257)

static inline bool xa_is_zero(const void *entry)
{
	return entry == XA_ZERO_ENTRY;
}

/* What a reader gets from a place that has left the array: look again from the head. */
static inline bool xa_is_retry(const void *entry)
{
	return entry == XA_RETRY_ENTRY;
}

/* Assertions about an array and a node: a kernel built without XA_DEBUG does not check. */
#define XA_BUG_ON(xa, x) do { } while (0)
#define XA_NODE_BUG_ON(node, x) do { } while (0)

/* The slots of a node, and the bits of an index that choose one. */
#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE (1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK (XA_CHUNK_SIZE - 1)

/* A sibling says in which slot of its node the entry is that occupies this slot too. */
static inline void *xa_mk_sibling(unsigned int offset)
{
	return xa_mk_internal(offset);
}

static inline unsigned long xa_to_sibling(const void *entry)
{
	return xa_to_internal(entry);
}

static inline bool xa_is_sibling(const void *entry)
{
	return xa_is_internal(entry) &&
	       (unsigned long)entry < (unsigned long)xa_mk_sibling(XA_CHUNK_MASK);
}

/* Siblings and retry entries: not to be stored with the plain interface. */
static inline bool xa_is_advanced(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry <= (unsigned long)XA_RETRY_ENTRY;
}

/* An errno (negative) folded into a returned entry, and back; 0 for no error. */
static inline bool xa_is_err(const void *entry)
{
	return xa_is_internal(entry) && (long)entry < 0 &&
	       (long)entry >= (long)(-4UL * MAX_ERRNO + 2);
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

/* Marks and filters. */

typedef unsigned int __bitwise xa_mark_t;
#define XA_MARK_0 ((__force xa_mark_t)0U)
#define XA_MARK_1 ((__force xa_mark_t)1U)
#define XA_MARK_2 ((__force xa_mark_t)2U)
#define XA_PRESENT ((__force xa_mark_t)8U)
#define XA_MARK_MAX XA_MARK_2
#define XA_FREE_MARK XA_MARK_0
#define XA_MAX_MARKS 3

/* The array. */

enum xa_lock_type {
	XA_LOCK_IRQ = 1,
	XA_LOCK_BH = 2,
};

#define XA_FLAGS_LOCK_IRQ ((__force gfp_t)XA_LOCK_IRQ)
#define XA_FLAGS_LOCK_BH ((__force gfp_t)XA_LOCK_BH)
#define XA_FLAGS_TRACK_FREE ((__force gfp_t)4U)
#define XA_FLAGS_ZERO_BUSY ((__force gfp_t)8U)
#define XA_FLAGS_ALLOC_WRAPPED ((__force gfp_t)16U)
#define XA_FLAGS_ACCOUNT ((__force gfp_t)32U)
#define XA_FLAGS_MARK(mark) \
	((__force gfp_t)(1U << (__GFP_BITS_SHIFT + (__force unsigned int)(mark))))

#define XA_FLAGS_ALLOC (XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_FREE_MARK))
#define XA_FLAGS_ALLOC1 (XA_FLAGS_TRACK_FREE | XA_FLAGS_ZERO_BUSY)

struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	void __rcu *xa_head;
};

#define XARRAY_INIT(name, flags) \
	{ .xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), .xa_flags = (flags), .xa_head = NULL }
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

static inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->xa_head = NULL;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

struct xa_limit {
	u32 max;
	u32 min;
};

#define XA_LIMIT(_min, _max) ((struct xa_limit){ .max = (_max), .min = (_min) })
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)

#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_bh(xa) spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa) spin_unlock_bh(&(xa)->xa_lock)
#define xa_lock_irq(xa) spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa) spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_nested(xa, subclass) spin_lock_nested(&(xa)->xa_lock, subclass)
#define xa_lock_bh_nested(xa, subclass) \
	do { local_bh_disable(); xa_lock_nested(xa, subclass); } while (0)
#define xa_lock_irq_nested(xa, subclass) \
	do { local_irq_disable(); xa_lock_nested(xa, subclass); } while (0)
#define xa_lock_irqsave_nested(xa, flags, subclass) \
	spin_lock_irqsave_nested(&(xa)->xa_lock, flags, subclass)

/*
 * Readers. Any context; they take the RCU read lock themselves. A reserved slot
 * reads as NULL. xa_find and xa_find_after give the entry with the lowest index
 * in [*index, max] (or above *index) that passes the filter, XA_PRESENT or a
 * mark, and store its index; else NULL, and *index keeps its value.
 * xa_extract copies up to n such entries to dst and returns how many. xa_get_order
 * says how many indices, as a power of two, the entry at index occupies; 0 for none.
 */
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max,
			unsigned int n, xa_mark_t filter);
int xa_get_order(struct xarray *xa, unsigned long index);

/* No entry and no reservation; no lock needed, the answer is a snapshot. */
static inline bool xa_empty(const struct xarray *xa)
{
	return !READ_ONCE(xa->xa_head);
}

static inline bool xa_track_free(const struct xarray *xa)
{
	return READ_ONCE(xa->xa_flags) & XA_FLAGS_TRACK_FREE;
}

static inline bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	return READ_ONCE(xa->xa_flags) & XA_FLAGS_MARK(mark);
}

/*
 * Modifiers with xa_lock held.
 *
 * __xa_store: the old entry, or xa_err -ENOMEM, -EINVAL (e is an internal value;
 * warns). NULL erases, but reserves the slot in an allocating array.
 * __xa_erase: the old entry; frees the id in an allocating array. Never fails.
 * __xa_cmpxchg: the previous entry (stored iff it equals old); NULL frees the slot.
 * __xa_insert: 0, -EBUSY (occupied or reserved), -ENOMEM; NULL reserves.
 * __xa_alloc: lowest free id of the limit; 0, -ENOMEM, -EBUSY, -EINVAL (warns:
 * not an allocating array). *id is written before the entry becomes visible.
 * __xa_alloc_cyclic: first free id from *next on, wrapping; 0, 1 after a wrap.
 */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *__xa_erase(struct xarray *xa, unsigned long index);
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
int __must_check __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int __must_check __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
			    gfp_t gfp);
int __must_check __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
				   u32 *next, gfp_t gfp);
void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);

/*
 * Plain-flavour forms; context as spin_lock(), and may sleep if gfp allows it.
 *
 * xa_store_range: entry at every index in [first, last], as the fewest entries of
 * aligned ranges; NULL erases (and frees ids). Entries that reach beyond the range
 * are replaced as a whole. NULL, or xa_err -EINVAL (last < first; internal entry,
 * warns) or -ENOMEM, and then nothing was stored.
 */
void *xa_store_range(struct xarray *xa, unsigned long first, unsigned long last, void *entry,
		     gfp_t gfp);
void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);

/* Drops every node and mark, not the objects. Takes the lock irq-safe; array is reusable. */
void xa_destroy(struct xarray *xa);

/*
 * One set of locking wrappers per flavour of xa_lock: xa_store, xa_store_bh,
 * xa_store_irq and so on. Results as the __xa_ forms, except that
 * xa_alloc_cyclic gives 0 also after a wrap.
 */
#define __XA_WITH_LOCK(flavour, xa, type, call)			\
	({							\
		type __xa_res;					\
								\
		xa_lock##flavour(xa);				\
		__xa_res = (call);				\
		xa_unlock##flavour(xa);				\
		__xa_res;					\
	})

#define __XA_DEFINE_LOCKED(flavour)								\
static inline void *xa_store##flavour(struct xarray *xa, unsigned long index, void *entry,	\
				      gfp_t gfp)						\
{												\
	might_alloc(gfp);									\
	return __XA_WITH_LOCK(flavour, xa, void *, __xa_store(xa, index, entry, gfp));		\
}												\
												\
static inline void *xa_erase##flavour(struct xarray *xa, unsigned long index)			\
{												\
	return __XA_WITH_LOCK(flavour, xa, void *, __xa_erase(xa, index));			\
}												\
												\
static inline void *xa_cmpxchg##flavour(struct xarray *xa, unsigned long index, void *old,	\
					void *entry, gfp_t gfp)					\
{												\
	might_alloc(gfp);									\
	return __XA_WITH_LOCK(flavour, xa, void *, __xa_cmpxchg(xa, index, old, entry, gfp));	\
}												\
												\
static inline int __must_check xa_insert##flavour(struct xarray *xa, unsigned long index,	\
						  void *entry, gfp_t gfp)			\
{												\
	might_alloc(gfp);									\
	return __XA_WITH_LOCK(flavour, xa, int, __xa_insert(xa, index, entry, gfp));		\
}												\
												\
static inline int __must_check xa_alloc##flavour(struct xarray *xa, u32 *id, void *entry,	\
						 struct xa_limit limit, gfp_t gfp)		\
{												\
	might_alloc(gfp);									\
	return __XA_WITH_LOCK(flavour, xa, int, __xa_alloc(xa, id, entry, limit, gfp));		\
}												\
												\
static inline int xa_alloc_cyclic##flavour(struct xarray *xa, u32 *id, void *entry,		\
					   struct xa_limit limit, u32 *next, gfp_t gfp)		\
{												\
	int res;										\
												\
	might_alloc(gfp);									\
	res = __XA_WITH_LOCK(flavour, xa, int,							\
			     __xa_alloc_cyclic(xa, id, entry, limit, next, gfp));		\
	return res > 0 ? 0 : res;								\
}												\
												\
static inline int __must_check xa_reserve##flavour(struct xarray *xa, unsigned long index,	\
						   gfp_t gfp)					\
{												\
	return xa_err(xa_cmpxchg##flavour(xa, index, NULL, XA_ZERO_ENTRY, gfp));		\
}

__XA_DEFINE_LOCKED()
__XA_DEFINE_LOCKED(_bh)
__XA_DEFINE_LOCKED(_irq)

/* Removes a reservation; an entry that was stored meanwhile stays. */
static inline void xa_release(struct xarray *xa, unsigned long index)
{
	xa_cmpxchg(xa, index, XA_ZERO_ENTRY, NULL, 0);
}

/*
 * Iteration in ascending order over what is present; reserved slots are skipped.
 * The body may change the array, erase the current entry and change index. Each
 * step is a lookup of its own, so the body may sleep. entry is NULL at the end.
 */
#define __xa_walk(xa, index, entry, first, last, filter)			\
	for ((index) = (first), (entry) = xa_find(xa, &(index), last, filter);	\
	     (entry);								\
	     (entry) = xa_find_after(xa, &(index), last, filter))

#define xa_for_each_range(xa, index, entry, first, last) \
	__xa_walk(xa, index, entry, first, last, XA_PRESENT)
#define xa_for_each_start(xa, index, entry, first) \
	__xa_walk(xa, index, entry, first, ULONG_MAX, XA_PRESENT)
#define xa_for_each(xa, index, entry) __xa_walk(xa, index, entry, 0, ULONG_MAX, XA_PRESENT)
#define xa_for_each_marked(xa, index, entry, filter) \
	__xa_walk(xa, index, entry, 0, ULONG_MAX, filter)

#include <linux/xarray_state.h>

#endif
