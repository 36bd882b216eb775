// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences made of several.
 *
 * Once signalling is enabled each contained fence has a callback that counts
 * down. The last one hands over to a work item, because the array's own callbacks
 * and the release of the contained fences must not run under the lock of the
 * fence that is being signalled. Each armed callback holds a reference.
 */
#include <linux/dma-fence-array.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

/* error of an array that has not met one yet. */
#define NO_ERROR_YET 1

struct array_completion {
	struct work_struct work;
	struct dma_fence_array *array;
};

static const char *array_driver_name(struct dma_fence *fence)
{
	return "dma_fence_array";
}

static const char *array_timeline_name(struct dma_fence *fence)
{
	return "unbound";
}

/* The first error wins, and is kept apart from "signalled without error" by its sign. */
static void note_error(struct dma_fence_array *array, int error)
{
	if (error)
		cmpxchg(&array->base.error, NO_ERROR_YET, error);
}

static void settle_error(struct dma_fence_array *array)
{
	cmpxchg(&array->base.error, NO_ERROR_YET, 0);
}

/* The work item lies behind the callbacks; see dma_fence_array_create. */
static struct array_completion *completion_of(struct dma_fence_array *array)
{
	return (struct array_completion *)&array->callbacks[array->num_fences];
}

static void array_complete(struct work_struct *work)
{
	struct dma_fence_array *array = container_of(work, struct array_completion, work)->array;

	settle_error(array);
	dma_fence_signal(&array->base);
	dma_fence_put(&array->base);
}

static void array_count_down(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct dma_fence_array *array =
		container_of(cb, struct dma_fence_array_cb, cb)->array;

	note_error(array, fence->error);
	/* Every callback but the one that completes gives its reference back here. */
	if (atomic_dec_and_test(&array->num_pending))
		schedule_work(&completion_of(array)->work);
	else
		dma_fence_put(&array->base);
}

static bool array_enable_signaling(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	unsigned int i;

	for (i = 0; i < array->num_fences; i++) {
		struct dma_fence_array_cb *cb = &array->callbacks[i];

		cb->array = array;
		dma_fence_get(&array->base);
		if (!dma_fence_add_callback(array->fences[i], &cb->cb, array_count_down))
			continue;
		note_error(array, array->fences[i]->error);
		dma_fence_put(&array->base);
		if (atomic_dec_and_test(&array->num_pending)) {
			settle_error(array);
			return false;
		}
	}
	return true;
}

static bool array_signaled(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	int pending = atomic_read(&array->num_pending);
	unsigned int i;

	/* While nobody counts down, look at the fences themselves. */
	if (!test_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags)) {
		for (i = 0; pending > 0 && i < array->num_fences; i++)
			if (dma_fence_is_signaled(array->fences[i]))
				pending--;
	}
	if (pending > 0)
		return false;
	settle_error(array);
	return true;
}

static void array_release(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	unsigned int i;

	for (i = 0; i < array->num_fences; i++)
		dma_fence_put(array->fences[i]);
	kfree(array->fences);
	dma_fence_free(fence);
}

static void array_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	unsigned int i;

	for (i = 0; i < array->num_fences; i++)
		dma_fence_set_deadline(array->fences[i], deadline);
}

const struct dma_fence_ops dma_fence_array_ops = {
	.get_driver_name = array_driver_name,
	.get_timeline_name = array_timeline_name,
	.enable_signaling = array_enable_signaling,
	.signaled = array_signaled,
	.release = array_release,
	.set_deadline = array_set_deadline,
};
EXPORT_SYMBOL(dma_fence_array_ops);

struct dma_fence_array *dma_fence_array_create(int num_fences, struct dma_fence **fences,
					       u64 context, unsigned int seqno, bool signal_on_any)
{
	struct dma_fence_array *array;
	struct array_completion *done;

	WARN_ON(!num_fences || !fences);
	array = kzalloc(struct_size(array, callbacks, num_fences) + sizeof(*done), GFP_KERNEL);
	if (!array)
		return NULL;
	array->num_fences = num_fences;
	array->fences = fences;
	atomic_set(&array->num_pending, signal_on_any ? 1 : num_fences);
	spin_lock_init(&array->lock);
	dma_fence_init(&array->base, &dma_fence_array_ops, &array->lock, context, seqno);
	array->base.error = NO_ERROR_YET;
	done = completion_of(array);
	done->array = array;
	INIT_WORK(&done->work, array_complete);
	return array;
}
EXPORT_SYMBOL(dma_fence_array_create);

bool dma_fence_match_context(struct dma_fence *fence, u64 context)
{
	struct dma_fence *one;
	unsigned int i;

	dma_fence_array_for_each(one, i, fence)
		if (one->context != context)
			return false;
	return true;
}
EXPORT_SYMBOL(dma_fence_match_context);

struct dma_fence *dma_fence_array_first(struct dma_fence *head)
{
	struct dma_fence_array *array = to_dma_fence_array(head);

	if (!array)
		return head;
	return array->num_fences ? array->fences[0] : NULL;
}
EXPORT_SYMBOL(dma_fence_array_first);

struct dma_fence *dma_fence_array_next(struct dma_fence *head, unsigned int index)
{
	struct dma_fence_array *array = to_dma_fence_array(head);

	return array && index < array->num_fences ? array->fences[index] : NULL;
}
EXPORT_SYMBOL(dma_fence_array_next);
