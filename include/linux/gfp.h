/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page allocator. Kernel path: linux/gfp.h, mm/page_alloc.c.
 *
 * Every allocating call may sleep if and only if its flags allow blocking
 * (gfpflags_allow_blocking()), may be used in softirq context otherwise, and
 * returns NULL (0 for addresses) when no memory of an allowed zone and node is
 * left, when the order is above MAX_PAGE_ORDER, or when a failure is injected.
 * The caller owns the reference it gets. Freeing is allowed in softirq context
 * and under spinlocks. The _noprof twins do not record a call site of their own.
 */
#ifndef _UDM_LINUX_GFP_H
#define _UDM_LINUX_GFP_H

#include <linux/gfp_types.h>
#include <linux/mmzone.h>
#include <linux/topology.h>
#include <linux/alloc_tag.h>

struct folio;

static inline bool gfpflags_allow_blocking(const gfp_t gfp_flags)
{
	return gfp_flags & __GFP_DIRECT_RECLAIM;
}

/* The argument if there is one, GFP_KERNEL if not. */
#define __udm_second(first, second, ...) second
#define default_gfp(...) __udm_second(0, ##__VA_ARGS__, GFP_KERNEL, 0)

/*
 * One naturally aligned block of 1 << @order pages. @nid NUMA_NO_NODE means the
 * caller's node; any other node is a preference, strict with __GFP_THISNODE.
 * __alloc_pages() takes a real node and a mask of nodes to stay in, or NULL.
 */
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int preferred_nid,
				  nodemask_t *nodemask);
struct page *alloc_pages_node_noprof(int nid, gfp_t gfp, unsigned int order);
struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order);
struct folio *folio_alloc_noprof(gfp_t gfp, unsigned int order);
struct folio *__folio_alloc_node_noprof(gfp_t gfp, unsigned int order, int nid);
#define __alloc_pages(...) alloc_hooks(__alloc_pages_noprof(__VA_ARGS__))
#define alloc_pages_node(...) alloc_hooks(alloc_pages_node_noprof(__VA_ARGS__))
#define __alloc_pages_node(...) alloc_pages_node(__VA_ARGS__)
#define alloc_pages(...) alloc_hooks(alloc_pages_noprof(__VA_ARGS__))
#define alloc_page(gfp) alloc_pages(gfp, 0)
#define folio_alloc(...) alloc_hooks(folio_alloc_noprof(__VA_ARGS__))
#define __folio_alloc_node(...) alloc_hooks(__folio_alloc_node_noprof(__VA_ARGS__))

/*
 * Single pages into the NULL slots of @array, in index order. Returns the number
 * of populated entries counted from the start; it may stop early, even at 0.
 */
unsigned long alloc_pages_bulk_noprof(gfp_t gfp, int preferred_nid, nodemask_t *nodemask,
				      int nr_pages, struct page **array);
unsigned long alloc_pages_bulk_node_noprof(gfp_t gfp, int nid, unsigned long nr_pages,
					   struct page **array);
#define __alloc_pages_bulk(...) alloc_hooks(alloc_pages_bulk_noprof(__VA_ARGS__))
#define alloc_pages_bulk(gfp, nr_pages, array) \
	__alloc_pages_bulk(gfp, numa_mem_id(), NULL, nr_pages, array)
#define alloc_pages_bulk_node(...) alloc_hooks(alloc_pages_bulk_node_noprof(__VA_ARGS__))
#define alloc_pages_bulk_array(...) alloc_pages_bulk(__VA_ARGS__)
#define alloc_pages_bulk_array_node(...) alloc_pages_bulk_node(__VA_ARGS__)

/* Addresses in the direct map instead of pages; 0 on failure. */
unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page_noprof(gfp_t gfp);
#define __get_free_pages(...) alloc_hooks(get_free_pages_noprof(__VA_ARGS__))
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define __get_dma_pages(gfp, order) __get_free_pages((gfp) | GFP_DMA, order)
#define get_zeroed_page(...) alloc_hooks(get_zeroed_page_noprof(__VA_ARGS__))

/* PAGE_ALIGN(size) bytes of contiguous pages that need not be a power of two. */
void *alloc_pages_exact_noprof(size_t size, gfp_t gfp);
void *alloc_pages_exact_nid_noprof(int nid, size_t size, gfp_t gfp);
void free_pages_exact(void *virt, size_t size);
#define alloc_pages_exact(...) alloc_hooks(alloc_pages_exact_noprof(__VA_ARGS__))
#define alloc_pages_exact_nid(...) alloc_hooks(alloc_pages_exact_nid_noprof(__VA_ARGS__))

/*
 * Drops one reference. The last one frees the block; an earlier one of a block
 * that is not compound frees all pages but the first at once.
 */
void __free_pages(struct page *page, unsigned int order);
/* The same for an address; 0 is ignored. */
void free_pages(unsigned long addr, unsigned int order);
#define __free_page(page) __free_pages((page), 0)
#define free_page(addr) free_pages((addr), 0)

/* Pieces of a page frag cache's pages: see linux/page_frag_cache.h in the kernel. */
void page_frag_free(void *addr);

/* Gives the free pages that threads keep for themselves back to their zones. */
void drain_all_pages(void);

#endif
