/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Platform devices of a device tree, configured out.
 */
#ifndef _LINUX_OF_PLATFORM_H
#define _LINUX_OF_PLATFORM_H

#include <linux/of.h>
#include <linux/of_device.h>
#include <linux/platform_device.h>

static inline struct platform_device *of_find_device_by_node(struct device_node *np __always_unused)
{
	return NULL;
}

#endif
