/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State bits and types of pages and folios. Kernel path: linux/page-flags.h.
 *
 * Flags are bits of word 0. A page that is neither mapped nor of a type has
 * page_type ~0; a typed page (slab, free block, large kmalloc) has its type in
 * the top byte. All tests may be used in any context; changing a flag is the
 * owner's business.
 */
#ifndef _UDM_LINUX_PAGE_FLAGS_H
#define _UDM_LINUX_PAGE_FLAGS_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/mmdebug.h>
#include <linux/mm_types.h>

enum pageflags {
	PG_locked,
	PG_writeback,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_head,
	PG_waiters,
	PG_active,
	PG_workingset,
	PG_owner_priv_1,
	PG_owner_2,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	__NR_PAGEFLAGS,
};

/* Flags that a page being freed or allocated must not have. */
#define PAGE_FLAGS_CHECK_AT_FREE \
	(BIT(PG_locked) | BIT(PG_writeback) | BIT(PG_lru) | BIT(PG_active) | BIT(PG_private) | \
	 BIT(PG_private_2) | BIT(PG_reserved) | BIT(PG_unevictable))

enum pagetype {
	PGTY_buddy = 0xf0,
	PGTY_offline = 0xf1,
	PGTY_table = 0xf2,
	PGTY_guard = 0xf3,
	PGTY_hugetlb = 0xf4,
	PGTY_slab = 0xf5,
	PGTY_zsmalloc = 0xf6,
	PGTY_unaccepted = 0xf7,
	PGTY_large_kmalloc = 0xf8,
	PGTY_mapcount_underflow = 0xff,
};

static __always_inline bool udm_page_has_type(const struct page *page, enum pagetype type)
{
	return READ_ONCE(page->page_type) >> 24 == (unsigned int)type;
}

static __always_inline unsigned long _compound_head(const struct page *page)
{
	unsigned long word = READ_ONCE(page->compound_head);

	return unlikely(word & 1) ? word - 1 : (unsigned long)page;
}

/* Head of a compound page's tail; any other page is its own head. Keeps constness. */
#define compound_head(page) ((typeof(page))_compound_head(page))

static __always_inline int PageTail(const struct page *page)
{
	return READ_ONCE(page->compound_head) & 1;
}

static __always_inline int PageHead(const struct page *page)
{
	return test_bit(PG_head, &page->flags.f);
}

static __always_inline int PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

#define page_folio(p) (_Generic((p),						\
	const struct page *: (const struct folio *)_compound_head(p),		\
	struct page *: (struct folio *)_compound_head(p)))

#define folio_page(folio, n) (&(folio)->page + (n))

#define UDM_PAGE_FLAG(Name, lname, bit)						\
static __always_inline int Page##Name(const struct page *page)			\
{										\
	return test_bit(bit, &page->flags.f);					\
}										\
static __always_inline void SetPage##Name(struct page *page)			\
{										\
	set_bit(bit, &page->flags.f);						\
}										\
static __always_inline void ClearPage##Name(struct page *page)			\
{										\
	clear_bit(bit, &page->flags.f);						\
}										\
static __always_inline bool folio_test_##lname(const struct folio *folio)	\
{										\
	return test_bit(bit, &folio->flags.f);					\
}										\
static __always_inline void folio_set_##lname(struct folio *folio)		\
{										\
	set_bit(bit, &folio->flags.f);						\
}										\
static __always_inline void folio_clear_##lname(struct folio *folio)		\
{										\
	clear_bit(bit, &folio->flags.f);					\
}

UDM_PAGE_FLAG(Locked, locked, PG_locked)
UDM_PAGE_FLAG(Referenced, referenced, PG_referenced)
UDM_PAGE_FLAG(Uptodate, uptodate, PG_uptodate)
UDM_PAGE_FLAG(Dirty, dirty, PG_dirty)
UDM_PAGE_FLAG(LRU, lru, PG_lru)
UDM_PAGE_FLAG(Active, active, PG_active)
UDM_PAGE_FLAG(Reserved, reserved, PG_reserved)
UDM_PAGE_FLAG(Private, private, PG_private)
UDM_PAGE_FLAG(Private2, private_2, PG_private_2)
UDM_PAGE_FLAG(OwnerPriv1, owner_priv_1, PG_owner_priv_1)
UDM_PAGE_FLAG(SwapBacked, swapbacked, PG_swapbacked)
UDM_PAGE_FLAG(Unevictable, unevictable, PG_unevictable)

#undef UDM_PAGE_FLAG

#define UDM_PAGE_TYPE(Name, lname)						\
static __always_inline int Page##Name(const struct page *page)			\
{										\
	return udm_page_has_type(page, PGTY_##lname);				\
}										\
static __always_inline bool folio_test_##lname(const struct folio *folio)	\
{										\
	return udm_page_has_type(&folio->page, PGTY_##lname);			\
}

UDM_PAGE_TYPE(Buddy, buddy)
UDM_PAGE_TYPE(Offline, offline)
UDM_PAGE_TYPE(Table, table)
UDM_PAGE_TYPE(LargeKmalloc, large_kmalloc)

#undef UDM_PAGE_TYPE

/* Slab memory is never compound here: every page of it carries the type. */
static __always_inline bool folio_test_slab(const struct folio *folio)
{
	return udm_page_has_type(&folio->page, PGTY_slab);
}

static __always_inline bool PageSlab(const struct page *page)
{
	return udm_page_has_type((const struct page *)_compound_head(page), PGTY_slab);
}

static __always_inline bool folio_test_large(const struct folio *folio)
{
	return test_bit(PG_head, &folio->flags.f);
}

/* There is neither high memory nor huge pages of hugetlbfs in the direct map. */
#define PageHighMem(page) ((void)(page), 0)
#define folio_test_highmem(folio) ((void)(folio), 0)
#define folio_test_hugetlb(folio) ((void)(folio), 0)
#define folio_test_partial_kmap(folio) ((void)(folio), 0)
#define PageHuge(page) ((void)(page), 0)

#endif
