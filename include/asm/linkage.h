/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/linkage.h. */
#ifndef _UDM_ASM_LINKAGE_H
#define _UDM_ASM_LINKAGE_H

#include <linux/linkage.h>

#endif
