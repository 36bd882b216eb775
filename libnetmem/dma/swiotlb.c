// SPDX-License-Identifier: GPL-2.0-only
/*
 * swiotlb: bounce buffers.
 *
 * The pool is a set of physically contiguous blocks, each a whole number of segments of
 * IO_TLB_SEGSIZE slots. A mapping takes consecutive slots of one segment; every slot knows the
 * first slot of its mapping, and that one knows the original buffer, so any address within a
 * mapping leads to the original byte. Slots are taken and given back under the pool's lock;
 * copies are made outside of it by whoever owns the mapping.
 */
#include <linux/dma-direct.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/swiotlb.h>
#include <udevmem/iommu.h>

#include "bounce.h"

#define SLOT_FREE	(~0u)
#define BLOCK_ORDER	MAX_PAGE_ORDER
#define BLOCK_SLOTS	((PAGE_SIZE << BLOCK_ORDER) >> IO_TLB_SHIFT)

/* One slot; what describes the mapping is valid in its first slot. */
struct io_tlb_slot {
	unsigned int first;		/* SLOT_FREE: not in use */
	unsigned int count;
	phys_addr_t orig;
	phys_addr_t tlb;
	size_t size;
};

struct io_tlb_block {
	phys_addr_t start;
	struct io_tlb_slot *slots;
};

struct io_tlb_pool {
	spinlock_t lock;
	unsigned long used;
	unsigned int blocks;
	struct io_tlb_block block[];
};

/*
 * The machine's bounce buffers as devices see them by default, forced on a device, and as the
 * memory of a device that is not coherent.
 */
static struct io_tlb_mem default_mem;
static struct io_tlb_mem forced_mem = { .force_bounce = true };
static struct io_tlb_mem copies_mem = { .force_bounce = true };

/* Command line. */
static unsigned long opt_slots;
static bool opt_asked, opt_force;

/* swiotlb=[slots][,force|,noforce] */
static int __init setup_io_tlb_npages(char *arg)
{
	opt_slots = simple_strtoul(arg, &arg, 0);
	if (*arg == ',')
		arg++;
	opt_force = !strcmp(arg, "force");
	opt_asked = strcmp(arg, "noforce") != 0;
	return 0;
}
early_param("swiotlb", setup_io_tlb_npages);

static struct io_tlb_mem *device_mem(struct device *dev)
{
	return dev->dma_io_tlb_mem ? dev->dma_io_tlb_mem : &default_mem;
}

bool is_swiotlb_active(struct device *dev)
{
	return device_mem(dev)->nslabs > 0;
}

bool is_swiotlb_force_bounce(struct device *dev)
{
	return device_mem(dev)->force_bounce;
}

bool is_swiotlb_allocated(void)
{
	return default_mem.nslabs > 0;
}

size_t swiotlb_max_mapping_size(struct device *dev)
{
	size_t lost = ALIGN(dma_get_min_align_mask(dev), IO_TLB_SIZE);

	return (size_t)IO_TLB_SIZE * IO_TLB_SEGSIZE - lost;
}

/* Blocks are in no order. */
phys_addr_t default_swiotlb_base(void)
{
	const struct io_tlb_pool *pool = default_mem.pool;
	phys_addr_t lowest = pool ? pool->block[0].start : 0;
	unsigned int k;

	for (k = 1; pool && k < pool->blocks; k++)
		lowest = min(lowest, pool->block[k].start);
	return lowest;
}

size_t default_swiotlb_limit(void)
{
	const struct io_tlb_pool *pool = default_mem.pool;
	phys_addr_t highest = 0;
	unsigned int k;

	for (k = 0; pool && k < pool->blocks; k++)
		highest = max(highest, pool->block[k].start + (PAGE_SIZE << BLOCK_ORDER) - 1);
	return highest;
}

/* The block a physical address lies in. */
static struct io_tlb_block *block_of(struct io_tlb_pool *pool, phys_addr_t paddr)
{
	unsigned int k;

	for (k = 0; k < pool->blocks; k++)
		if (paddr - pool->block[k].start < PAGE_SIZE << BLOCK_ORDER)
			return &pool->block[k];
	return NULL;
}

struct io_tlb_pool *swiotlb_find_pool(struct device *dev, phys_addr_t paddr)
{
	struct io_tlb_pool *pool = device_mem(dev)->pool;

	return pool && block_of(pool, paddr) ? pool : NULL;
}

/* The first slot of the mapping an address belongs to. */
static struct io_tlb_slot *mapping_of(struct io_tlb_pool *pool, phys_addr_t tlb_addr)
{
	struct io_tlb_block *block = block_of(pool, tlb_addr);
	unsigned int first = block->slots[(tlb_addr - block->start) >> IO_TLB_SHIFT].first;

	return WARN_ON(first == SLOT_FREE) ? NULL : &block->slots[first];
}

/* --- Slots --- */

static unsigned int free_run(const struct io_tlb_block *block, unsigned int slot,
			     unsigned int wanted)
{
	unsigned int run = 0;

	while (run < wanted && block->slots[slot + run].first == SLOT_FREE)
		run++;
	return run;
}

/*
 * A run of free slots within one segment, its first byte aligned; the slot's number or
 * SLOT_FREE. More than a segment, which only alignment asks for, may cross segments. Pool lock
 * held.
 */
static unsigned int find_slots(const struct io_tlb_block *block, unsigned int count,
			       phys_addr_t align_mask)
{
	unsigned int slot = 0, run;

	while (slot + count <= BLOCK_SLOTS) {
		phys_addr_t at = block->start + ((phys_addr_t)slot << IO_TLB_SHIFT);

		if (count <= IO_TLB_SEGSIZE && slot % IO_TLB_SEGSIZE + count > IO_TLB_SEGSIZE) {
			slot = ALIGN(slot, IO_TLB_SEGSIZE);
			continue;
		}
		if (at & align_mask) {
			slot++;
			continue;
		}
		run = free_run(block, slot, count);
		if (run == count)
			return slot;
		slot += run + 1;
	}
	return SLOT_FREE;
}

/* Take count slots; the first one, with its address in *start, or NULL. */
static struct io_tlb_slot *take_slots(struct io_tlb_pool *pool, unsigned int count,
				      phys_addr_t align_mask, phys_addr_t *start)
{
	unsigned int first = SLOT_FREE, k, n;
	struct io_tlb_block *block = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	for (k = 0; k < pool->blocks && first == SLOT_FREE; k++) {
		block = &pool->block[k];
		first = find_slots(block, count, align_mask);
	}
	for (n = 0; n < count && first != SLOT_FREE; n++)
		block->slots[first + n].first = first;
	if (first != SLOT_FREE)
		pool->used += count;
	spin_unlock_irqrestore(&pool->lock, flags);
	if (first == SLOT_FREE)
		return NULL;
	*start = block->start + ((phys_addr_t)first << IO_TLB_SHIFT);
	return &block->slots[first];
}

static void give_slots(struct io_tlb_pool *pool, struct io_tlb_slot *first)
{
	unsigned int count = first->count, n;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	for (n = 0; n < count; n++)
		first[n].first = SLOT_FREE;
	pool->used -= count;
	spin_unlock_irqrestore(&pool->lock, flags);
}

/* --- Copying --- */

/* Copy [tlb_addr, tlb_addr + size) to or from the original, never beyond its end. */
static void bounce(struct device *dev, phys_addr_t tlb_addr, size_t size, bool to_bounce)
{
	struct io_tlb_slot *m = mapping_of(device_mem(dev)->pool, tlb_addr);
	size_t offset, room;
	void *tlb, *orig;

	if (!m)
		return;
	/* Unsigned: what lies before the mapping is as far outside as what lies behind it. */
	offset = tlb_addr - m->tlb;
	room = offset < m->size ? m->size - offset : 0;
	if (size > room) {
		dev_WARN_ONCE(dev, 1,
			      "Buffer overflow detected. Allocation size: %zu."
			      " Mapping size: %zu.\n", room, size);
		size = room;
	}
	tlb = phys_to_virt(tlb_addr);
	orig = phys_to_virt(m->orig + offset);
	memcpy(to_bounce ? tlb : orig, to_bounce ? orig : tlb, size);
}

void swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr, size_t size,
				    enum dma_data_direction dir)
{
	if (dir == DMA_TO_DEVICE || dir == DMA_BIDIRECTIONAL)
		bounce(dev, tlb_addr, size, true);
}

void swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr, size_t size,
				 enum dma_data_direction dir)
{
	if (dir == DMA_FROM_DEVICE || dir == DMA_BIDIRECTIONAL)
		bounce(dev, tlb_addr, size, false);
}

/* --- Mapping --- */

static void report_full(struct device *dev, struct io_tlb_mem *mem, size_t size,
			unsigned long attrs)
{
	if (!(attrs & DMA_ATTR_NO_WARN))
		dev_warn_ratelimited(dev, "swiotlb buffer is full (sz: %zd bytes), total %lu"
				     " (slots), used %lu (slots)\n",
				     size, mem->nslabs, READ_ONCE(mem->pool->used));
}

phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t phys, size_t mapping_size,
				   unsigned int alloc_align_mask, enum dma_data_direction dir,
				   unsigned long attrs)
{
	struct io_tlb_mem *mem = device_mem(dev);
	size_t offset = phys & dma_get_min_align_mask(dev), span;
	struct io_tlb_slot *first = NULL;
	phys_addr_t start;

	if (!mem->nslabs) {
		dev_warn_ratelimited(dev, "there are no bounce buffers (swiotlb=)\n");
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	dma_reset_need_sync(dev);
	/* Bits of the address that have to stay come in front of the buffer. */
	span = ALIGN(offset + mapping_size, (size_t)alloc_align_mask + 1);
	if (offset + mapping_size <= (size_t)IO_TLB_SIZE * IO_TLB_SEGSIZE)
		first = take_slots(mem->pool, DIV_ROUND_UP(span, IO_TLB_SIZE),
				   dma_get_min_align_mask(dev) | alloc_align_mask, &start);
	if (!first) {
		report_full(dev, mem, mapping_size, attrs);
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	first->count = DIV_ROUND_UP(span, IO_TLB_SIZE);
	first->orig = phys;
	first->tlb = start + offset;
	first->size = mapping_size;
	/*
	 * For every direction: the device may write only a part, and the rest must come back
	 * as it was, not as what an earlier mapping left in the slots.
	 */
	bounce(dev, first->tlb, mapping_size, true);
	return first->tlb;
}

void swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr, size_t mapping_size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	struct io_tlb_pool *pool = device_mem(dev)->pool;
	struct io_tlb_slot *first = mapping_of(pool, tlb_addr);

	if (!first)
		return;
	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		swiotlb_sync_single_for_cpu(dev, tlb_addr, mapping_size, dir);
	give_slots(pool, first);
}

dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t tlb = swiotlb_tbl_map_single(dev, phys, size, 0, dir, attrs);
	dma_addr_t addr;

	if (tlb == (phys_addr_t)DMA_MAPPING_ERROR)
		return DMA_MAPPING_ERROR;
	addr = phys_to_dma_unencrypted(dev, tlb);
	if (likely(dma_capable(dev, addr, size, true)))
		return addr;
	swiotlb_tbl_unmap_single(dev, tlb, size, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
	dev_WARN_ONCE(dev, 1, "swiotlb addr %pad+%zu overflow (mask %llx, bus limit %llx).\n",
		      &addr, size, (unsigned long long)*dev->dma_mask,
		      (unsigned long long)dev->bus_dma_limit);
	return DMA_MAPPING_ERROR;
}

/* --- Start and end --- */

static void pool_free(struct io_tlb_pool *pool)
{
	unsigned int k;

	for (k = 0; pool && k < pool->blocks; k++) {
		kvfree(pool->block[k].slots);
		free_pages((unsigned long)phys_to_virt(pool->block[k].start), BLOCK_ORDER);
	}
	kfree(pool);
}

static bool __init block_make(struct io_tlb_block *block)
{
	struct page *pages = alloc_pages(GFP_KERNEL | GFP_DMA32 | __GFP_NOWARN, BLOCK_ORDER);
	unsigned int k;

	if (!pages)
		return false;
	block->slots = kvcalloc(BLOCK_SLOTS, sizeof(*block->slots), GFP_KERNEL);
	if (!block->slots) {
		__free_pages(pages, BLOCK_ORDER);
		return false;
	}
	for (k = 0; k < BLOCK_SLOTS; k++)
		block->slots[k].first = SLOT_FREE;
	block->start = page_to_phys(pages);
	return true;
}

/* As many blocks as can be had, if any. */
static struct io_tlb_pool *__init pool_make(unsigned int blocks)
{
	struct io_tlb_pool *pool = kzalloc(struct_size(pool, block, blocks), GFP_KERNEL);

	if (!pool)
		return NULL;
	spin_lock_init(&pool->lock);
	while (pool->blocks < blocks && block_make(&pool->block[pool->blocks]))
		pool->blocks++;
	if (pool->blocks)
		return pool;
	pool_free(pool);
	return NULL;
}

static void options_forget(void)
{
	opt_slots = 0;
	opt_asked = false;
	opt_force = false;
}

static int __init swiotlb_start(void)
{
	unsigned long slots = opt_slots ? opt_slots : IO_TLB_DEFAULT_SIZE >> IO_TLB_SHIFT;
	struct io_tlb_pool *pool;

	if (!opt_asked)
		return 0;
	pool = pool_make(DIV_ROUND_UP(slots, BLOCK_SLOTS));
	if (!pool) {
		/* The exitcall of a start that failed is not run. */
		options_forget();
		return -ENOMEM;
	}
	default_mem = (struct io_tlb_mem){
		.pool = pool,
		.nslabs = pool->blocks * BLOCK_SLOTS,
		.force_bounce = opt_force,
	};
	forced_mem.pool = pool;
	forced_mem.nslabs = default_mem.nslabs;
	copies_mem = forced_mem;
	return 0;
}
core_initcall(swiotlb_start);

static void swiotlb_stop(void)
{
	pool_free(default_mem.pool);
	default_mem = (struct io_tlb_mem){ 0 };
	forced_mem = (struct io_tlb_mem){ .force_bounce = true };
	copies_mem = forced_mem;
	options_forget();
}
__exitcall(swiotlb_stop);

static int bounce_through(struct device *dev, struct io_tlb_mem *mem)
{
	if (!default_mem.nslabs)
		return -ENODEV;
	dev->dma_io_tlb_mem = mem;
	return 0;
}

int udm_iommu_force_bounce(struct device *dev, bool on)
{
	return bounce_through(dev, on ? &forced_mem : NULL);
}

int udm_iommu_set_noncoherent(struct device *dev, bool on)
{
	int err = bounce_through(dev, on ? &copies_mem : NULL);

	if (!err && on)
		dma_reset_need_sync(dev);
	return err;
}

bool device_has_copies(const struct device *dev)
{
	return dev->dma_io_tlb_mem == &copies_mem;
}
