/* SPDX-License-Identifier: GPL-2.0-only */
/* Areas of the vmalloc range, for the leak report. */
#ifndef _UDM_LIBKERN_MM_VMALLOC_H
#define _UDM_LIBKERN_MM_VMALLOC_H

#include <linux/alloc_tag.h>
#include <linux/list.h>
#include <linux/vmalloc.h>

#include "mem_debug.h"

struct vmalloc_area {
	struct vm_struct vm;		/* first: remove_vm_area() gives it to kfree() */
	struct list_head link;
	struct alloc_tag *tag;
	struct mem_origin origin;
	bool hidden;			/* accounted for by the area it describes */
};

__internal void vmalloc_for_each_area(void (*fn)(void *ctx, const struct vmalloc_area *area),
				      void *ctx);

#endif
