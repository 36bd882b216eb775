// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices and memory for the DMA tests.
 */
#include "dma_rig.h"

#include <linux/slab.h>
#include <udevmem/fault.h>

struct rig {
	struct device dev;
	u64 mask;
	struct device_dma_parameters parms;
};

static void boot_mode(enum udm_mode mode, enum udm_iommu iommu, const char *cmdline)
{
	const struct udm_config cfg = {
		.mode = mode, .iommu = iommu, .cmdline = cmdline, .quiet = true,
	};

	machine_boot_with(&cfg);
}

void boot_strict(void)
{
	boot_mode(UDM_MODE_SIM, UDM_IOMMU_STRICT, NULL);
}

void boot_lazy(void)
{
	boot_mode(UDM_MODE_SIM, UDM_IOMMU_LAZY, NULL);
}

void boot_off(void)
{
	boot_mode(UDM_MODE_SIM, UDM_IOMMU_OFF, NULL);
}

void boot_threads_strict(void)
{
	boot_mode(UDM_MODE_THREADS, UDM_IOMMU_STRICT, NULL);
}

void boot_threads_lazy(void)
{
	boot_mode(UDM_MODE_THREADS, UDM_IOMMU_LAZY, NULL);
}

void boot_cmdline(const char *cmdline, enum udm_iommu iommu)
{
	boot_mode(UDM_MODE_SIM, iommu, cmdline);
}

static void rig_release(struct device *dev)
{
	kfree(container_of(dev, struct rig, dev));
}

struct device *rig_device_limits(const char *name, unsigned int max_segment,
				 unsigned long boundary)
{
	struct rig *rig = kzalloc(sizeof(*rig), GFP_KERNEL);

	ck_assert_ptr_nonnull(rig);
	device_initialize(&rig->dev);
	rig->dev.release = rig_release;
	ck_assert_int_eq(dev_set_name(&rig->dev, "%s", name), 0);
	rig->dev.dma_mask = &rig->mask;
	rig->parms.max_segment_size = max_segment;
	rig->parms.segment_boundary_mask = boundary;
	rig->dev.dma_parms = &rig->parms;
	ck_assert_int_eq(dma_set_mask_and_coherent(&rig->dev, DMA_BIT_MASK(64)), 0);
	return &rig->dev;
}

struct device *rig_device(const char *name)
{
	return rig_device_limits(name, 0, 0);
}

struct page *rig_page(unsigned char fill)
{
	struct page *page = alloc_page(GFP_KERNEL);

	ck_assert_ptr_nonnull(page);
	memset(page_address(page), fill, PAGE_SIZE);
	return page;
}

bool all_bytes(const void *p, unsigned char fill, size_t len)
{
	const unsigned char *byte = p;

	while (len && *byte == fill) {
		byte++;
		len--;
	}
	return !len;
}

/* Allocates twice as many pages as needed and keeps every other one, from the top down. */
void scattered_init(struct scattered *s, unsigned int count)
{
	struct scatterlist *sg;
	unsigned int k;

	s->count = count;
	s->pages = kcalloc(count, sizeof(*s->pages), GFP_KERNEL);
	ck_assert_ptr_nonnull(s->pages);
	ck_assert_int_eq(sg_alloc_table(&s->sgt, count, GFP_KERNEL), 0);
	for_each_sgtable_sg(&s->sgt, sg, k) {
		struct page *pair = alloc_pages(GFP_KERNEL, 1);

		ck_assert_ptr_nonnull(pair);
		split_page(pair, 1);
		__free_page(pair + 1);
		s->pages[k] = pair;
		memset(page_address(pair), 'a' + k % 26, PAGE_SIZE);
		sg_set_page(sg, pair, PAGE_SIZE, 0);
	}
}

void scattered_free(struct scattered *s)
{
	unsigned int k;

	for (k = 0; k < s->count; k++)
		__free_page(s->pages[k]);
	sg_free_table(&s->sgt);
	kfree(s->pages);
}

void fail_nth(unsigned int n)
{
	ck_assert_int_eq(udm_fault_set("failslab", "ignore-gfp-wait", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "ignore-gfp-wait", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "min-order", 0), 0);
	ck_assert_int_eq(udm_fault_set("failslab", "verbose", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "verbose", 0), 0);
	udm_fault_nth(n);
}

struct udm_iommu_stats rig_stats(struct device *dev)
{
	struct udm_iommu_stats stats;

	udm_iommu_stats(dev, &stats);
	return stats;
}

struct udm_iommu_fault rig_fault(struct device *dev)
{
	struct udm_iommu_fault fault;

	ck_assert(udm_iommu_next_fault(dev, &fault));
	return fault;
}
