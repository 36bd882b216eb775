// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA API on top of an IOMMU domain.
 *
 * A mapping takes a range of I/O addresses from the device's own domain and puts the buffer's
 * granules there; what the device sees keeps the buffer's offset in its granule. Unmapping
 * clears the granules, and then either flushes and frees the range (strict) or queues both
 * (lazy). A list gets one range, in which neighbouring entries are merged into as few bus
 * entries as the device's limits allow.
 *
 * Streaming calls run in any context and never sleep; allocations are in iommu_alloc.c.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu-dma.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/swiotlb.h>

#include "attach.h"
#include "bounce.h"
#include "failure.h"
#include "flush_queue.h"
#include "iommu_range.h"

/* Kernel path of these limits: the largest range the address caches hold. */
size_t iommu_dma_opt_mapping_size(void)
{
	return iova_rcache_range();
}

size_t iommu_dma_max_mapping_size(struct device *dev)
{
	return is_swiotlb_force_bounce(dev) ? swiotlb_max_mapping_size(dev) : SIZE_MAX;
}

unsigned long iommu_dma_get_merge_boundary(struct device *dev)
{
	return IOMMU_GRANULE_MASK;
}

static int direction_prot(enum dma_data_direction dir)
{
	if (dir == DMA_BIDIRECTIONAL)
		return IOMMU_READ | IOMMU_WRITE;
	return dir == DMA_TO_DEVICE ? IOMMU_READ : IOMMU_WRITE;
}

int dma_info_to_prot(struct device *dev, enum dma_data_direction dir, unsigned long attrs)
{
	int prot = direction_prot(dir);

	if (attrs & DMA_ATTR_PRIVILEGED)
		prot |= IOMMU_PRIV;
	if (attrs & DMA_ATTR_MMIO)
		return prot | IOMMU_MMIO;
	return dev_is_dma_coherent(dev) ? prot | IOMMU_CACHE : prot;
}

/* --- Ranges --- */

dma_addr_t range_alloc(struct device *dev, struct udm_domain *domain, u64 limit, size_t size)
{
	struct iova_domain *iovad = &domain->cookie.iovad;
	unsigned long pfn;

	if (!domain_is_paging(domain))
		return 0;
	limit = min_not_zero(limit, dev->bus_dma_limit);
	/* How many granules lie below it as a whole. */
	limit = (min(limit, domain->api.geometry.aperture_end) + 1) >> IOMMU_GRANULE_SHIFT;
	if (unlikely(!limit))
		return 0;
	pfn = alloc_iova_fast(iovad, size >> IOMMU_GRANULE_SHIFT, limit - 1, true);
	return (dma_addr_t)pfn << IOMMU_GRANULE_SHIFT;
}

void range_free(struct udm_domain *domain, dma_addr_t iova, size_t size)
{
	free_iova_fast(&domain->cookie.iovad, iova >> IOMMU_GRANULE_SHIFT,
		       size >> IOMMU_GRANULE_SHIFT);
}

void range_retire(struct udm_domain *domain, dma_addr_t iova, size_t size)
{
	if (domain->cookie.fq) {
		flush_queue_add(domain->cookie.fq, iova >> IOMMU_GRANULE_SHIFT,
				size >> IOMMU_GRANULE_SHIFT);
		return;
	}
	domain_flush(domain, iova, iova + size - 1);
	range_free(domain, iova, size);
}

int range_map(struct device *dev, struct udm_domain *domain, dma_addr_t addr, phys_addr_t phys,
	      size_t size, int prot, unsigned long attrs)
{
	size_t offset = phys & IOMMU_GRANULE_MASK;
	size_t whole = ALIGN(offset + size, IOMMU_GRANULE);
	u64 marks = 0;

	if (unlikely(READ_ONCE(domain->check_exact)) && whole != size) {
		if (domain_set_exact(domain, addr, addr + size - 1, GFP_ATOMIC))
			return -ENOMEM;
		marks = PTE_EXACT;
	}
	return domain_map(domain, addr - offset, phys - offset, whole, prot, marks, GFP_ATOMIC);
}

/* --- Single mappings --- */

static struct udm_domain *dma_domain(struct device *dev)
{
	return bus_of(dev)->own;
}

/*
 * Does the buffer have to go through a bounce buffer? Whole granules may be shown, unless the
 * device works on copies.
 */
static bool must_bounce(struct device *dev, phys_addr_t phys, size_t size)
{
	if (likely(!is_swiotlb_force_bounce(dev)))
		return false;
	return (phys | size) & IOMMU_GRANULE_MASK || device_has_copies(dev);
}

/*
 * Move a buffer to bounce buffers that fill whole granules. What lies around the buffer there
 * is zeroed: the device could read it. Returns the new address or DMA_MAPPING_ERROR.
 */
static phys_addr_t bounce_in(struct device *dev, phys_addr_t phys, size_t size,
			     enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t tlb = swiotlb_tbl_map_single(dev, phys, size, IOMMU_GRANULE_MASK, dir, attrs);
	size_t before, after;

	if (tlb == (phys_addr_t)DMA_MAPPING_ERROR)
		return tlb;
	before = tlb & IOMMU_GRANULE_MASK;
	after = -(tlb + size) & IOMMU_GRANULE_MASK;
	memset(phys_to_virt(tlb - before), 0, before);
	memset(phys_to_virt(tlb + size), 0, after);
	return tlb;
}

static void bounce_out(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	if (unlikely(swiotlb_find_pool(dev, phys)))
		swiotlb_tbl_unmap_single(dev, phys, size, dir, attrs);
}

/* Map one buffer for addresses up to limit. */
static dma_addr_t map_one(struct device *dev, struct udm_domain *domain, phys_addr_t phys,
			  size_t size, int prot, unsigned long attrs)
{
	size_t offset = phys & IOMMU_GRANULE_MASK;
	size_t whole = ALIGN(offset + size, IOMMU_GRANULE);
	dma_addr_t iova = range_alloc(dev, domain, dma_get_mask(dev), whole);

	if (!iova)
		return DMA_MAPPING_ERROR;
	if (range_map(dev, domain, iova + offset, phys, size, prot, attrs)) {
		range_free(domain, iova, whole);
		return DMA_MAPPING_ERROR;
	}
	return iova + offset;
}

static bool alignment_supported(struct device *dev)
{
	return !dev_WARN_ONCE(dev, dma_get_min_align_mask(dev) > IOMMU_GRANULE_MASK,
			      "Unsupported alignment constraint\n");
}

dma_addr_t iommu_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	struct udm_domain *domain = dma_domain(dev);
	int prot = dma_info_to_prot(dev, dir, attrs);
	bool bounced = must_bounce(dev, phys, size);
	phys_addr_t from = phys;
	dma_addr_t addr = DMA_MAPPING_ERROR;

	if (bounced && (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT)))
		goto out;
	if (!alignment_supported(dev) || dma_step_fails(UDM_IOMMU_STEP_MAP))
		goto out;
	if (bounced) {
		from = bounce_in(dev, phys, size, dir, attrs);
		if (from == (phys_addr_t)DMA_MAPPING_ERROR)
			goto out;
	}
	addr = map_one(dev, domain, from, size, prot, attrs);
	if (addr == DMA_MAPPING_ERROR && bounced)
		bounce_out(dev, from, size, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
out:
	domain_count(domain, addr == DMA_MAPPING_ERROR ? DOMAIN_MAP_FAILURE : DOMAIN_MAP);
	return addr;
}

void iommu_dma_unmap_phys(struct device *dev, dma_addr_t dma_handle, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	struct udm_domain *domain = dma_domain(dev);
	size_t offset = dma_handle & IOMMU_GRANULE_MASK;
	size_t whole = ALIGN(offset + size, IOMMU_GRANULE), removed;
	phys_addr_t phys = iommu_iova_to_phys(&domain->api, dma_handle);

	if (!(attrs & DMA_ATTR_MMIO) && WARN_ON(!phys))
		return;
	removed = domain_unmap(domain, dma_handle - offset, whole);
	if (WARN_ON(removed != whole)) {
		/* Nobody gets the addresses again, but somebody may get the memory. */
		if (removed)
			domain_flush(domain, dma_handle - offset,
				     dma_handle - offset + removed - 1);
		return;
	}
	range_retire(domain, dma_handle - offset, whole);
	if (!(attrs & DMA_ATTR_MMIO))
		bounce_out(dev, phys, size, dir, attrs);
	domain_count(domain, DOMAIN_UNMAP);
}

/* --- Ownership --- */

static void sync_one(struct device *dev, dma_addr_t handle, size_t size,
		     enum dma_data_direction dir, bool for_cpu)
{
	phys_addr_t phys;

	if (!is_swiotlb_active(dev))
		return;
	phys = iommu_iova_to_phys(&dma_domain(dev)->api, handle);
	if (!phys || !swiotlb_find_pool(dev, phys))
		return;
	if (for_cpu)
		swiotlb_sync_single_for_cpu(dev, phys, size, dir);
	else
		swiotlb_sync_single_for_device(dev, phys, size, dir);
}

void iommu_dma_sync_single_for_cpu(struct device *dev, dma_addr_t dma_handle, size_t size,
				   enum dma_data_direction dir)
{
	sync_one(dev, dma_handle, size, dir, true);
}

void iommu_dma_sync_single_for_device(struct device *dev, dma_addr_t dma_handle, size_t size,
				      enum dma_data_direction dir)
{
	sync_one(dev, dma_handle, size, dir, false);
}

/* Only a bounced list has anything to do, and that was not merged: entry k maps entry k. */
static void sync_list(struct device *dev, struct scatterlist *sgl, int nelems,
		      enum dma_data_direction dir, bool for_cpu)
{
	struct scatterlist *entry;
	int k;

	if (!sg_dma_is_swiotlb(sgl))
		return;
	for_each_sg(sgl, entry, nelems, k)
		sync_one(dev, sg_dma_address(entry), entry->length, dir, for_cpu);
}

void iommu_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl, int nelems,
			       enum dma_data_direction dir)
{
	sync_list(dev, sgl, nelems, dir, true);
}

void iommu_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sgl, int nelems,
				  enum dma_data_direction dir)
{
	sync_list(dev, sgl, nelems, dir, false);
}

/* --- Lists --- */

/*
 * Where the entries of a list lie in its range. Each takes whole granules; one that would cross a
 * segment boundary, though it fits between two, moves up to the next. As a range is aligned to
 * its size, boundaries can be counted from its start.
 */
struct list_layout {
	u64 boundary;			/* mask */
	size_t end;			/* bytes laid out so far */
};

static size_t entry_span(struct scatterlist *sg)
{
	if (!sg->length)
		return 0;
	return ALIGN((sg_phys(sg) & IOMMU_GRANULE_MASK) + sg->length, IOMMU_GRANULE);
}

/* Lay out the next entry; returns where its first granule begins. */
static size_t layout_next(struct list_layout *layout, struct scatterlist *sg)
{
	size_t span = entry_span(sg), begin = layout->end;
	u64 to_boundary = layout->boundary - (begin & layout->boundary);

	if (span && span - 1 > to_boundary && span - 1 <= layout->boundary)
		begin += to_boundary + 1;
	layout->end = begin + span;
	return begin;
}

static struct list_layout layout_start(struct device *dev)
{
	return (struct list_layout){ .boundary = dma_get_seg_boundary(dev) };
}

static size_t list_size(struct device *dev, struct scatterlist *sgl, int nents)
{
	struct list_layout layout = layout_start(dev);
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k)
		layout_next(&layout, entry);
	return layout.end;
}

static void list_unmap_granules(struct device *dev, struct udm_domain *domain, dma_addr_t iova,
				struct scatterlist *sgl, int nents)
{
	struct list_layout layout = layout_start(dev);
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k) {
		size_t begin = layout_next(&layout, entry);

		domain_unmap(domain, iova + begin, entry_span(entry));
	}
}

static int list_map_granules(struct device *dev, struct udm_domain *domain, dma_addr_t iova,
			     struct scatterlist *sgl, int nents, int prot, unsigned long attrs)
{
	struct list_layout layout = layout_start(dev);
	struct scatterlist *entry;
	int k, err;

	for_each_sg(sgl, entry, nents, k) {
		phys_addr_t phys = sg_phys(entry);
		dma_addr_t addr = iova + layout_next(&layout, entry);

		if (!entry->length)
			continue;
		err = range_map(dev, domain, addr + (phys & IOMMU_GRANULE_MASK), phys,
				entry->length, prot, attrs);
		if (err) {
			list_unmap_granules(dev, domain, iova, sgl, k);
			return err;
		}
	}
	return 0;
}

/* Does an entry at addr continue the bus entry `out`, which ends where it begins? */
static bool may_join(struct device *dev, struct scatterlist *out, dma_addr_t addr, size_t length)
{
	if (addr & IOMMU_GRANULE_MASK || !(addr & dma_get_seg_boundary(dev)))
		return false;
	if (sg_dma_address(out) + sg_dma_len(out) != addr)
		return false;
	/* As size_t: there may be no limit but that of the length itself. */
	return sg_dma_len(out) + length <= dma_get_max_seg_size(dev);
}

static void invalidate_entries(struct scatterlist *sg, int count)
{
	for (; sg && count > 0; sg = sg_next(sg), count--) {
		sg_dma_address(sg) = DMA_MAPPING_ERROR;
		sg_dma_len(sg) = 0;
	}
}

/* Fill in the bus view of a mapped list; returns its entries. */
static int list_finish(struct device *dev, dma_addr_t iova, struct scatterlist *sgl, int nents)
{
	struct list_layout layout = layout_start(dev);
	struct scatterlist *entry, *out = NULL;
	int k, count = 0;

	for_each_sg(sgl, entry, nents, k) {
		unsigned int length = entry->length;
		dma_addr_t addr = iova + layout_next(&layout, entry) +
				  (sg_phys(entry) & IOMMU_GRANULE_MASK);

		if (!length)
			continue;
		if (out && may_join(dev, out, addr, length)) {
			sg_dma_len(out) += length;
			continue;
		}
		out = out ? sg_next(out) : sgl;
		sg_dma_address(out) = addr;
		sg_dma_len(out) = length;
		count++;
	}
	invalidate_entries(sg_next(out), nents - count);
	return count;
}

/* Lists with bounced entries: each entry by itself. */
static int list_map_bounced(struct device *dev, struct scatterlist *sgl, int nents,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *entry;
	int k;

	sg_dma_mark_swiotlb(sgl);
	for_each_sg(sgl, entry, nents, k) {
		sg_dma_address(entry) = iommu_dma_map_phys(dev, sg_phys(entry), entry->length, dir,
							   attrs);
		if (sg_dma_address(entry) == DMA_MAPPING_ERROR) {
			iommu_dma_unmap_sg(dev, sgl, k, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
			invalidate_entries(sgl, nents);
			return -EIO;
		}
		sg_dma_len(entry) = entry->length;
	}
	return nents;
}

static bool list_must_bounce(struct device *dev, struct scatterlist *sgl, int nents)
{
	struct scatterlist *entry;
	int k;

	if (likely(!is_swiotlb_force_bounce(dev)))
		return false;
	for_each_sg(sgl, entry, nents, k)
		if (must_bounce(dev, sg_phys(entry), entry->length))
			return true;
	return false;
}

static int list_map(struct device *dev, struct udm_domain *domain, struct scatterlist *sgl,
		    int nents, int prot, unsigned long attrs)
{
	size_t size = list_size(dev, sgl, nents);
	dma_addr_t iova;
	int err;

	/* It may have been bounced last time. */
	__sg_dma_unmark(sgl, SG_DMA_SWIOTLB);
	if (!size)
		return -EINVAL;
	iova = range_alloc(dev, domain, dma_get_mask(dev), size);
	if (!iova)
		return -ENOMEM;
	err = list_map_granules(dev, domain, iova, sgl, nents, prot, attrs);
	if (err) {
		range_free(domain, iova, size);
		return err == -ENOMEM ? err : -EINVAL;
	}
	return list_finish(dev, iova, sgl, nents);
}

int iommu_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents,
		     enum dma_data_direction dir, unsigned long attrs)
{
	struct udm_domain *domain = dma_domain(dev);
	int count = -EINVAL;

	if (!alignment_supported(dev))
		goto failed;
	count = -ENOMEM;
	if (dma_step_fails(UDM_IOMMU_STEP_MAP_SG))
		goto failed;
	if (list_must_bounce(dev, sg, nents))
		return list_map_bounced(dev, sg, nents, dir, attrs);
	count = list_map(dev, domain, sg, nents, dma_info_to_prot(dev, dir, attrs), attrs);
	if (count > 0) {
		domain_count(domain, DOMAIN_MAP);
		return count;
	}
failed:
	invalidate_entries(sg, nents);
	domain_count(domain, DOMAIN_MAP_FAILURE);
	return count;
}

static void list_unmap_bounced(struct device *dev, struct scatterlist *sgl, int nents,
			       enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k)
		iommu_dma_unmap_phys(dev, sg_dma_address(entry), sg_dma_len(entry), dir, attrs);
}

/* Clear one bus entry's granules; returns where they end. */
static dma_addr_t bus_entry_unmap(struct udm_domain *domain, struct scatterlist *sg)
{
	dma_addr_t begin = sg_dma_address(sg) & ~(dma_addr_t)IOMMU_GRANULE_MASK;
	dma_addr_t end = ALIGN(sg_dma_address(sg) + sg_dma_len(sg), IOMMU_GRANULE);

	WARN_ON(domain_unmap(domain, begin, end - begin) != end - begin);
	return end;
}

void iommu_dma_unmap_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	struct udm_domain *domain = dma_domain(dev);
	dma_addr_t begin = DMA_MAPPING_ERROR, end = 0;
	struct scatterlist *entry;
	int k;

	if (sg_dma_is_swiotlb(sg)) {
		list_unmap_bounced(dev, sg, nents, dir, attrs);
		return;
	}
	for_each_sg(sg, entry, nents, k) {
		if (sg_dma_is_bus_address(entry)) {
			sg_dma_unmark_bus_address(entry);
			continue;
		}
		if (!sg_dma_len(entry))
			break;
		if (begin == DMA_MAPPING_ERROR)
			begin = sg_dma_address(entry) & ~(dma_addr_t)IOMMU_GRANULE_MASK;
		end = bus_entry_unmap(domain, entry);
	}
	if (end)
		range_retire(domain, begin, end - begin);
	domain_count(domain, DOMAIN_UNMAP);
}

/* --- Ranges filled piece by piece --- */

bool dma_iova_try_alloc(struct device *dev, struct dma_iova_state *state, phys_addr_t phys,
			size_t size)
{
	size_t offset = phys & IOMMU_GRANULE_MASK;
	struct udm_bus *bus = bus_of(dev);
	dma_addr_t iova;

	*state = (struct dma_iova_state){ 0 };
	/* A device that bounces maps in the ordinary way. */
	if (!bus || !use_dma_iommu(dev) || is_swiotlb_force_bounce(dev))
		return false;
	if (WARN_ON_ONCE(!size) || WARN_ON_ONCE(size & DMA_IOVA_USE_SWIOTLB))
		return false;
	iova = range_alloc(dev, bus->own, dma_get_mask(dev), ALIGN(offset + size, IOMMU_GRANULE));
	if (!iova)
		return false;
	state->addr = iova + offset;
	state->__size = size;
	return true;
}
EXPORT_SYMBOL_GPL(dma_iova_try_alloc);

/* The whole reservation of a state. */
static size_t state_span(struct dma_iova_state *state, dma_addr_t *begin)
{
	size_t offset = state->addr & IOMMU_GRANULE_MASK;

	*begin = state->addr - offset;
	return ALIGN(offset + dma_iova_size(state), IOMMU_GRANULE);
}

void dma_iova_free(struct device *dev, struct dma_iova_state *state)
{
	dma_addr_t begin;
	size_t span = state_span(state, &begin);

	range_free(dma_domain(dev), begin, span);
}
EXPORT_SYMBOL_GPL(dma_iova_free);

int dma_iova_link(struct device *dev, struct dma_iova_state *state, phys_addr_t phys,
		  size_t offset, size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	struct udm_domain *domain = dma_domain(dev);
	size_t start = phys & IOMMU_GRANULE_MASK;

	if (WARN_ON_ONCE(start && offset > 0))
		return -EIO;
	/* try_alloc refused devices that bounce; this one was told to bounce since. */
	if (must_bounce(dev, phys, size))
		return -EPERM;
	return range_map(dev, domain, state->addr + offset, phys, size,
			 dma_info_to_prot(dev, dir, attrs), attrs);
}
EXPORT_SYMBOL_GPL(dma_iova_link);

int dma_iova_sync(struct device *dev, struct dma_iova_state *state, size_t offset, size_t size)
{
	return iommu_sync_map(&dma_domain(dev)->api, state->addr + offset, size);
}
EXPORT_SYMBOL_GPL(dma_iova_sync);

static void state_unlink(struct device *dev, struct dma_iova_state *state, size_t offset,
			 size_t size)
{
	dma_addr_t addr = state->addr + offset;
	dma_addr_t begin = addr & ~(dma_addr_t)IOMMU_GRANULE_MASK;
	size_t span = ALIGN(addr - begin + size, IOMMU_GRANULE);

	WARN_ON(domain_unmap(dma_domain(dev), begin, span) != span);
}

void dma_iova_unlink(struct device *dev, struct dma_iova_state *state, size_t offset, size_t size,
		     enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t addr = state->addr + offset;

	state_unlink(dev, state, offset, size);
	domain_flush(dma_domain(dev), addr, addr + size - 1);
}
EXPORT_SYMBOL_GPL(dma_iova_unlink);

void dma_iova_destroy(struct device *dev, struct dma_iova_state *state, size_t mapped_len,
		      enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t begin;
	size_t span = state_span(state, &begin);

	if (!mapped_len) {
		dma_iova_free(dev, state);
		return;
	}
	state_unlink(dev, state, 0, mapped_len);
	range_retire(dma_domain(dev), begin, span);
}
EXPORT_SYMBOL_GPL(dma_iova_destroy);
