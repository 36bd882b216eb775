/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device properties: no firmware describes devices here, so none is ever found.
 */
#ifndef _LINUX_PROPERTY_H
#define _LINUX_PROPERTY_H

#include <linux/errno.h>
#include <linux/types.h>

struct device;

static inline bool device_property_present(const struct device *dev __always_unused,
					   const char *propname __always_unused)
{
	return false;
}

static inline int device_property_read_u32(const struct device *dev __always_unused,
					   const char *propname __always_unused,
					   u32 *val __always_unused)
{
	return -EINVAL;
}

static inline int device_property_read_string(const struct device *dev __always_unused,
					      const char *propname __always_unused,
					      const char **val __always_unused)
{
	return -EINVAL;
}

#endif
