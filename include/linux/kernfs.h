/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The node type behind sysfs, opaque: nothing is shown.
 */
#ifndef _LINUX_KERNFS_H
#define _LINUX_KERNFS_H

struct kernfs_node;

#endif
