/* SPDX-License-Identifier: GPL-2.0-only */
/* Run-time and build-time assertions. Kernel path: linux/bug.h. */
#ifndef _UDM_LINUX_BUG_H
#define _UDM_LINUX_BUG_H

#include <asm/bug.h>
#include <linux/build_bug.h>
#include <linux/printk.h>

/* Corrupted data, not a logic error: reported as a warning here as well. */
#define CHECK_DATA_CORRUPTION(condition, addr, fmt, ...)                                           \
	({                                                                                         \
		bool __corrupt = unlikely(condition);                                              \
		(void)(addr);                                                                      \
		if (__corrupt)                                                                     \
			WARN(1, fmt, ##__VA_ARGS__);                                               \
		__corrupt;                                                                         \
	})

#endif
