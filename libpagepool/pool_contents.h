/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buffers that wait in a pool: its cache and its ring, read where they are.
 *
 * The allocation side goes on meanwhile and takes no lock, so a buffer on its way
 * may be seen twice or not at all. At rest the answer is exact. Nothing is written
 * and no buffer is looked into.
 */
#ifndef LIBPAGEPOOL_POOL_CONTENTS_H
#define LIBPAGEPOOL_POOL_CONTENTS_H

#include <linux/compiler.h>
#include <net/page_pool/types.h>
#include <udevmem/pagepool.h>

/*
 * @visit what waits, with UDM_NIOV_CACHED or UDM_NIOV_RINGED, until it returns
 * false. Any context; the pool stays for that time.
 */
__internal void pool_contents_walk(const struct page_pool *pool,
				   bool (*visit)(netmem_ref netmem, enum udm_niov_state state,
						 void *ctx),
				   void *ctx);

/* UDM_NIOV_CACHED, UDM_NIOV_RINGED, or UDM_NIOV_OUT for what does not wait in @pool. */
__internal enum udm_niov_state pool_contents_find(const struct page_pool *pool, netmem_ref netmem);

/* How many buffers are in the cache at this moment. */
__internal u32 pool_cache_count(const struct page_pool *pool);

/* What waits in some pools, for many questions. */
struct pool_contents {
	struct pool_waiting *waiting;
	size_t count, room;
	bool out_of_memory;
};

/* Add what waits in @pool. May sleep. */
__internal void pool_contents_add(struct pool_contents *contents, const struct page_pool *pool);
/* To be called once, before the questions. */
__internal void pool_contents_sort(struct pool_contents *contents);
/* After that: is some buffer there twice? */
__internal bool pool_contents_has_twins(const struct pool_contents *contents);
/* As pool_contents_find(). */
__internal enum udm_niov_state pool_contents_state(const struct pool_contents *contents,
						   netmem_ref netmem);
__internal void pool_contents_free(struct pool_contents *contents);

#endif
