// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kobjects: names, counts, parents.
 *
 * An added kobject holds a reference on its parent and on its set, and is an
 * entry of the set's list; kobject_del undoes that. The last put does it too if
 * nobody did, and then releases the object.
 */
#include <linux/export.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list vargs)
{
	const char *name;

	/* Without a format the name stays, and so does who points to it. */
	if (!fmt && kobj->name)
		return 0;
	name = kvasprintf_const(GFP_KERNEL, fmt, vargs);
	if (!name)
		return -ENOMEM;
	kfree_const(kobj->name);
	kobj->name = name;
	return 0;
}

int kobject_set_name(struct kobject *kobj, const char *fmt, ...)
{
	va_list vargs;
	int err;

	va_start(vargs, fmt);
	err = kobject_set_name_vargs(kobj, fmt, vargs);
	va_end(vargs);
	return err;
}
EXPORT_SYMBOL(kobject_set_name);

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	WARN(kobj->state_initialized,
	     "kobject (%p): tried to init an initialized object, something is seriously wrong.\n",
	     kobj);
	kref_init(&kobj->kref);
	INIT_LIST_HEAD(&kobj->entry);
	kobj->ktype = ktype;
	kobj->state_in_sysfs = 0;
	kobj->state_initialized = 1;
}
EXPORT_SYMBOL(kobject_init);

/* Parent and name are set. */
static int kobject_link(struct kobject *kobj)
{
	struct kset *kset = kobj->kset;

	if (WARN(!kobj->name || !kobj->name[0],
		 "kobject: (%p): attempted to be registered with empty name!\n", kobj))
		return -EINVAL;
	if (kset) {
		kset_get(kset);
		if (!kobj->parent)
			kobj->parent = &kset->kobj;
		spin_lock(&kset->list_lock);
		list_add_tail(&kobj->entry, &kset->list);
		spin_unlock(&kset->list_lock);
	}
	kobject_get(kobj->parent);
	kobj->state_in_sysfs = 1;
	return 0;
}

static __printf(3, 0) int kobject_add_vargs(struct kobject *kobj, struct kobject *parent,
					    const char *fmt, va_list vargs)
{
	int err = kobject_set_name_vargs(kobj, fmt, vargs);

	if (err)
		return err;
	if (parent)
		kobj->parent = parent;
	return kobject_link(kobj);
}

int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)
{
	va_list vargs;
	int err;

	if (WARN(!kobj->state_initialized,
		 "kobject '%s' (%p): tried to add an uninitialized object\n", kobj->name, kobj))
		return -EINVAL;
	va_start(vargs, fmt);
	err = kobject_add_vargs(kobj, parent, fmt, vargs);
	va_end(vargs);
	return err;
}
EXPORT_SYMBOL(kobject_add);

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
{
	va_list vargs;
	int err;

	kobject_init(kobj, ktype);
	va_start(vargs, fmt);
	err = kobject_add_vargs(kobj, parent, fmt, vargs);
	va_end(vargs);
	return err;
}
EXPORT_SYMBOL_GPL(kobject_init_and_add);

void kobject_del(struct kobject *kobj)
{
	struct kobject *parent;
	struct kset *kset;

	if (!kobj || !kobj->state_in_sysfs)
		return;
	parent = kobj->parent;
	kset = kobj->kset;
	kobj->state_in_sysfs = 0;
	kobj->parent = NULL;
	if (kset) {
		spin_lock(&kset->list_lock);
		list_del_init(&kobj->entry);
		spin_unlock(&kset->list_lock);
		kset_put(kset);
	}
	kobject_put(parent);
}
EXPORT_SYMBOL(kobject_del);

struct kobject *kobject_get(struct kobject *kobj)
{
	if (!kobj)
		return NULL;
	WARN(!kobj->state_initialized,
	     "kobject: '%s' (%p): is not initialized, yet kobject_get() is being called.\n",
	     kobj->name, kobj);
	kref_get(&kobj->kref);
	return kobj;
}
EXPORT_SYMBOL(kobject_get);

struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
	return kobj && kref_get_unless_zero(&kobj->kref) ? kobj : NULL;
}
EXPORT_SYMBOL(kobject_get_unless_zero);

static void kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref);
	const struct kobj_type *ktype = kobj->ktype;
	const char *name = kobj->name;

	kobject_del(kobj);
	if (ktype && ktype->release)
		ktype->release(kobj);
	kfree_const(name);
}

void kobject_put(struct kobject *kobj)
{
	if (!kobj)
		return;
	WARN(!kobj->state_initialized,
	     "kobject: '%s' (%p): is not initialized, yet kobject_put() is being called.\n",
	     kobj->name, kobj);
	kref_put(&kobj->kref, kobject_release);
}
EXPORT_SYMBOL(kobject_put);

static void bare_kobject_release(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type bare_kobject_type = {
	.release = bare_kobject_release,
};

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (!kobj)
		return NULL;
	kobject_init(kobj, &bare_kobject_type);
	if (kobject_add(kobj, parent, "%s", name)) {
		kobject_put(kobj);
		return NULL;
	}
	return kobj;
}
EXPORT_SYMBOL_GPL(kobject_create_and_add);

void kset_init(struct kset *kset)
{
	kobject_init(&kset->kobj, kset->kobj.ktype);
	INIT_LIST_HEAD(&kset->list);
	spin_lock_init(&kset->list_lock);
}

int kset_register(struct kset *kset)
{
	kset_init(kset);
	return kobject_link(&kset->kobj);
}
EXPORT_SYMBOL(kset_register);

void kset_unregister(struct kset *kset)
{
	if (!kset)
		return;
	kobject_del(&kset->kobj);
	kobject_put(&kset->kobj);
}
EXPORT_SYMBOL(kset_unregister);
