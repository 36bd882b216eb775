/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kobjects: named, counted, with a parent; the base of struct device.
 *
 * kobject_init gives one reference; the last kobject_put calls ktype->release,
 * which frees the object that embeds it, and drops the parent. kobject_add only
 * links to the parent and the set. Names are copies owned by the kobject, unless
 * they were constant data. Contract: lib/kobject.c.
 */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <linux/kobject_ns.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct kobject;
struct kset;

struct kobj_type {
	void (*release)(struct kobject *kobj);
	const struct sysfs_ops *sysfs_ops;
	const struct attribute_group **default_groups;
	void (*get_ownership)(const struct kobject *kobj, kuid_t *uid, kgid_t *gid);
};

struct kobject {
	const char *name;
	struct list_head entry;
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	struct kernfs_node *sd;
	struct kref kref;
	/* A byte each: who holds a reference reads the first while the second changes. */
	bool state_initialized;
	bool state_in_sysfs;
};

/* A group of kobjects; the list and the lock are the set's own. */
struct kset {
	struct list_head list;
	spinlock_t list_lock;
	struct kobject kobj;
};

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

/* Replaces the name: 0 or -ENOMEM, then the old one stays. May sleep. */
int kobject_set_name(struct kobject *kobj, const char *name, ...) __printf(2, 3);
int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list vargs) __printf(2, 0);

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype);
/* 0, -EINVAL without a name, -ENOMEM; after a failure drop the kobject with kobject_put(). */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...) __printf(3, 4);
int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...) __printf(4, 5);
void kobject_del(struct kobject *kobj);
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent);

/* NULL passes through. get on an object whose count is zero warns; use the unless_zero form. */
struct kobject *kobject_get(struct kobject *kobj);
struct kobject *__must_check kobject_get_unless_zero(struct kobject *kobj);
void kobject_put(struct kobject *kobj);

void kset_init(struct kset *kset);
int kset_register(struct kset *kset);
void kset_unregister(struct kset *kset);

static inline struct kset *to_kset(struct kobject *kobj)
{
	return kobj ? container_of(kobj, struct kset, kobj) : NULL;
}

static inline struct kset *kset_get(struct kset *kset)
{
	return kset ? to_kset(kobject_get(&kset->kobj)) : NULL;
}

static inline void kset_put(struct kset *kset)
{
	if (kset)
		kobject_put(&kset->kobj);
}

#endif
