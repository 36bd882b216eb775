// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trapping the CPU's accesses to buffers that belong to devices.
 *
 * Every frame of RAM has a record: how many streaming mappings touch it and, while that is one
 * which covers all of it, whose it is and which of its bytes were synced for the CPU. A frame
 * without such bytes is closed: taken from the CPU in the direct map by the host's page tables.
 *
 * Devices must still reach it. All of RAM is mapped a second time, and a bus access goes there
 * for frames that have a mapping. A frame is marked so before it is closed for the first time,
 * and then whoever may still be accessing it the other way is waited for; the mark stays as long
 * as there is a mapping. Frames that show pages of other files (adopted pages) are mapped anew
 * there when their first mapping comes, and are RAM again after the last.
 *
 * One lock guards the records; a leaf, taken in any context. The report reads them without it,
 * as the thread that traps may be anywhere.
 */
#include <linux/dma-direct.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <sys/mman.h>
#include <udevmem/memory.h>
#include <udevmem/trap.h>

#include "backend.h"
#include "cpu_trap.h"

#define NAME_MAX_LEN	24
#define CALLERS		5

/*
 * Closed frames at a time: each may split a host mapping in three, and the host allows some
 * 65000. Frames beyond that stay open.
 */
#define MOST_CLOSED	16384UL

#define PROT_OPEN	(PROT_READ | PROT_WRITE)

struct owner {
	u64 addr;			/* the mapping, as the device sees it */
	u64 size;
	enum dma_data_direction dir;
	char name[NAME_MAX_LEN];
	unsigned int callers;
	unsigned long caller[CALLERS];
};

struct frame {
	struct udm_bus *bus;		/* of the first mapping */
	unsigned int mappings;
	bool whole;			/* the only mapping covers all of it: owner is valid */
	bool by_alias;			/* read by bus accesses without the lock */
	bool foreign;			/* the second mapping shows another file there */
	bool closed;
	int prot;			/* while closed */
	unsigned int cpu_first;		/* bytes [cpu_first, cpu_end) are the CPU's */
	unsigned int cpu_end;
	struct owner owner;
};

bool cpu_trap_on __read_mostly;

static bool opt_on;
static struct frame *frames;		/* by number, host memory that is touched on demand */
static char *alias;			/* the second mapping; as large as the direct map */
static int ram_fd;
static unsigned long closed_frames;
static DEFINE_SPINLOCK(trap_lock);

static int __init parse_cpu_trap(char *arg)
{
	return arg ? kstrtobool(arg, &opt_on) : -EINVAL;
}
early_param("dma_cpu_trap", parse_cpu_trap);

size_t udm_iommu_closed_pages(void)
{
	return READ_ONCE(closed_frames);
}

/* --- Closing and opening, with the lock held --- */

static int wanted_prot(const struct frame *f)
{
	if (!f->whole || f->cpu_first < f->cpu_end)
		return PROT_OPEN;
	return f->owner.dir == DMA_TO_DEVICE ? PROT_READ : PROT_NONE;
}

/* Neighbours that are to change alike, so that the host is asked once. */
struct frame_run {
	unsigned long pfn;
	unsigned long count;
	int prot;
};

static void run_apply(struct frame_run *run)
{
	bool close = run->prot != PROT_OPEN;
	unsigned long k;

	if (!run->count || (close && closed_frames + run->count > MOST_CLOSED))
		return;
	if (mprotect(pfn_to_kaddr(run->pfn), run->count << PAGE_SHIFT, run->prot)) {
		WARN_ONCE(!close, "dma_cpu_trap: the host does not give pages back\n");
		return;
	}
	for (k = 0; k < run->count; k++) {
		struct frame *f = &frames[run->pfn + k];

		WRITE_ONCE(closed_frames, closed_frames + close - f->closed);
		f->prot = run->prot;
		WRITE_ONCE(f->closed, close);
	}
}

/* Have a frame closed or opened as its record says, now or with its neighbours. */
static void run_add(struct frame_run *run, unsigned long pfn)
{
	const struct frame *f = &frames[pfn];
	int prot = wanted_prot(f);

	if (prot == (f->closed ? f->prot : PROT_OPEN))
		return;
	if (run->count && run->prot == prot && run->pfn + run->count == pfn) {
		run->count++;
		return;
	}
	run_apply(run);
	*run = (struct frame_run){ .pfn = pfn, .count = 1, .prot = prot };
}

/* --- The second mapping, with the lock held --- */

static void alias_begin(unsigned long pfn)
{
	struct frame *f = &frames[pfn];
	off_t offset;
	int fd;

	if (udm_phys_backing(PFN_PHYS(pfn), PAGE_SIZE, &fd, &offset) &&
	    (fd != ram_fd || offset != (off_t)PFN_PHYS(pfn)))
		f->foreign = !udm_phys_mmap(alias + PFN_PHYS(pfn), PFN_PHYS(pfn), PAGE_SIZE,
					    PROT_OPEN);
	/* Sequentially consistent: read by announced accesses, which are waited for then. */
	__atomic_store_n(&f->by_alias, true, __ATOMIC_SEQ_CST);
}

static void alias_end(unsigned long pfn)
{
	struct frame *f = &frames[pfn];

	__atomic_store_n(&f->by_alias, false, __ATOMIC_SEQ_CST);
	if (!f->foreign)
		return;
	f->foreign = false;
	if (mmap(alias + PFN_PHYS(pfn), PAGE_SIZE, PROT_OPEN, MAP_SHARED | MAP_FIXED, ram_fd,
		 PFN_PHYS(pfn)) == MAP_FAILED)
		pr_warn_once("dma_cpu_trap: the host does not take a page back\n");
}

char *__cpu_trap_host(u64 phys)
{
	const struct frame *f = &frames[PHYS_PFN(phys)];

	return __atomic_load_n(&f->by_alias, __ATOMIC_SEQ_CST) ? alias + phys : __va(phys);
}

/* --- What happens to the frames of a range --- */

/* A part of a range, within one frame. */
struct frame_part {
	unsigned long pfn;
	unsigned int first;
	unsigned int end;
};

/* Cut the next part off [*phys, *phys + *size); false at the end. What is not RAM is left out. */
static bool next_part(phys_addr_t *phys, size_t *size, struct frame_part *part)
{
	while (*size) {
		size_t len = min_t(size_t, *size, PAGE_SIZE - offset_in_page(*phys));

		part->pfn = PHYS_PFN(*phys);
		part->first = offset_in_page(*phys);
		part->end = part->first + len;
		*phys += len;
		*size -= len;
		if (pfn_valid(part->pfn))
			return true;
	}
	return false;
}

/* skip: it was mapped without a sync, so that the CPU has it still. */
static void frame_map(const struct frame_part *part, struct udm_bus *bus,
		      const struct owner *owner, bool skip)
{
	struct frame *f = &frames[part->pfn];

	if (f->mappings++) {
		f->whole = false;
		return;
	}
	f->bus = bus;
	f->owner = *owner;
	f->cpu_first = 0;
	f->cpu_end = skip ? PAGE_SIZE : 0;
	f->whole = !part->first && part->end == PAGE_SIZE;
	bus->frames++;
	alias_begin(part->pfn);
}

static void frame_free(unsigned long pfn, struct frame_run *run)
{
	struct frame *f = &frames[pfn];

	f->whole = false;
	f->mappings = 0;
	f->bus->frames--;
	run_add(run, pfn);
}

static void frame_unmap(unsigned long pfn, struct frame_run *run)
{
	struct frame *f = &frames[pfn];

	if (f->mappings > 1)
		f->mappings--;
	else if (f->mappings)
		frame_free(pfn, run);
}

static void frame_for_cpu(const struct frame_part *part)
{
	struct frame *f = &frames[part->pfn];
	bool none = f->cpu_first >= f->cpu_end;

	f->cpu_first = none ? part->first : min(f->cpu_first, part->first);
	f->cpu_end = none ? part->end : max(f->cpu_end, part->end);
}

/* A part out of the middle of what the CPU has leaves it as it is: the record is one range. */
static void frame_for_device(const struct frame_part *part)
{
	struct frame *f = &frames[part->pfn];

	if (part->first <= f->cpu_first && part->end > f->cpu_first)
		f->cpu_first = part->end;
	else if (part->end >= f->cpu_end && part->first < f->cpu_end)
		f->cpu_end = part->first;
}

static void phys_map(struct udm_bus *bus, phys_addr_t phys, size_t size,
		     const struct owner *owner, bool skip)
{
	struct frame_run run = { .count = 0 };
	phys_addr_t at = phys;
	struct frame_part part;
	size_t left = size;
	unsigned long flags;

	spin_lock_irqsave(&trap_lock, flags);
	while (next_part(&at, &left, &part))
		frame_map(&part, bus, owner, skip);
	buses_quiesce();
	while (next_part(&phys, &size, &part))
		run_add(&run, part.pfn);
	run_apply(&run);
	spin_unlock_irqrestore(&trap_lock, flags);
}

static void phys_unmap(phys_addr_t phys, size_t size)
{
	struct frame_run run = { .count = 0 };
	phys_addr_t at = phys;
	struct frame_part part;
	size_t left = size;
	unsigned long flags;

	spin_lock_irqsave(&trap_lock, flags);
	while (next_part(&at, &left, &part))
		frame_unmap(part.pfn, &run);
	run_apply(&run);
	/* Open again: the direct map will do. */
	while (next_part(&phys, &size, &part))
		if (!frames[part.pfn].mappings && frames[part.pfn].by_alias)
			alias_end(part.pfn);
	spin_unlock_irqrestore(&trap_lock, flags);
}

static void phys_sync(phys_addr_t phys, size_t size, bool for_cpu)
{
	struct frame_run run = { .count = 0 };
	struct frame_part part;
	unsigned long flags;

	spin_lock_irqsave(&trap_lock, flags);
	while (next_part(&phys, &size, &part)) {
		if (!frames[part.pfn].whole)
			continue;
		if (for_cpu)
			frame_for_cpu(&part);
		else
			frame_for_device(&part);
		run_add(&run, part.pfn);
	}
	run_apply(&run);
	spin_unlock_irqrestore(&trap_lock, flags);
}

/* --- From bus addresses to frames --- */

/* Where the device finds what is at addr; false if nobody here knows. */
static bool phys_behind(struct device *dev, dma_addr_t addr, phys_addr_t *phys)
{
	switch (streaming_backend(dev)) {
	case VIA_DIRECT:
		*phys = dma_to_phys(dev, addr);
		return true;
	case VIA_IOMMU:
		*phys = iommu_iova_to_phys(iommu_get_dma_domain(dev), addr);
		return *phys;
	default:
		return false;
	}
}

/* The part of a range of bus addresses that is contiguous for certain. */
static size_t same_page(dma_addr_t addr, size_t size)
{
	return min_t(size_t, size, PAGE_SIZE - offset_in_page(addr));
}

void __cpu_trap_unmap(struct device *dev, dma_addr_t addr, size_t size)
{
	phys_addr_t phys;
	size_t part;

	for (; size; addr += part, size -= part) {
		part = same_page(addr, size);
		if (phys_behind(dev, addr, &phys))
			phys_unmap(phys, part);
	}
}

void __cpu_trap_sync(struct device *dev, dma_addr_t addr, size_t size, bool for_cpu)
{
	phys_addr_t phys;
	size_t part;

	for (; size; addr += part, size -= part) {
		part = same_page(addr, size);
		if (phys_behind(dev, addr, &phys))
			phys_sync(phys, part, for_cpu);
	}
}

static noinline struct owner owner_of(struct device *dev, enum dma_data_direction dir)
{
	struct owner owner = { .dir = dir };

	strscpy(owner.name, dev_name(dev), sizeof(owner.name));
	/* From the function of the DMA API on. */
	owner.callers = stack_trace_save(owner.caller, CALLERS, 2);
	return owner;
}

void __cpu_trap_map(struct device *dev, phys_addr_t phys, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs)
{
	struct owner owner;
	phys_addr_t behind;

	/* A bounced buffer is not where the device works. */
	if (addr == DMA_MAPPING_ERROR || attrs & DMA_ATTR_MMIO ||
	    !phys_behind(dev, addr, &behind) || behind != phys)
		return;
	owner = owner_of(dev, dir);
	owner.addr = addr;
	owner.size = size;
	phys_map(bus_of(dev), phys, size, &owner, attrs & DMA_ATTR_SKIP_CPU_SYNC);
}

/* --- Lists --- */

/* The bus address of each entry of a list, one after the other. */
struct bus_cursor {
	struct scatterlist *sg;
	unsigned int used;
};

static dma_addr_t cursor_next(struct bus_cursor *at, unsigned int length)
{
	dma_addr_t addr = sg_dma_address(at->sg) + at->used;

	at->used += length;
	if (at->used >= sg_dma_len(at->sg)) {
		at->sg = sg_next(at->sg);
		at->used = 0;
	}
	return addr;
}

/* Does the device work on this entry's memory, or on a copy, or on a peer's? */
static bool entry_in_place(struct device *dev, struct scatterlist *sg, dma_addr_t addr)
{
	phys_addr_t behind;

	return sg->length && phys_behind(dev, addr, &behind) && behind == sg_phys(sg);
}

void __cpu_trap_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		       enum dma_data_direction dir, unsigned long attrs)
{
	struct owner owner = owner_of(dev, dir);
	struct bus_cursor at = { .sg = sgl };
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k) {
		if (!entry->length)
			continue;
		owner.addr = cursor_next(&at, entry->length);
		owner.size = entry->length;
		if (entry_in_place(dev, entry, owner.addr))
			phys_map(bus_of(dev), sg_phys(entry), entry->length, &owner,
				 attrs & DMA_ATTR_SKIP_CPU_SYNC);
	}
}

void __cpu_trap_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents)
{
	struct bus_cursor at = { .sg = sgl };
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k)
		if (entry->length &&
		    entry_in_place(dev, entry, cursor_next(&at, entry->length)))
			phys_unmap(sg_phys(entry), entry->length);
}

void __cpu_trap_sync_sg(struct device *dev, struct scatterlist *sgl, int nents, bool for_cpu)
{
	struct bus_cursor at = { .sg = sgl };
	struct scatterlist *entry;
	int k;

	for_each_sg(sgl, entry, nents, k)
		if (entry->length &&
		    entry_in_place(dev, entry, cursor_next(&at, entry->length)))
			phys_sync(sg_phys(entry), entry->length, for_cpu);
}

/* --- Devices that go --- */

static void frames_forget(const struct udm_bus *bus, unsigned long pfn, unsigned long end)
{
	struct frame_run run = { .count = 0 };
	unsigned long at;

	for (at = pfn; at < end && bus->frames; at++)
		if (frames[at].mappings && frames[at].bus == bus)
			frame_free(at, &run);
	run_apply(&run);
	for (end = at, at = pfn; at < end; at++)
		if (!frames[at].mappings && frames[at].by_alias)
			alias_end(at);
}

void cpu_trap_forget(struct udm_bus *bus)
{
	struct udm_ram_run ram;
	unsigned long flags;
	unsigned int k;

	if (!cpu_trap_on)
		return;
	spin_lock_irqsave(&trap_lock, flags);
	for (k = 0; bus->frames && udm_ram_run(k, &ram); k++)
		frames_forget(bus, PHYS_PFN(ram.start), PHYS_PFN(ram.end));
	spin_unlock_irqrestore(&trap_lock, flags);
}

/* --- The report --- */

static const char *const direction_text[] = {
	[DMA_BIDIRECTIONAL] = "DMA_BIDIRECTIONAL",
	[DMA_TO_DEVICE] = "DMA_TO_DEVICE",
	[DMA_FROM_DEVICE] = "DMA_FROM_DEVICE",
};

static size_t owner_text(const struct owner *owner, char *text, size_t size)
{
	size_t len;

	len = scnprintf(text, size, "the page belongs to device \"%.*s\"", NAME_MAX_LEN,
			owner->name);
	len += scnprintf(text + len, size - len, ": not unmapped, nor synced for the CPU\n");
	len += scnprintf(text + len, size - len, "mapped %s at DMA address %#llx, %llu bytes, by\n",
			 direction_text[owner->dir], owner->addr, owner->size);
	return len + stack_trace_snprint(text + len, size - len, owner->caller, owner->callers, 1);
}

static size_t cpu_trap_explain(uintptr_t addr, char *text, size_t size)
{
	unsigned long pfn = PHYS_PFN(addr - PAGE_OFFSET);
	struct owner owner;

	if (!pfn_valid(pfn) || !READ_ONCE(frames[pfn].closed))
		return 0;
	owner = frames[pfn].owner;
	owner.dir %= ARRAY_SIZE(direction_text);
	owner.callers = min(owner.callers, (unsigned int)CALLERS);
	return owner_text(&owner, text, size);
}

static struct udm_trap cpu_trap = { .explain = cpu_trap_explain };

/* --- Start and end --- */

static void *reserve(size_t bytes, int prot)
{
	void *addr = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return addr == MAP_FAILED ? NULL : addr;
}

static bool alias_fill(void)
{
	struct udm_ram_run ram;
	unsigned int k;
	off_t offset;

	for (k = 0; udm_ram_run(k, &ram); k++) {
		if (udm_phys_mmap(alias + ram.start, ram.start, ram.end - ram.start, PROT_OPEN))
			return false;
		madvise(alias + ram.start, ram.end - ram.start, MADV_DONTDUMP);
		udm_phys_backing(ram.start, PAGE_SIZE, &ram_fd, &offset);
	}
	return true;
}

static void release_memory(void)
{
	if (alias)
		munmap(alias, PFN_PHYS(max_pfn));
	if (frames)
		munmap(frames, max_pfn * sizeof(*frames));
	alias = NULL;
	frames = NULL;
}

void cpu_trap_start(void)
{
	if (!opt_on)
		return;
	alias = reserve(PFN_PHYS(max_pfn), PROT_NONE);
	frames = reserve(max_pfn * sizeof(*frames), PROT_OPEN);
	if (!alias || !frames || !alias_fill()) {
		pr_warn("dma_cpu_trap: the host has no memory for it: it is off\n");
		release_memory();
		return;
	}
	udm_trap_add(&cpu_trap);
	cpu_trap_on = true;
}

/* No device is on the bus any more, so that nothing is closed. */
void cpu_trap_stop(void)
{
	opt_on = false;
	if (!cpu_trap_on)
		return;
	udm_trap_remove(&cpu_trap);
	cpu_trap_on = false;
	release_memory();
}
