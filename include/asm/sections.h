/* SPDX-License-Identifier: GPL-2.0-only */
/* The program as laid out in memory. Kernel path: asm/sections.h. */
#ifndef _UDM_ASM_SECTIONS_H
#define _UDM_ASM_SECTIONS_H

#include <linux/types.h>

/*
 * True for addresses in a mapping of the program or a shared object that was
 * loaded read-only, or made so after relocation: string literals, const objects.
 * Any context.
 */
bool is_kernel_rodata(unsigned long addr);

#endif
