/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/atomic.h. */
#ifndef _UDM_ASM_ATOMIC_H
#define _UDM_ASM_ATOMIC_H

#include <linux/atomic.h>

#endif
