/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device whose DMA operations count, fail on request and notice mistakes.
 *
 * Bus addresses are physical addresses. An unmap that does not match a map in
 * address and size, or a second map of mapped memory, counts as an error. All
 * counters may be used from many threads.
 */
#ifndef TESTS_FAKE_DMA_H
#define TESTS_FAKE_DMA_H

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>

struct fake_dma {
	struct device dev;
	u64 mask;
	atomic_t maps;		/* successful ones */
	atomic_t unmaps;
	atomic_t errors;
	atomic_t syncs_for_device;
	atomic_t syncs_for_cpu;
	atomic_t stale_syncs;	/* for the device, of what is not mapped */
	void (*during_sync)(struct fake_dma *dma);	/* for the device */
	dma_addr_t sync_addr;	/* of the last sync */
	size_t sync_size;
	unsigned long fail_mask;	/* bit n: the n-th map from now fails */
};

/* A fresh device, nothing counted, nothing failing. One at a time. */
struct fake_dma *fake_dma_get(void);
/* Checks that nothing is mapped and nothing went wrong. */
void fake_dma_put(struct fake_dma *dma);

static inline int fake_dma_live(struct fake_dma *dma)
{
	return atomic_read(&dma->maps) - atomic_read(&dma->unmaps);
}

#endif
