/* SPDX-License-Identifier: GPL-2.0-only */
/* Leak checker annotations: leaks are tracked by the allocator. Kernel path: linux/kmemleak.h. */
#ifndef _UDM_LINUX_KMEMLEAK_H
#define _UDM_LINUX_KMEMLEAK_H

#include <linux/types.h>

#define kmemleak_alloc(ptr, size, min_count, gfp) ((void)(ptr))
#define kmemleak_alloc_percpu(ptr, size, gfp) ((void)(ptr))
#define kmemleak_vmalloc(area, size, gfp) ((void)(area))
#define kmemleak_free(ptr) ((void)(ptr))
#define kmemleak_free_part(ptr, size) ((void)(ptr))
#define kmemleak_free_percpu(ptr) ((void)(ptr))
#define kmemleak_update_trace(ptr) ((void)(ptr))
#define kmemleak_alloc_recursive(ptr, size, min_count, flags, gfp) ((void)(ptr))
#define kmemleak_free_recursive(ptr, flags) ((void)(ptr))
#define kmemleak_erase(ptr) ((void)(ptr))
#define kmemleak_not_leak(ptr) ((void)(ptr))
#define kmemleak_transient_leak(ptr) ((void)(ptr))
#define kmemleak_ignore(ptr) ((void)(ptr))
#define kmemleak_ignore_percpu(ptr) ((void)(ptr))
#define kmemleak_scan_area(ptr, size, gfp) ((void)(ptr))
#define kmemleak_no_scan(ptr) ((void)(ptr))
#define kmemleak_alloc_phys(phys, size, gfp) ((void)(phys))
#define kmemleak_free_part_phys(phys, size) ((void)(phys))
#define kmemleak_ignore_phys(phys) ((void)(phys))

#endif
