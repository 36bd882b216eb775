/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ACPI, configured out (CONFIG_ACPI is off): no device has a companion.
 * Kernel path: linux/acpi.h.
 */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/property.h>

struct acpi_device;
struct fwnode_handle;

#define acpi_disabled 1

#define ACPI_PTR(_ptr) (NULL)
#define ACPI_COMPANION(dev) (NULL)
#define ACPI_COMPANION_SET(dev, adev) do { } while (0)
#define ACPI_HANDLE(dev) (NULL)

static inline bool has_acpi_companion(struct device *dev __always_unused)
{
	return false;
}

static inline bool is_acpi_node(const struct fwnode_handle *fwnode __always_unused)
{
	return false;
}

static inline bool is_acpi_device_node(const struct fwnode_handle *fwnode __always_unused)
{
	return false;
}

#endif
