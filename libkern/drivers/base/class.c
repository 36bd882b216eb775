// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classes. A class is only a point of reference for its devices, so registering
 * one keeps no state; a class made by class_create is freed by class_destroy.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/slab.h>

int class_register(const struct class *cls)
{
	return cls->name ? 0 : -EINVAL;
}
EXPORT_SYMBOL_GPL(class_register);

void class_unregister(const struct class *cls)
{
	if (cls->class_release)
		cls->class_release(cls);
}
EXPORT_SYMBOL_GPL(class_unregister);

static void created_class_release(const struct class *cls)
{
	kfree(cls);
}

struct class *class_create(const char *name)
{
	struct class *cls = kzalloc(sizeof(*cls), GFP_KERNEL);

	if (!cls)
		return ERR_PTR(-ENOMEM);
	cls->name = name;
	cls->class_release = created_class_release;
	return cls;
}
EXPORT_SYMBOL_GPL(class_create);

void class_destroy(const struct class *cls)
{
	if (!IS_ERR_OR_NULL(cls))
		class_unregister(cls);
}
EXPORT_SYMBOL_GPL(class_destroy);
