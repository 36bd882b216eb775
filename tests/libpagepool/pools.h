/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making pools in tests and looking into them.
 */
#ifndef TESTS_POOLS_H
#define TESTS_POOLS_H

#include <check.h>
#include <net/page_pool/helpers.h>

#include "libpagepool/page_pool_priv.h"

/* Order 0, no DMA, any node: the parameters tests start from. */
#define PLAIN_PARAMS	((struct page_pool_params){ .nid = NUMA_NO_NODE })

/* The same, mapped and synced for @dma_dev. */
#define DMA_PARAMS(dma_dev)							\
	((struct page_pool_params){						\
		.nid = NUMA_NO_NODE, .dev = (dma_dev),				\
		.dma_dir = DMA_FROM_DEVICE, .max_len = PAGE_SIZE,		\
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV,		\
	})

/* A pool that must come up. */
struct page_pool *pool_new(const struct page_pool_params *params);
struct page_pool *plain_pool(void);

/* A pool that must not come up, for this reason, which it logs. */
void pool_refused(const struct page_pool_params *params, int err);

/*
 * These hold everything against the rules now and then (udm_pagepool_check()), in sim
 * mode, unless the test says that tasks interrupt each other inside of pools.
 */
void pools_are_busy(void);

/* A whole buffer that must be there. */
netmem_ref must_alloc(struct page_pool *pool);
struct page *must_alloc_page(struct page_pool *pool);

/* Returns from the allocation side, and from anywhere else. */
void put_direct(struct page_pool *pool, netmem_ref netmem);
void put_ring(struct page_pool *pool, netmem_ref netmem);

struct page_pool_stats stats_of(const struct page_pool *pool);

static inline unsigned int cached(const struct page_pool *pool)
{
	return pool->alloc.count;
}

static inline s32 inflight(const struct page_pool *pool)
{
	return page_pool_inflight(pool, false);
}

#define ck_assert_stat(pool, part, counter, want)				\
	ck_assert_uint_eq(stats_of(pool).part##_stats.counter, want)

/*
 * Run @fn with its 1st, 2nd, ... allocation failing until one run meets no
 * failure; every run must succeed or say -ENOMEM or @other. Returns how many
 * failed. For what leaves other memory behind than it found; otherwise
 * udm_fault_sweep().
 */
unsigned int fail_each(int (*fn)(void *ctx), void *ctx, int other);
/* In @fn: what follows is cleaning up and shall not fail. */
void fail_each_over(void);

/* All allocations may fail, whatever their flags, until udm_fault_reset(). */
void fail_whatever_flags(void);

/* Has this id a pool? */
bool pool_exists(u32 id);

/* Count lines of the log with @text in them, until log_found(), which says how many. */
void log_look_for(const char *text);
unsigned int log_found(void);

/* Let workers run that are due within @ms of virtual time. */
void pass_ms(unsigned int ms);

#endif
