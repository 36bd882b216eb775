/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/irqflags.h. */
#ifndef _UDM_ASM_IRQFLAGS_H
#define _UDM_ASM_IRQFLAGS_H

#include <linux/irqflags.h>

#endif
