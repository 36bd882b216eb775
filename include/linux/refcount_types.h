/* SPDX-License-Identifier: GPL-2.0-only */
/* The type of a reference count. Kernel path: linux/refcount_types.h. */
#ifndef _UDM_LINUX_REFCOUNT_TYPES_H
#define _UDM_LINUX_REFCOUNT_TYPES_H

#include <linux/types.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#endif
