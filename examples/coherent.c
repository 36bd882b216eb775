// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools at work: coherent memory for those who must not sleep.
 *
 * On some machines memory has to be prepared before a device may share it: mapped a
 * second time without a cache, or shown to the host of a virtual machine. That can
 * sleep, and an interrupt handler cannot. So the kernel prepares some memory ahead of
 * time, one pool per zone; allocating from a pool only sets bits. An allocation that
 * leaves less than the initial size free lets a work item prepare more, later.
 *
 * Below is a back end (struct dma_map_ops) for such a device, and a driver that adds
 * rings with interrupts off. The sizes come from debugfs, as an administrator sees them.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <udevmem/debugfs.h>
#include <udevmem/udevmem.h>

/* --- The back end ---------------------------------------------------------------- */

static void *prepared_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp,
			    unsigned long attrs)
{
	struct page *page;
	void *cpu_addr;

	if (!gfpflags_allow_blocking(gfp)) {
		/* Any context. The last argument could refuse what the device cannot reach. */
		page = dma_alloc_from_pool(dev, PAGE_ALIGN(size), &cpu_addr, gfp, NULL);
	} else {
		/* Here a real one would map or share the pages, which may sleep. */
		page = alloc_pages(gfp | __GFP_ZERO, get_order(size));
		cpu_addr = page ? page_address(page) : NULL;
	}
	if (!page)
		return NULL;
	*dma_handle = page_to_phys(page);
	return cpu_addr;
}

/* The pools know their memory: that is how the two kinds are told apart. */
static void prepared_free(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle,
			  unsigned long attrs)
{
	if (!dma_free_from_pool(dev, cpu_addr, PAGE_ALIGN(size)))
		free_pages((unsigned long)cpu_addr, get_order(size));
}

static const struct dma_map_ops prepared_ops = { .alloc = prepared_alloc, .free = prepared_free };

/* --- The driver ------------------------------------------------------------------ */

#define RINGS		24
#define RING_SIZE	(2 * PAGE_SIZE)

struct rings {
	spinlock_t lock;
	unsigned int count;
	void *ring[RINGS];
	dma_addr_t addr[RINGS];
};

/* What an interrupt handler would do when it finds its rings full. */
static unsigned int rings_add(struct device *dev, struct rings *r, unsigned int wanted)
{
	unsigned long flags;
	unsigned int added;

	spin_lock_irqsave(&r->lock, flags);
	for (added = 0; added < wanted && r->count < RINGS; added++) {
		void *ring = dma_alloc_coherent(dev, RING_SIZE, &r->addr[r->count],
						GFP_ATOMIC | __GFP_NOWARN);

		if (!ring)
			break;
		r->ring[r->count++] = ring;
	}
	spin_unlock_irqrestore(&r->lock, flags);
	return added;
}

/* Not with interrupts off: freeing coherent memory may sleep on other machines. */
static void rings_free(struct device *dev, struct rings *r)
{
	while (r->count) {
		r->count--;
		dma_free_coherent(dev, RING_SIZE, r->ring[r->count], r->addr[r->count]);
	}
}

/* --- What there is to see -------------------------------------------------------- */

static void show(const char *when)
{
	static const char *const names[] = { "kernel", "dma32", "dma" };

	printf("%-26s", when);
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		char path[64], text[32] = "?";

		snprintf(path, sizeof(path), "dma_pools/pool_size_%s", names[i]);
		udm_debugfs_read(path, text, sizeof(text));
		printf(" %s %4d KiB", names[i], atoi(text) / 1024);
	}
	printf("\n");
}

static void use_pools(struct device *dev)
{
	struct rings rings = { .lock = __SPIN_LOCK_UNLOCKED(rings.lock) };

	show("at first");
	printf("%u rings\n", rings_add(dev, &rings, 6));
	show("with interrupts off");
	/* The work item sleeps at will; here, and only here, it gets the processor. */
	udm_run_until_idle();
	show("after the work ran");
	/* More than the first pool has: the next zones' help out, in that order. */
	printf("%u more\n", rings_add(dev, &rings, 18));
	udm_run_until_idle();
	show("after it ran again");
	rings_free(dev, &rings);
	udm_run_until_idle();
	show("pools never shrink");
}

int main(void)
{
	/* 64 KiB in each pool, instead of 128 KiB per GiB of RAM. */
	const struct udm_config cfg = { .cmdline = "coherent_pool=64K", .iommu = UDM_IOMMU_OFF };
	struct device *dev;

	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	dev = root_device_register("prepared");
	if (IS_ERR(dev))
		return EXIT_FAILURE;
	dev->coherent_dma_mask = DMA_BIT_MASK(64);
	set_dma_ops(dev, &prepared_ops);
	use_pools(dev);
	root_device_unregister(dev);
	return udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
}
