// SPDX-License-Identifier: GPL-2.0-only
/*
 * Character devices: number regions, and finding the cdev of a number.
 */
#include <linux/cdev.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "libkern/fs/internal.h"

/* Majors handed out on request, from the top down. */
#define DYNAMIC_MAJOR_MAX 511
#define DYNAMIC_MAJOR_MIN 234

struct region {
	struct list_head list;
	dev_t from;
	unsigned int count;
	const char *name;
};

/* Protects both lists. */
static DEFINE_MUTEX(chrdevs_lock);
static LIST_HEAD(regions);
static LIST_HEAD(cdevs);

void chrdev_init(void)
{
	INIT_LIST_HEAD(&regions);
	INIT_LIST_HEAD(&cdevs);
}

static bool overlaps(dev_t a, unsigned int na, dev_t b, unsigned int nb)
{
	return a < b + nb && b < a + na;
}

static bool region_taken(dev_t from, unsigned int count)
{
	struct region *r;

	list_for_each_entry(r, &regions, list)
		if (overlaps(r->from, r->count, from, count))
			return true;
	return false;
}

/* from with major 0: any free major. The first number goes to *got. */
static int region_add(dev_t from, unsigned int count, const char *name, dev_t *got)
{
	struct region *r = kmalloc(sizeof(*r), GFP_KERNEL);
	unsigned int major = MAJOR(from) ? MAJOR(from) : DYNAMIC_MAJOR_MAX;
	int err = -EBUSY;

	if (!r)
		return -ENOMEM;
	*r = (struct region){ .count = count, .name = name };
	mutex_lock(&chrdevs_lock);
	do {
		r->from = MKDEV(major, MINOR(from));
		if (region_taken(r->from, count))
			continue;
		list_add_tail(&r->list, &regions);
		*got = r->from;
		err = 0;
		break;
	} while (!MAJOR(from) && --major >= DYNAMIC_MAJOR_MIN);
	mutex_unlock(&chrdevs_lock);
	if (err)
		kfree(r);
	return err;
}

int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{
	dev_t got;

	return MAJOR(from) ? region_add(from, count, name, &got) : -EINVAL;
}
EXPORT_SYMBOL(register_chrdev_region);

int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count, const char *name)
{
	return region_add(MKDEV(0, baseminor), count, name, dev);
}
EXPORT_SYMBOL(alloc_chrdev_region);

void unregister_chrdev_region(dev_t from, unsigned int count)
{
	struct region *r, *tmp;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry_safe(r, tmp, &regions, list) {
		if (r->from != from || r->count != count)
			continue;
		list_del(&r->list);
		kfree(r);
	}
	mutex_unlock(&chrdevs_lock);
}
EXPORT_SYMBOL(unregister_chrdev_region);

static void embedded_release(struct kobject *kobj)
{
}

static void allocated_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cdev, kobj));
}

static const struct kobj_type embedded_type = { .release = embedded_release };
static const struct kobj_type allocated_type = { .release = allocated_release };

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	*cdev = (struct cdev){ .ops = fops };
	INIT_LIST_HEAD(&cdev->list);
	kobject_init(&cdev->kobj, &embedded_type);
}
EXPORT_SYMBOL(cdev_init);

struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

	if (!cdev)
		return NULL;
	INIT_LIST_HEAD(&cdev->list);
	kobject_init(&cdev->kobj, &allocated_type);
	return cdev;
}
EXPORT_SYMBOL(cdev_alloc);

int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	cdev->dev = dev;
	cdev->count = count;
	kobject_get(cdev->kobj.parent);
	mutex_lock(&chrdevs_lock);
	list_add_tail(&cdev->list, &cdevs);
	mutex_unlock(&chrdevs_lock);
	return 0;
}
EXPORT_SYMBOL(cdev_add);

void cdev_del(struct cdev *cdev)
{
	struct kobject *parent = cdev->kobj.parent;

	mutex_lock(&chrdevs_lock);
	list_del_init(&cdev->list);
	mutex_unlock(&chrdevs_lock);
	kobject_put(&cdev->kobj);
	kobject_put(parent);
}
EXPORT_SYMBOL(cdev_del);

void cdev_set_parent(struct cdev *cdev, struct kobject *kobj)
{
	cdev->kobj.parent = kobj;
}
EXPORT_SYMBOL(cdev_set_parent);

int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err = 0;

	if (dev->devt) {
		cdev_set_parent(cdev, &dev->kobj);
		err = cdev_add(cdev, dev->devt, 1);
		if (err)
			return err;
	}
	err = device_add(dev);
	if (err && dev->devt)
		cdev_del(cdev);
	return err;
}
EXPORT_SYMBOL(cdev_device_add);

void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	device_del(dev);
	if (dev->devt)
		cdev_del(cdev);
}
EXPORT_SYMBOL(cdev_device_del);

static struct cdev *cdev_lookup(dev_t devt)
{
	struct cdev *cdev, *found = NULL;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(cdev, &cdevs, list) {
		if (!overlaps(cdev->dev, cdev->count, devt, 1))
			continue;
		found = kobject_get_unless_zero(&cdev->kobj) ? cdev : NULL;
		break;
	}
	mutex_unlock(&chrdevs_lock);
	return found;
}

int chrdev_open_by_number(dev_t devt, struct file *file)
{
	struct inode *inode = file_inode(file);
	struct cdev *cdev = cdev_lookup(devt);
	const struct file_operations *fops;

	if (!cdev)
		return -ENXIO;
	fops = fops_get(cdev->ops);
	if (!fops) {
		kobject_put(&cdev->kobj);
		return -ENXIO;
	}
	inode->i_rdev = devt;
	inode->i_cdev = cdev;
	replace_fops(file, fops);
	if (fops->llseek)
		file->f_mode |= FMODE_LSEEK;
	return fops->open ? fops->open(inode, file) : 0;
}
