/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device properties: no firmware describes devices here, so none is ever found:
 * false, NULL, or -EINVAL. Kernel path: linux/property.h.
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

static inline bool device_property_read_bool(const struct device *dev __always_unused,
					     const char *propname __always_unused)
{
	return false;
}

#define __DEVICE_PROPERTY_READ(name, type)                                                         \
	static inline int device_property_read_##name(const struct device *dev __always_unused,    \
						      const char *propname __always_unused,        \
						      type *val __always_unused)                   \
	{                                                                                          \
		return -EINVAL;                                                                    \
	}
__DEVICE_PROPERTY_READ(u8, u8)
__DEVICE_PROPERTY_READ(u16, u16)
__DEVICE_PROPERTY_READ(u32, u32)
__DEVICE_PROPERTY_READ(u64, u64)
__DEVICE_PROPERTY_READ(string, const char *)
#undef __DEVICE_PROPERTY_READ

#define __DEVICE_PROPERTY_READ_ARRAY(name, type)                                                   \
	static inline int device_property_read_##name##_array(                                     \
		const struct device *dev __always_unused, const char *propname __always_unused,    \
		type *val __always_unused, size_t nval __always_unused)                            \
	{                                                                                          \
		return -EINVAL;                                                                    \
	}
__DEVICE_PROPERTY_READ_ARRAY(u8, u8)
__DEVICE_PROPERTY_READ_ARRAY(u16, u16)
__DEVICE_PROPERTY_READ_ARRAY(u32, u32)
__DEVICE_PROPERTY_READ_ARRAY(u64, u64)
__DEVICE_PROPERTY_READ_ARRAY(string, const char *)
#undef __DEVICE_PROPERTY_READ_ARRAY

static inline const void *device_get_match_data(const struct device *dev __always_unused)
{
	return NULL;
}

#endif
