// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers: registration on a bus.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"

static struct device_driver *find_locked(const char *name, const struct bus_type *bus)
{
	struct device_driver *drv = NULL;

	while ((drv = bus_next_driver(bus, drv)))
		if (!strcmp(drv->name, name))
			break;
	return drv;
}

struct device_driver *driver_find(const char *name, const struct bus_type *bus)
{
	struct device_driver *drv;

	mutex_lock(&base_mutex);
	drv = find_locked(name, bus);
	mutex_unlock(&base_mutex);
	return drv;
}
EXPORT_SYMBOL_GPL(driver_find);

static int driver_link(struct device_driver *drv)
{
	struct subsys_private *sp;
	int err = 0;

	mutex_lock(&base_mutex);
	sp = bus_to_subsys(drv->bus);
	if (!sp)
		err = -EINVAL;
	else if (find_locked(drv->name, drv->bus))
		err = -EBUSY;
	else
		list_add_tail(&drv->p->node, &sp->drivers);
	mutex_unlock(&base_mutex);
	return err;
}

int driver_register(struct device_driver *drv)
{
	int err;

	drv->p = kzalloc(sizeof(*drv->p), GFP_KERNEL);
	if (!drv->p)
		return -ENOMEM;
	drv->p->driver = drv;
	err = driver_link(drv);
	if (err) {
		pr_err("Driver '%s' was unable to register: %d\n", drv->name, err);
		kfree(drv->p);
		drv->p = NULL;
		return err;
	}
	/* Devices it serves but cannot start are reported one by one. */
	err = driver_attach(drv);
	return err < 0 ? err : 0;
}
EXPORT_SYMBOL_GPL(driver_register);

void driver_unregister(struct device_driver *drv)
{
	if (WARN(!drv || !drv->p, "Unexpected driver unregister!\n"))
		return;
	mutex_lock(&base_mutex);
	list_del(&drv->p->node);
	mutex_unlock(&base_mutex);
	driver_detach(drv);
	kfree(drv->p);
	drv->p = NULL;
}
EXPORT_SYMBOL_GPL(driver_unregister);
