/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling what a wrong pointer points to. */
#ifndef LIBNETMEM_DMA_DEBUG_MEMORY_H
#define LIBNETMEM_DMA_DEBUG_MEMORY_H

#include <linux/compiler.h>

enum dma_debug_memory {
	DMA_DEBUG_MEMORY_UNKNOWN,
	DMA_DEBUG_MEMORY_STACK,		/* of the caller */
	DMA_DEBUG_MEMORY_PROGRAM,	/* text or constants */
};

/* addr is not in the linear map. Any context; slow. */
__internal enum dma_debug_memory dma_debug_memory_of(const void *addr);

#endif
