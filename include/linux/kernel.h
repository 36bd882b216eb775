/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nearly every kernel file needs. Kernel path: linux/kernel.h; adds to the
 * UAPI header.
 */
#ifndef _UDM_LINUX_KERNEL_H
#define _UDM_LINUX_KERNEL_H

#include_next <linux/kernel.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/bitops.h>
#include <linux/hex.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/typecheck.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/build_bug.h>
#include <linux/sprintf.h>
#include <linux/instruction_pointer.h>
#include <linux/util_macros.h>
#include <linux/wordpart.h>
#include <asm/byteorder.h>

#define STACK_MAGIC 0xdeadbeef
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define FIELD_SIZEOF(t, f) sizeof_field(t, f)


/*
 * Marks a place that may sleep. Debug builds report it when the caller is
 * atomic (the check is __might_sleep(), with the scheduler); others do nothing.
 */
#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
void __might_sleep(const char *file, int line);
#define might_sleep() __might_sleep(__FILE__, __LINE__)
#else
#define might_sleep() ((void)0)
#endif
#define might_resched() ((void)0)
#define might_sleep_if(cond)                                                                       \
	do {                                                                                       \
		if (cond)                                                                          \
			might_sleep();                                                             \
	} while (0)
#define might_fault() might_sleep()

#endif
