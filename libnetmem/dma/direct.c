// SPDX-License-Identifier: GPL-2.0-only
/*
 * The direct mapping: devices that see physical memory as it is, or shifted by their range map.
 *
 * A mapping is arithmetic and a test against the device's reach; what the device cannot reach is
 * bounced if there are bounce buffers and refused otherwise. The machine is coherent and
 * encrypts nothing, so allocations are ordinary pages that pass the test for coherent memory.
 */
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "direct.h"

u64 zone_dma_limit = DMA_BIT_MASK(24);

/* Physical address of the last page of RAM. */
static phys_addr_t last_ram_page(void)
{
	return PFN_PHYS(max_pfn - 1);
}

u64 dma_direct_get_required_mask(struct device *dev)
{
	return DMA_BIT_MASK(fls64(phys_to_dma(dev, last_ram_page())));
}

bool dma_coherent_ok(struct device *dev, phys_addr_t phys, size_t size)
{
	dma_addr_t addr = phys_to_dma(dev, phys);
	u64 reach = min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit);

	return addr != DMA_MAPPING_ERROR && addr + size - 1 <= reach;
}

/* --- Allocation --- */

/* Zone bits for memory the device's coherent mask can reach. */
static gfp_t zone_bits(struct device *dev)
{
	u64 limit = dma_to_phys(dev, min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit));

	if (limit <= zone_dma_limit)
		return GFP_DMA;
	return limit <= DMA_BIT_MASK(32) ? GFP_DMA32 : 0;
}

/* The next lower zone after the one of these bits; 0 if it was the lowest. */
static gfp_t lower_zone(gfp_t gfp)
{
	if (gfp & GFP_DMA)
		return 0;
	return gfp & GFP_DMA32 ? GFP_DMA : GFP_DMA32;
}

/* The block, or NULL if the device cannot reach it. */
static struct page *if_reachable(struct device *dev, struct page *page, size_t size)
{
	if (!page || dma_coherent_ok(dev, page_to_phys(page), size))
		return page;
	dma_free_contiguous(dev, page, size);
	return NULL;
}

/* size is whole pages; the memory is not cleared. A contiguous area is where it is: asked once. */
static struct page *reachable_pages(struct device *dev, size_t size, gfp_t gfp)
{
	gfp_t zone = zone_bits(dev);
	struct page *page = dma_alloc_contiguous(dev, size, gfp | zone);

	page = if_reachable(dev, page, size);
	while (!page) {
		page = alloc_pages_node(dev_to_node(dev), gfp | zone, get_order(size));
		/* No memory at all will not be better in a lower zone. */
		if (!page)
			return NULL;
		page = if_reachable(dev, page, size);
		zone = lower_zone(zone);
		if (!page && !zone)
			return NULL;
	}
	return page;
}

void *dma_direct_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
		       unsigned long attrs)
{
	struct page *page;

	size = PAGE_ALIGN(size);
	if (attrs & DMA_ATTR_NO_WARN)
		gfp |= __GFP_NOWARN;
	page = reachable_pages(dev, size, gfp & ~__GFP_ZERO);
	if (!page)
		return NULL;
	*dma_handle = phys_to_dma(dev, page_to_phys(page));
	if (attrs & DMA_ATTR_NO_KERNEL_MAPPING)
		return page;
	memset(page_address(page), 0, size);
	return page_address(page);
}

void dma_direct_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_addr,
		     unsigned long attrs)
{
	size = PAGE_ALIGN(size);
	if (attrs & DMA_ATTR_NO_KERNEL_MAPPING) {
		dma_free_contiguous(dev, cpu_addr, size);
		return;
	}
	if (!dma_free_from_pool(dev, cpu_addr, size))
		dma_free_contiguous(dev, virt_to_page(cpu_addr), size);
}

struct page *dma_direct_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page = reachable_pages(dev, size, gfp & ~__GFP_ZERO);

	if (!page)
		return NULL;
	memset(page_address(page), 0, size);
	*dma_handle = phys_to_dma(dev, page_to_phys(page));
	return page;
}

void dma_direct_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_addr, enum dma_data_direction dir)
{
	if (!dma_free_from_pool(dev, page_address(page), size))
		dma_free_contiguous(dev, page, size);
}

int dma_direct_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct page *page = phys_to_page(dma_to_phys(dev, dma_addr));
	int err = sg_alloc_table(sgt, 1, GFP_KERNEL);

	if (!err)
		sg_set_page(sgt->sgl, page, PAGE_ALIGN(size), 0);
	return err;
}

bool dma_direct_can_mmap(struct device *dev)
{
	return dev_is_dma_coherent(dev);
}

int dma_direct_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	unsigned long wanted = vma_pages(vma), pages = PAGE_ALIGN(size) >> PAGE_SHIFT;
	unsigned long pfn = PHYS_PFN(dma_to_phys(dev, dma_addr));
	int ret = -ENXIO;

	vma->vm_page_prot = dma_pgprot(dev, vma->vm_page_prot, attrs);
	if (dma_mmap_from_dev_coherent(dev, vma, cpu_addr, size, &ret) ||
	    dma_mmap_from_global_coherent(vma, cpu_addr, size, &ret))
		return ret;
	if (vma->vm_pgoff >= pages || wanted > pages - vma->vm_pgoff)
		return ret;
	return remap_pfn_range(vma, vma->vm_start, pfn + vma->vm_pgoff, wanted << PAGE_SHIFT,
			       vma->vm_page_prot);
}

/* --- Mapping --- */

static dma_addr_t out_of_reach(struct device *dev, dma_addr_t addr, size_t size)
{
	dev_WARN_ONCE(dev, 1, "DMA addr %pad+%zu overflow (mask %llx, bus limit %llx).\n", &addr,
		      size, (unsigned long long)*dev->dma_mask,
		      (unsigned long long)dev->bus_dma_limit);
	return DMA_MAPPING_ERROR;
}

/* Memory shared with the host of a confidential guest: only for devices that see nothing else. */
static dma_addr_t map_shared(struct device *dev, phys_addr_t phys, size_t size)
{
	dma_addr_t addr;

	if (!is_swiotlb_force_bounce(dev))
		return DMA_MAPPING_ERROR;
	addr = phys_to_dma_unencrypted(dev, phys);
	return dma_capable(dev, addr, size, false) ? addr : out_of_reach(dev, addr, size);
}

dma_addr_t dma_direct_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			       enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t addr;

	if (unlikely(attrs & DMA_ATTR_CC_SHARED))
		return map_shared(dev, phys, size);
	if (unlikely(is_swiotlb_force_bounce(dev))) {
		if (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT))
			return DMA_MAPPING_ERROR;
		return swiotlb_map(dev, phys, size, dir, attrs);
	}
	if (attrs & DMA_ATTR_MMIO) {
		addr = phys;
		if (unlikely(!dma_capable(dev, addr, size, false)))
			return out_of_reach(dev, addr, size);
		return addr;
	}
	addr = phys_to_dma(dev, phys);
	if (likely(dma_capable(dev, addr, size, true)))
		return addr;
	if (is_swiotlb_active(dev) && !(attrs & DMA_ATTR_REQUIRE_COHERENT))
		return swiotlb_map(dev, phys, size, dir, attrs);
	return out_of_reach(dev, addr, size);
}

void dma_direct_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t phys;

	if (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT) || !is_swiotlb_active(dev))
		return;
	phys = dma_to_phys(dev, addr);
	if (swiotlb_find_pool(dev, phys))
		swiotlb_tbl_unmap_single(dev, phys, size, dir, attrs);
}

void dma_direct_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k) {
		if (sg_dma_is_bus_address(entry))
			sg_dma_unmark_bus_address(entry);
		else
			dma_direct_unmap_phys(dev, sg_dma_address(entry), sg_dma_len(entry), dir,
					      attrs);
	}
}

int dma_direct_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k) {
		sg_dma_address(entry) = dma_direct_map_phys(dev, sg_phys(entry), entry->length, dir,
							    attrs);
		if (sg_dma_address(entry) == DMA_MAPPING_ERROR) {
			dma_direct_unmap_sg(dev, sgl, k, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
			return -EIO;
		}
		sg_dma_len(entry) = entry->length;
	}
	return nents;
}

/* --- Ownership --- */

/* True, and where the data really are, if the device works on a bounced copy. */
static bool bounced_at(struct device *dev, dma_addr_t addr, phys_addr_t *phys)
{
	if (!is_swiotlb_active(dev))
		return false;
	*phys = dma_to_phys(dev, addr);
	return swiotlb_find_pool(dev, *phys);
}

void dma_direct_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
				    enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (bounced_at(dev, addr, &phys))
		swiotlb_sync_single_for_cpu(dev, phys, size, dir);
}

void dma_direct_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
				       enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (bounced_at(dev, addr, &phys))
		swiotlb_sync_single_for_device(dev, phys, size, dir);
}

typedef void (*sync_one_fn)(struct device *dev, dma_addr_t addr, size_t size,
			    enum dma_data_direction dir);

static void sync_each(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, sync_one_fn sync_one)
{
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k)
		sync_one(dev, sg_dma_address(entry), entry->length, dir);
}

void dma_direct_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nents,
				enum dma_data_direction dir)
{
	sync_each(dev, sgl, nents, dir, dma_direct_sync_single_for_cpu);
}

void dma_direct_sync_sg_for_device(struct device *dev, struct scatterlist *sgl, int nents,
				   enum dma_data_direction dir)
{
	sync_each(dev, sgl, nents, dir, dma_direct_sync_single_for_device);
}

bool dma_direct_need_sync(struct device *dev, dma_addr_t dma_addr)
{
	return !dev_is_dma_coherent(dev) || swiotlb_find_pool(dev, dma_to_phys(dev, dma_addr));
}

/* --- Limits --- */

int dma_direct_supported(struct device *dev, u64 mask)
{
	phys_addr_t lowest_need = last_ram_page();

	/* A device that reaches 4 GiB can always be served, if need be by bouncing. */
	if (mask >= DMA_BIT_MASK(32))
		return 1;
	if (IS_ENABLED(CONFIG_ZONE_DMA))
		lowest_need = min_t(u64, lowest_need, zone_dma_limit);
	return mask >= phys_to_dma_unencrypted(dev, lowest_need);
}

/* The region of the device's range map that holds a frame. */
static const struct bus_dma_region *region_of(struct device *dev, unsigned long pfn)
{
	const struct bus_dma_region *r = dev->dma_range_map;

	while (r->size && (pfn < PFN_DOWN(r->cpu_start) ||
			   pfn >= PFN_DOWN(r->cpu_start) + PFN_DOWN(r->size)))
		r++;
	return r->size ? r : NULL;
}

/* walk_system_ram_range: non-zero at the first run of frames that is not covered. */
static int run_not_covered(unsigned long pfn, unsigned long count, void *dev)
{
	unsigned long end = pfn + count;

	while (pfn < end) {
		const struct bus_dma_region *r = region_of(dev, pfn);

		if (!r)
			return 1;
		pfn = PFN_DOWN(r->cpu_start) + PFN_DOWN(r->size);
	}
	return 0;
}

bool dma_direct_all_ram_mapped(struct device *dev)
{
	if (!dev->dma_range_map)
		return true;
	return !walk_system_ram_range(0, PFN_DOWN(ULONG_MAX) + 1, dev, run_not_covered);
}

size_t dma_direct_max_mapping_size(struct device *dev)
{
	if (is_swiotlb_active(dev) && (dma_addressing_limited(dev) || is_swiotlb_force_bounce(dev)))
		return swiotlb_max_mapping_size(dev);
	return SIZE_MAX;
}

int dma_direct_set_offset(struct device *dev, phys_addr_t cpu_start, dma_addr_t dma_start,
			  u64 size)
{
	struct bus_dma_region *map;

	if (dev->dma_range_map) {
		dev_err(dev, "attempt to add DMA range to existing map\n");
		return -EINVAL;
	}
	if (cpu_start == dma_start)
		return 0;
	/* One region and the end mark. */
	map = kcalloc(2, sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	*map = (struct bus_dma_region){
		.cpu_start = cpu_start,
		.dma_start = dma_start,
		.size = size,
	};
	dev->dma_range_map = map;
	return 0;
}
EXPORT_SYMBOL_GPL(dma_direct_set_offset);
