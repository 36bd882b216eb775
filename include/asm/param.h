/* SPDX-License-Identifier: GPL-2.0-only */
/* HZ is the kernel's whichever of the system's headers came first. Kernel path: asm/param.h. */
#ifndef _UDM_ASM_PARAM_H
#define _UDM_ASM_PARAM_H

#include_next <asm/param.h>

#undef HZ
#define HZ CONFIG_HZ

#endif
