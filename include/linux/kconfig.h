/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration every translation unit is compiled with.
 *
 * Forced in front of each file by the compiler flags of libkern.pc, as the
 * kernel build does with its own. It defines the CONFIG_ symbols of the machine
 * that udevmem emulates, the tests on them (IS_ENABLED and friends) and the
 * names a kernel build passes on the command line. It includes nothing, so it
 * can stand in front of any header.
 */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

/* Kernel headers use these keywords; -std=c11 and its like know them only by the other spelling. */
#if defined(__STRICT_ANSI__) && !defined(__cplusplus)
#define asm __asm__
#define typeof __typeof__
#endif

/* Kernel code passes char where u8 is asked for; a pragma, as g++ refuses the option. */
#ifndef __cplusplus
#pragma GCC diagnostic ignored "-Wpointer-sign"
#endif

/* A list head on the stack is compared with an entry around it; gcc takes that for an access. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

#ifndef __KERNEL__
#define __KERNEL__ 1
#endif

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "udevmem"
#endif
#ifndef KBUILD_BASENAME
#define KBUILD_BASENAME KBUILD_MODNAME
#endif
#ifndef KBUILD_MODFILE
#define KBUILD_MODFILE KBUILD_MODNAME
#endif

/* The machine. */
#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_NUMA 1
#define CONFIG_MMU 1
#define CONFIG_ZONE_DMA 1
#define CONFIG_ZONE_DMA32 1
#define CONFIG_HZ 1000
#define CONFIG_NR_CPUS 64
#define CONFIG_NODES_SHIFT 4
#define CONFIG_ARCH_DMA_ADDR_T_64BIT 1
#define CONFIG_PHYS_ADDR_T_64BIT 1
#define CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG 1
#define CONFIG_GENERIC_ALLOCATOR 1
#define CONFIG_CMA 1
#define CONFIG_CMA_AREAS 20
#define CONFIG_PRINTK 1
#define CONFIG_BUG 1
#define CONFIG_XARRAY_MULTI 1

/* DMA and dma-buf. */
#define CONFIG_HAS_DMA 1
#define CONFIG_DMA_NEED_SYNC 1
#define CONFIG_NEED_SG_DMA_LENGTH 1
#define CONFIG_NEED_SG_DMA_FLAGS 1
#define CONFIG_NEED_DMA_MAP_STATE 1
#define CONFIG_ARCH_HAS_DMA_OPS 1
#define CONFIG_DMA_OPS_HELPERS 1
#define CONFIG_DMA_COHERENT_POOL 1
#define CONFIG_DMA_CMA 1
#define CONFIG_DMA_NUMA_CMA 1
#define CONFIG_CMA_ALIGNMENT 8
#define CONFIG_DMA_SHARED_BUFFER 1
#define CONFIG_SYNC_FILE 1
#define CONFIG_UDMABUF 1
#define CONFIG_DMABUF_HEAPS 1
#define CONFIG_DMABUF_HEAPS_SYSTEM 1
#define CONFIG_SWIOTLB 1
#define CONFIG_IOMMU_API 1
#define CONFIG_IOMMU_IOVA 1
#define CONFIG_IOMMU_DMA 1
#define CONFIG_SGL_ALLOC 1
#define CONFIG_SG_POOL 1
#define CONFIG_SG_SPLIT 1

/* Networking. */
#define CONFIG_NET 1
#define CONFIG_INET 1
#define CONFIG_IPV6 1
#define CONFIG_PAGE_POOL 1
#define CONFIG_PAGE_POOL_STATS 1
#define CONFIG_NET_DEVMEM 1
#define CONFIG_XDP_SOCKETS 1
#define CONFIG_IO_URING 1
#define CONFIG_IO_URING_ZCRX 1

/* Instruments. */
#define CONFIG_DEBUG_FS 1
#define CONFIG_FAULT_INJECTION 1
#define CONFIG_FAULT_INJECTION_DEBUG_FS 1
#define CONFIG_FAIL_PAGE_ALLOC 1
#define CONFIG_FAILSLAB 1
#define CONFIG_FAIL_FUNCTION 1
#define CONFIG_FAULT_INJECTION_USERCOPY 1
#define CONFIG_FUNCTION_ERROR_INJECTION 1
#define CONFIG_TRACEPOINTS 1
#define CONFIG_KUNIT 1
#define CONFIG_KUNIT_DEBUGFS 1

#ifdef UDM_DEBUG
#define CONFIG_DEBUG_NET 1
#define CONFIG_DEBUG_VM 1
#define CONFIG_DEBUG_KMAP_LOCAL 1
#define CONFIG_DEBUG_OBJECTS_RCU_HEAD 1
#define CONFIG_DEBUG_SG 1
#define CONFIG_DMABUF_DEBUG 1
#define CONFIG_DMA_API_DEBUG 1
#define CONFIG_LOCKDEP 1
#define CONFIG_PROVE_LOCKING 1
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#endif

/*
 * IS_ENABLED(CONFIG_X) is 1 if CONFIG_X or CONFIG_X_MODULE is defined to 1 and 0
 * otherwise, in #if and in expressions. A symbol defined to 1 pastes to a
 * macro that shifts a 1 into the second place; anything else leaves the 0.
 */
#define __udm_cfg_1 ~,
#define __udm_cfg_second(ignored, value, ...) value
#define __udm_cfg_pick(maybe_shift) __udm_cfg_second(maybe_shift 1, 0, ~)
#define __udm_cfg_paste(value) __udm_cfg_pick(__udm_cfg_##value)
#define __udm_cfg_is_one(value) __udm_cfg_paste(value)
#define __udm_cfg_or_11 1
#define __udm_cfg_or_10 1
#define __udm_cfg_or_01 1
#define __udm_cfg_or_00 0
#define __udm_cfg_or_paste(x, y) __udm_cfg_or_##x##y
#define __udm_cfg_or_expand(x, y) __udm_cfg_or_paste(x, y)

#define IS_BUILTIN(option) __udm_cfg_is_one(option)
#define IS_MODULE(option) __udm_cfg_is_one(option##_MODULE)
#define IS_ENABLED(option) __udm_cfg_or_expand(IS_BUILTIN(option), IS_MODULE(option))
/* Code that is built in cannot call a module: of the two, only files of modules define MODULE. */
#define __udm_cfg_and_1(x) x
#define __udm_cfg_and_0(x) 0
#define __udm_cfg_and_paste(x, y) __udm_cfg_and_##x(y)
#define __udm_cfg_and(x, y) __udm_cfg_and_paste(x, y)
#define IS_REACHABLE(option)                                                                       \
	__udm_cfg_or_expand(IS_BUILTIN(option),                                                    \
			    __udm_cfg_and(IS_MODULE(option), IS_BUILTIN(MODULE)))

#endif
