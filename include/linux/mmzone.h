/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zones and page orders. Kernel path: linux/mmzone.h. A zone is the part of a
 * node that some devices can reach: DMA below 16 MiB, DMA32 below 4 GiB, Normal
 * above. Only node 0 has the first two. The zone of a frame follows from its number.
 */
#ifndef _UDM_LINUX_MMZONE_H
#define _UDM_LINUX_MMZONE_H

#include <linux/types.h>
#include <linux/numa.h>
#include <linux/nodemask.h>
#include <linux/mm_types.h>

#define MAX_PAGE_ORDER 10
#define MAX_ORDER_NR_PAGES (1 << MAX_PAGE_ORDER)
#define NR_PAGE_ORDERS (MAX_PAGE_ORDER + 1)
#define IS_MAX_ORDER_ALIGNED(pfn) IS_ALIGNED(pfn, MAX_ORDER_NR_PAGES)
#define PAGE_ALLOC_COSTLY_ORDER 3
#define pageblock_order 9
#define pageblock_nr_pages (1UL << pageblock_order)

enum zone_type {
	ZONE_DMA,
	ZONE_DMA32,
	ZONE_NORMAL,
	ZONE_MOVABLE,
	ZONE_DEVICE,
	__MAX_NR_ZONES,
};
#define MAX_NR_ZONES __MAX_NR_ZONES

/* First frame that devices of 24 address bits cannot reach. */
#define UDM_DMA_END_PFN (1UL << (24 - PAGE_SHIFT))

static inline enum zone_type udm_pfn_to_zone(unsigned long pfn)
{
	if (pfn >= UDM_HIGH_PFN)
		return ZONE_NORMAL;
	return pfn >= UDM_DMA_END_PFN ? ZONE_DMA32 : ZONE_DMA;
}

static inline enum zone_type page_zonenum(const struct page *page)
{
	return udm_pfn_to_zone(page_to_pfn(page));
}

static inline enum zone_type folio_zonenum(const struct folio *folio)
{
	return page_zonenum(&folio->page);
}

static inline bool is_zone_device_page(const struct page *page __always_unused)
{
	return false;
}

static inline bool folio_is_zone_device(const struct folio *folio __always_unused)
{
	return false;
}

static inline bool zone_device_pages_have_same_pgmap(const struct page *a __always_unused,
						     const struct page *b __always_unused)
{
	return true;
}

/* Is there any memory below 16 MiB? Always, after boot (mm/page_alloc.c). */
bool has_managed_dma(void);
bool has_managed_zone(enum zone_type zone);

#endif
