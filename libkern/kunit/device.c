// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices for tests: see kunit/device.h.
 *
 * The bus and the device above all others come with the first test that wants
 * one, and stay until shutdown. A device remembers its driver, which is how the
 * bus matches them. A device has the driver made for it as an action behind its
 * own, so the device goes first at cleanup.
 */
#include <kunit/device.h>
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "device-impl.h"

struct kunit_device {
	struct device dev;
	const struct device_driver *driver;
	bool owns_driver;
};

static struct kunit_device *to_kunit_device(struct device *dev)
{
	return container_of(dev, struct kunit_device, dev);
}

static int match_own_driver(struct device *dev, const struct device_driver *driver)
{
	return to_kunit_device(dev)->driver == driver;
}

static const struct bus_type kunit_bus_type = {
	.name = "kunit",
	.match = match_own_driver,
};

static DEFINE_MUTEX(bus_lock);
static struct device *bus_device;

static int bus_bring_up(void)
{
	int err = bus_register(&kunit_bus_type);

	if (err)
		return err;
	bus_device = root_device_register("kunit");
	if (!IS_ERR(bus_device))
		return 0;
	err = PTR_ERR(bus_device);
	bus_device = NULL;
	bus_unregister(&kunit_bus_type);
	return err;
}

static int bus_want(void)
{
	guard(mutex)(&bus_lock);
	return bus_device ? 0 : bus_bring_up();
}

void kunit_bus_shutdown(void)
{
	if (!bus_device)
		return;
	root_device_unregister(bus_device);
	bus_device = NULL;
	bus_unregister(&kunit_bus_type);
}

/* Drivers. */

static void destroy_driver(void *data)
{
	struct device_driver *driver = data;

	driver_unregister(driver);
	kfree_const(driver->name);
	kfree(driver);
}

static int fill_driver(struct device_driver *driver, const char *name)
{
	int err;

	driver->bus = &kunit_bus_type;
	driver->name = kstrdup_const(name, GFP_KERNEL);
	if (!driver->name)
		return -ENOMEM;
	err = driver_register(driver);
	if (err)
		kfree_const(driver->name);
	return err;
}

struct device_driver *kunit_driver_create(struct kunit *test, const char *name)
{
	struct device_driver *driver;
	int err = bus_want();

	if (err)
		return ERR_PTR(err);
	driver = kzalloc(sizeof(*driver), GFP_KERNEL);
	if (!driver)
		return ERR_PTR(-ENOMEM);
	err = fill_driver(driver, name);
	if (err) {
		kfree(driver);
		return ERR_PTR(err);
	}
	return kunit_add_action_or_reset(test, destroy_driver, driver) ? ERR_PTR(-ENOMEM) : driver;
}
EXPORT_SYMBOL_GPL(kunit_driver_create);

/* Devices. */

static void release_device(struct device *dev)
{
	kfree(to_kunit_device(dev));
}

KUNIT_DEFINE_ACTION_WRAPPER(unregister_device, device_unregister, struct device *);

static struct device *register_device(struct kunit *test, const char *name,
				      const struct device_driver *driver, bool owns_driver)
{
	struct kunit_device *kunit_dev = kzalloc(sizeof(*kunit_dev), GFP_KERNEL);
	struct device *dev;
	int err;

	if (!kunit_dev)
		return ERR_PTR(-ENOMEM);
	kunit_dev->driver = driver;
	kunit_dev->owns_driver = owns_driver;
	dev = &kunit_dev->dev;
	device_initialize(dev);
	dev->release = release_device;
	dev->bus = &kunit_bus_type;
	dev->parent = bus_device;
	dev->coherent_dma_mask = DMA_BIT_MASK(32);
	dev->dma_mask = &dev->coherent_dma_mask;
	err = dev_set_name(dev, "%s.%s", test->name, name) ?: device_add(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return kunit_add_action_or_reset(test, unregister_device, dev) ? ERR_PTR(-ENOMEM) : dev;
}

struct device *kunit_device_register_with_driver(struct kunit *test, const char *name,
						 const struct device_driver *drv)
{
	int err = bus_want();

	return err ? ERR_PTR(err) : register_device(test, name, drv, false);
}
EXPORT_SYMBOL_GPL(kunit_device_register_with_driver);

struct device *kunit_device_register(struct kunit *test, const char *name)
{
	struct device_driver *driver = kunit_driver_create(test, name);
	struct device *dev;

	if (IS_ERR(driver))
		return ERR_CAST(driver);
	dev = register_device(test, name, driver, true);
	if (IS_ERR(dev))
		kunit_release_action(test, destroy_driver, driver);
	return dev;
}
EXPORT_SYMBOL_GPL(kunit_device_register);

void kunit_device_unregister(struct kunit *test, struct device *dev)
{
	const struct device_driver *driver = NULL;

	if (to_kunit_device(dev)->owns_driver)
		driver = to_kunit_device(dev)->driver;
	kunit_release_action(test, unregister_device, dev);
	if (driver)
		kunit_release_action(test, destroy_driver, (void *)driver);
}
EXPORT_SYMBOL_GPL(kunit_device_unregister);
