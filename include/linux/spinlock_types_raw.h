/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/spinlock_types_raw.h. */
#ifndef _UDM_LINUX_SPINLOCK_TYPES_RAW_H
#define _UDM_LINUX_SPINLOCK_TYPES_RAW_H

#include <linux/spinlock_types.h>

#endif
