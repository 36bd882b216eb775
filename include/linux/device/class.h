/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classes: what a device is for. A class may name the node of its devices under
 * /dev and release them. Contract: drivers/base/class.c.
 */
#ifndef _DEVICE_CLASS_H_
#define _DEVICE_CLASS_H_

#include <linux/types.h>

struct attribute_group;
struct device;

struct class {
	const char *name;
	const struct attribute_group **class_groups;
	const struct attribute_group **dev_groups;
	/* A kmalloc'ed path below /dev for the caller to free, or NULL for the device's name. */
	char *(*devnode)(const struct device *dev, umode_t *mode);
	void (*class_release)(const struct class *class);
	void (*dev_release)(struct device *dev);
};

/* class_create: ERR_PTR(-ENOMEM). May sleep. */
int __must_check class_register(const struct class *class);
void class_unregister(const struct class *class);
struct class *__must_check class_create(const char *name);
void class_destroy(const struct class *cls);

#endif
