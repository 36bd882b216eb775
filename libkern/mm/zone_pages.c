// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free blocks of a zone.
 *
 * The backend supplies spans, runs of frames of up to 64 MiB. A span is carved
 * into chunks, naturally aligned blocks of the largest order it allows, one at a
 * time when needed, so descriptors of unused memory stay untouched. Blocks are
 * halved on the way out and joined with their other half on the way back, never
 * beyond their chunk. A free block's first page has type PGTY_buddy and its
 * order in private. A span whose chunks are all free can go back to the backend.
 *
 * The reserve holds single pages back for requests that may dip into it; it is
 * taken from the zone's first chunk and refilled by frees. All of it is
 * protected by the zone's lock.
 */
#include <stdlib.h>

#include <linux/log2.h>
#include <linux/minmax.h>

#include "backend.h"
#include "mem_debug.h"
#include "page_alloc.h"
#include "slab.h"

#define SPAN_MAX_FRAMES (16 * MAX_ORDER_NR_PAGES)
#define RESERVE_MAX 64
#define RESERVE_FRACTION 512

struct page_span {
	struct page_span *next;
	unsigned long pfn;
	unsigned long frames;
	unsigned long carved;		/* frames that are chunks already */
	unsigned int chunk_order;
};

void zone_pages_init(struct zone *zone)
{
	unsigned int order;

	for (order = 0; order < NR_PAGE_ORDERS; order++)
		INIT_LIST_HEAD(&zone->free_area[order].blocks);
	INIT_LIST_HEAD(&zone->reserve);
	zone->reserve_target = min_t(unsigned long, RESERVE_MAX,
				     (zone->end_pfn - zone->start_pfn) / RESERVE_FRACTION);
}

void zone_pages_exit(struct zone *zone)
{
	struct page_span *span;

	while ((span = zone->spans)) {
		zone->spans = span->next;
		mem_unpoison_range(pfn_to_kaddr(span->pfn), span->frames << PAGE_SHIFT);
		free(span);
	}
	zone->carving = NULL;
}

/* Free pages outside of lists have an empty word 1. */
static void unlink_page(struct page *page)
{
	list_del(&page->lru);
	page->lru.next = NULL;
}

static void block_insert(struct zone *zone, struct page *page, unsigned int order)
{
	page_set_type(page, PGTY_buddy);
	page->private = order;
	list_add(&page->buddy_list, &zone->free_area[order].blocks);
	zone->free_area[order].nr++;
	zone->nr_free += 1UL << order;
}

static void block_remove(struct zone *zone, struct page *page, unsigned int order)
{
	unlink_page(page);
	page->private = 0;
	page_clear_type(page);
	zone->free_area[order].nr--;
	zone->nr_free -= 1UL << order;
}

void page_make_free(struct page *page, unsigned long flags)
{
	slab_page_forget(page);
	page->flags.f = flags;
	page->lru.next = NULL;
	page->mapping = NULL;
	page->private = 0;
	page_clear_type(page);
	set_page_count(page, 0);
	page->memcg_data = 0;
}

static void chunk_init(struct page *page, unsigned int order)
{
	struct page *end = page + (1UL << order);

	mem_poison(page_address(page), PAGE_SIZE << order);
	if (unlikely(mem_debug))
		page_debug_fresh(page, order);
	for (; page < end; page++)
		page_make_free(page, (unsigned long)order << PAGE_CHUNK_SHIFT);
}

static void fill_reserve(struct zone *zone);

static bool carve_chunk(struct zone *zone)
{
	struct page_span *span = zone->carving;
	struct page *page;

	if (!span)
		return false;
	page = pfn_to_page(span->pfn + span->carved);
	chunk_init(page, span->chunk_order);
	span->carved += 1UL << span->chunk_order;
	if (span->carved == span->frames)
		zone->carving = NULL;
	block_insert(zone, page, span->chunk_order);
	fill_reserve(zone);
	return true;
}

/* Large spans keep large blocks possible: the backend's own records lie between spans. */
static bool add_span(struct zone *zone, unsigned int order)
{
	unsigned long frames = clamp_t(unsigned long,
				       rounddown_pow_of_two((zone->end_pfn - zone->start_pfn) / 8),
				       MAX_ORDER_NR_PAGES, SPAN_MAX_FRAMES);
	struct page_span *span = malloc(sizeof(*span));
	void *addr = NULL;

	for (; span && frames >= 1UL << order; frames /= 2) {
		addr = backend_span_alloc(zone, frames << PAGE_SHIFT,
					  min_t(unsigned long, frames, MAX_ORDER_NR_PAGES)
						<< PAGE_SHIFT);
		if (addr)
			break;
	}
	if (!addr) {
		free(span);
		return false;
	}
	*span = (struct page_span){
		.next = zone->spans,
		.pfn = virt_to_pfn(addr),
		.frames = frames,
		.chunk_order = min(ilog2(frames), MAX_PAGE_ORDER),
	};
	zone->spans = span;
	zone->carving = span;
	return true;
}

static struct page *take_free_block(struct zone *zone, unsigned int order)
{
	unsigned int have = order;
	struct page *page;

	while (have < NR_PAGE_ORDERS && !zone->free_area[have].nr)
		have++;
	if (have == NR_PAGE_ORDERS)
		return NULL;
	page = list_first_entry(&zone->free_area[have].blocks, struct page, buddy_list);
	block_remove(zone, page, have);
	while (have > order) {
		have--;
		block_insert(zone, page + (1UL << have), have);
	}
	return page;
}

static struct page *__zone_block_take(struct zone *zone, unsigned int order)
{
	struct page *page;

	do {
		page = take_free_block(zone, order);
	} while (!page && (carve_chunk(zone) || add_span(zone, order)));
	return page;
}

static void fill_reserve(struct zone *zone)
{
	while (zone->nr_reserve < zone->reserve_target) {
		struct page *page = take_free_block(zone, 0);

		if (!page)
			break;
		list_add(&page->lru, &zone->reserve);
		zone->nr_reserve++;
	}
}

static void __zone_block_give(struct zone *zone, struct page *page, unsigned int order)
{
	unsigned int chunk_order = page->flags.f >> PAGE_CHUNK_SHIFT;
	unsigned long pfn = page_to_pfn(page);

	if (unlikely(zone->nr_reserve < zone->reserve_target) && !order) {
		list_add(&page->lru, &zone->reserve);
		zone->nr_reserve++;
		return;
	}
	while (order < chunk_order) {
		struct page *other = pfn_to_page(pfn ^ (1UL << order));

		if (!PageBuddy(other) || other->private != order)
			break;
		block_remove(zone, other, order);
		pfn &= ~(1UL << order);
		order++;
	}
	block_insert(zone, pfn_to_page(pfn), order);
}

struct page *zone_block_take(struct zone *zone, unsigned int order)
{
	struct page *page;

	mem_lock(&zone->lock);
	page = __zone_block_take(zone, order);
	mem_unlock(&zone->lock);
	return page;
}

void zone_block_give(struct zone *zone, struct page *page, unsigned int order)
{
	mem_lock(&zone->lock);
	__zone_block_give(zone, page, order);
	mem_unlock(&zone->lock);
}

unsigned int zone_pages_take(struct zone *zone, struct page **pages, unsigned int nr)
{
	unsigned int got;

	mem_lock(&zone->lock);
	for (got = 0; got < nr; got++) {
		pages[got] = __zone_block_take(zone, 0);
		if (!pages[got])
			break;
	}
	mem_unlock(&zone->lock);
	return got;
}

void zone_pages_give(struct zone *zone, struct page **pages, unsigned int nr)
{
	mem_lock(&zone->lock);
	while (nr--)
		__zone_block_give(zone, pages[nr], 0);
	mem_unlock(&zone->lock);
}

struct page *zone_reserve_take(struct zone *zone, unsigned int keep)
{
	struct page *page = NULL;

	mem_lock(&zone->lock);
	if (zone->nr_reserve > keep) {
		page = list_first_entry(&zone->reserve, struct page, lru);
		unlink_page(page);
		zone->nr_reserve--;
	}
	mem_unlock(&zone->lock);
	return page;
}

static bool span_is_free(const struct page_span *span)
{
	unsigned long step = 1UL << span->chunk_order;
	unsigned long at;

	for (at = 0; at < span->carved; at += step) {
		const struct page *page = pfn_to_page(span->pfn + at);

		if (!PageBuddy(page) || page->private != span->chunk_order)
			return false;
	}
	return true;
}

static void release_span(struct zone *zone, struct page_span *span)
{
	unsigned long step = 1UL << span->chunk_order;
	unsigned long at;

	for (at = 0; at < span->carved; at += step)
		block_remove(zone, pfn_to_page(span->pfn + at), span->chunk_order);
	if (zone->carving == span)
		zone->carving = NULL;
	mem_unpoison_range(pfn_to_kaddr(span->pfn), span->frames << PAGE_SHIFT);
	backend_span_free(zone, pfn_to_kaddr(span->pfn), span->frames << PAGE_SHIFT);
	free(span);
}

bool zone_release_spans(struct zone *zone)
{
	struct page_span **link = &zone->spans;
	bool any = false;

	mem_lock(&zone->lock);
	while (*link) {
		struct page_span *span = *link;

		if (!span_is_free(span)) {
			link = &span->next;
			continue;
		}
		*link = span->next;
		release_span(zone, span);
		any = true;
	}
	mem_unlock(&zone->lock);
	return any;
}

/* Blocks may come and go meanwhile: what the walk sees of them is a snapshot. */
void zone_for_each_live_block(struct zone *zone, void (*fn)(void *ctx, struct page *page),
			      void *ctx)
{
	const struct page_span *span;
	unsigned long at;

	mem_lock(&zone->lock);
	for (span = zone->spans; span; span = span->next)
		for (at = 0; at < span->carved; at++) {
			struct page *page = pfn_to_page(span->pfn + at);

			if (READ_ONCE(page->memcg_data) & OWNER_LIVE)
				fn(ctx, page);
		}
	mem_unlock(&zone->lock);
}
