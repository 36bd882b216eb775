/* SPDX-License-Identifier: GPL-2.0-only */
/* Visiting all pools, visible or not. */
#ifndef LIBPAGEPOOL_POOL_WALK_H
#define LIBPAGEPOOL_POOL_WALK_H

#include <linux/compiler.h>
#include <net/page_pool/types.h>

/*
 * @visit every pool by rising id under page_pools_lock, until it returns false.
 * Process context, may sleep.
 */
__internal void pool_walk(bool (*visit)(const struct page_pool *pool, void *ctx), void *ctx);

#endif
