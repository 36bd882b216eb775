// SPDX-License-Identifier: GPL-2.0-only
/* Pools that belong to a device: names, lookup, the end of the device, failures. */
#include "pool_rig.h"

#include <udevmem/fault.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/string.h>

static void free_device(struct device *dev)
{
	kfree(dev);
}

static struct device *new_device(void)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	device_initialize(dev);
	dev->release = free_device;
	return dev;
}

/* Device-managed resources go, then the device. */
static void drop_device(struct device *dev)
{
	devres_release_all(dev);
	put_device(dev);
}

START_TEST(found_by_name)
{
	struct device *dev = new_device();
	char name[] = "b";
	struct gen_pool *unnamed, *a, *b;

	ck_assert_ptr_null(gen_pool_get(dev, NULL));
	unnamed = devm_gen_pool_create(dev, 3, -1, NULL);
	a = devm_gen_pool_create(dev, 4, -1, "a");
	b = devm_gen_pool_create(dev, 5, -1, name);
	ck_assert(!IS_ERR(unnamed) && !IS_ERR(a) && !IS_ERR(b));
	name[0] = 'x';
	ck_assert_ptr_eq(gen_pool_get(dev, NULL), unnamed);
	ck_assert_ptr_eq(gen_pool_get(dev, "a"), a);
	ck_assert_ptr_eq(gen_pool_get(dev, "b"), b);
	ck_assert_ptr_null(gen_pool_get(dev, "c"));
	ck_assert_int_eq(b->min_alloc_order, 5);
	ck_assert_str_eq(b->name, "b");
	ck_assert_ptr_null(unnamed->name);
	ck_assert_ptr_eq(devm_gen_pool_create(dev, 3, -1, "a"), ERR_PTR(-EINVAL));
	ck_assert_ptr_eq(devm_gen_pool_create(dev, 3, -1, NULL), ERR_PTR(-EINVAL));
	drop_device(dev);
}
END_TEST

START_TEST(devices_are_apart)
{
	struct device *one = new_device(), *other = new_device();
	struct gen_pool *pool = devm_gen_pool_create(one, 3, -1, "a");

	ck_assert(!IS_ERR(pool));
	ck_assert_ptr_null(gen_pool_get(other, "a"));
	ck_assert(!IS_ERR(devm_gen_pool_create(other, 3, -1, "a")));
	drop_device(one);
	drop_device(other);
}
END_TEST

/* The end of the device destroys the pool, chunks and all; the name is free again. */
START_TEST(end_of_the_device)
{
	struct device *dev = new_device();
	struct gen_pool *pool = devm_gen_pool_create(dev, 3, -1, "a");
	unsigned long addr;

	ck_assert_int_eq(gen_pool_add(pool, 0x1000, 0x1000, -1), 0);
	addr = gen_pool_alloc(pool, 8);
	ck_assert(HITS_BUG({ struct gen_pool *p = pool; gen_pool_free(p, addr + 8, 8); }));
	gen_pool_free(pool, addr, 8);
	devres_release_all(dev);
	ck_assert_ptr_null(gen_pool_get(dev, "a"));
	ck_assert(!IS_ERR(devm_gen_pool_create(dev, 3, -1, "a")));
	drop_device(dev);
}
END_TEST

START_TEST(no_device_tree)
{
	ck_assert_ptr_null(of_gen_pool_get(NULL, "sram", 0));
}
END_TEST

/* Every allocation of every step fails once; nothing leaks, and the pool is as before. */
static int build_a_pool(void *ctx)
{
	struct gen_pool *pool = gen_pool_create(12, -1);
	int err = -ENOMEM;

	if (!pool)
		return err;
	for (int i = 0; i < 70; i++) {
		size_t before = gen_pool_size(pool);

		err = gen_pool_add(pool, 0x100000 * (i + 1), 0x1000 * (i + 1), -1);
		if (!err)
			continue;
		ck_assert_uint_eq(gen_pool_size(pool), before);
		ck_assert(!gen_pool_has_addr(pool, 0x100000 * (i + 1), 1));
		ck_assert(!i || gen_pool_alloc(pool, 0x1000 * i) == 0x100000 * i);
		if (i)
			gen_pool_free(pool, 0x100000 * i, 0x1000 * i);
		break;
	}
	destroy_empty(pool);
	return err;
}

static int build_managed_pools(void *ctx)
{
	struct device *dev = ctx;
	char name[] = "not in read-only data";
	struct gen_pool *pool;
	int err = 0;

	pool = devm_gen_pool_create(dev, 12, -1, name);
	if (IS_ERR(pool)) {
		err = PTR_ERR(pool);
		ck_assert_ptr_null(gen_pool_get(dev, name));
	} else {
		err = gen_pool_add(pool, 0x1000, 0x1000, -1);
	}
	devres_release_all(dev);
	return err;
}

START_TEST(failing_allocations)
{
	struct device *dev = new_device();
	int points;

	points = udm_fault_sweep(build_a_pool, NULL);
	ck_assert_msg(points >= 71, "%d: %s", points, udm_fault_sweep_message());
	points = udm_fault_sweep(build_managed_pools, dev);
	ck_assert_msg(points >= 4, "%d: %s", points, udm_fault_sweep_message());
	drop_device(dev);
}
END_TEST

/* A chunk whose bitmap cannot exist. */
START_TEST(absurd_size)
{
	struct gen_pool *pool = gen_pool_create(0, -1);

	ck_assert_int_eq(gen_pool_add(pool, 1, SIZE_MAX, -1), -ENOMEM);
	ck_assert_uint_eq(gen_pool_size(pool), 0);
	destroy_empty(pool);
}
END_TEST

Suite *managed_suite(void)
{
	Suite *s = suite_create("genpool_managed");
	TCase *tc = machine_tcase(s, "devices");

	tcase_add_test(tc, found_by_name);
	tcase_add_test(tc, devices_are_apart);
	tcase_add_test(tc, end_of_the_device);
	tcase_add_test(tc, no_device_tree);
	tcase_add_test(tc, failing_allocations);
	tcase_add_test(tc, absurd_size);
	return s;
}
