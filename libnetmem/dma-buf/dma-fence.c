// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences.
 *
 * Signalled is a bit that is set once under the fence lock; whoever sets it runs
 * the callbacks, still under the lock. A callback that was not found signalled
 * under the lock is therefore called exactly once, and remove_callback, which
 * takes the lock, returns only when it is not running.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

/* 0 is the context of the stub. */
static atomic64_t next_context = ATOMIC64_INIT(1);

static DEFINE_SPINLOCK(stub_lock);
static struct dma_fence stub;

static const char *stub_name(struct dma_fence *fence)
{
	return "stub";
}

static const struct dma_fence_ops stub_ops = {
	.get_driver_name = stub_name,
	.get_timeline_name = stub_name,
};

static int __init dma_fence_init_stub(void)
{
	atomic64_set(&next_context, 1);
	dma_fence_init(&stub, &stub_ops, &stub_lock, 0, 0);
	set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &stub.flags);
	return dma_fence_signal(&stub);
}
subsys_initcall(dma_fence_init_stub);

struct dma_fence *dma_fence_get_stub(void)
{
	return dma_fence_get(&stub);
}
EXPORT_SYMBOL(dma_fence_get_stub);

struct dma_fence *dma_fence_allocate_private_stub(ktime_t timestamp)
{
	struct dma_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	dma_fence_init(fence, &stub_ops, &stub_lock, 0, 0);
	set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags);
	dma_fence_signal_timestamp(fence, timestamp);
	return fence;
}
EXPORT_SYMBOL(dma_fence_allocate_private_stub);

u64 dma_fence_context_alloc(unsigned int num)
{
	WARN_ON(!num);
	return atomic64_fetch_add(num, &next_context);
}
EXPORT_SYMBOL(dma_fence_context_alloc);

static void fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		       u64 context, u64 seqno, unsigned long flags)
{
	BUG_ON(!lock || !ops || !ops->get_driver_name || !ops->get_timeline_name);
	*fence = (struct dma_fence){
		.refcount = KREF_INIT(1),
		.context = context,
		.seqno = seqno,
		.flags = flags,
		.lock = lock,
		.ops = ops,
	};
	INIT_LIST_HEAD(&fence->cb_list);
}

void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		    u64 context, u64 seqno)
{
	fence_init(fence, ops, lock, context, seqno, 0);
}
EXPORT_SYMBOL(dma_fence_init);

void dma_fence_init64(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		      u64 context, u64 seqno)
{
	fence_init(fence, ops, lock, context, seqno, BIT(DMA_FENCE_FLAG_SEQNO64_BIT));
}
EXPORT_SYMBOL(dma_fence_init64);

int dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp)
{
	struct dma_fence_cb *cb, *next;
	LIST_HEAD(callbacks);

	lockdep_assert_held(fence->lock);
	if (test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		return -EINVAL;
	/* The time takes the place of the list. */
	list_replace(&fence->cb_list, &callbacks);
	fence->timestamp = timestamp;
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);
	list_for_each_entry_safe(cb, next, &callbacks, node) {
		INIT_LIST_HEAD(&cb->node);
		cb->func(fence, cb);
	}
	return 0;
}
EXPORT_SYMBOL(dma_fence_signal_timestamp_locked);

int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp)
{
	unsigned long flags;
	int err;

	if (WARN_ON(!fence))
		return -EINVAL;
	spin_lock_irqsave(fence->lock, flags);
	err = dma_fence_signal_timestamp_locked(fence, timestamp);
	spin_unlock_irqrestore(fence->lock, flags);
	return err;
}
EXPORT_SYMBOL(dma_fence_signal_timestamp);

int dma_fence_signal_locked(struct dma_fence *fence)
{
	return dma_fence_signal_timestamp_locked(fence, ktime_get());
}
EXPORT_SYMBOL(dma_fence_signal_locked);

int dma_fence_signal(struct dma_fence *fence)
{
	return dma_fence_signal_timestamp(fence, ktime_get());
}
EXPORT_SYMBOL(dma_fence_signal);

bool dma_fence_check_and_signal_locked(struct dma_fence *fence)
{
	return dma_fence_signal_locked(fence) != 0;
}
EXPORT_SYMBOL(dma_fence_check_and_signal_locked);

bool dma_fence_check_and_signal(struct dma_fence *fence)
{
	return dma_fence_signal(fence) != 0;
}
EXPORT_SYMBOL(dma_fence_check_and_signal);

ktime_t dma_fence_timestamp(struct dma_fence *fence)
{
	if (WARN_ON(!dma_fence_test_signaled_flag(fence)))
		return ktime_get();
	/* Between the two bits the signaller is about to store the time. */
	while (!test_bit_acquire(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags))
		cpu_relax();
	return fence->timestamp;
}
EXPORT_SYMBOL(dma_fence_timestamp);

/* Callbacks are left that nobody will call otherwise. */
static void signal_abandoned(struct dma_fence *fence)
{
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	fence->error = -EDEADLK;
	dma_fence_signal_locked(fence);
	spin_unlock_irqrestore(fence->lock, flags);
}

void dma_fence_release(struct kref *kref)
{
	struct dma_fence *fence = container_of(kref, struct dma_fence, refcount);

	if (!dma_fence_test_signaled_flag(fence) &&
	    WARN(!list_empty(&fence->cb_list),
		 "Fence %s:%s:%llx:%llx released with pending signals!\n",
		 dma_fence_driver_name(fence), dma_fence_timeline_name(fence),
		 fence->context, fence->seqno))
		signal_abandoned(fence);
	if (fence->ops->release)
		fence->ops->release(fence);
	else
		dma_fence_free(fence);
}
EXPORT_SYMBOL(dma_fence_release);

void dma_fence_free(struct dma_fence *fence)
{
	kfree_rcu(fence, rcu);
}
EXPORT_SYMBOL(dma_fence_free);

struct dma_fence *dma_fence_get_rcu_safe(struct dma_fence __rcu **fencep)
{
	for (;;) {
		struct dma_fence *fence = rcu_dereference_raw(*fencep);

		if (!fence)
			return NULL;
		if (!dma_fence_get_rcu(fence))
			continue;
		/* The full barrier of a successful get orders this second look. */
		if (fence == rcu_access_pointer(*fencep))
			return rcu_pointer_handoff(fence);
		dma_fence_put(fence);
	}
}

/* Makes sure that the provider will signal by itself. False: it is signalled already. */
static bool enable_signaling_locked(struct dma_fence *fence)
{
	bool enabled = test_and_set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags);

	if (dma_fence_test_signaled_flag(fence))
		return false;
	if (enabled || !fence->ops->enable_signaling || fence->ops->enable_signaling(fence))
		return true;
	dma_fence_signal_locked(fence);
	return false;
}

void dma_fence_enable_sw_signaling(struct dma_fence *fence)
{
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	enable_signaling_locked(fence);
	spin_unlock_irqrestore(fence->lock, flags);
}
EXPORT_SYMBOL(dma_fence_enable_sw_signaling);

int dma_fence_add_callback(struct dma_fence *fence, struct dma_fence_cb *cb, dma_fence_func_t func)
{
	unsigned long flags;
	int err = -ENOENT;

	if (WARN_ON(!fence || !func))
		return -EINVAL;
	INIT_LIST_HEAD(&cb->node);
	if (dma_fence_test_signaled_flag(fence))
		return -ENOENT;
	spin_lock_irqsave(fence->lock, flags);
	if (enable_signaling_locked(fence)) {
		cb->func = func;
		list_add_tail(&cb->node, &fence->cb_list);
		err = 0;
	}
	spin_unlock_irqrestore(fence->lock, flags);
	return err;
}
EXPORT_SYMBOL(dma_fence_add_callback);

bool dma_fence_remove_callback(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	unsigned long flags;
	bool queued;

	spin_lock_irqsave(fence->lock, flags);
	queued = !list_empty(&cb->node);
	if (queued)
		list_del_init(&cb->node);
	spin_unlock_irqrestore(fence->lock, flags);
	return queued;
}
EXPORT_SYMBOL(dma_fence_remove_callback);

int dma_fence_get_status(struct dma_fence *fence)
{
	guard(spinlock_irqsave)(fence->lock);
	return dma_fence_get_status_locked(fence);
}
EXPORT_SYMBOL(dma_fence_get_status);

/* Waiting: a callback that completes. */

struct fence_waiter {
	struct dma_fence_cb cb;
	struct completion *done;
};

static void waiter_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	complete(container_of(cb, struct fence_waiter, cb)->done);
}

/* > 0 jiffies left, 0 timed out, -ERESTARTSYS. */
static signed long wait_done(struct completion *done, bool intr, signed long timeout)
{
	if (!timeout)
		return try_wait_for_completion(done);
	if (intr)
		return wait_for_completion_interruptible_timeout(done, timeout);
	return wait_for_completion_timeout(done, timeout);
}

signed long dma_fence_default_wait(struct dma_fence *fence, bool intr, signed long timeout)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct fence_waiter waiter = { .done = &done };
	signed long left;

	if (dma_fence_add_callback(fence, &waiter.cb, waiter_signalled))
		return timeout ? timeout : 1;
	left = wait_done(&done, intr, timeout);
	/* Signalled between the end of the wait and now: that counts. */
	if (!dma_fence_remove_callback(fence, &waiter.cb) && !left)
		left = 1;
	return left;
}
EXPORT_SYMBOL(dma_fence_default_wait);

signed long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, signed long timeout)
{
	if (WARN_ON(timeout < 0))
		return -EINVAL;
	might_sleep();
	__dma_fence_might_wait();
	dma_fence_enable_sw_signaling(fence);
	if (fence->ops->wait)
		return fence->ops->wait(fence, intr, timeout);
	return dma_fence_default_wait(fence, intr, timeout);
}
EXPORT_SYMBOL(dma_fence_wait_timeout);

static bool first_signaled(struct dma_fence **fences, u32 count, u32 *idx)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (!dma_fence_test_signaled_flag(fences[i]))
			continue;
		if (idx)
			*idx = i;
		return true;
	}
	return false;
}

signed long dma_fence_wait_any_timeout(struct dma_fence **fences, u32 count, bool intr,
				       signed long timeout, u32 *idx)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct fence_waiter *waiters;
	signed long left = timeout ? timeout : 1;
	u32 armed;

	if (WARN_ON(!fences || !count || timeout < 0))
		return -EINVAL;
	if (!timeout)
		return first_signaled(fences, count, idx) ? 1 : 0;
	waiters = kcalloc(count, sizeof(*waiters), GFP_KERNEL);
	if (!waiters)
		return -ENOMEM;
	for (armed = 0; armed < count; armed++) {
		waiters[armed].done = &done;
		if (dma_fence_add_callback(fences[armed], &waiters[armed].cb, waiter_signalled)) {
			if (idx)
				*idx = armed;
			break;
		}
	}
	if (armed == count) {
		left = wait_done(&done, intr, timeout);
		if (first_signaled(fences, count, idx) && !left)
			left = 1;
	}
	while (armed--)
		dma_fence_remove_callback(fences[armed], &waiters[armed].cb);
	kfree(waiters);
	return left;
}
EXPORT_SYMBOL(dma_fence_wait_any_timeout);

void dma_fence_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	if (fence->ops->set_deadline && !dma_fence_is_signaled(fence))
		fence->ops->set_deadline(fence, deadline);
}
EXPORT_SYMBOL(dma_fence_set_deadline);

/* A provider may be gone once its fences are signalled. */
const char *dma_fence_driver_name(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return "detached-driver";
	return fence->ops->get_driver_name(fence);
}
EXPORT_SYMBOL(dma_fence_driver_name);

const char *dma_fence_timeline_name(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return "signaled-timeline";
	return fence->ops->get_timeline_name(fence);
}
EXPORT_SYMBOL(dma_fence_timeline_name);

void dma_fence_describe(struct dma_fence *fence, struct seq_file *seq)
{
	const char *timeline = "", *driver = "", *state = "";

	if (!dma_fence_is_signaled(fence)) {
		timeline = dma_fence_timeline_name(fence);
		driver = dma_fence_driver_name(fence);
		state = "un";
	}
	seq_printf(seq, "%llu:%llu %s %s %ssignalled\n", fence->context, fence->seqno, timeline,
		   driver, state);
}
EXPORT_SYMBOL(dma_fence_describe);
