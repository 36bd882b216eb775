/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What page pools are held against: mempools of DPDK, in the same shapes.
 *
 * Without libdpdk at configure time dpdk_begin() returns false, as it does when the
 * environment cannot be had (it tries without huge pages and devices).
 */
#ifndef BENCH_DPDK_H
#define BENCH_DPDK_H

#include <stdbool.h>

#ifdef HAVE_DPDK
bool dpdk_begin(void);

/* One object taken and given back, @loops times: through the cache of a core, */
void dpdk_cached(unsigned long loops);
/* and through the common ring, in a pool that has no caches. */
void dpdk_uncached(unsigned long loops);

/*
 * @n objects go from a thread that takes them to one that gives them back, 16 at a time
 * over a ring. The two halves, each for a thread of its own.
 */
void dpdk_take(unsigned long n);
void dpdk_give(unsigned long n);
#else
static inline bool dpdk_begin(void)
{
	return false;
}
static inline void dpdk_cached(unsigned long loops)
{
}
static inline void dpdk_uncached(unsigned long loops)
{
}
static inline void dpdk_take(unsigned long n)
{
}
static inline void dpdk_give(unsigned long n)
{
}
#endif

#endif
