// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contiguous memory areas (mm/cma.c).
 *
 * An area takes a run of frames out of its zone's range map and never gives it back while the
 * machine runs, so neither the backend nor the page allocator sees them. One bit per page says
 * that it is handed out: set by cma_alloc(), cleared when the page's last reference goes
 * (cma_page_free, called by the page allocator for pages with PAGE_AREA). Free pages are in
 * the same clean state as those of the page allocator.
 *
 * The table of areas only grows; an entry is complete before the number says that it exists.
 * Locks are those of libkern/mm, held for the search of a run or the change of a bit.
 */
#define pr_fmt(fmt) "cma: " fmt

#include <stdlib.h>
#include <string.h>

#include <linux/bitmap.h>
#include <linux/cma.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/sched/mm.h>

#include "backend.h"
#include "mem_debug.h"
#include "page_alloc.h"

struct cma {
	unsigned long base_pfn;
	unsigned long count;		/* pages */
	unsigned int order_per_bit;	/* what allocations are aligned to at least */
	struct mem_lock lock;
	unsigned long *used;		/* a bit per page, under the lock */
	char name[CMA_MAX_NAME];
};

static struct cma areas[MAX_CMA_AREAS];
static unsigned int nr_areas;
static struct mem_lock areas_lock;	/* of those who add one */

unsigned long totalcma_pages;

phys_addr_t cma_get_base(const struct cma *cma)
{
	return PFN_PHYS(cma->base_pfn);
}

unsigned long cma_get_size(const struct cma *cma)
{
	return cma->count << PAGE_SHIFT;
}

const char *cma_get_name(const struct cma *cma)
{
	return cma->name;
}

/* --- Setting areas aside -------------------------------------------------------------- */

/* What is asked for, in frames. */
struct area_place {
	unsigned long first;
	unsigned long end;
	unsigned long nr;
	unsigned long align;
	int nid;
};

static bool zone_of_node(const struct zone *zone, int nid)
{
	return zone_present(zone) && (nid == NUMA_NO_NODE || zone->node == nid);
}

/* Normal zones first, the lower ones only if nothing else is left. */
static void *take_anywhere(const struct area_place *place)
{
	unsigned int step;
	void *addr = NULL;

	for (step = 0; step < udm_nr_zones && !addr; step++) {
		unsigned int normals = udm_nr_zones - ZONE_INDEX_NORMAL;
		struct zone *zone = &udm_zones[step < normals ? ZONE_INDEX_NORMAL + step :
							       udm_nr_zones - 1 - step];

		if (zone_of_node(zone, place->nid))
			addr = zone_range_alloc_within(zone, place->nr, place->align, place->first,
						       place->end);
	}
	return addr;
}

/* All of it in one zone, and nobody's so far. */
static void *take_fixed(const struct area_place *place)
{
	void *addr = pfn_to_kaddr(place->first);
	struct zone *zone;

	if (!pfn_valid(place->first))
		return ERR_PTR(-EINVAL);
	zone = &udm_zones[pfn_zone_index(place->first)];
	if (place->nr > zone->end_pfn - place->first || !zone_of_node(zone, place->nid))
		return ERR_PTR(-EINVAL);
	return zone_range_claim(zone, addr, place->nr) ? addr : ERR_PTR(-EBUSY);
}

static void area_pages_init(struct page *page, unsigned long nr)
{
	for (; nr--; page++) {
		mem_poison(page_address(page), PAGE_SIZE);
		page_make_free(page, PAGE_AREA);
		if (unlikely(mem_debug))
			page_debug_fresh(page, 0);
	}
}

/* Under areas_lock. */
static int area_add(void *addr, unsigned long nr, unsigned int order_per_bit, const char *name)
{
	struct cma *cma = &areas[nr_areas];

	*cma = (struct cma){
		.base_pfn = virt_to_pfn(addr),
		.count = nr,
		.order_per_bit = order_per_bit,
		.used = calloc(BITS_TO_LONGS(nr), sizeof(unsigned long)),
	};
	if (!cma->used)
		return -ENOMEM;
	if (name)
		snprintf(cma->name, sizeof(cma->name), "%s", name);
	else
		snprintf(cma->name, sizeof(cma->name), "cma%u", nr_areas);
	area_pages_init(virt_to_page(addr), nr);
	totalcma_pages += nr;
	/* Release: who sees the number sees the area. */
	__atomic_store_n(&nr_areas, nr_areas + 1, __ATOMIC_RELEASE);
	return 0;
}

static int area_reserve(const struct area_place *place, unsigned int order_per_bit, bool fixed,
			const char *name)
{
	void *addr;
	int err;

	if (nr_areas == MAX_CMA_AREAS) {
		pr_err("Not enough slots for CMA reserved regions!\n");
		return -ENOSPC;
	}
	addr = fixed ? take_fixed(place) : take_anywhere(place);
	if (IS_ERR_OR_NULL(addr))
		return addr ? PTR_ERR(addr) : -ENOMEM;
	err = area_add(addr, place->nr, order_per_bit, name);
	if (err)
		zone_range_free(&udm_zones[pfn_zone_index(virt_to_pfn(addr))], addr, place->nr);
	return err;
}

/* Rounds to whole frames of the alignment; -EINVAL for what cannot be. */
static int place_init(struct area_place *place, phys_addr_t base, phys_addr_t size,
		      phys_addr_t limit, phys_addr_t align, bool fixed)
{
	if (!size || (align && !is_power_of_2(align)))
		return -EINVAL;
	align = max_t(phys_addr_t, align, CMA_MIN_ALIGNMENT_BYTES);
	limit = min_not_zero(limit, PFN_PHYS(max_pfn));
	if (size > limit)
		return fixed ? -EINVAL : -ENOMEM;
	size = ALIGN(size, align);
	if (fixed && (!IS_ALIGNED(base, align) || base > limit || size > limit - base))
		return -EINVAL;
	place->first = PHYS_PFN(ALIGN(base, align));
	place->end = PHYS_PFN(limit);
	place->nr = PHYS_PFN(size);
	place->align = PHYS_PFN(align);
	return 0;
}

int cma_declare_contiguous_nid(phys_addr_t base, phys_addr_t size, phys_addr_t limit,
			       phys_addr_t alignment, unsigned int order_per_bit, bool fixed,
			       const char *name, struct cma **res_cma, int nid)
{
	struct area_place place = { .nid = nid };
	int err = place_init(&place, base, size, limit, alignment, fixed);
	phys_addr_t at;

	if (!err && order_per_bit > ilog2(place.align))
		err = -EINVAL;
	if (!err) {
		mem_lock(&areas_lock);
		err = area_reserve(&place, order_per_bit, fixed, name);
		if (!err)
			*res_cma = &areas[nr_areas - 1];
		mem_unlock(&areas_lock);
	}
	if (err) {
		pr_err("Failed to reserve %lu MiB\n", (unsigned long)size >> 20);
		return err;
	}
	at = cma_get_base(*res_cma);
	pr_info("Reserved %lu MiB at %pa\n", cma_get_size(*res_cma) >> 20, &at);
	return 0;
}

/* --- Allocation ----------------------------------------------------------------------- */

/* The page of the run, its bits set. Alignment counts from frame 0, bits from the base. */
static struct page *run_take(struct cma *cma, unsigned long count, unsigned int align)
{
	unsigned long mask = (1UL << max(align, cma->order_per_bit)) - 1;
	unsigned long at;

	mem_lock(&cma->lock);
	at = bitmap_find_next_zero_area_off(cma->used, cma->count, 0, count, mask, cma->base_pfn);
	if (at < cma->count)
		bitmap_set(cma->used, at, count);
	mem_unlock(&cma->lock);
	return at < cma->count ? pfn_to_page(cma->base_pfn + at) : NULL;
}

struct page *cma_alloc_noprof(struct cma *cma, unsigned long count, unsigned int align,
			      bool no_warn)
{
	struct page *page = NULL;

	if (!cma || !count)
		return NULL;
	might_alloc(GFP_KERNEL);
	if (count <= cma->count && align < BITS_PER_LONG)
		page = run_take(cma, count, align);
	if (page)
		pages_hand_out(page, count);
	else if (!no_warn)
		pr_err_ratelimited("%s: %s: alloc failed, req-size: %lu pages, ret: %d\n",
				   "cma_alloc", cma->name, count, -ENOMEM);
	return page;
}

bool cma_pages_valid(struct cma *cma, const struct page *pages, unsigned long count)
{
	unsigned long pfn;

	if (!cma || !pages)
		return false;
	pfn = page_to_pfn(pages);
	return pfn >= cma->base_pfn && pfn < cma->base_pfn + cma->count &&
	       count <= cma->base_pfn + cma->count - pfn;
}

bool cma_release(struct cma *cma, const struct page *pages, unsigned long count)
{
	struct page *page = (struct page *)pages;
	unsigned long held = 0;

	if (!cma_pages_valid(cma, pages, count))
		return false;
	for (; count--; page++) {
		held += page_count(page) > 1;
		__free_page(page);
	}
	WARN(held, "%lu pages are still in use!\n", held);
	return true;
}

static struct cma *area_of(unsigned long pfn)
{
	struct cma *cma = areas;

	while (pfn - cma->base_pfn >= cma->count)
		cma++;
	return cma;
}

void cma_page_free(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	struct cma *cma = area_of(pfn);

	mem_lock(&cma->lock);
	bitmap_clear(cma->used, pfn - cma->base_pfn, 1UL << order);
	mem_unlock(&cma->lock);
}

/* --- All of them ------------------------------------------------------------------------ */

int cma_for_each_area(int (*it)(struct cma *cma, void *data), void *data)
{
	unsigned int nr = __atomic_load_n(&nr_areas, __ATOMIC_ACQUIRE);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i++)
		ret = it(&areas[i], data);
	return ret;
}

bool cma_intersects(struct cma *cma, unsigned long start, unsigned long end)
{
	return start < cma_get_base(cma) + cma_get_size(cma) && end > cma_get_base(cma);
}

void cma_for_each_live_page(void (*fn)(void *ctx, struct page *page), void *ctx)
{
	unsigned int nr = __atomic_load_n(&nr_areas, __ATOMIC_ACQUIRE);
	struct cma *cma;
	unsigned long at;

	for (cma = areas; cma < areas + nr; cma++) {
		mem_lock(&cma->lock);
		for_each_set_bit(at, cma->used, cma->count) {
			struct page *page = pfn_to_page(cma->base_pfn + at);

			if (READ_ONCE(page->memcg_data) & OWNER_LIVE)
				fn(ctx, page);
		}
		mem_unlock(&cma->lock);
	}
}

/* The zones' range maps go with their zones. */
void cma_shutdown(void)
{
	while (nr_areas) {
		struct cma *cma = &areas[--nr_areas];

		mem_unpoison_range(pfn_to_kaddr(cma->base_pfn), cma_get_size(cma));
		free(cma->used);
		cma->used = NULL;
		cma->count = 0;
	}
	totalcma_pages = 0;
}
