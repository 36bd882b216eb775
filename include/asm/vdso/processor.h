/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpu_relax(): one round of polling. Kernel path: asm/vdso/processor.h.
 *
 * A pause, and now and then a yield, so that what is waited for can happen on a
 * host with few CPUs; in sim mode everything else goes first, and virtual time
 * passes if there is nothing else.
 */
#ifndef _UDM_ASM_VDSO_PROCESSOR_H
#define _UDM_ASM_VDSO_PROCESSOR_H

#include <linux/compiler.h>

void udm_relax(void);

static __always_inline void cpu_relax(void)
{
	udm_relax();
	barrier();
}

#endif
