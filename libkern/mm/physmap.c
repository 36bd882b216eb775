// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical memory: where frames are and how the process sees them.
 *
 * Physical layout, holes left out, for RAM of R bytes on N nodes:
 *
 *   1 MiB ...		DMA, node 0: an eighth of node 0's share, at most 15 MiB
 *   16 MiB ...		DMA32, node 0: a quarter of the rest, below 4 GiB
 *   4 GiB + n * S ...	Normal of node n, S a power of two
 *
 * One memory file holds all of RAM at file offset = physical address; it is
 * sparse and touched on demand. The direct map is one reserved range in which
 * the runs of RAM are mapped shared, so any page can be mapped a second time.
 * mem_map covers all frames from 0 on, reads as zeroes until a frame is used,
 * and is zero-initialised by the host. Boot and shutdown are single-threaded.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <udevmem/boot.h>
#include <udevmem/memory.h>

#include "internal.h"

#define RAM_GRANULE SZ_1M
#define RAM_MIN SZ_4M
#define DIRECT_MAP_ALIGN (PAGE_SIZE << MAX_PAGE_ORDER)

struct udm_physmap udm_physmap __read_mostly;
struct zone udm_zones[NR_ZONES];
unsigned int udm_nr_zones;
int udm_ram_fd = -1;

unsigned long max_pfn;
unsigned long max_low_pfn;
unsigned long min_low_pfn;
unsigned long max_mapnr;

static unsigned long ram_pages;

static void zone_place(unsigned int index, const char *name, enum zone_type type, int node,
		       phys_addr_t start, size_t bytes)
{
	struct zone *zone = &udm_zones[index];

	*zone = (struct zone){
		.name = name,
		.node = node,
		.index = index,
		.type = type,
		.start_pfn = PHYS_PFN(start),
		.end_pfn = PHYS_PFN(start + bytes),
		.arena = -1,
	};
	if (bytes)
		udm_nr_zones = max(udm_nr_zones, index + 1);
	ram_pages += bytes >> PAGE_SHIFT;
}

/* Splits node 0's share over its three zones and places the other nodes behind. */
static void layout_zones(size_t ram, unsigned int nodes)
{
	size_t share = round_down(ram / nodes, RAM_GRANULE);
	size_t first = ram - share * (nodes - 1);
	size_t dma = clamp_t(size_t, round_down(first / 8, RAM_GRANULE), RAM_GRANULE, 15 * SZ_1M);
	size_t dma32 = clamp_t(size_t, round_down((first - dma) / 4, RAM_GRANULE), RAM_GRANULE,
			       SZ_4G - SZ_16M);
	size_t normal = first - dma - dma32;
	size_t stride = roundup_pow_of_two(max(normal, share));
	unsigned int nid;

	udm_physmap.nodes = nodes;
	udm_physmap.node_shift = ilog2(stride) - PAGE_SHIFT;
	zone_place(ZONE_DMA, "DMA", ZONE_DMA, 0, SZ_1M, dma);
	zone_place(ZONE_DMA32, "DMA32", ZONE_DMA32, 0, SZ_16M, dma32);
	zone_place(ZONE_INDEX_NORMAL, "Normal", ZONE_NORMAL, 0, SZ_4G, normal);
	for (nid = 1; nid < nodes; nid++)
		zone_place(ZONE_INDEX_NORMAL + nid, "Normal", ZONE_NORMAL, nid,
			   SZ_4G + nid * stride, share);
	min_low_pfn = udm_zones[ZONE_DMA].start_pfn;
	max_pfn = udm_zones[udm_nr_zones - 1].end_pfn;
	max_low_pfn = max_pfn;
	max_mapnr = max_pfn;
}

static void *reserve_range(size_t bytes, int prot)
{
	void *addr = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return addr == MAP_FAILED ? NULL : addr;
}

/* The direct map starts at a multiple of the largest block, so blocks are aligned in both. */
static int reserve_direct_map(size_t span)
{
	char *addr = reserve_range(span + DIRECT_MAP_ALIGN, PROT_NONE);
	unsigned long start = round_up((unsigned long)addr, DIRECT_MAP_ALIGN);

	if (!addr)
		return -ENOMEM;
	if (start > (unsigned long)addr)
		munmap(addr, start - (unsigned long)addr);
	munmap((void *)(start + span), (unsigned long)addr + DIRECT_MAP_ALIGN - start);
	udm_physmap.virt_base = start;
	udm_physmap.span = span;
	return 0;
}

static int show_ram(void)
{
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++) {
		struct zone *zone = &udm_zones[i];
		size_t bytes = (zone->end_pfn - zone->start_pfn) << PAGE_SHIFT;

		if (!bytes)
			continue;
		if (mmap(pfn_to_kaddr(zone->start_pfn), bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_NORESERVE, udm_ram_fd,
			 PFN_PHYS(zone->start_pfn)) == MAP_FAILED)
			return -ENOMEM;
		/* A core dump or a fork needs none of the machine's RAM. */
		madvise(pfn_to_kaddr(zone->start_pfn), bytes, MADV_DONTDUMP);
	}
	return 0;
}

static int open_ram(size_t span)
{
	udm_ram_fd = memfd_create("udevmem-ram", MFD_CLOEXEC);
	if (udm_ram_fd < 0 || ftruncate(udm_ram_fd, span))
		return -ENOMEM;
	if (reserve_direct_map(span))
		return -ENOMEM;
	udm_physmap.map = reserve_range(max_pfn * sizeof(struct page), PROT_READ | PROT_WRITE);
	return udm_physmap.map ? show_ram() : -ENOMEM;
}

/* 0, -EINVAL for RAM too small to give each node some, -ENOMEM from the host. */
int physmap_boot(const struct udm_config *cfg)
{
	size_t ram = round_down(cfg->ram_bytes, RAM_GRANULE);
	unsigned int nodes = cfg->nodes;
	unsigned int i;
	int err;

	if (!nodes || nodes > MAX_NUMNODES || ram / nodes < RAM_MIN)
		return -EINVAL;
	ram_pages = 0;
	udm_nr_zones = 0;
	layout_zones(ram, nodes);
	err = open_ram(PFN_PHYS(max_pfn));
	for (i = 0; !err && i < udm_nr_zones; i++)
		if (zone_present(&udm_zones[i]))
			err = zone_range_init(&udm_zones[i]);
	if (err)
		physmap_shutdown();
	return err;
}

void physmap_shutdown(void)
{
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++) {
		zone_range_exit(&udm_zones[i]);
		udm_zones[i] = (struct zone){ .arena = -1 };
	}
	if (udm_physmap.map)
		munmap(udm_physmap.map, max_pfn * sizeof(struct page));
	if (udm_physmap.span)
		munmap((void *)udm_physmap.virt_base, udm_physmap.span);
	if (udm_ram_fd >= 0)
		close(udm_ram_fd);
	udm_ram_fd = -1;
	udm_nr_zones = 0;
	udm_physmap = (struct udm_physmap){ .nodes = 0 };
}

bool pfn_valid(unsigned long pfn)
{
	const struct zone *zone;

	if (pfn >= max_pfn)
		return false;
	zone = &udm_zones[pfn_zone_index(pfn)];
	return pfn >= zone->start_pfn && pfn < zone->end_pfn;
}

bool has_managed_dma(void)
{
	return zone_present(&udm_zones[ZONE_DMA]);
}

bool has_managed_zone(enum zone_type type)
{
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++)
		if (zone_present(&udm_zones[i]) && udm_zones[i].type == type)
			return true;
	return false;
}

unsigned long totalram_pages(void)
{
	return ram_pages;
}

int walk_system_ram_range(unsigned long start_pfn, unsigned long nr_pages, void *arg,
			  int (*func)(unsigned long start_pfn, unsigned long nr_pages, void *arg))
{
	int ret = -EINVAL;
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++) {
		unsigned long from = max(start_pfn, udm_zones[i].start_pfn);
		unsigned long to = min(start_pfn + nr_pages, udm_zones[i].end_pfn);

		if (from >= to)
			continue;
		ret = func(from, to - from, arg);
		if (ret)
			break;
	}
	return ret;
}

bool udm_ram_run(unsigned int index, struct udm_ram_run *run)
{
	unsigned int i;

	for (i = 0; i < udm_nr_zones; i++) {
		const struct zone *zone = &udm_zones[i];

		if (!zone_present(zone) || index--)
			continue;
		*run = (struct udm_ram_run){
			.start = PFN_PHYS(zone->start_pfn),
			.end = PFN_PHYS(zone->end_pfn),
			.node = zone->node,
			.zone = zone->name,
		};
		return true;
	}
	return false;
}

void *udm_phys_ptr(uint64_t phys, size_t len)
{
	const struct zone *zone;
	unsigned long pfn = PHYS_PFN(phys);

	if (!pfn_valid(pfn))
		return NULL;
	zone = &udm_zones[pfn_zone_index(pfn)];
	return len <= PFN_PHYS(zone->end_pfn) - phys ? phys_to_virt(phys) : NULL;
}
