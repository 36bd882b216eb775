/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/nodemask_types.h. */
#ifndef _UDM_LINUX_NODEMASK_TYPES_H
#define _UDM_LINUX_NODEMASK_TYPES_H

#include <linux/bitops.h>
#include <linux/numa.h>
#include <linux/types.h>

typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;

#endif
