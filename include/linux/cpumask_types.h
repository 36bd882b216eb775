/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/cpumask_types.h. */
#ifndef _UDM_LINUX_CPUMASK_TYPES_H
#define _UDM_LINUX_CPUMASK_TYPES_H

#include <linux/bitops.h>
#include <linux/threads.h>
#include <linux/types.h>

typedef struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;

#define cpumask_bits(maskp) ((maskp)->bits)

/* Off the stack only in the kernel; one word here. */
typedef struct cpumask cpumask_var_t[1];
#define __cpumask_var_read_mostly

#endif
