/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reference counts of pages. Kernel path: linux/page_ref.h.
 *
 * page_ref_*() act on exactly the page given; folio_ref_*() and page_count() on
 * the head. Operations without a result are unordered, those with one are fully
 * ordered. Any context.
 */
#ifndef _UDM_LINUX_PAGE_REF_H
#define _UDM_LINUX_PAGE_REF_H

#include <linux/atomic.h>
#include <linux/page-flags.h>

static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

static inline int folio_ref_count(const struct folio *folio)
{
	return page_ref_count(&folio->page);
}

static inline int page_count(const struct page *page)
{
	return folio_ref_count(page_folio(page));
}

static inline void set_page_count(struct page *page, int value)
{
	atomic_set(&page->_refcount, value);
}

static inline void folio_set_count(struct folio *folio, int value)
{
	set_page_count(&folio->page, value);
}

static inline void init_page_count(struct page *page)
{
	set_page_count(page, 1);
}

static inline void page_ref_add(struct page *page, int n)
{
	atomic_add(n, &page->_refcount);
}

static inline void folio_ref_add(struct folio *folio, int n)
{
	page_ref_add(&folio->page, n);
}

static inline void page_ref_sub(struct page *page, int n)
{
	atomic_sub(n, &page->_refcount);
}

static inline void folio_ref_sub(struct folio *folio, int n)
{
	page_ref_sub(&folio->page, n);
}

static inline int folio_ref_sub_return(struct folio *folio, int n)
{
	return atomic_sub_return(n, &folio->_refcount);
}

static inline void page_ref_inc(struct page *page)
{
	atomic_inc(&page->_refcount);
}

static inline void folio_ref_inc(struct folio *folio)
{
	page_ref_inc(&folio->page);
}

static inline void page_ref_dec(struct page *page)
{
	atomic_dec(&page->_refcount);
}

static inline void folio_ref_dec(struct folio *folio)
{
	page_ref_dec(&folio->page);
}

static inline int page_ref_sub_and_test(struct page *page, int n)
{
	return atomic_sub_and_test(n, &page->_refcount);
}

static inline int folio_ref_sub_and_test(struct folio *folio, int n)
{
	return page_ref_sub_and_test(&folio->page, n);
}

static inline int page_ref_inc_return(struct page *page)
{
	return atomic_inc_return(&page->_refcount);
}

static inline int folio_ref_inc_return(struct folio *folio)
{
	return page_ref_inc_return(&folio->page);
}

static inline int page_ref_dec_and_test(struct page *page)
{
	return atomic_dec_and_test(&page->_refcount);
}

static inline int folio_ref_dec_and_test(struct folio *folio)
{
	return page_ref_dec_and_test(&folio->page);
}

static inline int page_ref_dec_return(struct page *page)
{
	return atomic_dec_return(&page->_refcount);
}

static inline int folio_ref_dec_return(struct folio *folio)
{
	return page_ref_dec_return(&folio->page);
}

/* Adds @n unless the count is @unless; true if it did. */
static inline bool page_ref_add_unless(struct page *page, int n, int unless)
{
	return atomic_add_unless(&page->_refcount, n, unless);
}

static inline bool folio_ref_add_unless(struct folio *folio, int n, int unless)
{
	return page_ref_add_unless(&folio->page, n, unless);
}

/* Takes a reference unless the count is 0. */
static inline bool folio_try_get(struct folio *folio)
{
	return folio_ref_add_unless(folio, 1, 0);
}

/* Turns a count of exactly @n into 0, so that nobody else can take a reference. */
static inline int page_ref_freeze(struct page *page, int n)
{
	return atomic_cmpxchg(&page->_refcount, n, 0) == n;
}

static inline int folio_ref_freeze(struct folio *folio, int n)
{
	return page_ref_freeze(&folio->page, n);
}

/* Ends a freeze; earlier stores are visible to whoever sees the new count. */
static inline void page_ref_unfreeze(struct page *page, int n)
{
	VM_BUG_ON_PAGE(page_count(page) != 0, page);
	VM_BUG_ON(n == 0);
	atomic_set_release(&page->_refcount, n);
}

static inline void folio_ref_unfreeze(struct folio *folio, int n)
{
	page_ref_unfreeze(&folio->page, n);
}

#endif
