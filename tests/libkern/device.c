// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model: references, release, names, managed resources, binding.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <udevmem/fault.h>
#include <udevmem/log.h>
#include <udevmem/warn.h>

#include "fixture.h"

static int released;

static void count_release(struct device *dev)
{
	released++;
}

/* A device of the test's own, not registered. */
static struct device *plain_device(struct device *dev)
{
	*dev = (struct device){ .release = count_release };
	device_initialize(dev);
	released = 0;
	return dev;
}

START_TEST(the_last_put_releases)
{
	struct device dev;

	plain_device(&dev);
	ck_assert_int_eq(dev_to_node(&dev), NUMA_NO_NODE);
	ck_assert_ptr_eq(get_device(&dev), &dev);
	put_device(&dev);
	ck_assert_int_eq(released, 0);
	put_device(&dev);
	ck_assert_int_eq(released, 1);
	ck_assert_ptr_null(get_device(NULL));
	put_device(NULL);
}
END_TEST

/* Parents are locked before their children, with locks of one class: that is no recursion. */
START_TEST(a_child_is_locked_inside_its_parent)
{
	struct device parent, child;

	plain_device(&parent);
	plain_device(&child);
	device_lock(&parent);
	ck_assert(device_trylock(&child));
	device_unlock(&child);
	device_lock(&child);
	device_unlock(&child);
	device_unlock(&parent);
	put_device(&child);
	put_device(&parent);
}
END_TEST

START_TEST(a_device_without_release_is_reported)
{
	struct device dev = { .init_name = "nobody" };

	device_initialize(&dev);
	udm_warn_expect("Device 'nobody' does not have a release() function, it is broken and must "
			"be fixed. See Documentation/core-api/kobject.rst.", 1);
	put_device(&dev);
}
END_TEST

static void type_release(struct device *dev)
{
	released += 10;
}

START_TEST(release_is_looked_for_in_device_type_and_class)
{
	static const struct device_type type = { .release = type_release };
	static const struct class cls = { .name = "c", .dev_release = count_release };
	struct device dev = { .type = &type, .class = &cls };

	released = 0;
	device_initialize(&dev);
	put_device(&dev);
	ck_assert_int_eq(released, 10);
	dev = (struct device){ .class = &cls };
	device_initialize(&dev);
	put_device(&dev);
	ck_assert_int_eq(released, 11);
}
END_TEST

START_TEST(names_and_driver_data)
{
	struct device dev;

	plain_device(&dev);
	dev.init_name = "first";
	ck_assert_str_eq(dev_name(&dev), "first");
	ck_assert_int_eq(dev_set_name(&dev, "dev%d", 7), 0);
	dev.init_name = NULL;
	ck_assert_str_eq(dev_name(&dev), "dev7");
	dev_set_drvdata(&dev, &released);
	ck_assert_ptr_eq(dev_get_drvdata(&dev), &released);
	put_device(&dev);
}
END_TEST

START_TEST(registering_needs_a_name_and_holds_the_parent)
{
	struct device parent, child;

	plain_device(&parent);
	dev_set_name(&parent, "parent");
	ck_assert_int_eq(device_add(&parent), 0);
	plain_device(&child);
	ck_assert_int_eq(device_add(&child), -EINVAL);
	dev_set_name(&child, "child");
	child.parent = &parent;
	set_dev_node(&parent, 0);
	ck_assert_int_eq(device_add(&child), 0);
	ck_assert_int_eq(dev_to_node(&child), 0);
	ck_assert(device_is_registered(&child));
	device_unregister(&parent);
	ck_assert_int_eq(released, 0);
	device_unregister(&child);
	ck_assert_int_eq(released, 2);
}
END_TEST

START_TEST(the_same_name_twice_in_one_place_is_refused)
{
	struct device a, b;

	plain_device(&a);
	dev_set_name(&a, "twin");
	ck_assert_int_eq(device_add(&a), 0);
	plain_device(&b);
	dev_set_name(&b, "twin");
	ck_assert_int_eq(device_add(&b), -EEXIST);
	put_device(&b);
	device_unregister(&a);
}
END_TEST

/* Managed resources. */

static char order[32];

static void note_release(struct device *dev, void *res)
{
	strncat(order, res, 1);
}

static void other_release(struct device *dev, void *res)
{
	strcat(order, "!");
}

static char *resource(struct device *dev, char name)
{
	char *res = devres_alloc(note_release, 4, GFP_KERNEL);

	ck_assert(mem_is_zero(res, 4));
	res[0] = name;
	devres_add(dev, res);
	return res;
}

static int is_named(struct device *dev, void *res, void *name)
{
	return *(char *)res == *(char *)name;
}

START_TEST(devres_is_found_newest_first_and_released_in_reverse)
{
	struct device dev;
	char *b, name = 'a';

	order[0] = '\0';
	plain_device(&dev);
	resource(&dev, 'a');
	b = resource(&dev, 'b');
	resource(&dev, 'c');
	ck_assert_int_eq(*(char *)devres_find(&dev, note_release, NULL, NULL), 'c');
	ck_assert_int_eq(*(char *)devres_find(&dev, note_release, is_named, &name), 'a');
	ck_assert_ptr_null(devres_find(&dev, other_release, NULL, NULL));
	ck_assert_int_eq(devres_destroy(&dev, note_release, NULL, NULL), 0);
	ck_assert_str_eq(order, "");
	ck_assert_int_eq(devres_destroy(&dev, other_release, NULL, NULL), -ENOENT);
	ck_assert_int_eq(devres_release(&dev, note_release, is_named, &name), 0);
	ck_assert_str_eq(order, "a");
	ck_assert_int_eq(devres_release(&dev, note_release, is_named, &name), -ENOENT);
	ck_assert_ptr_eq(devres_remove(&dev, note_release, NULL, NULL), b);
	devres_free(b);
	resource(&dev, 'x');
	resource(&dev, 'y');
	resource(&dev, 'z');
	order[0] = '\0';
	ck_assert_int_eq(devres_release_all(&dev), 3);
	ck_assert_str_eq(order, "zyx");
	resource(&dev, 'l');
	put_device(&dev);
	ck_assert_str_eq(order, "zyxl");
}
END_TEST

START_TEST(devres_get_prefers_what_is_there)
{
	struct device dev;
	char *first, *again;

	plain_device(&dev);
	first = devres_alloc(note_release, 4, GFP_KERNEL);
	ck_assert_ptr_eq(devres_get(&dev, first, NULL, NULL), first);
	again = devres_alloc(note_release, 4, GFP_KERNEL);
	ck_assert_ptr_eq(devres_get(&dev, again, NULL, NULL), first);
	put_device(&dev);
}
END_TEST

static void run_action(void *data)
{
	strcat(order, data);
}

START_TEST(managed_memory_and_actions)
{
	struct device dev;
	char *s, *t;

	order[0] = '\0';
	plain_device(&dev);
	s = devm_kasprintf(&dev, GFP_KERNEL, "%s-%d", "text", 5);
	ck_assert_str_eq(s, "text-5");
	t = devm_kstrdup(&dev, s, GFP_KERNEL);
	ck_assert_str_eq(t, s);
	devm_kfree(&dev, t);
	ck_assert(mem_is_zero(devm_kcalloc(&dev, 3, 8, GFP_KERNEL), 24));
	ck_assert_ptr_null(devm_kmalloc_array(&dev, SIZE_MAX / 2, 4, GFP_KERNEL));
	ck_assert_int_eq(devm_add_action(&dev, run_action, "1"), 0);
	ck_assert_int_eq(devm_add_action_or_reset(&dev, run_action, "2"), 0);
	ck_assert_int_eq(devm_add_action(&dev, run_action, "3"), 0);
	devm_remove_action(&dev, run_action, "3");
	devm_release_action(&dev, run_action, "2");
	ck_assert_str_eq(order, "2");
	udm_warn_expect("", 1);
	devm_remove_action(&dev, run_action, "4");
	put_device(&dev);
	ck_assert_str_eq(order, "21");
}
END_TEST

/* Binding. */

static char calls[64];
static int probe_result;

static int note_probe(struct platform_device *pdev)
{
	strcat(calls, "p");
	devm_add_action(&pdev->dev, run_action, "m");
	return probe_result;
}

static void note_remove(struct platform_device *pdev)
{
	strcat(calls, "r");
}

static struct platform_driver gadget_driver = {
	.probe = note_probe,
	.remove = note_remove,
	.driver = { .name = "gadget" },
};

static void start_binding(int result)
{
	calls[0] = order[0] = '\0';
	probe_result = result;
}

START_TEST(a_driver_binds_devices_before_and_after_it)
{
	struct platform_device *early, *late, *other;

	start_binding(0);
	early = platform_device_register_simple("gadget", 0, NULL, 0);
	other = platform_device_register_simple("widget", PLATFORM_DEVID_NONE, NULL, 0);
	ck_assert_int_eq(platform_driver_register(&gadget_driver), 0);
	late = platform_device_register_simple("gadget", PLATFORM_DEVID_AUTO, NULL, 0);
	ck_assert_str_eq(dev_name(&early->dev), "gadget.0");
	ck_assert_str_eq(dev_name(&other->dev), "widget");
	ck_assert_str_eq(dev_name(&late->dev), "gadget.0.auto");
	ck_assert_str_eq(calls, "pp");
	ck_assert(device_is_bound(&early->dev) && !device_is_bound(&other->dev));
	platform_device_unregister(early);
	ck_assert_str_eq(calls, "ppr");
	ck_assert_str_eq(order, "m");
	platform_driver_unregister(&gadget_driver);
	ck_assert_str_eq(calls, "pprr");
	ck_assert(!device_is_bound(&late->dev));
	platform_device_unregister(late);
	platform_device_unregister(other);
}
END_TEST

START_TEST(a_failed_probe_leaves_nothing_behind)
{
	struct platform_device *pdev;

	start_binding(-ENODEV);
	ck_assert_int_eq(platform_driver_register(&gadget_driver), 0);
	pdev = platform_device_register_simple("gadget", 1, NULL, 0);
	ck_assert(!device_is_bound(&pdev->dev));
	ck_assert_str_eq(order, "m");
	platform_device_unregister(pdev);
	ck_assert_str_eq(calls, "p");
	platform_driver_unregister(&gadget_driver);
}
END_TEST

START_TEST(a_deferred_probe_is_tried_again_after_another_binding)
{
	struct platform_device *first, *second;

	start_binding(-EPROBE_DEFER);
	ck_assert_int_eq(platform_driver_register(&gadget_driver), 0);
	first = platform_device_register_simple("gadget", 1, NULL, 0);
	ck_assert(!device_is_bound(&first->dev));
	probe_result = 0;
	second = platform_device_register_simple("gadget", 2, NULL, 0);
	udm_run_until_idle();
	ck_assert(device_is_bound(&first->dev));
	ck_assert_str_eq(calls, "ppp");
	platform_device_unregister(first);
	platform_device_unregister(second);
	platform_driver_unregister(&gadget_driver);
}
END_TEST

START_TEST(driver_names_are_unique_on_a_bus)
{
	static struct platform_driver twin = { .driver = { .name = "gadget" } };

	ck_assert_int_eq(platform_driver_register(&gadget_driver), 0);
	ck_assert_int_eq(platform_driver_register(&twin), -EBUSY);
	ck_assert_ptr_eq(driver_find("gadget", &platform_bus_type), &gadget_driver.driver);
	platform_driver_unregister(&gadget_driver);
}
END_TEST

/* Messages. */

static char logged[256];

static void keep_log(void *ctx, int level, const char *text)
{
	snprintf(logged, sizeof(logged), "%d:%s", level, text);
}

START_TEST(messages_name_driver_and_device)
{
	struct device dev;

	plain_device(&dev);
	dev_set_name(&dev, "eth-dev");
	udm_log_set_hook(keep_log, NULL);
	dev_warn(&dev, "link %s\n", "down");
	udm_log_set_hook(NULL, NULL);
	ck_assert_ptr_nonnull(strstr(logged, "4: eth-dev: link down"));
	put_device(&dev);
}
END_TEST

static int scenario_platform(void *ctx)
{
	struct platform_device *pdev;
	int err = platform_driver_register(&gadget_driver);

	if (err)
		return err;
	pdev = platform_device_register_simple("gadget", PLATFORM_DEVID_AUTO, NULL, 0);
	if (!IS_ERR(pdev))
		platform_device_unregister(pdev);
	platform_driver_unregister(&gadget_driver);
	return PTR_ERR_OR_ZERO(pdev);
}

START_TEST(every_allocation_may_fail)
{
	start_binding(0);
	ck_assert_msg(udm_fault_sweep(scenario_platform, NULL) > 3, "%s",
		      udm_fault_sweep_message());
}
END_TEST

static void kobj_release(struct kobject *kobj)
{
	released++;
}

START_TEST(kobjects_hold_their_parents)
{
	static const struct kobj_type type = { .release = kobj_release };
	struct kobject parent = {}, child = {};

	released = 0;
	ck_assert_int_eq(kobject_init_and_add(&parent, &type, NULL, "p%d", 1), 0);
	ck_assert_int_eq(kobject_init_and_add(&child, &type, &parent, "c"), 0);
	ck_assert_str_eq(kobject_name(&parent), "p1");
	kobject_put(&parent);
	ck_assert_int_eq(released, 0);
	kobject_put(&child);
	ck_assert_int_eq(released, 2);
	ck_assert_ptr_null(kobject_get(NULL));
}
END_TEST

Suite *device_suite(void)
{
	Suite *s = suite_create("device");
	TCase *tc = machine_tcase(s, "life");

	tcase_add_test(tc, the_last_put_releases);
	tcase_add_test(tc, a_child_is_locked_inside_its_parent);
	tcase_add_test(tc, a_device_without_release_is_reported);
	tcase_add_test(tc, release_is_looked_for_in_device_type_and_class);
	tcase_add_test(tc, names_and_driver_data);
	tcase_add_test(tc, registering_needs_a_name_and_holds_the_parent);
	tcase_add_test(tc, the_same_name_twice_in_one_place_is_refused);
	tcase_add_test(tc, kobjects_hold_their_parents);
	tcase_add_test(tc, messages_name_driver_and_device);
	tc = machine_tcase(s, "devres");
	tcase_add_test(tc, devres_is_found_newest_first_and_released_in_reverse);
	tcase_add_test(tc, devres_get_prefers_what_is_there);
	tcase_add_test(tc, managed_memory_and_actions);
	tc = machine_tcase(s, "binding");
	tcase_add_test(tc, a_driver_binds_devices_before_and_after_it);
	tcase_add_test(tc, a_failed_probe_leaves_nothing_behind);
	tcase_add_test(tc, a_deferred_probe_is_tried_again_after_another_binding);
	tcase_add_test(tc, driver_names_are_unique_on_a_bus);
	tcase_add_test(tc, every_allocation_may_fail);
	return s;
}
