/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtually contiguous memory. Kernel path: linux/vmalloc.h, mm/vmalloc.c.
 *
 * Mappings alias the direct map: what is written through one address is seen
 * through the other. One inaccessible guard page follows every area. Allocation
 * and mapping may sleep; vfree() and vunmap() as noted.
 */
#ifndef _UDM_LINUX_VMALLOC_H
#define _UDM_LINUX_VMALLOC_H

#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/types.h>
#include <linux/gfp_types.h>
#include <linux/alloc_tag.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>

struct vm_area_struct;

#define VMALLOC_START (udm_physmap.vmalloc_start)
#define VMALLOC_END (udm_physmap.vmalloc_end)

#define VM_IOREMAP 0x00000001UL
#define VM_ALLOC 0x00000002UL
#define VM_MAP 0x00000004UL
#define VM_USERMAP 0x00000008UL
#define VM_DMA_COHERENT 0x00000010UL
#define VM_NO_GUARD 0x00000040UL
#define VM_MAP_PUT_PAGES 0x00000200UL

struct vm_struct {
	struct vm_struct *next;
	void *addr;
	unsigned long size;	/* guard page included */
	unsigned long flags;
	struct page **pages;
	unsigned int nr_pages;
	const void *caller;
	unsigned long requested_size;
};

/* NULL on failure or size 0. Zones as with GFP_KERNEL; not for atomic context. */
void *__vmalloc_node_noprof(unsigned long size, unsigned long align, gfp_t gfp, int node,
			    const void *caller);
void *vmalloc_user_noprof(unsigned long size);
#define __vmalloc_node(...) alloc_hooks(__vmalloc_node_noprof(__VA_ARGS__))
#define __vmalloc_noprof(size, gfp) __vmalloc_node_noprof(size, 1, gfp, NUMA_NO_NODE, NULL)
#define __vmalloc(size, gfp) __vmalloc_node(size, 1, gfp, NUMA_NO_NODE, NULL)
#define vmalloc_noprof(size) __vmalloc_noprof(size, GFP_KERNEL)
#define vmalloc(size) __vmalloc(size, GFP_KERNEL)
#define vzalloc(size) __vmalloc(size, GFP_KERNEL | __GFP_ZERO)
#define vmalloc_node(size, node) __vmalloc_node(size, 1, GFP_KERNEL, node, NULL)
#define vzalloc_node(size, node) __vmalloc_node(size, 1, GFP_KERNEL | __GFP_ZERO, node, NULL)
#define vmalloc_user(...) alloc_hooks(vmalloc_user_noprof(__VA_ARGS__))
#define vmalloc_32(size) __vmalloc(size, GFP_DMA32 | GFP_KERNEL)

/* May sleep, unless in_interrupt(): then the work is deferred. NULL is ignored. */
void vfree(const void *addr);
/* Any context, always deferred. */
void vfree_atomic(const void *addr);

/*
 * Maps @count pages in a row. The caller keeps its references (VM_MAP_PUT_PAGES
 * gives them and the array, for vfree(), to the area). NULL on failure.
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
/* Undoes vmap(). May sleep, not in interrupt context. NULL is ignored. */
void vunmap(const void *addr);

/* Short-lived mapping; @count must be the same in both calls. NULL on failure. */
void *vm_map_ram(struct page **pages, unsigned int count, int node);
void vm_unmap_ram(const void *mem, unsigned int count);
static inline void vm_unmap_aliases(void)
{
}

/* The area that contains @addr, NULL if there is none. */
struct vm_struct *find_vm_area(const void *addr);
/* Detaches the area at @addr; the caller gets the description and kfree()s it. */
struct vm_struct *remove_vm_area(const void *addr);

static inline size_t get_vm_area_size(const struct vm_struct *area)
{
	return area->flags & VM_NO_GUARD ? area->size : area->size - PAGE_SIZE;
}

/* Memory for @n elements; NULL also if the size does not fit a size_t. May sleep. */
static inline void *vmalloc_array(size_t n, size_t size)
{
	return vmalloc(size_mul(n, size));
}

static inline void *vcalloc(size_t n, size_t size)
{
	return vzalloc(size_mul(n, size));
}

#endif
