/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of DMA addresses for peer memory that has no pages.
 *
 * dma_buf_phys_vec_to_sgt makes a table for attach->dev out of physical ranges of
 * a provider, size bytes in all: bus addresses if the devices reach each other
 * directly, a DMA mapping if the way leads through the host bridge: one bus range
 * behind an IOMMU, one per physical range otherwise. Its entries
 * have neither page nor memory length and orig_nents is 0. ERR_PTR: -EINVAL (no
 * provider: warns; no way between the devices), -ENOMEM, or a mapping error.
 * dma_buf_free_sgt undoes the mapping and frees the table. Reservation lock held,
 * may sleep. Contract: drivers/dma-buf/dma-buf-mapping.c.
 */
#ifndef __DMA_BUF_MAPPING_H__
#define __DMA_BUF_MAPPING_H__

#include <linux/dma-buf.h>
#include <linux/pci-p2pdma.h>
#include <linux/types.h>

struct phys_vec {
	phys_addr_t paddr;
	size_t len;
};

struct sg_table *dma_buf_phys_vec_to_sgt(struct dma_buf_attachment *attach,
					 struct p2pdma_provider *provider,
					 struct phys_vec *phys_vec, size_t nr_ranges, size_t size,
					 enum dma_data_direction dir);
void dma_buf_free_sgt(struct dma_buf_attachment *attach, struct sg_table *sgt,
		      enum dma_data_direction dir);

#endif
