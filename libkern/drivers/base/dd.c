// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding: bringing a device and a driver together and apart.
 *
 * The device lock is held over probe and remove. A device whose probe asked to
 * be deferred waits on a list; each successful binding of another device queues
 * a work item that tries all of them again.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/workqueue.h>

#include "libkern/drivers/base/base.h"

static DEFINE_MUTEX(deferred_mutex);
static LIST_HEAD(deferred_list);
static struct work_struct deferred_work;

static void deferred_probe_add(struct device *dev)
{
	mutex_lock(&deferred_mutex);
	if (list_empty(&dev->p->deferred))
		list_add_tail(&dev->p->deferred, &deferred_list);
	mutex_unlock(&deferred_mutex);
}

void deferred_probe_forget(struct device *dev)
{
	mutex_lock(&deferred_mutex);
	list_del_init(&dev->p->deferred);
	mutex_unlock(&deferred_mutex);
}

static struct device *deferred_probe_take(struct list_head *from)
{
	struct device_private *p;
	struct device *dev = NULL;

	mutex_lock(&deferred_mutex);
	p = list_first_entry_or_null(from, struct device_private, deferred);
	if (p) {
		list_del_init(&p->deferred);
		dev = get_device(p->device);
	}
	mutex_unlock(&deferred_mutex);
	return dev;
}

static void deferred_probe_run(struct work_struct *work)
{
	LIST_HEAD(round);
	struct device *dev;

	/* Those that ask for it again wait for the next round. */
	mutex_lock(&deferred_mutex);
	list_splice_init(&deferred_list, &round);
	mutex_unlock(&deferred_mutex);
	while ((dev = deferred_probe_take(&round))) {
		bus_probe_device(dev);
		put_device(dev);
	}
}

void deferred_probe_init(void)
{
	INIT_LIST_HEAD(&deferred_list);
	INIT_WORK(&deferred_work, deferred_probe_run);
}

void deferred_probe_exit(void)
{
	cancel_work_sync(&deferred_work);
}

static void deferred_probe_trigger(void)
{
	bool waiting;

	mutex_lock(&deferred_mutex);
	waiting = !list_empty(&deferred_list);
	mutex_unlock(&deferred_mutex);
	if (waiting)
		schedule_work(&deferred_work);
}

static bool driver_matches(const struct device_driver *drv, struct device *dev)
{
	return !drv->bus->match || drv->bus->match(dev, drv) > 0;
}

static void device_unbind_cleanup(struct device *dev)
{
	devres_release_all(dev);
	if (dev->bus && dev->bus->dma_cleanup)
		dev->bus->dma_cleanup(dev);
	dev_set_drvdata(dev, NULL);
	WRITE_ONCE(dev->driver, NULL);
}

static int call_probe(struct device *dev, const struct device_driver *drv)
{
	int err = 0;

	if (dev->bus->dma_configure)
		err = dev->bus->dma_configure(dev);
	if (err)
		return err;
	if (dev->bus->probe)
		return dev->bus->probe(dev);
	return drv->probe ? drv->probe(dev) : 0;
}

/* 1 bound; otherwise the negative errno. Device lock held, no driver yet. */
static int driver_probe_device(struct device_driver *drv, struct device *dev)
{
	int err;

	if (!list_empty(&dev->devres_head)) {
		dev_crit(dev, "Resources present before probing\n");
		return -EBUSY;
	}
	WRITE_ONCE(dev->driver, drv);
	bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
	err = call_probe(dev, drv);
	if (!err) {
		dev->p->bound = true;
		bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
		deferred_probe_forget(dev);
		deferred_probe_trigger();
		return 1;
	}
	bus_notify(dev, BUS_NOTIFY_DRIVER_NOT_BOUND);
	device_unbind_cleanup(dev);
	if (err == -EPROBE_DEFER)
		deferred_probe_add(dev);
	else if (err != -ENODEV && err != -ENXIO)
		dev_err(dev, "probe with driver %s failed with error %d\n", drv->name, err);
	return err;
}

static struct device_driver *next_driver(const struct bus_type *bus, struct device_driver *prev)
{
	struct device_driver *drv;

	mutex_lock(&base_mutex);
	drv = bus_next_driver(bus, prev);
	mutex_unlock(&base_mutex);
	return drv;
}

static int attach_locked(struct device *dev)
{
	struct device_driver *drv = NULL;
	int res = 0;

	if (dev->driver)
		return 1;
	if (!dev->bus || !dev->kobj.state_in_sysfs)
		return 0;
	while (res != 1 && (drv = next_driver(dev->bus, drv)))
		if (driver_matches(drv, dev))
			res = driver_probe_device(drv, dev);
	return res;
}

int device_attach(struct device *dev)
{
	int res;

	device_lock(dev);
	res = attach_locked(dev);
	device_unlock(dev);
	return res;
}
EXPORT_SYMBOL_GPL(device_attach);

void bus_probe_device(struct device *dev)
{
	if (dev->bus)
		(void)!device_attach(dev);
}

static int attach_driver_to(struct device *dev, void *data)
{
	struct device_driver *drv = data;

	device_lock(dev);
	if (!dev->driver && driver_matches(drv, dev))
		driver_probe_device(drv, dev);
	device_unlock(dev);
	return 0;
}

int driver_attach(const struct device_driver *drv)
{
	return bus_for_each_dev(drv->bus, NULL, (void *)drv, attach_driver_to);
}
EXPORT_SYMBOL_GPL(driver_attach);

static void release_locked(struct device *dev)
{
	struct device_driver *drv = dev->driver;

	if (!drv)
		return;
	bus_notify(dev, BUS_NOTIFY_UNBIND_DRIVER);
	if (dev->bus && dev->bus->remove)
		dev->bus->remove(dev);
	else if (drv->remove)
		drv->remove(dev);
	device_unbind_cleanup(dev);
	WRITE_ONCE(dev->p->bound, false);
	bus_notify(dev, BUS_NOTIFY_UNBOUND_DRIVER);
}

void device_release_driver(struct device *dev)
{
	device_lock(dev);
	release_locked(dev);
	device_unlock(dev);
}
EXPORT_SYMBOL_GPL(device_release_driver);

bool device_is_bound(struct device *dev)
{
	return dev->p && READ_ONCE(dev->p->bound);
}
EXPORT_SYMBOL_GPL(device_is_bound);

static int detach_from(struct device *dev, void *drv)
{
	device_lock(dev);
	if (dev->driver == drv)
		release_locked(dev);
	device_unlock(dev);
	return 0;
}

void driver_detach(struct device_driver *drv)
{
	bus_for_each_dev(drv->bus, NULL, drv, detach_from);
}
