/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device properties: no firmware describes devices here, so none is ever found.
 */
#ifndef _LINUX_PROPERTY_H
#define _LINUX_PROPERTY_H

#include <linux/errno.h>
#include <linux/types.h>

struct device;

static inline bool device_property_present(const struct device *dev, const char *propname)
{
	return false;
}

static inline int device_property_read_u32(const struct device *dev, const char *propname, u32 *val)
{
	return -EINVAL;
}

static inline int device_property_read_string(const struct device *dev, const char *propname,
					      const char **val)
{
	return -EINVAL;
}

#endif
