/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/div64.h. */
#ifndef _UDM_ASM_DIV64_H
#define _UDM_ASM_DIV64_H

#include <linux/math64.h>

#endif
