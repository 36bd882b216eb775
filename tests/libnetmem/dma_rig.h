/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices and memory for the DMA tests.
 *
 * A rig device has 64-bit masks, its own segment limits and an emulated bus; put_device() frees
 * it. Buffers come from the page allocator, filled with a pattern.
 */
#ifndef TESTS_LIBNETMEM_DMA_RIG_H
#define TESTS_LIBNETMEM_DMA_RIG_H

#include <check.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <udevmem/bus.h>
#include <udevmem/iommu.h>
#include <udevmem/udevmem.h>
#include <udevmem/warn.h>

#include "fixture.h"

/* Machines to boot, for tcase_add_checked_fixture(). */
void boot_strict(void);
void boot_lazy(void);
void boot_off(void);
void boot_threads_strict(void);
void boot_threads_lazy(void);
void boot_cmdline(const char *cmdline, enum udm_iommu iommu);

struct device *rig_device(const char *name);
/* Segment limits; 0: the default. */
struct device *rig_device_limits(const char *name, unsigned int max_segment,
				 unsigned long boundary);

/* Page-sized buffers. */
struct page *rig_page(unsigned char fill);
/* Is every byte of [p, p + len) equal to fill? */
bool all_bytes(const void *p, unsigned char fill, size_t len);

/* A list of pages no two of which are physically adjacent, each wholly described. */
struct scattered {
	struct sg_table sgt;
	struct page **pages;
	unsigned int count;
};

void scattered_init(struct scattered *s, unsigned int count);
void scattered_free(struct scattered *s);

/* The n-th allocation from now on fails, whatever its flags. */
void fail_nth(unsigned int n);

struct udm_iommu_stats rig_stats(struct device *dev);

/* The oldest fault of the device, which must exist. */
struct udm_iommu_fault rig_fault(struct device *dev);

#endif
