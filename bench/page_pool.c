// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: nanoseconds per allocation and return, by path.
 *
 *	cache		direct recycle, then allocation from the cache
 *	ring		return to the ring, then allocation by refill
 *	ring, BH off	the same in softirq-like context
 *	bulk		16 buffers returned at once, then allocated
 *	fragment	half a page at a time
 *	page allocator	every page is held by somebody else when it is returned
 *	mapped ...	the same with DMA mapping and sync, device coherent or not
 *
 * Two numbers per row: the median of RUNS runs of LOOPS pairs, and the best run.
 * The pool is order 0, ring 1024, filled with 64 pages before the clock starts.
 * Usage: page_pool [sim|threads], default threads.
 */
#include <linux/bottom_half.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <udevmem/udevmem.h>

#define RUNS	41
#define LOOPS	200000

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void run_cache(struct page_pool *pool)
{
	for (int i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		barrier();
		page_pool_recycle_direct(pool, page);
	}
}

static void run_ring(struct page_pool *pool)
{
	for (int i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		barrier();
		page_pool_put_page(pool, page, -1, false);
	}
}

static void run_ring_bh(struct page_pool *pool)
{
	local_bh_disable();
	run_ring(pool);
	local_bh_enable();
}

static void run_bulk(struct page_pool *pool)
{
	netmem_ref data[XDP_BULK_QUEUE_SIZE];

	for (int i = 0; i < LOOPS / XDP_BULK_QUEUE_SIZE; i++) {
		for (int k = 0; k < XDP_BULK_QUEUE_SIZE; k++)
			data[k] = page_pool_alloc_netmems(pool, GFP_ATOMIC);
		page_pool_put_netmem_bulk(data, XDP_BULK_QUEUE_SIZE);
	}
}

static void run_frag(struct page_pool *pool)
{
	for (int i = 0; i < LOOPS; i++) {
		unsigned int offset;
		struct page *page = page_pool_alloc_frag(pool, &offset, PAGE_SIZE / 2, GFP_ATOMIC);

		barrier();
		page_pool_put_page(pool, page, -1, true);
	}
}

static void run_slow(struct page_pool *pool)
{
	for (int i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		get_page(page);
		page_pool_put_page(pool, page, -1, false);
		put_page(page);
	}
}

static const struct {
	const char *name;
	void (*run)(struct page_pool *pool);
	bool mapped, synced;
} rows[] = {
	{ "cache", run_cache },
	{ "ring", run_ring },
	{ "ring, BH off", run_ring_bh },
	{ "bulk of 16", run_bulk },
	{ "fragment", run_frag },
	{ "page allocator", run_slow },
	{ "mapped cache", run_cache, true },
	{ "mapped cache, synced", run_cache, true, true },
	{ "mapped ring, synced", run_ring, true, true },
	{ "mapped page allocator", run_slow, true },
};

static void fill(struct page_pool *pool)
{
	struct page *page[64];

	for (int i = 0; i < 64; i++)
		page[i] = page_pool_alloc_pages(pool, GFP_KERNEL);
	for (int i = 0; i < 64; i++)
		page_pool_put_page(pool, page[i], -1, false);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(const char *name, struct page_pool *pool, void (*run)(struct page_pool *pool))
{
	double ns[RUNS];

	for (int i = 0; i < RUNS; i++) {
		const double start = now_ns();

		run(pool);
		ns[i] = (now_ns() - start) / LOOPS;
	}
	qsort(ns, RUNS, sizeof(ns[0]), by_value);
	printf("%-24s %8.1f %8.1f\n", name, ns[RUNS / 2], ns[0]);
}

static struct device *dma_device(void)
{
	static u64 mask = DMA_BIT_MASK(64);
	static struct device dev = { .init_name = "bench", .dma_mask = &mask };

	return &dev;
}

static int measure(size_t row)
{
	struct page_pool_params params = {
		.pool_size = 1024, .nid = NUMA_NO_NODE, .dma_dir = DMA_BIDIRECTIONAL,
		.max_len = PAGE_SIZE, .dev = dma_device(),
	};
	struct page_pool *pool;

	if (rows[row].mapped)
		params.flags = PP_FLAG_DMA_MAP | (rows[row].synced ? PP_FLAG_DMA_SYNC_DEV : 0);
	params.dev->dma_skip_sync = !rows[row].synced;
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return -1;
	fill(pool);
	report(rows[row].name, pool, rows[row].run);
	page_pool_destroy(pool);
	return 0;
}

int main(int argc, char **argv)
{
	const bool sim = argc > 1 && !strcmp(argv[1], "sim");
	const struct udm_config cfg = {
		.mode = sim ? UDM_MODE_SIM : UDM_MODE_THREADS, .iommu = UDM_IOMMU_OFF,
	};
	int err = udm_boot(&cfg);

	if (err) {
		fprintf(stderr, "udm_boot: %s\n", strerror(-err));
		return EXIT_FAILURE;
	}
	printf("%-24s %8s %8s\n", "ns per pair", "median", "best");
	for (size_t i = 0; !err && i < ARRAY_SIZE(rows); i++)
		err = measure(i);
	return udm_shutdown() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
