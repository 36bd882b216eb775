/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/rwlock_types.h. */
#ifndef _UDM_LINUX_RWLOCK_TYPES_H
#define _UDM_LINUX_RWLOCK_TYPES_H

#include <linux/spinlock_types.h>

#endif
