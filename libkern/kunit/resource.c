// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources of a test: see kunit/resource.h.
 *
 * test->lock covers the list, and with it the reference the list has. Whoever
 * takes a resource off the list drops that reference, outside of the lock, as
 * the free function may do anything. An action is a resource with a function.
 */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* Storage of the caller's may be gone after its free function. */
static void release_resource(struct kref *kref)
{
	struct kunit_resource *res = container_of(kref, struct kunit_resource, refcount);
	bool allocated = res->should_kfree;

	if (res->free)
		res->free(res);
	if (allocated)
		kfree(res);
}

void kunit_put_resource(struct kunit_resource *res)
{
	kref_put(&res->refcount, release_resource);
}
EXPORT_SYMBOL_GPL(kunit_put_resource);

/* The storage and its free function are set; on failure nothing has been added. */
static int start_resource(struct kunit *test, kunit_resource_init_t init,
			  struct kunit_resource *res, void *data)
{
	int err = 0;

	kref_init(&res->refcount);
	if (init)
		err = init(res, data);
	else
		res->data = data;
	if (err)
		return err;
	scoped_guard(spinlock_irqsave, &test->lock)
		list_add_tail(&res->node, &test->resources);
	return 0;
}

int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
		       kunit_resource_free_t free, struct kunit_resource *res, void *data)
{
	res->free = free;
	res->should_kfree = false;
	return start_resource(test, init, res, data);
}
EXPORT_SYMBOL_GPL(kunit_add_resource);

int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data)
{
	struct kunit_resource *namesake;

	if (!name)
		return -EINVAL;
	namesake = kunit_find_named_resource(test, name);
	if (namesake) {
		kunit_put_resource(namesake);
		return -EEXIST;
	}
	res->name = name;
	return kunit_add_resource(test, init, free, res, data);
}
EXPORT_SYMBOL_GPL(kunit_add_named_resource);

struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free,
						    gfp_t internal_gfp, void *context)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), internal_gfp);

	if (!res)
		return NULL;
	res->free = free;
	res->should_kfree = true;
	if (start_resource(test, init, res, context)) {
		kfree(res);
		return NULL;
	}
	kunit_get_resource(res);
	return res;
}
EXPORT_SYMBOL_GPL(kunit_alloc_and_get_resource);

void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t internal_gfp, void *context)
{
	struct kunit_resource *res;
	void *data;

	res = kunit_alloc_and_get_resource(test, init, free, internal_gfp, context);
	if (!res)
		return NULL;
	data = res->data;
	kunit_put_resource(res);
	return data;
}
EXPORT_SYMBOL_GPL(kunit_alloc_resource);

/* Finding. */

bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data)
{
	return res->data == match_data;
}
EXPORT_SYMBOL_GPL(kunit_resource_instance_match);

bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *match_name)
{
	return res->name && !strcmp(res->name, match_name);
}
EXPORT_SYMBOL_GPL(kunit_resource_name_match);

struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data)
{
	struct kunit_resource *res;

	guard(spinlock_irqsave)(&test->lock);
	list_for_each_entry_reverse(res, &test->resources, node) {
		if (match(test, res, match_data)) {
			kunit_get_resource(res);
			return res;
		}
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(kunit_find_resource);

struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}
EXPORT_SYMBOL_GPL(kunit_find_named_resource);

/* Removing. */

void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	bool was_listed;

	scoped_guard(spinlock_irqsave, &test->lock) {
		was_listed = !list_empty(&res->node);
		list_del_init(&res->node);
	}
	if (was_listed)
		kunit_put_resource(res);
}
EXPORT_SYMBOL_GPL(kunit_remove_resource);

int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data)
{
	struct kunit_resource *res = kunit_find_resource(test, match, match_data);

	if (!res)
		return -ENOENT;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
	return 0;
}
EXPORT_SYMBOL_GPL(kunit_destroy_resource);

int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}
EXPORT_SYMBOL_GPL(kunit_destroy_named_resource);

static struct kunit_resource *newest_resource(struct kunit *test)
{
	guard(spinlock_irqsave)(&test->lock);
	if (list_empty(&test->resources))
		return NULL;
	return list_last_entry(&test->resources, struct kunit_resource, node);
}

/* A free function may remove others and add new ones, so each round looks again. */
void kunit_cleanup(struct kunit *test)
{
	struct kunit_resource *res;

	while ((res = newest_resource(test)))
		kunit_remove_resource(test, res);
	current->kunit_test = NULL;
}
EXPORT_SYMBOL_GPL(kunit_cleanup);

/* Actions. */

struct action {
	struct kunit_resource res;
	kunit_action_t *fn;
	void *ctx;
};

static struct action *to_action(struct kunit_resource *res)
{
	return container_of(res, struct action, res);
}

static void run_action(struct kunit_resource *res)
{
	struct action *action = to_action(res);

	action->fn(action->ctx);
}

/* Two actions are the same if both of these are. */
struct action_key {
	kunit_action_t *fn;
	void *ctx;
};

static bool is_same_action(struct kunit *test, struct kunit_resource *res, void *match_data)
{
	const struct action_key *key = match_data;

	return res->free == run_action && to_action(res)->fn == key->fn &&
	       to_action(res)->ctx == key->ctx;
}

int kunit_add_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action *action;

	KUNIT_ASSERT_NOT_NULL_MSG(test, fn, "Tried to action a NULL function!");
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	action->fn = fn;
	action->ctx = ctx;
	action->res.free = run_action;
	action->res.should_kfree = true;
	return start_resource(test, NULL, &action->res, ctx);
}
EXPORT_SYMBOL_GPL(kunit_add_action);

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	int err = kunit_add_action(test, fn, ctx);

	if (err)
		fn(ctx);
	return err;
}
EXPORT_SYMBOL_GPL(kunit_add_action_or_reset);

static struct kunit_resource *find_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action_key key = { .fn = fn, .ctx = ctx };

	return kunit_find_resource(test, is_same_action, &key);
}

void kunit_remove_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct kunit_resource *res = find_action(test, fn, ctx);

	if (!res)
		return;
	res->free = NULL;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
}
EXPORT_SYMBOL_GPL(kunit_remove_action);

void kunit_release_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct kunit_resource *res = find_action(test, fn, ctx);

	if (!res)
		return;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
}
EXPORT_SYMBOL_GPL(kunit_release_action);
