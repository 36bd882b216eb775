/* SPDX-License-Identifier: GPL-2.0-only */
/* The processor, as far as drivers see it. Kernel path: asm/processor.h. */
#ifndef _UDM_ASM_PROCESSOR_H
#define _UDM_ASM_PROCESSOR_H

#include <asm/vdso/processor.h>
#include <asm/msr.h>
#include <linux/prefetch.h>

/* x86: unaligned access is cheap, so packets are not shifted. */
#define NET_IP_ALIGN 0

#endif
