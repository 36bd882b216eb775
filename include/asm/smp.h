/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/smp.h. */
#ifndef _UDM_ASM_SMP_H
#define _UDM_ASM_SMP_H

#include <linux/smp.h>

#endif
