/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Failures on purpose: tests name a step and which of its calls shall fail
 * (udm_iommu_fail). The counters are host-wide and cost one load while nothing is set.
 */
#ifndef LIBNETMEM_DMA_FAILURE_H
#define LIBNETMEM_DMA_FAILURE_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <udevmem/iommu.h>

extern __internal bool dma_failures_armed;

__internal void dma_failures_clear(void);
__internal bool dma_step_check(enum udm_iommu_step step);

/* Shall this call fail? Counts the call if so asked. */
static inline bool dma_step_fails(enum udm_iommu_step step)
{
	return unlikely(__atomic_load_n(&dma_failures_armed, __ATOMIC_RELAXED)) &&
	       dma_step_check(step);
}

#endif
