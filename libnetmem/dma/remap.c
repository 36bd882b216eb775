// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel mappings of DMA memory: areas of the vmalloc range marked VM_DMA_COHERENT, which
 * remember their pages if they were made from a page array.
 */
#include <linux/dma-map-ops.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/* The area of such a mapping, NULL for any other address. */
static struct vm_struct *coherent_area(void *cpu_addr)
{
	struct vm_struct *area = find_vm_area(cpu_addr);

	return area && area->flags & VM_DMA_COHERENT ? area : NULL;
}

struct page **dma_common_find_pages(void *cpu_addr)
{
	struct vm_struct *area = coherent_area(cpu_addr);

	if (!area)
		return NULL;
	return area->pages;
}

void *dma_common_pages_remap(struct page **pages, size_t size, pgprot_t prot, const void *caller)
{
	void *vaddr = vmap(pages, PAGE_ALIGN(size) >> PAGE_SHIFT, VM_DMA_COHERENT, prot);

	if (vaddr)
		find_vm_area(vaddr)->pages = pages;
	return vaddr;
}

void *dma_common_contiguous_remap(struct page *page, size_t size, pgprot_t prot,
				  const void *caller)
{
	unsigned int count = PAGE_ALIGN(size) >> PAGE_SHIFT, k;
	struct page **pages = kvmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	void *vaddr;

	if (!pages)
		return NULL;
	for (k = 0; k < count; k++)
		pages[k] = page + k;
	vaddr = vmap(pages, count, VM_DMA_COHERENT, prot);
	kvfree(pages);
	return vaddr;
}

void dma_common_free_remap(void *cpu_addr, size_t size)
{
	if (WARN(!coherent_area(cpu_addr), "trying to free invalid coherent area: %p\n", cpu_addr))
		return;
	vunmap(cpu_addr);
}
