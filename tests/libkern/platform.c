// SPDX-License-Identifier: GPL-2.0-only
/* Platform devices, what they are made of, who is told of them; free space in trees. */
#include "fixture.h"

#include <errno.h>
#include <kunit/platform_device.h>
#include <kunit/run-in-irq-context.h>
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/ioport.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/string.h>

static char events[32];

static int note_event(struct notifier_block *nb, unsigned long event, void *data)
{
	size_t len = strlen(events);

	if (!strcmp(dev_name(data), "gadget"))
		events[len] = "ADRbBuUN"[event];
	return NOTIFY_OK;
}

static int gadget_err;

static int gadget_probe(struct platform_device *pdev)
{
	ck_assert(!device_is_bound(&pdev->dev));
	return gadget_err;
}

static struct platform_driver gadget_driver = {
	.probe = gadget_probe,
	.driver = { .name = "gadget" },
};

/* Added, being bound, bound or not, being unbound, unbound, being removed, removed. */
START_TEST(bus_notifiers)
{
	struct notifier_block nb = { .notifier_call = note_event };
	struct bus_type stranger = { .name = "stranger" };
	struct platform_device *pdev;

	gadget_err = 0;
	memset(events, 0, sizeof(events));
	ck_assert_int_eq(bus_register_notifier(&stranger, &nb), -EINVAL);
	ck_assert_int_eq(bus_register_notifier(&platform_bus_type, &nb), 0);
	ck_assert_int_eq(platform_driver_register(&gadget_driver), 0);
	pdev = platform_device_register_simple("gadget", PLATFORM_DEVID_NONE, NULL, 0);
	ck_assert(device_is_bound(&pdev->dev));
	platform_device_unregister(pdev);
	ck_assert_str_eq(events, "AbBDuUR");
	memset(events, 0, sizeof(events));
	gadget_err = -ENODEV;
	pdev = platform_device_register_simple("gadget", PLATFORM_DEVID_NONE, NULL, 0);
	ck_assert(!device_is_bound(&pdev->dev));
	ck_assert_str_eq(events, "AbN");
	platform_device_unregister(pdev);
	platform_driver_unregister(&gadget_driver);
	ck_assert_int_eq(bus_unregister_notifier(&platform_bus_type, &nb), 0);
}
END_TEST

static void set_flag(void *data)
{
	*(bool *)data = true;
}

/* What is managed without a driver ends with the device, not with its last reference. */
START_TEST(managed_ends_with_removal)
{
	struct platform_device *pdev;
	static struct mutex lock;
	bool ended = false;

	pdev = platform_device_register_simple("lonely", PLATFORM_DEVID_NONE, NULL, 0);
	ck_assert_int_eq(devm_add_action_or_reset(&pdev->dev, set_flag, &ended), 0);
	ck_assert_int_eq(devm_mutex_init(&pdev->dev, &lock), 0);
	get_device(&pdev->dev);
	platform_device_unregister(pdev);
	ck_assert(ended);
	put_device(&pdev->dev);
}
END_TEST

/* Memory is claimed while the device is there; what cannot be claimed keeps it out. */
START_TEST(platform_resources)
{
	const struct resource res[] = {
		DEFINE_RES_MEM(0xfd000000, 0x1000),
		DEFINE_RES_IRQ_NAMED(7, "rx"),
		DEFINE_RES_MEM_NAMED(0xfd002000, 0x100, "ctrl"),
	};
	struct platform_device *a, *b;

	a = platform_device_register_simple("parts", 1, res, ARRAY_SIZE(res));
	ck_assert(!IS_ERR(a));
	ck_assert_uint_eq(platform_get_resource(a, IORESOURCE_MEM, 1)->start, 0xfd002000);
	ck_assert_ptr_null(platform_get_resource(a, IORESOURCE_MEM, 2));
	ck_assert_ptr_eq(platform_get_resource_byname(a, IORESOURCE_MEM, "ctrl"), &a->resource[2]);
	ck_assert_str_eq(a->resource[0].name, "parts.1");
	ck_assert_int_eq(platform_get_irq(a, 0), 7);
	ck_assert_int_eq(platform_get_irq_byname(a, "rx"), 7);
	ck_assert_int_eq(platform_get_irq_optional(a, 1), -ENXIO);
	ck_assert_int_eq(platform_irq_count(a), 1);
	b = platform_device_register_simple("parts", 2, (struct resource[]){
		DEFINE_RES_MEM(0xfd000800, 0x1000) }, 1);
	ck_assert_int_eq(PTR_ERR_OR_ZERO(b), -EBUSY);
	platform_device_unregister(a);
	ck_assert_ptr_null(iomem_resource.child);
}
END_TEST

START_TEST(managed_regions)
{
	struct platform_device *pdev = platform_device_register_simple("user", 0, NULL, 0);
	struct resource mine = DEFINE_RES_MEM(0xfe000000, 0x100);

	ck_assert_ptr_nonnull(devm_request_mem_region(&pdev->dev, 0xfd000000, 0x100, "a"));
	ck_assert_ptr_null(devm_request_mem_region(&pdev->dev, 0xfd000080, 0x100, "b"));
	ck_assert_ptr_nonnull(devm_request_region(&pdev->dev, 0x300, 8, "c"));
	ck_assert_int_eq(devm_request_resource(&pdev->dev, &iomem_resource, &mine), 0);
	devm_release_mem_region(&pdev->dev, 0xfd000000, 0x100);
	ck_assert_ptr_eq(iomem_resource.child, &mine);
	platform_device_unregister(pdev);
	ck_assert_ptr_null(iomem_resource.child);
	ck_assert_ptr_null(ioport_resource.child);
}
END_TEST

static resource_size_t skip_low(void *data, const struct resource *avail, resource_size_t size,
				resource_size_t align)
{
	return max(avail->start, *(resource_size_t *)data);
}

/* The lowest place that fits, is aligned, is in the limits, and that alignf accepts. */
START_TEST(allocation_in_a_tree)
{
	struct resource root = { .start = 0, .end = 0xffff, .flags = IORESOURCE_MEM };
	struct resource taken = DEFINE_RES_MEM(0x10, 0xff0), a = {}, b = {}, c = {}, d = {};
	resource_size_t low = 0x8000;

	ck_assert_int_eq(request_resource(&root, &taken), 0);
	ck_assert_int_eq(allocate_resource(&root, &a, 0x10, 0, ~0ULL, 1, NULL, NULL), 0);
	ck_assert_uint_eq(a.start, 0);
	ck_assert_int_eq(allocate_resource(&root, &b, 0x100, 0x1001, ~0ULL, 0x100, NULL, NULL), 0);
	ck_assert_uint_eq(b.start, 0x1100);
	ck_assert_int_eq(allocate_resource(&root, &c, 0x100, 0, ~0ULL, 1, skip_low, &low), 0);
	ck_assert_uint_eq(c.start, 0x8000);
	ck_assert_int_eq(allocate_resource(&root, &d, 0x8000, 0, ~0ULL, 1, NULL, NULL), -EBUSY);
	ck_assert_int_eq(allocate_resource(&root, &d, 0x10, 0, 0xfff, 1, NULL, NULL), -EBUSY);
	ck_assert_int_eq(adjust_resource(&b, 0x1000, 0x200), 0);
	ck_assert_int_eq(adjust_resource(&b, 0xf00, 0x200), -EBUSY);
	ck_assert_int_eq(remove_resource(&b), 0);
	ck_assert_int_eq(remove_resource(&b), -EINVAL);
}
END_TEST

static struct platform_device *left_over;

static void kunit_parts(struct kunit *test)
{
	struct platform_device *pdev = kunit_platform_device_alloc(test, "gadget", 4);
	DECLARE_COMPLETION_ONSTACK(bound);

	KUNIT_ASSERT_NOT_NULL(test, pdev);
	KUNIT_ASSERT_NOT_NULL(test, kunit_platform_device_alloc(test, "never", 5));
	KUNIT_ASSERT_EQ(test, kunit_platform_device_prepare_wait_for_probe(test, pdev, &bound), 0);
	KUNIT_ASSERT_EQ(test, kunit_platform_device_add(test, pdev), 0);
	KUNIT_EXPECT_FALSE(test, completion_done(&bound));
	KUNIT_ASSERT_EQ(test, kunit_platform_driver_register(test, &gadget_driver), 0);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&bound, HZ), 0);
	left_over = pdev;
}

static bool count_context(void *state)
{
	unsigned int *seen = state;

	seen[in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0]++;
	return true;
}

static void kunit_contexts(struct kunit *test)
{
	unsigned int seen[3] = {};

	kunit_run_irq_test(test, count_context, 20, seen);
	KUNIT_EXPECT_GE(test, seen[0], 20);
	KUNIT_EXPECT_GT(test, seen[1], 0);
	KUNIT_EXPECT_GT(test, seen[2], 0);
}

static struct kunit_case parts_cases[] = {
	KUNIT_CASE(kunit_parts),
	KUNIT_CASE(kunit_contexts),
	{}
};
static struct kunit_suite parts_suite = { .name = "parts", .test_cases = parts_cases };

/* Everything a case made is gone after it. */
START_TEST(kunit_platform_devices)
{
	gadget_err = 0;
	kunit_run_tests(&parts_suite);
	ck_assert(kunit_suite_has_succeeded(&parts_suite) == KUNIT_SUCCESS);
	ck_assert_ptr_nonnull(left_over);
	ck_assert_ptr_null(bus_find_device_by_name(&platform_bus_type, NULL, "gadget.4"));
}
END_TEST

Suite *platform_suite(void)
{
	Suite *s = suite_create("platform");
	TCase *tc = tcase_create("platform");

	tcase_add_checked_fixture(tc, machine_boot, machine_shutdown);
	tcase_add_test(tc, bus_notifiers);
	tcase_add_test(tc, managed_ends_with_removal);
	tcase_add_test(tc, platform_resources);
	tcase_add_test(tc, managed_regions);
	tcase_add_test(tc, allocation_in_a_tree);
	tcase_add_test(tc, kunit_platform_devices);
	suite_add_tcase(s, tc);
	return s;
}
