/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IDR and IDA: small integers for pointers, and small integers alone.
 *
 * Both sit on an allocating XArray. An idr needs its caller to keep writers
 * apart, lookups need only RCU; an ida locks itself. In an idr an id may stand
 * for NULL, which idr_find cannot tell from a free id. Contract: lib/idr.c.
 */
#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H

#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

struct idr {
	struct xarray idr_rt;
	unsigned int idr_base;
	unsigned int idr_next;
	/* For idr_lock(); the array's own is taken by each call. */
	spinlock_t user_lock;
};

#define IDR_RT_FLAGS (XA_FLAGS_ALLOC | XA_FLAGS_LOCK_IRQ)
#define IDR_INIT_BASE(name, base) \
	{ .idr_rt = XARRAY_INIT(name.idr_rt, IDR_RT_FLAGS), .idr_base = (base), .idr_next = 0, \
	  .user_lock = __SPIN_LOCK_UNLOCKED(name.user_lock) }
#define IDR_INIT(name) IDR_INIT_BASE(name, 0)
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static inline void idr_init_base(struct idr *idr, int base)
{
	xa_init_flags(&idr->idr_rt, IDR_RT_FLAGS);
	idr->idr_base = base;
	idr->idr_next = 0;
	spin_lock_init(&idr->user_lock);
}

static inline void idr_init(struct idr *idr)
{
	idr_init_base(idr, 0);
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return xa_empty(&idr->idr_rt);
}

static inline unsigned int idr_get_cursor(const struct idr *idr)
{
	return READ_ONCE(idr->idr_next);
}

static inline void idr_set_cursor(struct idr *idr, unsigned int val)
{
	WRITE_ONCE(idr->idr_next, val);
}

/* A lock for callers that have none of their own to keep writers apart. */
#define idr_lock(idr) spin_lock(&(idr)->user_lock)
#define idr_unlock(idr) spin_unlock(&(idr)->user_lock)
#define idr_lock_bh(idr) spin_lock_bh(&(idr)->user_lock)
#define idr_unlock_bh(idr) spin_unlock_bh(&(idr)->user_lock)
#define idr_lock_irq(idr) spin_lock_irq(&(idr)->user_lock)
#define idr_unlock_irq(idr) spin_unlock_irq(&(idr)->user_lock)
#define idr_lock_irqsave(idr, flags) spin_lock_irqsave(&(idr)->user_lock, flags)
#define idr_unlock_irqrestore(idr, flags) spin_unlock_irqrestore(&(idr)->user_lock, flags)

/*
 * Allocation. idr_alloc takes the lowest free id in [start, end), where end <= 0
 * means no upper bound; idr_alloc_cyclic the first one from the last id on. Both
 * return the id, -ENOMEM, -ENOSPC, or -EINVAL with a warning for start < 0.
 * idr_alloc_u32 starts at *nextid, ends at max inclusive, and returns 0; *nextid is
 * written before the pointer can be found, and not at all on an error.
 * The writers' lock of the caller may be held if gfp does not block.
 */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);
int __must_check idr_alloc_u32(struct idr *idr, void *ptr, u32 *nextid, unsigned long max,
			       gfp_t gfp);
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);

/* The pointer that was there (NULL if none); idr_replace: ERR_PTR(-ENOENT) if the id is free. */
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_replace(struct idr *idr, void *ptr, unsigned long id);

/* Lookups under RCU or the writers' lock. idr_get_next starts at *nextid and updates it. */
void *idr_find(const struct idr *idr, unsigned long id);
void *idr_get_next(struct idr *idr, int *nextid);
void *idr_get_next_ul(struct idr *idr, unsigned long *nextid);

/* Calls fn for each id in order; a non-zero result ends the walk and is returned. */
int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data);

/* Frees the tree, not the objects. */
void idr_destroy(struct idr *idr);

/*
 * Between the two the first idr_alloc fails for want of memory only if idr_preload
 * could not get any, whatever its own gfp; for allocations under a spinlock. Preemption is off.
 */
void idr_preload(gfp_t gfp);
void idr_preload_end(void);

/* An id that is freed with its scope: CLASS(idr_alloc, id)(...), kept by take_idr_id(id). */
struct __class_idr {
	struct idr *idr;
	int id;
};

#define idr_null ((struct __class_idr){ .idr = NULL, .id = -1 })
#define take_idr_id(id) __get_and_null(id, idr_null)

static inline struct __class_idr __idr_alloc_scoped(struct idr *idr, void *ptr, int start, int end,
						    gfp_t gfp)
{
	struct __class_idr held = { idr, idr_alloc(idr, ptr, start, end, gfp) };

	return held;
}

DEFINE_CLASS(idr_alloc, struct __class_idr, if (_T.id >= 0) { idr_remove(_T.idr, _T.id); },
	     __idr_alloc_scoped(idr, ptr, start, end, gfp),
	     struct idr *idr, void *ptr, int start, int end, gfp_t gfp)

#define idr_for_each_entry(idr, entry, id) \
	for ((id) = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; (id)++)
#define idr_for_each_entry_continue(idr, entry, id) \
	for ((entry) = idr_get_next(idr, &(id)); (entry);	\
	     ++(id), (entry) = idr_get_next(idr, &(id)))

/* The same with an unsigned long id, whose overflow past the last one ends the walk. */
#define idr_for_each_entry_ul(idr, entry, tmp, id)				\
	for ((tmp) = 0, (id) = 0;						\
	     ((entry) = (tmp) <= (id) ? idr_get_next_ul(idr, &(id)) : NULL) != NULL; \
	     (tmp) = (id), ++(id))
#define idr_for_each_entry_continue_ul(idr, entry, tmp, id)			\
	for ((tmp) = (id);							\
	     ((entry) = (tmp) <= (id) ? idr_get_next_ul(idr, &(id)) : NULL) != NULL; \
	     (tmp) = (id), ++(id))

/* The unit in which a kernel's ida keeps its numbers; this one has them one by one. */
#define IDA_CHUNK_SIZE 128
#define IDA_BITMAP_LONGS (IDA_CHUNK_SIZE / sizeof(long))
#define IDA_BITMAP_BITS (IDA_BITMAP_LONGS * sizeof(long) * 8)

struct ida {
	struct xarray xa;
};

#define IDA_INIT_FLAGS (XA_FLAGS_LOCK_IRQ | XA_FLAGS_ALLOC)
#define IDA_INIT(name) { .xa = XARRAY_INIT(name.xa, IDA_INIT_FLAGS) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	xa_init_flags(&ida->xa, IDA_INIT_FLAGS);
}

static inline bool ida_is_empty(const struct ida *ida)
{
	return xa_empty(&ida->xa);
}

/*
 * The lowest free id in [min, max], both inclusive and at most INT_MAX; -ENOMEM,
 * -ENOSPC. ida_free of an id that is not taken warns. Any context, by gfp.
 */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp);
void ida_free(struct ida *ida, unsigned int id);
void ida_destroy(struct ida *ida);
/* The lowest id in use in [min, max]; -ENOENT, or -EINVAL if min is above INT_MAX. */
int ida_find_first_range(struct ida *ida, unsigned int min, unsigned int max);

static inline int ida_alloc(struct ida *ida, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, ~0U, gfp);
}

static inline int ida_alloc_min(struct ida *ida, unsigned int min, gfp_t gfp)
{
	return ida_alloc_range(ida, min, ~0U, gfp);
}

static inline int ida_alloc_max(struct ida *ida, unsigned int max, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, max, gfp);
}

static inline bool ida_exists(struct ida *ida, unsigned int id)
{
	return ida_find_first_range(ida, id, id) == (int)id;
}

static inline int ida_find_first(struct ida *ida)
{
	return ida_find_first_range(ida, 0, ~0U);
}

#endif
