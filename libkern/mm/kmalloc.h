/* SPDX-License-Identifier: GPL-2.0-only */
/* The caches behind kmalloc(): one per bucket, for any memory and for GFP_DMA. */
#ifndef _UDM_LIBKERN_MM_KMALLOC_H
#define _UDM_LIBKERN_MM_KMALLOC_H

#include "slab.h"

#define KMALLOC_BUCKETS 13

__internal extern struct kmem_cache *kmalloc_caches[2][KMALLOC_BUCKETS];
static __always_inline struct kmem_cache *kmalloc_cache(size_t size, gfp_t flags)
{
	return kmalloc_caches[!!(flags & __GFP_DMA)][udm_kmalloc_index(size)];
}

#endif
