/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The node type behind sysfs, opaque: nothing is shown.
 */
#ifndef _LINUX_KERNFS_H
#define _LINUX_KERNFS_H

#include <linux/idr.h>

struct kernfs_node;

#endif
