/* SPDX-License-Identifier: GPL-2.0-only */
/* What the DMA API tells its checker; nothing without CONFIG_DMA_API_DEBUG. */
#ifndef LIBNETMEM_DMA_DEBUG_H
#define LIBNETMEM_DMA_DEBUG_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;
struct page;
struct scatterlist;

#ifdef CONFIG_DMA_API_DEBUG
void debug_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size, int direction,
			dma_addr_t dma_addr, unsigned long attrs);
void debug_dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size, int direction);
void debug_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents, int mapped_ents,
		      int direction, unsigned long attrs);
void debug_dma_unmap_sg(struct device *dev, struct scatterlist *sglist, int nelems, int dir);
void debug_dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t dma_addr, void *virt,
			      unsigned long attrs);
void debug_dma_free_coherent(struct device *dev, size_t size, void *virt, dma_addr_t addr);
void debug_dma_alloc_pages(struct device *dev, struct page *page, size_t size, int direction,
			   dma_addr_t dma_addr, unsigned long attrs);
void debug_dma_free_pages(struct device *dev, struct page *page, size_t size, int direction,
			  dma_addr_t dma_addr);
void debug_dma_sync_single_for_cpu(struct device *dev, dma_addr_t dma_handle, size_t size,
				   int direction);
void debug_dma_sync_single_for_device(struct device *dev, dma_addr_t dma_handle, size_t size,
				      int direction);
void debug_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
			       int direction);
void debug_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
				  int direction);
/* The device, or its driver, is gone: whatever it still has mapped is a leak. */
__internal void debug_dma_device_released(struct device *dev);
__internal void debug_dma_driver_unbound(struct device *dev);
#else
#define debug_dma_map_phys(...)			do { } while (0)
#define debug_dma_unmap_phys(...)		do { } while (0)
#define debug_dma_map_sg(...)			do { } while (0)
#define debug_dma_unmap_sg(...)			do { } while (0)
#define debug_dma_alloc_coherent(...)		do { } while (0)
#define debug_dma_free_coherent(...)		do { } while (0)
#define debug_dma_alloc_pages(...)		do { } while (0)
#define debug_dma_free_pages(...)		do { } while (0)
#define debug_dma_sync_single_for_cpu(...)	do { } while (0)
#define debug_dma_sync_single_for_device(...)	do { } while (0)
#define debug_dma_sync_sg_for_cpu(...)		do { } while (0)
#define debug_dma_sync_sg_for_device(...)	do { } while (0)
#define debug_dma_device_released(...)		do { } while (0)
#endif

#endif
