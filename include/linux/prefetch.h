/* SPDX-License-Identifier: GPL-2.0-only */
/* Prefetch hints; they never fault. Kernel path: linux/prefetch.h. */
#ifndef _UDM_LINUX_PREFETCH_H
#define _UDM_LINUX_PREFETCH_H

#include <linux/cache.h>
#include <linux/types.h>

#define prefetch(x) __builtin_prefetch(x)
#define prefetchw(x) __builtin_prefetch(x, 1)
#define spin_lock_prefetch(x) prefetchw(x)
#define PREFETCH_STRIDE (4 * L1_CACHE_BYTES)

static inline void prefetch_range(void *addr, size_t len)
{
	for (size_t off = 0; off < len; off += PREFETCH_STRIDE)
		prefetch((char *)addr + off);
}

#endif
