/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of asm/io.h. */
#ifndef _UDM_ASM_IOMAP_H
#define _UDM_ASM_IOMAP_H

#include <asm/io.h>

#endif
