/* SPDX-License-Identifier: GPL-2.0-only */
/* Cache maintenance: nothing to do on a coherent host. Kernel path: asm/cacheflush.h. */
#ifndef _UDM_ASM_CACHEFLUSH_H
#define _UDM_ASM_CACHEFLUSH_H

#include <linux/compiler.h>

struct page;
struct folio;

static inline void flush_dcache_page(struct page *page __always_unused)
{
}

static inline void flush_dcache_folio(struct folio *folio __always_unused)
{
}

static inline void flush_kernel_vmap_range(void *address __always_unused, int size __always_unused)
{
}

static inline void invalidate_kernel_vmap_range(void *address __always_unused,
						int size __always_unused)
{
}

static inline void flush_icache_range(unsigned long start __always_unused,
				      unsigned long end __always_unused)
{
}

#endif
