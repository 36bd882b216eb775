/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who does the work of the DMA API for a device: the IOMMU (the device is attached to a
 * translating domain), the operations it brought along, or the direct mapping. A device is
 * attached at its first call; if there is no memory for that, every mapping of it fails.
 */
#ifndef LIBNETMEM_DMA_BACKEND_H
#define LIBNETMEM_DMA_BACKEND_H

#include "attach.h"
#include "direct.h"

enum backend {
	VIA_DIRECT,
	VIA_IOMMU,
	VIA_OPS,
	VIA_NOTHING,		/* the device could not be attached */
};

/* A device that is not translated; mask is that of the operation in question. */
static inline enum backend backend_untranslated(struct device *dev, u64 mask)
{
	if (likely(!get_dma_ops(dev)))
		return VIA_DIRECT;
	if (IS_ENABLED(CONFIG_DMA_OPS_BYPASS) && dev->dma_ops_bypass &&
	    min_not_zero(mask, dev->bus_dma_limit) >= dma_direct_get_required_mask(dev))
		return VIA_DIRECT;
	return VIA_OPS;
}

static noinline __maybe_unused enum backend backend_attach(struct device *dev, u64 mask)
{
	struct udm_bus *bus = get_dma_ops(dev) ? NULL : bus_attach(dev);

	if (bus && bus->own != &identity_domain)
		return VIA_IOMMU;
	return bus || get_dma_ops(dev) ? backend_untranslated(dev, mask) : VIA_NOTHING;
}

static inline enum backend backend_of(struct device *dev, u64 mask)
{
	struct udm_bus *bus = bus_of_attached(dev);

	if (unlikely(!bus))
		return backend_attach(dev, mask);
	if (likely(bus->own != &identity_domain))
		return VIA_IOMMU;
	return backend_untranslated(dev, mask);
}

/* By the mask that goes with the operation. */
static inline enum backend streaming_backend(struct device *dev)
{
	return backend_of(dev, dev->dma_mask ? *dev->dma_mask : 0);
}

static inline enum backend coherent_backend(struct device *dev)
{
	return backend_of(dev, dev->coherent_dma_mask);
}

/*
 * One mapping by the device's operations, in whichever form they have it
 * (ops_helpers.c). DMA_MAPPING_ERROR if they have none.
 */
__internal dma_addr_t dma_ops_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				       enum dma_data_direction dir, unsigned long attrs);
__internal void dma_ops_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
				   enum dma_data_direction dir, unsigned long attrs);

#endif
