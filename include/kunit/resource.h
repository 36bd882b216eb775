/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What belongs to a test and goes with it.
 *
 * Kernel path: kunit/resource.h, lib/kunit/resource.c. A test has a list of
 * resources, each with a count: one reference is the list's, others are given
 * out. At the end of the test, after its exit function, those on the list are
 * released, the newest first. Functions that allocate may sleep; the others
 * work in any context.
 */
#ifndef _KUNIT_RESOURCE_H
#define _KUNIT_RESOURCE_H

#include <kunit/test.h>

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct kunit_resource;

typedef int (*kunit_resource_init_t)(struct kunit_resource *, void *);
typedef void (*kunit_resource_free_t)(struct kunit_resource *);
/* Called under test->lock with irqs off. */
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res,
				       void *match_data);

struct kunit_resource {
	void *data;
	const char *name;
	kunit_resource_free_t free;	/* at the last put; may be NULL */

	/* Private. */
	struct kref refcount;
	struct list_head node;
	bool should_kfree;
};

static inline void kunit_get_resource(struct kunit_resource *res)
{
	kref_get(&res->refcount);
}

/* The last one calls res->free and frees what kunit_alloc_resource() allocated. */
void kunit_put_resource(struct kunit_resource *res);

/*
 * kunit_add_resource - put a resource in the caller's storage on the list
 * @init: sets @res up from @data; its error is returned and nothing is added.
 *	NULL: res->data becomes @data
 */
int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
		       kunit_resource_free_t free, struct kunit_resource *res, void *data);
/* -EINVAL without a name, -EEXIST if it is taken. */
int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data);
/* In allocated storage: res->data, or NULL. */
void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t internal_gfp, void *context);
/* The same, with a reference for the caller. NULL on failure. */
struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free,
						    gfp_t internal_gfp, void *context);

/* The newest one that matches, with a reference, or NULL. */
struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data);
struct kunit_resource *kunit_find_named_resource(struct kunit *test, const char *name);
bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data);
bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *match_name);

/* Takes it off the list and drops the list's reference; nothing the second time. */
void kunit_remove_resource(struct kunit *test, struct kunit_resource *res);
/* The newest one that matches: 0 or -ENOENT. */
int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data);
int kunit_destroy_named_resource(struct kunit *test, const char *name);

/* Actions: functions that are called when the test is cleaned up. */
typedef void (kunit_action_t)(void *);

/* A function of that type which calls orig((arg_type)arg). */
#define KUNIT_DEFINE_ACTION_WRAPPER(wrapper, orig, arg_type)		\
	static void wrapper(void *__arg)				\
	{								\
		orig((arg_type)__arg);					\
	}

/* 0 or -ENOMEM; the second form then calls @action at once. NULL is an assertion failure. */
int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx);
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *ctx);
/* Forgets, or calls and forgets, the newest one with these. Nothing without such an action. */
void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx);
void kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx);

#endif
