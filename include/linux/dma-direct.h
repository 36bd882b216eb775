/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The direct mapping: bus addresses are physical addresses, or shifted by the regions of
 * dev->dma_range_map. No state is kept, so every call works in any context; allocations
 * sleep if their gfp mask lets them. Contract: include/linux/dma-direct.h and
 * kernel/dma/direct.c.
 *
 * Physical addresses start low and host addresses are high: a bus address is never equal
 * to the address of the same byte in this process.
 */
#ifndef _LINUX_DMA_DIRECT_H
#define _LINUX_DMA_DIRECT_H

#include <linux/dma-mapping.h>
#include <linux/dma-map-ops.h>
#include <linux/mem_encrypt.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/pfn.h>
#include <linux/swiotlb.h>

/* Highest address of the low DMA zone. */
extern u64 zone_dma_limit;

/* A piece of a device's view of memory; an array of them ends with size 0. */
struct bus_dma_region {
	phys_addr_t	cpu_start;
	dma_addr_t	dma_start;
	u64		size;
};

/* Translation by the first region that holds the address; failure value if none does. */
static inline dma_addr_t translate_phys_to_dma(struct device *dev, phys_addr_t paddr)
{
	const struct bus_dma_region *r = dev->dma_range_map;

	while (r->size && paddr - r->cpu_start >= r->size)
		r++;
	return r->size ? r->dma_start + (paddr - r->cpu_start) : DMA_MAPPING_ERROR;
}

static inline phys_addr_t translate_dma_to_phys(struct device *dev, dma_addr_t dma_addr)
{
	const struct bus_dma_region *r = dev->dma_range_map;

	while (r->size && dma_addr - r->dma_start >= r->size)
		r++;
	return r->size ? r->cpu_start + (dma_addr - r->dma_start) : (phys_addr_t)-1;
}

/* Lowest and highest bus address a map can produce. */
static inline dma_addr_t dma_range_map_min(const struct bus_dma_region *map)
{
	dma_addr_t lowest = (dma_addr_t)U64_MAX;

	while (map->size) {
		lowest = min(lowest, map->dma_start);
		map++;
	}
	return lowest;
}

static inline dma_addr_t dma_range_map_max(const struct bus_dma_region *map)
{
	dma_addr_t highest = 0;

	while (map->size) {
		highest = max(highest, map->dma_start + map->size - 1);
		map++;
	}
	return highest;
}

/*
 * phys_to_dma: DMA_MAPPING_ERROR if the device cannot see the address. dma_to_phys:
 * (phys_addr_t)-1 likewise. They differ from the unencrypted form only on hosts that
 * encrypt memory.
 */
static inline dma_addr_t phys_to_dma_unencrypted(struct device *dev, phys_addr_t paddr)
{
	if (likely(!dev->dma_range_map))
		return dma_addr_unencrypted(paddr);
	return dma_addr_unencrypted(translate_phys_to_dma(dev, paddr));
}

static inline dma_addr_t phys_to_dma(struct device *dev, phys_addr_t paddr)
{
	if (likely(!dev->dma_range_map))
		return dma_addr_encrypted(paddr);
	return dma_addr_encrypted(translate_phys_to_dma(dev, paddr));
}

static inline phys_addr_t dma_to_phys(struct device *dev, dma_addr_t dma_addr)
{
	dma_addr = dma_addr_canonical(dma_addr);
	return likely(!dev->dma_range_map) ? dma_addr : translate_dma_to_phys(dev, dma_addr);
}

#ifdef CONFIG_ARCH_HAS_FORCE_DMA_UNENCRYPTED
bool force_dma_unencrypted(struct device *dev);
#else
static inline bool force_dma_unencrypted(struct device *dev __always_unused)
{
	return false;
}
#endif

/* dma_capable - can the device reach all of [addr, addr + size)? */
static inline bool dma_capable(struct device *dev, dma_addr_t addr, size_t size, bool is_ram)
{
	u64 reach = min_not_zero(*dev->dma_mask, dev->bus_dma_limit);
	dma_addr_t last = addr + size - 1;

	if (unlikely(addr == DMA_MAPPING_ERROR))
		return false;
	if (!IS_ENABLED(CONFIG_ARCH_DMA_ADDR_T_64BIT) && is_ram &&
	    min(addr, last) < phys_to_dma(dev, PFN_PHYS(min_low_pfn)))
		return false;
	return last <= reach;
}

/*
 * kernel/dma/direct.c. dma_direct_set_offset: one region for the whole device; -EINVAL if
 * it has a map already, -ENOMEM. The others are the back end of linux/dma-mapping.h.
 */
u64 dma_direct_get_required_mask(struct device *dev);
void *dma_direct_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		       unsigned long attrs);
void dma_direct_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
		     unsigned long attrs);
struct page *dma_direct_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp);
void dma_direct_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_addr, enum dma_data_direction dir);
int dma_direct_supported(struct device *dev, u64 mask);
int dma_direct_set_offset(struct device *dev, phys_addr_t cpu_start, dma_addr_t dma_start,
			  u64 size);

#endif
