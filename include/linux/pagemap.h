/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page locks and positions in a file. Kernel path: linux/pagemap.h, mm/filemap.c.
 * The page lock is a bit of the folio's flags; taking it may sleep.
 */
#ifndef _UDM_LINUX_PAGEMAP_H
#define _UDM_LINUX_PAGEMAP_H

#include <linux/mm.h>
#include <linux/highmem.h>
#include <linux/uaccess.h>

static inline bool folio_trylock(struct folio *folio)
{
	return !test_and_set_bit_lock(PG_locked, &folio->flags.f);
}

static inline bool trylock_page(struct page *page)
{
	return folio_trylock(page_folio(page));
}

/* Waits until it has the lock. May sleep. */
void folio_lock(struct folio *folio);
/* Releases the lock; earlier stores are visible to the next holder. Any context. */
void folio_unlock(struct folio *folio);

static inline void lock_page(struct page *page)
{
	folio_lock(page_folio(page));
}

static inline void unlock_page(struct page *page)
{
	folio_unlock(page_folio(page));
}

static inline pgoff_t folio_next_index(const struct folio *folio)
{
	return folio->index + folio_nr_pages(folio);
}

static inline loff_t folio_pos(const struct folio *folio)
{
	return (loff_t)folio->index << PAGE_SHIFT;
}

#endif
