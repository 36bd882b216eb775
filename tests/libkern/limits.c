// SPDX-License-Identifier: GPL-2.0-only
/* Queue limits, averages and resources. */
#include <linux/average.h>
#include <linux/dynamic_queue_limits.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "fixture.h"

/* A queue that runs dry although more was there to queue gets a higher limit. */
START_TEST(starving_raises_the_limit)
{
	struct dql dql;

	dql_init(&dql, HZ);
	ck_assert_int_eq(dql_avail(&dql), 0);
	dql_queued(&dql, 1000);
	ck_assert_int_eq(dql_avail(&dql), -1000);
	dql_completed(&dql, 1000);
	ck_assert_uint_eq(dql.limit, 1000);
	ck_assert_int_eq(dql_avail(&dql), 1000);
	dql_queued(&dql, 1000);
	dql_queued(&dql, 500);
	ck_assert_int_eq(dql_avail(&dql), -500);
	dql_completed(&dql, 1500);
	ck_assert_uint_eq(dql.limit, 2500);
	dql_reset(&dql);
	ck_assert_uint_eq(dql.limit, 0);
	ck_assert_uint_eq(dql.num_queued, 0);
}
END_TEST

/* With much more in it than is consumed, it shrinks after a while, down to its minimum. */
START_TEST(slack_lowers_the_limit)
{
	struct dql dql;

	dql_init(&dql, 10);
	dql.min_limit = 300;
	dql_reset(&dql);
	dql.limit = 5000;
	dql_queued(&dql, 4000);
	for (int i = 0; i < 60; i++) {
		dql_completed(&dql, 100);
		dql_queued(&dql, 100);
		schedule_timeout_uninterruptible(2);
	}
	ck_assert_uint_ge(dql.limit, 300);
	ck_assert_uint_lt(dql.limit, 1000);
	ck_assert_int_eq(dql_avail(&dql), (int)(dql.limit + dql.num_completed - dql.num_queued));
}
END_TEST

DECLARE_EWMA(load, 4, 8)

START_TEST(averages_follow)
{
	struct ewma_load load;

	ewma_load_init(&load);
	ck_assert_uint_eq(ewma_load_read(&load), 0);
	ewma_load_add(&load, 80);
	ck_assert_uint_eq(ewma_load_read(&load), 80);
	ewma_load_add(&load, 160);
	ck_assert_uint_eq(ewma_load_read(&load), 90);
	for (int i = 0; i < 100; i++)
		ewma_load_add(&load, 160);
	ck_assert_uint_ge(ewma_load_read(&load), 159);
}
END_TEST

START_TEST(ranges_are_compared)
{
	struct resource a = DEFINE_RES_MEM(0x100, 0x100), b = DEFINE_RES_MEM(0x180, 0x100), r = {};
	struct resource inner = DEFINE_RES_MEM(0x110, 0x10), io = DEFINE_RES_IO(0x110, 0x10);

	ck_assert(resource_intersection(&a, &b, &r) && r.start == 0x180 && r.end == 0x1ff);
	ck_assert(resource_union(&a, &b, &r) && r.start == 0x100 && r.end == 0x27f);
	ck_assert(!resource_intersection(&b, &inner, &r) && !resource_overlaps(&b, &inner));
	ck_assert(resource_contains(&a, &inner) && !resource_contains(&a, &b));
	ck_assert(!resource_contains(&a, &io));
	resource_set_range(&r, 0x1000, 0x20);
	ck_assert_uint_eq(resource_size(&r), 0x20);
}
END_TEST

START_TEST(trees_of_resources)
{
	struct resource root = DEFINE_RES_MEM(0, 0x10000), a = DEFINE_RES_MEM(0x1000, 0x1000);
	struct resource b = DEFINE_RES_MEM(0x3000, 0x1000), over = DEFINE_RES_MEM(0x1800, 0x1000);
	struct resource both = DEFINE_RES_MEM(0x1000, 0x4000), out = DEFINE_RES_MEM(0xf000, 0x2000);

	ck_assert_int_eq(request_resource(&root, &b), 0);
	ck_assert_int_eq(request_resource(&root, &a), 0);
	ck_assert_ptr_eq(request_resource_conflict(&root, &over), &a);
	ck_assert_ptr_eq(request_resource_conflict(&root, &out), &root);
	ck_assert_ptr_eq(lookup_resource(&root, 0x3000), &b);
	ck_assert_ptr_null(lookup_resource(&root, 0x3001));
	ck_assert_int_eq(insert_resource(&root, &over), -EBUSY);
	ck_assert_int_eq(insert_resource(&root, &both), 0);
	ck_assert(both.child == &a && a.sibling == &b && b.parent == &both && !both.sibling);
	ck_assert_int_eq(release_resource(&a), 0);
	ck_assert_int_eq(release_resource(&a), -EINVAL);
	ck_assert_ptr_eq(both.child, &b);
}
END_TEST

START_TEST(regions_of_memory)
{
	struct resource bar = DEFINE_RES_MEM_NAMED(0x10000, 0x4000, "bar");
	struct resource *regs;

	ck_assert_int_eq(request_resource(&iomem_resource, &bar), 0);
	regs = request_mem_region(0x11000, 0x1000, "regs");
	ck_assert_ptr_nonnull(regs);
	ck_assert_ptr_eq(regs->parent, &bar);
	ck_assert_ptr_null(request_mem_region(0x11800, 0x1000, "more"));
	ck_assert_int_eq(region_intersects(0x10000, 0x4000, IORESOURCE_MEM, IORES_DESC_NONE),
			 REGION_INTERSECTS);
	ck_assert_int_eq(region_intersects(0x20000, 1, IORESOURCE_MEM, IORES_DESC_NONE),
			 REGION_DISJOINT);
	ck_assert_int_eq(region_intersects(0x11000, 0x2000, IORESOURCE_MEM | IORESOURCE_BUSY,
					   IORES_DESC_NONE), REGION_MIXED);
	release_mem_region(0x11000, 0x1000);
	ck_assert_ptr_null(bar.child);
	ck_assert_int_eq(release_resource(&bar), 0);
}
END_TEST

Suite *limits_suite(void)
{
	Suite *s = suite_create("limits");
	TCase *tc = machine_tcase(s, "limits");

	tcase_add_test(tc, starving_raises_the_limit);
	tcase_add_test(tc, slack_lowers_the_limit);
	tcase_add_test(tc, averages_follow);
	tcase_add_test(tc, ranges_are_compared);
	tcase_add_test(tc, trees_of_resources);
	tcase_add_test(tc, regions_of_memory);
	return s;
}
