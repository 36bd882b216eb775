/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: counting.
 *
 * alloc_stats and direct_stats belong to the allocation side, ring_stats to who
 * holds the ring's producer lock: plain words. recycle_stats belong to whoever
 * returns: one block per CPU; the block of a system pool is shared by all of them,
 * so there all of its recycling is counted in it.
 */
#ifndef LIBPAGEPOOL_PAGE_POOL_STATS_H
#define LIBPAGEPOOL_PAGE_POOL_STATS_H

#include <linux/compiler.h>
#include <linux/percpu.h>
#include <net/page_pool/helpers.h>

#ifdef CONFIG_PAGE_POOL_STATS

/* 0 or -ENOMEM. */
__internal int page_pool_stats_init(struct page_pool *pool);
__internal void page_pool_stats_exit(struct page_pool *pool);

#define alloc_stat_inc(pool, field)	__page_pool_count((pool)->alloc_stats.field)

#define recycle_stat_inc(pool, field)	this_cpu_inc((pool)->recycle_stats->field)

/* Under the ring's producer lock. */
#define ring_stat_add(pool, field, n)						\
do {										\
	if (unlikely(stats_are_shared(pool)))					\
		this_cpu_add((pool)->recycle_stats->field, n);			\
	else									\
		WRITE_ONCE((pool)->ring_stats.field, (pool)->ring_stats.field + (n)); \
} while (0)

#define stats_are_shared(pool)	((pool)->system)

/* Not for a system pool. */
#define own_stat_inc(pool, field)	__page_pool_count((pool)->direct_stats.field)
#define own_stat_add(pool, field, n)	\
	WRITE_ONCE((pool)->direct_stats.field, (pool)->direct_stats.field + (n))

#define direct_stat_inc(pool, field)						\
do {										\
	if (unlikely(stats_are_shared(pool)))					\
		recycle_stat_inc(pool, field);					\
	else									\
		own_stat_inc(pool, field);					\
} while (0)

#else

#define stats_are_shared(pool)			false
#define own_stat_inc(pool, field)		do { } while (0)
#define own_stat_add(pool, field, n)		do { } while (0)

static inline int page_pool_stats_init(struct page_pool *pool)
{
	return 0;
}

static inline void page_pool_stats_exit(struct page_pool *pool)
{
}

#define alloc_stat_inc(pool, field)		do { } while (0)
#define recycle_stat_inc(pool, field)		do { } while (0)
#define ring_stat_add(pool, field, n)		do { } while (0)
#define direct_stat_inc(pool, field)		do { } while (0)

#endif

#endif
