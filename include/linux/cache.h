/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache lines: sizes, alignment, and groups of members that share them.
 *
 * Kernel path: linux/cache.h (asm/cache.h, vdso/cache.h).
 */
#ifndef _UDM_LINUX_CACHE_H
#define _UDM_LINUX_CACHE_H

#include <linux/align.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>

#define L1_CACHE_SHIFT 6
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES L1_CACHE_BYTES
#define INTERNODE_CACHE_SHIFT L1_CACHE_SHIFT
#define INTERNODE_CACHE_BYTES (1 << INTERNODE_CACHE_SHIFT)
/* DMA is coherent: buffers need no more than the alignment of a long. */
#define ARCH_DMA_MINALIGN __alignof__(unsigned long long)
#define ARCH_KMALLOC_MINALIGN __alignof__(unsigned long long)
#define ARCH_SLAB_MINALIGN __alignof__(unsigned long long)

static inline int cache_line_size(void)
{
	return L1_CACHE_BYTES;
}

#define L1_CACHE_ALIGN(x) __ALIGN_KERNEL(x, L1_CACHE_BYTES)
#define SMP_CACHE_ALIGN(x) ALIGN(x, SMP_CACHE_BYTES)

#define __read_mostly
#define __ro_after_init
#define ____cacheline_aligned __attribute__((__aligned__(SMP_CACHE_BYTES)))
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __cacheline_aligned ____cacheline_aligned
#define __cacheline_aligned_in_smp ____cacheline_aligned
#define ____cacheline_internodealigned_in_smp ____cacheline_aligned

/* Zero-length markers around a group of members. */
#define __cacheline_group_begin(GROUP) __u8 __cacheline_group_begin__##GROUP[0]
#define __cacheline_group_end(GROUP) __u8 __cacheline_group_end__##GROUP[0]
#define __cacheline_group_align_arg(unused, n, ...) n
#define __cacheline_group_begin_aligned(GROUP, ...)                                                \
	__cacheline_group_begin(GROUP) __attribute__((                                             \
		__aligned__(__cacheline_group_align_arg(0, ##__VA_ARGS__, SMP_CACHE_BYTES))))
#define __cacheline_group_end_aligned(GROUP, ...)                                                  \
	__cacheline_group_end(GROUP);                                                              \
	struct {                                                                                   \
	} __cacheline_group_pad__##GROUP __attribute__((                                           \
		__aligned__(__cacheline_group_align_arg(0, ##__VA_ARGS__, SMP_CACHE_BYTES))))

#define CACHELINE_ASSERT_GROUP_MEMBER(TYPE, GROUP, MEMBER)                                         \
	BUILD_BUG_ON(!(offsetof(TYPE, MEMBER) >=                                                   \
			       offsetofend(TYPE, __cacheline_group_begin__##GROUP) &&              \
		       offsetofend(TYPE, MEMBER) <=                                                \
			       offsetof(TYPE, __cacheline_group_end__##GROUP)))
#define CACHELINE_ASSERT_GROUP_SIZE(TYPE, GROUP, SIZE)                                             \
	BUILD_BUG_ON(offsetof(TYPE, __cacheline_group_end__##GROUP) -                              \
			     offsetofend(TYPE, __cacheline_group_begin__##GROUP) >                 \
		     (SIZE))
struct cacheline_padding {
	char x[0];
} ____cacheline_aligned;
#define CACHELINE_PADDING(name) struct cacheline_padding name

#endif
