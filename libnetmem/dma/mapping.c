// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA API: checks, then a call to the back end that serves the device (backend.h), then
 * tracing and dma-debug, which see what the back end did.
 */
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/iommu-dma.h>
#include <linux/irqflags.h>
#include <linux/kmsan.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "backend.h"
#include "bounce.h"
#include "cpu_trap.h"
#include "debug.h"
#include "direct.h"
#include "fail_dma_map.h"

#define CREATE_TRACE_POINTS
#include <trace/events/dma.h>

/* --- Single mappings --- */

static dma_addr_t backend_map_phys(struct device *dev, phys_addr_t phys, size_t size,
				   enum dma_data_direction dir, unsigned long attrs)
{
	enum backend via = streaming_backend(dev);

	if (dma_map_refused(size))
		return DMA_MAPPING_ERROR;
	if (via == VIA_DIRECT || (!(attrs & DMA_ATTR_MMIO) &&
				  arch_dma_map_phys_direct(dev, phys + size)))
		return dma_direct_map_phys(dev, phys, size, dir, attrs);
	if (via == VIA_NOTHING || attrs & DMA_ATTR_CC_SHARED)
		return DMA_MAPPING_ERROR;
	if (via == VIA_IOMMU)
		return iommu_dma_map_phys(dev, phys, size, dir, attrs);
	return dma_ops_map_phys(dev, phys, size, dir, attrs);
}

dma_addr_t dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t addr;

	BUG_ON(!valid_dma_direction(dir));
	if (WARN_ON_ONCE(!dev->dma_mask))
		return DMA_MAPPING_ERROR;
	if (!dev_is_dma_coherent(dev) && attrs & DMA_ATTR_REQUIRE_COHERENT)
		return DMA_MAPPING_ERROR;
	addr = backend_map_phys(dev, phys, size, dir, attrs);
	if (!(attrs & DMA_ATTR_MMIO))
		kmsan_handle_dma(phys, size, dir);
	trace_dma_map_phys(dev, phys, addr, size, dir, attrs);
	debug_dma_map_phys(dev, phys, size, dir, addr, attrs);
	cpu_trap_map(dev, phys, addr, size, dir, attrs);
	return addr;
}
EXPORT_SYMBOL_GPL(dma_map_phys);

static void backend_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir, unsigned long attrs)
{
	enum backend via = streaming_backend(dev);

	if (via == VIA_DIRECT || (!(attrs & DMA_ATTR_MMIO) &&
				  arch_dma_unmap_phys_direct(dev, addr + size))) {
		dma_direct_unmap_phys(dev, addr, size, dir, attrs);
		return;
	}
	if (via == VIA_NOTHING || attrs & DMA_ATTR_CC_SHARED)
		return;
	if (via == VIA_IOMMU) {
		iommu_dma_unmap_phys(dev, addr, size, dir, attrs);
		return;
	}
	dma_ops_unmap_phys(dev, addr, size, dir, attrs);
}

void dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs)
{
	BUG_ON(!valid_dma_direction(dir));
	if (!(attrs & DMA_ATTR_MMIO))
		cpu_trap_unmap(dev, addr, size);
	backend_unmap_phys(dev, addr, size, dir, attrs);
	trace_dma_unmap_phys(dev, addr, size, dir, attrs);
	debug_dma_unmap_phys(dev, addr, size, dir);
}
EXPORT_SYMBOL_GPL(dma_unmap_phys);

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	if (unlikely(attrs & DMA_ATTR_MMIO))
		return DMA_MAPPING_ERROR;
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG) && WARN_ON_ONCE(is_zone_device_page(page)))
		return DMA_MAPPING_ERROR;
	return dma_map_phys(dev, offset + page_to_phys(page), size, dir, attrs);
}
EXPORT_SYMBOL(dma_map_page_attrs);

void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	if (likely(!(attrs & DMA_ATTR_MMIO)))
		dma_unmap_phys(dev, addr, size, dir, attrs);
}
EXPORT_SYMBOL(dma_unmap_page_attrs);

dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	return dma_map_phys(dev, phys_addr, size, dir, DMA_ATTR_MMIO | attrs);
}
EXPORT_SYMBOL(dma_map_resource);

void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	dma_unmap_phys(dev, addr, size, dir, DMA_ATTR_MMIO | attrs);
}
EXPORT_SYMBOL(dma_unmap_resource);

/* --- Lists --- */

static int backend_map_sg(struct device *dev, struct scatterlist *sg, int nents,
			  enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_map_ops *ops;

	if (dma_map_sg_refused(sg, nents))
		return -ENOMEM;
	switch (streaming_backend(dev)) {
	case VIA_DIRECT:
		return dma_direct_map_sg(dev, sg, nents, dir, attrs);
	case VIA_IOMMU:
		return iommu_dma_map_sg(dev, sg, nents, dir, attrs);
	case VIA_OPS:
		ops = get_dma_ops(dev);
		return ops->map_sg ? ops->map_sg(dev, sg, nents, dir, attrs) : -EIO;
	case VIA_NOTHING:
		break;
	}
	return -ENOMEM;
}

/* The errors a back end may give; anything else, 0 included, is a bug in it. */
static bool is_map_sg_error(int err)
{
	return err == -EINVAL || err == -ENOMEM || err == -EIO || err == -EREMOTEIO;
}

/* Number of bus entries, or an error. */
static int map_list(struct device *dev, struct scatterlist *sg, int nents,
		    enum dma_data_direction dir, unsigned long attrs)
{
	int count;

	BUG_ON(!valid_dma_direction(dir));
	if (!dev_is_dma_coherent(dev) && attrs & DMA_ATTR_REQUIRE_COHERENT)
		return -EOPNOTSUPP;
	if (WARN_ON_ONCE(!dev->dma_mask))
		return 0;
	count = backend_map_sg(dev, sg, nents, dir, attrs);
	if (likely(count > 0)) {
		kmsan_handle_dma_sg(sg, nents, dir);
		trace_dma_map_sg(dev, sg, nents, count, dir, attrs);
		debug_dma_map_sg(dev, sg, nents, count, dir, attrs);
		cpu_trap_map_sg(dev, sg, nents, dir, attrs);
		return count;
	}
	trace_dma_map_sg_err(dev, sg, nents, count, dir, attrs);
	return WARN_ON_ONCE(!is_map_sg_error(count)) ? -EIO : count;
}

unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return max(map_list(dev, sg, nents, dir, attrs), 0);
}
EXPORT_SYMBOL(dma_map_sg_attrs);

int dma_map_sgtable(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir,
		    unsigned long attrs)
{
	int count = map_list(dev, sgt->sgl, sgt->orig_nents, dir, attrs);

	if (count >= 0)
		sgt->nents = count;
	return min(count, 0);
}
EXPORT_SYMBOL_GPL(dma_map_sgtable);

void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	enum backend via = streaming_backend(dev);

	BUG_ON(!valid_dma_direction(dir));
	trace_dma_unmap_sg(dev, sg, nents, dir, attrs);
	debug_dma_unmap_sg(dev, sg, nents, dir);
	cpu_trap_unmap_sg(dev, sg, nents);
	if (via == VIA_IOMMU)
		iommu_dma_unmap_sg(dev, sg, nents, dir, attrs);
	else if (via == VIA_DIRECT)
		dma_direct_unmap_sg(dev, sg, nents, dir, attrs);
	else if (via == VIA_OPS && get_dma_ops(dev)->unmap_sg)
		get_dma_ops(dev)->unmap_sg(dev, sg, nents, dir, attrs);
}
EXPORT_SYMBOL(dma_unmap_sg_attrs);

/* --- Ownership --- */

#ifdef CONFIG_DMA_NEED_SYNC
static void sync_single(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, bool for_cpu)
{
	enum backend via = streaming_backend(dev);
	const struct dma_map_ops *ops = get_dma_ops(dev);

	BUG_ON(!valid_dma_direction(dir));
	cpu_trap_sync(dev, addr, size, for_cpu);
	if (via == VIA_DIRECT && for_cpu)
		dma_direct_sync_single_for_cpu(dev, addr, size, dir);
	else if (via == VIA_DIRECT)
		dma_direct_sync_single_for_device(dev, addr, size, dir);
	else if (via == VIA_IOMMU && for_cpu)
		iommu_dma_sync_single_for_cpu(dev, addr, size, dir);
	else if (via == VIA_IOMMU)
		iommu_dma_sync_single_for_device(dev, addr, size, dir);
	else if (via == VIA_OPS && for_cpu && ops->sync_single_for_cpu)
		ops->sync_single_for_cpu(dev, addr, size, dir);
	else if (via == VIA_OPS && !for_cpu && ops->sync_single_for_device)
		ops->sync_single_for_device(dev, addr, size, dir);
}

static void sync_list(struct device *dev, struct scatterlist *sg, int nelems,
		      enum dma_data_direction dir, bool for_cpu)
{
	enum backend via = streaming_backend(dev);
	const struct dma_map_ops *ops = get_dma_ops(dev);

	BUG_ON(!valid_dma_direction(dir));
	cpu_trap_sync_sg(dev, sg, nelems, for_cpu);
	if (via == VIA_DIRECT && for_cpu)
		dma_direct_sync_sg_for_cpu(dev, sg, nelems, dir);
	else if (via == VIA_DIRECT)
		dma_direct_sync_sg_for_device(dev, sg, nelems, dir);
	else if (via == VIA_IOMMU && for_cpu)
		iommu_dma_sync_sg_for_cpu(dev, sg, nelems, dir);
	else if (via == VIA_IOMMU)
		iommu_dma_sync_sg_for_device(dev, sg, nelems, dir);
	else if (via == VIA_OPS && for_cpu && ops->sync_sg_for_cpu)
		ops->sync_sg_for_cpu(dev, sg, nelems, dir);
	else if (via == VIA_OPS && !for_cpu && ops->sync_sg_for_device)
		ops->sync_sg_for_device(dev, sg, nelems, dir);
}

void __dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir)
{
	sync_single(dev, addr, size, dir, true);
	trace_dma_sync_single_for_cpu(dev, addr, size, dir);
	debug_dma_sync_single_for_cpu(dev, addr, size, dir);
}
EXPORT_SYMBOL(__dma_sync_single_for_cpu);

void __dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
				  enum dma_data_direction dir)
{
	sync_single(dev, addr, size, dir, false);
	trace_dma_sync_single_for_device(dev, addr, size, dir);
	debug_dma_sync_single_for_device(dev, addr, size, dir);
}
EXPORT_SYMBOL(__dma_sync_single_for_device);

void __dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
			   enum dma_data_direction dir)
{
	sync_list(dev, sg, nelems, dir, true);
	trace_dma_sync_sg_for_cpu(dev, sg, nelems, dir);
	debug_dma_sync_sg_for_cpu(dev, sg, nelems, dir);
}
EXPORT_SYMBOL(__dma_sync_sg_for_cpu);

void __dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
			      enum dma_data_direction dir)
{
	sync_list(dev, sg, nelems, dir, false);
	trace_dma_sync_sg_for_device(dev, sg, nelems, dir);
	debug_dma_sync_sg_for_device(dev, sg, nelems, dir);
}
EXPORT_SYMBOL(__dma_sync_sg_for_device);

bool __dma_need_sync(struct device *dev, dma_addr_t dma_addr)
{
	return streaming_backend(dev) != VIA_DIRECT || dma_direct_need_sync(dev, dma_addr);
}
EXPORT_SYMBOL_GPL(__dma_need_sync);

static bool ops_sync(const struct dma_map_ops *ops)
{
	return ops->sync_single_for_cpu || ops->sync_single_for_device || ops->sync_sg_for_cpu ||
	       ops->sync_sg_for_device;
}

/* A bounced mapping switches skipping off again (dma_reset_need_sync). */
static void dma_setup_need_sync(struct device *dev)
{
	if (streaming_backend(dev) == VIA_OPS)
		dev->dma_skip_sync = !ops_sync(get_dma_ops(dev));
	else
		dev->dma_skip_sync = dev_is_dma_coherent(dev) && !device_has_copies(dev) &&
				     !cpu_trap_on;
}
#else
static void dma_setup_need_sync(struct device *dev)
{
}
#endif

bool dma_need_unmap(struct device *dev)
{
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG) || !dev->dma_skip_sync)
		return true;
	return streaming_backend(dev) != VIA_DIRECT;
}
EXPORT_SYMBOL_GPL(dma_need_unmap);

/* --- Showing allocations --- */

int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	const struct dma_map_ops *ops;

	switch (coherent_backend(dev)) {
	case VIA_DIRECT:
		return dma_direct_get_sgtable(dev, sgt, cpu_addr, dma_addr, size, attrs);
	case VIA_IOMMU:
		return iommu_dma_get_sgtable(dev, sgt, cpu_addr, dma_addr, size, attrs);
	case VIA_OPS:
		ops = get_dma_ops(dev);
		if (ops->get_sgtable)
			return ops->get_sgtable(dev, sgt, cpu_addr, dma_addr, size, attrs);
		break;
	case VIA_NOTHING:
		break;
	}
	return -ENXIO;
}
EXPORT_SYMBOL(dma_get_sgtable_attrs);

#ifdef CONFIG_MMU
pgprot_t dma_pgprot(struct device *dev, pgprot_t prot, unsigned long attrs)
{
	if (dev_is_dma_coherent(dev))
		return prot;
	if (IS_ENABLED(CONFIG_ARCH_HAS_DMA_WRITE_COMBINE) && attrs & DMA_ATTR_WRITE_COMBINE)
		return pgprot_writecombine(prot);
	return pgprot_dmacoherent(prot);
}
#endif

bool dma_can_mmap(struct device *dev)
{
	enum backend via = coherent_backend(dev);

	if (via == VIA_OPS)
		return get_dma_ops(dev)->mmap != NULL;
	return via == VIA_IOMMU || (via == VIA_DIRECT && dma_direct_can_mmap(dev));
}
EXPORT_SYMBOL_GPL(dma_can_mmap);

int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	const struct dma_map_ops *ops;

	switch (coherent_backend(dev)) {
	case VIA_DIRECT:
		return dma_direct_mmap(dev, vma, cpu_addr, dma_addr, size, attrs);
	case VIA_IOMMU:
		return iommu_dma_mmap(dev, vma, cpu_addr, dma_addr, size, attrs);
	case VIA_OPS:
		ops = get_dma_ops(dev);
		if (ops->mmap)
			return ops->mmap(dev, vma, cpu_addr, dma_addr, size, attrs);
		break;
	case VIA_NOTHING:
		break;
	}
	return -ENXIO;
}
EXPORT_SYMBOL(dma_mmap_attrs);

/* --- Allocation --- */

static void *backend_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag,
			   unsigned long attrs)
{
	const struct dma_map_ops *ops;

	switch (coherent_backend(dev)) {
	case VIA_DIRECT:
		return dma_direct_alloc(dev, size, dma_handle, flag, attrs);
	case VIA_IOMMU:
		return iommu_dma_alloc(dev, size, dma_handle, flag, attrs);
	case VIA_OPS:
		ops = get_dma_ops(dev);
		return ops->alloc ? ops->alloc(dev, size, dma_handle, flag, attrs) : NULL;
	case VIA_NOTHING:
		break;
	}
	return NULL;
}

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag,
		      unsigned long attrs)
{
	void *cpu_addr;

	WARN_ON_ONCE(!dev->coherent_dma_mask);
	if (WARN_ON_ONCE(flag & __GFP_COMP))
		return NULL;
	if (dma_alloc_from_dev_coherent(dev, size, dma_handle, &cpu_addr))
		return cpu_addr;

	/* The back end knows which zone will do. */
	flag &= ~(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM);
	cpu_addr = backend_alloc(dev, size, dma_handle, flag, attrs);
	trace_dma_alloc(dev, cpu_addr, cpu_addr ? *dma_handle : 0, size, DMA_BIDIRECTIONAL, flag,
			attrs);
	if (cpu_addr)
		debug_dma_alloc_coherent(dev, size, *dma_handle, cpu_addr, attrs);
	return cpu_addr;
}
EXPORT_SYMBOL(dma_alloc_attrs);

void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle,
		    unsigned long attrs)
{
	enum backend via = coherent_backend(dev);

	if (dma_release_from_dev_coherent(dev, get_order(size), cpu_addr))
		return;
	/* Taking down a kernel mapping sleeps; callers get away with it only by luck. */
	WARN_ON(irqs_disabled());
	trace_dma_free(dev, cpu_addr, dma_handle, size, DMA_BIDIRECTIONAL, attrs);
	if (!cpu_addr)
		return;
	debug_dma_free_coherent(dev, size, cpu_addr, dma_handle);
	if (via == VIA_DIRECT)
		dma_direct_free(dev, size, cpu_addr, dma_handle, attrs);
	else if (via == VIA_IOMMU)
		iommu_dma_free(dev, size, cpu_addr, dma_handle, attrs);
	else if (via == VIA_OPS && get_dma_ops(dev)->free)
		get_dma_ops(dev)->free(dev, size, cpu_addr, dma_handle, attrs);
}
EXPORT_SYMBOL(dma_free_attrs);

/* size is whole pages, the gfp bits are checked. */
static struct page *backend_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
					enum dma_data_direction dir, gfp_t gfp)
{
	const struct dma_map_ops *ops;

	switch (coherent_backend(dev)) {
	case VIA_DIRECT:
		return dma_direct_alloc_pages(dev, size, dma_handle, dir, gfp);
	case VIA_IOMMU:
		return dma_common_alloc_pages(dev, size, dma_handle, dir, gfp);
	case VIA_OPS:
		ops = get_dma_ops(dev);
		if (ops->alloc_pages_op)
			return ops->alloc_pages_op(dev, size, dma_handle, dir, gfp);
		break;
	case VIA_NOTHING:
		break;
	}
	return NULL;
}

static struct page *pages_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
				enum dma_data_direction dir, gfp_t gfp)
{
	if (WARN_ON_ONCE(!dev->coherent_dma_mask))
		return NULL;
	if (WARN_ON_ONCE(gfp & (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM)))
		return NULL;
	if (WARN_ON_ONCE(gfp & __GFP_COMP))
		return NULL;
	return backend_alloc_pages(dev, PAGE_ALIGN(size), dma_handle, dir, gfp);
}

struct page *dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
			     enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page = pages_alloc(dev, size, dma_handle, dir, gfp);

	trace_dma_alloc_pages(dev, page ? page_to_virt(page) : NULL, page ? *dma_handle : 0, size,
			      dir, gfp, 0);
	if (page)
		debug_dma_alloc_pages(dev, page, size, dir, *dma_handle, 0);
	return page;
}
EXPORT_SYMBOL_GPL(dma_alloc_pages);

static void pages_free(struct device *dev, size_t size, struct page *page, dma_addr_t dma_handle,
		       enum dma_data_direction dir)
{
	enum backend via = coherent_backend(dev);

	size = PAGE_ALIGN(size);
	if (via == VIA_DIRECT)
		dma_direct_free_pages(dev, size, page, dma_handle, dir);
	else if (via == VIA_IOMMU)
		dma_common_free_pages(dev, size, page, dma_handle, dir);
	else if (via == VIA_OPS && get_dma_ops(dev)->free_pages)
		get_dma_ops(dev)->free_pages(dev, size, page, dma_handle, dir);
}

void dma_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t dma_handle,
		    enum dma_data_direction dir)
{
	trace_dma_free_pages(dev, page_to_virt(page), dma_handle, size, dir, 0);
	debug_dma_free_pages(dev, page, size, dir, dma_handle);
	pages_free(dev, size, page, dma_handle, dir);
}
EXPORT_SYMBOL_GPL(dma_free_pages);

/* Does the vma show a part of a buffer of that size? */
static bool window_fits(const struct vm_area_struct *vma, size_t size)
{
	unsigned long pages = PAGE_ALIGN(size) >> PAGE_SHIFT;

	return vma->vm_pgoff < pages && vma_pages(vma) <= pages - vma->vm_pgoff;
}

int dma_mmap_pages(struct device *dev, struct vm_area_struct *vma, size_t size,
		   struct page *page)
{
	if (!window_fits(vma, size))
		return -ENXIO;
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff + page_to_pfn(page),
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
EXPORT_SYMBOL_GPL(dma_mmap_pages);

/* One block and the table that describes it. */
static struct sg_table *block_sgt_alloc(struct device *dev, size_t size,
					enum dma_data_direction dir, gfp_t gfp)
{
	struct sg_table *sgt = kmalloc(sizeof(*sgt), gfp);
	struct page *page;

	if (!sgt)
		return NULL;
	if (sg_alloc_table(sgt, 1, gfp))
		goto free_sgt;
	page = pages_alloc(dev, size, &sg_dma_address(sgt->sgl), dir, gfp);
	if (!page)
		goto free_table;
	sg_set_page(sgt->sgl, page, PAGE_ALIGN(size), 0);
	sg_dma_len(sgt->sgl) = sgt->sgl->length;
	return sgt;

free_table:
	sg_free_table(sgt);
free_sgt:
	kfree(sgt);
	return NULL;
}

static void block_sgt_free(struct device *dev, size_t size, struct sg_table *sgt,
			   enum dma_data_direction dir)
{
	pages_free(dev, size, sg_page(sgt->sgl), sg_dma_address(sgt->sgl), dir);
	sg_free_table(sgt);
	kfree(sgt);
}

struct sg_table *dma_alloc_noncontiguous(struct device *dev, size_t size,
					 enum dma_data_direction dir, gfp_t gfp,
					 unsigned long attrs)
{
	struct sg_table *sgt;

	if (WARN_ON_ONCE(attrs & ~DMA_ATTR_ALLOC_SINGLE_PAGES) ||
	    WARN_ON_ONCE(gfp & __GFP_COMP))
		return NULL;
	if (coherent_backend(dev) == VIA_IOMMU)
		sgt = iommu_dma_alloc_noncontiguous(dev, size, dir, gfp, attrs);
	else
		sgt = block_sgt_alloc(dev, size, dir, gfp);
	if (!sgt) {
		trace_dma_alloc_sgt_err(dev, NULL, 0, size, dir, gfp, attrs);
		return NULL;
	}
	sgt->nents = 1;
	trace_dma_alloc_sgt(dev, sgt, size, dir, gfp, attrs);
	debug_dma_map_sg(dev, sgt->sgl, sgt->orig_nents, 1, dir, attrs);
	return sgt;
}
EXPORT_SYMBOL_GPL(dma_alloc_noncontiguous);

void dma_free_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt,
			    enum dma_data_direction dir)
{
	trace_dma_free_sgt(dev, sgt, size, dir);
	debug_dma_unmap_sg(dev, sgt->sgl, sgt->orig_nents, dir);
	if (coherent_backend(dev) == VIA_IOMMU)
		iommu_dma_free_noncontiguous(dev, size, sgt, dir);
	else
		block_sgt_free(dev, size, sgt, dir);
}
EXPORT_SYMBOL_GPL(dma_free_noncontiguous);

void *dma_vmap_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt)
{
	if (coherent_backend(dev) == VIA_IOMMU)
		return iommu_dma_vmap_noncontiguous(dev, size, sgt);
	return page_address(sg_page(sgt->sgl));
}
EXPORT_SYMBOL_GPL(dma_vmap_noncontiguous);

void dma_vunmap_noncontiguous(struct device *dev, void *vaddr)
{
	if (coherent_backend(dev) == VIA_IOMMU)
		iommu_dma_vunmap_noncontiguous(dev, vaddr);
}
EXPORT_SYMBOL_GPL(dma_vunmap_noncontiguous);

int dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma, size_t size,
			   struct sg_table *sgt)
{
	if (coherent_backend(dev) == VIA_IOMMU)
		return iommu_dma_mmap_noncontiguous(dev, vma, size, sgt);
	return dma_mmap_pages(dev, vma, size, sg_page(sgt->sgl));
}
EXPORT_SYMBOL_GPL(dma_mmap_noncontiguous);

/* --- Masks and limits --- */

static bool dma_supported(struct device *dev, u64 mask)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	switch (backend_of(dev, mask)) {
	case VIA_IOMMU:
		return !WARN_ON(ops);
	case VIA_OPS:
		return !ops->dma_supported || ops->dma_supported(dev, mask);
	case VIA_DIRECT:
		return dma_direct_supported(dev, mask);
	case VIA_NOTHING:
		break;
	}
	return false;
}

int dma_set_mask(struct device *dev, u64 mask)
{
	/* A narrower dma_addr_t makes every wider mask equal to the full one. */
	mask = (dma_addr_t)mask;
	if (!dev->dma_mask || !dma_supported(dev, mask))
		return -EIO;
	arch_dma_set_mask(dev, mask);
	WRITE_ONCE(*dev->dma_mask, mask);
	dma_setup_need_sync(dev);
	return 0;
}
EXPORT_SYMBOL(dma_set_mask);

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	mask = (dma_addr_t)mask;
	if (!dma_supported(dev, mask))
		return -EIO;
	WRITE_ONCE(dev->coherent_dma_mask, mask);
	return 0;
}
EXPORT_SYMBOL(dma_set_coherent_mask);

bool dma_pci_p2pdma_supported(struct device *dev)
{
	return !get_dma_ops(dev);
}
EXPORT_SYMBOL_GPL(dma_pci_p2pdma_supported);

u64 dma_get_required_mask(struct device *dev)
{
	enum backend via = streaming_backend(dev);

	if (via == VIA_OPS && get_dma_ops(dev)->get_required_mask)
		return get_dma_ops(dev)->get_required_mask(dev);
	return via == VIA_DIRECT ? dma_direct_get_required_mask(dev) : DMA_BIT_MASK(32);
}
EXPORT_SYMBOL_GPL(dma_get_required_mask);

bool dma_addressing_limited(struct device *dev)
{
	if (min_not_zero(dma_get_mask(dev), dev->bus_dma_limit) < dma_get_required_mask(dev))
		return true;
	return streaming_backend(dev) == VIA_DIRECT && !dma_direct_all_ram_mapped(dev);
}
EXPORT_SYMBOL_GPL(dma_addressing_limited);

size_t dma_max_mapping_size(struct device *dev)
{
	enum backend via = streaming_backend(dev);

	if (via == VIA_DIRECT)
		return dma_direct_max_mapping_size(dev);
	if (via == VIA_IOMMU)
		return iommu_dma_max_mapping_size(dev);
	if (via == VIA_OPS && get_dma_ops(dev)->max_mapping_size)
		return get_dma_ops(dev)->max_mapping_size(dev);
	return SIZE_MAX;
}
EXPORT_SYMBOL_GPL(dma_max_mapping_size);

size_t dma_opt_mapping_size(struct device *dev)
{
	enum backend via = streaming_backend(dev);
	size_t best = SIZE_MAX;

	if (via == VIA_IOMMU)
		best = iommu_dma_opt_mapping_size();
	else if (via == VIA_OPS && get_dma_ops(dev)->opt_mapping_size)
		best = get_dma_ops(dev)->opt_mapping_size();
	return min(dma_max_mapping_size(dev), best);
}
EXPORT_SYMBOL_GPL(dma_opt_mapping_size);

unsigned long dma_get_merge_boundary(struct device *dev)
{
	enum backend via = streaming_backend(dev);

	if (via == VIA_IOMMU)
		return iommu_dma_get_merge_boundary(dev);
	if (via == VIA_OPS && get_dma_ops(dev)->get_merge_boundary)
		return get_dma_ops(dev)->get_merge_boundary(dev);
	return 0;
}
EXPORT_SYMBOL_GPL(dma_get_merge_boundary);
