/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The direct back end, as mapping.c calls it; the public part is in linux/dma-direct.h.
 * What the kernel's direct.c defines for its mapping.c is exported, so that either
 * file can be replaced by the kernel's.
 */
#ifndef LIBNETMEM_DMA_DIRECT_H
#define LIBNETMEM_DMA_DIRECT_H

#include <linux/dma-direct.h>

int dma_direct_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			   dma_addr_t dma_addr, size_t size, unsigned long attrs);
bool dma_direct_can_mmap(struct device *dev);
int dma_direct_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs);
bool dma_direct_need_sync(struct device *dev, dma_addr_t dma_addr);
__internal dma_addr_t dma_direct_map_phys(struct device *dev, phys_addr_t phys, size_t size,
					  enum dma_data_direction dir, unsigned long attrs);
__internal void dma_direct_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
				      enum dma_data_direction dir, unsigned long attrs);
int dma_direct_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, unsigned long attrs);
void dma_direct_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs);
/* Handing bounced data over; without bounce buffers there is nothing to do. */
__internal void dma_direct_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
					       enum dma_data_direction dir);
__internal void dma_direct_sync_single_for_device(struct device *dev, dma_addr_t addr,
						  size_t size, enum dma_data_direction dir);
void dma_direct_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nents,
				enum dma_data_direction dir);
void dma_direct_sync_sg_for_device(struct device *dev, struct scatterlist *sgl, int nents,
				   enum dma_data_direction dir);
bool dma_direct_all_ram_mapped(struct device *dev);
size_t dma_direct_max_mapping_size(struct device *dev);
__internal bool dma_coherent_ok(struct device *dev, phys_addr_t phys, size_t size);

#endif
