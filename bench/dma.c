// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA: nanoseconds of a device's access to memory, and of mapping memory for it.
 *
 *	load32		one word through the bus, at addresses the IOTLB holds (hit: WARM pages)
 *			or never holds (miss: PAGES pages); beside it the same loads without a
 *			bus, each waiting for the one before, as bus accesses do
 *	write		64, 1500 and 4096 bytes through the bus; beside it memcpy()
 *	map, unmap	one page; beside it one locked addition
 *	map_sg 16, 256	a list of scattered pages, and its unmap; beside it walking the list
 *
 * each for a device behind a strict IOMMU, a lazy one and none. What a translation costs is
 * the difference between a load and its yardstick: announcing the access, finding the word,
 * checking it and withdrawing the access.
 *
 * Each figure is the median of ROUNDS; rows and yardsticks take turns within a round, so that
 * what else the machine does meets both alike. One thread, its processor time, threads mode;
 * a debug build (--enable-debug) measures its checks.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <udevmem/bus.h>
#include <udevmem/iommu.h>
#include <udevmem/udevmem.h>

#include "report.h"

#define ROUNDS		25
#define PAGES		4096U
#define WARM		64U
#define LOADS		(8 * PAGES)
#define WRITES		(2 * PAGES)
#define MAPPINGS	4096U
#define LISTS		256U

#define MAX_HIT_NS	10.0		/* of a translation, strict */
#define MAX_MISS_NS	60.0

enum way { BARE, STRICT, LAZY, OFF, WAYS };

/* A device of each kind, and where it sees the pages; BARE: where they are. */
static struct device devices[WAYS];
static struct device_dma_parameters parms[WAYS];
static struct udm_bus *buses[WAYS];
static u64 seen_at[WAYS][PAGES];
static struct page *pages[PAGES];
static u32 order[PAGES];		/* a permutation: no pattern for a prefetcher */
static struct sg_table lists[2];
static const unsigned int list_length[2] = { 16, 256 };
static char data[PAGE_SIZE];

static void must(bool good)
{
	if (!good) {
		fprintf(stderr, "dma: out of memory, or a mapping failed\n");
		exit(EXIT_FAILURE);
	}
}

/* --- What is measured --- */

static void load_words(enum way way, unsigned int count)
{
	u32 word = 0;

	for (unsigned int i = 0; i < LOADS; i++) {
		/* Memory is all zeroes: the next address is known when this word is. */
		unsigned int page = (order[i % PAGES] + word) & (count - 1);
		/* Spread over a page's lines, as a page's first line has few cache sets. */
		u64 at = seen_at[way][page] + page % 64 * 64;

		if (way == BARE)
			word = *(volatile u32 *)at;
		else
			(udm_bus_load32)(buses[way], at, &word);
	}
}

static void write_bytes(enum way way, unsigned int len)
{
	for (unsigned int i = 0; i < WRITES; i++) {
		u64 at = seen_at[way][i % WARM];

		if (way == BARE)
			memcpy((void *)at, data, len);
		else
			(udm_bus_write)(buses[way], at, data, len);
		barrier();
	}
}

static void map_pages(enum way way, unsigned int unused)
{
	static unsigned long shared;

	for (unsigned int i = 0; i < MAPPINGS; i++) {
		struct device *dev = &devices[way];
		dma_addr_t addr;

		if (way == BARE) {
			__atomic_fetch_add(&shared, 1, __ATOMIC_SEQ_CST);
			continue;
		}
		addr = dma_map_single(dev, page_address(pages[i % WARM]), PAGE_SIZE,
				      DMA_FROM_DEVICE);
		must(!dma_mapping_error(dev, addr));
		dma_unmap_single(dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	}
}

static void walk_list(const struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int k;

	for_each_sgtable_sg(sgt, sg, k)
		asm volatile("" : : "r"(sg_phys(sg)));
}

static void map_list(enum way way, unsigned int which)
{
	struct sg_table *sgt = &lists[which];

	for (unsigned int i = 0; i < LISTS; i++) {
		if (way == BARE) {
			walk_list(sgt);
			continue;
		}
		must(!dma_map_sgtable(&devices[way], sgt, DMA_FROM_DEVICE, 0));
		dma_unmap_sgtable(&devices[way], sgt, DMA_FROM_DEVICE, 0);
	}
}

static const struct row {
	const char *name;
	void (*run)(enum way way, unsigned int arg);
	unsigned int arg;
	unsigned int ops;
} rows[] = {
	{ "load32, hit", load_words, WARM, LOADS },
	{ "load32, miss", load_words, PAGES, LOADS },
	{ "write 64", write_bytes, 64, WRITES },
	{ "write 1500", write_bytes, 1500, WRITES },
	{ "write 4096", write_bytes, 4096, WRITES },
	{ "map, unmap", map_pages, 0, MAPPINGS },
	{ "map_sg 16, unmap", map_list, 0, LISTS },
	{ "map_sg 256, unmap", map_list, 1, LISTS },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

/* --- Measuring --- */

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double run_once(const struct row *row, enum way way)
{
	double start = now_ns();

	row->run(way, row->arg);
	return (now_ns() - start) / row->ops;
}

static void measure(const struct row *row, double ns[WAYS])
{
	double runs[WAYS][ROUNDS];

	for (enum way way = BARE; way < WAYS; way++)
		run_once(row, way);
	for (unsigned int round = 0; round < ROUNDS; round++)
		for (enum way way = BARE; way < WAYS; way++)
			runs[way][round] = run_once(row, way);
	for (enum way way = BARE; way < WAYS; way++)
		ns[way] = report_median(runs[way], ROUNDS);
}

static void show(const struct row *row, const double ns[WAYS])
{
	static const char *const columns[WAYS] = {
		[BARE] = "bare", [STRICT] = "strict", [LAZY] = "lazy", [OFF] = "off",
	};

	if (row == rows)
		printf("%-20s %9s %9s %8s %9s %8s %9s %8s\n", "ns", "bare", "strict", "ratio",
		       "lazy", "ratio", "off", "ratio");
	printf("%-20s %9.2f", row->name, ns[BARE]);
	for (enum way way = STRICT; way < WAYS; way++)
		printf(" %9.2f %7.2fx", ns[way], ns[way] / ns[BARE]);
	printf("\n");
	fflush(stdout);
	for (enum way way = BARE; way < WAYS; way++)
		report_value(row->name, columns[way], ns[way]);
}

/* --- Machine --- */

static struct device *device_make(enum way way, const char *name, enum udm_iommu_type type)
{
	struct device *dev = &devices[way];

	dev->init_name = name;
	dev->dma_parms = &parms[way];
	must(!dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(64)));
	dma_set_max_seg_size(dev, UINT_MAX);
	must(!udm_iommu_set_type(dev, type));
	buses[way] = udm_bus_of(dev);
	must(buses[way]);
	return dev;
}

static void pages_map(enum way way)
{
	for (unsigned int k = 0; k < PAGES; k++) {
		if (way == BARE) {
			seen_at[way][k] = (unsigned long)page_address(pages[k]);
			continue;
		}
		seen_at[way][k] = dma_map_page(&devices[way], pages[k], 0, PAGE_SIZE,
					       DMA_BIDIRECTIONAL);
		must(!dma_mapping_error(&devices[way], seen_at[way][k]));
	}
}

static void pages_unmap(enum way way)
{
	for (unsigned int k = 0; k < PAGES; k++)
		dma_unmap_page(&devices[way], seen_at[way][k], PAGE_SIZE, DMA_BIDIRECTIONAL);
}

/* No two neighbours of a list are neighbours in memory. */
static void list_make(unsigned int which)
{
	struct scatterlist *sg;
	unsigned int k;

	must(!sg_alloc_table(&lists[which], list_length[which], GFP_KERNEL));
	for_each_sgtable_sg(&lists[which], sg, k)
		sg_set_page(sg, pages[order[k]], PAGE_SIZE, 0);
}

static void prepare(void)
{
	u64 x = 88172645463325252ULL;

	for (unsigned int k = 0; k < PAGES; k++) {
		unsigned int other;

		pages[k] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		must(pages[k]);
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		other = x % (k + 1);
		order[k] = order[other];
		order[other] = k;
	}
	device_make(STRICT, "strict", UDM_IOMMU_TYPE_STRICT);
	device_make(LAZY, "lazy", UDM_IOMMU_TYPE_LAZY);
	device_make(OFF, "off", UDM_IOMMU_TYPE_IDENTITY);
	for (enum way way = BARE; way < WAYS; way++)
		pages_map(way);
	list_make(0);
	list_make(1);
}

static void clean_up(void)
{
	for (enum way way = STRICT; way < WAYS; way++)
		pages_unmap(way);
	udm_iommu_flush(&devices[LAZY]);
	sg_free_table(&lists[0]);
	sg_free_table(&lists[1]);
	for (unsigned int k = 0; k < PAGES; k++)
		__free_page(pages[k]);
}

int main(int argc, char **argv)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS };
	double ns[ROWS][WAYS];
	int err;

	report_begin(argc, argv, "dma",
		     "\nAccess through the emulated bus, and mapping, see dma.c.");
	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	prepare();
	for (unsigned int r = 0; r < ROWS; r++) {
		measure(&rows[r], ns[r]);
		show(&rows[r], ns[r]);
	}
	report_at_most("translation, IOTLB hit", ns[0][STRICT] - ns[0][BARE], MAX_HIT_NS);
	report_at_most("translation, IOTLB miss", ns[1][STRICT] - ns[1][BARE], MAX_MISS_NS);
	clean_up();
	err = udm_shutdown();
	return report_end() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
