// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page blocks under memory debugging (mm/page_poison.c).
 *
 * A free page whose contents are PAGE_POISON has PG_poisoned; the flag is all that
 * distinguishes it from one that nobody used yet. Who takes a block from the free
 * lists looks whether the contents are still the same.
 */
#include <linux/kernel.h>
#include <linux/poison.h>
#include <linux/string.h>

#include "mem_debug.h"
#include "valgrind.h"

/* Owners' flags are all clear on a free page, so this one is free to be used there. */
#define PG_poisoned PG_arch_1

static void report_page(const struct page *page, const u8 *start, const u8 *bad)
{
	const struct alloc_tag *tag = owner_tag(page->memcg_data);

	WARN(1, "pagealloc: %s in page pfn:%05lx at offset %td, 0x%02x instead of 0x%02x: last allocated at %s:%u %s()\n",
	     hweight8(*bad ^ PAGE_POISON) == 1 && !memchr_inv(bad + 1, PAGE_POISON,
							       start + PAGE_SIZE - bad - 1) ?
	     "single bit error" : "memory corruption", page_to_pfn(page), bad - start, *bad,
	     PAGE_POISON, tag ? tag->file : "?", tag ? tag->line : 0, tag ? tag->function : "?");
	page_owner_print(page);
}

static void check_page(struct page *page)
{
	const u8 *start = page_address(page);
	const u8 *bad;

	if (!(page->flags.f & BIT(PG_poisoned)))
		return;
	page->flags.f &= ~BIT(PG_poisoned);
	bad = memchr_inv(start, PAGE_POISON, PAGE_SIZE);
	if (bad)
		report_page(page, start, bad);
}

void page_debug_take(struct page *page, unsigned int order)
{
	unsigned long i;

	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_DEFINED(page_address(page), PAGE_SIZE << order);
	for (i = 0; i < 1UL << order; i++)
		check_page(page + i);
}

void page_debug_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	struct page_origin *origin = page_origin(page);

	page_debug_take(page, order);
	if ((mem_debug & UDM_DEBUG_POISON) && !(gfp & __GFP_ZERO))
		memset(page_address(page), POISON_INUSE, PAGE_SIZE << order);
	if (!origin)
		return;
	origin->size = 0;
	origin->free.seq = 0;
	if (mem_debug & UDM_DEBUG_STACKS)
		mem_origin_record(&origin->alloc, 0);
}

void page_debug_fresh(struct page *page, unsigned int order)
{
	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_NOACCESS(page_address(page), PAGE_SIZE << order);
}

void page_debug_free(struct page *page, unsigned int order)
{
	struct page_origin *origin = page_origin(page);
	unsigned long i;

	if (origin && (mem_debug & UDM_DEBUG_STACKS))
		mem_origin_record(&origin->free, 0);
	if (mem_debug & UDM_DEBUG_POISON) {
		memset(page_address(page), PAGE_POISON, PAGE_SIZE << order);
		for (i = 0; i < 1UL << order; i++)
			page[i].flags.f |= BIT(PG_poisoned);
	}
	if (mem_debug & UDM_DEBUG_VALGRIND)
		VALGRIND_MAKE_MEM_NOACCESS(page_address(page), PAGE_SIZE << order);
}

void slack_fill(void *addr, size_t size, size_t room)
{
	memset((char *)addr + size, SLUB_RED_ACTIVE, room - size);
}

bool slack_check(const void *addr, size_t size, size_t room, const char *what,
		 const struct alloc_tag *tag)
{
	const u8 *bad = memchr_inv((const char *)addr + size, SLUB_RED_ACTIVE, room - size);

	if (!bad)
		return true;
	WARN(1, "BUG %s: Redzone overwritten at offset %td of %zu bytes, 0x%02x instead of 0x%02x: allocated at %s:%u %s()\n",
	     what, bad - (const u8 *)addr, size, *bad, SLUB_RED_ACTIVE, tag ? tag->file : "?",
	     tag ? tag->line : 0, tag ? tag->function : "?");
	return false;
}
