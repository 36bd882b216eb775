// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes that are a variable: what reads and writes them. A store takes all
 * of its text or gives the errno of the parser.
 */
#include <linux/container_of.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>

#define VARIABLE_OF(attribute, type)                                                               \
	((type *)container_of(attribute, struct dev_ext_attribute, attr)->var)

ssize_t device_show_ulong(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lx\n", *VARIABLE_OF(attr, unsigned long));
}
EXPORT_SYMBOL_GPL(device_show_ulong);

ssize_t device_store_ulong(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t size)
{
	int err = kstrtoul(buf, 0, VARIABLE_OF(attr, unsigned long));

	return err ?: (ssize_t)size;
}
EXPORT_SYMBOL_GPL(device_store_ulong);

ssize_t device_show_int(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", *VARIABLE_OF(attr, int));
}
EXPORT_SYMBOL_GPL(device_show_int);

ssize_t device_store_int(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t size)
{
	long value;
	int err = kstrtol(buf, 0, &value);

	if (err)
		return err;
	if (value > INT_MAX || value < INT_MIN)
		return -EINVAL;
	*VARIABLE_OF(attr, int) = value;
	return size;
}
EXPORT_SYMBOL_GPL(device_store_int);

ssize_t device_show_bool(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", *VARIABLE_OF(attr, bool));
}
EXPORT_SYMBOL_GPL(device_show_bool);

ssize_t device_store_bool(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t size)
{
	int err = kstrtobool(buf, VARIABLE_OF(attr, bool));

	return err ?: (ssize_t)size;
}
EXPORT_SYMBOL_GPL(device_store_bool);

ssize_t device_show_string(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", VARIABLE_OF(attr, char));
}
EXPORT_SYMBOL_GPL(device_show_string);
