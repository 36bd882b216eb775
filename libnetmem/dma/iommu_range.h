/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of I/O addresses in a device's own domain: what mappings and allocations share. */
#ifndef LIBNETMEM_DMA_IOMMU_RANGE_H
#define LIBNETMEM_DMA_IOMMU_RANGE_H

#include <linux/dma-mapping.h>

#include "domain.h"

/* IOMMU_* permissions for a mapping. */
__internal int dma_info_to_prot(struct device *dev, enum dma_data_direction dir,
				unsigned long attrs);

/* size is whole granules. alloc: the range's address, 0 without room. limit: highest address. */
__internal dma_addr_t range_alloc(struct device *dev, struct udm_domain *domain, u64 limit,
				  size_t size);
/* free: nothing was mapped there. retire: flush, or queue, and free after that. */
__internal void range_free(struct udm_domain *domain, dma_addr_t iova, size_t size);
__internal void range_retire(struct udm_domain *domain, dma_addr_t iova, size_t size);

/*
 * Map [phys, phys + size) at addr, which has the same offset in its granule. 0, -ENOMEM or
 * another error of iommu_map.
 */
__internal int range_map(struct device *dev, struct udm_domain *domain, dma_addr_t addr,
			 phys_addr_t phys, size_t size, int prot, unsigned long attrs);

#endif
