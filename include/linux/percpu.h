/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Per-CPU memory allocated at run time.
 *
 * Kernel path: linux/percpu.h. See linux/percpu-defs.h for access.
 */
#ifndef _UDM_LINUX_PERCPU_H
#define _UDM_LINUX_PERCPU_H

#include <linux/alloc_tag.h>
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/gfp_types.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/types.h>

#define PCPU_MIN_ALLOC_SHIFT 2
#define PCPU_MIN_ALLOC_SIZE (1 << PCPU_MIN_ALLOC_SHIFT)
#define PCPU_MIN_UNIT_SIZE (32 << 10)
#define PERCPU_DYNAMIC_SIZE_SHIFT 13

/*
 * pcpu_alloc_noprof - a zeroed object for every vCPU
 * @align: power of two, at most 4096
 * @gfp: only decides about sleeping and fault injection
 *
 * A cookie whose low bits are free up to the alignment (at least 2), or NULL.
 * free_percpu() takes NULL, from any context. mm/percpu.c.
 */
void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp);
void free_percpu(void __percpu *pdata);
/* Size of the object at @pdata as it was asked for. */
size_t pcpu_alloc_size(void __percpu *pdata);
bool is_kernel_percpu_address(unsigned long addr);

#define __alloc_percpu_gfp(size, align, gfp) pcpu_alloc_noprof(size, align, false, gfp)
#define __alloc_percpu(size, align) pcpu_alloc_noprof(size, align, false, GFP_KERNEL)
#define __alloc_reserved_percpu(size, align) pcpu_alloc_noprof(size, align, true, GFP_KERNEL)
#define alloc_percpu_gfp(type, gfp)                                                                \
	((typeof(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type)                                                                         \
	((typeof(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_noprof(type) alloc_percpu(type)

DEFINE_FREE(free_percpu, void __percpu *, free_percpu(_T))

#endif
