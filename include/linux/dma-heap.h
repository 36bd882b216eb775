/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dma-heaps: kinds of memory an application can get dma-bufs of.
 *
 * Each heap is a character device, /dev/dma_heap/NAME. Heaps stay until the
 * machine stops. All may sleep. Contract: drivers/dma-buf/dma-heap.c.
 */
#ifndef _DMA_HEAPS_H
#define _DMA_HEAPS_H

#include <linux/types.h>
#include <uapi/linux/dma-heap.h>

struct dma_buf;
struct dma_heap;

struct dma_heap_ops {
	/* A buffer of len bytes (whole pages) with one reference, or ERR_PTR. */
	struct dma_buf *(*allocate)(struct dma_heap *heap, unsigned long len, u32 fd_flags,
				    u64 heap_flags);
};

struct dma_heap_export_info {
	const char *name;
	const struct dma_heap_ops *ops;
	void *priv;
};

/* ERR_PTR: -EINVAL (no name, no ops, name taken), -ENOMEM, or an error of the device. */
struct dma_heap *dma_heap_add(const struct dma_heap_export_info *exp_info);
void *dma_heap_get_drvdata(struct dma_heap *heap);
const char *dma_heap_get_name(struct dma_heap *heap);

#endif
