/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buses: they bring devices and drivers together.
 *
 * match says whether a driver serves a device; probe and remove, if set, are
 * called instead of the driver's own. Contract: drivers/base/bus.c, dd.c.
 */
#ifndef _DEVICE_BUS_H_
#define _DEVICE_BUS_H_

#include <linux/types.h>

struct attribute_group;
struct device;
struct device_driver;
struct notifier_block;
struct subsys_private;

struct bus_type {
	const char *name;
	const char *dev_name;
	const struct attribute_group **bus_groups;
	const struct attribute_group **dev_groups;
	const struct attribute_group **drv_groups;
	int (*match)(struct device *dev, const struct device_driver *drv);
	int (*probe)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	int (*dma_configure)(struct device *dev);
	void (*dma_cleanup)(struct device *dev);
};

/* 0, -EEXIST if registered, -ENOMEM. Unregister after devices and drivers are gone. May sleep. */
int __must_check bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);

/* Walks the bus in order of addition; a non-zero result of fn ends the walk. May sleep. */
int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data));
/* The first device match accepts, with a reference, or NULL. */
struct device *bus_find_device(const struct bus_type *bus, struct device *start, const void *data,
			       int (*match)(struct device *dev, const void *data));
struct device *bus_find_device_by_name(const struct bus_type *bus, struct device *start,
				       const char *name);

/* What bus notifiers are told; the data is the device. */
enum bus_notifier_event {
	BUS_NOTIFY_ADD_DEVICE,
	BUS_NOTIFY_DEL_DEVICE,
	BUS_NOTIFY_REMOVED_DEVICE,
	BUS_NOTIFY_BIND_DRIVER,
	BUS_NOTIFY_BOUND_DRIVER,
	BUS_NOTIFY_UNBIND_DRIVER,
	BUS_NOTIFY_UNBOUND_DRIVER,
	BUS_NOTIFY_DRIVER_NOT_BOUND,
};

/* 0, -EINVAL for a bus that is not registered, -EEXIST, -ENOENT. May sleep, and so may they. */
int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb);
int bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb);

#endif
