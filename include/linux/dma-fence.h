/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fences: "this piece of asynchronous work is done", signalled once.
 *
 * The provider of a fence supplies the spinlock that protects it and numbers its
 * fences within a context (timeline). Signalling runs the callbacks in the order
 * they were added, with the fence lock held and interrupts off, and may happen in
 * any context; it sets the error before, if there is one. Fences are counted and
 * freed after a grace period, so lookups under RCU may use dma_fence_get_rcu.
 * Contract: drivers/dma-buf/dma-fence.c.
 */
#ifndef __LINUX_DMA_FENCE_H
#define __LINUX_DMA_FENCE_H

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dma_fence;
struct dma_fence_cb;
struct dma_fence_ops;
struct seq_file;

struct dma_fence {
	spinlock_t *lock;
	const struct dma_fence_ops *ops;
	/* The callbacks until it is signalled, then the time of that, at last the grace period. */
	union {
		struct list_head cb_list;
		ktime_t timestamp;
		struct rcu_head rcu;
	};
	u64 context;
	u64 seqno;
	unsigned long flags;
	struct kref refcount;
	int error;
};

enum dma_fence_flag_bits {
	DMA_FENCE_FLAG_SEQNO64_BIT,
	DMA_FENCE_FLAG_SIGNALED_BIT,
	DMA_FENCE_FLAG_TIMESTAMP_BIT,
	DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT,
	DMA_FENCE_FLAG_USER_BITS,
};

typedef void (*dma_fence_func_t)(struct dma_fence *fence, struct dma_fence_cb *cb);

/* Lives in the waiter's memory until it has run or was removed. */
struct dma_fence_cb {
	struct list_head node;
	dma_fence_func_t func;
};

struct dma_fence_ops {
	/* Mandatory names for reports. */
	const char *(*get_driver_name)(struct dma_fence *fence);
	const char *(*get_timeline_name)(struct dma_fence *fence);
	/* Called once, fence lock held, before the first callback; false: already done. */
	bool (*enable_signaling)(struct dma_fence *fence);
	/* A look at the hardware: true if done. Any context. */
	bool (*signaled)(struct dma_fence *fence);
	signed long (*wait)(struct dma_fence *fence, bool intr, signed long timeout);
	/* Frees the fence; dma_fence_free() if not set. */
	void (*release)(struct dma_fence *fence);
	void (*set_deadline)(struct dma_fence *fence, ktime_t deadline);
};

/* One reference for the caller; init64 compares sequence numbers in 64 bits. */
void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		    u64 context, u64 seqno);
void dma_fence_init64(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		      u64 context, u64 seqno);
/* The first of num fresh context numbers. */
u64 dma_fence_context_alloc(unsigned int num);

void dma_fence_release(struct kref *kref);
void dma_fence_free(struct dma_fence *fence);

static inline void dma_fence_put(struct dma_fence *fence)
{
	if (fence)
		kref_put(&fence->refcount, dma_fence_release);
}

static inline struct dma_fence *dma_fence_get(struct dma_fence *fence)
{
	if (fence)
		kref_get(&fence->refcount);
	return fence;
}

/* Under RCU: a reference, or NULL if the last one is gone. */
static inline struct dma_fence *dma_fence_get_rcu(struct dma_fence *fence)
{
	return kref_get_unless_zero(&fence->refcount) ? fence : NULL;
}

/* Under RCU: the fence *fencep points to, with a reference, even while it is replaced. */
struct dma_fence *dma_fence_get_rcu_safe(struct dma_fence __rcu **fencep);

/*
 * 0 for the call that signalled, -EINVAL for later ones (NULL too). The _locked
 * form needs the fence lock, the _timestamp forms set the time of completion.
 */
int dma_fence_signal(struct dma_fence *fence);
int dma_fence_signal_locked(struct dma_fence *fence);
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp);
int dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp);
bool dma_fence_check_and_signal(struct dma_fence *fence);
bool dma_fence_check_and_signal_locked(struct dma_fence *fence);
ktime_t dma_fence_timestamp(struct dma_fence *fence);

/*
 * 0; -ENOENT if it is signalled already (func is not called, cb is reusable);
 * -EINVAL with a warning for NULL arguments. remove: false if it has run.
 */
int dma_fence_add_callback(struct dma_fence *fence, struct dma_fence_cb *cb,
			   dma_fence_func_t func);
bool dma_fence_remove_callback(struct dma_fence *fence, struct dma_fence_cb *cb);
void dma_fence_enable_sw_signaling(struct dma_fence *fence);
void dma_fence_set_deadline(struct dma_fence *fence, ktime_t deadline);

/*
 * Waiting, in jiffies; may sleep. > 0: what is left (1 for a signalled fence and
 * timeout 0), 0: timed out, -ERESTARTSYS if intr. A negative timeout warns, -EINVAL.
 * wait_any_timeout ends with the first one and stores its index.
 */
signed long dma_fence_default_wait(struct dma_fence *fence, bool intr, signed long timeout);
signed long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, signed long timeout);
signed long dma_fence_wait_any_timeout(struct dma_fence **fences, u32 count, bool intr,
				       signed long timeout, u32 *idx);

static inline signed long dma_fence_wait(struct dma_fence *fence, bool intr)
{
	signed long left = dma_fence_wait_timeout(fence, intr, MAX_SCHEDULE_TIMEOUT);

	return left < 0 ? left : 0;
}

/* The bit alone; acquire, so what was done before signalling is visible. */
static inline bool dma_fence_test_signaled_flag(struct dma_fence *fence)
{
	return test_bit_acquire(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

/* Also asks the provider, and signals the fence if that says yes. _locked: lock held. */
static inline bool dma_fence_is_signaled(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (!fence->ops->signaled || !fence->ops->signaled(fence))
		return false;
	dma_fence_signal(fence);
	return true;
}

static inline bool dma_fence_is_signaled_locked(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (!fence->ops->signaled || !fence->ops->signaled(fence))
		return false;
	dma_fence_signal_locked(fence);
	return true;
}

/* Sequence numbers of one context: 64 bit if the fence is flagged so, else 32 bit and wrapping. */
static inline bool __dma_fence_is_later(struct dma_fence *fence, u64 f1, u64 f2)
{
	if (test_bit(DMA_FENCE_FLAG_SEQNO64_BIT, &fence->flags))
		return f1 > f2;
	return (int)((u32)f1 - (u32)f2) > 0;
}

static inline bool dma_fence_is_later(struct dma_fence *f1, struct dma_fence *f2)
{
	return !WARN_ON(f1->context != f2->context) &&
	       __dma_fence_is_later(f1, f1->seqno, f2->seqno);
}

static inline bool dma_fence_is_later_or_same(struct dma_fence *f1, struct dma_fence *f2)
{
	return f1 == f2 || dma_fence_is_later(f1, f2);
}

/* The later of two fences of one context, NULL if that one is signalled. */
static inline struct dma_fence *dma_fence_later(struct dma_fence *f1, struct dma_fence *f2)
{
	struct dma_fence *last;

	if (WARN_ON(f1->context != f2->context))
		return NULL;
	last = dma_fence_is_later(f1, f2) ? f1 : f2;
	return dma_fence_is_signaled(last) ? NULL : last;
}

/* 0 pending, 1 done, or the error. _locked: fence lock held. */
static inline int dma_fence_get_status_locked(struct dma_fence *fence)
{
	if (!dma_fence_is_signaled_locked(fence))
		return 0;
	return fence->error < 0 ? fence->error : 1;
}

int dma_fence_get_status(struct dma_fence *fence);

/* Before signalling only; error in [-MAX_ERRNO, -1], others warn. */
static inline void dma_fence_set_error(struct dma_fence *fence, int error)
{
	WARN_ON(test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags));
	WARN_ON(error >= 0 || error < -MAX_ERRNO);
	fence->error = error;
}

/* A shared signalled fence; the private form makes one with a time of its own, or NULL. */
struct dma_fence *dma_fence_get_stub(void);
struct dma_fence *dma_fence_allocate_private_stub(ktime_t timestamp);

const char *dma_fence_driver_name(struct dma_fence *fence);
const char *dma_fence_timeline_name(struct dma_fence *fence);
void dma_fence_describe(struct dma_fence *fence, struct seq_file *seq);

extern const struct dma_fence_ops dma_fence_array_ops;
extern const struct dma_fence_ops dma_fence_chain_ops;

static inline bool dma_fence_is_array(struct dma_fence *fence)
{
	return fence->ops == &dma_fence_array_ops;
}

static inline bool dma_fence_is_chain(struct dma_fence *fence)
{
	return fence->ops == &dma_fence_chain_ops;
}

static inline bool dma_fence_is_container(struct dma_fence *fence)
{
	return dma_fence_is_array(fence) || dma_fence_is_chain(fence);
}

/* Lockdep annotation of code that others wait for by fence: no effect here. */
static inline bool dma_fence_begin_signalling(void)
{
	return true;
}

static inline void dma_fence_end_signalling(bool cookie __always_unused)
{
}

static inline void __dma_fence_might_wait(void)
{
}

#endif
