/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/hardirq.h. */
#ifndef _UDM_ASM_HARDIRQ_H
#define _UDM_ASM_HARDIRQ_H

#include <linux/hardirq.h>

#endif
