// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timelines of fences.
 *
 * A node owns references on its fence and on the node before it. Walking from
 * new to old replaces a link to a node that is signalled by a link past it, so
 * chains stay short. While a node has callbacks, one callback of its own sits on
 * the first pending fence at or before it; when that fires, a work item looks for
 * the next one.
 */
#include <linux/dma-fence-chain.h>
#include <linux/export.h>
#include <linux/minmax.h>

static bool chain_enable_signaling(struct dma_fence *fence);

static const char *chain_driver_name(struct dma_fence *fence)
{
	return "dma_fence_chain";
}

static const char *chain_timeline_name(struct dma_fence *fence)
{
	return "unbound";
}

static struct dma_fence *get_prev(struct dma_fence_chain *chain)
{
	struct dma_fence *prev;

	rcu_read_lock();
	prev = dma_fence_get_rcu_safe(&chain->prev);
	rcu_read_unlock();
	return prev;
}

/* The node before prev, if prev needs no longer be waited for; *keep says otherwise. */
static struct dma_fence *skip_signaled(struct dma_fence *prev, bool *keep)
{
	struct dma_fence_chain *prev_chain = to_dma_fence_chain(prev);
	struct dma_fence *contained = prev_chain ? prev_chain->fence : prev;

	*keep = !dma_fence_is_signaled(contained);
	return !*keep && prev_chain ? get_prev(prev_chain) : NULL;
}

struct dma_fence *dma_fence_chain_walk(struct dma_fence *fence)
{
	struct dma_fence_chain *chain = to_dma_fence_chain(fence);
	struct dma_fence *prev = NULL;

	while (chain && (prev = get_prev(chain))) {
		bool keep;
		struct dma_fence *older = skip_signaled(prev, &keep);

		if (keep)
			break;
		/* The link's reference moves from prev to older. */
		if (cmpxchg((struct dma_fence **)&chain->prev, prev, older) == prev)
			dma_fence_put(prev);
		else
			dma_fence_put(older);
		dma_fence_put(prev);
	}
	dma_fence_put(fence);
	return prev;
}
EXPORT_SYMBOL(dma_fence_chain_walk);

static void chain_work(struct work_struct *work)
{
	struct dma_fence_chain *chain = container_of(work, struct dma_fence_chain, work);

	if (!chain_enable_signaling(&chain->base))
		dma_fence_signal(&chain->base);
	dma_fence_put(&chain->base);
}

/* Called under the lock of a contained fence: the rest happens in a work item. */
static void chain_link_done(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct dma_fence_chain *chain = container_of(cb, struct dma_fence_chain, cb);

	INIT_WORK(&chain->work, chain_work);
	schedule_work(&chain->work);
	dma_fence_put(fence);
}

static bool chain_enable_signaling(struct dma_fence *fence)
{
	struct dma_fence_chain *head = to_dma_fence_chain(fence);
	struct dma_fence *iter;

	dma_fence_get(&head->base);
	dma_fence_chain_for_each(iter, &head->base) {
		struct dma_fence *contained = dma_fence_chain_contained(iter);

		dma_fence_get(contained);
		if (!dma_fence_add_callback(contained, &head->cb, chain_link_done)) {
			dma_fence_put(iter);
			return true;
		}
		dma_fence_put(contained);
	}
	dma_fence_put(&head->base);
	return false;
}

static bool chain_signaled(struct dma_fence *fence)
{
	struct dma_fence *iter;

	dma_fence_chain_for_each(iter, fence) {
		if (!dma_fence_is_signaled(dma_fence_chain_contained(iter))) {
			dma_fence_put(iter);
			return false;
		}
	}
	return true;
}

/* The node after chain is nobody else's: it can be taken out before it is released. */
static struct dma_fence_chain *sole_successor(struct dma_fence_chain *chain)
{
	struct dma_fence *next = rcu_dereference_raw(chain->prev);

	return next && kref_read(&next->refcount) == 1 ? to_dma_fence_chain(next) : NULL;
}

/* Link by link, because releasing a long chain recursively would exhaust the stack. */
static void chain_release(struct dma_fence *fence)
{
	struct dma_fence_chain *chain = to_dma_fence_chain(fence), *next;

	while ((next = sole_successor(chain))) {
		rcu_assign_pointer(chain->prev, next->prev);
		RCU_INIT_POINTER(next->prev, NULL);
		dma_fence_put(&next->base);
	}
	dma_fence_put(chain->fence);
	dma_fence_put(rcu_dereference_raw(chain->prev));
	dma_fence_free(fence);
}

static void chain_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	struct dma_fence *iter;

	dma_fence_chain_for_each(iter, fence)
		dma_fence_set_deadline(dma_fence_chain_contained(iter), deadline);
}

const struct dma_fence_ops dma_fence_chain_ops = {
	.get_driver_name = chain_driver_name,
	.get_timeline_name = chain_timeline_name,
	.enable_signaling = chain_enable_signaling,
	.signaled = chain_signaled,
	.release = chain_release,
	.set_deadline = chain_set_deadline,
};
EXPORT_SYMBOL(dma_fence_chain_ops);

void dma_fence_chain_init(struct dma_fence_chain *chain, struct dma_fence *prev,
			  struct dma_fence *fence, u64 seqno)
{
	bool follows = prev && dma_fence_is_chain(prev);
	bool same_timeline = follows && __dma_fence_is_later(prev, seqno, prev->seqno);
	u64 context = same_timeline ? prev->context : dma_fence_context_alloc(1);

	WARN_ON(dma_fence_is_chain(fence));
	RCU_INIT_POINTER(chain->prev, prev);
	chain->prev_seqno = same_timeline ? prev->seqno : 0;
	chain->fence = fence;
	spin_lock_init(&chain->lock);
	/* A new timeline behind an old one does not go back in its numbers. */
	if (follows && !same_timeline)
		seqno = max(prev->seqno, seqno);
	dma_fence_init64(&chain->base, &dma_fence_chain_ops, &chain->lock, context, seqno);
}
EXPORT_SYMBOL(dma_fence_chain_init);
