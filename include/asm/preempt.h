/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/preempt.h. */
#ifndef _UDM_ASM_PREEMPT_H
#define _UDM_ASM_PREEMPT_H

#include <linux/preempt.h>

#endif
