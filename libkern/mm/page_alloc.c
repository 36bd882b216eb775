// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page allocator (mm/page_alloc.c).
 *
 * Single pages come from the calling thread's cache of the preferred zone, which
 * is refilled from the zone in batches; everything else comes from the zones in
 * zonelist order. When all of them are exhausted, unused memory is collected
 * once, then the reserves may help requests with __GFP_HIGH or __GFP_MEMALLOC.
 *
 * Free pages are clean: count 0, no type, no mapping, flags empty but for the
 * chunk order. Freeing checks and restores that, so allocating stores little. A
 * page found in a bad state is reported and never used again; it stays in the
 * leak report under its call site.
 */
#include <linux/bitops.h>
#include <linux/poison.h>
#include <linux/fault-inject.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/kernel.h>
#include <linux/panic.h>

#include "backend.h"
#include "fault.h"
#include "mem_debug.h"
#include "page_alloc.h"
#include "thread_cache.h"

__thread struct alloc_tag *udm_alloc_tag __attribute__((tls_model("initial-exec")));

/* --- Choosing zones ----------------------------------------------------------- */

static unsigned int gfp_top_zone(gfp_t gfp)
{
	VM_BUG_ON(hweight32(gfp & (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM)) > 1);
	if (likely(!(gfp & (__GFP_DMA | __GFP_DMA32))))
		return ZONE_INDEX_NORMAL;
	return gfp & __GFP_DMA ? ZONE_DMA : ZONE_DMA32;
}

static unsigned int zonelist_add_node(struct zone **list, unsigned int n, int nid, unsigned int top)
{
	unsigned int i;

	if (top == ZONE_INDEX_NORMAL && zone_present(&udm_zones[ZONE_INDEX_NORMAL + nid]))
		list[n++] = &udm_zones[ZONE_INDEX_NORMAL + nid];
	if (nid)
		return n;
	for (i = min_t(unsigned int, top, ZONE_DMA32) + 1; i-- > 0;)
		if (zone_present(&udm_zones[i]))
			list[n++] = &udm_zones[i];
	return n;
}

unsigned int zonelist_fill(struct zone **list, gfp_t gfp, int nid, const nodemask_t *nodemask)
{
	unsigned int top = gfp_top_zone(gfp);
	unsigned int i, n = 0;

	for (i = 0; i < udm_physmap.nodes; i++) {
		int node = (nid + i) % udm_physmap.nodes;

		if (i && (gfp & __GFP_THISNODE))
			break;
		if (!nodemask || node_isset(node, *nodemask))
			n = zonelist_add_node(list, n, node, top);
	}
	return n;
}

/* --- State of pages -------------------------------------------------------------- */

static const char *page_bad_reason(const struct page *page)
{
	if (unlikely(page_pool_page_is_pp(page)))
		return "page_pool leak";
	if (atomic_read(&page->_mapcount) != -1)
		return "nonzero mapcount";
	if (page->mapping)
		return "non-NULL mapping";
	if (page_ref_count(page))
		return "nonzero _refcount";
	if (page->flags.f & PAGE_FLAGS_CHECK_AT_FREE)
		return "PAGE_FLAGS_CHECK_AT_FREE flag(s) set";
	return NULL;
}

static __cold noinline void bad_page(struct page *page, const char *reason)
{
	struct task_struct *task = udm_current_or_null();

	pr_alert("BUG: Bad page state in process %s  pfn:%05lx\n", task ? task->comm : "(none)",
		 page_to_pfn(page));
	dump_page(page, reason);
	dump_stack();
	add_taint(TAINT_BAD_PAGE, LOCKDEP_NOW_UNRELIABLE);
}

static inline bool page_is_bad(struct page *page)
{
	const char *reason;

	if (likely(page->page_type == UINT_MAX && !page->mapping && !page_ref_count(page) &&
		   !(page->flags.f & PAGE_FLAGS_CHECK_AT_FREE) && !page_pool_page_is_pp(page)))
		return false;
	reason = page_bad_reason(page);
	if (reason)
		bad_page(page, reason);
	return reason != NULL;
}

static inline void page_reset(struct page *page)
{
	page->flags.f &= PAGE_FRAME_MASK;
	page->lru.next = NULL;
	page->private = 0;
}

/* Takes a compound page apart; false if a tail does not point to its head. */
static bool compound_dissolve(struct page *head, unsigned int order)
{
	unsigned long i;

	((struct folio *)head)->_flags_1 &= ~0xffUL;
	for (i = 1; i < 1UL << order; i++) {
		struct page *tail = head + i;

		if (unlikely(tail->compound_head != (unsigned long)head + 1)) {
			bad_page(tail, "compound_head not consistent");
			return false;
		}
		tail->compound_head = 0;
		tail->mapping = NULL;
	}
	head->flags.f &= ~BIT(PG_head);
	return true;
}

/* Makes a block clean. False: it is not fit to be used again. */
static bool free_pages_prepare(struct page *page, unsigned int order)
{
	bool bad = false;
	unsigned long i;

	if (unlikely(page->flags.f & BIT(PG_adopted)))
		page_unadopt(page);
	if (unlikely(PageHead(page)) && !compound_dissolve(page, order))
		return false;
	for (i = 0; i < 1UL << order; i++) {
		bad |= page_is_bad(page + i);
		page_reset(page + i);
	}
	if (bad)
		return false;
	page_clear_owner(page);
	mem_note_free(page_address(page), PAGE_SIZE << order);
	mem_poison(page_address(page), PAGE_SIZE << order);
	if (unlikely(mem_debug))
		page_debug_free(page, order);
	return true;
}

void prep_compound_page(struct page *page, unsigned int order)
{
	struct folio *folio = (struct folio *)page;
	unsigned long i;

	for (i = 1; i < 1UL << order; i++) {
		page[i].mapping = TAIL_MAPPING;
		page[i].compound_head = (unsigned long)page + 1;
	}
	folio->_flags_1 = (folio->_flags_1 & ~0xffUL) | order;
	atomic_set(&folio->_large_mapcount, -1);
	atomic_set(&folio->_entire_mapcount, -1);
	atomic_set(&folio->_nr_pages_mapped, 0);
	atomic_set(&folio->_pincount, 0);
	page->flags.f |= BIT(PG_head);
}

static inline void prep_new_page(struct page *page, unsigned int order, gfp_t gfp)
{
	page->lru.next = NULL;
	page_set_owner(page, order);
	mem_unpoison(page_address(page), PAGE_SIZE << order);
	if (unlikely(mem_debug))
		page_debug_alloc(page, order, gfp);
	if (gfp & __GFP_ZERO)
		memset(page_address(page), 0, PAGE_SIZE << order);
	if (order && (gfp & __GFP_COMP))
		prep_compound_page(page, order);
}

void pages_hand_out(struct page *page, unsigned long nr)
{
	for (; nr--; page++) {
		prep_new_page(page, 0, GFP_KERNEL);
		init_page_count(page);
	}
}

/* --- Taking pages out of zones ------------------------------------------------------ */

static noinline struct page *page_cache_refill(struct zone *zone)
{
	struct page *batch[PAGE_CACHE_BATCH];
	unsigned int nr = zone_pages_take(zone, batch, PAGE_CACHE_BATCH);
	struct thread_cache *cache;
	struct page_cache *pages;

	if (!nr)
		return NULL;
	cache = thread_cache_enter();
	if (!cache) {
		zone_pages_give(zone, batch + 1, nr - 1);
		return batch[0];
	}
	pages = &cache->pages[zone->index];
	while (nr > 1 && pages->count < PAGE_CACHE_MAX)
		pages->pages[pages->count++] = batch[--nr];
	thread_cache_leave(cache);
	if (nr > 1)
		zone_pages_give(zone, batch + 1, nr - 1);
	return batch[0];
}

static inline struct page *page_cache_take(struct zone *zone)
{
	struct thread_cache *cache = thread_cache_try_enter();
	struct page *page = NULL;

	if (likely(cache)) {
		struct page_cache *pages = &cache->pages[zone->index];

		if (likely(pages->count))
			page = pages->pages[--pages->count];
		thread_cache_leave(cache);
	}
	return likely(page) ? page : page_cache_refill(zone);
}

static noinline void page_cache_flush(struct zone *zone, struct page **batch, unsigned int nr)
{
	zone_pages_give(zone, batch, nr);
}

/* A zone that misses reserve pages gets them before any cache. */
static inline void page_cache_give(struct page *page)
{
	struct zone *zone = page_zone(page);
	struct page *batch[PAGE_CACHE_BATCH];
	struct thread_cache *cache = NULL;
	struct page_cache *pages;
	unsigned int nr = 0;

	if (likely(READ_ONCE(zone->nr_reserve) >= zone->reserve_target))
		cache = thread_cache_try_enter();
	if (unlikely(!cache)) {
		page_cache_flush(zone, &page, 1);
		return;
	}
	pages = &cache->pages[zone->index];
	if (unlikely(pages->count == PAGE_CACHE_MAX))
		while (nr < PAGE_CACHE_BATCH)
			batch[nr++] = pages->pages[--pages->count];
	pages->pages[pages->count++] = page;
	thread_cache_leave(cache);
	if (unlikely(nr))
		page_cache_flush(zone, batch, nr);
}

static inline struct page *zone_take(struct zone *zone, unsigned int order)
{
	return order ? zone_block_take(zone, order) : page_cache_take(zone);
}

static struct page *take_from_zones(struct zone **zones, unsigned int nr, unsigned int order)
{
	struct page *page = NULL;
	unsigned int i;

	for (i = 0; i < nr && !page; i++)
		page = zone_take(zones[i], order);
	return page;
}

/* Urgent requests may use half of the reserve; those that help to free memory, all. */
static struct page *take_from_reserve(struct zone **zones, unsigned int nr, gfp_t gfp)
{
	struct task_struct *task = udm_current_or_null();
	bool memalloc = (gfp & __GFP_MEMALLOC) || (task && (task->flags & PF_MEMALLOC));
	struct page *page = NULL;
	unsigned int i;

	if (gfp & __GFP_NOMEMALLOC)
		memalloc = false;
	if (!memalloc && !(gfp & __GFP_HIGH))
		return NULL;
	for (i = 0; i < nr && !page; i++)
		page = zone_reserve_take(zones[i], memalloc ? 0 : zones[i]->reserve_target / 2);
	if (!page)
		return NULL;
	prep_new_page(page, 0, gfp);
	if (memalloc)
		set_page_pfmemalloc(page);
	return page;
}

void warn_alloc_failed(gfp_t gfp, unsigned int order)
{
	static DEFINE_RATELIMIT_STATE(nopage_rs, 10 * HZ, 1);
	struct task_struct *task = udm_current_or_null();

	if ((gfp & __GFP_NOWARN) || !__ratelimit(&nopage_rs))
		return;
	pr_warn("%s: page allocation failure: order:%u, mode:%#x(%pGg)\n",
		task ? task->comm : "(none)", order, gfp, &gfp);
	dump_stack();
}

void nofail_wait(gfp_t gfp, unsigned int attempt)
{
	BUG_ON(attempt > 10000);
	if (gfpflags_allow_blocking(gfp) && !in_atomic() && !irqs_disabled())
		schedule_timeout_uninterruptible(1);
	else
		cpu_relax();
}

static noinline struct page *alloc_pages_slow(gfp_t gfp, unsigned int order, int nid,
					      const nodemask_t *nodemask)
{
	struct zone *zones[NR_ZONES];
	unsigned int nr = zonelist_fill(zones, gfp, nid, nodemask);
	unsigned int attempt = 0;
	struct page *page;

	do {
		page = take_from_zones(zones, nr, order);
		if (!page) {
			mem_relieve_pressure();
			page = take_from_zones(zones, nr, order);
		}
		if (page) {
			prep_new_page(page, order, gfp);
			return page;
		}
		page = order ? NULL : take_from_reserve(zones, nr, gfp);
		if (!page && (gfp & __GFP_NOFAIL))
			nofail_wait(gfp, attempt++);
	} while (!page && (gfp & __GFP_NOFAIL));
	if (!page)
		warn_alloc_failed(gfp, order);
	return page;
}

static inline bool alloc_refused(gfp_t gfp, unsigned int order)
{
	might_alloc(gfp);
	return unlikely(fault_page_alloc_armed()) && should_fail_alloc_page(gfp, order);
}

static bool order_too_large(gfp_t gfp, unsigned int order)
{
	if (likely(order <= MAX_PAGE_ORDER))
		return false;
	if (!(gfp & __GFP_NOWARN))
		WARN_ON_ONCE(order > MAX_PAGE_ORDER);
	return true;
}

struct page *alloc_frozen_pages(gfp_t gfp, unsigned int order, int nid, const nodemask_t *nodemask)
{
	struct page *page = NULL;
	unsigned int top = gfp_top_zone(gfp);

	if (unlikely(order_too_large(gfp, order)) || alloc_refused(gfp, order))
		return NULL;
	if (likely(!nodemask && top == ZONE_INDEX_NORMAL && (unsigned int)nid < udm_physmap.nodes))
		page = zone_take(&udm_zones[top + nid], order);
	if (unlikely(!page))
		return alloc_pages_slow(gfp, order, nid, nodemask);
	prep_new_page(page, order, gfp);
	return page;
}

/* --- Interface ------------------------------------------------------------------------ */

static inline int local_node(void)
{
	return udm_physmap.nodes > 1 ? numa_mem_id() : 0;
}

static inline int real_node(int nid)
{
	return nid == NUMA_NO_NODE ? local_node() : nid;
}

struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int preferred_nid,
				  nodemask_t *nodemask)
{
	struct page *page = alloc_frozen_pages(gfp, order, preferred_nid, nodemask);

	if (likely(page))
		init_page_count(page);
	return page;
}

struct page *alloc_pages_node_noprof(int nid, gfp_t gfp, unsigned int order)
{
	return __alloc_pages_noprof(gfp, order, real_node(nid), NULL);
}

struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order)
{
	return __alloc_pages_noprof(gfp, order, local_node(), NULL);
}

struct folio *folio_alloc_noprof(gfp_t gfp, unsigned int order)
{
	return (struct folio *)alloc_pages_noprof(gfp | __GFP_COMP, order);
}

struct folio *__folio_alloc_node_noprof(gfp_t gfp, unsigned int order, int nid)
{
	return (struct folio *)alloc_pages_node_noprof(nid, gfp | __GFP_COMP, order);
}

/* Pages of one zone into the NULL slots from @at on; returns the index it stopped at. */
static unsigned int bulk_fill(struct zone *zone, gfp_t gfp, unsigned int at, unsigned int nr,
			      struct page **array)
{
	for (; at < nr; at++) {
		struct page *page;

		if (array[at])
			continue;
		page = page_cache_take(zone);
		if (!page)
			break;
		prep_new_page(page, 0, gfp);
		init_page_count(page);
		array[at] = page;
	}
	return at;
}

/*
 * A batch for alloc_pages_bulk(), from the zones that a single page might come from
 * too, but without any effort: the caller copes with fewer.
 */
static unsigned int bulk_from_zones(gfp_t gfp, int nid, const nodemask_t *nodemask,
				    unsigned int at, unsigned int nr, struct page **array)
{
	struct zone *zones[NR_ZONES];
	unsigned int nr_zones = zonelist_fill(zones, gfp, nid, nodemask);
	unsigned int i;

	for (i = 0; i < nr_zones && at < nr; i++)
		at = bulk_fill(zones[i], gfp, at, nr, array);
	return at;
}

unsigned long alloc_pages_bulk_noprof(gfp_t gfp, int preferred_nid, nodemask_t *nodemask,
				      int nr_pages, struct page **array)
{
	unsigned int leading = 0, filled;
	struct page *page;

	while ((int)leading < nr_pages && array[leading])
		leading++;
	if ((int)leading >= nr_pages)
		return leading;
	if ((int)leading + 1 < nr_pages) {
		if (alloc_refused(gfp, 0))
			return leading;
		filled = bulk_from_zones(gfp, preferred_nid, nodemask, leading, nr_pages, array);
		if (filled > leading)
			return filled;
	}
	page = __alloc_pages_noprof(gfp, 0, preferred_nid, nodemask);
	if (page)
		array[leading++] = page;
	return leading;
}

unsigned long alloc_pages_bulk_node_noprof(gfp_t gfp, int nid, unsigned long nr_pages,
					   struct page **array)
{
	return alloc_pages_bulk_noprof(gfp, real_node(nid), NULL, nr_pages, array);
}

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_noprof(gfp & ~__GFP_HIGHMEM, order);

	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page_noprof(gfp_t gfp)
{
	return get_free_pages_noprof(gfp | __GFP_ZERO, 0);
}

void free_frozen_pages(struct page *page, unsigned int order)
{
	if (unlikely(!free_pages_prepare(page, order)))
		return;
	if (unlikely(page->flags.f & PAGE_AREA))
		cma_page_free(page, order);
	else if (likely(!order))
		page_cache_give(page);
	else
		zone_block_give(page_zone(page), page, order);
}

/* What put_page() and __free_pages() must not be called on. */
static __cold noinline void report_double_free(struct page *page)
{
	const struct alloc_tag *tag = owner_tag(page->memcg_data);

	WARN(1, "page pfn:%05lx freed again at %pS, last allocated at %s:%u %s()\n",
	     page_to_pfn(page), __builtin_return_address(0), tag ? tag->file : "?",
	     tag ? tag->line : 0, tag ? tag->function : "?");
	page_owner_print(page);
}

static __cold noinline unsigned int report_wrong_order(struct page *page, unsigned int order)
{
	unsigned int real = owner_order(page->memcg_data);

	WARN(1, "page pfn:%05lx of order %u freed with order %u\n", page_to_pfn(page), real, order);
	return real;
}

/* The block shrinks to its first page, which whoever holds the other reference frees. */
static void free_all_but_first(struct page *page, unsigned int order)
{
	WRITE_ONCE(page->memcg_data, page->memcg_data & ~(0xfUL << OWNER_ORDER_SHIFT));
	while (order-- > 0) {
		struct page *part = page + (1UL << order);

		part->memcg_data = page->memcg_data & OWNER_TAG_MASK;
		free_frozen_pages(part, order);
	}
}

void __free_pages(struct page *page, unsigned int order)
{
	/* Read before the reference is dropped: afterwards it may be somebody else's. */
	bool compound = PageHead(page);

	if (unlikely(page_ref_count(page) <= 0)) {
		report_double_free(page);
		return;
	}
	if (unlikely(owner_order(page->memcg_data) != order) && !PageTail(page))
		order = report_wrong_order(page, order);
	if (put_page_testzero(page))
		free_frozen_pages(page, order);
	else if (!compound)
		free_all_but_first(page, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (!addr)
		return;
	VM_BUG_ON(!virt_addr_valid(addr));
	__free_pages(virt_to_page(addr), order);
}

void page_frag_free(void *addr)
{
	folio_put(virt_to_folio(addr));
}

void split_page(struct page *page, unsigned int order)
{
	unsigned long i;

	VM_BUG_ON_PAGE(PageCompound(page), page);
	VM_BUG_ON_PAGE(!page_count(page), page);
	WRITE_ONCE(page->memcg_data, page->memcg_data & ~(0xfUL << OWNER_ORDER_SHIFT));
	for (i = 1; i < 1UL << order; i++) {
		page[i].memcg_data = page->memcg_data;
		init_page_count(page + i);
	}
}

void *alloc_pages_exact_nid_noprof(int nid, size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	struct page *page;
	unsigned long i;

	if (WARN_ON_ONCE(gfp & (__GFP_COMP | __GFP_HIGHMEM)))
		gfp &= ~(__GFP_COMP | __GFP_HIGHMEM);
	page = alloc_pages_node_noprof(nid, gfp, order);
	if (!page)
		return NULL;
	split_page(page, order);
	for (i = PFN_UP(size); i < 1UL << order; i++)
		__free_page(page + i);
	return page_address(page);
}

void *alloc_pages_exact_noprof(size_t size, gfp_t gfp)
{
	return alloc_pages_exact_nid_noprof(NUMA_NO_NODE, size, gfp);
}

void free_pages_exact(void *virt, size_t size)
{
	unsigned long addr = (unsigned long)virt;
	unsigned long end = addr + PAGE_ALIGN(size);

	for (; addr < end; addr += PAGE_SIZE)
		free_page(addr);
}
