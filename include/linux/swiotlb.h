/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * swiotlb: bounce buffers for memory a device cannot reach.
 *
 * One pool of low memory, cut into slots of IO_TLB_SIZE bytes, exists if the kernel command
 * line asks for it (swiotlb=<slots>[,force|,noforce]); otherwise nothing can be bounced. A
 * mapping takes up to IO_TLB_SEGSIZE consecutive slots. All calls work in any context and
 * take the pool's lock. Contract: include/linux/swiotlb.h, kernel/dma/swiotlb.c.
 */
#ifndef _LINUX_SWIOTLB_H
#define _LINUX_SWIOTLB_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/types.h>

struct page;
struct io_tlb_pool;

#define SWIOTLB_VERBOSE	(1 << 0)
#define SWIOTLB_FORCE	(1 << 1)	/* bounce every mapping */
#define SWIOTLB_ANY	(1 << 2)	/* the pool need not be in low memory */

#define IO_TLB_SEGSIZE		128
#define IO_TLB_SHIFT		11
#define IO_TLB_SIZE		(1 << IO_TLB_SHIFT)
#define IO_TLB_DEFAULT_SIZE	(64UL << 20)

/*
 * What a device uses: dev->dma_io_tlb_mem, or the machine's default when that is NULL.
 * Several of them may share one pool and differ in force_bounce.
 */
struct io_tlb_mem {
	struct io_tlb_pool *pool;
	unsigned long nslabs;
	bool force_bounce;
};

#ifdef CONFIG_SWIOTLB
/*
 * swiotlb_tbl_map_single: takes slots and copies the original in; the bounce buffer's
 * physical address or (phys_addr_t)DMA_MAPPING_ERROR. alloc_align_mask: low bits that must
 * be clear in the address of the first slot. swiotlb_map: the same, as a bus address.
 * swiotlb_tbl_unmap_single: copies back as dir and attrs say, gives the slots back.
 */
phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t phys, size_t mapping_size,
				   unsigned int alloc_align_mask, enum dma_data_direction dir,
				   unsigned long attrs);
void swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr, size_t mapping_size,
			      enum dma_data_direction dir, unsigned long attrs);
void swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr, size_t size,
				    enum dma_data_direction dir);
void swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr, size_t size,
				 enum dma_data_direction dir);
dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs);

/* swiotlb_find_pool - the pool a physical address lies in, NULL if it is no bounce buffer. */
struct io_tlb_pool *swiotlb_find_pool(struct device *dev, phys_addr_t paddr);

bool is_swiotlb_active(struct device *dev);
bool is_swiotlb_force_bounce(struct device *dev);
bool is_swiotlb_allocated(void);
size_t swiotlb_max_mapping_size(struct device *dev);
size_t default_swiotlb_limit(void);
phys_addr_t default_swiotlb_base(void);
#else
static inline phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t phys,
						 size_t mapping_size,
						 unsigned int alloc_align_mask,
						 enum dma_data_direction dir,
						 unsigned long attrs)
{
	return ~(phys_addr_t)0;
}

static inline void swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr,
					    size_t mapping_size, enum dma_data_direction dir,
					    unsigned long attrs)
{
}

static inline void swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr,
						  size_t size, enum dma_data_direction dir)
{
}

static inline void swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr,
					       size_t size, enum dma_data_direction dir)
{
}

static inline dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
				     enum dma_data_direction dir, unsigned long attrs)
{
	return ~(dma_addr_t)0;
}

static inline struct io_tlb_pool *swiotlb_find_pool(struct device *dev, phys_addr_t paddr)
{
	return NULL;
}

static inline bool is_swiotlb_active(struct device *dev)
{
	return false;
}

static inline bool is_swiotlb_force_bounce(struct device *dev)
{
	return false;
}

static inline bool is_swiotlb_allocated(void)
{
	return false;
}

static inline size_t swiotlb_max_mapping_size(struct device *dev)
{
	return SIZE_MAX;
}
#endif

/* Restricted pools, from which a device's allocations must come: this machine has none. */
static inline bool is_swiotlb_for_alloc(struct device *dev __always_unused)
{
	return false;
}

static inline struct page *swiotlb_alloc(struct device *dev __always_unused,
					 size_t size __always_unused)
{
	return NULL;
}

static inline bool swiotlb_free(struct device *dev __always_unused,
				struct page *page __always_unused, size_t size __always_unused)
{
	return false;
}

#endif
