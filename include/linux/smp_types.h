/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/smp_types.h. */
#ifndef _UDM_LINUX_SMP_TYPES_H
#define _UDM_LINUX_SMP_TYPES_H

#include <linux/llist.h>
#include <linux/types.h>

enum {
	CSD_FLAG_LOCK = 0x01,
	CSD_TYPE_ASYNC = 0x00,
	CSD_TYPE_SYNC = 0x10,
	CSD_FLAG_TYPE_MASK = 0xF0,
};

struct __call_single_node {
	struct llist_node llist;
	union {
		unsigned int u_flags;
		atomic_t a_flags;
	};
	u16 src, dst;
};

#endif
