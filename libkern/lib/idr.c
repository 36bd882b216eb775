// SPDX-License-Identifier: GPL-2.0-only
/*
 * IDR and IDA on top of an allocating XArray.
 *
 * An idr id is the array index plus idr_base. A NULL pointer is kept as a
 * reservation, so the id is taken and idr_find gives NULL. The array's own lock
 * is taken irq-safe around each change; it does not replace the lock by which
 * the caller keeps writers apart. An ida keeps one value entry per id.
 *
 * An idr takes any pointer, also one whose low bits an array would misread. Such a
 * pointer is kept as a value entry of its bits; the top one, which a value has no
 * room for, equals the next one in every address, error pointer and small value.
 *
 * idr_preload() leaves spare nodes with its vCPU, which stays its own until
 * idr_preload_end(); the next allocation there takes them all.
 */
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "libkern/lib/xa_tree.h"

/*
 * The nodes the worst allocation needs: ids of 32 bits fill six levels, of which five
 * are new on top of a lone entry and its leaf, and five lead down to the id.
 */
#define PRELOAD_NODES 11

static DEFINE_PER_CPU(struct xa_node *, preloaded);

/* Irqs off: a handler may allocate too. */
static struct xa_node *exchange_preloaded(struct xa_node *nodes)
{
	struct xa_node *old = __this_cpu_read(preloaded);

	__this_cpu_write(preloaded, nodes);
	return old;
}

static unsigned long idr_index(const struct idr *idr, unsigned long id)
{
	return id - idr->idr_base;
}

static void *to_entry(void *ptr)
{
	unsigned long bits = (unsigned long)ptr;

	return bits & 3 ? (void *)(bits << 1 | 1) : ptr;
}

static void *to_pointer(const void *entry)
{
	if (xa_is_zero(entry))
		return NULL;
	return xa_is_value(entry) ? (void *)((long)entry >> 1) : (void *)entry;
}

/* The lowest free index of limit; *id, written before anybody can find it, counts from base. */
static int alloc_locked(struct xarray *xa, u32 *id, u32 base, void *entry, struct xa_limit limit,
			gfp_t gfp)
{
	unsigned long flags;
	int err;

	xa_lock_irqsave(xa, flags);
	err = xa_alloc_based(xa, id, base, entry ? entry : XA_ZERO_ENTRY, limit, gfp,
			     exchange_preloaded(NULL));
	xa_unlock_irqrestore(xa, flags);
	return err == -EBUSY ? -ENOSPC : err;
}

int idr_alloc_u32(struct idr *idr, void *ptr, u32 *nextid, unsigned long max, gfp_t gfp)
{
	u32 base = idr->idr_base;
	struct xa_limit limit = XA_LIMIT(*nextid > base ? *nextid - base : 0, UINT_MAX - base);

	if (max < base)
		return -ENOSPC;
	/* Ids end at 32 bits, whatever the base. */
	if (max < UINT_MAX)
		limit.max = max - base;
	return alloc_locked(&idr->idr_rt, nextid, base, to_entry(ptr), limit, gfp);
}
EXPORT_SYMBOL_GPL(idr_alloc_u32);

int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 id = start;
	int err;

	if (WARN_ON_ONCE(start < 0))
		return -EINVAL;
	err = idr_alloc_u32(idr, ptr, &id, end > 0 ? end - 1 : INT_MAX, gfp);
	return err ? err : (int)id;
}
EXPORT_SYMBOL_GPL(idr_alloc);

int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	unsigned long max = end > 0 ? end - 1 : INT_MAX;
	u32 id = max_t(u32, start, idr_get_cursor(idr));
	int err;

	err = idr_alloc_u32(idr, ptr, &id, max, gfp);
	if (err == -ENOSPC && id > (u32)start) {
		id = start;
		err = idr_alloc_u32(idr, ptr, &id, max, gfp);
	}
	if (err)
		return err;
	idr_set_cursor(idr, id + 1);
	return id;
}
EXPORT_SYMBOL(idr_alloc_cyclic);

void *idr_remove(struct idr *idr, unsigned long id)
{
	unsigned long flags;
	void *old;

	if (id < idr->idr_base)
		return NULL;
	xa_lock_irqsave(&idr->idr_rt, flags);
	old = __xa_erase(&idr->idr_rt, idr_index(idr, id));
	xa_unlock_irqrestore(&idr->idr_rt, flags);
	return to_pointer(old);
}
EXPORT_SYMBOL_GPL(idr_remove);

void *idr_find(const struct idr *idr, unsigned long id)
{
	if (id < idr->idr_base)
		return NULL;
	return to_pointer(xa_load((struct xarray *)&idr->idr_rt, idr_index(idr, id)));
}
EXPORT_SYMBOL_GPL(idr_find);

void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	XA_STATE(xas, &idr->idr_rt, 0);
	unsigned long flags;
	void *old;

	if (id < idr->idr_base)
		return ERR_PTR(-ENOENT);
	xas_set(&xas, idr_index(idr, id));
	xas_lock_irqsave(&xas, flags);
	old = xas_load(&xas);
	/* The slot is in use, so this store needs no memory. */
	if (old)
		xas_store(&xas, ptr ? to_entry(ptr) : XA_ZERO_ENTRY);
	xas_unlock_irqrestore(&xas, flags);
	if (!old)
		return ERR_PTR(-ENOENT);
	return to_pointer(old);
}
EXPORT_SYMBOL(idr_replace);

void *idr_get_next_ul(struct idr *idr, unsigned long *nextid)
{
	unsigned long index = *nextid > idr->idr_base ? *nextid - idr->idr_base : 0;
	void *found = xa_find(&idr->idr_rt, &index, ULONG_MAX, XA_PRESENT);

	if (found)
		*nextid = index + idr->idr_base;
	return to_pointer(found);
}
EXPORT_SYMBOL(idr_get_next_ul);

void *idr_get_next(struct idr *idr, int *nextid)
{
	unsigned long id = *nextid;
	void *found = idr_get_next_ul(idr, &id);

	if (!found || WARN_ON_ONCE(id > INT_MAX))
		return NULL;
	*nextid = id;
	return found;
}
EXPORT_SYMBOL(idr_get_next);

int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	unsigned long index;
	void *entry;

	xa_for_each((struct xarray *)&idr->idr_rt, index, entry) {
		unsigned long id = index + idr->idr_base;
		int res;

		if (WARN_ON_ONCE(id > INT_MAX))
			break;
		res = fn(id, to_pointer(entry), data);
		if (res)
			return res;
	}
	return 0;
}
EXPORT_SYMBOL(idr_for_each);

void idr_destroy(struct idr *idr)
{
	xa_destroy(&idr->idr_rt);
}
EXPORT_SYMBOL(idr_destroy);

void idr_preload(gfp_t gfp)
{
	XA_STATE(xas, NULL, 0);
	unsigned long flags;

	might_alloc(gfp);
	/* Too few are no error here: the allocation may need none. */
	xa_spare_fill(&xas, PRELOAD_NODES, gfp);
	preempt_disable();
	local_irq_save(flags);
	xas.xa_alloc = exchange_preloaded(xas.xa_alloc);
	local_irq_restore(flags);
	xas_destroy(&xas);
}
EXPORT_SYMBOL(idr_preload);

void idr_preload_end(void)
{
	XA_STATE(xas, NULL, 0);
	unsigned long flags;

	local_irq_save(flags);
	xas.xa_alloc = exchange_preloaded(NULL);
	local_irq_restore(flags);
	xas_destroy(&xas);
	preempt_enable();
}
EXPORT_SYMBOL(idr_preload_end);

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	u32 id;
	int err;

	if ((int)min < 0)
		return -ENOSPC;
	err = alloc_locked(&ida->xa, &id, 0, xa_mk_value(0),
			   XA_LIMIT(min, min_t(u32, max, INT_MAX)), gfp);
	return err ? err : (int)id;
}
EXPORT_SYMBOL(ida_alloc_range);

void ida_free(struct ida *ida, unsigned int id)
{
	unsigned long flags;
	void *old;

	if ((int)id < 0)
		return;
	xa_lock_irqsave(&ida->xa, flags);
	old = __xa_erase(&ida->xa, id);
	xa_unlock_irqrestore(&ida->xa, flags);
	WARN(!old, "ida_free called for id=%d which is not allocated.\n", id);
}
EXPORT_SYMBOL(ida_free);

int ida_find_first_range(struct ida *ida, unsigned int min, unsigned int max)
{
	unsigned long index = min;

	if ((int)min < 0)
		return -EINVAL;
	if (!xa_find(&ida->xa, &index, min_t(u32, max, INT_MAX), XA_PRESENT))
		return -ENOENT;
	return index;
}
EXPORT_SYMBOL(ida_find_first_range);

void ida_destroy(struct ida *ida)
{
	xa_destroy(&ida->xa);
}
EXPORT_SYMBOL(ida_destroy);
