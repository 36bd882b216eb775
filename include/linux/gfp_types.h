/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation flags. Kernel path: linux/gfp_types.h. Values are the kernel's.
 *
 * What they decide here: whether the call may sleep (__GFP_DIRECT_RECLAIM), which
 * zones it may use (__GFP_DMA, __GFP_DMA32), whether other nodes may help
 * (__GFP_THISNODE), the reserves (__GFP_HIGH, __GFP_MEMALLOC), reports
 * (__GFP_NOWARN), failure (__GFP_NOFAIL) and fault injection. The rest is accepted.
 */
#ifndef _UDM_LINUX_GFP_TYPES_H
#define _UDM_LINUX_GFP_TYPES_H

#include <linux/types.h>

#define __GFP_DMA ((__force gfp_t)0x1u)
#define __GFP_HIGHMEM ((__force gfp_t)0x2u)
#define __GFP_DMA32 ((__force gfp_t)0x4u)
#define __GFP_MOVABLE ((__force gfp_t)0x8u)
#define __GFP_RECLAIMABLE ((__force gfp_t)0x10u)
#define __GFP_HIGH ((__force gfp_t)0x20u)
#define __GFP_IO ((__force gfp_t)0x40u)
#define __GFP_FS ((__force gfp_t)0x80u)
#define __GFP_ZERO ((__force gfp_t)0x100u)
#define __GFP_DIRECT_RECLAIM ((__force gfp_t)0x400u)
#define __GFP_KSWAPD_RECLAIM ((__force gfp_t)0x800u)
#define __GFP_WRITE ((__force gfp_t)0x1000u)
#define __GFP_NOWARN ((__force gfp_t)0x2000u)
#define __GFP_RETRY_MAYFAIL ((__force gfp_t)0x4000u)
#define __GFP_NOFAIL ((__force gfp_t)0x8000u)
#define __GFP_NORETRY ((__force gfp_t)0x10000u)
#define __GFP_MEMALLOC ((__force gfp_t)0x20000u)
#define __GFP_COMP ((__force gfp_t)0x40000u)
#define __GFP_NOMEMALLOC ((__force gfp_t)0x80000u)
#define __GFP_HARDWALL ((__force gfp_t)0x100000u)
#define __GFP_THISNODE ((__force gfp_t)0x200000u)
#define __GFP_ACCOUNT ((__force gfp_t)0x400000u)
#define __GFP_ZEROTAGS ((__force gfp_t)0x800000u)

#ifdef CONFIG_LOCKDEP
#define __GFP_NOLOCKDEP ((__force gfp_t)0x1000000u)
#define __GFP_BITS_SHIFT 25
#else
#define __GFP_NOLOCKDEP ((__force gfp_t)0)
#define __GFP_BITS_SHIFT 24
#endif
#define __GFP_BITS_MASK ((__force gfp_t)((1u << __GFP_BITS_SHIFT) - 1))

#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ZONEMASK (__GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32 | __GFP_MOVABLE)

#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_USER (GFP_KERNEL | __GFP_HARDWALL)
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32

#endif
