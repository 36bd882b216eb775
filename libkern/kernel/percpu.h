/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dynamic half of a per-CPU unit: a buddy allocator of offsets.
 *
 * It manages numbers only; percpu.c owns the memory and the lock.
 */
#ifndef _UDM_LIBKERN_KERNEL_PERCPU_H
#define _UDM_LIBKERN_KERNEL_PERCPU_H

#include <linux/compiler_types.h>
#include <linux/types.h>

#define PCPU_BUDDY_MIN_SHIFT 4
#define PCPU_BUDDY_MAX_SHIFT 22
#define PCPU_BUDDY_SIZE (1UL << PCPU_BUDDY_MAX_SHIFT)
#define PCPU_BUDDY_NONE ~0UL

/* Everything free. */
__internal void pcpu_buddy_reset(void);

/*
 * pcpu_buddy_alloc - a block of at least @size bytes
 *
 * Its offset, aligned to its own size, or PCPU_BUDDY_NONE. @owner is remembered.
 */
__internal unsigned long pcpu_buddy_alloc(size_t size, void *owner);

/* Frees it; its size as asked for, 0 if no block begins there. */
__internal size_t pcpu_buddy_free(unsigned long offset);
__internal size_t pcpu_buddy_size(unsigned long offset);

/* Calls @fn for every block in use, by offset; their number. */
__internal unsigned int pcpu_buddy_for_each(void (*fn)(size_t size, void *owner));

#endif
