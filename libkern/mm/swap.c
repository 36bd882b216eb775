// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a folio's life (mm/swap.c): the last reference was dropped. Any
 * context. Whoever frees a block that is not compound this way gives back only
 * its first page, as in the kernel; the others then stay in the leak report.
 */
#include "internal.h"

static __cold noinline void strand_rest(struct page *page, unsigned int order)
{
	unsigned long word = page->memcg_data & ~(0xfUL << OWNER_ORDER_SHIFT);
	unsigned long i;

	for (i = 1; i < 1UL << order; i++)
		page[i].memcg_data = word;
	page->memcg_data = word;
}

void __folio_put(struct folio *folio)
{
	unsigned int order = folio_order(folio);
	unsigned int owned = owner_order(folio->memcg_data);

	if (unlikely(owned > order))
		strand_rest(&folio->page, owned);
	free_frozen_pages(&folio->page, order);
}
