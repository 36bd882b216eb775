// SPDX-License-Identifier: GPL-2.0-only
/*
 * Platform devices and drivers for tests: see kunit/platform_device.h.
 *
 * Each is an action of the test. A device has the action that puts it from the
 * start; adding it replaces that by the one that unregisters it. Who waits for
 * a probe has a notifier on the bus, which lives until cleanup.
 */
#include <kunit/platform_device.h>
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/device/bus.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>

KUNIT_DEFINE_ACTION_WRAPPER(put_action, platform_device_put, struct platform_device *);
KUNIT_DEFINE_ACTION_WRAPPER(unregister_action, platform_device_unregister,
			    struct platform_device *);
KUNIT_DEFINE_ACTION_WRAPPER(driver_action, platform_driver_unregister, struct platform_driver *);

struct platform_device *kunit_platform_device_alloc(struct kunit *test, const char *name, int id)
{
	struct platform_device *pdev = platform_device_alloc(name, id);

	if (!pdev || kunit_add_action_or_reset(test, put_action, pdev))
		return NULL;
	return pdev;
}
EXPORT_SYMBOL_GPL(kunit_platform_device_alloc);

int kunit_platform_device_add(struct kunit *test, struct platform_device *pdev)
{
	int err = platform_device_add(pdev);

	if (err)
		return err;
	kunit_remove_action(test, put_action, pdev);
	return kunit_add_action_or_reset(test, unregister_action, pdev);
}
EXPORT_SYMBOL_GPL(kunit_platform_device_add);

struct probe_watch {
	struct notifier_block nb;
	struct device *dev;
	struct completion *probed;
};

static int probe_seen(struct notifier_block *nb, unsigned long event, void *data)
{
	struct probe_watch *watch = container_of(nb, struct probe_watch, nb);

	if (event == BUS_NOTIFY_BOUND_DRIVER && watch->dev == data)
		complete(watch->probed);
	return NOTIFY_OK;
}

static void probe_watch_action(void *data)
{
	struct probe_watch *watch = data;

	bus_unregister_notifier(&platform_bus_type, &watch->nb);
}

int kunit_platform_device_prepare_wait_for_probe(struct kunit *test, struct platform_device *pdev,
						 struct completion *x)
{
	struct probe_watch *watch = kunit_kzalloc(test, sizeof(*watch), GFP_KERNEL);
	bool bound;
	int err;

	if (!watch)
		return -ENOMEM;
	watch->nb.notifier_call = probe_seen;
	watch->dev = &pdev->dev;
	watch->probed = x;
	err = bus_register_notifier(&platform_bus_type, &watch->nb);
	if (err)
		return err;
	err = kunit_add_action_or_reset(test, probe_watch_action, watch);
	if (err)
		return err;
	device_lock(&pdev->dev);
	bound = pdev->dev.driver;
	device_unlock(&pdev->dev);
	if (bound)
		complete(x);
	return 0;
}
EXPORT_SYMBOL_GPL(kunit_platform_device_prepare_wait_for_probe);

int kunit_platform_driver_register(struct kunit *test, struct platform_driver *drv)
{
	int err = platform_driver_register(drv);

	return err ?: kunit_add_action_or_reset(test, driver_action, drv);
}
EXPORT_SYMBOL_GPL(kunit_platform_driver_register);
