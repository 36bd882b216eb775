/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Failing DMA mappings: the attribute fail_dma_map. The kernel has none; this one
 * has the form of failslab and fail_page_alloc. One call that maps is one question,
 * for a list of any length too. While nothing is set that costs one load.
 */
#ifndef LIBNETMEM_DMA_FAIL_DMA_MAP_H
#define LIBNETMEM_DMA_FAIL_DMA_MAP_H

#include <linux/fault-inject.h>
#include <linux/scatterlist.h>

struct fail_dma_map_state {
	struct fault_attr attr;
	bool ignore_fail_nth;
};

extern __internal struct fail_dma_map_state fail_dma_map;

__internal bool dma_map_should_fail(size_t size);
__internal bool dma_map_sg_should_fail(struct scatterlist *sg, int nents);

static inline bool fail_dma_map_armed(void)
{
	return unlikely(READ_ONCE(fail_dma_map.attr.probability) ||
			!READ_ONCE(fail_dma_map.ignore_fail_nth));
}

static inline bool dma_map_refused(size_t size)
{
	return fail_dma_map_armed() && dma_map_should_fail(size);
}

static inline bool dma_map_sg_refused(struct scatterlist *sg, int nents)
{
	return fail_dma_map_armed() && dma_map_sg_should_fail(sg, nents);
}

#endif
