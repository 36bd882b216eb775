/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the IOMMU itself: domains, page tables, address ranges.
 *
 * It is host memory, not the machine's RAM: it stays while its device does, and a scenario that
 * maps and unmaps must find as much RAM in use after as before. It still fails like pages of the
 * kernel do when tests ask for that. Any context.
 */
#ifndef LIBNETMEM_DMA_IOMMU_MEMORY_H
#define LIBNETMEM_DMA_IOMMU_MEMORY_H

#include <linux/fault-inject.h>
#include <linux/gfp_types.h>
#include <stdlib.h>

/* Zeroed and suitably aligned for cache-line aligned types; NULL when out of memory. */
static inline void *iommu_zalloc(size_t size, gfp_t gfp)
{
	void *memory;

	if (should_fail_alloc_page(gfp | __GFP_NOWARN, 0))
		return NULL;
	memory = aligned_alloc(L1_CACHE_BYTES, ALIGN(size, L1_CACHE_BYTES));
	return memory ? memset(memory, 0, size) : NULL;
}

static inline void iommu_free(void *memory)
{
	free(memory);
}

#endif
