/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/bitops.h. */
#ifndef _UDM_ASM_BITOPS_INSTRUMENTED_ATOMIC_H
#define _UDM_ASM_BITOPS_INSTRUMENTED_ATOMIC_H

#include <linux/bitops.h>

#endif
