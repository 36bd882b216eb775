// SPDX-License-Identifier: GPL-2.0-only
/*
 * Miscellaneous devices: one cdev covers the whole major; its open finds the
 * miscdevice by minor and lets the file continue with that device's operations.
 */
#include <linux/cdev.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/fs/internal.h"

/* Dynamic minors lie above every static one. */
#define DYNAMIC_MINOR_FIRST (MISC_DYNAMIC_MINOR + 1)

static DEFINE_MUTEX(misc_mtx);
static LIST_HEAD(misc_list);
static DEFINE_IDA(misc_minors);
static struct cdev misc_cdev;

static struct miscdevice *misc_by_minor(unsigned int minor)
{
	struct miscdevice *misc;

	list_for_each_entry(misc, &misc_list, list)
		if ((unsigned int)misc->minor == minor)
			return misc;
	return NULL;
}

static int misc_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops = NULL;
	struct miscdevice *misc;
	int err = -ENODEV;

	mutex_lock(&misc_mtx);
	misc = misc_by_minor(iminor(inode));
	if (misc)
		fops = fops_get(misc->fops);
	if (!fops)
		goto out;
	/* Drivers get at their device through private_data, also without open. */
	file->private_data = misc;
	replace_fops(file, fops);
	if (fops->llseek)
		file->f_mode |= FMODE_LSEEK;
	err = fops->open ? fops->open(inode, file) : 0;
out:
	mutex_unlock(&misc_mtx);
	return err;
}

static const struct file_operations misc_fops = {
	.owner = THIS_MODULE,
	.open = misc_open,
	.llseek = noop_llseek,
};

static char *misc_devnode(const struct device *dev, umode_t *mode)
{
	const struct miscdevice *misc = dev_get_drvdata(dev);

	if (mode && misc->mode)
		*mode = misc->mode;
	return misc->nodename ? kstrdup(misc->nodename, GFP_KERNEL) : NULL;
}

static const struct class misc_class = {
	.name = "misc",
	.devnode = misc_devnode,
};

int misc_init(void)
{
	INIT_LIST_HEAD(&misc_list);
	cdev_init(&misc_cdev, &misc_fops);
	return cdev_add(&misc_cdev, MKDEV(MISC_MAJOR, 0), MINORMASK + 1);
}

void misc_exit(void)
{
	cdev_del(&misc_cdev);
	ida_destroy(&misc_minors);
}

/* Settles misc->minor; misc_mtx held. */
static int minor_take(struct miscdevice *misc)
{
	int minor = misc->minor;

	if (minor == MISC_DYNAMIC_MINOR)
		minor = ida_alloc_range(&misc_minors, DYNAMIC_MINOR_FIRST, MINORMASK, GFP_KERNEL);
	else
		minor = ida_alloc_range(&misc_minors, minor, minor, GFP_KERNEL);
	if (minor < 0)
		return minor == -ENOSPC ? -EBUSY : minor;
	misc->minor = minor;
	return 0;
}

static void minor_give(struct miscdevice *misc)
{
	ida_free(&misc_minors, misc->minor);
	if (misc->minor > MISC_DYNAMIC_MINOR)
		misc->minor = MISC_DYNAMIC_MINOR;
}

int misc_register(struct miscdevice *misc)
{
	int err;

	if (misc->minor > MISC_DYNAMIC_MINOR || misc->minor < 0) {
		pr_err("Invalid fixed minor %d for miscdevice '%s'\n", misc->minor, misc->name);
		return -EINVAL;
	}
	INIT_LIST_HEAD(&misc->list);
	mutex_lock(&misc_mtx);
	err = minor_take(misc);
	if (err)
		goto out;
	misc->this_device = device_create(&misc_class, misc->parent,
					  MKDEV(MISC_MAJOR, misc->minor), misc, "%s", misc->name);
	if (IS_ERR(misc->this_device)) {
		err = PTR_ERR(misc->this_device);
		minor_give(misc);
		goto out;
	}
	list_add(&misc->list, &misc_list);
out:
	mutex_unlock(&misc_mtx);
	return err;
}
EXPORT_SYMBOL(misc_register);

void misc_deregister(struct miscdevice *misc)
{
	mutex_lock(&misc_mtx);
	list_del_init(&misc->list);
	device_destroy(&misc_class, MKDEV(MISC_MAJOR, misc->minor));
	minor_give(misc);
	mutex_unlock(&misc_mtx);
}
EXPORT_SYMBOL(misc_deregister);
