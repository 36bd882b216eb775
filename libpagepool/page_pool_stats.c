// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: reading the counters, for netlink and for ethtool -S.
 *
 * The ethtool names, their order and the order of the counters in struct
 * page_pool_stats are one and the same, which lets the values be copied.
 */
#include <linux/ethtool.h>
#include <linux/export.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "libpagepool/page_pool_priv.h"
#include "libpagepool/page_pool_stats.h"

#ifdef CONFIG_PAGE_POOL_STATS

static DEFINE_PER_CPU(struct page_pool_recycle_stats, system_recycle_stats);

static const char stat_names[][ETH_GSTRING_LEN] = {
	"rx_pp_alloc_fast",
	"rx_pp_alloc_slow",
	"rx_pp_alloc_slow_ho",
	"rx_pp_alloc_empty",
	"rx_pp_alloc_refill",
	"rx_pp_alloc_waive",
	"rx_pp_recycle_cached",
	"rx_pp_recycle_cache_full",
	"rx_pp_recycle_ring",
	"rx_pp_recycle_ring_full",
	"rx_pp_recycle_released_ref",
};

static_assert(sizeof(struct page_pool_stats) == ARRAY_SIZE(stat_names) * sizeof(u64));

int page_pool_stats_init(struct page_pool *pool)
{
	pool->system = pool->slow.flags & PP_FLAG_SYSTEM_POOL;
	if (pool->system)
		pool->recycle_stats = &system_recycle_stats;
	else
		pool->recycle_stats = alloc_percpu(struct page_pool_recycle_stats);
	return pool->recycle_stats ? 0 : -ENOMEM;
}

void page_pool_stats_exit(struct page_pool *pool)
{
	if (!pool->system)
		free_percpu(pool->recycle_stats);
}

/* Add the u64s of @from, which is being written, to those of @sum. */
static void counters_add(void *sum, const void *from, size_t size)
{
	const u64 *counter = from;
	u64 *total = sum;

	for (size_t i = 0; i < size / sizeof(u64); i++)
		total[i] += READ_ONCE(counter[i]);
}

bool page_pool_get_stats(const struct page_pool *pool, struct page_pool_stats *stats)
{
	int cpu;

	if (!stats)
		return false;
	counters_add(&stats->alloc_stats, &pool->alloc_stats, sizeof(pool->alloc_stats));
	stats->recycle_stats.cached += READ_ONCE(pool->direct_stats.cached);
	stats->recycle_stats.cache_full += READ_ONCE(pool->direct_stats.cache_full);
	stats->recycle_stats.ring += READ_ONCE(pool->ring_stats.ring);
	stats->recycle_stats.ring_full += READ_ONCE(pool->ring_stats.ring_full);
	for_each_possible_cpu(cpu)
		counters_add(&stats->recycle_stats, per_cpu_ptr(pool->recycle_stats, cpu),
			     sizeof(*pool->recycle_stats));
	return true;
}
EXPORT_SYMBOL(page_pool_get_stats);

int page_pool_ethtool_stats_get_count(void)
{
	return ARRAY_SIZE(stat_names);
}
EXPORT_SYMBOL(page_pool_ethtool_stats_get_count);

u8 *page_pool_ethtool_stats_get_strings(u8 *data)
{
	memcpy(data, stat_names, sizeof(stat_names));
	return data + sizeof(stat_names);
}
EXPORT_SYMBOL(page_pool_ethtool_stats_get_strings);

u64 *page_pool_ethtool_stats_get(u64 *data, const void *stats)
{
	memcpy(data, stats, sizeof(struct page_pool_stats));
	return data + ARRAY_SIZE(stat_names);
}
EXPORT_SYMBOL(page_pool_ethtool_stats_get);

#endif
