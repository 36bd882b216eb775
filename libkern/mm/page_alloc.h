/* SPDX-License-Identifier: GPL-2.0-only */
/* What zone_pages.c and page_alloc.c share with each other and with fault injection. */
#ifndef _UDM_LIBKERN_MM_PAGE_ALLOC_H
#define _UDM_LIBKERN_MM_PAGE_ALLOC_H

#include "internal.h"

/* Single pages in ascending order of address; returns how many. */
__internal unsigned int zone_pages_take(struct zone *zone, struct page **pages, unsigned int nr);
__internal void zone_pages_give(struct zone *zone, struct page **pages, unsigned int nr);
/* A page of the reserve if more than @keep are left. */
__internal struct page *zone_reserve_take(struct zone *zone, unsigned int keep);

/* As alloc_pages_node() with a real node, but no reference: for slab and vmalloc. */
__internal struct page *alloc_frozen_pages(gfp_t gfp, unsigned int order, int nid,
					   const nodemask_t *nodemask);

#endif
