/* SPDX-License-Identifier: GPL-2.0-only */
/* Types of linux/plist.h. Kernel path: linux/plist_types.h. */
#ifndef _UDM_LINUX_PLIST_TYPES_H
#define _UDM_LINUX_PLIST_TYPES_H

#include <linux/types.h>

struct plist_head {
	struct list_head node_list;
};

struct plist_node {
	int prio;
	struct list_head prio_list;
	struct list_head node_list;
};

#endif
