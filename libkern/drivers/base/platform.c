// SPDX-License-Identifier: GPL-2.0-only
/*
 * The platform bus: devices that are declared, not discovered.
 *
 * Its device "platform" is the parent of those that name none. Platform devices
 * can address 32 bits until their driver sets another DMA mask.
 */
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"

static DEFINE_IDA(platform_devid_ida);

/* An allocated device and its name behind it. */
struct platform_object {
	struct platform_device pdev;
	char name[];
};

static void platform_bus_release(struct device *dev)
{
}

struct device platform_bus;

static const struct platform_device_id *find_id(const struct platform_driver *pdrv,
						const struct platform_device *pdev)
{
	const struct platform_device_id *id = pdrv->id_table;

	for (; id && id->name[0]; id++)
		if (!strcmp(pdev->name, id->name))
			return id;
	return NULL;
}

static int platform_match(struct device *dev, const struct device_driver *drv)
{
	struct platform_device *pdev = to_platform_device(dev);
	const struct platform_driver *pdrv = to_platform_driver(drv);

	if (!pdrv->id_table)
		return !strcmp(pdev->name, drv->name);
	pdev->id_entry = find_id(pdrv, pdev);
	return pdev->id_entry != NULL;
}

static int platform_probe(struct device *dev)
{
	struct platform_driver *pdrv = to_platform_driver(dev->driver);
	int err = pdrv->probe ? pdrv->probe(to_platform_device(dev)) : 0;

	if (err == -EPROBE_DEFER && pdrv->prevent_deferred_probe) {
		dev_warn(dev, "probe deferral not supported\n");
		err = -ENXIO;
	}
	return err;
}

static void platform_remove(struct device *dev)
{
	struct platform_driver *pdrv = to_platform_driver(dev->driver);

	if (pdrv->remove)
		pdrv->remove(to_platform_device(dev));
}

static void platform_shutdown(struct device *dev)
{
	struct platform_driver *pdrv;

	if (!dev->driver)
		return;
	pdrv = to_platform_driver(dev->driver);
	if (pdrv->shutdown)
		pdrv->shutdown(to_platform_device(dev));
}

const struct bus_type platform_bus_type = {
	.name = "platform",
	.match = platform_match,
	.probe = platform_probe,
	.remove = platform_remove,
	.shutdown = platform_shutdown,
};
EXPORT_SYMBOL_GPL(platform_bus_type);

int platform_bus_init(void)
{
	int err;

	platform_bus = (struct device){ .init_name = "platform", .release = platform_bus_release };
	err = device_register(&platform_bus);
	if (err) {
		put_device(&platform_bus);
		return err;
	}
	err = bus_register(&platform_bus_type);
	if (err)
		device_unregister(&platform_bus);
	return err;
}

void platform_bus_exit(void)
{
	bus_unregister(&platform_bus_type);
	device_unregister(&platform_bus);
	ida_destroy(&platform_devid_ida);
}

static void platform_setup(struct platform_device *pdev)
{
	device_initialize(&pdev->dev);
	pdev->platform_dma_mask = DMA_BIT_MASK(32);
	if (!pdev->dev.dma_mask)
		pdev->dev.dma_mask = &pdev->platform_dma_mask;
	if (!pdev->dev.coherent_dma_mask)
		pdev->dev.coherent_dma_mask = DMA_BIT_MASK(32);
	if (!pdev->dev.dma_parms)
		pdev->dev.dma_parms = &pdev->dma_parms;
}

static void platform_object_release(struct device *dev)
{
	struct platform_device *pdev = to_platform_device(dev);

	kfree(pdev->dev.platform_data);
	kfree(pdev->resource);
	kfree(container_of(pdev, struct platform_object, pdev));
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct platform_object *obj = kzalloc(sizeof(*obj) + strlen(name) + 1, GFP_KERNEL);

	if (!obj)
		return NULL;
	strcpy(obj->name, name);
	obj->pdev.name = obj->name;
	obj->pdev.id = id;
	platform_setup(&obj->pdev);
	obj->pdev.dev.release = platform_object_release;
	return &obj->pdev;
}
EXPORT_SYMBOL_GPL(platform_device_alloc);

void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}
EXPORT_SYMBOL_GPL(platform_device_put);

int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size)
{
	void *copy = NULL;

	if (data) {
		copy = kmemdup(data, size, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	kfree(pdev->dev.platform_data);
	pdev->dev.platform_data = copy;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_data);

static int platform_set_name(struct platform_device *pdev)
{
	int id;

	switch (pdev->id) {
	case PLATFORM_DEVID_NONE:
		return dev_set_name(&pdev->dev, "%s", pdev->name);
	case PLATFORM_DEVID_AUTO:
		id = ida_alloc(&platform_devid_ida, GFP_KERNEL);
		if (id < 0)
			return id;
		pdev->id = id;
		pdev->id_auto = true;
		return dev_set_name(&pdev->dev, "%s.%d.auto", pdev->name, pdev->id);
	default:
		return dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
	}
}

static void platform_drop_id(struct platform_device *pdev)
{
	if (!pdev->id_auto)
		return;
	ida_free(&platform_devid_ida, pdev->id);
	pdev->id = PLATFORM_DEVID_AUTO;
	pdev->id_auto = false;
}

int platform_device_add(struct platform_device *pdev)
{
	int err;

	if (!pdev)
		return -EINVAL;
	if (!pdev->dev.parent)
		pdev->dev.parent = &platform_bus;
	pdev->dev.bus = &platform_bus_type;
	err = platform_set_name(pdev);
	if (!err)
		err = platform_claim_resources(pdev);
	if (!err) {
		err = device_add(&pdev->dev);
		if (err)
			platform_drop_resources(pdev, pdev->num_resources);
	}
	if (err)
		platform_drop_id(pdev);
	return err;
}
EXPORT_SYMBOL_GPL(platform_device_add);

void platform_device_del(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	device_del(&pdev->dev);
	platform_drop_id(pdev);
	platform_drop_resources(pdev, pdev->num_resources);
}
EXPORT_SYMBOL_GPL(platform_device_del);

int platform_device_register(struct platform_device *pdev)
{
	platform_setup(pdev);
	return platform_device_add(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_register);

void platform_device_unregister(struct platform_device *pdev)
{
	platform_device_del(pdev);
	platform_device_put(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_unregister);

static int platform_fill(struct platform_device *pdev, const struct platform_device_info *info)
{
	int err = platform_device_add_resources(pdev, info->res, info->num_res);

	pdev->dev.parent = info->parent;
	if (info->dma_mask) {
		pdev->platform_dma_mask = info->dma_mask;
		pdev->dev.coherent_dma_mask = info->dma_mask;
	}
	return err ?: platform_device_add_data(pdev, info->data, info->size_data);
}

struct platform_device *platform_device_register_full(const struct platform_device_info *info)
{
	struct platform_device *pdev = platform_device_alloc(info->name, info->id);
	int err;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	err = platform_fill(pdev, info);
	if (!err)
		err = platform_device_add(pdev);
	if (err) {
		platform_device_put(pdev);
		return ERR_PTR(err);
	}
	return pdev;
}
EXPORT_SYMBOL_GPL(platform_device_register_full);

int platform_add_devices(struct platform_device **devs, int num)
{
	int err = 0, done;

	for (done = 0; done < num && !err; done++)
		err = platform_device_register(devs[done]);
	if (!err)
		return 0;
	while (--done > 0)
		platform_device_unregister(devs[done - 1]);
	return err;
}
EXPORT_SYMBOL_GPL(platform_add_devices);

int __platform_driver_register(struct platform_driver *drv, struct module *owner)
{
	drv->driver.owner = owner;
	drv->driver.bus = &platform_bus_type;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(__platform_driver_register);

void platform_driver_unregister(struct platform_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(platform_driver_unregister);
