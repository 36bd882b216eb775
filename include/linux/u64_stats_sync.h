/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 64-bit statistics with one writer per copy.
 *
 * Kernel path: linux/u64_stats_sync.h. On a 64-bit machine a counter is read
 * and written in one access, so no retry is needed: the fetch loop ends after
 * one round. Writers exclude each other by context (BH off, one vCPU).
 */
#ifndef _UDM_LINUX_U64_STATS_SYNC_H
#define _UDM_LINUX_U64_STATS_SYNC_H

#include <linux/irqflags.h>
#include <linux/types.h>

struct u64_stats_sync { };

typedef struct {
	u64 v;
} u64_stats_t;

static inline u64 u64_stats_read(const u64_stats_t *p)
{
	return __atomic_load_n(&p->v, __ATOMIC_RELAXED);
}

static inline void u64_stats_set(u64_stats_t *p, u64 val)
{
	__atomic_store_n(&p->v, val, __ATOMIC_RELAXED);
}

static inline void u64_stats_add(u64_stats_t *p, unsigned long val)
{
	u64_stats_set(p, u64_stats_read(p) + val);
}

static inline void u64_stats_sub(u64_stats_t *p, s64 val)
{
	u64_stats_set(p, u64_stats_read(p) - val);
}

static inline void u64_stats_inc(u64_stats_t *p)
{
	u64_stats_add(p, 1);
}

static inline void u64_stats_copy(void *dst, const void *src, size_t len)
{
	u64 *to = dst;
	const u64 *from = src;

	for (size_t i = 0; i < len / sizeof(u64); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

#define u64_stats_init(syncp) do { (void)(syncp); } while (0)

static inline void u64_stats_update_begin(struct u64_stats_sync *syncp)
{
	(void)syncp;
}

static inline void u64_stats_update_end(struct u64_stats_sync *syncp)
{
	(void)syncp;
}

static inline unsigned long u64_stats_update_begin_irqsave(struct u64_stats_sync *syncp)
{
	(void)syncp;
	return udm_irq_save();
}

static inline void u64_stats_update_end_irqrestore(struct u64_stats_sync *syncp,
						   unsigned long flags)
{
	(void)syncp;
	udm_irq_restore(flags);
}

static inline unsigned int u64_stats_fetch_begin(const struct u64_stats_sync *syncp)
{
	(void)syncp;
	return 0;
}

static inline bool u64_stats_fetch_retry(const struct u64_stats_sync *syncp, unsigned int start)
{
	(void)syncp, (void)start;
	return false;
}

#define u64_stats_fetch_begin_irq(syncp) u64_stats_fetch_begin(syncp)
#define u64_stats_fetch_retry_irq(syncp, start) u64_stats_fetch_retry(syncp, start)

#endif
