/* SPDX-License-Identifier: GPL-2.0-only */
/* What the back ends ask of the bounce buffers beyond linux/swiotlb.h. */
#ifndef LIBNETMEM_DMA_BOUNCE_H
#define LIBNETMEM_DMA_BOUNCE_H

#include <linux/types.h>

struct device;

/* Does the device have copies of its own of all it maps (udm_iommu_set_noncoherent())? */
__internal bool device_has_copies(const struct device *dev);

#endif
