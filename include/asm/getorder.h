/* SPDX-License-Identifier: GPL-2.0-only */
/* get_order(): sizes to page orders. Kernel path: asm/getorder.h. */
#ifndef _UDM_ASM_GETORDER_H
#define _UDM_ASM_GETORDER_H

#include <linux/compiler.h>
#include <vdso/page.h>

/*
 * Smallest order whose block holds @size bytes: 0 for 1 ... PAGE_SIZE, and 52
 * for 0. Usable in constant expressions of the optimiser; any context.
 */
static __always_inline __attribute_const__ int get_order(unsigned long size)
{
	unsigned long last_page = (size - 1) >> PAGE_SHIFT;

	return last_page ? 64 - __builtin_clzl(last_page) : 0;
}

#endif
