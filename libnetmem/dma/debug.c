// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-debug: checking how drivers use the DMA API.
 *
 * Every live mapping has a record, found by device and bus address; a list has one per bus
 * entry. Unmapping and syncing are compared with the record and each difference is an error: a
 * warning (only the first dma-api/num_errors of them unless dma-api/all_errors) and a count.
 * Records are host memory; without any left, checking is switched off for good.
 *
 * The table is protected by one spinlock, taken with interrupts off, as mappings are made in any
 * context. Errors are printed without it, from a record that was removed or copied.
 *
 * Stacks, text and constants are not in the linear map here, so that pointers to them are found
 * when they are mapped as such, not by their physical address. Buffers that share a cache line
 * harm only where caches have to be maintained; this machine says that they do not (see
 * dma_get_cache_alignment()), and as on such machines only the count of them is checked.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <stdlib.h>

#include "debug.h"
#include "debug_memory.h"
#include "debug_table.h"

/* Settings and counters, shown in debugfs by debug_table.c. */
struct dma_debug_state dma_debug = { .num_errors = 1 };

static const char *const kind_text[] = {
	[DMA_DEBUG_SINGLE] = "single",
	[DMA_DEBUG_SG] = "scatter-gather",
	[DMA_DEBUG_COHERENT] = "coherent",
	[DMA_DEBUG_NONCOHERENT] = "noncoherent",
	[DMA_DEBUG_PHY] = "phy",
};

static const char *const direction_text[] = {
	[DMA_BIDIRECTIONAL] = "DMA_BIDIRECTIONAL",
	[DMA_TO_DEVICE] = "DMA_TO_DEVICE",
	[DMA_FROM_DEVICE] = "DMA_FROM_DEVICE",
	[DMA_NONE] = "DMA_NONE",
};

const char *dma_debug_kind(const struct dma_debug_record *rec)
{
	return kind_text[rec->kind];
}

const char *dma_debug_direction(const struct dma_debug_record *rec)
{
	return direction_text[rec->direction];
}

/* Counts an error; true if it is one to be printed. */
static bool error_wanted(struct device *dev)
{
	bool wanted;

	__atomic_fetch_add(&dma_debug.error_count, 1, __ATOMIC_RELAXED);
	if (!dma_debug_filter_passes(dev))
		return false;
	wanted = dma_debug.all_errors || dma_debug.num_errors > 0;
	if (!dma_debug.all_errors && dma_debug.num_errors > 0)
		dma_debug.num_errors--;
	return wanted;
}

#define report(dev, fmt, ...)						\
	WARN(error_wanted(dev), "DMA-API: %s %s: " fmt, dev_driver_string(dev), dev_name(dev),	\
	     ##__VA_ARGS__)

#define ADDR(rec)	((unsigned long long)(rec)->addr)
#define SIZE(rec)	((unsigned long long)(rec)->size)

static bool off(void)
{
	return READ_ONCE(dma_debug.disabled);
}

/* More mappings of one cache line, at the same time, than this are noticed. */
#define MAX_OVERLAPS	7

static void add(const struct dma_debug_record *rec)
{
	phys_addr_t line = rec->paddr >> L1_CACHE_SHIFT;
	int overlaps = dma_debug_insert(rec);

	WARN_ONCE(overlaps > MAX_OVERLAPS,
		  "DMA-API: exceeded %d overlapping mappings of cacheline %pa\n", MAX_OVERLAPS,
		  &line);
	if (overlaps < 0) {
		pr_err("DMA-API: debugging out of memory - disabling\n");
		WRITE_ONCE(dma_debug.disabled, true);
	}
}

/* --- Mapping --- */

static void report_memory(struct device *dev, const void *addr, unsigned long len)
{
	switch (dma_debug_memory_of(addr)) {
	case DMA_DEBUG_MEMORY_STACK:
		report(dev, "device driver maps memory from stack [addr=%p]\n", addr);
		break;
	case DMA_DEBUG_MEMORY_PROGRAM:
		report(dev,
			"device driver maps memory from kernel text or rodata"
			" [addr=%p] [len=%lu]\n", addr, len);
		break;
	case DMA_DEBUG_MEMORY_UNKNOWN:
		report(dev, "device driver maps memory from invalid area [addr=%p] [len=%lu]\n",
			addr, len);
		break;
	}
}

void debug_dma_map_single(struct device *dev, const void *addr, unsigned long len)
{
	if (off())
		return;
	if (is_vmalloc_addr(addr))
		report(dev, "device driver maps memory from vmalloc area [addr=%p] [len=%lu]\n",
			addr, len);
	else if (!virt_addr_valid(addr))
		report_memory(dev, addr, len);
}
EXPORT_SYMBOL(debug_dma_map_single);

void debug_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size, int direction,
			dma_addr_t dma_addr, unsigned long attrs)
{
	struct dma_debug_record rec = {
		.dev = dev, .addr = dma_addr, .size = size, .paddr = phys,
		.kind = DMA_DEBUG_PHY, .direction = direction, .state = DMA_DEBUG_NOT_CHECKED,
		.uncached = attrs & DMA_ATTR_MMIO,
	};

	if (off() || dma_addr == DMA_MAPPING_ERROR)
		return;
	if (attrs & DMA_ATTR_MMIO && pfn_valid(PHYS_PFN(phys)) &&
	    !PageReserved(pfn_to_page(PHYS_PFN(phys))))
		report(dev, "dma_map_resource called for RAM address %pa\n", &phys);
	add(&rec);
}

void debug_dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
{
	if (!off())
		dma_debug_mark_checked(dev, dma_addr);
}
EXPORT_SYMBOL(debug_dma_mapping_error);

static void check_sg_segment(struct device *dev, struct scatterlist *sg)
{
	u64 start = sg_dma_address(sg), end = start + sg_dma_len(sg) - 1;
	unsigned long boundary = dma_get_seg_boundary(dev);

	if (sg->length > dma_get_max_seg_size(dev))
		report(dev,
			"mapping sg segment longer than device claims to support [len=%u]"
			" [max=%u]\n",
			sg->length, dma_get_max_seg_size(dev));
	if ((start ^ end) & ~(u64)boundary)
		report(dev,
			"mapping sg segment across boundary [start=0x%016llx]"
			" [end=0x%016llx] [boundary=0x%016lx]\n",
			(unsigned long long)start, (unsigned long long)end, boundary);
}

void debug_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents, int mapped_ents,
		      int direction, unsigned long attrs)
{
	struct scatterlist *entry;
	int k;

	if (off())
		return;
	for_each_sg(sg, entry, mapped_ents, k) {
		struct dma_debug_record rec = {
			.dev = dev, .addr = sg_dma_address(entry), .size = sg_dma_len(entry),
			.paddr = sg_phys(entry), .kind = DMA_DEBUG_SG, .direction = direction,
			.sg_call_ents = nents, .sg_mapped_ents = mapped_ents,
		};

		check_sg_segment(dev, entry);
		add(&rec);
	}
}

/* Is it a pointer whose pages are known? Cookies are not. */
static bool is_known_memory(void *virt)
{
	return is_vmalloc_addr(virt) || virt_addr_valid(virt);
}

static phys_addr_t memory_phys(void *virt)
{
	struct page *page = is_vmalloc_addr(virt) ? vmalloc_to_page(virt) : virt_to_page(virt);

	return page_to_phys(page) + offset_in_page(virt);
}

void debug_dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t dma_addr, void *virt,
			      unsigned long attrs)
{
	if (!off() && is_known_memory(virt))
		add(&(struct dma_debug_record){
			.dev = dev, .addr = dma_addr, .size = size, .paddr = memory_phys(virt),
			.kind = DMA_DEBUG_COHERENT, .direction = DMA_BIDIRECTIONAL,
		});
}

void debug_dma_alloc_pages(struct device *dev, struct page *page, size_t size, int direction,
			   dma_addr_t dma_addr, unsigned long attrs)
{
	if (!off())
		add(&(struct dma_debug_record){
			.dev = dev, .addr = dma_addr, .size = size, .paddr = page_to_phys(page),
			.kind = DMA_DEBUG_NONCOHERENT, .direction = direction,
		});
}

/* --- Unmapping --- */

static void check_kind(const struct dma_debug_record *rec, const struct dma_debug_record *ref)
{
	if (rec->kind != ref->kind)
		report(ref->dev,
			"device driver frees DMA memory with wrong function"
			" [device address=0x%016llx] [size=%llu bytes] [mapped as %s]"
			" [unmapped as %s]\n",
			ADDR(ref), SIZE(ref), kind_text[rec->kind], kind_text[ref->kind]);
	else if (rec->kind == DMA_DEBUG_COHERENT && rec->paddr != ref->paddr)
		report(ref->dev,
			"device driver frees DMA memory with different CPU address"
			" [device address=0x%016llx] [size=%llu bytes]"
			" [cpu alloc address=0x%pa] [cpu free address=0x%pa]\n",
			ADDR(ref), SIZE(ref), &rec->paddr, &ref->paddr);
	if (ref->sg_call_ents && rec->kind == DMA_DEBUG_SG &&
	    ref->sg_call_ents != rec->sg_call_ents)
		report(ref->dev,
			"device driver frees DMA sg list with different entry count"
			" [map count=%d] [unmap count=%d]\n",
			rec->sg_call_ents, ref->sg_call_ents);
}

static void check_removed(const struct dma_debug_record *rec, const struct dma_debug_record *ref)
{
	if (rec->size != ref->size)
		report(ref->dev,
			"device driver frees DMA memory with different size"
			" [device address=0x%016llx] [map size=%llu bytes]"
			" [unmap size=%llu bytes]\n",
			ADDR(ref), SIZE(rec), SIZE(ref));
	check_kind(rec, ref);
	if (rec->direction != ref->direction)
		report(ref->dev,
			"device driver frees DMA memory with different direction"
			" [device address=0x%016llx] [size=%llu bytes] [mapped with %s]"
			" [unmapped with %s]\n",
			ADDR(ref), SIZE(ref), direction_text[rec->direction],
			direction_text[ref->direction]);
	if (rec->state == DMA_DEBUG_NOT_CHECKED)
		report(ref->dev,
			"device driver failed to check map error[device address=0x%016llx]"
			" [size=%llu bytes] [mapped as %s]\n",
			ADDR(ref), SIZE(ref), kind_text[rec->kind]);
}

static void check_unmap(const struct dma_debug_record *ref)
{
	struct dma_debug_record rec;

	if (dma_debug_take(ref, &rec))
		check_removed(&rec, ref);
	else if (ref->addr == DMA_MAPPING_ERROR)
		report(ref->dev, "device driver tries to free an invalid DMA memory address\n");
	else
		report(ref->dev,
			"device driver tries to free DMA memory it has not allocated"
			" [device address=0x%016llx] [size=%llu bytes]\n",
			ADDR(ref), SIZE(ref));
}

void debug_dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size, int direction)
{
	if (!off())
		check_unmap(&(struct dma_debug_record){
			.dev = dev, .addr = addr, .size = size, .kind = DMA_DEBUG_PHY,
			.direction = direction,
		});
}

static void refer_to(struct dma_debug_record *ref, struct scatterlist *entry)
{
	ref->addr = sg_dma_address(entry);
	ref->size = sg_dma_len(entry);
}

/* How many bus entries a list was mapped to: the first one's record tells. */
static int mapped_ents(struct dma_debug_record *ref, struct scatterlist *first)
{
	struct dma_debug_record rec;

	refer_to(ref, first);
	return dma_debug_look(ref, &rec) ? rec.sg_mapped_ents : 1;
}

void debug_dma_unmap_sg(struct device *dev, struct scatterlist *sglist, int nelems, int dir)
{
	struct dma_debug_record ref = {
		.dev = dev, .kind = DMA_DEBUG_SG, .direction = dir, .sg_call_ents = nelems,
	};
	struct scatterlist *entry;
	int k, mapped;

	if (off())
		return;
	mapped = mapped_ents(&ref, sglist);
	for_each_sg(sglist, entry, mapped, k) {
		refer_to(&ref, entry);
		check_unmap(&ref);
	}
}

void debug_dma_free_coherent(struct device *dev, size_t size, void *virt, dma_addr_t addr)
{
	if (!off() && is_known_memory(virt))
		check_unmap(&(struct dma_debug_record){
			.dev = dev, .addr = addr, .size = size, .paddr = memory_phys(virt),
			.kind = DMA_DEBUG_COHERENT, .direction = DMA_BIDIRECTIONAL,
		});
}

void debug_dma_free_pages(struct device *dev, struct page *page, size_t size, int direction,
			  dma_addr_t dma_addr)
{
	if (!off())
		check_unmap(&(struct dma_debug_record){
			.dev = dev, .addr = dma_addr, .size = size, .paddr = page_to_phys(page),
			.kind = DMA_DEBUG_NONCOHERENT, .direction = direction,
		});
}

static void report_leak(struct device *dev, int count, const struct dma_debug_record *rec)
{
	if (count && !off())
		report(dev,
			"device driver has pending DMA allocations while released from device"
			" [count=%d]\nOne of leaked entries details:"
			" [device address=0x%016llx] [size=%llu bytes] [mapped with %s]"
			" [mapped as %s]\n",
			count, ADDR(rec), SIZE(rec), direction_text[rec->direction],
			kind_text[rec->kind]);
}

void debug_dma_device_released(struct device *dev)
{
	struct dma_debug_record rec;
	int count = dma_debug_drop_device(dev, &rec);

	report_leak(dev, count, &rec);
}

/* The records stay: whatever was left mapped may still be unmapped. */
void debug_dma_driver_unbound(struct device *dev)
{
	struct dma_debug_record rec;
	int count = dma_debug_count_device(dev, &rec);

	report_leak(dev, count, &rec);
}

/* --- Syncing --- */

static void check_sync_direction(const struct dma_debug_record *rec,
				 const struct dma_debug_record *ref, bool for_cpu)
{
	if (rec->direction != ref->direction)
		report(ref->dev,
			"device driver syncs DMA memory with different direction"
			" [device address=0x%016llx] [size=%llu bytes] [mapped with %s]"
			" [synced with %s]\n",
			ADDR(ref), SIZE(rec), direction_text[rec->direction],
			direction_text[ref->direction]);
	if (for_cpu && rec->direction == DMA_TO_DEVICE && ref->direction != DMA_TO_DEVICE)
		report(ref->dev,
			"device driver syncs device read-only DMA memory for cpu"
			" [device address=0x%016llx] [size=%llu bytes] [mapped with %s]"
			" [synced with %s]\n",
			ADDR(ref), SIZE(rec), direction_text[rec->direction],
			direction_text[ref->direction]);
	if (!for_cpu && rec->direction == DMA_FROM_DEVICE && ref->direction != DMA_FROM_DEVICE)
		report(ref->dev,
			"device driver syncs device write-only DMA memory to device"
			" [device address=0x%016llx] [size=%llu bytes] [mapped with %s]"
			" [synced with %s]\n",
			ADDR(ref), SIZE(rec), direction_text[rec->direction],
			direction_text[ref->direction]);
}

static void check_sync(const struct dma_debug_record *ref, bool for_cpu)
{
	struct dma_debug_record rec;

	if (!dma_debug_look_around(ref, &rec)) {
		report(ref->dev,
			"device driver tries to sync DMA memory it has not allocated"
			" [device address=0x%016llx] [size=%llu bytes]\n",
			ADDR(ref), SIZE(ref));
		return;
	}
	if (ref->addr + ref->size > rec.addr + rec.size)
		report(ref->dev,
			"device driver syncs DMA memory outside allocated range"
			" [device address=0x%016llx] [allocation size=%llu bytes]"
			" [sync offset+size=%llu]\n",
			ADDR(&rec), SIZE(&rec), SIZE(ref) + ADDR(ref) - ADDR(&rec));
	if (rec.direction != DMA_BIDIRECTIONAL)
		check_sync_direction(&rec, ref, for_cpu);
	if (ref->sg_call_ents && rec.kind == DMA_DEBUG_SG && ref->sg_call_ents != rec.sg_call_ents)
		report(ref->dev,
			"device driver syncs DMA sg list with different entry count"
			" [map count=%d] [sync count=%d]\n",
			rec.sg_call_ents, ref->sg_call_ents);
}

static void sync_single(struct device *dev, dma_addr_t addr, size_t size, int direction,
			bool for_cpu)
{
	if (!off())
		check_sync(&(struct dma_debug_record){
			.dev = dev, .addr = addr, .size = size, .kind = DMA_DEBUG_SINGLE,
			.direction = direction,
		}, for_cpu);
}

static void sync_sg(struct device *dev, struct scatterlist *sg, int nelems, int direction,
		    bool for_cpu)
{
	struct dma_debug_record ref = {
		.dev = dev, .kind = DMA_DEBUG_SG, .direction = direction, .sg_call_ents = nelems,
	};
	struct scatterlist *entry;
	int k, mapped;

	if (off())
		return;
	mapped = mapped_ents(&ref, sg);
	for_each_sg(sg, entry, mapped, k) {
		refer_to(&ref, entry);
		check_sync(&ref, for_cpu);
	}
}

void debug_dma_sync_single_for_cpu(struct device *dev, dma_addr_t dma_handle, size_t size,
				   int direction)
{
	sync_single(dev, dma_handle, size, direction, true);
}

void debug_dma_sync_single_for_device(struct device *dev, dma_addr_t dma_handle, size_t size,
				      int direction)
{
	sync_single(dev, dma_handle, size, direction, false);
}

void debug_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
			       int direction)
{
	sync_sg(dev, sg, nelems, direction, true);
}

void debug_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
				  int direction)
{
	sync_sg(dev, sg, nelems, direction, false);
}
