/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices of a device tree, configured out.
 */
#ifndef _LINUX_OF_DEVICE_H
#define _LINUX_OF_DEVICE_H

#include <linux/device.h>
#include <linux/of.h>

#endif
