/* SPDX-License-Identifier: GPL-2.0-only */
/* Cache maintenance: nothing to do on a coherent host. Kernel path: asm/cacheflush.h. */
#ifndef _UDM_ASM_CACHEFLUSH_H
#define _UDM_ASM_CACHEFLUSH_H

struct page;
struct folio;

static inline void flush_dcache_page(struct page *page)
{
}

static inline void flush_dcache_folio(struct folio *folio)
{
}

static inline void flush_kernel_vmap_range(void *address, int size)
{
}

static inline void invalidate_kernel_vmap_range(void *address, int size)
{
}

static inline void flush_icache_range(unsigned long start, unsigned long end)
{
}

#endif
