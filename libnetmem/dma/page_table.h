/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables: four levels of 512 words, indexed by the granule number of an address.
 *
 * A leaf word of 0 means that nothing is there. Readers (device models) walk without any
 * lock: tables are only ever added while a page table lives, and freed with it. Writers own
 * the granules they set and clear; two of them may add tables at the same time. Tables are
 * host memory.
 */
#ifndef LIBNETMEM_DMA_PAGE_TABLE_H
#define LIBNETMEM_DMA_PAGE_TABLE_H

#include <linux/atomic.h>
#include <linux/types.h>

#define PT_LEVELS	4
#define PT_BITS		9
#define PT_ENTRIES	(1UL << PT_BITS)
/* Granule numbers a table can hold. */
#define PT_GRANULES	(1UL << (PT_LEVELS * PT_BITS))

struct page_table {
	u64 *root;
	atomic_long_t pages;
};

/* 0 or -ENOMEM. Any context that gfp allows. */
__internal int page_table_init(struct page_table *pt, gfp_t gfp);
/* No walker may be left. */
__internal void page_table_destroy(struct page_table *pt);

/*
 * page_table_slot - the word of a granule, making the tables on the way to it; NULL when out of
 * memory. Words of one table lie side by side: the rest of the PT_ENTRIES-aligned run follows.
 */
__internal u64 *page_table_slot(struct page_table *pt, unsigned long granule, gfp_t gfp);

/* page_table_find - the word of a granule, NULL if there is no table for it. Lock-free. */
static inline u64 *page_table_find(const struct page_table *pt, unsigned long granule)
{
	u64 *table = pt->root;
	int shift;

	for (shift = (PT_LEVELS - 1) * PT_BITS; shift; shift -= PT_BITS) {
		u64 *entry = table + ((granule >> shift) & (PT_ENTRIES - 1));

		/* Pairs with the release that published the table: its words are zeroed. */
		table = (u64 *)(unsigned long)__atomic_load_n(entry, __ATOMIC_ACQUIRE);
		if (!table)
			return NULL;
	}
	return table + (granule & (PT_ENTRIES - 1));
}

/* How many words from this granule on lie in the same table, at most limit. */
static inline unsigned long page_table_run(unsigned long granule, unsigned long limit)
{
	unsigned long left = PT_ENTRIES - (granule & (PT_ENTRIES - 1));

	return left < limit ? left : limit;
}

#endif
