// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of a DMA back end whose memory is ordinary pages in the linear map (or a vmalloc
 * mapping of contiguous ones): only the first page of a buffer is looked up, the others are
 * taken to follow it. No locks; the calls sleep if their gfp mask or what they call does.
 */
#include <linux/dma-map-ops.h>
#include <linux/iommu-dma.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "backend.h"

static struct page *first_page(void *cpu_addr)
{
	return is_vmalloc_addr(cpu_addr) ? vmalloc_to_page(cpu_addr) : virt_to_page(cpu_addr);
}

int dma_common_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	int err = sg_alloc_table(sgt, 1, GFP_KERNEL);

	if (err)
		return err;
	sg_set_page(sgt->sgl, first_page(cpu_addr), PAGE_ALIGN(size), 0);
	return 0;
}

int dma_common_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
#ifdef CONFIG_MMU
	unsigned long pages = PAGE_ALIGN(size) >> PAGE_SHIFT;
	int ret = -ENXIO;

	vma->vm_page_prot = dma_pgprot(dev, vma->vm_page_prot, attrs);
	if (dma_mmap_from_dev_coherent(dev, vma, cpu_addr, size, &ret))
		return ret;
	if (vma->vm_pgoff >= pages || pages - vma->vm_pgoff < vma_pages(vma))
		return -ENXIO;
	return remap_pfn_range(vma, vma->vm_start,
			       page_to_pfn(first_page(cpu_addr)) + vma->vm_pgoff,
			       vma_pages(vma) << PAGE_SHIFT, vma->vm_page_prot);
#else
	return -ENXIO;
#endif
}

dma_addr_t dma_ops_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	if (ops->map_phys)
		return ops->map_phys(dev, phys, size, dir, attrs);
	if (attrs & DMA_ATTR_MMIO)
		return ops->map_resource ? ops->map_resource(dev, phys, size, dir, attrs)
					 : DMA_MAPPING_ERROR;
	if (!ops->map_page)
		return DMA_MAPPING_ERROR;
	return ops->map_page(dev, phys_to_page(phys), offset_in_page(phys), size, dir, attrs);
}

void dma_ops_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	if (ops->unmap_phys)
		ops->unmap_phys(dev, addr, size, dir, attrs);
	else if (attrs & DMA_ATTR_MMIO && ops->unmap_resource)
		ops->unmap_resource(dev, addr, size, dir, attrs);
	else if (!(attrs & DMA_ATTR_MMIO) && ops->unmap_page)
		ops->unmap_page(dev, addr, size, dir, attrs);
}

static dma_addr_t pages_to_device(struct device *dev, struct page *page, size_t size,
				  enum dma_data_direction dir)
{
	phys_addr_t phys = page_to_phys(page);

	if (use_dma_iommu(dev))
		return iommu_dma_map_phys(dev, phys, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	return dma_ops_map_phys(dev, phys, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
}

struct page *dma_common_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page = dma_alloc_contiguous(dev, size, gfp);

	if (!page)
		page = alloc_pages_node(dev_to_node(dev), gfp, get_order(size));
	if (!page)
		return NULL;
	*dma_handle = pages_to_device(dev, page, size, dir);
	if (*dma_handle == DMA_MAPPING_ERROR) {
		dma_free_contiguous(dev, page, size);
		return NULL;
	}
	memset(page_address(page), 0, size);
	return page;
}

void dma_common_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_handle, enum dma_data_direction dir)
{
	/* The device loses the pages before anybody else can get them. */
	if (use_dma_iommu(dev))
		iommu_dma_unmap_phys(dev, dma_handle, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	else
		dma_ops_unmap_phys(dev, dma_handle, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	dma_free_contiguous(dev, page, size);
}
