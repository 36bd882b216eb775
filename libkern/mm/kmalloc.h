/* SPDX-License-Identifier: GPL-2.0-only */
/* The caches behind kmalloc(): one per bucket, for any memory and for GFP_DMA. */
#ifndef _UDM_LIBKERN_MM_KMALLOC_H
#define _UDM_LIBKERN_MM_KMALLOC_H

#include "slab.h"

#define KMALLOC_BUCKETS 13

/* Their ids say which they are, so that the way to a magazine is short. */
static __always_inline unsigned int kmalloc_cache_id(unsigned int bucket, gfp_t flags)
{
	return bucket + 1 + (flags & __GFP_DMA ? 16 : 0);
}

#endif
