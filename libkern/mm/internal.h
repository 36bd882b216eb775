/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of libkern/mm: zones, locks, page state.
 *
 * The layers, from below: physmap.c reserves address ranges and shows RAM in
 * them; zone_range.c hands out runs of a zone's frames; a backend (jemalloc.c or
 * plain.c, chosen when configuring) turns runs into spans for the page allocator
 * and into small objects for the slab layer; page_alloc.c and slub.c build the
 * kernel's interfaces on those. Nothing here uses the kernel side's locks, tasks
 * or memory, so it works before the first task exists and in any thread.
 */
#ifndef _UDM_LIBKERN_MM_INTERNAL_H
#define _UDM_LIBKERN_MM_INTERNAL_H

#include <linux/mm.h>
#include <linux/list.h>

struct udm_config;

/* --- Locks ------------------------------------------------------------------ */

/* Spins, then yields: holders never sleep but may be preempted by the host. */
struct mem_lock {
	int held;
};

__internal void mem_lock_slow(struct mem_lock *lock);

static inline void mem_lock(struct mem_lock *lock)
{
	if (unlikely(__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)))
		mem_lock_slow(lock);
}

static inline void mem_unlock(struct mem_lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

/* --- Zones ------------------------------------------------------------------ */

#define ZONE_INDEX_NORMAL 2
#define NR_ZONES (ZONE_INDEX_NORMAL + MAX_NUMNODES)

/* Free blocks of one order, linked through lru. */
struct free_area {
	struct list_head blocks;
	unsigned long nr;
};

/*
 * One zone of one node. The frames [start_pfn, end_pfn) are all RAM. A frame is
 * in exactly one of four hands: nobody's (not handed out by the range map), the
 * backend's, the page allocator's free lists, or an owner's.
 */
struct zone {
	const char *name;
	int node;
	unsigned int index;
	enum zone_type type;
	unsigned long start_pfn;
	unsigned long end_pfn;

	/* Under lock: the page allocator's part. */
	struct mem_lock lock ____cacheline_aligned_in_smp;
	unsigned long nr_free;		/* frames in free_area */
	struct free_area free_area[NR_PAGE_ORDERS];
	struct list_head reserve;	/* single pages for urgent requests */
	unsigned int nr_reserve;
	unsigned int reserve_target;
	struct page_span *spans;
	struct page_span *carving;	/* the span with frames not yet carved */

	/* Under range_lock: which frames are handed out. */
	struct mem_lock range_lock ____cacheline_aligned_in_smp;
	unsigned long *range_map;
	unsigned long range_hint;	/* nothing below this bit is free */
	unsigned long nr_unused;	/* frames in nobody's hands */

	/* The backend's. */
	int arena;			/* -1: not created yet */
	void *backend;
};

__internal extern struct zone udm_zones[NR_ZONES];
__internal extern unsigned int udm_nr_zones;	/* indices in use are below this */

static inline bool zone_present(const struct zone *zone)
{
	return zone->end_pfn > zone->start_pfn;
}

static inline unsigned int pfn_zone_index(unsigned long pfn)
{
	if (likely(pfn >= UDM_HIGH_PFN))
		return ZONE_INDEX_NORMAL + udm_pfn_to_nid(pfn);
	return pfn >= UDM_DMA_END_PFN ? ZONE_DMA32 : ZONE_DMA;
}

static inline struct zone *page_zone(const struct page *page)
{
	return &udm_zones[pfn_zone_index(page_to_pfn(page))];
}

/*
 * Zones that a request may use, best first: those of @nid, then of the other
 * nodes, never one above what the zone flags allow. Returns how many.
 */
__internal unsigned int zonelist_fill(struct zone **list, gfp_t gfp, int nid,
				      const nodemask_t *nodemask);

/* Runs of frames. @align is a power of two; both in frames. NULL when there is no such run. */
__internal void *zone_range_alloc(struct zone *zone, unsigned long nr, unsigned long align);
/* The same with all frames in [first, end). */
__internal void *zone_range_alloc_within(struct zone *zone, unsigned long nr, unsigned long align,
					 unsigned long first, unsigned long end);
/* Takes the run that starts at @addr if it is free. */
__internal bool zone_range_claim(struct zone *zone, void *addr, unsigned long nr);
__internal void zone_range_free(struct zone *zone, void *addr, unsigned long nr);
__internal int zone_range_init(struct zone *zone);
__internal void zone_range_exit(struct zone *zone);

/* --- Who owns an allocation -------------------------------------------------- */

/*
 * An owner word: the call site in bits 3 to 47, above it what the kind of memory
 * needs, in the top bit whether the memory is in use. Bit 0 says that some larger
 * thing (a vmalloc area) accounts for it. A page block keeps its word in
 * memcg_data of its first page, with the order in bits 48 to 51.
 */
#define OWNER_LIVE (1UL << 63)
#define OWNER_HIDDEN 1UL
#define OWNER_TAG_MASK (((1UL << 48) - 1) & ~7UL)
#define OWNER_ORDER_SHIFT 48

static inline struct alloc_tag *owner_tag(unsigned long word)
{
	return (struct alloc_tag *)(word & OWNER_TAG_MASK);
}

static inline unsigned int owner_order(unsigned long word)
{
	return (word >> OWNER_ORDER_SHIFT) & 0xf;
}

static inline void page_set_owner(struct page *page, unsigned int order)
{
	WRITE_ONCE(page->memcg_data, OWNER_LIVE | (unsigned long)order << OWNER_ORDER_SHIFT |
				     (unsigned long)udm_alloc_tag);
}

static inline void page_clear_owner(struct page *page)
{
	WRITE_ONCE(page->memcg_data, page->memcg_data & ~OWNER_LIVE);
}

/* From now on some larger thing accounts for the block. */
static inline void page_hide_owner(struct page *page)
{
	WRITE_ONCE(page->memcg_data, page->memcg_data | OWNER_HIDDEN);
}

/* --- Page state --------------------------------------------------------------- */

/*
 * The top four flag bits hold the order of the chunk a frame belongs to: free
 * blocks merge up to that and no further. They survive allocation and freeing.
 */
#define PAGE_CHUNK_SHIFT 60
#define PAGE_CHUNK_MASK (0xfUL << PAGE_CHUNK_SHIFT)

/* Set in pages of a contiguous area (cma.c) as long as it exists. */
#define PAGE_AREA (1UL << 59)
/* What frames keep when they are freed. */
#define PAGE_FRAME_MASK (PAGE_CHUNK_MASK | PAGE_AREA)

/* Flag of a page that shows a page of a file of the host (adopt.c). */
#define PG_adopted PG_owner_2

static inline void page_set_type(struct page *page, enum pagetype type)
{
	WRITE_ONCE(page->page_type, (unsigned int)type << 24);
}

static inline void page_clear_type(struct page *page)
{
	WRITE_ONCE(page->page_type, UINT_MAX);
}

/* --- Page allocator, for the rest of libkern/mm -------------------------------- */

/* Frees a block whose count is 0. */
__internal void free_frozen_pages(struct page *page, unsigned int order);
/* One block from exactly this zone, as free blocks are; for slab pages of the backend. */
__internal struct page *zone_block_take(struct zone *zone, unsigned int order);
__internal void zone_block_give(struct zone *zone, struct page *page, unsigned int order);
/* Gives completely free spans back to the backend; true if there were any. */
__internal bool zone_release_spans(struct zone *zone);
__internal void zone_pages_init(struct zone *zone);
__internal void zone_pages_exit(struct zone *zone);
/* Calls @fn for the first page of every block in use. */
__internal void zone_for_each_live_block(struct zone *zone,
					 void (*fn)(void *ctx, struct page *page), void *ctx);
/* Puts a descriptor into the state of a free page, whatever was there. */
__internal void page_make_free(struct page *page, unsigned long flags);
/* Free pages outside of the page allocator's lists go to an owner, a reference to each. */
__internal void pages_hand_out(struct page *page, unsigned long nr);
/* A block of an area is free and clean. */
__internal void cma_page_free(struct page *page, unsigned int order);
__internal void cma_for_each_live_page(void (*fn)(void *ctx, struct page *page), void *ctx);
/* Collects what threads and caches hold unused. */
__internal void mem_relieve_pressure(void);
__internal void warn_alloc_failed(gfp_t gfp, unsigned int order);
/* For requests with __GFP_NOFAIL: waits a little, and BUGs when it is hopeless. */
__internal void nofail_wait(gfp_t gfp, unsigned int attempt);

/* Ends the sharing of an adopted page that is being freed. */
__internal void page_unadopt(struct page *page);

/* A reference to the frame that shows this page of a host file, NULL if none does. */
__internal struct page *adopted_page_get(unsigned long ino, off_t offset);

__internal int physmap_boot(const struct udm_config *cfg);
__internal void physmap_shutdown(void);
__internal int vmalloc_boot(void);
__internal void vmalloc_shutdown(void);
__internal int mmio_boot(void);
__internal void mmio_shutdown(void);
__internal void adopt_shutdown(void);
__internal void gup_shutdown(void);
__internal void cma_shutdown(void);

/* trap.c: first to come, last to go, but that it looks at the memory map. */
__internal void trap_boot(void);
__internal void trap_shutdown(void);

/* The memory file of RAM. */
__internal extern int udm_ram_fd;

#endif
