/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Character devices: which file operations serve a range of device numbers.
 *
 * A node under /dev appears when a device with a devt is added (device_create);
 * opening it finds the cdev by number. cdev_add, cdev_device_add: 0 or a negative
 * errno; cdev_del stops further opens, open files go on. May sleep.
 * Contract: fs/char_dev.c.
 */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/list.h>

struct file_operations;
struct inode;
struct module;

struct cdev {
	struct kobject kobj;
	struct module *owner;
	const struct file_operations *ops;
	struct list_head list;
	dev_t dev;
	unsigned int count;
};

void cdev_init(struct cdev *cdev, const struct file_operations *fops);
struct cdev *cdev_alloc(void);
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);
void cdev_del(struct cdev *cdev);
void cdev_set_parent(struct cdev *cdev, struct kobject *kobj);
int cdev_device_add(struct cdev *cdev, struct device *dev);
void cdev_device_del(struct cdev *cdev, struct device *dev);

#endif
