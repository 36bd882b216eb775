/* SPDX-License-Identifier: GPL-2.0-only */
/* Resources and the map of RAM. Kernel path: linux/ioport.h, kernel/resource.c. */
#ifndef _UDM_LINUX_IOPORT_H
#define _UDM_LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	resource_size_t start;
	resource_size_t end;	/* inclusive */
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child;
};

#define IORESOURCE_TYPE_BITS 0x00001f00
#define IORESOURCE_IO 0x00000100
#define IORESOURCE_MEM 0x00000200
#define IORESOURCE_IRQ 0x00000400
#define IORESOURCE_DMA 0x00000800
#define IORESOURCE_BUS 0x00001000

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & IORESOURCE_TYPE_BITS;
}

/*
 * Calls @func for each run of RAM inside [start_pfn, start_pfn + nr_pages) in
 * ascending order until it returns non-zero. Returns its last value, -EINVAL if
 * no RAM lies in the range. Any context that @func allows.
 */
int walk_system_ram_range(unsigned long start_pfn, unsigned long nr_pages, void *arg,
			  int (*func)(unsigned long start_pfn, unsigned long nr_pages, void *arg));

#endif
