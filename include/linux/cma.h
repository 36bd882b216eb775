/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contiguous memory areas, configured out (CONFIG_CMA is off): there is no area, so
 * no caller has one to ask about. Kernel path: linux/cma.h.
 */
#ifndef __CMA_H__
#define __CMA_H__

#include <linux/bug.h>
#include <linux/numa.h>
#include <linux/types.h>

struct cma;
struct page;

#define MAX_CMA_AREAS 0
#define CMA_MAX_NAME 64

#define totalcma_pages 0UL

static inline phys_addr_t cma_get_base(const struct cma *cma)
{
	BUG_ON(cma);
	return 0;
}

static inline unsigned long cma_get_size(const struct cma *cma)
{
	BUG_ON(cma);
	return 0;
}

static inline const char *cma_get_name(const struct cma *cma)
{
	BUG_ON(cma);
	return NULL;
}

/* NULL: a caller falls back to the page allocator, as it must for a full area. */
static inline struct page *cma_alloc(struct cma *cma __always_unused,
				     unsigned long count __always_unused,
				     unsigned int align __always_unused,
				     bool no_warn __always_unused)
{
	return NULL;
}

/* False: the pages came from somewhere else. */
static inline bool cma_release(struct cma *cma __always_unused,
			       const struct page *pages __always_unused,
			       unsigned long count __always_unused)
{
	return false;
}

#endif
