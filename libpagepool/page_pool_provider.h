/* SPDX-License-Identifier: GPL-2.0-only */
/* Page pool: where a pool's memory comes from, settled when it is created. */
#ifndef LIBPAGEPOOL_PAGE_POOL_PROVIDER_H
#define LIBPAGEPOOL_PAGE_POOL_PROVIDER_H

#include <linux/compiler.h>
#include <net/page_pool/types.h>

/*
 * Take the memory provider of the queue, if the pool wants one and there is one;
 * otherwise look whether the page allocator can serve. 0 or -errno, then there is
 * nothing to undo. Process context; the instance lock is held if flags ask for it.
 */
__internal int page_pool_provider_init(struct page_pool *pool);

/* Let go of it: every buffer is back. */
__internal void page_pool_provider_exit(struct page_pool *pool);

#endif
