/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Miscellaneous character devices: one minor each below major 10.
 *
 * misc_register: 0; -EBUSY if the minor or every dynamic minor is taken; -EINVAL
 * for a minor above MISC_DYNAMIC_MINOR; -ENOMEM. MISC_DYNAMIC_MINOR is replaced
 * by the minor that was picked; this_device is set. The device is then opened as
 * "/dev/NAME" by udm_open(); file->private_data points to the miscdevice when
 * fops->open is called. May sleep. Contract: drivers/char/misc.c.
 */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/major.h>
#include <linux/types.h>

#define MISC_DYNAMIC_MINOR 255

struct file_operations;

struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const struct attribute_group **groups;
	const char *nodename;
	umode_t mode;
};

int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

#define module_misc_device(__misc_device) \
	module_driver(__misc_device, misc_register, misc_deregister)
#define builtin_misc_device(__misc_device)		\
static int __init __misc_device##_init(void)		\
{							\
	return misc_register(&(__misc_device));		\
}							\
device_initcall(__misc_device##_init)

#endif
