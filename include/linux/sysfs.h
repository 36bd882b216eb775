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

#define __ATTR_PREALLOC(_name, _mode, _show, _store) __ATTR(_name, _mode, _show, _store)
#define __ATTR_RO_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, NULL)
#define __ATTR_RW_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, _name##_store)
#define __ATTR_NULL { .attr = { .name = NULL } }
#define __ATTR_IGNORE_LOCKDEP(_name, _mode, _show, _store) __ATTR(_name, _mode, _show, _store)
#define sysfs_attr_init(attr) ((void)(attr))
#define sysfs_bin_attr_init(attr) ((void)(attr))

/* As in a kernel without sysfs (CONFIG_SYSFS off): success, and nothing is shown. */
#define __sysfs_none(obj) ((void)(obj), 0)
#define sysfs_create_file(kobj, attr) __sysfs_none((void *)(kobj) ?: (void *)(attr))
#define sysfs_create_files(kobj, attrs) __sysfs_none((void *)(kobj) ?: (void *)(attrs))
#define sysfs_create_group(kobj, grp) __sysfs_none((void *)(kobj) ?: (void *)(grp))
#define sysfs_create_groups(kobj, groups) __sysfs_none((void *)(kobj) ?: (void *)(groups))
#define sysfs_update_group(kobj, grp) __sysfs_none((void *)(kobj) ?: (void *)(grp))
#define sysfs_merge_group(kobj, grp) __sysfs_none((void *)(kobj) ?: (void *)(grp))
#define sysfs_create_link(kobj, target, name) __sysfs_none((void *)(kobj) ?: (void *)(target))
#define sysfs_chmod_file(kobj, attr, mode) __sysfs_none((void *)(kobj) ?: (void *)(attr))
#define sysfs_remove_file(kobj, attr) ((void)(kobj), (void)(attr))
#define sysfs_remove_files(kobj, attrs) ((void)(kobj), (void)(attrs))
#define sysfs_remove_group(kobj, grp) ((void)(kobj), (void)(grp))
#define sysfs_remove_groups(kobj, groups) ((void)(kobj), (void)(groups))
#define sysfs_unmerge_group(kobj, grp) ((void)(kobj), (void)(grp))
#define sysfs_remove_link(kobj, name) ((void)(kobj), (void)(name))
#define sysfs_notify(kobj, dir, attr) ((void)(kobj))

/* printf into the page an attribute's show function gets; never writes past it. */
int sysfs_emit(char *buf, const char *fmt, ...) __printf(2, 3);
int sysfs_emit_at(char *buf, int at, const char *fmt, ...) __printf(3, 4);

#endif
