/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory and its address arithmetic.
 *
 * Kernel path: asm/page.h. One reserved virtual range, the direct map, shows
 * physical address 0 at udm_physmap.virt_base; RAM is mapped there, holes are
 * inaccessible. mem_map is one array with a struct page for every frame from 0
 * on, so all conversions are additions and shifts. Each node owns one run of
 * frames above 4 GiB whose length is a power of two; node 0 also owns everything
 * below 4 GiB. libkern/mm/physmap.c describes the layout.
 *
 * All values are constant between udm_boot() and udm_shutdown(); every
 * conversion may be used in any context and by any thread. A conversion of an
 * address outside the direct map is meaningless: ask virt_addr_valid() first.
 */
#ifndef _UDM_ASM_PAGE_H
#define _UDM_ASM_PAGE_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <vdso/page.h>

struct page;

struct udm_physmap {
	unsigned long virt_base;	/* address of physical address 0 */
	struct page *map;		/* struct page of frame 0 */
	unsigned long span;		/* bytes of the direct map, holes included */
	unsigned long vmalloc_start;
	unsigned long vmalloc_end;
	unsigned int node_shift;	/* log2 of the frames a node spans above 4 GiB */
	unsigned int nodes;
};

/* Written by boot and shutdown only. */
extern struct udm_physmap udm_physmap;

/* First frame above 4 GiB: where the high run of node 0 starts. */
#define UDM_HIGH_PFN (1UL << (32 - PAGE_SHIFT))

#define mem_map (udm_physmap.map)
#define PAGE_OFFSET (udm_physmap.virt_base)

#define __pa(address) ((phys_addr_t)((unsigned long)(address) - PAGE_OFFSET))
#define __va(phys) ((void *)((unsigned long)(phys) + PAGE_OFFSET))

#define __phys_to_pfn(phys) ((unsigned long)((phys) >> PAGE_SHIFT))
#define __pfn_to_phys(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)

#define page_to_pfn(page) ((unsigned long)((page) - mem_map))
#define pfn_to_page(pfn) (mem_map + (pfn))
#define page_to_phys(page) __pfn_to_phys(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(__phys_to_pfn(phys))
#define page_to_virt(page) __va(page_to_phys(page))
#define virt_to_pfn(address) __phys_to_pfn(__pa(address))
#define virt_to_page(address) pfn_to_page(virt_to_pfn(address))
#define pfn_to_kaddr(pfn) __va(__pfn_to_phys(pfn))

static inline phys_addr_t virt_to_phys(const volatile void *address)
{
	return __pa(address);
}

static inline void *phys_to_virt(phys_addr_t phys)
{
	return __va(phys);
}

/* Node of a frame: everything below 4 GiB is node 0, above that runs alternate. */
static inline int udm_pfn_to_nid(unsigned long pfn)
{
	long high = (long)(pfn - UDM_HIGH_PFN) >> udm_physmap.node_shift;

	return high < 0 ? 0 : (int)high;
}

/* True for a frame of RAM, false for a hole and beyond the end (mm/memory_model). */
bool pfn_valid(unsigned long pfn);

/* Does the address lie in the direct map's range, RAM or hole? */
static inline bool udm_in_direct_map(const void *address)
{
	return (unsigned long)address - PAGE_OFFSET < udm_physmap.span;
}

static inline bool __virt_addr_valid(const void *address)
{
	return udm_in_direct_map(address) && pfn_valid(virt_to_pfn(address));
}

/* True only for RAM in the direct map: false for vmalloc, libc heap, stack and holes. */
#define virt_addr_valid(address) __virt_addr_valid((const void *)(unsigned long)(address))

#define clear_page(address) __builtin_memset((address), 0, PAGE_SIZE)
#define copy_page(to, from) __builtin_memcpy((to), (from), PAGE_SIZE)

#include <asm/getorder.h>

#endif
