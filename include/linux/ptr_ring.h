/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ptr_ring: a bounded FIFO of pointers that sit in the array itself.
 *
 * A NULL slot is free, so producer and consumer never look at each other's
 * index: the producer owns the line of @producer, the consumer the line of the
 * two consumer indices, and they meet only in the slots. Each side is
 * serialised by its own lock or by the caller ("__" prefix).
 *
 * Lazy invalidation: the consumer clears slots @batch at a time, from
 * consumer_tail up to consumer_head, and always when it reaches the array's
 * end. It clears the highest first: the producer waits for the lowest, so it
 * stays off the lines being cleared until all of them are done. A ring that was
 * full therefore stays full until a batch of entries was taken.
 *
 * Ordering: a pointer is published with release and taken with acquire, so what
 * the producer wrote before is visible to whoever takes it.
 *
 * Variants: none spin_lock, _irq spin_lock_irq, _any spin_lock_irqsave, _bh
 * spin_lock_bh. Where both sides are locked, the consumer's lock is the outer
 * one; a side that runs in irq or BH context obliges the other to disable it
 * when unconsume or resize may run.
 */
#ifndef _LINUX_PTR_RING_H
#define _LINUX_PTR_RING_H 1

#ifdef __KERNEL__
#include <asm/barrier.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#endif

struct ptr_ring {
	int producer ____cacheline_aligned_in_smp;	/* next slot to fill */
	spinlock_t producer_lock;
	int consumer_head ____cacheline_aligned_in_smp;	/* next slot to take */
	int consumer_tail;				/* first taken slot not yet cleared */
	spinlock_t consumer_lock;
	/* Written only by init and resize. */
	int size ____cacheline_aligned_in_smp;
	int batch;					/* slots cleared in one go */
	void **queue;
};

/* The slot after @slot. */
static inline int __ptr_ring_after(const struct ptr_ring *r, int slot)
{
	return slot + 1 < r->size ? slot + 1 : 0;
}

/* Define @name{,_irq,_any,_bh}(params): the value of @call under @lock. */
#define __PTR_RING_LOCKED(type, name, lock, params, call)			\
static inline type name params							\
{										\
	type __ret;								\
										\
	spin_lock(&r->lock);							\
	__ret = call;								\
	spin_unlock(&r->lock);							\
	return __ret;								\
}										\
static inline type name##_irq params						\
{										\
	type __ret;								\
										\
	spin_lock_irq(&r->lock);						\
	__ret = call;								\
	spin_unlock_irq(&r->lock);						\
	return __ret;								\
}										\
static inline type name##_any params						\
{										\
	unsigned long __flags;							\
	type __ret;								\
										\
	spin_lock_irqsave(&r->lock, __flags);					\
	__ret = call;								\
	spin_unlock_irqrestore(&r->lock, __flags);				\
	return __ret;								\
}										\
static inline type name##_bh params						\
{										\
	type __ret;								\
										\
	spin_lock_bh(&r->lock);							\
	__ret = call;								\
	spin_unlock_bh(&r->lock);						\
	return __ret;								\
}

/* Producer side: true if produce would refuse. Not for size 0. */
static inline bool __ptr_ring_full(struct ptr_ring *r)
{
	return READ_ONCE(r->queue[r->producer]) != NULL;
}

__PTR_RING_LOCKED(bool, ptr_ring_full, producer_lock, (struct ptr_ring *r), __ptr_ring_full(r))

/*
 * Producer side: append @ptr, which must not be NULL. 0, or -ENOSPC and nothing
 * changed. That the slot reads NULL means the consumer is done with it: its
 * store of NULL came after its load of the old pointer.
 */
static inline int __ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	int slot = r->producer;

	if (unlikely(!r->size) || READ_ONCE(r->queue[slot]))
		return -ENOSPC;
	smp_store_release(&r->queue[slot], ptr);
	r->producer = __ptr_ring_after(r, slot);
	return 0;
}

__PTR_RING_LOCKED(int, ptr_ring_produce, producer_lock, (struct ptr_ring *r, void *ptr),
		  __ptr_ring_produce(r, ptr))

/* Consumer side: the oldest pointer without taking it, or NULL. */
static inline void *__ptr_ring_peek(struct ptr_ring *r)
{
	if (unlikely(!r->size))
		return NULL;
	return smp_load_acquire(&r->queue[r->consumer_head]);
}

/*
 * Nothing to take? Lock-free, from any thread, if the ring is never resized. With
 * a concurrent consumer the answer may be stale: that consumer must either drain
 * the ring or make the caller look again afterwards.
 */
static inline bool __ptr_ring_empty(struct ptr_ring *r)
{
	if (unlikely(!r->size))
		return true;
	return !READ_ONCE(r->queue[READ_ONCE(r->consumer_head)]);
}

__PTR_RING_LOCKED(bool, ptr_ring_empty, consumer_lock, (struct ptr_ring *r), __ptr_ring_empty(r))

/* Consumer side: free the taken slots below @consumer_head. */
static inline void __ptr_ring_zero_tail(struct ptr_ring *r, int consumer_head)
{
	int slot = consumer_head;

	while (slot-- > r->consumer_tail)
		WRITE_ONCE(r->queue[slot], NULL);
	r->consumer_tail = consumer_head;
}

/*
 * Consumer side: take the head; only after a peek that gave non-NULL. The index
 * is stored once, so that the lock-free empty test never sees one outside the
 * array.
 */
static inline void __ptr_ring_discard_one(struct ptr_ring *r)
{
	int next = r->consumer_head + 1;

	if (unlikely(next - r->consumer_tail >= r->batch || next >= r->size))
		__ptr_ring_zero_tail(r, next);
	if (unlikely(next >= r->size)) {
		r->consumer_tail = 0;
		next = 0;
	}
	WRITE_ONCE(r->consumer_head, next);
}

/* Consumer side: the oldest pointer, or NULL. */
static inline void *__ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr = __ptr_ring_peek(r);

	if (ptr)
		__ptr_ring_discard_one(r);
	return ptr;
}

__PTR_RING_LOCKED(void *, ptr_ring_consume, consumer_lock, (struct ptr_ring *r),
		  __ptr_ring_consume(r))

/* Consumer side: the taken slots are freed as __ptr_ring_discard_one() frees them. */
static inline int __ptr_ring_free_taken(struct ptr_ring *r, int head)
{
	__ptr_ring_zero_tail(r, head);
	if (head < r->size)
		return head;
	r->consumer_tail = 0;
	return 0;
}

/*
 * Consumer side: up to @n pointers in FIFO order into @array; how many. The index
 * stays in a register from one freeing to the next; until it is stored, the
 * lock-free empty test may see a slot that is taken already.
 */
static inline int __ptr_ring_consume_batched(struct ptr_ring *r, void **array, int n)
{
	int head = r->consumer_head, taken;

	for (taken = 0; taken < n && likely(r->size); taken++) {
		array[taken] = smp_load_acquire(&r->queue[head]);
		if (!array[taken])
			break;
		head++;
		if (head - r->consumer_tail >= r->batch || head >= r->size) {
			head = __ptr_ring_free_taken(r, head);
			WRITE_ONCE(r->consumer_head, head);
		}
	}
	WRITE_ONCE(r->consumer_head, head);
	return taken;
}

__PTR_RING_LOCKED(int, ptr_ring_consume_batched, consumer_lock,
		  (struct ptr_ring *r, void **array, int n),
		  __ptr_ring_consume_batched(r, array, n))

/* The value of f(head or NULL), the entry not taken, under the consumer lock. */
#define __PTR_RING_PEEK_CALL(r, f)	((f)(__ptr_ring_peek(r)))

#define __PTR_RING_PEEK_LOCKED(r, f, lock, unlock)				\
({										\
	struct ptr_ring *__ring = (r);						\
	typeof((f)(NULL)) __value;						\
										\
	lock(&__ring->consumer_lock);						\
	__value = __PTR_RING_PEEK_CALL(__ring, f);				\
	unlock(&__ring->consumer_lock);						\
	__value;								\
})

#define PTR_RING_PEEK_CALL(r, f)	__PTR_RING_PEEK_LOCKED(r, f, spin_lock, spin_unlock)
#define PTR_RING_PEEK_CALL_IRQ(r, f)	\
	__PTR_RING_PEEK_LOCKED(r, f, spin_lock_irq, spin_unlock_irq)
#define PTR_RING_PEEK_CALL_BH(r, f)	__PTR_RING_PEEK_LOCKED(r, f, spin_lock_bh, spin_unlock_bh)
#define PTR_RING_PEEK_CALL_ANY(r, f)						\
({										\
	struct ptr_ring *__any = (r);						\
	unsigned long __flags;							\
	typeof((f)(NULL)) __seen;						\
										\
	spin_lock_irqsave(&__any->consumer_lock, __flags);			\
	__seen = __PTR_RING_PEEK_CALL(__any, f);				\
	spin_unlock_irqrestore(&__any->consumer_lock, __flags);			\
	__seen;									\
})

/* A zeroed array of @size slots; NULL without memory or when it cannot exist. */
static inline void **__ptr_ring_init_queue_alloc_noprof(unsigned int size, gfp_t gfp)
{
	if (size <= KMALLOC_MAX_SIZE / sizeof(void *))
		return kvmalloc_array_noprof(size, sizeof(void *), gfp | __GFP_ZERO);
	return NULL;
}

/* Two lines' worth of slots per clearing, unless that is more than half of the ring. */
static inline void __ptr_ring_set_size(struct ptr_ring *r, int size)
{
	const int batch = SMP_CACHE_BYTES * 2 / sizeof(void *);

	r->size = size;
	r->batch = batch && batch <= size / 2 ? batch : 1;
}

/*
 * Make @r an empty ring of @size slots. Nobody else uses it yet. 0 or -ENOMEM,
 * also for a negative or oversized @size. Size 0 makes a ring that is always
 * empty and always full. include/linux/ptr_ring.h.
 */
static inline int ptr_ring_init_noprof(struct ptr_ring *r, int size, gfp_t gfp)
{
	void **queue = __ptr_ring_init_queue_alloc_noprof(size, gfp);

	r->queue = queue;
	if (!queue)
		return -ENOMEM;
	spin_lock_init(&r->consumer_lock);
	spin_lock_init(&r->producer_lock);
	r->consumer_tail = 0;
	r->consumer_head = 0;
	r->producer = 0;
	__ptr_ring_set_size(r, size);
	return 0;
}

#define ptr_ring_init(...)	alloc_hooks(ptr_ring_init_noprof(__VA_ARGS__))

/*
 * Both locks held: put as much of @batch back in front as fits, the last entry
 * first, since it ends up nearest to what is already queued. Returns how many of
 * the first entries found no room.
 */
static inline int __ptr_ring_push_front(struct ptr_ring *r, void **batch, int n)
{
	while (n) {
		int slot = r->consumer_head ? r->consumer_head - 1 : r->size - 1;

		if (r->queue[slot])
			break;
		smp_store_release(&r->queue[slot], batch[--n]);
		r->consumer_tail = slot;
		WRITE_ONCE(r->consumer_head, slot);
	}
	return n;
}

/*
 * Undo a consume: later consumers get batch[0 .. n-1] first. What finds no room
 * goes to @destroy, highest index first, with both locks held.
 */
static inline void ptr_ring_unconsume(struct ptr_ring *r, void **batch, int n,
				      void (*destroy)(void *))
{
	unsigned long flags;

	spin_lock_irqsave(&r->consumer_lock, flags);
	spin_lock(&r->producer_lock);
	if (likely(r->size)) {
		__ptr_ring_zero_tail(r, r->consumer_head);
		n = __ptr_ring_push_front(r, batch, n);
	}
	while (n)
		destroy(batch[--n]);
	spin_unlock(&r->producer_lock);
	spin_unlock_irqrestore(&r->consumer_lock, flags);
}

/*
 * Both locks held: move the entries to @queue of @size slots, oldest first; the
 * ones that do not fit go to @destroy, or are dropped if it is NULL. Returns the
 * old array.
 */
static inline void **__ptr_ring_swap_queue(struct ptr_ring *r, void **queue, int size,
					   void (*destroy)(void *))
{
	void **old = r->queue;
	int kept = 0;
	void *ptr;

	while ((ptr = __ptr_ring_consume(r))) {
		if (kept < size)
			queue[kept++] = ptr;
		else if (destroy)
			destroy(ptr);
	}
	__ptr_ring_set_size(r, size);
	r->queue = queue;
	r->producer = kept < size ? kept : 0;
	r->consumer_tail = 0;
	WRITE_ONCE(r->consumer_head, 0);
	return old;
}

/*
 * Change the number of slots, keeping the oldest entries. The new array is
 * allocated with @gfp before any lock is taken: 0, or -ENOMEM and nothing
 * changed. @destroy runs with both locks held.
 */
static inline int ptr_ring_resize_noprof(struct ptr_ring *r, int size, gfp_t gfp,
					 void (*destroy)(void *))
{
	void **queue = __ptr_ring_init_queue_alloc_noprof(size, gfp);
	unsigned long flags;

	if (!queue)
		return -ENOMEM;
	spin_lock_irqsave(&r->consumer_lock, flags);
	spin_lock(&r->producer_lock);
	queue = __ptr_ring_swap_queue(r, queue, size, destroy);
	spin_unlock(&r->producer_lock);
	spin_unlock_irqrestore(&r->consumer_lock, flags);
	kvfree(queue);
	return 0;
}

#define ptr_ring_resize(...)	alloc_hooks(ptr_ring_resize_noprof(__VA_ARGS__))

/* Swap each ring's array for the one in @queues, which then holds the old ones. */
static inline void __ptr_ring_swap_all_bh(struct ptr_ring **rings, void ***queues,
					  unsigned int nrings, int size,
					  void (*destroy)(void *))
{
	for (unsigned int i = 0; i < nrings; i++) {
		spin_lock_bh(&rings[i]->consumer_lock);
		spin_lock(&rings[i]->producer_lock);
		queues[i] = __ptr_ring_swap_queue(rings[i], queues[i], size, destroy);
		spin_unlock(&rings[i]->producer_lock);
		spin_unlock_bh(&rings[i]->consumer_lock);
	}
}

/*
 * Resize @nrings rings to the same @size: all of them, or none and -ENOMEM. Each
 * ring's locks are held only while it is its turn.
 */
static inline int ptr_ring_resize_multiple_bh_noprof(struct ptr_ring **rings,
						     unsigned int nrings, int size, gfp_t gfp,
						     void (*destroy)(void *))
{
	void ***queues = kmalloc_array_noprof(nrings, sizeof(*queues), gfp);
	unsigned int have = 0;
	int err = -ENOMEM;

	if (!queues)
		return err;
	while (have < nrings) {
		queues[have] = __ptr_ring_init_queue_alloc_noprof(size, gfp);
		if (!queues[have])
			goto free_queues;
		have++;
	}
	__ptr_ring_swap_all_bh(rings, queues, nrings, size, destroy);
	err = 0;
free_queues:
	while (have)
		kvfree(queues[--have]);
	kfree(queues);
	return err;
}

#define ptr_ring_resize_multiple_bh(...)	\
	alloc_hooks(ptr_ring_resize_multiple_bh_noprof(__VA_ARGS__))

/*
 * The end of the ring: what is left goes to @destroy, or is dropped if it is
 * NULL. Nobody else uses the ring; it needs init again.
 */
static inline void ptr_ring_cleanup(struct ptr_ring *r, void (*destroy)(void *))
{
	void *ptr;

	while (destroy && (ptr = ptr_ring_consume(r)))
		destroy(ptr);
	kvfree(r->queue);
}

#endif
