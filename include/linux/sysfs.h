/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types of sysfs attributes, for structures that refer to them. There is no
 * sysfs tree; attribute groups are kept where they are set and never shown.
 */
#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H

#include <linux/compiler.h>
#include <linux/kernfs.h>
#include <linux/kobject_ns.h>
#include <linux/list.h>
#include <linux/stringify.h>
#include <linux/types.h>

struct bin_attribute;
struct kobject;

struct attribute {
	const char *name;
	umode_t mode;
};

struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	umode_t (*is_bin_visible)(struct kobject *kobj, const struct bin_attribute *attr, int n);
	struct attribute **attrs;
	const struct bin_attribute *const *bin_attrs;
};

struct sysfs_ops {
	ssize_t (*show)(struct kobject *kobj, struct attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct attribute *attr, const char *buf, size_t len);
};

#define __ATTR(_name, _mode, _show, _store)					\
	{									\
		.attr = { .name = __stringify(_name), .mode = (_mode) },	\
		.show = (_show),						\
		.store = (_store),						\
	}
#define __ATTR_RO(_name) __ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_WO(_name) __ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_RW(_name) __ATTR(_name, 0644, _name##_show, _name##_store)

#define __ATTRIBUTE_GROUPS(_name) \
	static const struct attribute_group *_name##_groups[] = { &_name##_group, NULL }
#define ATTRIBUTE_GROUPS(_name)							\
	static const struct attribute_group _name##_group = { .attrs = _name##_attrs }; \
	__ATTRIBUTE_GROUPS(_name)

/* printf into the page an attribute's show function gets; never writes past it. */
int sysfs_emit(char *buf, const char *fmt, ...) __printf(2, 3);
int sysfs_emit_at(char *buf, int at, const char *fmt, ...) __printf(3, 4);

#endif
