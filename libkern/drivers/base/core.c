// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device model: life of struct device, its messages, class devices.
 *
 * A device is counted through its kobject. device_add puts it on the global list
 * in order of addition, which is also the order in which buses and parents are
 * walked; device_del takes it off, unbinds it and gives back what device_add
 * took. References may live on; the memory goes with the last one.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"
#include "libkern/subsystem.h"

DEFINE_MUTEX(base_mutex);
LIST_HEAD(base_devices);

int device_boot(const struct udm_config *cfg)
{
	int err;

	INIT_LIST_HEAD(&base_devices);
	deferred_probe_init();
	err = bus_init();
	if (err)
		return err;
	err = platform_bus_init();
	if (err)
		bus_exit();
	return err;
}

void device_shutdown(void)
{
	deferred_probe_exit();
	platform_bus_exit();
	bus_exit();
}

const char *dev_driver_string(const struct device *dev)
{
	struct device_driver *drv = READ_ONCE(dev->driver);

	return drv ? drv->name : dev_bus_name(dev);
}
EXPORT_SYMBOL(dev_driver_string);

static __printf(3, 0) void dev_vprintk(const char *level, const struct device *dev,
				       const char *fmt, va_list *args)
{
	struct va_format vaf = { .fmt = fmt, .va = args };

	if (dev)
		printk("%s%s %s: %pV", level, dev_driver_string(dev), dev_name(dev), &vaf);
	else
		printk("%s(NULL device *): %pV", level, &vaf);
}

void dev_printk_emit_level(const char *level, const struct device *dev, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	dev_vprintk(level, dev, fmt, &args);
	va_end(args);
}

int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	if (err == -EPROBE_DEFER)
		dev_dbg(dev, "error %pe: %pV", ERR_PTR(err), &vaf);
	else if (err != -ENOMEM)
		dev_err(dev, "error %pe: %pV", ERR_PTR(err), &vaf);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(dev_err_probe);

typedef void (*device_release_t)(struct device *dev);

/* The most specific one, or NULL. */
static device_release_t release_function(const struct device *dev)
{
	device_release_t fn = dev->release;

	if (!fn && dev->type)
		fn = dev->type->release;
	if (!fn && dev->class)
		fn = dev->class->dev_release;
	return fn;
}

static void device_release(struct kobject *kobj)
{
	struct device *dev = kobj_to_dev(kobj);
	struct device_private *p = dev->p;
	device_release_t release;

	devres_release_all(dev);
	if (dev->archdata.udm_bus_release)
		dev->archdata.udm_bus_release(dev);
	release = release_function(dev);
	if (release)
		release(dev);
	else
		WARN(1, "Device '%s' does not have a release() function, it is broken and must be "
		     "fixed. See Documentation/core-api/kobject.rst.\n",
		     dev_name(dev));
	kfree(p);
}

static const struct kobj_type device_ktype = {
	.release = device_release,
};

void device_initialize(struct device *dev)
{
	kobject_init(&dev->kobj, &device_ktype);
	INIT_LIST_HEAD(&dev->dma_pools);
	mutex_init(&dev->mutex);
	/* Devices are locked parent before child, which no class of a lock can say. */
	lockdep_set_novalidate_class(&dev->mutex);
	spin_lock_init(&dev->devres_lock);
	INIT_LIST_HEAD(&dev->devres_head);
	set_dev_node(dev, NUMA_NO_NODE);
	/* The host is cache coherent. */
	dev->dma_coherent = true;
}
EXPORT_SYMBOL_GPL(device_initialize);

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list vargs;
	int err;

	va_start(vargs, fmt);
	err = kobject_set_name_vargs(&dev->kobj, fmt, vargs);
	va_end(vargs);
	return err;
}
EXPORT_SYMBOL_GPL(dev_set_name);

struct device *get_device(struct device *dev)
{
	return dev ? kobj_to_dev(kobject_get(&dev->kobj)) : NULL;
}
EXPORT_SYMBOL_GPL(get_device);

void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}
EXPORT_SYMBOL_GPL(put_device);

static bool same_place(const struct device *a, const struct device *b)
{
	return a->parent == b->parent && a->bus == b->bus && a->class == b->class &&
	       !strcmp(dev_name(a), dev_name(b));
}

/* Puts the device on the list; a second one of that name in that place is refused. */
static int device_link(struct device *dev)
{
	struct device_private *other;
	int err = 0;

	mutex_lock(&base_mutex);
	list_for_each_entry(other, &base_devices, node)
		if (same_place(other->device, dev))
			err = -EEXIST;
	if (!err)
		list_add_tail(&dev->p->node, &base_devices);
	mutex_unlock(&base_mutex);
	return err;
}

static void device_unlink(struct device *dev)
{
	mutex_lock(&base_mutex);
	list_del_init(&dev->p->node);
	mutex_unlock(&base_mutex);
}

static int device_take_name(struct device *dev)
{
	if (dev->init_name) {
		int err = dev_set_name(dev, "%s", dev->init_name);

		dev->init_name = NULL;
		return err;
	}
	if (!dev_name(dev) && dev->bus && dev->bus->dev_name)
		return dev_set_name(dev, "%s%u", dev->bus->dev_name, dev->id);
	return dev_name(dev) ? 0 : -EINVAL;
}

static int device_private_init(struct device *dev)
{
	if (dev->p)
		return 0;
	dev->p = kzalloc(sizeof(*dev->p), GFP_KERNEL);
	if (!dev->p)
		return -ENOMEM;
	dev->p->device = dev;
	INIT_LIST_HEAD(&dev->p->node);
	INIT_LIST_HEAD(&dev->p->deferred);
	return 0;
}

int device_add(struct device *dev)
{
	struct device *parent;
	int err;

	if (!get_device(dev))
		return -EINVAL;
	err = device_private_init(dev);
	if (!err)
		err = device_take_name(dev);
	if (err)
		goto put;

	parent = get_device(dev->parent);
	if (parent && dev->numa_node == NUMA_NO_NODE)
		set_dev_node(dev, dev_to_node(parent));
	err = kobject_add(&dev->kobj, parent ? &parent->kobj : NULL, NULL);
	if (err)
		goto put_parent;
	err = device_link(dev);
	if (err)
		goto del_kobject;
	if (MAJOR(dev->devt)) {
		err = devtmpfs_create_node(dev);
		if (err)
			goto unlink;
		dev->p->has_node = true;
	}
	bus_notify(dev, BUS_NOTIFY_ADD_DEVICE);
	bus_probe_device(dev);
	put_device(dev);
	return 0;

unlink:
	device_unlink(dev);
del_kobject:
	kobject_del(&dev->kobj);
put_parent:
	put_device(parent);
put:
	put_device(dev);
	return err;
}
EXPORT_SYMBOL_GPL(device_add);

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}
EXPORT_SYMBOL_GPL(device_register);

void device_del(struct device *dev)
{
	struct device *parent = dev->parent;

	bus_notify(dev, BUS_NOTIFY_DEL_DEVICE);
	if (dev->p->has_node)
		devtmpfs_delete_node(dev);
	dev->p->has_node = false;
	/* Off the list first, so no driver registered meanwhile binds it again. */
	device_unlink(dev);
	deferred_probe_forget(dev);
	device_release_driver(dev);
	/* What is managed without a driver goes now, whoever still has a reference. */
	devres_release_all(dev);
	bus_notify(dev, BUS_NOTIFY_REMOVED_DEVICE);
	kobject_del(&dev->kobj);
	put_device(parent);
}
EXPORT_SYMBOL_GPL(device_del);

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
EXPORT_SYMBOL_GPL(device_unregister);

struct device *base_next_device(struct device *prev,
				bool (*accept)(struct device *dev, const void *data),
				const void *data)
{
	struct device_private *p;
	struct device *found = NULL;

	mutex_lock(&base_mutex);
	if (!prev)
		p = list_first_entry(&base_devices, struct device_private, node);
	else if (!list_empty(&prev->p->node))
		p = list_next_entry(prev->p, node);
	else
		goto out;
	list_for_each_entry_from(p, &base_devices, node) {
		if (!accept(p->device, data) || !kobject_get_unless_zero(&p->device->kobj))
			continue;
		found = p->device;
		break;
	}
out:
	mutex_unlock(&base_mutex);
	put_device(prev);
	return found;
}

static bool is_child(struct device *dev, const void *parent)
{
	return dev->parent == parent;
}

int device_for_each_child(struct device *parent, void *data,
			  int (*fn)(struct device *dev, void *data))
{
	struct device *child = NULL;
	int res = 0;

	while (!res && (child = base_next_device(child, is_child, parent)))
		res = fn(child, data);
	put_device(child);
	return res;
}
EXPORT_SYMBOL_GPL(device_for_each_child);

struct device *device_find_child(struct device *parent, const void *data,
				 int (*match)(struct device *dev, const void *data))
{
	struct device *child = NULL;

	while ((child = base_next_device(child, is_child, parent)))
		if (match(child, data))
			break;
	return child;
}
EXPORT_SYMBOL_GPL(device_find_child);

int device_match_name(struct device *dev, const void *name)
{
	return !strcmp(dev_name(dev), name);
}
EXPORT_SYMBOL_GPL(device_match_name);

int device_match_any(struct device *dev, const void *unused)
{
	return 1;
}
EXPORT_SYMBOL_GPL(device_match_any);

/* Devices the core makes itself. */

static void owned_device_release(struct device *dev)
{
	kfree(dev);
}

static __printf(5, 0) struct device *owned_device_add(const struct class *cls,
						      struct device *parent, dev_t devt,
						      void *drvdata, const char *fmt, va_list args)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->devt = devt;
	dev->class = cls;
	dev->parent = parent;
	dev->release = owned_device_release;
	dev_set_drvdata(dev, drvdata);
	err = kobject_set_name_vargs(&dev->kobj, fmt, args);
	if (!err)
		err = device_add(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return dev;
}

struct device *device_create(const struct class *cls, struct device *parent, dev_t devt,
			     void *drvdata, const char *fmt, ...)
{
	struct device *dev;
	va_list args;

	va_start(args, fmt);
	dev = owned_device_add(cls, parent, devt, drvdata, fmt, args);
	va_end(args);
	return dev;
}
EXPORT_SYMBOL_GPL(device_create);

struct class_and_number {
	const struct class *cls;
	dev_t devt;
};

static bool is_class_device(struct device *dev, const void *data)
{
	const struct class_and_number *want = data;

	return dev->class == want->cls && dev->devt == want->devt;
}

void device_destroy(const struct class *cls, dev_t devt)
{
	struct class_and_number want = { cls, devt };
	struct device *dev = base_next_device(NULL, is_class_device, &want);

	if (!dev)
		return;
	put_device(dev);
	device_unregister(dev);
}
EXPORT_SYMBOL_GPL(device_destroy);

static __printf(1, 2) struct device *named_root(const char *fmt, ...)
{
	struct device *dev;
	va_list args;

	va_start(args, fmt);
	dev = owned_device_add(NULL, NULL, 0, NULL, fmt, args);
	va_end(args);
	return dev;
}

struct device *__root_device_register(const char *name, struct module *owner)
{
	return named_root("%s", name);
}
EXPORT_SYMBOL_GPL(__root_device_register);

void root_device_unregister(struct device *root)
{
	device_unregister(root);
}
EXPORT_SYMBOL_GPL(root_device_unregister);
