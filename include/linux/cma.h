/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contiguous memory areas. Kernel path: linux/cma.h, mm/cma.c.
 *
 * An area is a run of frames in one zone that was set aside when the machine started, so that
 * large contiguous blocks can still be had when memory is fragmented. Its pages are ordinary
 * ones, each with a count of its own, but the page allocator never hands them out: nobody has
 * to be moved away when the area is asked for memory. A page returns to its area when its last
 * reference goes, whichever call drops it.
 *
 * Drivers do not call this; see linux/dma-map-ops.h.
 */
#ifndef __CMA_H__
#define __CMA_H__

#include <linux/alloc_tag.h>
#include <linux/numa.h>
#include <linux/types.h>

#define MAX_CMA_AREAS CONFIG_CMA_AREAS
#define CMA_MAX_NAME 64

/* Areas begin and end at multiples of this. */
#define CMA_MIN_ALIGNMENT_PAGES pageblock_nr_pages
#define CMA_MIN_ALIGNMENT_BYTES (PAGE_SIZE * CMA_MIN_ALIGNMENT_PAGES)

struct cma;
struct page;

extern unsigned long totalcma_pages;

/* In bytes. Any context; the area must exist. */
phys_addr_t cma_get_base(const struct cma *cma);
unsigned long cma_get_size(const struct cma *cma);
const char *cma_get_name(const struct cma *cma);

/*
 * cma_declare_contiguous_nid - set an area aside. Any task, but the later, the less is free.
 *
 * @size is rounded up to the @alignment (bytes, a power of two or 0) or the smallest one.
 * @fixed: exactly at @base; otherwise the first place in [@base, @limit) of the highest zone
 * that has one. @limit 0: none. @nid: that node only, unless NUMA_NO_NODE. An allocation
 * starts at a multiple of 1 << @order_per_bit pages. A NULL @name becomes "cma" and a number.
 * -EINVAL for impossible numbers, -ENOSPC for more than MAX_CMA_AREAS, -EBUSY if some of the
 * fixed range is in use, -ENOMEM if there is no place. Areas last until the machine stops.
 */
int cma_declare_contiguous_nid(phys_addr_t base, phys_addr_t size, phys_addr_t limit,
			       phys_addr_t alignment, unsigned int order_per_bit, bool fixed,
			       const char *name, struct cma **res_cma, int nid);

static inline int cma_declare_contiguous(phys_addr_t base, phys_addr_t size, phys_addr_t limit,
					 phys_addr_t alignment, unsigned int order_per_bit,
					 bool fixed, const char *name, struct cma **res_cma)
{
	return cma_declare_contiguous_nid(base, size, limit, alignment, order_per_bit, fixed, name,
					  res_cma, NUMA_NO_NODE);
}

/*
 * cma_alloc - the lowest free run of @count pages that starts at a multiple of 1 << @align
 * pages. Each page has one reference; contents are undefined. NULL without an area, for no
 * pages, or when there is no run, which is logged unless @no_warn. May sleep.
 */
struct page *cma_alloc_noprof(struct cma *cma, unsigned long count, unsigned int align,
			      bool no_warn);
#define cma_alloc(...) alloc_hooks(cma_alloc_noprof(__VA_ARGS__))

/*
 * cma_release - drops the one reference that cma_alloc() gave, of each page. False, and nothing
 * done, for pages that are not all the area's. Pages that somebody else holds too are warned of
 * and return to the area later. Any context.
 */
bool cma_release(struct cma *cma, const struct page *pages, unsigned long count);
/* Does the area have all of these pages? */
bool cma_pages_valid(struct cma *cma, const struct page *pages, unsigned long count);

/* Calls @it for each area, oldest first, until it returns something else than 0: the result. */
int cma_for_each_area(int (*it)(struct cma *cma, void *data), void *data);
/* Has the area any byte of [@start, @end)? */
bool cma_intersects(struct cma *cma, unsigned long start, unsigned long end);

#endif
