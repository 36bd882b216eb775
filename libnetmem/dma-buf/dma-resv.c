// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reservation objects.
 *
 * The fences are an array of words: a fence pointer, whose low two bits are free,
 * with the usage in them. Under the lock entries are replaced in place or added at
 * the end, with the count stored after the entry. When room is reserved a new
 * array takes over the entries; the old one is freed after a grace period.
 *
 * Unlocked readers take references one fence at a time and start over when the
 * array was replaced under them, or when a fence they want is being dropped.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>

#define USAGE_BITS 3UL

DEFINE_WD_CLASS(reservation_ww_class);
EXPORT_SYMBOL(reservation_ww_class);

struct dma_resv_list {
	struct rcu_head rcu;
	unsigned int num_fences;
	unsigned int max_fences;
	void __rcu *table[];
};

static struct dma_fence *entry_fence(void *entry, enum dma_resv_usage *usage)
{
	*usage = (unsigned long)entry & USAGE_BITS;
	return (struct dma_fence *)((unsigned long)entry & ~USAGE_BITS);
}

static void *make_entry(struct dma_fence *fence, enum dma_resv_usage usage)
{
	return (void *)((unsigned long)fence | usage);
}

/* The entry at index; under the lock or RCU. */
static struct dma_fence *list_entry_at(struct dma_resv_list *list, unsigned int index,
				       enum dma_resv_usage *usage)
{
	return entry_fence(rcu_dereference_raw(list->table[index]), usage);
}

static struct dma_resv_list *resv_list(struct dma_resv *obj)
{
	return rcu_dereference_raw(obj->fences);
}

/* Pairs with the store in list_append: entries below the count are there. */
static unsigned int list_count(struct dma_resv_list *list)
{
	return list ? smp_load_acquire(&list->num_fences) : 0;
}

static void list_append(struct dma_resv_list *list, void *entry)
{
	RCU_INIT_POINTER(list->table[list->num_fences], entry);
	smp_store_release(&list->num_fences, list->num_fences + 1);
}

static struct dma_resv_list *list_alloc(unsigned int max_fences)
{
	struct dma_resv_list *list;
	/* What the allocator would round up to may as well be used. */
	size_t size = kmalloc_size_roundup(struct_size(list, table, max_fences));

	list = kmalloc(size, GFP_KERNEL);
	if (!list)
		return NULL;
	list->num_fences = 0;
	list->max_fences = (size - offsetof(struct dma_resv_list, table)) / sizeof(void *);
	return list;
}

static void list_drop(struct dma_resv_list *list)
{
	unsigned int i;

	for (i = 0; i < list_count(list); i++) {
		enum dma_resv_usage usage;

		dma_fence_put(list_entry_at(list, i, &usage));
	}
	if (list)
		kfree_rcu(list, rcu);
}

void dma_resv_init(struct dma_resv *obj)
{
	ww_mutex_init(&obj->lock, &reservation_ww_class);
	RCU_INIT_POINTER(obj->fences, NULL);
}
EXPORT_SYMBOL(dma_resv_init);

void dma_resv_fini(struct dma_resv *obj)
{
	list_drop(resv_list(obj));
	RCU_INIT_POINTER(obj->fences, NULL);
	ww_mutex_destroy(&obj->lock);
}
EXPORT_SYMBOL(dma_resv_fini);

#ifdef CONFIG_DEBUG_MUTEXES
void dma_resv_reset_max_fences(struct dma_resv *obj)
{
	struct dma_resv_list *list = resv_list(obj);

	dma_resv_assert_held(obj);
	if (list)
		list->max_fences = list->num_fences;
}
EXPORT_SYMBOL(dma_resv_reset_max_fences);
#endif

/* Moves what is still pending; the references of the rest are dropped. */
static void list_take_over(struct dma_resv_list *list, struct dma_resv_list *old)
{
	unsigned int i;

	for (i = 0; i < list_count(old); i++) {
		enum dma_resv_usage usage;
		struct dma_fence *fence = list_entry_at(old, i, &usage);

		if (dma_fence_is_signaled(fence))
			dma_fence_put(fence);
		else
			list_append(list, make_entry(fence, usage));
	}
}

int dma_resv_reserve_fences(struct dma_resv *obj, unsigned int num_fences)
{
	struct dma_resv_list *old = resv_list(obj), *list;
	unsigned int need;

	dma_resv_assert_held(obj);
	if (WARN_ON(!num_fences))
		return -EINVAL;
	need = list_count(old) + num_fences;
	if (old && old->max_fences >= need)
		return 0;
	if (old)
		need = max(need, old->max_fences * 2);
	list = list_alloc(max(4U, (unsigned int)roundup_pow_of_two(need)));
	if (!list)
		return -ENOMEM;
	list_take_over(list, old);
	rcu_assign_pointer(obj->fences, list);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}
EXPORT_SYMBOL(dma_resv_reserve_fences);

/* May a fence take the place of another one in the list? */
static bool supersedes(struct dma_fence *fence, enum dma_resv_usage usage, struct dma_fence *old,
		       enum dma_resv_usage old_usage)
{
	if (dma_fence_is_signaled(old))
		return true;
	return old->context == fence->context && old_usage >= usage &&
	       dma_fence_is_later_or_same(fence, old);
}

void dma_resv_add_fence(struct dma_resv *obj, struct dma_fence *fence, enum dma_resv_usage usage)
{
	struct dma_resv_list *list = resv_list(obj);
	unsigned int i, count = list_count(list);

	dma_resv_assert_held(obj);
	dma_fence_get(fence);
	/* They would have to be taken apart to be compared. */
	WARN_ON(dma_fence_is_container(fence));
	for (i = 0; i < count; i++) {
		enum dma_resv_usage old_usage;
		struct dma_fence *old = list_entry_at(list, i, &old_usage);

		if (!supersedes(fence, usage, old, old_usage))
			continue;
		rcu_assign_pointer(list->table[i], make_entry(fence, usage));
		dma_fence_put(old);
		return;
	}
	BUG_ON(!list || list->num_fences >= list->max_fences);
	list_append(list, make_entry(fence, usage));
}
EXPORT_SYMBOL(dma_resv_add_fence);

void dma_resv_replace_fences(struct dma_resv *obj, uint64_t context, struct dma_fence *fence,
			     enum dma_resv_usage usage)
{
	struct dma_resv_list *list = resv_list(obj);
	unsigned int i;

	dma_resv_assert_held(obj);
	for (i = 0; i < list_count(list); i++) {
		enum dma_resv_usage old_usage;
		struct dma_fence *old = list_entry_at(list, i, &old_usage);

		if (old->context != context)
			continue;
		rcu_assign_pointer(list->table[i], make_entry(dma_fence_get(fence), usage));
		dma_fence_put(old);
	}
}
EXPORT_SYMBOL(dma_resv_replace_fences);

/* Walks with the lock held. */

static struct dma_fence *iter_step_locked(struct dma_resv_iter *cursor)
{
	while (cursor->index < cursor->num_fences) {
		struct dma_fence *fence =
			list_entry_at(cursor->fences, cursor->index++, &cursor->fence_usage);

		if (cursor->fence_usage <= cursor->usage && !dma_fence_is_signaled(fence))
			return fence;
	}
	return NULL;
}

struct dma_fence *dma_resv_iter_first(struct dma_resv_iter *cursor)
{
	dma_resv_assert_held(cursor->obj);
	cursor->index = 0;
	cursor->fences = resv_list(cursor->obj);
	cursor->num_fences = list_count(cursor->fences);
	cursor->is_restarted = true;
	return iter_step_locked(cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_iter_first);

struct dma_fence *dma_resv_iter_next(struct dma_resv_iter *cursor)
{
	dma_resv_assert_held(cursor->obj);
	cursor->is_restarted = false;
	return iter_step_locked(cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_iter_next);

/* Walks without it. */

static void iter_restart(struct dma_resv_iter *cursor)
{
	cursor->index = 0;
	cursor->fences = resv_list(cursor->obj);
	cursor->num_fences = list_count(cursor->fences);
	cursor->is_restarted = true;
}

/* One step inside the array; false if the fence there is dying and the walk must restart. */
static bool iter_step_rcu(struct dma_resv_iter *cursor)
{
	dma_fence_put(cursor->fence);
	cursor->fence = NULL;
	while (cursor->index < cursor->num_fences) {
		struct dma_fence *fence =
			list_entry_at(cursor->fences, cursor->index++, &cursor->fence_usage);

		if (cursor->fence_usage > cursor->usage)
			continue;
		if (!dma_fence_get_rcu(fence))
			return false;
		if (!dma_fence_is_signaled(fence)) {
			cursor->fence = fence;
			return true;
		}
		dma_fence_put(fence);
	}
	return true;
}

static struct dma_fence *iter_advance(struct dma_resv_iter *cursor, bool restart)
{
	rcu_read_lock();
	cursor->is_restarted = false;
	for (;;) {
		if (restart)
			iter_restart(cursor);
		/* The array looked at must still be the object's when the step is done. */
		if (iter_step_rcu(cursor) &&
		    rcu_access_pointer(cursor->obj->fences) == cursor->fences)
			break;
		restart = true;
	}
	rcu_read_unlock();
	return cursor->fence;
}

struct dma_fence *dma_resv_iter_first_unlocked(struct dma_resv_iter *cursor)
{
	return iter_advance(cursor, true);
}
EXPORT_SYMBOL(dma_resv_iter_first_unlocked);

struct dma_fence *dma_resv_iter_next_unlocked(struct dma_resv_iter *cursor)
{
	return iter_advance(cursor, false);
}
EXPORT_SYMBOL(dma_resv_iter_next_unlocked);

/* Snapshots. */

static void put_fences(struct dma_fence **fences, unsigned int count)
{
	while (count--)
		dma_fence_put(fences[count]);
}

int dma_resv_get_fences(struct dma_resv *obj, enum dma_resv_usage usage, unsigned int *num_fences,
			struct dma_fence ***fences)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int room = 0;
	int err = 0;

	*num_fences = 0;
	*fences = NULL;
	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			put_fences(*fences, *num_fences);
			*num_fences = 0;
		}
		if (*num_fences == room) {
			struct dma_fence **more;

			room = max(cursor.num_fences, room + 1);
			more = krealloc_array(*fences, room, sizeof(*more), GFP_KERNEL);
			if (!more) {
				err = -ENOMEM;
				break;
			}
			*fences = more;
		}
		(*fences)[(*num_fences)++] = dma_fence_get(fence);
	}
	dma_resv_iter_end(&cursor);
	/* Restarted and found nothing: what was collected before is stale. */
	if (err || dma_resv_iter_is_restarted(&cursor)) {
		put_fences(*fences, *num_fences);
		kfree(*fences);
		*num_fences = 0;
		*fences = NULL;
	}
	return err;
}
EXPORT_SYMBOL_GPL(dma_resv_get_fences);

int dma_resv_get_singleton(struct dma_resv *obj, enum dma_resv_usage usage,
			   struct dma_fence **fence)
{
	struct dma_fence_array *array;
	struct dma_fence **fences;
	unsigned int count;
	int err = dma_resv_get_fences(obj, usage, &count, &fences);

	if (err)
		return err;
	if (count <= 1) {
		*fence = count ? fences[0] : NULL;
		kfree(fences);
		return 0;
	}
	array = dma_fence_array_create(count, fences, dma_fence_context_alloc(1), 1, false);
	if (!array) {
		put_fences(fences, count);
		kfree(fences);
		return -ENOMEM;
	}
	*fence = &array->base;
	return 0;
}
EXPORT_SYMBOL_GPL(dma_resv_get_singleton);

int dma_resv_copy_fences(struct dma_resv *dst, struct dma_resv *src)
{
	struct dma_resv_list *list = NULL, *old;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_assert_held(dst);
	dma_resv_iter_begin(&cursor, src, DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			list_drop(list);
			list = list_alloc(cursor.num_fences);
			if (!list) {
				dma_resv_iter_end(&cursor);
				return -ENOMEM;
			}
		}
		list_append(list, make_entry(dma_fence_get(fence), dma_resv_iter_usage(&cursor)));
	}
	dma_resv_iter_end(&cursor);
	if (dma_resv_iter_is_restarted(&cursor)) {
		list_drop(list);
		list = NULL;
	}
	old = resv_list(dst);
	rcu_assign_pointer(dst->fences, list);
	list_drop(old);
	return 0;
}
EXPORT_SYMBOL(dma_resv_copy_fences);

long dma_resv_wait_timeout(struct dma_resv *obj, enum dma_resv_usage usage, bool intr,
			   unsigned long timeout)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	long left = timeout ? (long)timeout : 1;

	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		left = dma_fence_wait_timeout(fence, intr, timeout);
		if (left <= 0)
			break;
		if (timeout)
			timeout = left;
	}
	dma_resv_iter_end(&cursor);
	return left;
}
EXPORT_SYMBOL_GPL(dma_resv_wait_timeout);

void dma_resv_set_deadline(struct dma_resv *obj, enum dma_resv_usage usage, ktime_t deadline)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence)
		dma_fence_set_deadline(fence, deadline);
	dma_resv_iter_end(&cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_set_deadline);

bool dma_resv_test_signaled(struct dma_resv *obj, enum dma_resv_usage usage)
{
	struct dma_resv_iter cursor;
	bool pending;

	dma_resv_iter_begin(&cursor, obj, usage);
	pending = dma_resv_iter_first_unlocked(&cursor);
	dma_resv_iter_end(&cursor);
	return !pending;
}
EXPORT_SYMBOL_GPL(dma_resv_test_signaled);

void dma_resv_describe(struct dma_resv *obj, struct seq_file *seq)
{
	static const char *const names[] = { "kernel", "write", "read", "bookkeep" };
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_for_each_fence(&cursor, obj, DMA_RESV_USAGE_READ, fence) {
		seq_printf(seq, "\t%s fence:", names[dma_resv_iter_usage(&cursor)]);
		dma_fence_describe(fence, seq);
	}
}
EXPORT_SYMBOL_GPL(dma_resv_describe);
