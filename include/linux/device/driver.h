/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers: registered on a bus, bound to the devices the bus matches them with.
 *
 * A probe that fails leaves the device unbound with its managed resources
 * released; -EPROBE_DEFER is tried again each time another device got bound.
 * Contract: drivers/base/driver.c, dd.c.
 */
#ifndef _DEVICE_DRIVER_H_
#define _DEVICE_DRIVER_H_

#include <linux/device/bus.h>
#include <linux/types.h>

struct dev_pm_ops;
struct driver_private;
struct module;
struct of_device_id;

enum probe_type {
	PROBE_DEFAULT_STRATEGY,
	PROBE_PREFER_ASYNCHRONOUS,
	PROBE_FORCE_SYNCHRONOUS,
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	enum probe_type probe_type;
	const struct of_device_id *of_match_table;
	int (*probe)(struct device *dev);
	void (*sync_state)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
	const struct dev_pm_ops *pm;
	/* Owned by the driver core. */
	struct driver_private *p;
};

/* 0, -EINVAL (bus not registered), -EBUSY (name taken), -ENOMEM. Probes at once. May sleep. */
int __must_check driver_register(struct device_driver *drv);
/* Unbinds its devices first. May sleep. */
void driver_unregister(struct device_driver *drv);
struct device_driver *driver_find(const char *name, const struct bus_type *bus);

/* 1 bound, 0 no match, negative errno of the probe that failed. The device lock is taken. */
int __must_check device_attach(struct device *dev);
int __must_check driver_attach(const struct device_driver *drv);
void device_release_driver(struct device *dev);
bool device_is_bound(struct device *dev);

#define module_driver(__driver, __register, __unregister, ...)	\
static int __init __driver##_init(void)				\
{								\
	return __register(&(__driver), ##__VA_ARGS__);		\
}								\
module_init(__driver##_init);					\
static void __exit __driver##_exit(void)			\
{								\
	__unregister(&(__driver), ##__VA_ARGS__);		\
}								\
module_exit(__driver##_exit)

#endif
