// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools: DMA memory prepared ahead of time for those who cannot sleep.
 *
 * One pool per zone, made at boot if the zone has memory; each is a gen_pool of whole pages. An
 * allocation that leaves its pool below the low-water mark, which is also the initial size,
 * schedules the work that lets low pools grow; they never shrink. Allocating and freeing are
 * lock-free and work in any context, also while a pool grows.
 *
 * A block comes from the default contiguous area if all of that is in the pool's zone or below,
 * else from the page allocator. It is shared with the host (set_memory_decrypted) before anybody
 * gets it. Blocks whose state is unknown, because sharing or unsharing failed, are lost on
 * purpose: nobody else may get them.
 */
#include <linux/cma.h>
#include <linux/debugfs.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/genalloc.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "attach.h"
#include "failure.h"

enum pool_id { POOL_DMA, POOL_DMA32, POOL_KERNEL, POOLS };

static struct atomic_pool {
	struct gen_pool *pool;		/* NULL if not made; set at boot */
	unsigned long size;		/* bytes; changed by boot and the work item only */
	gfp_t gfp;
	enum zone_type zone;
	const char *file;		/* in debugfs */
} atomic_pools[POOLS] = {
	[POOL_DMA] = { .gfp = GFP_KERNEL | GFP_DMA, .zone = ZONE_DMA, .file = "pool_size_dma" },
	[POOL_DMA32] = { .gfp = GFP_KERNEL | GFP_DMA32, .zone = ZONE_DMA32,
			 .file = "pool_size_dma32" },
	[POOL_KERNEL] = { .gfp = GFP_KERNEL, .zone = ZONE_NORMAL, .file = "pool_size_kernel" },
};

/* Initial size and low-water mark of each pool, in bytes. */
static size_t atomic_pool_size;
static struct dentry *pools_dir;

static int __init early_coherent_pool(char *p)
{
	if (p)
		atomic_pool_size = memparse(p, &p);
	return 0;
}
early_param("coherent_pool", early_coherent_pool);

/* --- Growing --- */

/* Is the default area where memory of these zone bits may be? An area is in one zone. */
static bool cma_in_zone(gfp_t gfp)
{
	struct cma *cma = dev_get_cma_area(NULL);
	phys_addr_t last;

	if (!cma || !cma_get_size(cma))
		return false;
	last = cma_get_base(cma) + cma_get_size(cma) - 1;
	if (gfp & GFP_DMA)
		return last <= zone_dma_limit;
	return !(gfp & GFP_DMA32) || last <= max(DMA_BIT_MASK(32), zone_dma_limit);
}

static struct page *block_try(gfp_t gfp, unsigned int order)
{
	struct page *block = NULL;

	if (dma_step_fails(UDM_IOMMU_STEP_POOL_BLOCK))
		return NULL;
	if (cma_in_zone(gfp))
		block = dma_alloc_from_contiguous(NULL, 1UL << order, order, false);
	return block ? block : alloc_pages(gfp | __GFP_NOWARN, order);
}

/* The largest block up to the wanted size; *size is that of the block. */
static struct page *block_alloc(size_t wanted, gfp_t gfp, size_t *size)
{
	struct page *block = NULL;
	int order;

	for (order = min(get_order(wanted), MAX_PAGE_ORDER); order >= 0 && !block; order--) {
		block = block_try(gfp, order);
		*size = PAGE_SIZE << order;
	}
	return block;
}

/* Ends the sharing of a block; a block for which that fails is nobody's from now on. */
static int block_free(struct page *block, size_t size)
{
	int err = set_memory_encrypted((unsigned long)page_address(block), size >> PAGE_SHIFT);

	if (WARN_ONCE(err, "DMA: leaking %zu KiB of a pool that stay decrypted\n", size >> 10))
		return err;
	dma_free_contiguous(NULL, block, size);
	return 0;
}

static int block_add(struct gen_pool *pool, struct page *block, size_t size)
{
	unsigned long addr = (unsigned long)page_address(block);
	int err, stays;

	arch_dma_prep_coherent(block, size);
	err = set_memory_decrypted(addr, size >> PAGE_SHIFT);
	if (err)
		return err;
	err = gen_pool_add_virt(pool, addr, page_to_phys(block), size, NUMA_NO_NODE);
	if (!err)
		return 0;
	stays = block_free(block, size);
	return stays ? stays : err;
}

static int atomic_pool_expand(struct atomic_pool *ap, size_t wanted)
{
	struct page *block;
	size_t size;
	int err;

	if (dma_step_fails(UDM_IOMMU_STEP_POOL))
		return -ENOMEM;
	block = block_alloc(wanted, ap->gfp, &size);
	if (!block)
		return -ENOMEM;
	err = block_add(ap->pool, block, size);
	if (!err)
		WRITE_ONCE(ap->size, ap->size + size);
	return err;
}

static bool is_low(struct gen_pool *pool)
{
	return gen_pool_avail(pool) < atomic_pool_size;
}

/* Doubles each pool that is low, once; what fails is tried again after the next allocation. */
static void atomic_pool_work_fn(struct work_struct *work)
{
	struct atomic_pool *ap;

	for (ap = atomic_pools; ap < atomic_pools + POOLS; ap++)
		if (ap->pool && is_low(ap->pool))
			atomic_pool_expand(ap, gen_pool_size(ap->pool));
}

static DECLARE_WORK(atomic_pool_work, atomic_pool_work_fn);

/* --- Start and end --- */

/* With the machine ends the sharing, too. */
static void free_chunk(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *unused)
{
	dma_free_contiguous(NULL, virt_to_page(chunk->start_addr),
			    chunk->end_addr + 1 - chunk->start_addr);
}

static void atomic_pool_drop(struct atomic_pool *ap)
{
	/* A pool somebody still uses stays, for the leak report to show. */
	if (ap->pool && gen_pool_avail(ap->pool) == gen_pool_size(ap->pool)) {
		gen_pool_for_each_chunk(ap->pool, free_chunk, NULL);
		gen_pool_destroy(ap->pool);
	}
	ap->pool = NULL;
	ap->size = 0;
}

static int __init atomic_pool_make(struct atomic_pool *ap)
{
	int err;

	ap->pool = gen_pool_create(PAGE_SHIFT, NUMA_NO_NODE);
	if (!ap->pool)
		return -ENOMEM;
	gen_pool_set_algo(ap->pool, gen_pool_first_fit_order_align, NULL);
	err = atomic_pool_expand(ap, atomic_pool_size);
	if (err) {
		atomic_pool_drop(ap);
		pr_err("DMA: failed to allocate %zu KiB %pGg pool for atomic allocation\n",
		       atomic_pool_size >> 10, &ap->gfp);
		return -ENOMEM;
	}
	pr_info("DMA: preallocated %zu KiB %pGg pool for atomic allocations\n",
		gen_pool_size(ap->pool) >> 10, &ap->gfp);
	return 0;
}

/* 128 KiB per GiB of RAM, within 128 KiB and the largest block. */
static size_t __init default_size(void)
{
	unsigned long pages = totalram_pages() / (SZ_1G / SZ_128K);

	return max_t(size_t, min(pages, MAX_ORDER_NR_PAGES) << PAGE_SHIFT, SZ_128K);
}

static void __init atomic_pool_debugfs(void)
{
	struct atomic_pool *ap;

	pools_dir = debugfs_create_dir("dma_pools", NULL);
	for (ap = atomic_pools; ap < atomic_pools + POOLS; ap++)
		debugfs_create_ulong(ap->file, 0400, pools_dir, &ap->size);
}

static int __init dma_atomic_pool_init(void)
{
	static const enum pool_id order[] = { POOL_KERNEL, POOL_DMA, POOL_DMA32 };
	unsigned int k;
	int err = 0;

	if (!atomic_pool_size)
		atomic_pool_size = default_size();
	for (k = 0; k < POOLS; k++)
		if (has_managed_zone(atomic_pools[order[k]].zone) &&
		    atomic_pool_make(&atomic_pools[order[k]]))
			err = -ENOMEM;
	atomic_pool_debugfs();
	return err;
}
postcore_initcall(dma_atomic_pool_init);

/* Called even if some pool could not be made, so not an exitcall of this file. */
void dma_atomic_pools_stop(void)
{
	unsigned int k;

	cancel_work_sync(&atomic_pool_work);
	debugfs_remove(pools_dir);
	pools_dir = NULL;
	for (k = 0; k < POOLS; k++)
		atomic_pool_drop(&atomic_pools[k]);
	atomic_pool_size = 0;
}

/* --- Use --- */

static struct gen_pool *pool_of(enum pool_id id)
{
	return atomic_pools[id].pool;
}

/* The first pool that exists, in this order. */
static struct gen_pool *first_of(enum pool_id a, enum pool_id b, enum pool_id c)
{
	if (pool_of(a))
		return pool_of(a);
	return pool_of(b) ? pool_of(b) : pool_of(c);
}

/* The pool to try after prev (NULL: the first one) for memory of these zone bits. */
static struct gen_pool *dma_guess_pool(struct gen_pool *prev, gfp_t gfp)
{
	if (!prev) {
		if (gfp & GFP_DMA)
			return first_of(POOL_DMA, POOL_DMA32, POOL_KERNEL);
		if (gfp & GFP_DMA32)
			return first_of(POOL_DMA32, POOL_DMA, POOL_KERNEL);
		return first_of(POOL_KERNEL, POOL_DMA32, POOL_DMA);
	}
	if (prev == pool_of(POOL_KERNEL) && pool_of(POOL_DMA32))
		return pool_of(POOL_DMA32);
	return prev == pool_of(POOL_DMA) ? NULL : pool_of(POOL_DMA);
}

/* One candidate of a pool, given back if the caller cannot use it. */
static struct page *pool_alloc(struct device *dev, size_t size, struct gen_pool *pool,
			       void **cpu_addr,
			       bool (*phys_addr_ok)(struct device *, phys_addr_t, size_t))
{
	unsigned long addr = gen_pool_alloc(pool, size);
	phys_addr_t phys;

	if (!addr)
		return NULL;
	phys = gen_pool_virt_to_phys(pool, addr);
	if (phys_addr_ok && !phys_addr_ok(dev, phys, size)) {
		gen_pool_free(pool, addr, size);
		return NULL;
	}
	if (is_low(pool))
		schedule_work(&atomic_pool_work);
	*cpu_addr = (void *)addr;
	memset(*cpu_addr, 0, size);
	return pfn_to_page(PHYS_PFN(phys));
}

struct page *dma_alloc_from_pool(struct device *dev, size_t size, void **cpu_addr, gfp_t gfp,
				 bool (*phys_addr_ok)(struct device *, phys_addr_t, size_t))
{
	struct gen_pool *pool = dma_guess_pool(NULL, gfp);
	struct page *page = NULL;

	if (WARN(!pool, "Failed to get suitable pool for %s\n", dev_name(dev)))
		return NULL;
	for (; pool && !page; pool = dma_guess_pool(pool, gfp))
		page = pool_alloc(dev, size, pool, cpu_addr, phys_addr_ok);
	WARN(!page && !(gfp & __GFP_NOWARN), "DMA pool exhausted for %s\n", dev_name(dev));
	return page;
}

bool dma_free_from_pool(struct device *dev, void *start, size_t size)
{
	struct gen_pool *pool = dma_guess_pool(NULL, 0);

	for (; pool; pool = dma_guess_pool(pool, 0)) {
		if (gen_pool_has_addr(pool, (unsigned long)start, size)) {
			gen_pool_free(pool, (unsigned long)start, size);
			return true;
		}
	}
	return false;
}
