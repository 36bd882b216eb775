/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the frame arithmetic; it is in asm/page.h. */
#ifndef _UDM_ASM_MEMORY_MODEL_H
#define _UDM_ASM_MEMORY_MODEL_H

#include <asm/page.h>

#endif
