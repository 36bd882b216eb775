/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's default DMA operations: none. A device uses its own table, the IOMMU
 * or the direct mapping. Contract: arch/…/include/asm/dma-mapping.h.
 */
#ifndef _ASM_DMA_MAPPING_H
#define _ASM_DMA_MAPPING_H

struct dma_map_ops;

static inline const struct dma_map_ops *get_arch_dma_ops(void)
{
	return (const struct dma_map_ops *)0;
}

#endif
