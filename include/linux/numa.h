/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/numa.h. */
#ifndef _UDM_LINUX_NUMA_H
#define _UDM_LINUX_NUMA_H

#include <linux/minmax.h>

#define NODES_SHIFT CONFIG_NODES_SHIFT
#define MAX_NUMNODES (1 << NODES_SHIFT)
#define NUMA_NO_NODE (-1)
#define NUMA_NO_MEMBLK (-1)

static inline bool numa_valid_node(int nid)
{
	return nid >= 0 && nid < MAX_NUMNODES;
}

/* The nearest node with memory that is in the mask; here every node has memory. */
int numa_nearest_node(int node, unsigned int state);

#endif
