/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device model: struct device, its references and its release.
 *
 * device_initialize gives one reference. The last put_device releases managed
 * resources, then calls the first of dev->release, type->release and
 * class->dev_release; with none it warns. device_add puts the device on its bus,
 * probes drivers and, if it has a devt, makes it reachable under /dev; its name
 * must be set by then. All of this may sleep; get_device and put_device of other
 * than the last reference work in any context. Contract: drivers/base/core.c.
 */
#ifndef _DEVICE_H_
#define _DEVICE_H_

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/dev_printk.h>
#include <linux/device/bus.h>
#include <linux/device/class.h>
#include <linux/device/devres.h>
#include <linux/device/driver.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct bus_dma_region;
struct cma;
struct dev_iommu;
struct device_node;
struct device_private;
struct dma_coherent_mem;
struct dma_map_ops;
struct fwnode_handle;
struct io_tlb_mem;
struct iommu_group;

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};

#define DEVICE_ATTR(_name, _mode, _show, _store) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RO(_name) struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_RW(_name) struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
#define DEVICE_ATTR_WO(_name) struct device_attribute dev_attr_##_name = __ATTR_WO(_name)

#define DEVICE_ATTR_PREALLOC(_name, _mode, _show, _store) DEVICE_ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_IGNORE_LOCKDEP(_name, _mode, _show, _store) \
	DEVICE_ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_ADMIN_RW(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RW_MODE(_name, 0600)
#define DEVICE_ATTR_ADMIN_RO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RO_MODE(_name, 0400)

/* An attribute that is a variable. */
struct dev_ext_attribute {
	struct device_attribute attr;
	void *var;
};

ssize_t device_show_ulong(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t device_store_ulong(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t size);
ssize_t device_show_int(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t device_store_int(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t size);
ssize_t device_show_bool(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t device_store_bool(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t size);
ssize_t device_show_string(struct device *dev, struct device_attribute *attr, char *buf);

#define __DEVICE_EXT_ATTR(_name, _mode, _show, _store, _var) \
	struct dev_ext_attribute dev_attr_##_name = { \
		.attr = __ATTR(_name, _mode, _show, _store), .var = (void *)(_var) }
#define DEVICE_ULONG_ATTR(_name, _mode, _var) \
	__DEVICE_EXT_ATTR(_name, _mode, device_show_ulong, device_store_ulong, &(_var))
#define DEVICE_INT_ATTR(_name, _mode, _var) \
	__DEVICE_EXT_ATTR(_name, _mode, device_show_int, device_store_int, &(_var))
#define DEVICE_BOOL_ATTR(_name, _mode, _var) \
	__DEVICE_EXT_ATTR(_name, _mode, device_show_bool, device_store_bool, &(_var))
#define DEVICE_STRING_ATTR_RO(_name, _mode, _var) \
	__DEVICE_EXT_ATTR(_name, _mode, device_show_string, NULL, _var)

/* See sysfs_create_file(): nothing is shown. */
#define device_create_file(dev, attr) __sysfs_none((void *)(dev) ?: (void *)(attr))
#define device_remove_file(dev, attr) ((void)(dev), (void)(attr))
#define device_create_bin_file(dev, attr) __sysfs_none((void *)(dev) ?: (void *)(attr))
#define device_remove_bin_file(dev, attr) ((void)(dev), (void)(attr))
#define device_add_group(dev, grp) __sysfs_none((void *)(dev) ?: (void *)(grp))
#define device_add_groups(dev, groups) __sysfs_none((void *)(dev) ?: (void *)(groups))
#define device_remove_group(dev, grp) ((void)(dev), (void)(grp))
#define device_remove_groups(dev, groups) ((void)(dev), (void)(groups))
#define devm_device_add_group(dev, grp) __sysfs_none((void *)(dev) ?: (void *)(grp))
#define devm_device_add_groups(dev, groups) __sysfs_none((void *)(dev) ?: (void *)(groups))

struct device_type {
	const char *name;
	const struct attribute_group **groups;
	char *(*devnode)(const struct device *dev, umode_t *mode, kuid_t *uid, kgid_t *gid);
	void (*release)(struct device *dev);
};

/* Limits of the DMA engine, used when sg lists are built and IOVA is merged. */
struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned int min_align_mask;
	unsigned long segment_boundary_mask;
};

struct dev_archdata {
	/* The device's end of the emulated bus, and what ends it; libnetmem sets both. */
	void *udm_bus;
	void (*udm_bus_release)(struct device *dev);
};

struct device {
	struct kobject kobj;
	struct device *parent;
	struct device_private *p;
	const char *init_name;
	const struct device_type *type;
	const struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data;
	void *driver_data;
	struct mutex mutex;

	const struct dma_map_ops *dma_ops;
	u64 *dma_mask;
	u64 coherent_dma_mask;
	u64 bus_dma_limit;
	const struct bus_dma_region *dma_range_map;
	struct device_dma_parameters *dma_parms;
	struct list_head dma_pools;
	struct dma_coherent_mem *dma_mem;
	struct cma *cma_area;
	struct io_tlb_mem *dma_io_tlb_mem;
	struct dev_archdata archdata;
	struct device_node *of_node;
	struct fwnode_handle *fwnode;
	int numa_node;
	dev_t devt;
	u32 id;

	spinlock_t devres_lock;
	struct list_head devres_head;

	const struct class *class;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	struct iommu_group *iommu_group;
	struct dev_iommu *iommu;

	bool offline:1;
	bool dma_coherent:1;
	bool dma_ops_bypass:1;
	bool dma_skip_sync:1;
	bool dma_iommu:1;
};

#define kobj_to_dev(__kobj) container_of_const(__kobj, struct device, kobj)

/* init_name until a name is set. */
static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : kobject_name(&dev->kobj);
}

static inline const char *dev_bus_name(const struct device *dev)
{
	return dev->bus ? dev->bus->name : (dev->class ? dev->class->name : "");
}

/* 0 or -ENOMEM. May sleep. */
int dev_set_name(struct device *dev, const char *name, ...) __printf(2, 3);

static inline int dev_to_node(struct device *dev)
{
	return dev->numa_node;
}

static inline void set_dev_node(struct device *dev, int node)
{
	dev->numa_node = node;
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static inline bool device_is_registered(struct device *dev)
{
	return dev->kobj.state_in_sysfs;
}

static inline void device_lock(struct device *dev)
{
	mutex_lock(&dev->mutex);
}

static inline int device_trylock(struct device *dev)
{
	return mutex_trylock(&dev->mutex);
}

static inline void device_unlock(struct device *dev)
{
	mutex_unlock(&dev->mutex);
}

static inline void device_lock_assert(struct device *dev)
{
	lockdep_assert_held(&dev->mutex);
}

/* 0, -EINVAL (no name), -EEXIST (a node of that number or name is there), -ENOMEM. */
int __must_check device_register(struct device *dev);
void device_unregister(struct device *dev);
void device_initialize(struct device *dev);
int __must_check device_add(struct device *dev);
void device_del(struct device *dev);

/* NULL passes through. */
struct device *get_device(struct device *dev);
void put_device(struct device *dev);

/* A device made and freed by the core: ERR_PTR(-ENOMEM) or what device_add gave. */
struct device *__printf(5, 6) device_create(const struct class *cls, struct device *parent,
					    dev_t devt, void *drvdata, const char *fmt, ...);
#define device_create_with_groups(cls, parent, devt, drvdata, groups, fmt...) \
	((void)(groups), device_create(cls, parent, devt, drvdata, fmt))
void device_destroy(const struct class *cls, dev_t devt);
/* A parent for devices that have none; nothing is behind it. */
struct device *__root_device_register(const char *name, struct module *owner);
void root_device_unregister(struct device *root);
#define root_device_register(name) __root_device_register(name, THIS_MODULE)

/* Children in order of addition. A non-zero result of fn ends the walk and is returned. */
int device_for_each_child(struct device *parent, void *data,
			  int (*fn)(struct device *dev, void *data));
struct device *device_find_child(struct device *parent, const void *data,
				 int (*match)(struct device *dev, const void *data));

int device_match_name(struct device *dev, const void *name);
int device_match_any(struct device *dev, const void *unused);

DEFINE_FREE(device_del, struct device *, if (_T) device_del(_T))
DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))
DEFINE_GUARD(device, struct device *, device_lock(_T), device_unlock(_T))

#endif
