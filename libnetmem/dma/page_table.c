// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables: building and taking down. Walking is inline in page_table.h.
 *
 * Two writers that miss the same table race with a compare-and-exchange; the loser gives
 * its table back. Nothing is removed before page_table_destroy(), which is what lets walkers
 * go without a lock.
 */
#include <linux/mm.h>

#include "failure.h"
#include "iommu_memory.h"
#include "page_table.h"

static u64 *table_alloc(struct page_table *pt, gfp_t gfp)
{
	u64 *table;

	if (dma_step_fails(UDM_IOMMU_STEP_PAGE_TABLE))
		return NULL;
	table = iommu_zalloc(PT_ENTRIES * sizeof(*table), gfp);
	if (table)
		atomic_long_inc(&pt->pages);
	return table;
}

static void table_free(struct page_table *pt, u64 *table)
{
	atomic_long_dec(&pt->pages);
	iommu_free(table);
}

/* The table below an entry, made if it is not there. */
static u64 *table_below(struct page_table *pt, u64 *entry, gfp_t gfp)
{
	u64 below = __atomic_load_n(entry, __ATOMIC_ACQUIRE);
	u64 *fresh;

	if (likely(below))
		return (u64 *)(unsigned long)below;
	fresh = table_alloc(pt, gfp);
	if (!fresh)
		return NULL;
	/* Release: whoever follows the pointer sees a zeroed table. */
	if (__atomic_compare_exchange_n(entry, &below, (unsigned long)fresh, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return fresh;
	table_free(pt, fresh);
	return (u64 *)(unsigned long)below;
}

u64 *page_table_slot(struct page_table *pt, unsigned long granule, gfp_t gfp)
{
	u64 *table = pt->root;
	int shift;

	for (shift = (PT_LEVELS - 1) * PT_BITS; shift && table; shift -= PT_BITS)
		table = table_below(pt, table + ((granule >> shift) & (PT_ENTRIES - 1)), gfp);
	return table ? table + (granule & (PT_ENTRIES - 1)) : NULL;
}

int page_table_init(struct page_table *pt, gfp_t gfp)
{
	atomic_long_set(&pt->pages, 0);
	pt->root = table_alloc(pt, gfp);
	return pt->root ? 0 : -ENOMEM;
}

static void table_drop(struct page_table *pt, u64 *table, int level)
{
	unsigned long k;

	for (k = 0; level > 1 && k < PT_ENTRIES; k++)
		if (table[k])
			table_drop(pt, (u64 *)(unsigned long)table[k], level - 1);
	table_free(pt, table);
}

void page_table_destroy(struct page_table *pt)
{
	if (pt->root)
		table_drop(pt, pt->root, PT_LEVELS);
	pt->root = NULL;
}
