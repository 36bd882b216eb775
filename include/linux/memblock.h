/* SPDX-License-Identifier: GPL-2.0-only */
/* Limits of physical memory. Kernel path: linux/memblock.h. Constant after boot. */
#ifndef _UDM_LINUX_MEMBLOCK_H
#define _UDM_LINUX_MEMBLOCK_H

#include <linux/types.h>

extern unsigned long max_pfn;		/* one past the last frame of RAM */
extern unsigned long max_low_pfn;	/* the same: the direct map covers all RAM */
extern unsigned long min_low_pfn;	/* first frame of RAM */

#endif
