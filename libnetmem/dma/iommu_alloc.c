// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations of translated devices.
 *
 * Memory is taken as one physically contiguous block if there is one, else as single granules
 * behind one range of I/O addresses, with a kernel mapping of their own. Which of the two a
 * buffer is shows in its CPU address: the linear map, or the vmalloc range, whose area knows
 * the pages.
 *
 * The device sees whole granules, so the memory is whole granules too, and the rest of the last
 * one is nobody else's: it is zeroed and given back with the buffer.
 */
#include <linux/dma-map-ops.h>
#include <linux/iommu-dma.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "attach.h"
#include "iommu_range.h"

static struct udm_domain *dma_domain(struct device *dev)
{
	return bus_of(dev)->own;
}

/* Clear and give back a range in which everything is mapped. */
static void range_unmap(struct udm_domain *domain, dma_addr_t addr, size_t size)
{
	size_t removed = domain_unmap(domain, addr, size);

	if (WARN_ON(removed != size))
		return;
	range_retire(domain, addr, size);
	domain_count(domain, DOMAIN_UNMAP);
}

static size_t whole_granules(size_t size)
{
	return ALIGN(size, IOMMU_GRANULE);
}

/* --- Single granules --- */

static void pages_free(struct page **pages, unsigned int count)
{
	while (count--)
		__free_page(pages[count]);
	kvfree(pages);
}

/* count is whole granules; the pages of each follow each other in memory. */
static struct page **pages_alloc(struct device *dev, unsigned int count, gfp_t gfp)
{
	struct page **pages = kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	unsigned int order = get_order(IOMMU_GRANULE), k, n;

	for (k = 0; pages && k < count; k += 1U << order) {
		struct page *run = alloc_pages_node(dev_to_node(dev), gfp | __GFP_ZERO, order);

		if (!run) {
			pages_free(pages, k);
			return NULL;
		}
		split_page(run, order);
		for (n = 0; n < 1U << order; n++)
			pages[k + n] = run + n;
	}
	return pages;
}

/*
 * Map the pages of whole granules behind one range for addresses up to limit; its address or
 * DMA_MAPPING_ERROR.
 */
static dma_addr_t pages_map(struct device *dev, struct page **pages, unsigned int count,
			    u64 limit, int prot)
{
	struct udm_domain *domain = dma_domain(dev);
	size_t size = (size_t)count << PAGE_SHIFT, done;
	dma_addr_t addr = range_alloc(dev, domain, limit, size);

	if (!addr)
		goto failed;
	for (done = 0; done < size; done += IOMMU_GRANULE) {
		phys_addr_t phys = page_to_phys(pages[done >> PAGE_SHIFT]);

		if (domain_map(domain, addr + done, phys, IOMMU_GRANULE, prot, 0, GFP_KERNEL))
			goto unmap;
	}
	domain_count(domain, DOMAIN_MAP);
	return addr;

unmap:
	domain_unmap(domain, addr, done);
	domain_flush(domain, addr, addr + size - 1);
	range_free(domain, addr, size);
failed:
	domain_count(domain, DOMAIN_MAP_FAILURE);
	return DMA_MAPPING_ERROR;
}

static void *alloc_scattered(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp,
			     unsigned long attrs)
{
	unsigned int count = whole_granules(size) >> PAGE_SHIFT;
	struct page **pages = pages_alloc(dev, count, gfp);
	void *vaddr;

	if (!pages)
		return NULL;
	*handle = pages_map(dev, pages, count, dev->coherent_dma_mask,
			    dma_info_to_prot(dev, DMA_BIDIRECTIONAL, attrs));
	if (*handle == DMA_MAPPING_ERROR)
		goto free_pages;
	vaddr = dma_common_pages_remap(pages, size, dma_pgprot(dev, PAGE_KERNEL, attrs),
				       __builtin_return_address(0));
	if (!vaddr)
		goto unmap;
	return vaddr;

unmap:
	range_unmap(dma_domain(dev), *handle, whole_granules(size));
free_pages:
	pages_free(pages, count);
	return NULL;
}

/* --- One block: size is whole granules --- */

static struct page *block_alloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct page *block = dma_alloc_contiguous(dev, size, gfp);

	/* Areas have a limit to alignment; the page allocator has none. */
	if (block && page_to_phys(block) & IOMMU_GRANULE_MASK) {
		dma_free_contiguous(dev, block, size);
		block = NULL;
	}
	if (!block)
		block = alloc_pages_node(dev_to_node(dev), gfp, get_order(size));
	if (block)
		memset(page_address(block), 0, size);
	return block;
}

static dma_addr_t block_map(struct device *dev, struct page *block, size_t size, int prot)
{
	struct udm_domain *domain = dma_domain(dev);
	dma_addr_t addr = range_alloc(dev, domain, dev->coherent_dma_mask, size);

	if (addr && domain_map(domain, addr, page_to_phys(block), size, prot, 0, GFP_ATOMIC)) {
		range_free(domain, addr, size);
		addr = 0;
	}
	domain_count(domain, addr ? DOMAIN_MAP : DOMAIN_MAP_FAILURE);
	return addr ? addr : DMA_MAPPING_ERROR;
}

static void *alloc_block(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp,
			 unsigned long attrs)
{
	struct page *block = block_alloc(dev, size, gfp);

	if (!block)
		return NULL;
	*handle = block_map(dev, block, size, dma_info_to_prot(dev, DMA_BIDIRECTIONAL, attrs));
	if (*handle == DMA_MAPPING_ERROR) {
		dma_free_contiguous(dev, block, size);
		return NULL;
	}
	return page_address(block);
}

void *iommu_dma_alloc(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp,
		      unsigned long attrs)
{
	bool may_scatter = gfpflags_allow_blocking(gfp) && !(attrs & DMA_ATTR_FORCE_CONTIGUOUS);
	void *vaddr = NULL;
	size_t whole = whole_granules(size);

	if (attrs & DMA_ATTR_NO_WARN)
		gfp |= __GFP_NOWARN;
	if (!may_scatter)
		return alloc_block(dev, whole, handle, gfp, attrs);
	if (!(attrs & DMA_ATTR_ALLOC_SINGLE_PAGES) && get_order(whole) <= MAX_PAGE_ORDER)
		vaddr = alloc_block(dev, whole, handle, gfp | __GFP_NOWARN | __GFP_NORETRY, attrs);
	return vaddr ? vaddr : alloc_scattered(dev, PAGE_ALIGN(size), handle, gfp, attrs);
}

void iommu_dma_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t handle,
		    unsigned long attrs)
{
	size_t whole = whole_granules(size);
	struct page **pages;

	range_unmap(dma_domain(dev), handle, whole);
	if (!is_vmalloc_addr(cpu_addr)) {
		dma_free_contiguous(dev, virt_to_page(cpu_addr), whole);
		return;
	}
	pages = dma_common_find_pages(cpu_addr);
	if (WARN_ON(!pages))
		return;
	dma_common_free_remap(cpu_addr, PAGE_ALIGN(size));
	pages_free(pages, whole >> PAGE_SHIFT);
}

int iommu_dma_mmap(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	unsigned long count = PAGE_ALIGN(size) >> PAGE_SHIFT, off = vma->vm_pgoff;
	struct page **pages;

	vma->vm_page_prot = dma_pgprot(dev, vma->vm_page_prot, attrs);
	if (off >= count || vma_pages(vma) > count - off)
		return -ENXIO;
	if (!is_vmalloc_addr(cpu_addr))
		return remap_pfn_range(vma, vma->vm_start, virt_to_pfn(cpu_addr) + off,
				       vma->vm_end - vma->vm_start, vma->vm_page_prot);
	pages = dma_common_find_pages(cpu_addr);
	return pages ? vm_map_pages(vma, pages, count) : -ENXIO;
}

int iommu_dma_get_sgtable(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	struct page **pages;

	if (!is_vmalloc_addr(cpu_addr))
		return dma_common_get_sgtable(dev, sgt, cpu_addr, dma_addr, size, attrs);
	pages = dma_common_find_pages(cpu_addr);
	if (!pages)
		return -ENXIO;
	return sg_alloc_table_from_pages(sgt, pages, PAGE_ALIGN(size) >> PAGE_SHIFT, 0, size,
					 GFP_KERNEL);
}

/* --- Not contiguous for the CPU at all --- */

struct scattered_buffer {
	struct sg_table sgt;		/* what the caller sees */
	struct page **pages;
	unsigned int count;
};

static struct scattered_buffer *scattered_of(struct sg_table *sgt)
{
	return container_of(sgt, struct scattered_buffer, sgt);
}

/* Everything but the mapping. */
static struct scattered_buffer *scattered_alloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct scattered_buffer *buf = kmalloc(sizeof(*buf), gfp);

	if (!buf)
		return NULL;
	buf->count = whole_granules(size) >> PAGE_SHIFT;
	buf->pages = pages_alloc(dev, buf->count, gfp);
	if (!buf->pages)
		goto free_buf;
	if (sg_alloc_table_from_pages(&buf->sgt, buf->pages, size >> PAGE_SHIFT, 0, size,
				      GFP_KERNEL))
		goto free_pages;
	return buf;

free_pages:
	pages_free(buf->pages, buf->count);
free_buf:
	kfree(buf);
	return NULL;
}

static void scattered_free(struct scattered_buffer *buf)
{
	sg_free_table(&buf->sgt);
	pages_free(buf->pages, buf->count);
	kfree(buf);
}

struct sg_table *iommu_dma_alloc_noncontiguous(struct device *dev, size_t size,
					       enum dma_data_direction dir, gfp_t gfp,
					       unsigned long attrs)
{
	struct scattered_buffer *buf = scattered_alloc(dev, PAGE_ALIGN(size), gfp);
	dma_addr_t addr;

	if (!buf)
		return NULL;
	addr = pages_map(dev, buf->pages, buf->count, dev->coherent_dma_mask,
			 dma_info_to_prot(dev, dir, attrs));
	if (addr == DMA_MAPPING_ERROR) {
		scattered_free(buf);
		return NULL;
	}
	sg_dma_address(buf->sgt.sgl) = addr;
	sg_dma_len(buf->sgt.sgl) = size;
	buf->sgt.nents = 1;
	return &buf->sgt;
}

void iommu_dma_free_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt,
				  enum dma_data_direction dir)
{
	range_unmap(dma_domain(dev), sg_dma_address(sgt->sgl), whole_granules(size));
	scattered_free(scattered_of(sgt));
}

void *iommu_dma_vmap_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt)
{
	return vmap(scattered_of(sgt)->pages, PAGE_ALIGN(size) >> PAGE_SHIFT, VM_MAP, PAGE_KERNEL);
}

int iommu_dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma, size_t size,
				 struct sg_table *sgt)
{
	unsigned long count = PAGE_ALIGN(size) >> PAGE_SHIFT;

	if (vma->vm_pgoff >= count || vma_pages(vma) > count - vma->vm_pgoff)
		return -ENXIO;
	return vm_map_pages(vma, scattered_of(sgt)->pages, count);
}
