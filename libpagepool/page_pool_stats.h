/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: counting.
 *
 * alloc_stats and direct_stats belong to the allocation side and are plain words
 * in lines it has at hand. recycle_stats belong to whoever returns: one block per
 * CPU; the block of a system pool is shared by all of them, so there the direct
 * counters go to it as well.
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

/* Single-copy stores: statistics are read without a lock. */
#define __own_stat_inc(counter)	WRITE_ONCE(counter, (counter) + 1)

#define alloc_stat_inc(pool, field)	__own_stat_inc((pool)->alloc_stats.field)

#define recycle_stat_inc(pool, field)	this_cpu_inc((pool)->recycle_stats->field)

/* The caller stays on this CPU, and nothing else on it counts here meanwhile. */
#define recycle_stat_add_locked(pool, field, n)	\
	__this_cpu_add((pool)->recycle_stats->field, n)

#define direct_stat_inc(pool, field)						\
do {										\
	if (unlikely((pool)->system))						\
		recycle_stat_inc(pool, field);					\
	else									\
		__own_stat_inc((pool)->direct_stats.field);			\
} while (0)

#else

static inline int page_pool_stats_init(struct page_pool *pool)
{
	return 0;
}

static inline void page_pool_stats_exit(struct page_pool *pool)
{
}

#define alloc_stat_inc(pool, field)		do { } while (0)
#define recycle_stat_inc(pool, field)		do { } while (0)
#define recycle_stat_add_locked(pool, field, n)	do { } while (0)
#define direct_stat_inc(pool, field)		do { } while (0)

#endif

#endif
