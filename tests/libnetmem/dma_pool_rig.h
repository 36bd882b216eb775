/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The atomic pools as tests use them: machines whose pools differ, and memory of the pools.
 */
#ifndef TESTS_LIBNETMEM_DMA_POOL_RIG_H
#define TESTS_LIBNETMEM_DMA_POOL_RIG_H

#include "dma_rig.h"

#include <linux/sizes.h>

#define POOLS 3

/* The device everything is allocated for, named "rig". */
extern struct device *pool_dev;

void pools_boot(const char *cmdline, size_t ram);
/* The same, with calls of a step failing (udm_iommu_fail); returns what was logged. */
const char *pools_boot_failing(enum udm_iommu_step step, unsigned int after, unsigned int times);
void pools_stop(void);

/* From debugfs, in bytes; the name is "kernel", "dma32" or "dma". */
unsigned long pool_size(const char *name);

#define assert_sizes(kernel, dma32, dma)				\
do {									\
	ck_assert_uint_eq(pool_size("kernel"), (kernel));		\
	ck_assert_uint_eq(pool_size("dma32"), (dma32));			\
	ck_assert_uint_eq(pool_size("dma"), (dma));			\
} while (0)

/* Memory of a pool, NULL if there is none; taken() fails the test then, or if it is not clear. */
void *take(size_t size, gfp_t gfp);
void *taken(size_t size, gfp_t gfp);
void give(void *buf, size_t size);

/* Single pages until there are no more, or max; returns how many. */
unsigned int drain(void **pages, unsigned int max, gfp_t gfp);
void refill(void **pages, unsigned int n);

/* A page that leaves the kernel pool low; whoever grows the pools has been made already. */
void *taken_with_worker_ready(void);
/* The next slab allocation, whatever its flags. */
void slab_fails_once(void);

static inline enum zone_type zone_of(void *buf)
{
	return page_zonenum(virt_to_page(buf));
}

#endif
