// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA operations that refuse everything, for devices that must not do DMA.
 */
#include <linux/dma-map-ops.h>

static int dma_dummy_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	return -ENXIO;
}

static dma_addr_t dma_dummy_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				     enum dma_data_direction dir, unsigned long attrs)
{
	return DMA_MAPPING_ERROR;
}

/* Nothing can have been mapped: unmapping is a bug of the caller. */
static void dma_dummy_unmap_phys(struct device *dev, dma_addr_t dma_handle, size_t size,
				 enum dma_data_direction dir, unsigned long attrs)
{
	WARN_ON_ONCE(true);
}

static int dma_dummy_map_sg(struct device *dev, struct scatterlist *sgl, int nelems,
			    enum dma_data_direction dir, unsigned long attrs)
{
	return -EINVAL;
}

static void dma_dummy_unmap_sg(struct device *dev, struct scatterlist *sgl, int nelems,
			       enum dma_data_direction dir, unsigned long attrs)
{
	WARN_ON_ONCE(true);
}

static int dma_dummy_supported(struct device *dev, u64 mask)
{
	return 0;
}

const struct dma_map_ops dma_dummy_ops = {
	.dma_supported = dma_dummy_supported,
	.map_phys = dma_dummy_map_phys,
	.unmap_phys = dma_dummy_unmap_phys,
	.map_sg = dma_dummy_map_sg,
	.unmap_sg = dma_dummy_unmap_sg,
	.mmap = dma_dummy_mmap,
};
