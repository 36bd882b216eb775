/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Annotations of the kernel's data race detector. ThreadSanitizer is the one
 * used here, and it needs none of them. Kernel path: linux/kcsan-checks.h.
 */
#ifndef _UDM_LINUX_KCSAN_CHECKS_H
#define _UDM_LINUX_KCSAN_CHECKS_H

#include <linux/compiler.h>

#define ASSERT_EXCLUSIVE_WRITER_SCOPED(var) ASSERT_EXCLUSIVE_WRITER(var)
#define ASSERT_EXCLUSIVE_ACCESS_SCOPED(var) ASSERT_EXCLUSIVE_ACCESS(var)
#define ASSERT_EXCLUSIVE_BITS(var, mask) ((void)sizeof(var))
#define __kcsan_check_read(ptr, size) ((void)(ptr))
#define __kcsan_check_write(ptr, size) ((void)(ptr))
#define __kcsan_check_read_write(ptr, size) ((void)(ptr))
#define kcsan_check_read(ptr, size) ((void)(ptr))
#define kcsan_check_write(ptr, size) ((void)(ptr))
#define kcsan_check_read_write(ptr, size) ((void)(ptr))
#define kcsan_check_atomic_read(ptr, size) ((void)(ptr))
#define kcsan_check_atomic_write(ptr, size) ((void)(ptr))
#define kcsan_disable_current() ((void)0)
#define kcsan_enable_current() ((void)0)
#define kcsan_nestable_atomic_begin() ((void)0)
#define kcsan_nestable_atomic_end() ((void)0)
#define kcsan_flat_atomic_begin() ((void)0)
#define kcsan_flat_atomic_end() ((void)0)
#define kcsan_atomic_next(n) ((void)(n))
#define kcsan_mb() barrier()
#define kcsan_rmb() barrier()
#define kcsan_wmb() barrier()
#define kcsan_release() barrier()

#endif
