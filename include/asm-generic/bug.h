/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm-generic/bug.h. */
#ifndef _UDM_ASM_GENERIC_BUG_H
#define _UDM_ASM_GENERIC_BUG_H

#include <linux/bug.h>

#endif
