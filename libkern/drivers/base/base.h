/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the driver core share.
 *
 * base_mutex protects which devices, buses and drivers exist and their order. It
 * is never held while a callback of a bus, driver or class runs: walks take a
 * reference on the device they stand on and drop the mutex. Binding is protected
 * by the lock of the device, taken outside of base_mutex.
 */
#ifndef LIBKERN_DRIVERS_BASE_BASE_H
#define LIBKERN_DRIVERS_BASE_BASE_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>

struct platform_device;

/* Of each added device, from device_add to device_del. */
struct device_private {
	struct device *device;
	struct list_head node;
	/* On the list of devices to probe again; its own lock, in dd.c. */
	struct list_head deferred;
	bool has_node;
	/* Its probe is over; device lock. */
	bool bound;
};

/* Of each registered bus. Found by its address. */
struct subsys_private {
	const struct bus_type *bus;
	struct list_head node;
	struct list_head drivers;
	struct blocking_notifier_head notifiers;
};

struct driver_private {
	struct device_driver *driver;
	struct list_head node;
};

extern struct mutex base_mutex __internal;
extern struct list_head base_devices __internal;

/*
 * The next device after prev (NULL: the first) that accept() likes, with a
 * reference; drops the one on prev. A device that was removed meanwhile ends the
 * walk.
 */
__internal struct device *base_next_device(struct device *prev,
					   bool (*accept)(struct device *dev, const void *data),
					   const void *data);

/* Bus registry; base_mutex held. */
__internal struct subsys_private *bus_to_subsys(const struct bus_type *bus);
__internal struct device_driver *bus_next_driver(const struct bus_type *bus,
						 struct device_driver *prev);

/* Tells the notifiers of the device's bus, if it has one. base_mutex not held. */
__internal void bus_notify(struct device *dev, enum bus_notifier_event event);

/* Binding. */
__internal void bus_probe_device(struct device *dev);
__internal void driver_detach(struct device_driver *drv);
__internal void deferred_probe_forget(struct device *dev);
__internal void deferred_probe_init(void);
__internal void deferred_probe_exit(void);

/* Nodes under /dev: 0, -EEXIST, -ENOMEM. */
__internal int devtmpfs_create_node(struct device *dev);
__internal void devtmpfs_delete_node(struct device *dev);

__internal int bus_init(void);
__internal void bus_exit(void);
__internal int platform_claim_resources(struct platform_device *pdev);
__internal void platform_drop_resources(struct platform_device *pdev, unsigned int num);
__internal int platform_bus_init(void);
__internal void platform_bus_exit(void);

#endif
