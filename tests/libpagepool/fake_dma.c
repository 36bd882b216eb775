// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device whose DMA operations count (fake_dma.h).
 */
#include "fixture.h"

#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "fake_dma.h"

/* Size of the mapping that starts in the page, by page number. */
#define LIVE_PAGES	(1UL << 20)
static unsigned int live[LIVE_PAGES];

static struct fake_dma *to_fake(struct device *dev)
{
	return container_of(dev, struct fake_dma, dev);
}

static unsigned int *live_slot(dma_addr_t addr)
{
	return &live[(addr >> PAGE_SHIFT) % LIVE_PAGES];
}

static bool fails_now(struct fake_dma *dma)
{
	bool fail = dma->fail_mask & 1;

	if (dma->fail_mask)
		dma->fail_mask >>= 1;
	return fail;
}

static dma_addr_t fake_map(struct device *dev, phys_addr_t phys, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_dma *dma = to_fake(dev);

	if (fails_now(dma))
		return DMA_MAPPING_ERROR;
	if (xchg(live_slot(phys), (unsigned int)size))
		atomic_inc(&dma->errors);
	atomic_inc(&dma->maps);
	return phys;
}

static void fake_unmap(struct device *dev, dma_addr_t addr, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	struct fake_dma *dma = to_fake(dev);

	if (xchg(live_slot(addr), 0U) != size)
		atomic_inc(&dma->errors);
	atomic_inc(&dma->unmaps);
}

static void fake_sync_for_device(struct device *dev, dma_addr_t addr, size_t size,
				 enum dma_data_direction dir)
{
	struct fake_dma *dma = to_fake(dev);

	WRITE_ONCE(dma->sync_addr, addr);
	WRITE_ONCE(dma->sync_size, size);
	if (dma->during_sync)
		dma->during_sync(dma);
	if (!READ_ONCE(*live_slot(addr)))
		atomic_inc(&dma->stale_syncs);
	atomic_inc(&dma->syncs_for_device);
}

static void fake_sync_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			      enum dma_data_direction dir)
{
	struct fake_dma *dma = to_fake(dev);

	WRITE_ONCE(dma->sync_addr, addr);
	WRITE_ONCE(dma->sync_size, size);
	atomic_inc(&dma->syncs_for_cpu);
}

static const struct dma_map_ops fake_ops = {
	.map_phys = fake_map,
	.unmap_phys = fake_unmap,
	.sync_single_for_device = fake_sync_for_device,
	.sync_single_for_cpu = fake_sync_for_cpu,
};

static void fake_release(struct device *dev)
{
	kfree(to_fake(dev));
}

struct fake_dma *fake_dma_get(void)
{
	struct fake_dma *dma = kzalloc(sizeof(*dma), GFP_KERNEL);

	ck_assert_ptr_nonnull(dma);
	memset(live, 0, sizeof(live));
	device_initialize(&dma->dev);
	dma->dev.init_name = "fake-dma";
	dma->dev.release = fake_release;
	dma->mask = DMA_BIT_MASK(64);
	dma->dev.dma_mask = &dma->mask;
	dma->dev.coherent_dma_mask = dma->mask;
	set_dma_ops(&dma->dev, &fake_ops);
	return dma;
}

void fake_dma_put(struct fake_dma *dma)
{
	ck_assert_int_eq(atomic_read(&dma->errors), 0);
	ck_assert_int_eq(fake_dma_live(dma), 0);
	put_device(&dma->dev);
}
