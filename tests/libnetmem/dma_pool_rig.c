// SPDX-License-Identifier: GPL-2.0-only
/*
 * The atomic pools as tests use them.
 */
#include "dma_pool_rig.h"
#include "tests/libkern/mem_rig.h"

#include <linux/dma-map-ops.h>
#include <stdlib.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>

struct device *pool_dev;

void pools_boot(const char *cmdline, size_t ram)
{
	const struct udm_config cfg = { .cmdline = cmdline, .ram_bytes = ram, .quiet = true };

	machine_boot_with(&cfg);
	pool_dev = rig_device("rig");
}

const char *pools_boot_failing(enum udm_iommu_step step, unsigned int after, unsigned int times)
{
	log_capture();
	udm_iommu_fail(step, after, times);
	pools_boot(NULL, 0);
	return log_text();
}

unsigned long pool_size(const char *name)
{
	char path[64], text[32] = "";

	snprintf(path, sizeof(path), "dma_pools/pool_size_%s", name);
	ck_assert_int_gt(udm_debugfs_read(path, text, sizeof(text) - 1), 0);
	return strtoul(text, NULL, 10);
}

void *take(size_t size, gfp_t gfp)
{
	void *buf = NULL;
	struct page *page = dma_alloc_from_pool(pool_dev, size, &buf, gfp, NULL);

	ck_assert_ptr_eq(buf, page ? page_address(page) : NULL);
	return buf;
}

void *taken(size_t size, gfp_t gfp)
{
	void *buf = take(size, gfp);

	ck_assert_ptr_nonnull(buf);
	ck_assert(all_bytes(buf, 0, size));
	return buf;
}

void give(void *buf, size_t size)
{
	ck_assert(dma_free_from_pool(pool_dev, buf, size));
}

unsigned int drain(void **pages, unsigned int max, gfp_t gfp)
{
	unsigned int n = 0;

	while (n < max && (pages[n] = take(PAGE_SIZE, gfp | __GFP_NOWARN)))
		n++;
	return n;
}

void refill(void **pages, unsigned int n)
{
	while (n--)
		give(pages[n], PAGE_SIZE);
}

void pools_stop(void)
{
	put_device(pool_dev);
	machine_shutdown();
}

void *taken_with_worker_ready(void)
{
	give(taken(PAGE_SIZE, GFP_DMA), PAGE_SIZE);
	udm_run_until_idle();
	return taken(PAGE_SIZE, 0);
}

void slab_fails_once(void)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_set("failslab", "probability", 100);
	udm_fault_set("failslab", "times", 1);
}
