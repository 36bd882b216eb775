// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buses: the registry, and walks over the devices of one.
 */
#include <linux/device/bus.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"

/* Under base_mutex. */
static LIST_HEAD(buses);

int bus_init(void)
{
	INIT_LIST_HEAD(&buses);
	return 0;
}

void bus_exit(void)
{
	struct subsys_private *sp, *tmp;

	list_for_each_entry_safe(sp, tmp, &buses, node)
		kfree(sp);
	INIT_LIST_HEAD(&buses);
}

struct subsys_private *bus_to_subsys(const struct bus_type *bus)
{
	struct subsys_private *sp;

	list_for_each_entry(sp, &buses, node)
		if (sp->bus == bus)
			return sp;
	return NULL;
}

int bus_register(const struct bus_type *bus)
{
	struct subsys_private *sp = kzalloc(sizeof(*sp), GFP_KERNEL);
	int err = 0;

	if (!sp)
		return -ENOMEM;
	sp->bus = bus;
	INIT_LIST_HEAD(&sp->drivers);
	BLOCKING_INIT_NOTIFIER_HEAD(&sp->notifiers);
	mutex_lock(&base_mutex);
	if (bus_to_subsys(bus))
		err = -EEXIST;
	else
		list_add_tail(&sp->node, &buses);
	mutex_unlock(&base_mutex);
	if (err)
		kfree(sp);
	return err;
}
EXPORT_SYMBOL_GPL(bus_register);

void bus_unregister(const struct bus_type *bus)
{
	struct subsys_private *sp;

	mutex_lock(&base_mutex);
	sp = bus_to_subsys(bus);
	if (sp) {
		WARN_ON(!list_empty(&sp->drivers));
		list_del(&sp->node);
	}
	mutex_unlock(&base_mutex);
	kfree(sp);
}
EXPORT_SYMBOL_GPL(bus_unregister);

/* The chain stays until the bus goes, which is after its devices. */
static struct blocking_notifier_head *bus_chain(const struct bus_type *bus)
{
	struct subsys_private *sp;

	mutex_lock(&base_mutex);
	sp = bus_to_subsys(bus);
	mutex_unlock(&base_mutex);
	return sp ? &sp->notifiers : NULL;
}

int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb)
{
	struct blocking_notifier_head *chain = bus_chain(bus);

	return chain ? blocking_notifier_chain_register(chain, nb) : -EINVAL;
}
EXPORT_SYMBOL_GPL(bus_register_notifier);

int bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb)
{
	struct blocking_notifier_head *chain = bus_chain(bus);

	return chain ? blocking_notifier_chain_unregister(chain, nb) : -EINVAL;
}
EXPORT_SYMBOL_GPL(bus_unregister_notifier);

void bus_notify(struct device *dev, enum bus_notifier_event event)
{
	struct blocking_notifier_head *chain = dev->bus ? bus_chain(dev->bus) : NULL;

	if (chain)
		blocking_notifier_call_chain(chain, event, dev);
}

struct device_driver *bus_next_driver(const struct bus_type *bus, struct device_driver *prev)
{
	struct subsys_private *sp = bus_to_subsys(bus);
	struct list_head *next;

	if (!sp)
		return NULL;
	if (prev && !prev->p)
		return NULL;
	next = prev ? prev->p->node.next : sp->drivers.next;
	return next == &sp->drivers ? NULL : list_entry(next, struct driver_private, node)->driver;
}

static bool is_on_bus(struct device *dev, const void *bus)
{
	return dev->bus == bus;
}

int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	struct device *dev = get_device(start);
	int res = 0;

	while (!res && (dev = base_next_device(dev, is_on_bus, bus)))
		res = fn(dev, data);
	put_device(dev);
	return res;
}
EXPORT_SYMBOL_GPL(bus_for_each_dev);

struct device *bus_find_device(const struct bus_type *bus, struct device *start, const void *data,
			       int (*match)(struct device *dev, const void *data))
{
	struct device *dev = get_device(start);

	while ((dev = base_next_device(dev, is_on_bus, bus)))
		if (match(dev, data))
			break;
	return dev;
}
EXPORT_SYMBOL_GPL(bus_find_device);

struct device *bus_find_device_by_name(const struct bus_type *bus, struct device *start,
				       const char *name)
{
	return bus_find_device(bus, start, name, device_match_name);
}
EXPORT_SYMBOL_GPL(bus_find_device_by_name);
