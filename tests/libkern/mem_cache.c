// SPDX-License-Identifier: GPL-2.0-only
/* kmem_cache: shapes, constructors, bulk, type-safe memory, destruction. */
#include "mem_rig.h"

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/memdebug.h>
#include <udevmem/warn.h>

static unsigned int constructed;

struct item {
	unsigned long magic;
	char body[92];
};

static void construct(void *object)
{
	struct item *item = object;

	item->magic = 0x1234;
	constructed++;
}

START_TEST(objects_have_the_shape_asked_for)
{
	struct kmem_cache *line = kmem_cache_create("line", 40, 0, SLAB_HWCACHE_ALIGN, NULL);
	struct kmem_cache *wide = kmem_cache_create("wide", 300, 256, 0, NULL);
	struct kmem_cache *named = KMEM_CACHE(item, SLAB_PANIC);
	void *a = kmem_cache_alloc(line, GFP_KERNEL), *b = kmem_cache_alloc(wide, GFP_KERNEL);
	void *c = kmem_cache_zalloc(named, GFP_KERNEL);

	ck_assert_uint_eq((unsigned long)a % 64, 0);
	ck_assert_uint_eq((unsigned long)b % 256, 0);
	ck_assert_ptr_null(memchr_inv(c, 0, sizeof(struct item)));
	ck_assert_uint_eq(kmem_cache_size(wide), 300);
	ck_assert_uint_eq(ksize(b), 300);
	kmem_cache_free(line, a);
	kfree(b);
	kmem_cache_free(named, c);
	kmem_cache_destroy(line);
	kmem_cache_destroy(wide);
	kmem_cache_destroy(named);
	kmem_cache_destroy(NULL);
}
END_TEST

START_TEST(bad_shapes_are_refused)
{
	struct kmem_cache_args args = { .align = 24 };

	udm_warn_expect("__kmem_cache_create_args", 3);
	ck_assert_ptr_null(kmem_cache_create("empty", 0, 0, 0, NULL));
	ck_assert_ptr_null(kmem_cache_create("huge", (4 << 20) + 1, 0, 0, NULL));
	ck_assert_ptr_null(kmem_cache_create("odd", 100, &args, 0));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(large_objects_work_too)
{
	struct kmem_cache *cache = kmem_cache_create("large", 50000, 4096, 0, NULL);
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	memset(object, 1, 50000);
	ck_assert_uint_eq((unsigned long)object % 4096, 0);
	ck_assert(PageSlab(virt_to_page(object + 49999)));
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}
END_TEST

/* Also of objects that begin in one page and end in the next. */
START_TEST(every_page_of_an_object_is_slab_memory)
{
	struct kmem_cache *cache = kmem_cache_create("across", 1792, 0, 0, NULL);
	char *objects[20];
	unsigned int i;

	for (i = 0; i < 20; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		ck_assert(PageSlab(virt_to_page(objects[i])));
		ck_assert(PageSlab(virt_to_page(objects[i] + 1791)));
	}
	kmem_cache_free_bulk(cache, 20, (void **)objects);
	kmem_cache_destroy(cache);
}
END_TEST

/* What the quarantine holds back is not met again. */
START_TEST(constructed_once_not_per_allocation)
{
	struct kmem_cache_args args = { .ctor = construct };
	struct kmem_cache *cache = kmem_cache_create("ctor", sizeof(struct item), &args, 0);
	struct item *item;
	unsigned int after_first, i;

	if (udm_debug() & UDM_DEBUG_QUARANTINE)
		goto out;
	constructed = 0;
	item = kmem_cache_alloc(cache, GFP_KERNEL);
	ck_assert_uint_eq(item->magic, 0x1234);
	after_first = constructed;
	item->magic = 0x4321;
	kmem_cache_free(cache, item);
	for (i = 0; i < 100; i++) {
		item = kmem_cache_alloc(cache, GFP_KERNEL);
		ck_assert_uint_eq(item->magic, 0x4321);
		kmem_cache_free(cache, item);
	}
	ck_assert_uint_eq(constructed, after_first);
	udm_warn_expect("ctor", 1);
	ck_assert_int_eq(kmem_cache_shrink(cache), 0);
	item = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_ZERO);
	kmem_cache_free(cache, item);
out:
	kmem_cache_destroy(cache);
}
END_TEST

START_TEST(bulk_is_all_or_nothing)
{
	struct kmem_cache *cache = kmem_cache_create("bulk", 200, 0, 0, NULL);
	void *objects[100];

	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 100, objects), 100);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 100);
	kmem_cache_free_bulk(cache, 60, objects);
	kfree_bulk(40, objects + 60);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 0);
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 100, objects), 0);
	kmem_cache_destroy(cache);
}
END_TEST


/* Late readers may look at a freed object of a type-safe cache until the grace period ends. */
START_TEST(type_safe_memory_keeps_its_type)
{
	struct kmem_cache *cache = kmem_cache_create("typesafe", sizeof(struct item), 0,
						     SLAB_TYPESAFE_BY_RCU, construct);
	struct item *item = kmem_cache_alloc(cache, GFP_KERNEL);
	void *others[64];
	unsigned int i;

	rcu_read_lock();
	kmem_cache_free(cache, item);
	for (i = 0; i < 64; i++)
		others[i] = kmalloc(sizeof(struct item), GFP_ATOMIC);
	for (i = 0; i < 64; i++)
		ck_assert_ptr_ne(others[i], item);
	ck_assert_uint_eq(item->magic, 0x1234);
	rcu_read_unlock();
	for (i = 0; i < 64; i++)
		kfree(others[i]);
	kmem_cache_destroy(cache);
}
END_TEST

START_TEST(a_cache_with_objects_stays)
{
	struct kmem_cache *cache = kmem_cache_create("busy", 100, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	udm_warn_expect("kmem_cache_destroy busy: Slab cache still has objects when called from", 1);
	kmem_cache_destroy(cache);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}
END_TEST

START_TEST(the_wrong_cache_is_reported)
{
	struct kmem_cache *mine = kmem_cache_create("mine", 100, 0, 0, NULL);
	struct kmem_cache *other = kmem_cache_create("other", 100, 0, 0, NULL);
	void *object = kmem_cache_alloc(mine, GFP_KERNEL);

	udm_warn_expect("Wrong slab cache. other but object is from mine", 1);
	kmem_cache_free(other, object);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kmem_cache_destroy(mine);
	kmem_cache_destroy(other);
}
END_TEST

START_TEST(ids_are_used_again)
{
	unsigned int i;

	for (i = 0; i < 5000; i++) {
		struct kmem_cache *cache = kmem_cache_create("short-lived", 48, 0, 0, NULL);

		ck_assert_ptr_nonnull(cache);
		if (i % 500 == 0)
			kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
		kmem_cache_destroy(cache);
	}
}
END_TEST

Suite *mem_cache_suite(void)
{
	Suite *s = suite_create("mem_cache");
	TCase *tc = machine_tcase(s, "caches");

	tcase_add_test(tc, objects_have_the_shape_asked_for);
	tcase_add_test(tc, bad_shapes_are_refused);
	tcase_add_test(tc, large_objects_work_too);
	tcase_add_test(tc, every_page_of_an_object_is_slab_memory);
	tcase_add_test(tc, constructed_once_not_per_allocation);
	tcase_add_test(tc, bulk_is_all_or_nothing);
	tcase_add_test(tc, type_safe_memory_keeps_its_type);
	tcase_add_test(tc, a_cache_with_objects_stays);
	tcase_add_test(tc, the_wrong_cache_is_reported);
	tcase_add_test(tc, ids_are_used_again);
	return s;
}
